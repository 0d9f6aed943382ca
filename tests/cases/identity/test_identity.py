"""Identity, access and time around an order: every case, played by a person's commands."""

from pathlib import Path
from typing import Any

import pytest

from ....plugin.database import database
from ...conftest import service_missing
from .case import FILE, Case, all_cases
from .not_yet import NOT_YET
from .play import play

pytestmark = pytest.mark.integration

CASES = all_cases()
#: How long a held database is waited for here, in milliseconds.
PATIENCE = 200


def _each() -> list[Any]:
    found = []
    for case in CASES:
        lacks = NOT_YET.get(case.name, "")
        fails = pytest.mark.xfail(reason=lacks, raises=AssertionError, strict=True)
        found.append(pytest.param(case, marks=[fails] if lacks else [], id=case.name))
    return found


@pytest.mark.parametrize("case", _each())
def test_a_case(case: Case, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case ends as it says: nothing is doubled or stuck, and what is said is true."""
    if case.slow:
        monkeypatch.setattr(database, "BUSY_TIMEOUT", PATIENCE)
    try:
        play(case, home)
    except AssertionError as error:
        raise AssertionError(f"{case.rule}\n{error}") from error


def test_what_is_missing_is_of_cases() -> None:
    """What does not hold yet names a case."""
    assert NOT_YET.keys() <= {case.name for case in CASES}


def test_the_cases_are_those_of_the_reference(reference: Path) -> None:
    """The cases that are kept here are the published ones, to the letter."""
    published = reference.parent / "cases" / FILE.name
    if not published.is_file():
        service_missing("no published cases beside the API descriptions")
    assert FILE.read_bytes() == published.read_bytes()
