"""What the ledger keeps as JSON is read back as it was."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ....plugin.database import json_columns as documents
from ....plugin.domain.connections.organisation import Account, Organisation, TaxRate
from ....plugin.domain.connections.settings import Settings
from ....plugin.domain.decisions.facts import FactType, FactValue
from ....plugin.domain.invoices.contact import Customer
from ....plugin.domain.invoices.invoice import Invoice, InvoiceLine
from ....plugin.domain.orders.order_facts import CATALOGUE, LINE_CATALOGUE

QUICK = settings(max_examples=50, deadline=None)

money = st.decimals(min_value=-(10**6), max_value=10**6, places=4)
texts = st.text(max_size=20)
dates = st.dates(min_value=date(1990, 1, 1))

lines = st.builds(
    InvoiceLine,
    description=texts,
    quantity=money,
    unit_amount=money,
    discount=money,
    account_code=texts,
    tax_type=texts,
    tax_rate=money,
    item_code=texts,
    tracking=st.lists(texts, max_size=2).map(tuple),
    with_tax=st.booleans(),
)
invoices = st.builds(
    Invoice,
    contact=texts,
    contact_id=texts,
    customer=st.none() | st.builds(Customer, key=texts, name=texts, email=texts, town=texts),
    currency=texts,
    date=dates,
    due_date=dates,
    reference=texts,
    status=texts,
    lines=st.lists(lines, max_size=3).map(tuple),
    note=texts,
)
organisations = st.builds(
    Organisation,
    organisation_id=texts,
    name=texts,
    country=texts,
    base_currency=texts,
    currencies=st.lists(texts, max_size=2).map(tuple),
    short_code=texts,
    locked_until=st.none() | dates,
    accounts=st.lists(
        st.builds(
            Account,
            code=texts,
            name=texts,
            account_class=texts,
            active=st.booleans(),
            system_account=texts,
            tax_type=texts,
        ),
        max_size=2,
    ).map(tuple),
    tax_rates=st.lists(
        st.builds(
            TaxRate,
            tax_type=texts,
            name=texts,
            rate=money,
            active=st.booleans(),
            applies_to_revenue=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    read_at=st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
all_settings = st.builds(
    Settings,
    export_statuses=st.lists(texts, max_size=3).map(tuple),
    start_date=st.none() | dates,
    invoice_status=texts,
    number_prefix=texts,
    contact_policy=texts,
    timezone=texts,
    due_days=st.integers(),
    rounding_limit=money,
    discount_repair=texts,
    gross_channels=st.lists(texts, max_size=2).map(tuple),
    items=texts,
    line_detail=texts,
    batch_size=st.integers(),
    tag=texts,
    write_pace=money,
    sync_minutes=st.integers(),
)

_OF_TYPE: dict[FactType, st.SearchStrategy[Any]] = {
    FactType.MONEY: money,
    FactType.NUMBER: st.integers(),
    FactType.TEXT: texts,
    FactType.DATE: dates,
    FactType.YES_NO: st.booleans(),
    FactType.TEXTS: st.lists(texts, max_size=3).map(tuple),
}
_of_line = st.fixed_dictionaries({x.name: _OF_TYPE[x.type] for x in LINE_CATALOGUE.values()})
_OF_TYPE[FactType.LINES] = st.lists(_of_line, max_size=2).map(tuple)
facts = st.fixed_dictionaries({x.name: _OF_TYPE[x.type] for x in CATALOGUE.values()})


def stored(content: Any) -> Any:
    """The same after a stay in the database."""
    return json.loads(json.dumps(content))


@QUICK
@given(invoices)
def test_invoice(invoice: Invoice) -> None:
    """An invoice is read back equal, to the last place of each amount."""
    kept = documents.invoice_from_json(stored(documents.invoice_to_json(invoice)))
    assert kept == invoice
    assert kept.total == invoice.total


@QUICK
@given(facts)
def test_facts(found: dict[str, FactValue]) -> None:
    """Facts are read back equal and of the same types, whatever the order."""
    kept = documents.facts_from_json(stored(documents.facts_to_json(found)))
    assert kept == found
    assert {name: type(x) for name, x in kept.items()} == {x: type(y) for x, y in found.items()}


@QUICK
@given(organisations)
def test_organisation(organisation: Organisation) -> None:
    """A snapshot of an organisation is read back equal, with its time in UTC."""
    kept = documents.organisation_from_json(stored(documents.organisation_to_json(organisation)))
    assert kept == organisation


@QUICK
@given(all_settings)
def test_settings(given_settings: Settings) -> None:
    """The settings of a connection are read back equal; those of another version do no harm."""
    kept = stored(documents.settings_to_json(given_settings))
    assert documents.settings_from_json(kept) == given_settings
    assert documents.settings_from_json({**kept, "of_a_later_version": 1}) == given_settings
    default = Settings(start_date=None)
    older = {x: y for x, y in stored(documents.settings_to_json(default)).items() if x != "tag"}
    assert documents.settings_from_json(older) == default


def test_facts_of_another_version() -> None:
    """Facts that the catalogue does not know any more are left out."""
    assert documents.facts_from_json({"number": "A", "forgotten": 1}) == {"number": "A"}


def test_amounts_are_texts() -> None:
    """No amount becomes a float on its way: 0.1 and 0.2 stay what they are."""
    values: dict[str, Any] = dict.fromkeys(("description", "account_code", "tax_type"), "")
    amounts = ("quantity", "unit_amount", "discount", "tax_rate", "sent_tax")
    values |= dict.fromkeys(amounts, Decimal("0.1"))
    terms: dict[str, Any] = dict.fromkeys(
        ("contact", "contact_id", "currency", "reference", "status"), ""
    )
    day = date(2026, 6, 15)
    terms |= {"exchange_rate": Decimal("0.1"), "workings": ("20 %, as stated.",)}
    invoice = Invoice(date=day, due_date=day, lines=(InvoiceLine(**values),), **terms)
    kept = stored(documents.invoice_to_json(invoice))
    (line,) = kept["lines"]
    assert {line[name] for name in amounts} == {"0.1"} == {kept["exchange_rate"]}
    assert not any(isinstance(value, float) for value in line.values())
    assert documents.invoice_from_json(kept) == invoice
