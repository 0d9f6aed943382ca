"""Documents as programs read them: where each stands, what needs attention, and why."""

from typing import Any

from ...domain.exports.cause import Cause
from ...domain.exports.export import Export
from ...domain.invoices.invoice import Invoice
from ...domain.money import ZERO
from ...error_codes import CODES
from ..documents.attention import Changed
from ..documents.explain import Explanation
from ..documents.number import NumberGiven


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


def cause(found: Cause) -> dict[str, Any]:
    """One thing to put right, and the documents that wait for it."""
    known = CODES.get(found.code)
    return {
        "cause": found.key,
        "kind": found.kind,
        "code": found.code or None,
        "message": found.message,
        "why": known.cause if known else None,
        "fix": found.fix or None,
        "where": known.where if known else None,
        "state": found.state,
        "since": found.since,
        "documents": found.documents,
        "waiting": [{"currency": x, "total": y} for x, y in found.waiting],
        "numbers": list(found.numbers),
    }


def changed(done: Changed) -> dict[str, Any]:
    """What came of a retry or a clear."""
    ids = {row.export_id for row in done.moved}
    documents = [
        {"number": x.number or None, "source_id": x.source_id, "changed": x.export_id in ids}
        for x in done.rows
    ]
    documents += [
        {"number": x.incoming.number or None, "source_id": x.incoming.source_id, "changed": True}
        for x in done.incoming
    ]
    return {"changed": len(done.moved) + len(done.incoming), "documents": documents}


def number_given(given: NumberGiven) -> dict[str, Any]:
    """A document and the invoice number under which it goes out."""
    return {
        "number": given.row.number,
        "source_id": given.row.source_id,
        "invoice_number": given.number,
    }


def explanation(found: Explanation) -> dict[str, Any]:
    """Why a document is where it is."""
    story = found.story
    return {
        **outcome(story.export),
        "fix": story.export.fix or None,
        "evaluated_by": story.evaluated_by or None,
        "book": story.book or None,
        "single": {"who": story.single[0], "at": story.single[1]} if story.single else None,
        "rules": [
            {
                "rule": trace.rule,
                "verdict": trace.verdict,
                "fired": trace.fired,
                "deciding": trace.deciding,
                "condition": trace.condition,
                "values": dict(trace.values),
                "would_change": trace.would_change or None,
            }
            for trace in found.rules
        ],
        "invoice": invoice(story.invoice) if story.invoice else None,
        "changed_in_mintsoft": [vars(x) for x in found.changed_at_source],
        "changed_in_xero": [vars(x) for x in found.changed_in_target],
        "events": [
            {
                "at": event.at,
                "who": event.who,
                "before": event.before or None,
                "after": event.after,
                "why": event.why or None,
            }
            for event in story.events
        ],
    }


def invoice(built: Invoice) -> dict[str, Any]:
    """An invoice as it was or will be sent."""
    return {
        "contact": built.contact,
        "reference": built.reference,
        "status": built.status,
        "date": built.date,
        "due_date": built.due_date,
        "currency": built.currency,
        "lines": [
            {**vars(line), "net": line.net, "tax": line.tax, "gross": line.net + line.tax}
            for line in built.lines
        ],
        "net": sum((line.net for line in built.lines), ZERO),
        "tax": sum((line.tax for line in built.lines), ZERO),
        "total": built.total,
        "exchange_rate": built.exchange_rate,
        "note": built.note or None,
        "workings": list(built.workings),
    }
