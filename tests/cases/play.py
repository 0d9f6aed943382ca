"""Plays cases on one connection, between a Mintsoft and a Xero of its own.

All cases of a connection are played at once: the steps of each up to its next export, then one
export for all of them. What a case finds wrong ends that case alone.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...plugin.sandbox import mintsoft, xero
from ...plugin.sandbox.day import empty_day
from ...plugin.sandbox.store import Store
from ..guide.walk import Walk, settings_between
from ..unit.web.serving import serving
from .books import add_tax_rate
from .case import Case
from .expected import Judge
from .orders import Placed, Warehouse
from .standing import CONNECTION, Standing, look

Json = Mapping[str, Any]

#: What a fix says of the tax rate that is to be mapped.
ADVICE = re.compile(r"connection map \S+ tax_rate (\S+)")
#: A source that is left to the reader.
OPEN = re.compile(r"RATE|SOURCE|COUNTRY|\.\.\.|[<{]")


class Play:
    """One case, as far as it has come."""

    def __init__(self, case: Case, walk: Walk, warehouse: Warehouse, *, summary: bool) -> None:
        self.case = case
        self._walk, self._warehouse, self._summary = walk, warehouse, summary
        self._orders: dict[str, Placed] = {}
        self._standing: Standing | None = None
        #: What was not as it has to be, a sentence each.
        self.faults: list[str] = []

    def do(self, steps: Sequence[Json]) -> None:
        """Do these steps, all but an export, which is made for all cases; the first fault ends."""
        for step in steps:
            ((name, asked),) = step.items()
            if name == "export" or self.faults:
                continue
            try:
                self._step(name)(asked)
            except AssertionError as error:
                self.faults.append(f"{name}: {error}")

    def see(self, standing: Standing) -> None:
        """This is how it stands after an export."""
        self._standing = standing

    def end(self) -> None:
        """Hold the case against how it stands at its end."""
        if not self.faults:
            self._check(self.case.expect)

    def _step(self, name: str) -> Callable[[Any], None]:
        steps: dict[str, Callable[[Any], None]] = {
            "put": self._put,
            "change": self._change,
            "split": self._split,
            "merge": self._merge,
            "check": self._check,
            "follow_advice": self._follow,
        }
        return steps[name]

    def _put(self, asked: Json) -> None:
        self._orders[asked["id"]] = self._warehouse.put(asked)

    def _change(self, asked: Json) -> None:
        self._warehouse.change(self._orders[asked["order"]], asked)

    def _split(self, asked: Json) -> None:
        self._orders[asked["into"]] = self._warehouse.split(self._orders[asked["order"]], asked)

    def _merge(self, asked: Json) -> None:
        self._warehouse.merge(self._orders[asked["into"]], self._orders[asked["absorb"]])

    def _check(self, expect: Json) -> None:
        assert self._standing is not None, "nothing was exported yet"
        judge = Judge(orders=self._orders, standing=self._standing, summary=self._summary)
        self.faults += judge.faults(expect)

    def _follow(self, asked: Json) -> None:
        """Run the command that the fix of an order's cause names."""
        assert self._standing is not None, "nothing was exported yet"
        cause = self._standing.cause(self._orders[asked["order"]])
        assert cause is not None, f"errors does not list {asked['order']}"
        advised = ADVICE.search(cause["fix"] or "")
        assert advised is not None, f"no mapping is advised: {cause['fix']}"
        source = advised[1].strip("'\"`.,;")
        if OPEN.search(source):
            source = f"{asked['country']}:{asked['rate']}"
        target = self._standing.tax_types.get(asked["target"], asked["target"])
        done = self._walk.try_to("connection", "map", CONNECTION, "tax_rate", source, target)
        assert done.exit_code == 0, f"{source} {target}: {done.output}"


def play(cases: Sequence[Case], line_detail: str) -> dict[str, list[str]]:
    """Play cases that share a connection; what is wrong with each, by name."""
    with tempfile.TemporaryDirectory() as home, installed(Path(home)) as walk:
        connect(walk, cases[0], line_detail)
        warehouse, summary = Warehouse(walk), line_detail == "summary"
        plays = [Play(case, walk, warehouse, summary=summary) for case in cases]
        for number in range(max(len(case.phases) for case in cases)):
            going = [x for x in plays if len(x.case.phases) > number]
            for each in going:
                each.do(each.case.phases[number])
            if any("export" in step for each in going for step in each.case.phases[number]):
                walk.export(CONNECTION)
                standing = look(walk, reconciled=any(case.is_reconciled for case in cases))
                for each in going:
                    each.see(standing)
        for each in plays:
            each.end()
    return {each.case.name: each.faults for each in plays}


def connect(walk: Walk, case: Case, line_detail: str) -> None:
    """Add the connection that a case asks for."""
    for rate in case.tax_rates:
        add_tax_rate(walk, rate["name"], rate["rate"])
    settings = {**case.settings.get("set", {}), "line_detail": line_detail}
    walk.add(CONNECTION, *(x for k, v in settings.items() for x in ("--set", f"{k}={v}")))
    tax_types = {x["Name"]: x["TaxType"] for x in walk.xero("TaxRates")["TaxRates"]}
    for kind, source, target in case.settings.get("map", ()):
        target_id = tax_types[target[1:]] if target.startswith("@") else target
        walk.run("connection", "map", CONNECTION, kind, source, target_id)


@contextmanager
def installed(home: Path) -> Iterator[Walk]:
    """A new installation between a Mintsoft without orders and a Xero without documents."""
    books = xero.create_app(Store(), limits=False)
    with serving(mintsoft.create_app(Store())) as source, serving(books) as target:
        walk = Walk(settings_between(source, target, home), target, empty_day())
        try:
            yield walk
        finally:
            walk.close()
