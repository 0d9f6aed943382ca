"""Rule books: which book decides, and how another one comes to decide.

    a file  --activate: check, examples, both evaluators--> ledger --every process looks--> decide

Files are where one edits; the text that was activated last decides, in every process of every
machine, whatever their files hold. A flow takes its decider once and keeps to it.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ....rules.engine.books import book_for, digest_of, file_of, files_in, read_text, seed_rules
from ....rules.engine.decider import BookDecider
from ....rules.engine.language.kinds import KINDS, ORDERS
from ....rules.engine.language.words import Book
from ....rules.engine.read_book import NOT_DECIDED, load_book
from ...errors import PluginError, RuleFileError, SettingsError
from ...ports.rulebooks import Activation, Books

log = logging.getLogger("mintsoft_xero.rules")

#: Seconds after which a process looks again which version is active.
LOOK_EVERY = 2.0

#: Letters of a digest that are enough to name it, where no other one begins so.
SHORTEST_NAME = 4

FIRST_NOTE = "the file as it was at the first start"


@dataclass(frozen=True, kw_only=True)
class _Held:
    """The decider of one kind, as this process has it."""

    version: Activation
    decider: BookDecider
    #: When the ledger was last asked, by the monotonic clock.
    looked_at: float


class RuleBooks:
    """The rule books of an installation. Safe to use from several threads."""

    def __init__(
        self,
        books: Books,
        directory: Path,
        *,
        who: str,
        monotonic: Callable[[], float] = time.monotonic,
        make_decider: Callable[[Book], BookDecider] = BookDecider,
    ) -> None:
        """Nothing is read yet.

        Args:
            books: the versions in the ledger.
            directory: where the rule files are edited; made and filled on the first start.
            who: what the history says of a version that nobody activated: this process.
            monotonic: seconds of a clock that is never set.
            make_decider: makes the decider of a checked book.
        """
        self.books = books
        self.directory = directory
        self._who = who
        self._monotonic = monotonic
        self._make_decider = make_decider
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}
        #: By kind: what is to be said of which text beside which version, and what was logged.
        self._said: dict[str, tuple[tuple[str, int], str]] = {}
        self._logged: dict[str, str] = {}

    def decider(self, kind: str = ORDERS.name) -> BookDecider:
        """The active book of a kind; on a first start the file becomes it.

        It stays the same book for good: who works on several documents takes it once.

        Raises:
            RuleFileError: no book was ever active and the file is wrong, or this version of the
                plugin can't read the active one. Nothing is decided then.
            TryLater: the ledger can't be asked.
        """
        with self._lock:
            held = self._held.get(kind)
            if held and self._monotonic() - held.looked_at < LOOK_EVERY:
                return held.decider
            fresh = self._looked(kind, held)
            self._held[kind] = fresh
        if held and held.decider is not fresh.decider:
            # Waits for the batch that is being decided; a flow that still has it may go on.
            held.decider.close()
        return fresh.decider

    def activate(self, file: Path, *, by: str, note: str) -> tuple[Activation, bool]:
        """Make a file the book that decides its kind; and whether that changed anything.

        Raises:
            RuleFileError: the file is wrong; the active book stays.
            PluginError: the two evaluators differ on it, or another was activated meanwhile.
            TryLater: the ledger can't be asked.
        """
        text = read_text(file)
        named = file.stem in KINDS
        book = book_for(file.stem, text, str(file)) if named else load_book(text, str(file))
        return self._activate(book, text, by=by, note=note)

    def roll_back(self, name: str, *, by: str, note: str) -> tuple[Activation, bool]:
        """Make an earlier version decide again, as `activate`, after the same checks.

        Raises:
            SettingsError: no version is called so.
            RuleFileError, PluginError, TryLater: as `activate`.
        """
        version = self.named(name)
        text = self.text(version)
        book = book_for(version.kind, text, _title(version))
        return self._activate(book, text, by=by, note=note)

    def named(self, name: str) -> Activation:
        """The newest version that has this digest, or the only one whose digest begins so.

        Raises:
            SettingsError: there is none, or more than one.
        """
        versions = self.books.history()
        wanted = name.strip().lower()
        found = [x for x in versions if x.digest.startswith(wanted)]
        if len(wanted) < SHORTEST_NAME or len({x.digest for x in found}) != 1:
            how = "More than one book is" if found and wanted else "No book was ever active that is"
            raise SettingsError(
                f"{how} called {name[:70]!r}",
                fix="Name it by the first letters of its digest: mintsoft-xero rules history.",
            )
        return found[0]

    def text_of(self, name: str) -> str:
        """The text of a book: ``active`` (for orders), a digest's beginning, or a file.

        Raises:
            SettingsError: there is none.
            RuleFileError: the file can't be read.
        """
        file = Path(name)
        if file.is_file():
            return read_text(file)
        if name == "active":
            return self.text(self.books.active(ORDERS.name) or self._first(ORDERS.name))
        return self.text(self.named(name))

    def text(self, version: Activation) -> str:
        """The text of a version, exactly as it was activated."""
        text = self.books.text(version.digest)
        assert text is not None
        return text

    def files(self) -> list[Path]:
        """The files in use, which are put there on the first start."""
        seed_rules(self.directory)
        return files_in(self.directory)

    def notes(self) -> list[str]:
        """A sentence for each file that is not what decides; the work goes on meanwhile.

        Raises:
            TryLater: the ledger can't be asked.
        """
        return [said for kind in KINDS if (said := self._note(kind, self.books.active(kind)))]

    def close(self) -> None:
        """End what the deciders have started."""
        with self._lock:
            for held in self._held.values():
                held.decider.close()
            self._held = {}

    def _looked(self, kind: str, held: _Held | None) -> _Held:
        """What is held after a look at the ledger: the same decider, or that of a new version."""
        active = self.books.active(kind) or self._first(kind)
        self._log_note(kind, active)
        if held and held.version.digest == active.digest:
            decider = held.decider
        else:
            decider = self._make_decider(book_for(kind, self.text(active), _title(active)))
            log.info("the rules for %s are now %s", kind, _title(active))
        return _Held(version=active, decider=decider, looked_at=self._monotonic())

    def _first(self, kind: str) -> Activation:
        """Make the file the first version, unless another process just did so."""
        seed_rules(self.directory)
        text = read_text(file := file_of(self.directory, kind))
        book = book_for(kind, text, str(file))
        try:
            # Instead of none, whatever the ledger says by now: who was first is right.
            return self._put(book, text, instead_of=None, by=self._who, note=FIRST_NOTE)
        except PluginError:
            if active := self.books.active(kind):
                return active
            raise

    def _activate(self, book: Book, text: str, *, by: str, note: str) -> tuple[Activation, bool]:
        before = self.books.active(book.kind)
        if before and before.digest == book.digest:
            return before, False
        return self._put(book, text, instead_of=before, by=by, note=note), True

    def _put(
        self, book: Book, text: str, *, instead_of: Activation | None, by: str, note: str
    ) -> Activation:
        """Try a book with both evaluators, and make it the next version after another one."""
        decider = self._make_decider(book)
        try:
            _self_check(decider, book)
        finally:
            decider.close()
        return self.books.activate(book.kind, text, instead_of=instead_of, by=by, note=note)

    def _note(self, kind: str, active: Activation | None) -> str:
        """What is to be said of the file of a kind; nothing where it is what decides."""
        file = file_of(self.directory, kind)
        if active is None or not file.exists():
            return ""
        try:
            text = read_text(file)
        except RuleFileError as error:
            return _damaged(file, error)
        key = (digest_of(text), active.version)
        known = self._said.get(kind)
        if known is None or known[0] != key:
            known = key, self._difference(file, text, active)
            self._said[kind] = known
        return known[1]

    def _difference(self, file: Path, text: str, active: Activation) -> str:
        digest = digest_of(text)
        if digest == active.digest:
            return ""
        for version in self.books.history(active.kind):
            if version.digest == digest:
                return (
                    f"{file.name} is version {version.version} of the rules, but version"
                    f" {active.version} decides: bring it up to date with mintsoft-xero rules show"
                    f" {active.digest[:12]}, or go back with mintsoft-xero rules activate."
                )
        try:
            book_for(active.kind, text, str(file))
        except RuleFileError as error:
            return _damaged(file, error)
        return f"{file.name} differs from the active book: run mintsoft-xero rules activate."

    def _log_note(self, kind: str, active: Activation) -> None:
        """Log it once, not at every look."""
        said = self._note(kind, active)
        if said and said != self._logged.get(kind):
            log.warning("%s", said)
        self._logged[kind] = said


def _damaged(file: Path, error: RuleFileError) -> str:
    faults = "a fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
    return (
        f"{file.name} has {faults}, the first in line {error.faults[0].line}; the active book"
        " stays. See mintsoft-xero rules check."
    )


def _title(version: Activation) -> str:
    return f"version {version.version} for {version.kind} ({version.digest[:12]})"


def _self_check(decider: BookDecider, book: Book) -> None:
    """Have both evaluators decide the book's examples and a document with nothing wrong.

    Raises:
        PluginError: they differ, or one of them fails.
    """
    samples = [("a document with nothing wrong", KINDS[book.kind].good)]
    samples += [(f"the example {x.name!r}", x.facts) for x in book.examples]
    decisions = decider.decide([facts for _, facts in samples], {})
    for (name, _), decision in zip(samples, decisions, strict=True):
        if decision.rule == NOT_DECIDED:
            raise PluginError(
                f"The two evaluators of the rules do not agree on {name}; the active book stays.",
                code="MX-104",
                fix="Run the command again. If it says the same, report it with the rule file.",
            )
