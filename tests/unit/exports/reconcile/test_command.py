"""`reconcile`, its schema, and what the night's run leaves behind."""

from pathlib import Path

import pytest

from .....plugin import worker
from .....plugin.domain.connections.job import JobName
from .....plugin.errors import TryLater
from .....plugin.services.celery_app import RECONCILE
from .....plugin.services.context_cache import ContextCache
from .....plugin.services.jobs import run_job
from ...cli.installation import FakeWorker, Installation
from ...orders import an_order
from ...world import World


@pytest.fixture
def here(world: World, tmp_path: Path) -> Installation:
    """Return an installation with two exported orders and one that waits."""
    world.put(an_order("1"), an_order("2"), an_order("3", status="NEW"))
    world.export()
    return Installation(world, tmp_path)


def test_all_agrees(here: Installation) -> None:
    """Where everything agrees the command says so, with totals to tick off, and exits with 0."""
    answer = here.json("reconcile", "one")
    assert answer["findings"] == []
    tally = {"count": 2, "total": "48.00"}
    (total,) = answer["totals"]
    assert (total["mintsoft"], total["ledger"], total["xero"]) == (tally,) * 3
    assert answer["mintsoft"][0]["all"] == {"count": 3, "total": "72.00"}
    said = here.run("reconcile", "one").stdout
    assert "Everything agrees." in said
    assert "Waiting: 1 order, GBP 24.00" in said


def test_findings(here: Installation) -> None:
    """What does not agree is exit code 1, with one thing to do, for people and for programs."""
    here.world.target.set_status("WEB-1", "VOIDED")
    (finding,) = here.json("reconcile", "one", code=1)["findings"]
    assert (finding["class"], finding["number"]) == ("voided", "WEB-1")
    assert finding["fix"].endswith("mintsoft-xero retry one WEB-1 --again.")
    said = here.run("reconcile", "one", code=1).stdout
    assert "Voided, 1 document: Voided in Xero." in said
    assert "-24.00" in said
    assert finding["fix"] in said


def test_wrong_use(here: Installation) -> None:
    """A period that ends before it begins, or an unknown connection, is wrong usage."""
    here.run("reconcile", "one", "--since", "2026-06-02", "--until", "2026-06-01", code=2)
    here.run("reconcile", "nobody", code=2)


def test_one_at_a_time(here: Installation) -> None:
    """While one reconciliation runs another one is refused, and nothing is kept of it."""
    key = here.world.connection.connection_id
    with here.plugin.leases.hold(f"reconcile:{key}", seconds=60, wait=0):
        here.run("reconcile", "one", code=1)
    assert here.world.ledger.reconciliations(here.world.connection) == []


def test_unreachable(here: Installation) -> None:
    """Where a side can't be read nothing is kept, and the command says so."""
    here.world.source.failure = TryLater(service="Mintsoft", after=60)
    here.run("reconcile", "one", code=1)
    assert here.world.ledger.reconciliations(here.world.connection) == []


def test_night(here: Installation) -> None:
    """Once a night a tick has a worker reconcile; `connection show` says what came of it."""
    world = here.world
    assert here.json("connection", "show", "one")["reconciled"] is None
    world.connections.start(world.connection)
    connection = world.connections.named("one")
    told: list[str] = []

    class Worker(FakeWorker):
        def send_task(self, name: str, arguments: list[object], **_: object) -> None:
            told.append(name)
            if name == RECONCILE:
                kept = ContextCache(here.plugin)
                run_job(here.plugin, kept, connection, JobName.RECONCILE)

    here.plugin.worker = Worker(here.plugin)
    for _ in range(48):
        worker.tick_all(here.plugin)
        world.clock.advance(minutes=30)
    assert told.count(RECONCILE) == 1
    last = here.json("connection", "show", "one")["reconciled"]
    assert last["findings"] == 0
    assert "everything agreed" in here.run("connection", "show", "one").stdout
