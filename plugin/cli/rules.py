"""What `rules check` does."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...rules.engine.books import ORDERS_FILE, load_orders_book
from ..errors import RuleFault, RuleFileError
from .group import Installation
from .output import note, print_json, say


def check(installation: Installation, files: Sequence[Path], *, as_json: bool) -> bool:
    """Check rule files with their own examples and print all faults; whether there were any."""
    checked = [(path, list(_faults(path))) for path in files or [_in_use(installation)]]
    if as_json:
        print_json([{"path": str(x), "faults": [vars(y) for y in faults]} for x, faults in checked])
    for path, faults in checked:
        for fault in faults:
            note(f"Error: {fault}")
        if not faults and not as_json:
            say(f"{path} is right.")
    return any(faults for _, faults in checked)


def _in_use(installation: Installation) -> Path:
    """The file in HOME, which is put there on the first run."""
    plugin = installation.plugin()
    # A wrong one is checked again by the caller, for its faults.
    with contextlib.suppress(RuleFileError):
        _ = plugin.decider
    return plugin.environment.rules_dir / ORDERS_FILE


def _faults(path: Path) -> Iterator[RuleFault]:
    try:
        load_orders_book(path)
    except RuleFileError as error:
        yield from error.faults
