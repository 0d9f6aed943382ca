"""The marks that exported documents get at the source."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...errors import PluginError


@dataclass(frozen=True, kw_only=True)
class PendingMark:
    """An exported document whose mark at the source is still to be written."""

    export_id: int
    source_id: str
    invoice_number: str
    invoice_id: str
    commented: bool
    tagged: bool


@dataclass(frozen=True, kw_only=True)
class WrittenComment:
    """A comment on an exported document that was written at the source."""

    source_id: str
    invoice_number: str
    #: By this machine's clock (UTC).
    at: datetime


class Marks(Protocol):
    """Marks that are owed, and what came of them."""

    def owed(self, connection: Connection, limit: int) -> list[PendingMark]:
        """Exported documents whose marks at the source are still to be written."""

    def newest_comment(self, connection: Connection) -> WrittenComment | None:
        """The comment at the source that was written last; None: there is none."""

    def written(self, export_id: int, what: str) -> None:
        """A mark was written: ``comment`` or ``tag``."""

    def write_refused(self, export_id: int, error: PluginError) -> None:
        """The source refuses the marks: noted, and not tried again."""
