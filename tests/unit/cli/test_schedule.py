"""`schedule list`, `set` and `run`: what runs by the clock, and what a person changes of it."""

from datetime import timedelta
from typing import Any

import pytest

from ....plugin.database.tables import job as job_table
from ....plugin.domain.connections.job import JobName
from ....plugin.errors import Disconnected, TryLater
from ....plugin.services.context_cache import ContextCache
from ....plugin.services.jobs import run_job
from ..orders import an_order
from .installation import FakeWorker, Installation

#: What a terminal is told when a bar begins.
HIDE_CURSOR = "\x1b[?25l"


def job_of(here: Installation, name: str = "export_orders") -> dict[str, Any]:
    """One job of the connection, as `schedule list` has it."""
    (view,) = here.json("schedule", "list", "one")
    (job,) = (x for x in view["jobs"] if x["job"] == name)
    return dict(job)


def job_names(here: Installation) -> list[JobName]:
    """The jobs that the connection has."""
    return [x.name for x in here.plugin.jobs.of(here.world.connection)]


class Worker(FakeWorker):
    """A worker that runs jobs too."""

    def __init__(self, here: Installation) -> None:
        super().__init__(here.plugin)
        self._here = here

    def send_task(self, name: str, arguments: list[Any], *, retry: bool, **when: Any) -> None:
        super().send_task(name, arguments, retry=retry, **when)
        if name == "mintsoft_xero.catalogue":
            connection = self._here.plugin.connections.named("one")
            run_job(
                self._here.plugin, ContextCache(self._here.plugin), connection, JobName.CATALOGUE
            )


def test_list(here: Installation) -> None:
    """All jobs with their intervals; off until a first export, and what the last run came to."""
    (view,) = here.json("schedule", "list")
    assert [x["every_minutes"] for x in view["jobs"]] == [15, 15, 15, 60, 1440, 1440]
    assert [x["job"] for x in view["jobs"] if x["switch"] != "waits"] == ["keep_alive"]
    here.run("export", "one", "--inline")
    here.plugin.jobs.take_due()
    job = job_of(here)
    assert (job["switch"], job["last_result"], job["counts"]) == ("on", None, {})
    assert job["next_run_at"].endswith("Z")
    assert job_of(here, "import_purchase_orders")["switch"] == "waits"
    said = here.run("schedule", "list", "one").stdout
    assert "times of Europe/London" in said
    assert "BST" in said
    here.world.connections.pause(here.world.connection, "a person said so")
    assert job_of(here)["next_run_at"] is None
    assert "Its jobs rest: Connection one is paused" in here.run("schedule", "list").stdout


def test_set(here: Installation) -> None:
    """An interval of its own, back to the usual one, off and on; wrong words change nothing."""
    changed = here.json("schedule", "set", "one", "reconcile", "--every", "120", "--on")
    assert (changed["every_minutes"], changed["usual"], changed["nightly"]) == (120, False, False)
    assert changed["switch"] == "on"
    assert "every 2 hours, on" in here.run("schedule", "set", "one", "reconcile", "--on").stdout
    said = here.run("schedule", "set", "one", "reconcile", "--usual", "--off").stdout
    assert "Reconcile: every night, off" in said
    before = job_of(here, "reconcile")
    for words in ((), ("--every", "0"), ("--every", "10081"), ("--every", "5", "--usual")):
        here.run("schedule", "set", "one", "reconcile", *words, code=2)
    here.run("schedule", "set", "one", "reconciling", "--on", code=2)
    here.run("schedule", "set", "two", "reconcile", "--on", code=2)
    said = here.run("schedule", "set", "one", "export_client_invoices", "--on", code=2).stderr
    assert "Connection one has no job export_client_invoices" in said
    assert job_of(here, "reconcile") == before


def test_run_here(here: Installation) -> None:
    """An export that is run here sends, keeps its result, and starts the schedule."""
    here.world.put(an_order("1"))
    ran = here.json("schedule", "run", "one", "export_orders", "--inline")
    assert (ran["last_result"], ran["last_code"]) == (
        "Mintsoft's documents were read, and sent.",
        None,
    )
    assert ran["counts"] == {"exported": 1}
    assert job_of(here)["switch"] == "on"
    said = here.run("schedule", "run", "one", "reconcile", "--inline").stdout
    assert "Everything agrees." in said
    assert "0 findings" in said


def test_run_on_a_terminal(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar is drawn for an export that runs here; a run without steps draws none."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    run = ("schedule", "run", "one")
    assert HIDE_CURSOR in here.run(*run, "export_orders", "--inline").stderr
    assert HIDE_CURSOR not in here.run(*run, "reconcile", "--inline").stderr
    here.plugin.worker = Worker(here)
    assert HIDE_CURSOR not in here.run(*run, "catalogue").stderr


def test_run_by_a_worker(here: Installation) -> None:
    """A worker is told, and its result printed; what takes longer is said to go on."""
    here.run("schedule", "run", "one", "catalogue", code=1)
    here.plugin.worker = Worker(here)
    ran = here.json("schedule", "run", "one", "catalogue")
    assert ran["last_result"] == "The organisation's accounts and tax rates were read."
    assert ran["switch"] == "waits"
    said = here.run("schedule", "run", "one", "reconcile", "--wait", "3").stderr
    assert "It has not ended yet" in said
    assert job_of(here, "reconcile")["asked_at"] is not None


def test_run_what_cannot(here: Installation) -> None:
    """What fails is said with exit code 1 and kept as the last result; so is a second run."""
    here.world.source.failure = TryLater(code="MX-105", after=5, service="Mintsoft", reason="x")
    assert "Mintsoft" in here.run("schedule", "run", "one", "reconcile", "--inline", code=1).stderr
    assert job_of(here, "reconcile")["last_code"] == "MX-105"
    token = here.plugin.jobs.begin(1, JobName.RECONCILE)
    assert token
    said = here.run("schedule", "run", "one", "reconcile", "--inline", code=1).stderr
    assert "Reconcile of one runs already." in said
    assert "runs since" in here.run("schedule", "list", "one").stdout
    here.plugin.jobs.end(1, JobName.RECONCILE, token, result="done")
    with here.world.database.transaction() as transaction:
        later = {"begun_at": here.world.clock.now() + timedelta(minutes=1)}
        transaction.execute(job_table.update().values(later))
    assert "broken off" in job_of(here, "reconcile")["last_result"]
    here.world.source.failure = Disconnected(reason="the login is refused")
    here.run("schedule", "run", "one", "export_orders", "--inline", code=1)
    assert "is paused" in here.run("schedule", "run", "one", "catalogue", code=1).stderr


def test_holds(here: Installation) -> None:
    """While a side is away the jobs rest, and it is said until when."""
    here.run("export", "one", "--inline")
    here.plugin.jobs.take_due()
    connection = here.world.connections.named("one")
    here.world.ledger.hold(connection, "Xero is away.", code="MX-601", after=3600)
    assert job_of(here)["next_run_at"] is None
    here.world.clock.advance(hours=2)
    assert job_of(here)["next_run_at"] is not None
