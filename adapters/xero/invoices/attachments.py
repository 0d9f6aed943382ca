"""Files on a document in Xero, and notes in its history (xero.md 4)."""

import re
import uuid
from urllib.parse import quote

from ....plugin.errors import NeedsPerson
from ..api.client import Reply, XeroClient
from ..api.errors import refusal_of
from ..api.fields import to_text, write_json

#: Bytes that a file may have. Xero says 10 MB here and 25 MB there.
LARGEST_FILE = 10_000_000

_LONGEST_NAME = 255
_LONGEST_NOTE = 2500
_UNWANTED = re.compile(r"""[<>:"/\\|?*+\x00-\x1f\x7f]+""")


def attach(
    client: XeroClient, invoice_id: str, name: str, content: bytes, *, online: bool = False
) -> str:
    """Put a file on an invoice; one of the same name is replaced, so a second time is harmless.

    Args:
        client: of the organisation.
        invoice_id: Xero's id.
        name: of the file; what Xero refuses in it becomes a dash. Its ending tells the type.
        content: at most 10 MB.
        online: whether the customer sees it with the online invoice.

    Returns:
        The name under which Xero has it.

    Raises:
        NeedsPerson: the file is too large, or Xero refuses it (MX-401).
        Unknown: the answer was lost; the same may be sent again.
        TryLater, Disconnected: nothing was done.
    """
    if len(content) > LARGEST_FILE:
        answer = f"the file {file_name(name)} is larger than 10 MB."
        raise NeedsPerson(code="MX-401", answer=answer, fix="Attach a smaller file.")
    spelled = file_name(name)
    path = f"Invoices/{invoice_id}/Attachments/{quote(spelled, safe='')}"
    params = {"IncludeOnline": "true" if online else "false"}
    reply = client.put(path, params, content, uuid.uuid4().hex, "application/octet-stream")
    _require(reply, "Attachments")
    return spelled


def file_name(name: str) -> str:
    r"""A name that Xero takes: without ``<>:"/\|?*+`` and control characters."""
    plain = _UNWANTED.sub("-", to_text(name, len(name))).strip(" .-")
    stem, point, ending = plain.rpartition(".")
    if not point:
        stem, ending = plain, ""
    room = _LONGEST_NAME - len(ending) - len(point)
    return f"{stem[:room]}{point}{ending}" if room > 0 and plain else "file"


def add_note(client: XeroClient, invoice_id: str, text: str) -> None:
    """Write a note into an invoice's history, where it stays for good; each call writes another.

    A call for each invoice would double all calls: not for exports.

    Raises:
        NeedsPerson: Xero refuses it (MX-401).
        Unknown: it may have been written.
        TryLater, Disconnected: nothing was done.
    """
    record = {"Details": to_text(text, _LONGEST_NOTE)}
    body = write_json({"HistoryRecords": [record]}).encode("ascii")
    path = f"Invoices/{invoice_id}/History"
    _require(client.put(path, {}, body, uuid.uuid4().hex), "HistoryRecords")


def _require(reply: Reply, name: str) -> None:
    """Raises NeedsPerson in Xero's words, unless it was done."""
    if answer := refusal_of(reply.status, reply.body, name):
        raise NeedsPerson(code="MX-401", answer=answer)
