"""How Xero writes an answer: the envelope, dates, numbers, pretty JSON, and its error shapes.

Facts: xero.md 1.7 (401, 403), 2 (envelope), 2.1 (dates), 3 (errors).
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from json.encoder import encode_basestring as quote
from typing import Any

NO_ID = "00000000-0000-0000-0000-000000000000"
PROVIDER = "Mintsoft to Xero sandbox"
JSON = "application/json; charset=utf-8"
NOT_FOUND = "The resource you're looking for cannot be found"

#: Properties that Xero writes as numbers. They are kept as text with their final decimals
#: ("89.00") and go out as that very text without quotes: no float ever touches money.
NUMBERS = frozenset(
    "SubTotal TotalTax Total TotalDiscount AmountDue AmountPaid AmountCredited Amount CurrencyRate"
    " Quantity UnitAmount LineAmount TaxAmount DiscountRate DiscountAmount UnitPrice Rate"
    " DisplayTaxRate EffectiveRate Outstanding Overdue"
    " RemainingCredit AppliedAmount BankAmount".split()
)

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a resource answers; the envelope is put around `payload` where there is one."""

    #: Properties to write after the envelope's own, in this order; None for no envelope.
    payload: Mapping[str, Any] | None = None
    status: int = 200
    #: The whole body where there is no payload.
    text: str = ""
    #: The whole body where it is a file.
    file: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """The whole call is refused with this answer; nothing was committed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


# ------------------------------------------------------------------------------- JSON


class _Heads(dict[str, str]):
    """The start of a property's line at one depth, by property name."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.indent = "\r\n" + "  " * depth

    def __missing__(self, key: str) -> str:
        head = self[key] = f"{self.indent}{quote(key)}: "
        return head


_HEADS = [_Heads(depth) for depth in range(20)]


def to_json(value: Any, depth: int = 0) -> str:
    """Pretty JSON as Xero's: CRLF, two spaces, nulls left out, numbers with their decimals."""
    if isinstance(value, dict):
        return _object(value, depth)
    if isinstance(value, list):
        return _array(value, depth)
    return _scalar(value)


class Repeated(dict[str, Any]):
    """A document that an answer shows many times: its JSON is written once for each depth."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self._texts: dict[int, str] = {}

    def text(self, depth: int) -> str:
        """Its JSON; it must not be changed any more."""
        if depth not in self._texts:
            self._texts[depth] = _object(self, depth)
        return self._texts[depth]


def _object(value: dict[str, Any], depth: int) -> str:
    heads = _HEADS[depth + 1]
    parts = []
    for key, item in value.items():
        kind = item.__class__
        if kind is str:
            parts.append(heads[key] + (item if key in NUMBERS else quote(item)))
        elif kind is dict:
            parts.append(heads[key] + _object(item, depth + 1))
        elif kind is list:
            parts.append(heads[key] + _array(item, depth + 1))
        elif kind is Repeated:
            parts.append(heads[key] + item.text(depth + 1))
        elif item is not None:
            parts.append(heads[key] + _scalar(item))
    return f"{{{','.join(parts)}{_HEADS[depth].indent}}}" if parts else "{}"


def _array(value: list[Any], depth: int) -> str:
    if not value:
        return "[]"
    indent = _HEADS[depth + 1].indent
    parts = [
        indent + (_object(item, depth + 1) if item.__class__ is dict else to_json(item, depth + 1))
        for item in value
    ]
    return f"[{','.join(parts)}{_HEADS[depth].indent}]"


def _scalar(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return quote(value) if isinstance(value, str) else str(value)


def enveloped(answer: Answer, *, now: datetime, correlation_id: str) -> str:
    """The body of an answer; an error's own shape has no envelope (xero.md 3)."""
    if answer.payload is None:
        return answer.text
    if answer.status != 200:  # noqa: PLR2004 (errors are written without the envelope)
        return to_json(dict(answer.payload))
    head = {
        "Id": correlation_id,
        "Status": "OK",
        "ProviderName": PROVIDER,
        "DateTimeUTC": f"/Date({milliseconds(now)})/",
    }
    return to_json(head | dict(answer.payload))


# ------------------------------------------------------------------------------- dates


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC, whole."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def moment_of(stamp: int) -> datetime:
    """The moment of so many milliseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=stamp)


def stamp_text(stamp: int) -> str:
    """A moment as Xero writes it: ``/Date(1289566516347+0000)/``."""
    return f"/Date({stamp}+0000)/"


def day_text(day: str | None) -> str | None:
    """A calendar date (``YYYY-MM-DD``) as Xero writes it: midnight UTC of that date."""
    if day is None:
        return None
    return f"/Date({(date.fromisoformat(day).toordinal() - _EPOCH) * _DAY}+0000)/"


def day_string(day: str | None) -> str | None:
    """The twin of `day_text`: ``2019-07-22T00:00:00``."""
    return None if day is None else f"{day}T00:00:00"


_MS_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")


def read_day(text: str) -> str:
    """The date of ``YYYY-MM-DD``, an ISO datetime or ``/Date()/``, as ``YYYY-MM-DD``.

    A datetime with an offset is turned into UTC first (xero.md 2.1: the day may shift).
    Raises ValueError for anything else.
    """
    written = _MS_DATE.fullmatch(text)
    if written:
        return moment_of(int(written[1])).date().isoformat()
    if not re.match(r"\d{4}-\d\d-\d\d(T|$)", text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.date().isoformat()


# ------------------------------------------------------------------------------- errors


def validation_errors(messages: list[str]) -> list[dict[str, str]]:
    """Messages as the property ``ValidationErrors`` carries them."""
    return [{"Message": message} for message in messages]


def invalid(elements: list[dict[str, Any]]) -> Answer:
    """400 with the elements that failed, and only those (xero.md 3)."""
    return Answer(
        status=400,
        payload={
            "ErrorNumber": 10,
            "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": elements,
        },
    )


def unreadable(message: str) -> RefusalError:
    """400 for a body that cannot be read at all; no element of it was looked at."""
    payload = {"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": message}
    return RefusalError(Answer(status=400, payload=payload))


def bad_query(message: str) -> RefusalError:
    """400 for a ``where`` or ``order`` that cannot be understood."""
    payload = {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message}
    return RefusalError(Answer(status=400, payload=payload))


def not_found() -> Answer:
    """404: a plain sentence as text/html, not JSON."""
    return Answer(status=404, text=NOT_FOUND, content_type="text/html; charset=utf-8")


def not_implemented() -> Answer:
    """501 for a method that a known resource does not have; in XML or JSON, as was asked."""
    payload = {
        "ErrorNumber": 20,
        "Type": "ApiMethodNotImplementedException",
        "Message": "The Api Method called is not implemented",
    }
    return Answer(status=501, payload=payload)


def refused(message: str) -> Answer:
    """400 for a call whose one sentence says it all; there are no elements."""
    payload = {"ErrorNumber": 10, "Type": "ValidationException", "Message": message}
    return Answer(status=400, payload=payload)


def problem(status: int, detail: str) -> Answer:
    """The 401 and 403 shape of xero.md 1.7, which does write its null."""
    document: dict[str, Any] = {
        "Type": None,
        "Title": {401: "Unauthorized", 403: "Forbidden"}[status],
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid.uuid4()),
        "Extensions": {},
    }
    return Answer(status=status, text=json.dumps(document, separators=(",", ":")))
