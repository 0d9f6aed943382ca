"""What a ``where`` is made of: fields, literals, comparisons and methods (xero.md 2.2)."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .envelope import bad_query

Document = dict[str, Any]
Test = Callable[[Document], bool]
Getter = Callable[[Document], Any]


@dataclass(frozen=True)
class Value:
    """Something with a value for each document."""

    #: "text", "number", "date", "guid", "flag" or "null".
    kind: str
    get: Getter


#: What ``where`` and ``order`` may name, for example ``Contact.Name``.
Fields = Mapping[str, Value]

#: By sign; a single ``=`` works too.
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_CHANGES: dict[str, Callable[[str], str]] = {
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
}


def called(of: Value, name: str, part: Value | None) -> Value:
    """The method `name` of a text, with the text `part` where it takes one.

    Raises the 400 of a query for a method that there is not; so does the value for a null.
    """
    if of.kind == "text" and part is None and name in _CHANGES:
        change = _CHANGES[name]
        return Value("text", lambda document: change(_present(of, document)))
    if of.kind == "text" and part is not None and part.kind == "text" and name in _TESTS:
        test = _TESTS[name]
        return Value("flag", lambda one: test(_present(of, one), _present(part, one)))
    raise bad_query(f"No applicable method '{name}' exists")


def literal(kind: str, value: Any) -> Value:
    """What is the same for every document."""
    return Value(kind, lambda _document: value)


def _present(field: Value, document: Document) -> str:
    """A method on a null is an error in Xero; ask ``!= null AND`` first (xero.md 2.2)."""
    value = field.get(document)
    if not isinstance(value, str):
        raise bad_query("Object reference not set to an instance of an object.")
    return value


def compared(left: Value, compare: Callable[[Any, Any], Any], right: Value) -> Value:
    """A comparison: null equals null, and is neither more nor less than anything.

    Raises the 400 of a query for two kinds that don't go together.
    """
    if left.kind != right.kind and "null" not in {left.kind, right.kind}:
        raise bad_query(
            f"Operator incompatible with operand types '{left.kind}' and '{right.kind}'"
        )
    orders = compare not in {operator.eq, operator.ne}

    def test(document: Document) -> bool:
        one, other = left.get(document), right.get(document)
        if orders and (one is None or other is None):
            return False
        return bool(compare(one, other))

    return Value("flag", test)
