import json
from datetime import timedelta
from decimal import Decimal

from ....plugin.domain.exports.export import ExportState
from ....plugin.errors import RuleFault, RuleFileError
from ..orders import an_order
from .installation import FakeWorker, Installation


def test_sends_once(here: Installation) -> None:
    """What is due is exported, and a second run sends nothing."""
    here.world.put(an_order("1"), an_order("2"), an_order("3", status="NEW"))
    first = here.json("export", "one", "--inline")
    assert (first["counts"]["exported"], first["counts"]["waiting"]) == (2, 1)
    assert here.world.connections.named("one").started
    sent = len(here.world.target.sent)
    second = here.json("export", "one", "--inline")
    assert (first.pop("capacity")["due"], second.pop("capacity")["due"]) == (2, 0)
    assert second == first
    assert len(here.world.target.sent) == sent
    assert here.world.invoices() == {"WEB-1": Decimal(24), "WEB-2": Decimal(24)}


def test_marks(here: Installation) -> None:
    """An export in this process marks the orders in Mintsoft too, as far as --wait allows."""
    here.world.put(an_order("1"))
    assert here.json("export", "one", "--inline", "--wait", "0")["marks_owed"] == 1
    assert here.json("export", "one", "--inline")["marks_owed"] == 0
    assert here.world.source.comments["1"]


def test_counts_for_people(here: Installation) -> None:
    """The table has the words that pages use, and nothing that only a terminal understands."""
    here.world.put(an_order("1"), an_order("2", status="NEW"))
    result = here.run("export", "one", "--inline")
    assert result.stdout.splitlines() == [
        "State     Orders",
        "Waiting        1",
        "Exported       1",
    ]
    assert "Reading orders from Mintsoft" in result.stderr


def test_dry_run(here: Installation) -> None:
    """A dry run decides and builds, sends nothing, and leaves the schedule off."""
    here.world.put(an_order("1"))
    assert here.json("export", "one", "--dry-run")["counts"]["ready"] == 1
    assert here.world.target.sent == []
    assert not here.world.connections.named("one").started


def test_only(here: Installation) -> None:
    """--only sends the orders that are named alone, and an exported one never again."""
    here.world.put(an_order("1"), an_order("2"), an_order("3", status="NEW"))
    chosen = here.json("export", "one", "--inline", "--only", "web-1")["documents"]
    assert [(x["state"], x["already_exported"]) for x in chosen] == [("exported", False)]
    assert list(here.world.invoices()) == ["WEB-1"]
    assert not here.world.connections.named("one").started
    words = ("export", "one", "--inline", "--only", "WEB-1", "--only", "WEB-3")
    told = here.run(*words).stdout
    assert "WEB-1: already exported to Xero as WEB-1" in told
    assert "WEB-3: Waiting: the status NEW is not among" in told
    assert len(here.world.target.sent) == 1


def test_only_unknown(here: Installation) -> None:
    """A number that no order has is wrong usage, with a hint."""
    here.world.put(an_order("1"))
    result = here.run("export", "one", "--inline", "--only", "WEB-9", code=2)
    assert "did you mean 'WEB-1'?" in result.stderr
    assert here.world.target.sent == []


def test_strict(here: Installation) -> None:
    """With --strict an order that needs attention makes the exit code 1; without it does not."""
    here.world.put(an_order("1", stated_gross=Decimal(99)), an_order("2"))
    assert "mintsoft-xero errors one" in here.run("export", "one", "--inline").stderr
    here.run("export", "one", "--inline", "--strict", code=1)
    here.run("export", "one", "--inline", "--strict", "--only", "WEB-2")


def test_lost_answer(here: Installation) -> None:
    """A lost answer is looked up within --wait, and the invoice is there once."""
    here.world.put(an_order("1"))
    here.world.target.lose_answer = "after"
    assert here.json("export", "one", "--inline")["counts"]["exported"] == 1
    assert list(here.world.invoices()) == ["WEB-1"]


