"""Files attached to documents: list, send, read (xero.md 4).

Rows of kind ``xero_attachment`` hold a file each; ``xero_attachment_owner`` says by a document's
id which it has, so that `has` costs one look-up.
"""

import base64
import uuid
from collections.abc import Callable
from mimetypes import MimeTypes

from ...store import Document
from ..protocol.envelope import Answer, not_found, refused
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from .owners import OWNERS, Owner

_MOST = 10
_LARGEST = 10 * 1024 * 1024
_BAD = set('<>:"/\\|?*+')
_LONGEST_NAME = 255
#: Python's own table alone: the same answer on every machine.
_TYPES = MimeTypes()
_CUSTOMER_SEES = {"Invoices", "CreditNotes"}


def has(tenant: Tenant, document_id: str) -> bool:
    """Whether a document has files."""
    return tenant.find("xero_attachment_owner", document_id) is not None


def get(call: Call, owner: Owner) -> Answer:
    """The list of a document's files."""
    document = owner.find(call)
    if document is None:
        return not_found()
    rows = _of_document(call.tenant, owner.id_of(document))
    return Answer(payload={"Attachments": [_shown(call, row) for row in rows]})


def get_one(call: Call, owner: Owner) -> Answer:
    """A file itself, by id or name."""
    document = owner.find(call)
    row = _named(call.tenant, owner.id_of(document), call.ids[1]) if document else None
    if row is None:
        return not_found()
    return Answer(file=base64.b64decode(row["Content"]), content_type=row["MimeType"])


def put(call: Call, owner: Owner) -> Answer:
    """Attach a file; one of that name is replaced."""
    document = owner.find(call)
    if document is None:
        return not_found()
    document_id, name = owner.id_of(document), call.ids[1]
    before = _named(call.tenant, document_id, name)
    number = len(_of_document(call.tenant, document_id))
    if fault := _fault(name, call.body, number if before is None else 0):
        return refused(fault)
    online = call.args.get("includeonline", "").lower() == "true"
    row = {
        "AttachmentID": before["AttachmentID"] if before else str(uuid.uuid4()),
        "Endpoint": owner.endpoint,
        "OwnerID": document_id,
        "FileName": name,
        "MimeType": _TYPES.guess_type(name)[0] or "application/octet-stream",
        "ContentLength": len(call.body),
        "IncludeOnline": online and owner.endpoint in _CUSTOMER_SEES,
        "Content": base64.b64encode(call.body).decode(),
    }
    _keep(call.tenant, owner, document, row)
    return Answer(payload={"Attachments": [_shown(call, row)]})


def _fault(name: str, body: bytes, number: int) -> str | None:
    """Why a file can't be attached; the limits are xero.md's, the sentences assumed."""
    if _BAD & set(name) or not 0 < len(name) <= _LONGEST_NAME:
        return f"The file name {name[:_LONGEST_NAME]} is not valid."
    if not body:
        return "The attachment has no content."
    if len(body) > _LARGEST:
        return "The attachment is larger than 10 MB."
    return f"A document can have at most {_MOST} attachments." if number >= _MOST else None


def _keep(tenant: Tenant, owner: Owner, document: Document, row: Document) -> None:
    attachment_id, document_id = row["AttachmentID"], row["OwnerID"]
    tenant.store.put("xero_attachment", attachment_id, row)
    known = tenant.find("xero_attachment_owner", document_id) or {"AttachmentIDs": []}
    if attachment_id not in known["AttachmentIDs"]:
        ids = [*known["AttachmentIDs"], attachment_id]
        tenant.store.put("xero_attachment_owner", document_id, {"AttachmentIDs": ids})
    if document.get("HasAttachments") is False:  # where a row itself says so
        key = next(key for key, each in tenant.store.table(owner.kind).items() if each is document)
        tenant.store.put(owner.kind, key, document | {"HasAttachments": True})


def _of_document(tenant: Tenant, document_id: str) -> list[Document]:
    known = tenant.find("xero_attachment_owner", document_id) or {"AttachmentIDs": []}
    rows = [tenant.find("xero_attachment", each) for each in known["AttachmentIDs"]]
    return [row for row in rows if row is not None]


def _named(tenant: Tenant, document_id: str, name: str) -> Document | None:
    wanted = name.lower()
    for row in _of_document(tenant, document_id):
        if wanted in {row["AttachmentID"], row["FileName"].lower()}:
            return row
    return None


def _shown(call: Call, row: Document) -> Document:
    place = f"{row['Endpoint']}/{row['OwnerID']}/Attachments/{row['FileName']}"
    return {
        "AttachmentID": row["AttachmentID"],
        "FileName": row["FileName"],
        "Url": f"http://{call.headers.get('Host', 'localhost')}/api.xro/2.0/{place}",
        "MimeType": row["MimeType"],
        "ContentLength": row["ContentLength"],
        "IncludeOnline": row["IncludeOnline"],
    }


def _of(handler: Callable[[Call, Owner], Answer], owner: Owner) -> Callable[[Call], Answer]:
    return lambda call: handler(call, owner)


_SCOPES = ("accounting.attachments",)
ROUTES = [
    route
    for owner in OWNERS
    if owner.has_attachments
    for route in (
        Route(
            template=f"{owner.endpoint}/{{id}}/Attachments",
            scopes=_SCOPES,
            handlers={"GET": _of(get, owner)},
        ),
        Route(
            template=f"{owner.endpoint}/{{id}}/Attachments/{{name}}",
            scopes=_SCOPES,
            handlers={
                "GET": _of(get_one, owner),
                "PUT": _of(put, owner),
                "POST": _of(put, owner),
            },
            takes_file=True,
        ),
    )
]
