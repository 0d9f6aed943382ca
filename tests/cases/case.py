"""A case as its file has it: what a connection needs, what happens, and how it must stand then."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

HERE = Path(__file__).parent
FILES = (HERE / "money.json",)
#: The values of `line_detail`; each case must hold in both.
DETAILS = ("lines", "summary")


@dataclass(frozen=True, kw_only=True)
class Case:
    """An order, or a few that belong together, and what is right for it."""

    name: str
    #: What it has in common with others.
    kind: str
    #: What is right, in one sentence.
    rule: str
    #: ``set``: settings of the connection; ``map``: entries of its mapping.
    settings: Json
    #: Those that Xero has beside its own: ``name``, and ``rate`` in per cent.
    tax_rates: tuple[Json, ...]
    #: What happens, in order; each step has one member.
    steps: tuple[Json, ...]
    #: How it must stand at the end.
    expect: Json

    @property
    def connection(self) -> str:
        """What tells connections apart: cases with the same share one."""
        return json.dumps([self.settings, self.tax_rates], sort_keys=True)

    @property
    def is_reconciled(self) -> bool:
        """Whether it says anything of what `reconcile` finds."""
        return "reconcile_finds_it" in json.dumps([*self.steps, self.expect])

    @property
    def phases(self) -> list[list[Json]]:
        """The steps up to each export, and those behind the last."""
        phases: list[list[Json]] = [[]]
        for step in self.steps:
            phases[-1].append(step)
            if "export" in step:
                phases.append([])
        return phases if phases[-1] else phases[:-1]


def read_cases(file: Path) -> list[Case]:
    """The cases of a file."""
    document = json.loads(file.read_text(encoding="utf-8"))
    return [
        Case(**{**raw, "tax_rates": tuple(raw["tax_rates"]), "steps": tuple(raw["steps"])})
        for raw in document["cases"]
    ]


def all_cases() -> list[Case]:
    """The cases of all files. Their names are different."""
    cases = [case for file in FILES for case in read_cases(file)]
    assert len({case.name for case in cases}) == len(cases)
    return cases


def by_connection(cases: list[Case]) -> dict[str, list[Case]]:
    """The cases that may share a connection."""
    ordered = sorted(cases, key=lambda case: case.connection)
    return {key: list(group) for key, group in groupby(ordered, lambda case: case.connection)}
