"""Where documents stand, as programs read it."""

from typing import Any

from ...domain.exports.export import Export


def outcome(row: Export) -> dict[str, Any]:
    """One row as programs read it; what is absent is None."""
    return {
        "source_id": row.source_id,
        "number": row.number or None,
        "kind": row.kind,
        "state": row.state,
        "code": row.code or None,
        "message": row.message or None,
        "invoice_number": row.invoice_number or None,
        "invoice_id": row.invoice_id or None,
        # Of documents that go the other way, which do not exist yet.
        "target_number": None,
        "target_id": None,
        "total": row.total if row.currency else None,
        "currency": row.currency or None,
        "decided_by": row.decided_by or None,
        "generation": row.generation,
        "updated_at": row.updated_at,
    }
