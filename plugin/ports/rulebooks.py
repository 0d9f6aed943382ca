"""Rule books: which versions there were, and which one decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Activation:
    """One version of a rule book: who made which text decide, and when."""

    #: Kind of book: ``orders``.
    kind: str
    #: From 1, without gaps, for each kind; the highest decides.
    version: int
    #: SHA-256 of the book's text.
    digest: str
    #: UTC.
    activated_at: datetime
    #: A person, or the process that started first.
    activated_by: str
    #: Why, in that person's words; may be empty.
    note: str


class Books(Protocol):
    """The rule books that were ever active, with their texts. None is changed or removed."""

    def active(self, kind: str) -> Activation | None:
        """The version that decides; None before the first."""

    def text(self, digest: str) -> str | None:
        """The text that has this digest, as it was activated; None for an unknown one."""

    def history(self, kind: str = "") -> list[Activation]:
        """All versions of one kind, or of all, the newest first."""

    def activate(
        self, kind: str, text: str, *, instead_of: Activation | None, by: str, note: str
    ) -> Activation:
        """Make a checked text the version that decides, in one transaction.

        Raises:
            PluginError: another one became active since `instead_of` was; nothing was changed.
        """
