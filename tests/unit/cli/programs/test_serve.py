import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from .....plugin.sandbox.day.cases import SHOP_MONEY
from .....plugin.sandbox.serve import STORE, Beginning, begin, mintsoft_app, xero_app
from .....plugin.sandbox.store import Store
from .....plugin.sandbox.trouble import ChanceFaults, Trouble, read_trouble

Open = Callable[[Flask], Any]
DAY = Beginning(orders=40, seed=3, today="2026-11-22")


@pytest.fixture
def opened() -> Iterator[Open]:
    """Give a client of an app; its store is closed at the end of the test."""
    stores: list[Store] = []

    def client(app: Flask) -> Any:
        stores.append(app.extensions[STORE])
        return app.test_client()

    yield client
    for store in stores:
        store.close()


def invoices(client: Any) -> list[tuple[str, Decimal, str]]:
    answer = client.get("/_sandbox/invoices").json
    return sorted((x["number"], Decimal(x["total"]), x["currency"]) for x in answer["invoices"])


def test_beginning_stays(tmp_path: Path) -> None:
    """What a state began with counts, whatever is wished later."""
    assert begin(tmp_path / "state", DAY) == DAY
    assert begin(tmp_path / "state", Beginning(orders=99, seed=4, today="2027-01-01")) == DAY
    assert begin(None, DAY) == DAY


def test_kind_of_money_stays(tmp_path: Path) -> None:
    """A day that began without money as shops write it stays without, whatever is wished later."""
    state, kinds = tmp_path / "state", {kind.__name__ for kind in SHOP_MONEY}
    with_it = Beginning(orders=60, seed=1, today="2026-11-22")
    plain = replace(with_it, shop_money=False)
    for beginning in (begin(state, plain), begin(state, with_it)):
        assert kinds.isdisjoint(each.case for each in beginning.day().expected.values())
    assert kinds <= {each.case for each in with_it.day().expected.values()}


def test_documents_made_by_hand_are_seeded_once(tmp_path: Path, opened: Open) -> None:
    """Xero begins with what people typed in; neither a restart nor a reset doubles or drops it."""
    made_by_hand = sorted(DAY.day().already_in_xero)
    assert made_by_hand
    assert invoices(opened(xero_app(DAY, tmp_path))) == made_by_hand
    restarted = opened(xero_app(DAY, tmp_path))
    assert invoices(restarted) == made_by_hand
    restarted.post("/_sandbox/reset", json={})
    assert invoices(restarted) == made_by_hand


def test_orders_survive_a_restart(tmp_path: Path, opened: Open) -> None:
    """The orders of a state, edits included, are those of the next run."""
    first = opened(mintsoft_app(DAY, tmp_path))
    first.post("/_sandbox/edit", json={"id": 9001, "set": {"OrderNumber": "CHANGED"}})
    restarted = opened(mintsoft_app(Beginning(orders=99, seed=4, today="2027-01-01"), tmp_path))
    assert restarted.get("/_sandbox/state").json["orders"] == 40
    assert (
        restarted.application.extensions[STORE].table("order")["9001"]["OrderNumber"] == "CHANGED"
    )


@pytest.mark.parametrize("text", ["none", "", "light", "storm"])
def test_named_trouble(text: str, opened: Open) -> None:
    """The words for trouble name faults that both sandboxes know."""
    trouble = read_trouble(text)
    assert bool(trouble) == (text in {"light", "storm"})
    mintsoft_app(DAY, None, trouble)
    answer = opened(xero_app(DAY, None, trouble)).get("/_sandbox/faults").json
    assert len(answer["faults"]) == len([x for x in trouble if x.side == "xero"])


def test_counted_and_frequent_trouble() -> None:
    """A whole number is a number of calls, a number with a point a part of them."""
    assert read_trouble("xero.drop_after=2, mintsoft.error=0.1,xero.slow=1.0") == [
        Trouble(side="xero", kind="drop_after", times=2, rate=0.0),
        Trouble(side="mintsoft", kind="error", times=0, rate=0.1),
        Trouble(side="xero", kind="slow", times=0, rate=1.0),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("stormy", "'stormy' is not none, light, storm or a fault like"),
        ("sage.drop=1", "'sage.drop=1' is not none"),
        ("xero.dorp=1", "xero has no fault 'dorp', only appminute429, "),
        ("xero.drop_after=often", "needs a number after the ="),
        ("xero.drop_after=1.5", "from 0.0 to 1.0"),
        ("xero.drop_after=-1", "needs a number of calls"),
        ("mintsoft.error=nan.0", "needs a number after the ="),
    ],
)
def test_trouble_that_cannot_be_read(text: str, complaint: str) -> None:
    """A wrong SPEC is answered with what is wrong with it."""
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_trouble(text)


def test_mintsofts_trouble_by_chance() -> None:
    """Rates come out about right, the same in each run, and end when faults are set anew."""

    def hits(faults: ChanceFaults) -> list[bool]:
        return [faults.take("/api/Order/List") is not None for _ in range(1000)]

    make: Callable[[], ChanceFaults] = lambda: ChanceFaults(  # noqa: E731
        read_trouble("mintsoft.error=0.1,mintsoft.drop=3")
    )
    first, faults = hits(make()), make()
    assert first == hits(faults)
    assert first[:3] == [True, True, True]
    assert 70 < sum(first) < 140
    assert {x.kind: x.fired for x in faults.all()}["drop"] == 3

    faults.set([])
    assert not any(hits(faults))
