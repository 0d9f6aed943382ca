"""What a mapping lacks, and what might fill it."""

from dataclasses import replace
from decimal import Decimal

from .....plugin.domain.client_invoices.client_invoice import CostCentre
from .....plugin.domain.connections.connection import Connection, ConnectionState, Grant
from .....plugin.domain.connections.mapping import Entry, Mapping, assumptions
from .....plugin.domain.connections.organisation import Organisation, TaxRate, TrackingCategory
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.connections.usage_counts import UsageCounts
from .....plugin.domain.exports.export import ExportState
from .....plugin.ports.choices import Listed, PastLine
from .....plugin.services.mapping.account_finder import Confidence
from .....plugin.services.mapping.gaps import MappingMaterial, concerned, gaps, invalid_entries
from .....plugin.services.mapping.suggestions import Suggestion, suggestions
from .....plugin.testing.target import an_organisation
from .test_targets import an_account

CONTACT = "33333333-3333-3333-3333-333333333333"


def here(*more: tuple[str, str], **changes: object) -> Organisation:
    """A British organisation with more accounts of revenue, by code and name."""
    ordinary = an_organisation()
    accounts = tuple(an_account(code, name, tax_type="OUTPUT2") for code, name in more)
    return replace(ordinary, accounts=(*ordinary.accounts, *accounts), **changes)  # type: ignore[arg-type]


def joined(organisation: Organisation, mode: str = "accounting", **entries: str) -> Connection:
    """A connection with what it would assume, and chosen entries (``kind__source``)."""
    chosen = {tuple(key.split("__")): Entry(target=x) for key, x in entries.items()}
    return Connection(
        connection_id=1,
        name="one",
        mode=mode,
        state=ConnectionState.ACTIVE,
        paused_because="",
        mintsoft_username="user",
        mintsoft_client="",
        grant=Grant.new("custom", "app"),
        settings=Settings(start_date=None),
        mapping=Mapping({**assumptions(organisation), **chosen}),  # type: ignore[dict-item]
        organisation=organisation,
    )


def seen(*orders: dict[str, object], state: ExportState = ExportState.READY) -> UsageCounts:
    """Stored orders with these facts."""
    found = UsageCounts()
    for facts in orders:
        ordinary = {"channel_id": "7", "channel": "Shopify", "currency": "GBP", "country": "GB"}
        rate = facts.pop("rate", Decimal(20))
        line = {"sku": "WID", "description": "Widget", "quantity": 1, "tax_rate": rate}
        line |= {"net": Decimal("100.00"), "tax": facts.pop("tax", rate)}
        found.add({**ordinary, "lines": (line,), **facts}, state)
    return found


def past(code: str, words: str = "", times: int = 1, tax_type: str = "OUTPUT2") -> list[PastLine]:
    """Lines of invoices that somebody else made."""
    line = PastLine(contact_id="c", description=words, account_code=code, tax_type=tax_type)
    return [line] * times


def by_key(found: list[Suggestion]) -> dict[str, Suggestion]:
    """Suggestions by kind and source."""
    return {f"{x.kind} {x.source}": x for x in found}


def test_names_of_accounts_suggest() -> None:
    """Postage goes to the account called so; an account of expenses is for a person to judge."""
    expenses = an_account("425", "Postage, Freight & Courier", "EXPENSE")
    organisation = here(("260", "Shipping income"), ("261", "Discounts given"))
    organisation = replace(organisation, accounts=(*organisation.accounts, expenses))
    found = by_key(suggestions(joined(organisation), MappingMaterial()))
    shipping = found["shipping_account default"]
    assert (shipping.target, shipping.confidence) == ("260", Confidence.MEDIUM)
    assert shipping.because == "The account is called Shipping income."
    assert found["discount_account default"].target == "261"
    only = replace(organisation, accounts=(*an_organisation().accounts, expenses))
    low = by_key(suggestions(joined(only), MappingMaterial()))["shipping_account default"]
    assert (low.target, low.confidence) == ("425", Confidence.LOW)


