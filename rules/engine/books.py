"""The rule files: those of the package, and those that a user edits. One for each kind of book."""

import filecmp
import hashlib
import shutil
from pathlib import Path

from ...plugin.errors import RuleFault, RuleFileError
from .language.faults import Faults
from .language.kinds import KINDS, ORDERS
from .language.nodes import MAX_BYTES
from .language.words import Book
from .read_book import load_book, read_book


def packaged_rules() -> Path:
    """The folder with the package's own rule files."""
    return Path(__file__).resolve().parent.parent


def seed_rules(directory: Path) -> None:
    """Copy the package's rule files to where they are edited; what is there already stays.

    Their schemas, which an editor reads, lie beside them and are those of this version.

    Raises:
        OSError: the folder can't be written.
    """
    schemas = directory / "schema"
    schemas.mkdir(parents=True, exist_ok=True)
    for source in sorted(packaged_rules().glob("*.yaml")):
        if not (directory / source.name).exists():
            _copy(source, directory / source.name)
    for source in sorted((packaged_rules() / "schema").glob("*.json")):
        target = schemas / source.name
        if not target.exists() or not filecmp.cmp(source, target, shallow=False):
            _copy(source, target)


def file_of(directory: Path, kind: str) -> Path:
    """Where the rules of a kind are edited."""
    return directory / f"{kind}.yaml"


def files_in(directory: Path) -> list[Path]:
    """The rule files of a folder, one for each kind that has one, in the order of the kinds."""
    return [file for kind in KINDS if (file := file_of(directory, kind)).exists()]


def load_orders_book(path: Path) -> Book:
    """Read and check a rule file for orders.

    Args:
        path: the file, or the folder that holds ``orders.yaml``.

    Raises:
        RuleFileError: with all the faults of the file, also when it can't be read at all.
    """
    file = file_of(path, ORDERS.name) if path.is_dir() else path
    return book_for(ORDERS.name, read_text(file), str(file))


def book_for(kind: str, text: str, path: str) -> Book:
    """A checked book, which must be one of this kind.

    Raises:
        RuleFileError: with all its faults.
    """
    book = load_book(text, path)
    fault = _wrong_kind(book, kind, text, path)
    if fault:
        raise RuleFileError([fault])
    return book


def look_into(file: Path) -> tuple[Book | None, list[RuleFault]]:
    """Check a file: what is wrong with it, and the book where it can be read at all.

    One that is called as a kind is (``orders.yaml``) must be a book of that kind.
    """
    try:
        text = read_text(file)
    except RuleFileError as error:
        return None, list(error.faults)
    book, faults = read_book(text, str(file))
    found = _ordered(faults)
    if book and file.stem in KINDS and not found:
        fault = _wrong_kind(book, file.stem, text, str(file))
        found = [fault] if fault else []
    return book, found


def read_text(file: Path) -> str:
    """The text of a rule file.

    Raises:
        RuleFileError: it can't be read, or is no text.
    """
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


def digest_of(text: str) -> str:
    """What names a book: the SHA-256 of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _copy(source: Path, target: Path) -> None:
    """Nobody ever sees half a file."""
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    part.replace(target)


def _ordered(faults: Faults) -> list[RuleFault]:
    try:
        faults.raise_if_any()
    except RuleFileError as error:
        return list(error.faults)
    return []


def _wrong_kind(book: Book, kind: str, text: str, path: str) -> RuleFault | None:
    if book.kind == kind:
        return None
    lines = text.splitlines()
    line = next((n for n, x in enumerate(lines, 1) if x.lstrip("\"' ").startswith("book")), 1)
    said = f"the book is for {book.kind}, but this file must be one for {kind}"
    return RuleFault(path=path, line=line, column=1, message=said)


def _fault(file: Path, message: str, line: int) -> RuleFileError:
    return RuleFileError([RuleFault(path=str(file), line=line, column=1, message=message)])
