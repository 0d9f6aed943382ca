"""The weather of a run: what goes wrong, and when. All of it is drawn from the run's seed.

Only the moments at which things meet are not: processes run as fast as the machine lets them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ...plugin.sandbox.mintsoft.control.faults import KINDS as MINTSOFT_KINDS
from ...plugin.sandbox.xero.faults.faults import KINDS as XERO_KINDS
from .kill_points import POINTS

Faults = list[dict[str, Any]]

#: Of a hundred calls, how many meet a kind in a storm. Those not named: 2.5, at Xero, which is
#: called less, 4.
_IN_STORM: Mapping[str, float] = {
    "xero.error500_after": 6,
    "xero.drop_after": 6,
    "xero.truncate": 4,
    "xero.shift": 10,
    "xero.edit_between": 8,
    "xero.appminute429": 3,
    "mintsoft.shift": 6,
    "mintsoft.edit_between": 6,
}
#: These happen once in a while: each takes a person, or some time, to get over.
ONCE = 0.25
_ONCE = {"xero.day429", "xero.forbid_tenant", "xero.revoke_tenant"}
#: What a kind is told besides: waits in the fast clock's seconds, delays in real ones.
_TOLD: Mapping[str, Mapping[str, Any]] = {
    "xero.minute429": {"seconds": 20},
    "xero.day429": {"seconds": 40},
    "xero.slow": {"seconds": 0.15},
    "mintsoft.slow": {"seconds": 0.15},
    "mintsoft.too_many": {"retry_after": 10},
}
KINDS = tuple(sorted([f"mintsoft.{x}" for x in MINTSOFT_KINDS] + [f"xero.{x}" for x in XERO_KINDS]))
#: Steps at which a worker rarely comes by: their points are drawn more often.
_RARE = (
    *("release", "release_absent", "postpone", "keep_contacts", "keep_secret", "keep_decision"),
    *("find", "contacts", "move_orders_cursor", "read_order", "written", "comment", "tag"),
    "send",
)
#: The rarest of all: they have their turn in each run, at the first passage.
_RAREST = ("keep_decision:before", "keep_decision:after", "tag:after", "find:after")
#: So many runs after one another arm each kill point once, and each rare one twice.
ROUND = 4
#: The events of a storm, and how many of them there are, at least and at most.
EVENTS: Mapping[str, tuple[int, int]] = {
    "kill a child": (1, 3),
    "kill a worker": (0, 2),
    "kill a worker and its children": (0, 1),
    "stop a worker": (0, 1),
    "kill the broker": (0, 1),
    "flush the broker": (0, 1),
    "edit an order": (25, 45),
    "make an invoice": (1, 4),
    "tell workers twice": (4, 8),
    "change a setting": (1, 3),
    "sync": (1, 3),
    "change the weather": (3, 5),
}
#: With a database that fails.
TROUBLE = {"trouble the database": (2, 4)}


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What goes wrong in one run."""

    seed: int
    #: (seconds after the beginning, name), in order.
    events: tuple[tuple[float, str], ...]
    #: Point -> at which call of each process.
    plan: dict[str, int]
    #: ``custom`` or ``consent``.
    grant: str


def weather_of(seed: int, *, storm: float, trouble: bool, scale: float = 1.0) -> Weather:
    """The weather of a run.

    Args:
        seed: of the run.
        storm: how long it lasts, in real seconds.
        trouble: whether the database fails too.
        scale: more or fewer events.
    """
    random = Random(f"weather {seed}")
    kinds = {**EVENTS, **(TROUBLE if trouble else {})}
    events = [
        (random.uniform(0.1, storm), name)
        for name, (least, most) in kinds.items()
        for _ in range(round(random.randint(least, most) * scale))
    ]
    rare = [x for x in POINTS if x.startswith(tuple(f"{name}:" for name in _RARE))]
    points = dict.fromkeys([*_turn(POINTS, seed), *_turn(rare, seed), *_RAREST])
    return Weather(
        seed=seed,
        events=tuple(sorted(events)),
        plan={x: 1 if x in _RAREST else random.choice((1, 1, 1, 2, 3)) for x in points},
        grant=random.choice(("custom", "consent")),
    )


def _turn(points: Sequence[str], seed: int) -> list[str]:
    """Those that have their turn in a run: all of them have one in each `ROUND` of seeds."""
    shuffled = Random(f"round {len(points)} {seed // ROUND}").sample(points, len(points))
    return shuffled[seed % ROUND :: ROUND]


def faults_of(random: Random, lost: int = 1) -> dict[str, Faults]:
    """The faults of the next while, by side: between a light wind and a storm of all kinds.

    Each while has one sending at least whose answer is lost (`lost`: so many).
    """
    strength = random.choice((0.5, 1.0, 1.0, 1.6))
    found: dict[str, Faults] = {"mintsoft": [], "xero": []}
    for name in random.sample(KINDS, len(KINDS)):
        side, _, kind = name.partition(".")
        told = {"kind": kind, **_TOLD.get(name, {})}
        if name in _ONCE:
            if random.random() < ONCE:
                found[side].append({**told, "times": 1, "after": random.randrange(6)})
            continue
        rate = min(1.0, strength * _IN_STORM.get(name, 4 if side == "xero" else 2.5) / 100)
        seed = random.randrange(2**31)
        for more in _between(name):
            found[side].append({**told, **more, "times": None, "rate": rate, "seed": seed})
    answer = {"kind": "drop_after", "method": "PUT", "path": "/Invoices", "times": lost}
    found["xero"].insert(0, {**answer, "after": random.randrange(4)})
    return found


def _between(name: str) -> list[dict[str, Any]]:
    """Xero's `edit_between`: a person sets what no mark of ours stands in."""
    if name != "xero.edit_between":
        return [{}]
    invoice = {"path": "/Invoices", "set": {"DueDate": "2030-01-31"}}
    return [invoice, {"path": "/Contacts", "set": {"EmailAddress": "edited@example.com"}}]
