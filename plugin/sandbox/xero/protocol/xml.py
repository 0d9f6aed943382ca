"""XML as Xero takes and writes it: bodies become JSON's elements, answers a ``<Response>``.

XML is Xero's first format and still its default where Accept does not ask for JSON (xero.md 2).
Clients send ``<Invoices><Invoice>...``, or a single ``<Invoice>``, as application/xml (pyxero)
or in a form's field ``xml`` (xeroizer).
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from xml.parsers import expat
from xml.sax.saxutils import escape

from .envelope import PROVIDER, Answer, moment_of, unreadable

CONTENT_TYPE = "text/xml; charset=utf-8"

#: The names whose children are a list, whatever the children are called.
LISTS = frozenset(
    "Accounts Addresses Allocations BankTransactions BatchPayments BrandingThemes ContactGroups"
    " ContactPersons Contacts CreditNotes Currencies Employees ExternalLinks HistoryRecords"
    " Invoices InvoiceAddresses Items LineItems ManualJournals Options Organisations Overpayments"
    " Payments Phones Prepayments PurchaseOrders PurchasesTrackingCategories Quotes"
    " SalesTrackingCategories TaxComponents TaxRates Tracking TrackingCategories Users".split()
)
_LISTS = frozenset(name.lower() for name in LISTS)

#: What a list's children are called where it isn't the name without its last letter.
_SINGULAR = {
    "Addresses": "Address",
    "Currencies": "Currency",
    "InvoiceAddresses": "InvoiceAddress",
    "PurchasesTrackingCategories": "PurchasesTrackingCategory",
    "SalesTrackingCategories": "SalesTrackingCategory",
    "Tracking": "TrackingCategory",
    "TrackingCategories": "TrackingCategory",
}
#: JSON alone has these; in XML the date itself is readable.
_ONLY_JSON = frozenset(
    "DateString DueDateString DateUTCString UpdatedDateUTCString pagination".split()
)
_SPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)
_DEEPEST = 20
_FORM = "application/x-www-form-urlencoded"
_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
#: What XML 1.0 can't hold, not even escaped.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


# ------------------------------------------------------------------------------- reading


def sent_in(body: bytes, content_type: str) -> bytes | None:
    """The XML that a body holds: itself, or a form's ``xml``; None for a body of JSON."""
    if content_type.partition(";")[0].strip().lower() == _FORM:
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return fields["xml"].encode() if "xml" in fields else None
    if "xml" in content_type.lower() or body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return body
    return None


def read(text: bytes) -> dict[str, Any]:
    """The document as JSON would have it: ``{"Invoices": [...]}``, or one element's properties.

    All values are texts; the properties' own types are told from them as with JSON's texts.
    Raises RefusalError (400, error 14) for what is no XML, is too deep, or has a DOCTYPE: an
    entity could unfold to gigabytes.
    """
    reader = _Reader()
    try:
        return reader.read(text)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise unreadable(f"The request body could not be parsed as XML: {error}") from None


class _Reader:
    """Builds the document while expat reads; nothing recurs, so no depth can break it."""

    def __init__(self) -> None:
        #: For each open element: its name, its children (None: none yet), its text.
        self._open: list[tuple[str, list[tuple[str, Any]], list[str]]] = []
        self._root: dict[str, Any] = {}

    def read(self, text: bytes) -> dict[str, Any]:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(text, True)
        return self._root

    def _doctype(self, *_about: Any) -> None:
        raise ValueError("a DOCTYPE is not allowed")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise ValueError("elements are nested too deeply")
        nil = any(key.endswith(":nil") and value == "true" for key, value in attributes.items())
        self._open.append((_local(name) + (" nil" if nil else ""), [], []))

    def _text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def _end(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        value = _value(name, children, "".join(texts))
        name = name.removesuffix(" nil")
        if self._open:
            self._open[-1][1].append((name, value))
        elif isinstance(value, list):
            self._root = {name: value}
        else:
            self._root = value if isinstance(value, dict) else {}


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _value(name: str, children: list[tuple[str, Any]], text: str) -> Any:
    if name.endswith(" nil"):
        return None
    if name.lower() in _LISTS:
        return [child for _name, child in children]
    return dict(children) if children else text


# ------------------------------------------------------------------------------- writing


def written(answer: Answer, *, now: datetime, correlation_id: str, element: str) -> str:
    """An answer's payload as XML, errors as ``<ApiException>`` (xero.md 3).

    Args:
        answer: has a payload.
        now: the envelope's time.
        correlation_id: the envelope's id.
        element: what the resource calls one of its own, for the elements of an error.
    """
    payload = dict(answer.payload or {})
    if answer.status != 200:  # noqa: PLR2004
        elements = payload.pop("Elements", [])
        parts = _properties(payload)
        if elements:
            rows = (
                f'<DataContractBase xsi:type="{element}">{_properties(each)}</DataContractBase>'
                for each in elements
            )
            parts += f"<Elements>{''.join(rows)}</Elements>"
        return f"<ApiException {_SPACES}>{parts}</ApiException>"
    head = {
        "Id": correlation_id,
        "Status": "OK",
        "ProviderName": PROVIDER,
        "DateTimeUTC": f"{now:%Y-%m-%dT%H:%M:%S.%f}0Z",
    }
    return f"<Response {_SPACES}>{_properties(head | payload)}</Response>"


def _properties(document: Mapping[str, Any]) -> str:
    return "".join(
        _element(name, value)
        for name, value in document.items()
        if value is not None and name not in _ONLY_JSON
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{_properties(value)}</{name}>"
    if isinstance(value, list):
        if not value:
            return ""
        return f"<{name}>{''.join(_element(singular(name), each) for each in value)}</{name}>"
    return f"<{name}>{_scalar(value)}</{name}>"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    if date := _DATE.fullmatch(text):
        moment = moment_of(int(date[1]))
        return f"{moment:%Y-%m-%dT%H:%M:%S}" + (f".{moment:%f}" if moment.microsecond else "")
    return escape(_UNWRITABLE.sub("?", text))


def singular(plural: str) -> str:
    """What one of a list is called: Invoices, Invoice."""
    return _SINGULAR.get(plural, plural.removesuffix("s"))
