"""Money as shops really write it: every case, with an invoice line for each row and without."""

from pathlib import Path
from typing import Any

import pytest

from ..conftest import service_missing
from .case import DETAILS, HERE, Case, all_cases
from .conftest import Played
from .not_yet import NOT_YET, missing

pytestmark = pytest.mark.integration

CASES = all_cases()


def _each() -> list[Any]:
    found = []
    for detail in DETAILS:
        for case in CASES:
            lacks = missing(case.name, detail)
            fails = pytest.mark.xfail(reason=lacks, raises=AssertionError, strict=True)
            marks = [fails] if lacks else []
            found.append(pytest.param(case, detail, marks=marks, id=f"{case.name}-{detail}"))
    return found


@pytest.mark.parametrize(("case", "line_detail"), _each())
def test_a_case(case: Case, line_detail: str, played: Played) -> None:
    """Each order ends as its case says: state, total, tax by rate, and what a person is told."""
    faults = played(case.connection, line_detail)[case.name]
    assert not faults, "\n".join([case.rule, *faults])


def test_what_is_missing_is_of_cases() -> None:
    """What does not hold yet names a case, and where it fails in one way alone, that way."""
    names = {case.name for case in CASES}
    assert NOT_YET.keys() <= names | {f"{name}[{x}]" for name in names for x in DETAILS}


def test_the_cases_are_those_of_the_reference(reference: Path) -> None:
    """The cases that are kept here are the published ones, to the letter."""
    published = reference.parent / "cases" / "money.json"
    if not published.is_file():
        service_missing("no published cases beside the API descriptions")
    assert (HERE / "money.json").read_bytes() == published.read_bytes()
