"""One run: begin a day, let the weather rage, let it calm, wait until all is settled, judge."""

import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from . import kill_points
from .installation import Installation
from .judge import Judgement, judge
from .storm import Storm
from .weather import Weather
from .worker import Worker
from .world import CHILDREN, WORKERS, World

#: The longest that settling may take, in real seconds.
SETTLES_WITHIN = 120.0
#: Looks at the ledger in which nothing moved: one might fall between two steps.
STILL = 3
#: What workers log of a database that can't be written or reached.
TROUBLED = "MX-105 The database"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the program was asked for."""

    orders: int
    #: How long a storm rages at least, in real seconds.
    storm: float
    #: Wait until all marks are written in Mintsoft too.
    marks: bool
    #: The safety that is taken out; empty for none.
    without: str
    #: In each while, so many sendings lose their answer at least.
    lost: int = 1


@dataclass(frozen=True, kw_only=True)
class Result:
    """What happened in a run, and how it is judged."""

    seed: int
    judgement: Judgement
    #: How often each kind of fault, kill point and event fired.
    fired: Counter[str] = field(default_factory=Counter)
    #: Real seconds: all of it, and from the calm until all had settled.
    took: float
    settling: float


def run(world: World, weather: Weather, asked: Asked) -> Result:
    """One run in a world."""
    begun, met = time.monotonic(), trouble_met(world.folder)
    fired: Counter[str] = Counter()
    deaths = Path(tempfile.mkdtemp(prefix=f"deaths-{weather.seed}-", dir=world.folder))
    installation = _begin(world, weather, asked, fired)
    storm = Storm(world, installation, weather, fired, asked.lost)
    try:
        _start_workers(world, weather, asked, deaths)
        storm.rage(seconds=asked.storm, orders=asked.orders)
        calm = time.monotonic()
        storm.end()
        (deaths / kill_points.CALM).touch()
        settled = _settle(installation, asked)
        settling = time.monotonic() - calm
    finally:
        world.stop_workers()
    judgement = judge(world.ask("mintsoft", "/_chaos/seen"), installation.rows())
    installation.plugin.database.close()
    fired.update(kill_points.died(deaths))
    fired["workers met a database in trouble"] += trouble_met(world.folder) - met
    return Result(
        seed=weather.seed,
        judgement=judgement if settled else _unsettled(judgement),
        fired=fired,
        took=time.monotonic() - begun,
        settling=settling,
    )


def _begin(world: World, weather: Weather, asked: Asked, fired: Counter[str]) -> Installation:
    """A new day at both simulators, a new database, and a connection between them."""
    world.flush_broker()
    world.use(world.databases.fresh(str(weather.seed)))
    day = {"orders": asked.orders, "seed": weather.seed}
    world.tell("mintsoft", "/_chaos/begin", day)
    return Installation(world, weather.grant, fired)


def _start_workers(world: World, weather: Weather, asked: Asked, deaths: Path) -> None:
    for number in range(WORKERS):
        world.start_worker(
            Worker(
                environment=world.environment,
                begun=world.begun,
                speed=world.speed,
                concurrency=CHILDREN,
                log=str(world.folder / f"worker-{number}.log"),
                deaths=str(deaths),
                plan=weather.plan,
                without=asked.without,
            )
        )


def _settle(installation: Installation, asked: Asked) -> bool:
    """Wait until nothing moves any more; whether that came."""
    since, end, still = installation.plugin.clock.now(), time.monotonic() + SETTLES_WITHIN, 0
    installation.sync()
    while time.monotonic() < end:
        installation.look_after()
        installation.sync_until_read(since)
        still = still + 1 if installation.still(since, marks=asked.marks) else 0
        if still == STILL:
            return True
        time.sleep(0.2)
    return False


def _unsettled(found: Judgement) -> Judgement:
    words = f"nothing settled within {SETTLES_WITHIN:g} s"
    return Judgement(**{**vars(found), "wrong": [words, *found.wrong]})


def trouble_met(folder: Path) -> int:
    """How often workers have said so far that the database can't be used."""
    texts = (path.read_text(errors="replace") for path in folder.glob("worker-*.log"))
    return sum(text.count(TROUBLED) for text in texts)
