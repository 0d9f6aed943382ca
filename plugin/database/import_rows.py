"""Imports as rows: how they are asked for, what is written into them, and how they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, Select, select

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import DecidedImport, Import, ImportState, Incoming, Made
from .import_tables import import_, import_cursor

#: What the column of the number holds.
NUMBER_LENGTH = 250

#: Nothing is the matter.
GOOD = {"code": "", "message": "", "fix": ""}


def of_connection(connection: Connection, kind: DocumentKind) -> Select[Any]:
    """Rows of one kind that a connection made."""
    mine = import_.c.connection_id == connection.connection_id
    return select(import_).where(mine, import_.c.kind == kind)


def of_account(
    connection: Connection, kind: DocumentKind, source_ids: Sequence[str]
) -> Select[Any]:
    """The rows that documents of an account could be in, whichever connection made them."""
    return select(import_).where(
        import_.c.mintsoft_account == connection.account,
        import_.c.organisation_id == connection.organisation_known.organisation_id,
        import_.c.kind == kind,
        import_.c.source_id.in_(source_ids),
    )


def cursor_of(connection: Connection, kind: DocumentKind) -> tuple[Any, Any]:
    """Where the cursor of a connection and a kind is kept."""
    mine = import_cursor.c.connection_id == connection.connection_id
    return mine, import_cursor.c.kind == kind


def decided(row: DecidedImport, basis: str) -> dict[str, Any]:
    """What a decision writes."""
    decision = row.decision
    return {
        "number": row.incoming.number[:NUMBER_LENGTH],
        "fingerprint": row.incoming.fingerprint,
        "seen": row.incoming.seen,
        "document_date": row.document_date,
        "state": row.state,
        "code": row.code,
        "message": row.message,
        "fix": row.fix,
        "decided_by": decision.rule if decision else "",
        "basis": basis,
        "decide_again_at": decision.decide_again_at if decision else None,
    }


def new_row(
    connection: Connection, kind: DocumentKind, row: DecidedImport, now: datetime
) -> dict[str, Any]:
    """What a new row has besides."""
    return {
        "connection_id": connection.connection_id,
        "mintsoft_account": connection.account,
        "organisation_id": connection.organisation_known.organisation_id,
        "kind": kind,
        "source_id": row.incoming.source_id,
        **made_values(Made(made_id="", content="", fingerprint="")),
        "note": "",
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
    }


def made_values(made: Made) -> dict[str, Any]:
    """What it became, as it is kept."""
    return {
        "made_id": made.made_id,
        "made_content": made.content,
        "made_fingerprint": made.fingerprint,
    }


def read(transaction: Transaction, query: Select[Any]) -> list[Import]:
    """The rows of a query."""
    return [_import(row) for row in transaction.execute(query).mappings()]


def _import(row: RowMapping) -> Import:
    made = Made(
        made_id=row["made_id"], content=row["made_content"], fingerprint=row["made_fingerprint"]
    )
    return Import(
        import_id=row["id"],
        kind=DocumentKind(row["kind"]),
        incoming=Incoming(
            source_id=row["source_id"],
            number=row["number"],
            fingerprint=row["fingerprint"],
            seen=row["seen"],
        ),
        state=ImportState(row["state"]),
        made=made if row["made_id"] else None,
        **{
            name: row[name]
            for name in (
                *("connection_id", "code", "message", "fix", "decided_by", "basis"),
                *("decide_again_at", "document_date", "note", "first_called_at", "called_at"),
                *("again_at", "attempts", "created_at", "updated_at"),
            )
        },
    )
