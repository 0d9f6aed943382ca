"""The history of a document: notes that are added and never changed (xero.md 4)."""

from collections.abc import Callable

from ...store import Document
from ..protocol import messages, reading
from ..protocol.envelope import Answer, invalid, moment_of, not_found, stamp_text, validation_errors
from ..protocol.routing import Call, Route
from .owners import OWNERS, Owner

_SHAPE = reading.Shape("HistoryRecord", {"Details": "text"})
_LONGEST = 2500
_USER = "System Generated"


def get(call: Call, owner: Owner) -> Answer:
    """The notes of a document, newest first, with its making and last change."""
    document = owner.find(call)
    if document is None:
        return not_found()
    kept = call.tenant.find("xero_history", owner.id_of(document)) or {"records": []}
    rows = [*_system_rows(document), *kept["records"]]
    rows.sort(key=lambda row: int(row["At"]))
    rows.reverse()
    return Answer(payload={"HistoryRecords": [_shown(row) for row in rows]})


def _system_rows(document: Document) -> list[Document]:
    """What Xero itself notes. Only the last change is known, as the documents keep no others."""
    made, changed = document.get("Created"), document.get("UpdatedDateUTC")
    if made is None:
        return []
    rows = [{"Changes": "Created", "At": made, "User": _USER}]
    if isinstance(changed, int) and changed > made:
        rows.append({"Changes": "Edited", "At": changed, "User": _USER})
    return rows


def put(call: Call, owner: Owner) -> Answer:
    """Add notes to a document."""
    document = owner.find(call)
    if document is None:
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
        {"Changes": "Note", "At": now, "User": _USER, "Details": record["Details"]}
        for record in records
    ]
    document_id = owner.id_of(document)
    before = call.tenant.find("xero_history", document_id) or {"records": []}
    after = {"records": [*before["records"], *added]}
    call.tenant.store.put("xero_history", document_id, after)
    return Answer(payload={"HistoryRecords": [_shown(row) for row in added]})


def _shown(row: Document) -> Document:
    stamp = int(row["At"])
    return {
        "Changes": row["Changes"],
        "DateUTCString": f"{moment_of(stamp):%Y-%m-%dT%H:%M:%S}",
        "DateUTC": stamp_text(stamp),
        "User": row["User"],
        "Details": row.get("Details", ""),
    }


def _of(handler: Callable[[Call, Owner], Answer], owner: Owner) -> Callable[[Call], Answer]:
    return lambda call: handler(call, owner)


ROUTES = [
    Route(
        template=f"{owner.endpoint}/{{id}}/History",
        scopes=owner.scopes,
        handlers={"GET": _of(get, owner), "PUT": _of(put, owner)},
    )
    for owner in OWNERS
    if owner.has_history
]
