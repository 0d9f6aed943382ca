"""``where``, ``order``, paging and ``If-Modified-Since``: xero.md 2.2.

Two kinds of expression meet here: a *field* of a document and a *literal*. Both are a kind
("text", "number", "date", "guid", "flag", "null") with a function of the document.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from .envelope import bad_query, milliseconds

Document = dict[str, Any]
Test = Callable[[Document], bool]
Getter = Callable[[Document], Any]


@dataclass(frozen=True)
class Value:
    """A field or a literal: what kind it is, and its value for a document."""

    kind: str
    get: Getter


Fields = Mapping[str, Value]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\"\")*\")"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)"
    r"|(?P<sign>==|!=|<>|<=|>=|&&|\|\||[=<>!(),]))"
)
_COMPARE = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_CASES: dict[str, Callable[[str], str]] = {
    "tolower": str.lower,
    "toupper": str.upper,
}


def where(text: str, fields: Fields) -> Test:
    """The test that a ``where`` describes. Raises the 400 of a query that can't be parsed."""
    parser = _Parser(text, fields)
    try:
        test = parser.either()
    except RecursionError:
        raise bad_query("The query is nested too deeply") from None
    if parser.word:
        raise parser.refused()
    return test


class _Parser:
    """Recursive descent: either > both > one > comparison > value."""

    def __init__(self, text: str, fields: Fields) -> None:
        self._fields = {name.lower(): value for name, value in fields.items()}
        self._tokens: list[tuple[str, str]] = []
        end = 0
        text = text.rstrip()
        while end < len(text):
            match = _TOKEN.match(text, end)
            if match is None or match.end() == end:
                raise bad_query(f"Unexpected character at position {end}")
            self._tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            end = match.end()
        self._next = 0

    @property
    def word(self) -> str:
        """The word or sign to be read next, in lower case; "" at the end."""
        return self._tokens[self._next][1].lower() if self._next < len(self._tokens) else ""

    def refused(self) -> Exception:
        """The error that names where reading stopped."""
        return bad_query(f"Syntax error near '{self.word}'" if self.word else "Syntax error")

    def take(self, *expected: str) -> bool:
        """Step over the next token if it is one of these."""
        if self.word and self.word in expected and not self.word.startswith('"'):
            self._next += 1
            return True
        return False

    def need(self, expected: str) -> None:
        """Step over what must come next."""
        if not self.take(expected):
            raise self.refused()

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or", "||"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda document: any(t(document) for t in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.take("and", "&&"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda document: all(t(document) for t in tests)

    def one(self) -> Test:
        if self.take("not", "!"):
            inner = self.one()
            return lambda document: not inner(document)
        if self.take("("):
            test = self.either()
            self.need(")")
            return test
        return self.comparison()

    def comparison(self) -> Test:
        left = self.value()
        if self.word not in _COMPARE:
            if left.kind == "flag":
                return lambda document: bool(left.get(document))
            raise self.refused()
        compare = _COMPARE[self.word]
        self._next += 1
        return _compared(left, compare, self.value())

    def value(self) -> Value:
        if not self.word:
            raise self.refused()
        group, text = self._tokens[self._next]
        self._next += 1
        if group == "text":
            return _literal("text", text[1:-1].replace('""', '"'))
        if group == "number":
            return _literal("number", Decimal(text))
        if group == "name":
            return self.named(text)
        self._next -= 1
        raise self.refused()

    def named(self, name: str) -> Value:
        lowered = name.lower()
        if lowered in {"true", "false"}:
            return _literal("flag", lowered == "true")
        if lowered == "null":
            return _literal("null", None)
        if self.word == "(":
            return self.called(name)
        if lowered not in self._fields:
            raise bad_query(f"No property or field '{name}' exists")
        return self._fields[lowered]

    def called(self, name: str) -> Value:
        self.need("(")
        lowered = name.lower()
        if lowered == "datetime":
            return self.date_time()
        if lowered == "guid":
            inner = self.value()
            self.need(")")
            return Value("guid", lambda document: str(inner.get(document)).lower())
        field, _, method = lowered.rpartition(".")
        if field not in self._fields or method not in {*_METHODS, *_CASES}:
            raise bad_query(f"No applicable method '{name}' exists")
        return self.method(self._fields[field], method)

    def method(self, field: Value, method: str) -> Value:
        if method in _CASES:
            self.need(")")
            return Value("text", lambda document: _CASES[method](_present(field, document)))
        part = self.value()
        if part.kind != "text":
            raise self.refused()
        self.need(")")
        return Value(
            "flag",
            lambda document: _METHODS[method](_present(field, document), _present(part, document)),
        )

    def date_time(self) -> Value:
        numbers = []
        while self.word != ")":
            group, text = self._tokens[self._next] if self.word else ("", "")
            if group != "number":
                raise self.refused()
            numbers.append(int(Decimal(text)))
            self._next += 1
            self.take(",")
        self.need(")")
        try:
            moment = datetime(*numbers[:6], tzinfo=UTC)  # type: ignore[arg-type,misc]
        except (OverflowError, TypeError, ValueError):
            raise self.refused() from None
        return _literal("date", moment)


