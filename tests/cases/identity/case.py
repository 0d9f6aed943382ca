"""A case as its file has it: how it begins, what happens step by step, and how it must stand."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

FILE = Path(__file__).parent / "identity.json"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What happens around an order or a few, and what is right then."""

    name: str
    #: What is right, in one sentence.
    rule: str
    #: ``set``, ``map``, ``mode``, ``app``, ``environment``, ``zone``, ``clock`` and ``first``.
    setup: Json
    #: What is done (``do``) and looked at (``see``).
    steps: tuple[Json, ...]
    #: What is seen at the end.
    expect: tuple[Json, ...]
    #: ``people``: Xero has to know several people.
    needs: str = ""
    #: It waits as long as the product does for a database that is held.
    slow: bool = False


def all_cases() -> list[Case]:
    """The cases of the file. Their names are different."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    cases = [
        Case(**{**raw, "steps": tuple(raw["steps"]), "expect": tuple(raw["expect"])})
        for raw in document["cases"]
    ]
    assert len({case.name for case in cases}) == len(cases)
    return cases


def span(text: str) -> timedelta:
    """A span of time: ``15m``, ``-4m``, ``+2h``, ``61d``."""
    found = re.fullmatch(r"([+-]?\d+)([smhd])", text)
    assert found is not None, f"no span of time: {text}"
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
