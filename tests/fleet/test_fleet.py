"""The fleet in short: some runs of twenty connections among faults; and a judge that can fail."""

import copy
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ...plugin.processes.broker import find_broker
from ..chaos.session import world_of
from ..conftest import service_missing
from .accountant import PURCHASE, SALE
from .judge import judge
from .members import ACCOUNTS, FEW, FLEET, FULFILMENT, Member
from .run import SIMULATORS, Asked, Result, run

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

SHORT = Asked(syncs=30, orders=40, seed=3, seconds=8.0, members=FEW)


@pytest.fixture(scope="module")
def result() -> Iterator[Result]:
    """Return what came of a short run."""
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    with world_of("sqlite", simulators=SIMULATORS) as world:
        yield run(world, SHORT)


def test_the_fleet_is_mixed() -> None:
    """Twenty connections of both modes share accounts, organisations and Grants, but not names."""
    assert len({member.name for member in FLEET}) == 20
    assert 6 <= sum(member.mode == FULFILMENT for member in FLEET) <= 8
    for of in ("account", "organisation", "app"):
        assert len({getattr(member, of) for member in FLEET}) < len(FLEET)
    firsts = sorted(ACCOUNTS.values())
    assert all(after - before >= 100_000 for before, after in itertools.pairwise(firsts))


def test_each_document_once_in_its_own_organisation(result: Result) -> None:
    """Among faults, disconnections and deaths nothing is lost, doubled, or another's."""
    assert result.judgement.wrong == []
    assert result.judgement.orders > 0
    assert result.judgement.client_invoices > 0
    assert result.judgement.typed > 0
    assert result.syncs > 0
    assert result.fired["disconnect"] + result.fired["revoke one organisation"] > 0


def _swap(members: list[Member], _: Any) -> None:
    one, other = members[0], members[1]
    members[0] = replace(one, organisation=other.organisation)
    members[1] = replace(other, organisation=one.organisation)


def _invoices(seen: Any, member: Member) -> list[Any]:
    """Those of ours, in front of what people typed."""
    found: list[Any] = seen["organisations"][member.organisation]["invoices"]
    found.sort(key=lambda x: str(x["InvoiceNumber"]).startswith(SALE))
    return found


def _lose(members: list[Member], seen: Any) -> None:
    _invoices(seen, members[0]).pop(0)


def _lose_a_bill(members: list[Member], seen: Any) -> None:
    house = next(x for x in members if x.name == "north-house")
    _invoices(seen, house).pop(0)


def _double(members: list[Member], seen: Any) -> None:
    found = _invoices(seen, members[0])
    found.append({**found[0], "InvoiceID": "another"})


def _misplace(members: list[Member], seen: Any) -> None:
    _invoices(seen, members[1]).append(_invoices(seen, members[0]).pop(0))


def _distort(members: list[Member], seen: Any) -> None:
    found = _invoices(seen, members[0])
    found[0] = {**found[0], "Total": "0.01"}


def _overwrite(_: list[Member], seen: Any) -> None:
    seen["overwritten"].append("SH-1")


def _made_from_invoice(account: Any) -> str:
    found: str = next(
        key
        for key, versions in account["versions"].items()
        if str(versions[0][1]["ExternalOrderReference"]).startswith("xero:")
        and versions[0][1]["OrderStatusId"] == 1
    )
    return found


def _lose_an_order(members: list[Member], seen: Any) -> None:
    account = seen["accounts"][members[0].account]
    del account["versions"][_made_from_invoice(account)]


def _double_an_order(members: list[Member], seen: Any) -> None:
    versions = seen["accounts"][members[0].account]["versions"]
    versions["1"] = versions[_made_from_invoice(seen["accounts"][members[0].account])]


def _misplace_an_order(members: list[Member], seen: Any) -> None:
    account = seen["accounts"][members[0].account]
    key = _made_from_invoice(account)
    seen["accounts"]["south"]["versions"][key] = account["versions"].pop(key)


def _double_an_asn(members: list[Member], seen: Any) -> None:
    asns = seen["accounts"][members[0].account]["asns"]
    asns.append(next(x for x in asns if str(x["POReference"]).startswith(PURCHASE)))


@pytest.mark.parametrize(
    "mutation",
    [
        *(_swap, _lose, _lose_a_bill, _double, _misplace, _distort, _overwrite),
        *(_lose_an_order, _double_an_order, _misplace_an_order, _double_an_asn),
    ],
)
def test_the_judge_can_fail(result: Result, mutation: Callable[[list[Member], Any], None]) -> None:
    """Organisations swapped, or one document lost, doubled, misplaced or changed: it is red."""
    members, seen = list(FEW), copy.deepcopy(dict(result.seen))
    mutation(members, seen)
    assert judge(seen, result.rows, members).wrong


@pytest.mark.parametrize("state", ["ready", "claimed", "later", "unknown"])
def test_the_judge_sees_what_is_left(result: Result, state: str) -> None:
    """A row that is still on its way when all has settled is red."""
    rows = [dict(row) for row in result.rows]
    rows[0]["state"] = state
    assert any("left" in sentence for sentence in judge(result.seen, rows, FEW).wrong)