def test_wait_ends(here: Installation) -> None:
    """Waiting ends when no answer comes for --wait seconds; the order is tried again later."""
    here.world.put(an_order("1"))
    begun = here.world.clock.now()

    def down(method: str) -> None:
        here.world.target.down = "claimed" in here.world.states().values()

    here.world.source.before = down
    counts = here.json("export", "one", "--inline", "--wait", "20")["counts"]
    assert counts["later"] == 1
    assert here.world.clock.now() - begun < timedelta(seconds=30)


def test_may_not_run(here: Installation) -> None:
    """A connection that is paused or waits for consent is not exported: exit 1, and why."""
    here.run("connection", "pause", "one")
    assert "is paused" in here.run("export", "one", "--inline", code=1).stderr
    here.needs_consent()
    assert "waits for consent" in here.run("export", "one", "--inline", code=1).stderr


def test_no_worker(here: Installation) -> None:
    """Without a broker or a worker the command says so, exit 1, and sends nothing."""
    here.world.put(an_order("1"))
    result = here.run("export", "one", code=1)
    assert "No worker answers." in result.stderr
    assert "--inline" in result.stderr
    assert here.world.rows() == {}


def test_worker(here: Installation) -> None:
    """With a worker nothing is sent by the command itself, and the answers are waited for."""
    worker = here.plugin.worker = FakeWorker(here.plugin)
    here.world.put(*(an_order(str(n)) for n in range(1, 61)))
    assert here.json("export", "one", "--only", "WEB-7")["counts"]["exported"] == 1
    assert len(worker.told) == 1
    assert len(worker.told[0]) == 1
    assert here.json("export", "one")["counts"]["exported"] == 60
    assert [len(ids) for ids in worker.told] == [1, 50, 9]


def test_worker_falls_silent(here: Installation) -> None:
    """When workers stop answering, the command ends after --wait and says what is left."""
    worker = here.plugin.worker = FakeWorker(here.plugin)
    here.world.put(an_order("1"))
    here.world.source.before = lambda _: setattr(worker, "deaf", True)
    result = here.run("export", "one", "--wait", "5")
    assert "1 have no answer yet; workers go on with them" in result.stderr
    assert here.world.states() == {"1": "ready"}


def test_worker_loses_access(here: Installation) -> None:
    """When a worker finds that access has ended, the command says why and exits with 1."""
    here.plugin.worker = FakeWorker(here.plugin)
    here.world.put(an_order("1"))

    def end(_method: str) -> None:
        here.world.target.access_ended = "claimed" in here.world.states().values()

    here.world.source.before = end
    result = here.run("export", "one", code=1)
    assert "is paused: The connection to Xero has ended" in result.stderr
    assert here.world.states() == {"1": "ready"}


def test_already_running(here: Installation) -> None:
    """Two exports of a connection do not run at the same time: the second one exits with 1."""
    with here.plugin.leases.hold("export:1", seconds=600, wait=0):
        result = here.run("export", "one", "--inline", code=1)
    assert "An export of one is already running." in result.stderr
    here.run("export", "one", "--inline")


def test_access_ended(here: Installation) -> None:
    """When access has ended, the connection is paused and the command exits with 1."""
    here.world.put(an_order("1"))
    here.world.target.access_ended = True
    result = here.run("export", "one", "--inline", code=1)
    assert "Error: The connection to Xero has ended" in result.stderr
    assert "connection connect" in result.stderr
    assert not here.world.connections.named("one").may_run()[0]


def test_damaged_book(here: Installation) -> None:
    """All faults of a damaged rule file are named, each with its place: exit 1."""
    faults = [RuleFault(path="a.yaml", line=n, column=2, message="wrong") for n in (3, 9)]
    here.plugin.failure = RuleFileError(faults)
    result = here.run("export", "one", "--inline", code=1)
    assert "Error: a.yaml:3:2: wrong\nError: a.yaml:9:2: wrong\n" in result.stderr


def test_since(here: Installation) -> None:
    """--since takes a date, and reads orders of that day on again."""
    here.world.put(an_order("1"))
    here.run("export", "one", "--inline")
    here.run("export", "one", "--inline", "--since", "2026-06-15")
    here.run("export", "one", "--inline", "--since", "yesterday", code=2)
    assert json.loads(here.run("outcomes", "one", "--json").stdout)["state"] == "exported"
    assert here.world.row().state is ExportState.EXPORTED
