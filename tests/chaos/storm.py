"""The storm: the events of a run's weather, each at its moment."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random

from .installation import Installation
from .weather import Weather, faults_of
from .world import World, children

#: The longest that the first order is waited for, in real seconds.
GATHERS_FOR = 10.0
#: A storm lasts on while more than this part of the orders is still to be sent, up to so many
#: times its own length.
MOST_LEFT, LONGEST = 0.15, 2.0
EDIT, TWICE = "edit an order", "tell workers twice"
#: Most of these wait until some order is ready: they are to come between decision and sending.
WHILE_READY, HELD_BACK, FOR = (EDIT, TWICE), 0.9, 0.3


class Storm:
    """Lets the weather happen to a world."""

    def __init__(
        self,
        world: World,
        installation: Installation,
        weather: Weather,
        fired: Counter[str],
        lost: int,
    ) -> None:
        self._world, self._installation, self._fired = world, installation, fired
        self._lost = lost
        self._random = Random(f"storm {weather.seed}")
        self._events = list(weather.events)

    def rage(self, *, seconds: float, orders: int) -> None:
        """From the first cloud to the last event."""
        self._change_the_weather()
        self._gather()
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < seconds or self._goes_on(
            passed, seconds, orders
        ):
            while self._events and passed >= self._events[0][0]:
                at, name = self._events.pop(0)
                if name in WHILE_READY and passed < seconds and self._too_early():
                    self._events = sorted([*self._events, (at + FOR, name)])
                else:
                    self._happen(name)
            self._installation.look_after()
            self._installation.sync_until_read()
            time.sleep(0.05)

    def _gather(self) -> None:
        """Until the first order is ready there are faults, but no events: nothing to hit."""
        end = time.monotonic() + GATHERS_FOR
        self._installation.sync()
        while time.monotonic() < end and not self._installation.ready():
            self._installation.look_after()
            self._installation.sync_until_read()
            time.sleep(0.05)

    def end(self) -> None:
        """No fault happens any more."""
        self._count_faults()
        for side in ("mintsoft", "xero"):
            self._world.tell(side, "/_sandbox/faults", {"faults": []})

    def _goes_on(self, passed: float, seconds: float, orders: int) -> bool:
        left = self._installation.left()
        much = left is None or left > MOST_LEFT * orders
        return much and passed < LONGEST * seconds

    def _too_early(self) -> bool:
        return not self._installation.ready() and self._random.random() < HELD_BACK

    def _happen(self, name: str) -> None:
        does: Mapping[str, Callable[[], object]] = {
            "kill a child": self._kill_a_child,
            "kill a worker": lambda: self._signal(signal.SIGKILL, group=False),
            "kill a worker and its children": lambda: self._signal(signal.SIGKILL, group=True),
            "stop a worker": lambda: self._signal(signal.SIGTERM, group=False),
            "kill the broker": self._world.kill_broker,
            "flush the broker": self._world.flush_broker,
            EDIT: self._edit,
            "make an invoice": self._make_an_invoice,
            TWICE: self._installation.tell_twice,
            "change a setting": self._change_a_setting,
            "sync": self._installation.sync,
            "change the weather": self._change_the_weather,
            "trouble the database": self._world.databases.trouble,
        }
        if does[name]() is not False:
            self._fired[name] += 1

    def _kill_a_child(self) -> bool:
        found = children(self._random.choice(list(self._world.workers)))
        if found:
            with suppress(ProcessLookupError):
                os.kill(self._random.choice(found), signal.SIGKILL)
        return bool(found)

    def _signal(self, number: signal.Signals, *, group: bool) -> None:
        pid = self._random.choice(list(self._world.workers))
        with suppress(ProcessLookupError):
            if group:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)

    def _edit(self) -> None:
        done = self._world.tell("mintsoft", "/_chaos/edit")["done"]
        self._fired[f"edited: {done}"] += 1

    def _make_an_invoice(self) -> bool:
        return bool(self._world.tell("mintsoft", "/_chaos/invoice")["done"])

    def _change_a_setting(self) -> None:
        self._installation.change_a_setting(self._random.randrange(60))

    def _change_the_weather(self) -> None:
        self._count_faults()
        for side, faults in faults_of(self._random, self._lost).items():
            self._world.tell(side, "/_sandbox/faults", {"faults": faults})

    def _count_faults(self) -> None:
        for side in ("mintsoft", "xero"):
            for fault in self._world.ask(side, "/_sandbox/faults")["faults"]:
                self._fired[f"{side}.{fault['kind']}"] += fault["fired"]