def _literal(kind: str, value: Any) -> Value:
    return Value(kind, lambda _document: value)


def _present(field: Value, document: Document) -> str:
    """A method on a null is an error in Xero; ask ``!= null AND`` first (xero.md 2.2)."""
    value = field.get(document)
    if not isinstance(value, str):
        raise bad_query("Object reference not set to an instance of an object.")
    return value


def _compared(left: Value, compare: Callable[[Any, Any], Any], right: Value) -> Test:
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

    return test


# ------------------------------------------------------------------------- field makers


def text(get: Getter) -> Value:
    """A field that is text."""
    return Value("text", get)


def number(name: str) -> Value:
    """A field that is kept as decimal text."""
    return Value("number", lambda document: _decimal(document.get(name)))


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def day(name: str) -> Value:
    """A field that is kept as ``YYYY-MM-DD``."""

    def get(document: Document) -> datetime | None:
        value = document.get(name)
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None

    return Value("date", get)


def stamp(name: str) -> Value:
    """A field that is kept in milliseconds since 1970."""
    return Value("date", lambda document: datetime.fromtimestamp(document[name] / 1000, UTC))


def guid(name: str) -> Value:
    """A field that is an id."""
    return Value("guid", lambda document: document.get(name))


# ------------------------------------------------------------------- order, paging, since


def ordered(rows: list[Document], order: str | None, fields: Fields, key: str) -> list[Document]:
    """Rows by ``order``, else by UpdatedDateUTC and `key`, both ascending."""
    if not order:
        return sorted(rows, key=lambda row: (row["UpdatedDateUTC"], row[key]))
    known = {name.lower(): value for name, value in fields.items()}
    for part in reversed(order.split(",")):
        name, _, direction = part.strip().partition(" ")
        field = known.get(name.lower())
        if field is None or direction.strip().lower() not in {"", "asc", "desc"}:
            raise bad_query(f"No property or field '{part.strip()}' exists")
        rows = sorted(rows, key=_sort_key(field), reverse=direction.strip().lower() == "desc")
    return rows


def _sort_key(field: Value) -> Callable[[Document], tuple[bool, Any]]:
    def key(row: Document) -> tuple[bool, Any]:
        value = field.get(row)
        return (value is not None, "" if value is None else value)

    return key


def paged(rows: list[Document], args: Mapping[str, str]) -> tuple[list[Document], dict[str, int]]:
    """One page of rows, and the pagination object; what is out of range is clamped."""
    page = max(_whole(args.get("page"), 1), 1)
    size = min(max(_whole(args.get("pagesize"), 100), 1), 1000)
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": -(-len(rows) // size),
        "itemCount": len(rows),
    }
    return rows[(page - 1) * size : page * size], pagination


def _whole(value: str | None, otherwise: int) -> int:
    try:
        return int(value) if value else otherwise
    except ValueError:
        return otherwise


def modified_since(header: str | None) -> int | None:
    """``If-Modified-Since`` in milliseconds: ISO without zone (UTC) or RFC 1123; else None."""
    if not header:
        return None
    try:
        moment = datetime.fromisoformat(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return milliseconds(moment.replace(microsecond=0))


def words(value: str | None) -> set[str] | None:
    """A comma-separated list of the query, in lower case; None where it is absent or empty."""
    return {word.strip().lower() for word in (value or "").split(",") if word.strip()} or None
