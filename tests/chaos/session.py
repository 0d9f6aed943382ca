"""A session: runs after one another in one world, and the table of what happened in them."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .databases import Databases, Postgresql, Sqlite
from .kill_points import POINTS
from .run import Asked, Result, run
from .weather import EVENTS, KINDS, TROUBLE, weather_of
from .world import World

#: In the full form each kind of fault and each kill point must fire so often.
ENOUGH = 20
DATABASES = ("sqlite", "full-disk", "postgresql")


@contextmanager
def world_of(
    database: str, folder: Path | None = None, *, simulators: str = "tests.chaos.sandboxes"
) -> Iterator[World]:
    """The processes of a session, in a folder that is gone afterwards unless one is given."""
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        databases: Databases = (
            Postgresql(place)
            if database == "postgresql"
            else Sqlite(place, full_disk=database == "full-disk")
        )
        world = World(place, databases, simulators=simulators)
        try:
            yield world
        finally:
            world.close()


def runs(
    world: World, seeds: Sequence[int], asked: Asked, *, trouble: bool, say: Callable[[str], None]
) -> list[Result]:
    """Run with each seed, saying a line for each."""
    results = []
    for seed in seeds:
        weather = weather_of(seed, storm=asked.storm, trouble=trouble)
        result = run(world, weather, asked)
        results.append(result)
        say(line_of(result))
        for sentence in result.judgement.wrong[:20]:
            say(f"    {sentence}")
    return results


def line_of(result: Result) -> str:
    """One run in one line."""
    found, fired = result.judgement, result.fired
    faults, deaths = (sum(fired[x] for x in names) for names in (KINDS, POINTS))
    word = "RED" if found.wrong else "ok"
    return (
        f"seed {result.seed}: {word}, {found.due} due, {found.there} in Xero, {found.others} of"
        f" others, {faults} faults, {deaths} deaths at points, {fired['edit an order']} edits,"
        f" {result.took:.1f} s ({result.settling:.1f} s to settle)"
    )


def table_of(results: Sequence[Result]) -> list[str]:
    """What fired how often, and the judgement."""
    fired: Counter[str] = sum((result.fired for result in results), Counter())
    groups = {
        "Faults": KINDS,
        "Kill points": POINTS,
        "Events": [*EVENTS, *TROUBLE],
        "Beside": sorted(set(fired) - {*KINDS, *POINTS, *EVENTS, *TROUBLE}),
    }
    lines = []
    for title, names in groups.items():
        lines += [title, *(f"  {name:<32}{fired[name]:>7}" for name in names)]
    red = [result.seed for result in results if result.judgement.wrong]
    due = sum(result.judgement.due for result in results)
    took = sum(result.took for result in results) / max(1, len(results))
    lines.append(f"{len(results)} runs, {due} orders due, {took:.1f} s a run; red: {red or 'none'}")
    return lines


def too_rare(results: Sequence[Result]) -> list[str]:
    """Kinds of faults and kill points that did not fire often enough for the full form."""
    fired: Counter[str] = sum((result.fired for result in results), Counter())
    return [f"{name}: {fired[name]}" for name in (*KINDS, *POINTS) if fired[name] < ENOUGH]
