"""The history of a document: notes that are added and never changed (xero.md 4)."""

from . import messages, reading
from .envelope import (
    Answer,
    invalid,
    moment_of,
    not_found,
    stamp_text,
    validation_errors,
)
from .routing import Call, Route

_SHAPE = reading.Shape("HistoryRecord", {"Details": "text"})
_LONGEST = 2500


def get(call: Call) -> Answer:
    """The notes of an invoice, newest first."""
    invoice = call.tenant.invoice(call.ids[0])
    if invoice is None:
        return not_found()
    notes = call.tenant.find("xero_history", invoice["InvoiceID"]) or {"records": []}
    created = {"Changes": "Created", "At": invoice["Created"], "User": "System Generated"}
    rows = [*reversed(notes["records"]), created]
    return Answer(payload={"HistoryRecords": [_shown(row) for row in rows]})


def put(call: Call) -> Answer:
    """Add notes to an invoice."""
    invoice = call.tenant.invoice(call.ids[0])
    if invoice is None:
        return not_found()
    sent = reading.elements(call.body, "HistoryRecords")
    records = [
        _SHAPE.read(element, f"HistoryRecords[{position}]") for position, element in enumerate(sent)
    ]
    for record in records:
        if not 0 < len(record.get("Details", "")) <= _LONGEST:
            errors = validation_errors([messages.DETAILS_LENGTH])
            return invalid([record | {"ValidationErrors": errors}])
    now = call.tenant.now_ms()
    added = [
        {"Changes": "Note", "At": now, "User": "System Generated", "Details": record["Details"]}
        for record in records
    ]
    before = call.tenant.find("xero_history", invoice["InvoiceID"]) or {"records": []}
    after = {"records": [*before["records"], *added]}
    call.tenant.store.put("xero_history", invoice["InvoiceID"], after)
    return Answer(payload={"HistoryRecords": [_shown(row) for row in added]})


def _shown(row: dict[str, object]) -> dict[str, object]:
    stamp = int(str(row["At"]))
    return {
        "Changes": row["Changes"],
        "DateUTCString": f"{moment_of(stamp):%Y-%m-%dT%H:%M:%S}",
        "DateUTC": stamp_text(stamp),
        "User": row["User"],
        "Details": row.get("Details", ""),
    }


ROUTES = [
    Route(
        template="Invoices/{id}/History",
        scopes=("accounting.invoices",),
        handlers={"GET": get, "PUT": put},
    )
]
