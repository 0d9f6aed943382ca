"""PriceList: one reading for many batches, and lines that go without an item where they must."""

import json
from datetime import timedelta
from typing import Any

from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.items.price_list import AGE, PriceList
from .....adapters.xero.target import XeroTarget
from .....plugin.domain.exports.outcome import OutcomeKind
from .....plugin.domain.invoices.item import Item
from .....plugin.testing.infrastructure import FakeClock
from .fakes import Answer, ScriptedXero


def items(*codes: str) -> list[Item]:
    return [Item(code=code, name="Mug", purchased=False) for code in codes]


def listed(code: str, **changes: Any) -> dict[str, Any]:
    """Return an item as Xero lists it."""
    return {"ItemID": f"id-{code}", "Code": code, "IsSold": True} | changes


def test_one_reading(client: XeroClient, xero: ScriptedXero, clock: FakeClock) -> None:
    """The list is read once, and then what changed since, when it is a quarter of an hour old."""
    xero.say(Answer(body={"Items": [listed("Mug")]}), Answer(body={"Items": [listed("new")]}))
    found = PriceList()
    for _ in range(3):
        assert found.codes(client, items("MUG", "NEW"), create=False) == {"MUG": "Mug"}
    assert len(xero.requests) == 1
    assert "If-Modified-Since" not in xero.requests[0].headers
    clock.advance(seconds=(AGE + timedelta(seconds=1)).total_seconds())
    assert found.codes(client, items("MUG", "NEW"), create=False) == {"MUG": "Mug", "NEW": "new"}
    assert "If-Modified-Since" in xero.requests[1].headers


def test_what_lines_may_not_name(client: XeroClient, xero: ScriptedXero) -> None:
    """Items that are not sold or whose stock Xero counts are neither named nor made again."""
    there = [listed("buy", IsSold=False), listed("stock", IsTrackedAsInventory=True)]
    xero.say(Answer(body={"Items": there}))
    wanted = items("buy", "stock", "X" * 31, " ")
    assert PriceList().codes(client, wanted, create=True) == {}
    assert len(xero.requests) == 1


def test_what_xero_refuses(client: XeroClient, xero: ScriptedXero) -> None:
    """An item that Xero refuses is not tried again with each batch; two spellings are one item."""
    refused = {"ItemID": "", "Code": "b", "ValidationErrors": [{"Message": "No."}]}
    xero.say(Answer(body={"Items": []}), Answer(body={"Items": [listed("A"), refused]}))
    found = PriceList()
    for _ in range(2):
        named = found.codes(client, items("a", "A", "b"), create=True)
        assert set(named) == {"a", "A"}
    assert len(xero.requests) == 2
    sent = json.loads(xero.requests[1].body)["Items"]
    assert [item["Code"] for item in sent] == ["A", "b"]
    assert sent[0] == {"Code": "A", "Name": "Mug", "IsSold": True, "IsPurchased": False}


def test_made_by_another_process(client: XeroClient, xero: ScriptedXero, clock: FakeClock) -> None:
    """Before anything is made, what others made meanwhile is read, and then not made again."""
    xero.say(Answer(body={"Items": []}), Answer(body={"Items": [listed("A"), listed("B")]}))
    found = PriceList()
    assert found.codes(client, items("A"), create=False) == {}
    clock.advance(seconds=5)
    assert set(found.codes(client, items("A", "B"), create=True)) == {"A", "B"}
    assert [request.method for request in xero.requests] == ["GET", "GET"]


def test_item_that_is_gone(client: XeroClient, xero: ScriptedXero) -> None:
    """When Xero refuses a line's item, the whole list is read again: a retry goes without it."""
    gone = {
        "InvoiceID": "",
        "InvoiceNumber": "N",
        "HasErrors": True,
        "ValidationErrors": [{"Message": "Item code 'Mug' is not valid"}],
    }
    xero.say(
        Answer(body={"Items": [listed("Mug")]}),
        Answer(body={"Invoices": [gone]}),
        Answer(body={"Items": []}),
    )
    target = XeroTarget(client)
    assert target.items(items("Mug"), create=False) == {"Mug": "Mug"}
    assert target.send(b"{}", "key", ["N"])["N"].kind is OutcomeKind.REFUSED
    assert target.items(items("Mug"), create=False) == {}
