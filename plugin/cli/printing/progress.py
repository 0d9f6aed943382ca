"""Progress: how an export goes, on standard error."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from ...domain.exports.export import UNSETTLED
from ...services.export_run import Counts
from ..output import clean, note


class Progress:
    """A bar on a terminal, elsewhere one line for each step. Use as a context manager."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._terminal = console.is_terminal
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=not self._terminal)
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def step(self, words: str) -> None:
        """See `export_wait.ProgressListener`."""
        if self._terminal:
            self._bar.update(self._task, description=words)
        else:
            note(f"{words} ...")

    def say(self, words: str) -> None:
        """See `export_wait.ProgressListener`."""
        if self._terminal:
            self._bar.console.print(clean(words), highlight=False, markup=False)
        else:
            note(words)

    def counts(self, counts: Counts) -> None:
        """See `export_wait.ProgressListener`: documents with an answer, of all."""
        total = sum(counts.values())
        left = sum(counts.get(state, 0) for state in UNSETTLED)
        self._bar.update(self._task, total=total, completed=total - left)
