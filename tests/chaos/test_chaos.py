"""Chaos in short: two runs with all faults, kills and edits, and each safety taken out once."""

import sys
from collections.abc import Iterator
from datetime import date

import pytest

from ...plugin.processes.broker import find_broker
from ...plugin.sandbox.day import make_day
from ...plugin.sandbox.xero.organisation.chart import currencies
from ..conftest import service_missing
from .databases import Postgresql
from .run import Asked, Result
from .sabotage import WITHOUT
from .session import runs, world_of
from .truth import truths, unsound_of
from .world import World

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

SHORT = Asked(orders=120, storm=4.0, marks=True, without="")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Return the processes of a session on SQLite."""
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    with world_of("sqlite") as world:
        yield world


def test_each_order_once_whatever_breaks(world: World) -> None:
    """Whatever is killed, lost or edited: each due order is in Xero once, with its right total."""
    (result,) = runs(world, [1], SHORT, trouble=False, say=print)
    assert result.judgement.wrong == []
    assert result.judgement.there > 0
    assert _something_happened(result)


@pytest.mark.parametrize("safety", WITHOUT)
def test_chaos_notices_what_is_taken_out(world: World, safety: str) -> None:
    """Without the claim, the look-up or the recheck a run is red: they are what keeps it right."""
    asked = Asked(orders=120, storm=4.0, marks=False, without=safety, lost=4)

    def red(seed: int) -> bool:
        (result,) = runs(world, [seed], asked, trouble=False, say=print)
        return bool(result.judgement.wrong)

    # By chance nothing may meet in one run, on a machine that is busy or very fast.
    assert any(red(seed) for seed in range(1, 6))


@pytest.mark.parametrize("database", ["full-disk", "postgresql"])
def test_a_database_that_fails_in_mid_run(database: str) -> None:
    """A full disk, and a server that is killed, lose and double nothing either."""
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    if database == "postgresql" and Postgresql.programs() is None:
        service_missing("no PostgreSQL server is installed")
    with world_of(database) as world:
        (result,) = runs(world, [1], SHORT, trouble=True, say=print)
    assert result.judgement.wrong == []
    assert result.fired["trouble the database"] > 0


def test_truth_is_the_answer_key() -> None:
    """Of each order of a day the truth, its figures apart, says what its maker says."""
    day = make_day(orders=400, seed=5, today=date(2026, 11, 20))
    versions = {str(order["ID"]): [("0", order)] for order in day.orders}
    subscribed = frozenset(row["Code"] for row in currencies("GB"))
    others, unsound = [number for number, _, _ in day.already_in_xero], unsound_of(day.expected)
    found = truths(versions, subscribed, others, unsound)
    for key, expected in day.expected.items():
        said = found[key].due and key == min(found[key].same, key=int)
        assert said == (expected.state == "exported"), (key, expected)
        assert found[key].versions[-1].total == expected.gross


def _something_happened(result: Result) -> bool:
    faults = sum(n for name, n in result.fired.items() if name.startswith(("xero.", "mintsoft.")))
    return faults > 0 and result.fired["edit an order"] > 0
