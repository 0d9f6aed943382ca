"""What would make one comparison true, or no longer true: the words for it, and the edit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ....plugin.domain.decisions.facts import FactType
from ..language.describe import right_side, shown
from ..language.values import fold
from ..language.words import (
    COMPARISONS,
    OPPOSITE,
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    LineTest,
    NamedList,
    Not,
    Op,
    Sum,
)
from .changes import Case, Change, Edit
from .reference import value_of

#: A text that no document has: stands for all those that no rule names.
ANOTHER = "\N{REPLACEMENT CHARACTER}"

_PENNY = Decimal("0.01")

#: How one says that it were so, and that it were not so.
_SAID = {
    Op.STARTS: ("began with", "did not begin with"),
    Op.ENDS: ("ended with", "did not end with"),
    Op.CONTAINS: ("contained", "did not contain"),
    Op.HAS: ("had", "did not have"),
    Op.HAS_ANY: ("had any of", "had none of"),
    Op.HAS_ALL: ("had all of", "did not have all of"),
    Op.HAS_NONE: ("had none of", "had any of"),
}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A comparison that is not as wanted."""

    condition: Compare
    case: Case
    #: Whether it is to be true.
    wanted: bool
    #: The line (from 0) whose fact it is; None for the document's.
    line: int | None

    def changes(self) -> Iterator[Change]:
        """Changes after which it is as wanted, the most likely first."""
        if self.condition.op in (Op.IN, Op.NOT_IN):
            return self._of_membership(inside=(self.condition.op is Op.IN) is self.wanted)
        if self.condition.type is FactType.TEXTS:
            return self._of_texts()
        return self._of_text() if self.condition.type is FactType.TEXT else self._of_amount()

    def _of_membership(self, *, inside: bool) -> Iterator[Change]:
        right, value = self.condition.right, self.case.at(self.line)[self.condition.fact]
        members = self._members()
        if isinstance(right, NamedList) and value != ANOTHER:
            others = tuple(x for x in members if fold(x) != fold(value))
            put = (*members, value) if inside else others
            words = f"{shown(value)} were {'' if inside else 'not '}in {right.name}"
            yield Change(words=words, edits=(Edit(name=right.name, value=put, of_book=True),))
        if not inside:
            if not isinstance(right, NamedList):
                yield self._to(ANOTHER, f"were none of {right_side(self.condition)}")
            yield from self._to_other_texts()
        for member in members if inside else ():
            named = isinstance(right, NamedList)
            yield self._to(member, f"were {shown(member) if named else f'one of {self._list()}'}")

    def _of_text(self) -> Iterator[Change]:
        op, goal = self.condition.op, self._goal()
        if goal == ANOTHER:
            return
        if op in _SAID:
            words = f"{self._said()} {shown(goal)}"
        else:
            words = f"were {'' if (op is Op.IS) is self.wanted else 'not '}{shown(goal)}"
        if (op is not Op.IS_NOT) is self.wanted:
            yield self._to(goal, words)
        else:
            yield self._to(ANOTHER, words)
            yield from self._to_other_texts()

    def _of_texts(self) -> Iterator[Change]:
        value: tuple[str, ...] = self.case.at(self.line)[self.condition.fact]
        single = isinstance(self.condition.right, Sum)
        members = (str(self._goal()),) if single else self._members()
        words = f"{self._said()} {shown(members[0]) if single else self._list()}"
        op = self.condition.op if self.wanted else OPPOSITE.get(self.condition.op, Op.HAS_NONE)
        if op is Op.HAS_NONE:
            folded = set(map(fold, members))
            yield self._to(tuple(x for x in value if fold(x) not in folded), words)
        elif members:
            more = members if op is Op.HAS_ALL else members[:1]
            yield self._to((*value, *more), words)

    def _of_amount(self) -> Iterator[Change]:
        goal = self._goal()
        op = self.condition.op if self.wanted else OPPOSITE[self.condition.op]
        step = {Op.MORE: 1, Op.IS_NOT: 1, Op.LESS: -1}.get(op, 0)
        if isinstance(goal, bool):
            value: Any = goal is (op is Op.IS)
            words = f"were {shown(value)}"
        else:
            value = _next(goal, step)
            said = {op: word for word, op in COMPARISONS[self.condition.type].items()}[op]
            words = f"were {'' if op is Op.IS else 'not ' if op is Op.IS_NOT else f'{said} '}"
            words += shown(goal)
        if value is not None:
            yield self._to(value, words)

    def _to(self, value: Any, words: str) -> Change:
        fact, line = self.condition.fact, self.line
        whose = fact if line is None else f"{fact} of line {line + 1}"
        return Change(words=f"{whose} {words}", edits=(Edit(name=fact, value=value, line=line),))

    def _to_other_texts(self) -> Iterator[Change]:
        """Texts that the book names for this fact: one of them may be what other rules want."""
        rules = self.case.book.rules
        texts = (text for rule in rules for text in self._named(rule.condition))
        for text in dict.fromkeys(texts):
            yield self._to(text, f"were {shown(text)}")

    def _named(self, condition: Condition) -> Iterator[str]:
        match condition:
            case Compare(fact=fact, type=FactType.TEXT, right=right):
                if fact != self.condition.fact:
                    return
                if isinstance(right, NamedList):
                    yield from self.case.book.lists[right.name]
                elif not isinstance(right, Sum):
                    yield from right.values
                elif isinstance(right.terms[0].operand, Constant):
                    yield str(right.terms[0].operand.value)
            case AllOf() | AnyOf():
                for part in condition.parts:
                    yield from self._named(part)
            case Not() | LineTest():
                yield from self._named(condition.part)

    def _goal(self) -> Any:
        """What the right side comes to."""
        assert isinstance(self.condition.right, Sum)
        return value_of(self.condition.right, self.case.at(self.line), self.case.book)

    def _members(self) -> tuple[str, ...]:
        right = self.condition.right
        assert not isinstance(right, Sum)
        return self.case.book.lists[right.name] if isinstance(right, NamedList) else right.values

    def _list(self) -> str:
        return right_side(self.condition)

    def _said(self) -> str:
        return _SAID[self.condition.op][0 if self.wanted else 1]


def _next(value: Any, step: int) -> Any:
    """The same value, or the next one above or below it; None where there is none."""
    if isinstance(value, date):
        try:
            return value + timedelta(days=step)
        except OverflowError:
            return None
    return value + (_PENNY * step if isinstance(value, Decimal) else step)
