"""Setting: all that is to be said of one setting, in one place.

Schema, help, documentation, the settings file, the preview of a change and the digest of what a
decision rests on are computed from it.
"""

from collections.abc import Collection
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from ..exports.export import DocumentKind
from .setting_values import Value, ValueKind

#: Where there is no default.
_NONE: Any = MISSING

#: What a document that goes out may rest on, and what rests on a setting of those that come in.
EXPORTED = frozenset(DocumentKind.exported())
NOTHING: frozenset[DocumentKind] = frozenset()

#: What settings are for, in the order in which people see them, with what stands above each.
GROUPS = {
    "orders": "Which orders",
    "invoice": "What the invoice looks like",
    "contacts": "Whom it goes to",
    "money": "Tax, discounts and pennies",
    "mintsoft": "Mintsoft",
    "schedule": "How often, and how many at once",
    "imports": "What comes from Xero",
    "client_invoices": "Invoices to clients",
    "notices": "What you are told of",
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting's declaration."""

    #: One of `GROUPS`.
    group: str
    #: For the settings page and for `connection show`; one line.
    meaning: str
    #: What it may be.
    value: ValueKind[Any]
    #: Kinds of documents of which it may depend on this whether they go out, or come in: when it
    #: changes, stored ones are decided again.
    decides: frozenset[DocumentKind]
    #: Kinds of documents of which it may depend on this what they become.
    shapes: frozenset[DocumentKind]
    #: Whether it stays out of files: it may hold a secret.
    private: bool = False


def declared(
    default: Value = _NONE,
    *,
    group: str,
    meaning: str,
    value: ValueKind[Value],
    decides: Collection[DocumentKind],
    shapes: Collection[DocumentKind],
    private: bool = False,
) -> Value:
    """A field of `Settings` with its declaration. Nothing of it can be left out but the default.

    The field, its default and what is read from text are of one type.

    Raises:
        ValueError: there is no such group.
    """
    if group not in GROUPS:
        raise ValueError(f"there is no group {group!r}")
    said = Setting(
        group=group,
        meaning=meaning,
        value=value,
        decides=frozenset(decides),
        shapes=frozenset(shapes),
        private=private,
    )
    made: Value = field(default=default, metadata={"setting": said})
    return made


def settings_of(owner: Any) -> dict[str, Setting]:
    """The declarations of a class of settings, or of one of it, by name, in order.

    Raises:
        TypeError: a field is not declared, so nobody could say what rests on it.
    """
    return {each.name: _said(each) for each in fields(owner)}


def _said(of: "Field[Any]") -> Setting:
    said: Setting | None = of.metadata.get("setting")
    if said is None:
        raise TypeError(f"the setting {of.name} has no declaration: make it with `declared`")
    return said


def resting(settings: Any, kind: DocumentKind) -> dict[str, Any]:
    """The values that documents of a kind rest on, by name: the digest of a decision has them."""
    return {
        name: getattr(settings, name)
        for name, said in settings_of(settings).items()
        if kind in said.decides | said.shapes
    }


def same_shape(before: Any, after: Any, kind: DocumentKind) -> bool:
    """Whether what documents of a kind become is the same by two settings."""
    return all(
        getattr(before, name) == getattr(after, name)
        for name, said in settings_of(before).items()
        if kind in said.shapes
    )
