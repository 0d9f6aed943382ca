"""The language of ``where``: a text becomes a test of a document (xero.md 2.2).

Everything in it is a `Value`: a field, a literal, a comparison, a method's answer. Nothing that
can be written here breaks the sandbox: what is not understood is a 400 of its own kind.
"""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from .envelope import bad_query
from .expressions import COMPARE, Fields, Test, Value, called, compared, literal

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\"\")*\")"
    r"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>==|!=|<>|<=|>=|&&|\|\||[=<>!(),.]))"
)
#: Nested more deeply than anybody writes, and less than Python can bear.
_DEEPEST = 50
_LONGEST_NUMBER = 30
_DATE_PARTS = range(3, 8)


def where(text: str, fields: Fields) -> Test:
    """The test that a ``where`` describes. Raises the 400 of a query that can't be parsed.

    The test raises it too where a method meets a null: ask ``X != null AND`` first.
    """
    parser = _Parser(text, fields)
    found = parser.either()
    if parser.word or found.kind != "flag":
        raise parser.refused()
    return lambda document: bool(found.get(document))


class _Parser:
    """Recursive descent: either > both > negated > comparison > operand."""

    def __init__(self, text: str, fields: Fields) -> None:
        self._fields = {name.lower(): value for name, value in fields.items()}
        self._tokens = list(_tokens(text.strip()))
        self._next = 0
        self._depth = 0

    # ----------------------------------------------------------------------------- tokens

    @property
    def word(self) -> str:
        """The word or sign to be read next, in lower case; "" at the end."""
        return self._tokens[self._next][1].lower() if self._next < len(self._tokens) else ""

    def refused(self) -> Exception:
        """The error that names where reading stopped."""
        return bad_query(f"Syntax error near '{self.word}'" if self.word else "Syntax error")

    def take(self, *expected: str) -> bool:
        """Step over the next token if it is one of these."""
        if self.word in expected:
            self._next += 1
            return True
        return False

    def need(self, expected: str) -> None:
        """Step over what must come next."""
        if not self.take(expected):
            raise self.refused()

    def read(self, group: str) -> str:
        """The next token, which must be of this group."""
        if not self.word or self._tokens[self._next][0] != group:
            raise self.refused()
        self._next += 1
        return self._tokens[self._next - 1][1]

    def read_text(self) -> str:
        """A quoted text without its quotes."""
        return self.read("text")[1:-1].replace('""', '"')

    # -------------------------------------------------------------------------- and, or, not

    def either(self) -> Value:
        return self._joined(self.both, any, "or", "||")

    def both(self) -> Value:
        return self._joined(self.negated, all, "and", "&&")

    def _joined(self, part: Callable[[], Value], how: Callable[..., bool], *signs: str) -> Value:
        found = [part()]
        while self.take(*signs):
            found.append(part())
        if len(found) == 1:
            return found[0]
        if any(value.kind != "flag" for value in found):
            raise self.refused()
        # A generator, so that ``X != null AND X.Contains()`` stops before the method.
        return Value("flag", lambda document: how(value.get(document) for value in found))

    def negated(self) -> Value:
        if not self.take("not", "!"):
            return self.comparison()
        self._deeper()
        inner = self.negated()
        self._depth -= 1
        if inner.kind != "flag":
            raise self.refused()
        return Value("flag", lambda document: not inner.get(document))

    def comparison(self) -> Value:
        left = self.operand()
        if self.word not in COMPARE:
            return left
        compare = COMPARE[self.read("sign")]
        return compared(left, compare, self.operand())

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad_query("The query is nested too deeply")

    # --------------------------------------------------------------------------- operands

    def operand(self) -> Value:
        """A literal, field or bracket, with the methods called on it."""
        found = self._plain()
        depth = self._depth
        while self.take("."):
            self._deeper()
            found = self._method(found)
        self._depth = depth
        return found

    def _plain(self) -> Value:
        if self.take("("):
            self._deeper()
            found = self.either()
            self._depth -= 1
            self.need(")")
            return found
        group = self._tokens[self._next][0] if self.word else ""
        if group == "text":
            return literal("text", self.read_text())
        if group == "number":
            return literal("number", self._number())
        return self._named(self.read("name").lower())

    def _number(self) -> Decimal:
        text = self.read("number")
        if len(text) > _LONGEST_NUMBER:
            raise bad_query("The number is too long")
        return Decimal(text)

    def _named(self, name: str) -> Value:
        if name in {"true", "false"}:
            return literal("flag", name == "true")
        if name == "null":
            return literal("null", None)
        if name == "datetime":
            return literal("date", self._parsed_date() if self.take(".") else self._date())
        if name == "guid":
            return literal("guid", self._guid())
        while name not in self._fields and self.take("."):
            name += "." + self.read("name").lower()
        if name not in self._fields:
            raise bad_query(f"No property or field '{name}' exists")
        return self._fields[name]

    def _method(self, of: Value) -> Value:
        name = self.read("name").lower()
        self.need("(")
        part = None if self.word == ")" else self.operand()
        self.need(")")
        return called(of, name, part)

    def _guid(self) -> str:
        self.need("(")
        text = self.read_text()
        self.need(")")
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise bad_query("A Guid has 32 digits, with or without dashes") from None

    def _date(self) -> datetime:
        """``DateTime(2020, 01, 31)``, to the millisecond at most."""
        self.need("(")
        parts = [self._number()]
        while self.take(","):
            parts.append(self._number())
        self.need(")")
        whole = [int(part) for part in parts]
        if whole != parts or len(whole) not in _DATE_PARTS:
            raise bad_query("A DateTime is made of 3 to 7 whole numbers")
        try:
            return datetime(*whole[:6], tzinfo=UTC)  # type: ignore[arg-type,misc]
        except (OverflowError, ValueError):
            raise bad_query("There is no such DateTime") from None

    def _parsed_date(self) -> datetime:
        """``DateTime.Parse("2020-01-31T00:00:00")``."""
        self.need("parse")
        self.need("(")
        text = self.read_text()
        self.need(")")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise bad_query("There is no such DateTime") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tokens(text: str) -> list[tuple[str, str]]:
    """The words and signs of a query, each with its group's name."""
    found = []
    end = 0
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None:
            raise bad_query(f"Unexpected character at position {end}")
        group = str(match.lastgroup)
        found.append((group, match[group]))
        end = match.end()
    return found
