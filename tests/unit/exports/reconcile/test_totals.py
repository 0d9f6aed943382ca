"""Control totals always add up, whatever the three sides say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from .....plugin.domain.exports.export import ExportState
from .....plugin.domain.reconciliation.comparison import compare
from .....plugin.domain.reconciliation.reconciliation import Booked, Filed, Sides, Stated, Tally

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 3)

days = st.dates(FIRST - timedelta(days=1), LAST + timedelta(days=1))
ids = st.integers(1, 12).map(str)
sums = st.decimals("0", "999.99", places=2)
currencies = st.sampled_from(["GBP", "EUR"])
channels = st.sampled_from(["", "Shopify", "eBay"])
moments = st.sampled_from([NOW, NOW - timedelta(days=3)])

stated = st.builds(
    Stated,
    source_id=ids,
    number=ids,
    day=days,
    channel=channels,
    currency=currencies,
    gross=sums,
    fingerprint=st.sampled_from("ab"),
    changed_at=moments,
)
booked = st.builds(
    Booked,
    source_id=ids,
    number=ids,
    own=st.booleans(),
    state=st.sampled_from(list(ExportState)),
    reason=st.just(""),
    invoice_number=ids,
    invoice_id=ids,
    day=days | st.none(),
    channel=channels,
    currency=currencies,
    total=sums,
    gross=sums | st.none(),
    fingerprint=st.sampled_from("ab"),
    contact_id=st.sampled_from(["", "c"]),
    since=moments,
    order_cleared=st.booleans(),
    document_cleared=st.booleans(),
)
filed = st.builds(
    Filed,
    invoice_id=ids,
    number=ids,
    source_id=ids | st.just(""),
    status=st.sampled_from(["AUTHORISED", "PAID"]),
    alive=st.booleans(),
    day=days,
    contact_id=st.sampled_from(["c", "d"]),
    currency=currencies,
    total=sums,
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(stated, unique_by=lambda x: x.source_id),
    st.lists(booked, unique_by=lambda x: x.source_id),
    st.lists(filed, unique_by=lambda x: x.invoice_id),
)
def test_totals_add_up(orders: list[Stated], rows: list[Booked], documents: list[Filed]) -> None:
    """Orders by state are all that Mintsoft has, and lines are what each side has, in count and
    sum: nothing is left out, and nothing is counted twice.
    """
    result = compare(
        Sides(
            first=FIRST,
            last=LAST,
            now=NOW,
            read_until=NOW - timedelta(days=1),
            prefix="",
            orders=orders,
            gone=frozenset(),
            rows=rows,
            documents=documents,
        )
    )
    for currency in ("GBP", "EUR"):
        whole = [x.gross for x in orders if FIRST <= x.day <= LAST and x.currency == currency]
        assert result.of_mintsoft.get(currency, Tally()) == _tally(whole)
        under_way = {"ready", "claimed", "later", "unknown", "exported"}
        eligible = [
            tally for (x, of), tally in result.standing.items() if x in under_way and of == currency
        ]
        total = result.totals.get(currency)
        assert (total.mintsoft if total else Tally()) == sum(eligible, Tally())
        exported = [
            x.total
            for x in rows
            if x.own and x.exported and x.day and FIRST <= x.day <= LAST and x.currency == currency
        ]
        assert (total.ledger if total else Tally()) == _tally(exported)
        alive = [
            x.total
            for x in documents
            if x.alive and x.day and FIRST <= x.day <= LAST and x.currency == currency
        ]
        assert (total.xero if total else Tally()).count <= len(alive)
    assert len({(x.day, x.channel, x.currency) for x in result.lines}) == len(result.lines)


def _tally(amounts: list[Decimal]) -> Tally:
    return Tally(count=len(amounts), total=sum(amounts, Decimal(0)))
