"""What was decided on documents."""

from collections.abc import Sequence
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.decisions.decided_document import DecidedDocument
from ...domain.decisions.decision import Decision
from ...domain.exports.export import ExportState


class Decisions(Protocol):
    """Keeps what was decided."""

    def record(self, connection: Connection, rows: Sequence[DecidedDocument], basis: str) -> None:
        """Keep what came of these documents; a second time changes nothing."""

    def keep_decision(
        self, export_id: int, decision: Decision, state: ExportState, basis: str
    ) -> None:
        """Replace the decision of a row that no worker holds."""