def test_past_invoices_go_before_names() -> None:
    """What lines of past invoices use wins over names, and over what was assumed."""
    organisation = here(("260", "Shipping income"), ("270", "Carriage"), ("205", "Web sales"))
    lines = past("270", "Postage and packing", 4) + past("205", "Widgets", 40)
    found = by_key(suggestions(joined(organisation), MappingMaterial(past=lines)))
    assert found["shipping_account default"].target == "270"
    sales = found["sales_account default"]
    assert (sales.target, sales.instead_of, sales.confidence) == ("205", "200", Confidence.HIGH)
    assert sales.because == "40 of 40 lines of past sales invoices use this account."


def test_what_a_person_chose_is_not_questioned() -> None:
    """A chosen entry stays while it holds; once it does not, another one is suggested."""
    organisation = here(("205", "Web sales"))
    connection = joined(organisation, sales_account__default="200")
    material = MappingMaterial(past=past("205", times=20))
    assert "sales_account default" not in by_key(suggestions(connection, material))
    gone = tuple(replace(x, active=x.code != "200") for x in organisation.accounts)
    connection = replace(connection, organisation=replace(organisation, accounts=gone))
    assert by_key(suggestions(connection, material))["sales_account default"].target == "205"
    assert "is archived" in invalid_entries(connection)["sales_account", "default"]
    first = gaps(connection, material)[0]
    assert first.blocks
    assert "no longer holds" in first.sentence


def test_rates_of_stored_orders_are_missed_before_they_fail() -> None:
    """A rate that orders have and nothing maps blocks; its only tax type is suggested."""
    rare = TaxRate(
        tax_type="TAX001",
        name="Fuel",
        rate=Decimal("12.5"),
        active=True,
        applies_to_revenue=True,
    )
    reverse = replace(rare, tax_type="REVERSECHARGES", name="Domestic Reverse Charge")
    organisation = here(tax_rates=(*an_organisation().tax_rates, rare, reverse))
    orders = seen({"rate": Decimal("12.50")}, {"rate": Decimal("12.50")}, {})
    connection, material = joined(organisation), MappingMaterial(seen=orders)
    (gap,) = gaps(connection, material)
    assert (gap.kind, gap.source, gap.blocks, gap.orders) == ("tax_rate", "12.5", True, 2)
    assert gap.fix == "mintsoft-xero connection map one tax_rate 12.5 TAXTYPE"
    found = by_key(suggestions(connection, material))["tax_rate 12.5"]
    assert (found.target, found.confidence, found.orders) == ("TAX001", Confidence.MEDIUM, 2)


def test_currencies_and_channels() -> None:
    """A currency that is not subscribed blocks; several channels in one account is advice."""
    orders = seen({"currency": "USD"}, {"channel_id": "8", "channel": "eBay"}, {})
    found = gaps(joined(here()), MappingMaterial(seen=orders))
    assert [(x.kind, x.source, x.blocks) for x in found] == [
        ("currency", "USD", True),
        ("sales_account", "channel:ID", False),
    ]
    assert "Settings > Currencies" in found[0].fix


def test_orders_that_are_not_due_are_not_concerned() -> None:
    """An exported or a skipped order needs no mapping any more."""
    orders = seen({}, state=ExportState.EXPORTED)
    assert orders.channels["7"].orders == 1
    assert concerned(orders, "sales_account", "channel:7") == 0
    assert concerned(seen({}, {}), "sales_account", "channel:7") == 2
    assert concerned(seen({}, {}), "tax_rate", "GB:20") == 2
    assert concerned(seen({}, {}), "tax_rate", "FR:20") == 0


def test_contact_of_the_same_name() -> None:
    """The only contact called like the channel is suggested by its id; of two, neither is."""
    contact = Listed(id=CONTACT, code="", name="shopify")
    material = MappingMaterial(seen=seen({}), contacts=[contact])
    found = by_key(suggestions(joined(here()), material))["contact channel:7"]
    assert (found.target, found.confidence) == (CONTACT, Confidence.HIGH)
    twice = replace(material, contacts=[contact, contact])
    assert "contact channel:7" not in by_key(suggestions(joined(here()), twice))


