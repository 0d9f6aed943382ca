"""The rule files: those of the package, and those that a user edits."""

import shutil
from pathlib import Path

from ...plugin.errors import RuleFault, RuleFileError
from .language import Book
from .nodes import MAX_BYTES
from .read_book import load_book

ORDERS_FILE = "orders.yaml"


def packaged_rules() -> Path:
    """The folder with the package's own rule files."""
    return Path(__file__).resolve().parent.parent


def seed_rules(directory: Path) -> None:
    """Copy the package's rule files to where they are edited; what is there already stays.

    Raises:
        OSError: the folder can't be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for source in sorted(packaged_rules().glob("*.yaml")):
        target = directory / source.name
        if not target.exists():
            part = target.with_suffix(".part")
            shutil.copyfile(source, part)
            part.replace(target)


def load_orders_book(path: Path) -> Book:
    """Read and check a rule file for orders.

    Args:
        path: the file, or the folder that holds ``orders.yaml``.

    Raises:
        RuleFileError: with all the faults of the file, also when it can't be read at all.
    """
    file = path / ORDERS_FILE if path.is_dir() else path
    return load_book(_text(file), str(file))


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _fault(file, "the file is not UTF-8 text; save it as UTF-8", line) from None
    except OSError as error:
        said = f"the file can't be read: {error.strerror or 'no such file'}"
        raise _fault(file, said, 1) from None


def _fault(file: Path, message: str, line: int) -> RuleFileError:
    return RuleFileError([RuleFault(path=str(file), line=line, column=1, message=message)])
