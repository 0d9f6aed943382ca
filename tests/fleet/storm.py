"""The storm over the fleet: each event at a moment drawn from the seed."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any

from ..chaos.weather import faults_of
from ..chaos.world import World, children
from .members import ACCOUNTS, CUSTOM, organisations
from .office import Office

#: Mean real seconds between two events of a kind.
EVERY: Mapping[str, float] = {
    "disconnect": 4.0,
    "revoke one organisation": 8.0,
    "revoke an app": 25.0,
    "change the weather": 5.0,
    "an organisation is away": 8.0,
    "Xero is away": 30.0,
    "Mintsoft is away": 30.0,
    "kill a child": 12.0,
    "kill the worker": 40.0,
    "flush the broker": 90.0,
    "sell": 2.0,
    "edit": 1.0,
    "charge a client": 6.0,
    "type into Xero": 2.5,
    "despatch what was imported": 5.0,
}
#: Real seconds between two looks at the ledger.
POLL = 0.2
#: Real seconds that an outage lasts.
AWAY = (0.5, 2.0)
#: Of chaos's faults this part.
MILD = 0.3
_AWAY_FAULT = {"xero": "unavailable503", "mintsoft": "unavailable"}
#: A person who edits what was sent makes drift, which is no matter of who gets what.
_NOT_HERE = {"xero.edit_between"}


class Storm:
    """Lets things happen to a world until enough runs were made."""

    def __init__(self, world: World, office: Office, seed: int, fired: Counter[str]) -> None:
        self._world, self._office, self._fired = world, office, fired
        self._random = Random(f"fleet {seed}")
        now = time.monotonic()
        self._next = {name: now + self._after(name) for name in EVERY}
        self._ends: list[tuple[float, Callable[[], None]]] = []
        #: Runs that have begun, second by second, so that a stand-still is seen.
        self.begun_at = now

    def _after(self, name: str) -> float:
        return self._random.expovariate(1 / EVERY[name])

    def rage(self, syncs: int, seconds: float) -> None:
        """Until so many runs have begun, or the time is over."""
        self._change_the_weather()
        end = time.monotonic() + seconds
        while len(self._office.begun) < syncs and time.monotonic() < end:
            now = time.monotonic()
            for name, at in self._next.items():
                if now >= at:
                    self._next[name] = now + self._after(name)
                    self._happen(name)
            for due, ends in list(self._ends):
                if now >= due:
                    self._ends.remove((due, ends))
                    ends()
            self._office.look_after()
            self._office.ask_for_runs()
            time.sleep(POLL)

    def end(self) -> None:
        """No fault happens any more."""
        self._set_faults({"mintsoft": [], "xero": []})
        self._world.tell("mintsoft", "/_fleet/down", {"names": []})

    def _happen(self, name: str) -> None:
        does: Mapping[str, Callable[[], object]] = {
            "disconnect": self._office.disconnect,
            "revoke one organisation": self._revoke_one,
            "revoke an app": self._revoke_app,
            "change the weather": self._change_the_weather,
            "an organisation is away": self._organisation_away,
            "Xero is away": lambda: self._side_away("xero"),
            "Mintsoft is away": lambda: self._side_away("mintsoft"),
            "kill a child": self._kill_a_child,
            "kill the worker": self._kill_the_worker,
            "flush the broker": self._world.flush_broker,
            "sell": lambda: self._fleet("sell"),
            "edit": lambda: self._fleet("edit"),
            "charge a client": lambda: self._fleet("charge"),
            "type into Xero": self._type,
            "despatch what was imported": lambda: self._fleet("despatch"),
        }
        if does[name]() is not False:
            self._fired[name] += 1

    def _fleet(self, what: str) -> bool:
        account = {"account": self._random.choice(list(ACCOUNTS))}
        return bool(self._world.tell("mintsoft", f"/_fleet/{what}", account)["done"])

    def _type(self) -> bool:
        member = self._random.choice([x for x in self._office.members if x.imports])
        kind = self._random.choice(member.imports)
        asked = {"organisation": member.organisation, "kind": kind}
        return bool(self._world.tell("mintsoft", "/_fleet/type", asked)["done"])

    def _revoke_one(self) -> bool:
        member = self._random.choice([x for x in self._office.members if x.app != CUSTOM])
        return self._revoke(member.app, member.organisation)

    def _revoke_app(self) -> bool:
        return self._revoke(
            self._random.choice(sorted({x.app for x in self._office.members} - {CUSTOM})), ""
        )

    def _revoke(self, app: str, organisation: str) -> bool:
        asked = {"app": app, "organisation": organisation}
        return bool(self._world.tell("mintsoft", "/_fleet/revoke", asked)["ended"])

    def _organisation_away(self) -> None:
        names = self._random.sample(organisations(), 2)
        self._world.tell("mintsoft", "/_fleet/down", {"names": names})
        self._later(lambda: self._world.tell("mintsoft", "/_fleet/down", {"names": []}))

    def _side_away(self, side: str) -> None:
        fault = {"kind": _AWAY_FAULT[side], "times": None, "rate": 1.0}
        self._set_faults({side: [fault]})
        self._later(self._change_the_weather)

    def _later(self, does: Callable[[], object]) -> None:
        self._ends.append((time.monotonic() + self._random.uniform(*AWAY), lambda: _do(does)))

    def _kill_a_child(self) -> bool:
        found = [y for x in self._world.workers for y in children(x)]
        if found:
            with suppress(ProcessLookupError):
                os.kill(self._random.choice(found), signal.SIGKILL)
        return bool(found)

    def _kill_the_worker(self) -> None:
        for pid in self._world.workers:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def _change_the_weather(self) -> None:
        faults = faults_of(self._random, lost=2)
        self._set_faults(
            {
                side: [_milder(x) for x in rows if f"{side}.{x['kind']}" not in _NOT_HERE]
                for side, rows in faults.items()
            }
        )

    def _set_faults(self, faults: Mapping[str, list[dict[str, Any]]]) -> None:
        """Count those that were, and have these from now on."""
        for side, rows in faults.items():
            if side == "mintsoft":
                fired = self._world.tell("mintsoft", "/_fleet/faults", {"faults": rows})
                counts = list(fired.items())
            else:
                before = self._world.ask("xero", "/_sandbox/faults")["faults"]
                counts = [(x["kind"], x["fired"]) for x in before]
                self._world.tell("xero", "/_sandbox/faults", {"faults": rows})
            for kind, count in counts:
                self._fired[f"{side}.{kind}"] += count


def _milder(fault: dict[str, Any]) -> dict[str, Any]:
    """Less often: chaos has calls fail; here runs are to get on."""
    return {**fault, "rate": fault["rate"] * MILD} if "rate" in fault else fault


def _do(does: Callable[[], object]) -> None:
    does()
