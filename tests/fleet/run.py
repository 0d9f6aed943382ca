"""One run of the fleet: connect, storm, calm, settle, judge."""

import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...plugin.domain.connections.job import EXPORTS, IMPORTS, JobName
from ...plugin.rate_limits.redis import RedisLimiter
from ...plugin.services import container
from ..chaos import sabotage
from ..chaos.worker import Worker, widen_limits
from ..chaos.world import World
from .judge import Judgement, judge
from .members import FLEET, Member
from .office import Office
from .storm import POLL, Storm

#: The module that serves both sides.
SIMULATORS = "tests.fleet.sandboxes"
#: The longest that settling may take, in real seconds.
SETTLES_WITHIN = 240.0
#: Looks at the ledger in which nothing moved.
STILL = 3
CHILDREN = 2


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the program was asked for."""

    syncs: int
    #: Orders of each account at the beginning.
    orders: int
    seed: int
    #: The longest that the storm lasts, in real seconds.
    seconds: float
    members: Sequence[Member] = FLEET
    #: Join two connections to each other's organisation: the judge must see it.
    swapped: bool = False
    #: The safety that is taken out of the worker (chaos's `sabotage`); empty for none.
    without: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What happened in a run, and how it is judged."""

    judgement: Judgement
    #: Runs that were seen to begin, until the calm.
    syncs: int
    fired: Counter[str] = field(default_factory=Counter)
    #: Real seconds: all of it, and from the calm on.
    took: float
    settling: float
    #: What was judged.
    seen: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


def run(world: World, asked: Asked) -> Result:
    """One run in a world of one worker."""
    with _wide_limits(world.speed):
        return _run(world, asked)


@contextmanager
def _wide_limits(speed: float) -> Iterator[None]:
    """People here call as much as the worker, whose limits are as wide."""
    widen_limits(speed)
    try:
        yield
    finally:
        sabotage.put(container, "RedisLimiter", RedisLimiter)


def _run(world: World, asked: Asked) -> Result:
    begun, fired = time.monotonic(), Counter[str]()
    world.flush_broker()
    world.use(world.databases.fresh(str(asked.seed)))
    ids = world.tell("mintsoft", "/_fleet/begin", {"orders": asked.orders, "seed": asked.seed})
    office = Office(world, asked.members, ids, fired, seed=asked.seed, swapped=asked.swapped)
    storm = Storm(world, office, asked.seed, fired)
    deaths = Path(tempfile.mkdtemp(prefix="deaths-", dir=world.folder))
    try:
        world.start_worker(_worker(world, asked, deaths))
        storm.rage(asked.syncs, asked.seconds)
        syncs, calm = len(office.begun), time.monotonic()
        storm.end()
        settled = _settle(office)
        settling = time.monotonic() - calm
    finally:
        world.stop_workers()
    seen, rows = world.ask("mintsoft", "/_fleet/seen"), office.rows()
    judgement = judge(seen, rows, asked.members)
    office.plugin.database.close()
    if not settled:
        words = f"nothing settled within {SETTLES_WITHIN:g} s"
        judgement = Judgement(**{**vars(judgement), "wrong": [words, *judgement.wrong]})
    return Result(
        judgement=judgement,
        syncs=syncs,
        fired=fired,
        took=time.monotonic() - begun,
        settling=settling,
        seen=seen,
        rows=rows,
    )


def _worker(world: World, asked: Asked, deaths: Path) -> Worker:
    return Worker(
        environment=world.environment,
        begun=world.begun,
        speed=world.speed,
        concurrency=CHILDREN,
        log=str(world.folder / "worker.log"),
        deaths=str(deaths),
        plan={},
        without=asked.without,
    )


def _settle(office: Office) -> bool:
    """All connected again, all read once more, and nothing on its way; whether that came.

    First what comes in: an order that is made of an invoice is to be seen by those that go out.
    """
    end = time.monotonic() + SETTLES_WITHIN
    return all(_done(office, jobs, end) for jobs in (IMPORTS, EXPORTS))


def _done(office: Office, jobs: Collection[JobName], end: float) -> bool:
    """Run these jobs until each has made a whole run and nothing moves."""
    since, still = office.plugin.clock.now(), 0
    while time.monotonic() < end:
        office.look_after(at_once=True)
        undone = office.undone(since, jobs)
        if undone:
            office.ask_for_runs(undone)
        still = still + 1 if not undone and not office.moving() else 0
        if still == STILL:
            return True
        time.sleep(POLL)
    return False


def lines_of(result: Result) -> list[str]:
    """What fired how often, and the judgement, for people."""
    found = result.judgement
    lines = [f"  {name:<44}{count:>7}" for name, count in sorted(result.fired.items()) if count]
    lines.append(
        f"{'RED' if found.wrong else 'ok'}: {result.syncs} runs, {found.orders} orders and"
        f" {found.client_invoices} client invoices due, {found.there} documents"
        f" at Xero, {found.typed} typed there by people,"
        f" {result.took:.1f} s ({result.settling:.1f} s to settle)"
    )
    return lines + [f"    {sentence}" for sentence in found.wrong[:40]]
