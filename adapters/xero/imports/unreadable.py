"""A document of Xero that can't be put into our words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ....plugin.errors import NeedsPerson
from ....plugin.ports.source import Unreadable

Document = TypeVar("Document")


def readable(
    entry: Mapping[str, Any],
    document_of: Callable[[Mapping[str, Any]], Document],
    *,
    id_field: str,
    number_field: str,
) -> Document | Unreadable:
    """The document that `document_of` finds in an entry, or why it finds none (MX-501)."""
    try:
        return document_of(entry)
    except (KeyError, ValueError) as error:
        return _unreadable(entry, id_field, number_field, error)


def _unreadable(
    entry: Mapping[str, Any], id_field: str, number_field: str, error: Exception
) -> Unreadable:
    """Which document it is, and which field stands in the way; nothing of what it holds."""
    number = str(entry.get(number_field) or "")
    field = str(error.args[0]) if isinstance(error, KeyError) and error.args else "a field"
    problem = NeedsPerson(
        f"The document {number} of Xero can't be read: {field} is missing or odd.",
        code="MX-501",
        fix="Look at it in Xero, correct it there and save it.",
    )
    return Unreadable(source_id=str(entry.get(id_field) or ""), number=number, error=problem)
