import re

import pytest

from .....plugin.error_codes import CODES
from ....conftest import ROOT

PAGE = ROOT / "docs" / "xero.md"
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:40])
def test_each_row_is_defended(row: str) -> None:
    """Each open question names what we do, what if not, and a test that exists."""
    question, does, otherwise, tests = (cell.strip() for cell in row.strip("|").split(" | "))
    assert question
    assert does.endswith(".")
    assert otherwise.endswith(".")
    named = re.findall(r"`([a-z_]+\.py)(?:::(test_\w+))?`", tests)
    assert named, f"no test is named: {tests}"
    for file, test in named:
        rooms = ("adapters/xero", "rate_limits", "web")
        folders = (ROOT / "tests" / "unit" / name for name in rooms)
        path = next(folder / file for folder in folders if (folder / file).is_file())
        assert f"def {test or 'test_'}" in path.read_text(encoding="utf-8"), f"{file} has no {test}"


def test_codes_exist() -> None:
    """Each code that the page names is in the catalogue."""
    assert set(re.findall(r"MX-\d{3}", PAGE.read_text(encoding="utf-8"))) <= set(CODES)
