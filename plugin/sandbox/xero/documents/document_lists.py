"""How lists of documents are narrowed: where, since, days, high volume (xero.md 2.2)."""

from ...store import Document
from ..protocol import filters, messages
from ..protocol.envelope import bad_query, read_day
from ..protocol.routing import Call
from ..tenant import Tenant

#: More than this many records, or filtering as many, is refused.
HIGH_VOLUME = 100_000


def contact_of(tenant: Tenant, row: Document) -> Document:
    """The contact of a document, as it is kept."""
    return tenant.find("xero_contact", row["ContactID"]) or {"ContactID": row["ContactID"]}


def fields(
    tenant: Tenant, *, ids: list[str], texts: list[str], numbers: list[str], days: list[str]
) -> dict[str, filters.Value]:
    """What ``where`` and ``order`` may name: the properties given, and those of the contact."""

    def contact(name: str) -> filters.Value:
        return filters.text(lambda row: contact_of(tenant, row).get(name))

    return {
        **{name: filters.guid(name) for name in ids},
        **{name: filters.text(lambda row, name=name: row.get(name)) for name in texts},  # type: ignore[misc]
        **{name: filters.number(name) for name in numbers},
        **{name: filters.day(name) for name in days},
        "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
        "Contact.ContactID": filters.guid("ContactID"),
        "Contact.Name": contact("Name"),
        "Contact.ContactNumber": contact("ContactNumber"),
    }


def since(call: Call, rows: list[Document]) -> list[Document]:
    """The rows of the header If-Modified-Since."""
    moment = filters.modified_since(call.headers.get("If-Modified-Since"))
    return rows if moment is None else [row for row in rows if row["UpdatedDateUTC"] >= moment]


def filtered(call: Call, rows: list[Document], known: filters.Fields) -> list[Document]:
    """The rows of the header If-Modified-Since and of ``where``."""
    rows = since(call, rows)
    if "where" in call.args:
        refuse_too_many(rows)
        test = filters.where(call.args["where"], known)
        rows = [row for row in rows if test(row)]
    return rows


def between(call: Call, rows: list[Document], name: str, prefix: str) -> list[Document]:
    """The rows from ``{prefix}From`` to ``{prefix}To``, both days included (an assumption)."""
    first, last = (_day(call.args.get(f"{prefix}{end}".lower())) for end in ("From", "To"))
    if first:
        rows = [row for row in rows if (row.get(name) or "") >= first]
    if last:
        rows = [row for row in rows if row.get(name) and row[name] <= last]
    return rows


def _day(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return read_day(text)
    except (ValueError, OverflowError):
        raise bad_query(messages.not_a_date(text)) from None


def refuse_too_many(rows: list[Document]) -> None:
    """400 where so many records would be filtered or returned at once (xero.md 2.2)."""
    if len(rows) > HIGH_VOLUME:
        raise bad_query(messages.too_many(HIGH_VOLUME))
