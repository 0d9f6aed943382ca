"""Documents that were read from the accounting side, as programs read them."""

from typing import Any

from ...domain.imports.imported import BECOMES, Import


def import_row(row: Import) -> dict[str, Any]:
    """One document: where it stands, why, and what it has become."""
    return {
        "source_id": row.incoming.source_id,
        "number": row.incoming.number or None,
        "kind": row.kind,
        "state": row.state,
        "code": row.code or None,
        "message": row.message or None,
        "fix": row.fix or None,
        "target": BECOMES[row.kind],
        "target_id": row.made.made_id if row.made else None,
        "note": row.note or None,
        "document_date": row.document_date,
        "decided_by": row.decided_by or None,
        "attempts": row.attempts,
        "updated_at": row.updated_at,
    }
