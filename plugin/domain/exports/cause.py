"""Cause: one thing to put right, whatever number of documents it stops."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from ..imports.imported import Import, ImportState
from .export import DocumentKind, Export, ExportState

#: How many order numbers a cause names.
FIRST = 5

#: What is another in each document's sentence: amounts, and which of its lines it is about.
#: Account codes and tax rates are none of these: they tell one cause from another.
_OWN = re.compile(r"(?<!code ')(?<!rate of )-?\b\d[\d,]*\.\d{2,4}\b|(?<=\bline )\d+\b")
_LEFT_OUT = "..."
#: The source of a tax rate in what is to be done.
_RATE = re.compile(r"\btax_rate (?P<country>[A-Z]{2}:)?(?P<rate>[0-9]+(\.[0-9]+)?)\b")
#: Whether we predict an answer or Xero gives it, what it is about is to be put right once.
_WHO_SAYS = re.compile(r"^Xero (?:would answer|refused [^:]+): ")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Documents that one thing stops, or that were changed in one way after their export."""

    #: What the documents are: what the connection exports, or what it imports.
    kind: DocumentKind
    #: What `retry --cause` takes: the code, and what tells two causes of one code apart.
    key: str
    code: str
    #: The sentence; what is each document's own in it is left out when there are several.
    message: str
    fix: str
    #: Refused, or exported and changed on either side since.
    state: ExportState
    documents: int
    #: What they come to, by currency.
    waiting: tuple[tuple[str, Decimal], ...]
    #: The first few numbers.
    numbers: tuple[str, ...]
    #: When the first of them came to it (UTC).
    since: datetime


def cause_key(document: Export) -> str:
    """Of what cause a document is: its code, and its sentence without what is its own."""
    text = _WHO_SAYS.sub("", _common(document))
    told_by = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{document.code or 'none'}-{told_by}"


def causes_of(documents: Iterable[Export], came: Mapping[int, datetime]) -> list[Cause]:
    """One entry for each cause: what stops documents first, and the most of them first.

    `came`: when documents came into their state, by export id; else their last change counts.
    """
    groups: dict[tuple[ExportState, str], list[Export]] = {}
    for document in documents:
        groups.setdefault((document.state, cause_key(document)), []).append(document)
    causes = [_cause(key, items, came) for (_, key), items in groups.items()]
    return sorted(causes, key=lambda x: (x.state is ExportState.EXPORTED, -x.documents, x.key))


def causes_of_imports(rows: Iterable[Import]) -> list[Cause]:
    """The same of what comes in and needs attention."""
    groups: dict[tuple[str, str], list[Import]] = {}
    for row in rows:
        groups.setdefault((row.kind, import_cause_key(row)), []).append(row)
    return [_import_cause(items) for _, items in sorted(groups.items())]


def import_cause_key(row: Import) -> str:
    """Of what cause a document is that comes in: its code and its sentence."""
    told_by = hashlib.sha256(row.message.encode()).hexdigest()[:6]
    return f"{row.code or 'none'}-{told_by}"


def _import_cause(rows: Sequence[Import]) -> Cause:
    first, imported = rows[0], rows[0].state is ImportState.IMPORTED
    return Cause(
        kind=first.kind,
        key=import_cause_key(first),
        code=first.code,
        message=first.message,
        fix=first.fix,
        state=ExportState.EXPORTED if imported else ExportState.REFUSED,
        documents=len(rows),
        waiting=(),
        numbers=tuple(row.incoming.number or row.incoming.source_id for row in rows[:FIRST]),
        since=min(row.updated_at for row in rows),
    )


def _common(document: Export) -> str:
    """The sentence without amounts, and without what the document is called."""
    text = _OWN.sub(_LEFT_OUT, document.message)
    names = {document.number, document.invoice_number} - {""}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w)(?<!code '){re.escape(name)}(?!\w)", _LEFT_OUT, text)
    return text


def _fix(documents: Sequence[Export]) -> str:
    """What to do; where documents of one country need several tax rates, each is named."""
    fixes = dict.fromkeys(document.fix for document in documents)
    first, *others = fixes
    found = [_RATE.search(fix) for fix in fixes]
    if not others or not all(found):
        return first
    rates = dict.fromkeys(x["rate"] for x in found if x)
    return (
        _RATE.sub(lambda x: f"tax_rate {x['country'] or ''}RATE", first)
        + f" RATE is {', '.join(rates)}."
    )


def _cause(key: str, documents: Sequence[Export], came: Mapping[int, datetime]) -> Cause:
    sums: dict[str, Decimal] = {}
    for document in documents:
        if document.currency:
            sums[document.currency] = sums.get(document.currency, Decimal(0)) + document.total
    first = min(documents, key=attrgetter("export_id"))
    same = len({document.message for document in documents}) == 1
    return Cause(
        kind=first.kind,
        key=key,
        code=first.code,
        message=first.message if same else _common(first),
        fix=_fix(documents),
        state=first.state,
        documents=len(documents),
        waiting=tuple(sorted(sums.items())),
        numbers=tuple(document.number for document in documents[:FIRST]),
        since=min(came.get(x.export_id, x.updated_at) for x in documents),
    )
