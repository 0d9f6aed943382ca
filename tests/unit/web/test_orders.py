"""The orders page."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from markupsafe import escape

from ....plugin.domain.exports.export import ExportState
from ....plugin.domain.exports.outcome import OutcomeKind
from .filled import PREFIX, Filled, document, numbers_in, refused, token_in

PAGE = f"{PREFIX}/"


def test_exported_document_carries_the_xero_mark(filled: Filled) -> None:
    """An exported document shows its invoice's number, "in Xero" and where it is seen there."""
    shop = filled.connect()
    filled.put(shop, document("1", ExportState.READY, total=Decimal("1234.50")), document("2"))
    filled.send(shop)
    exported, waiting = (
        filled.logged_in().get(PAGE, query_string={"state": state}).text
        for state in ("exported", "waiting")
    )
    assert "in Xero" in exported
    assert f'href="{escape(filled.plugin.link(shop, "id-1"))}"' in exported
    assert "1,234.50 GBP" in exported
    assert "in Xero" not in waiting


def test_reason_and_fix_are_shown(filled: Filled) -> None:
    """A document that needs attention says why, with its code, and what to do."""
    shop = filled.connect()
    filled.put(shop, document("1", ExportState.REFUSED, **refused("MX-202")))
    page = filled.logged_in().get(PAGE).text
    assert "Needs attention" in page
    assert "The discount is larger than the order." in page
    assert "then retry." in page
    assert "MX-202" in page


def test_moments_are_in_the_zone_of_the_connection(filled: Filled) -> None:
    """Noon UTC in June is one o'clock in London, and seven in New York."""
    for name, zone in {"uk": "Europe/London", "us": "America/New_York"}.items():
        filled.put(filled.connect(name, timezone=zone), document("1"))
    client = filled.logged_in()
    assert "15 Jun 2026, 13:00 BST" in client.get(PAGE, query_string={"connection": "uk"}).text
    assert "15 Jun 2026, 08:00 EDT" in client.get(PAGE, query_string={"connection": "us"}).text


def test_retrying_says_when(filled: Filled) -> None:
    """A document that waits for the clock shows the time in its connection's zone."""
    shop = filled.connect()
    filled.put(shop, document("1", ExportState.READY))
    again_at = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
    filled.send(shop, kind=OutcomeKind.LATER, code="MX-602", message="busy", again_at=again_at)
    assert "Retrying at 13:30" in filled.logged_in().get(PAGE).text


def test_filters_narrow(filled: Filled) -> None:
    """Connection, state and the beginning of a number each leave only what fits them."""
    shop, depot = filled.connect("shop"), filled.connect("depot")
    filled.put(shop, document("1"), document("2", ExportState.SKIPPED))
    filled.put(depot, document("3"), document("4", number="50%_off"), document("5", number="50X"))
    client = filled.logged_in()

    def shown(**asked: str) -> list[str]:
        return sorted(numbers_in(client.get(PAGE, query_string=asked)))

    assert shown(connection="shop") == ["WEB-1", "WEB-2"]
    assert shown(state="skipped") == ["WEB-2"]
    assert shown(connection="shop", state="waiting") == ["WEB-1"]
    assert shown(number="web-") == ["WEB-1", "WEB-2", "WEB-3"]
    assert shown(number="50%") == ["50%_off"]
    assert shown(number="50%_o\x00") == ["50%_off"]
    assert shown(number="EB-") == []


def test_counts_lead_to_their_documents(filled: Filled) -> None:
    """Each connection's counts per state are links that filter."""
    shop = filled.connect()
    filled.put(shop, *(document(str(n), ExportState.SKIPPED) for n in range(3)), document("9"))
    page = filled.logged_in().get(PAGE).text
    link = page[page.index("state=skipped") :]
    assert "connection=shop" in page
    assert "<strong>3</strong>" in link[: link.index("</a>")]


@pytest.mark.parametrize(
    "asked",
    [
        {"connection": "nobody"},
        {"state": "lost"},
        {"after": "x"},
        {"after": "1-1e9"},
        {"after": f"1-{2**31}"},
        {"after": f"{'9' * 18}-1"},
        {"after": f"{'9' * 40}-1"},
        {"connection": "<script>alert(1)</script>"},
    ],
)
def test_unknown_filter_is_not_found(filled: Filled, asked: dict[str, str]) -> None:
    """What is asked for and is not there gets a page that says so, and no script runs in it."""
    filled.connect()
    answer = filled.logged_in().get(PAGE, query_string=asked)
    assert answer.status_code == 404
    assert "There is no " in answer.text
    assert "<script" not in answer.text


def test_paging_shows_each_document_once(filled: Filled) -> None:
    """120 documents of one moment come on three pages, each of them once."""
    shop = filled.connect()
    filled.put(shop, *(document(str(n)) for n in range(120)))
    client, address, sizes = filled.logged_in(), PAGE, []
    seen: list[str] = []
    while address:
        answer = client.get(address)
        found = numbers_in(answer)
        sizes.append(len(found))
        seen += found
        before, _, after = answer.text.partition('" rel="next">')
        address = before.rpartition('href="')[2].replace("&amp;", "&") if after else ""
    assert sizes == [50, 50, 20]
    assert sorted(seen) == sorted(f"WEB-{n}" for n in range(120))


def test_documents_of_others_are_text(filled: Filled) -> None:
    """Whatever an order calls itself is shown, and never becomes part of the page."""
    shop = filled.connect()
    bad = '<script>alert("x")</script>'
    filled.put(
        shop,
        document(
            "1", ExportState.REFUSED, number=bad, client=bad, message=bad, fix=bad, code=bad[:9]
        ),
    )
    page = filled.logged_in().get(PAGE).text
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert") >= 4


def test_stopped_connection_says_why(filled: Filled) -> None:
    """A paused connection shows its reason and how to go on."""
    shop = filled.connect()
    filled.plugin.connections.pause(shop, "access has ended")
    page = filled.logged_in().get(PAGE).text
    assert "is paused: access has ended" in page
    assert "connection resume shop" in page


def test_no_connection_says_how_to_add_one(filled: Filled) -> None:
    """A new installation shows the command to begin with."""
    assert "mintsoft-xero connection add" in filled.logged_in().get(PAGE).text


def test_retry_and_clear_are_written_down(filled: Filled) -> None:
    """Retry and Clear change one document, and its events name the person."""
    shop = filled.connect()
    one, two = (document(n, ExportState.REFUSED, **refused("MX-202")) for n in "12")
    filled.put(shop, one, two)
    client = filled.logged_in()
    token = token_in(client.get(PAGE))
    rows = {row.number: row for row in filled.plugin.ledger.exports(shop)}
    for number, what in {"WEB-1": "retry", "WEB-2": "clear"}.items():
        address = f"{PAGE}exports/{shop.connection_id}/{rows[number].export_id}/{what}"
        back = f"{PAGE}?state=refused"
        answer = client.post(address, data={"csrf_token": token, "next": back})
        assert answer.location == back
    states = {row.number: row.state for row in filled.plugin.ledger.exports(shop)}
    assert states == {"WEB-1": ExportState.WAITING, "WEB-2": ExportState.CLEARED}
    story = filled.plugin.ledger.story(rows["WEB-2"].export_id)
    assert story.events[-1].who == "web:admin"