def test_tracking_is_only_hinted_at() -> None:
    """An option called like the channel is no more than a hint."""
    region = TrackingCategory(category_id="t", name="Channel", options=("Shopify", "eBay"))
    found = by_key(suggestions(joined(here(tracking=(region,))), MappingMaterial(seen=seen({}))))
    hint = found["tracking channel:7"]
    assert (hint.target, hint.confidence) == ("Channel=Shopify", Confidence.LOW)


def test_cost_centres() -> None:
    """Each cost centre of a fulfilment house is missed, and gets an account and a tax type."""
    organisation = here(
        ("220", "Storage fees"), ("221", "Pick and pack"), ("222", "Postage recharge")
    )
    connection = joined(organisation, "fulfilment", cost_centre__admin_fee="200/OUTPUT2")
    clients = [Listed(id="4", code="ACME", name="Acme Ltd")]
    material = MappingMaterial(clients=clients)
    missing = {(x.kind, x.source) for x in gaps(connection, material) if x.blocks}
    centres = {("cost_centre", x.value) for x in CostCentre if x is not CostCentre.ADMIN_FEE}
    assert missing == {*centres, ("contact", "client:ACME")}
    found = by_key(suggestions(connection, material))
    assert found["cost_centre storage"].target == "220/OUTPUT2"
    assert found["cost_centre picking"].target == "221/OUTPUT2"
    assert found["cost_centre postage"].target == "222/OUTPUT2"
    assert found["cost_centre postage_vat_free"].target == "222/ZERORATEDOUTPUT"
    rest = found["cost_centre collections"]
    assert (rest.target, rest.confidence) == ("200/OUTPUT2", Confidence.LOW)
    named = replace(material, contacts=[Listed(id=CONTACT, code="", name="ACME  LTD")])
    assert by_key(suggestions(connection, named))["contact client:ACME"].target == CONTACT
    assert "contact" not in {x.kind for x in gaps(connection, named)}


def test_without_an_organisation() -> None:
    """Before consent nothing can be suggested, and consent is what is missing."""
    connection = replace(joined(here()), organisation=None)
    assert suggestions(connection, MappingMaterial()) == []
    (gap,) = gaps(connection, MappingMaterial())
    assert gap.fix == "mintsoft-xero connection connect one"


def test_what_0_percent_is_is_asked() -> None:
    """Where goods at 0 % go somewhere by assumption, a person is asked which of four it is."""
    nothing = Decimal(0)
    orders = seen({"rate": nothing})
    (gap,) = gaps(joined(here()), MappingMaterial(seen=orders))
    assert (gap.source, gap.blocks, gap.orders) == ("0", False, 1)
    assert "reverse charge" in gap.sentence
    chosen = joined(here(), tax_rate__0="ZERORATEDOUTPUT")
    assert gaps(chosen, MappingMaterial(seen=orders)) == []


def test_rates_of_other_countries_are_named_and_not_guessed() -> None:
    """A rate of another country is missed by its name, and suggested by a name that says it."""
    german = TaxRate(
        tax_type="TAX009",
        name="OSS DE 19%",
        rate=Decimal(19),
        active=True,
        applies_to_revenue=True,
    )
    organisation = here(tax_rates=(*an_organisation().tax_rates, german))
    orders = seen({"country": "DE", "rate": Decimal(19)}, {"country": "FR", "rate": Decimal(19)})
    connection, material = joined(organisation), MappingMaterial(seen=orders)
    assert [x.source for x in gaps(connection, material)] == ["DE:19", "FR:19"]
    found = by_key(suggestions(connection, material))
    assert found["tax_rate DE:19"].target == "TAX009"
    assert "tax_rate FR:19" not in found
    mapped = joined(organisation, **{"tax_rate__DE:19": "TAX009"})
    assert [x.source for x in gaps(mapped, material)] == ["FR:19"]
