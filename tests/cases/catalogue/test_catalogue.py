"""Every code of the catalogue has a fix that works as it is printed."""

from collections.abc import Iterator

import pytest

from ....plugin.error_codes import CODES
from . import our_checks, rules
from .case import CASES
from .not_yet import NOT_YET
from .stage import Stage, a_stage

pytestmark = pytest.mark.integration

#: Each puts its cases into the table.
FAMILIES = (rules, our_checks)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Return what all cases are played on, one after another."""
    home = tmp_path_factory.mktemp("walk") / "home"
    home.mkdir(mode=0o700)
    with a_stage(home) as made:
        yield made


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_fix_that_is_printed_works(stage: Stage, code: str) -> None:
    """Each code is provoked, what its fix says is done as printed, and it is gone."""
    stage.begin()
    CASES[code](stage)


def test_no_code_is_without_a_case() -> None:
    """Each code of the catalogue has a case, or is listed as one that has none yet; never both."""
    assert sorted([*CASES, *NOT_YET]) == sorted(CODES)
