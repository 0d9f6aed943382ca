"""Conditions and their values: from nodes to the words of `language`, with every fault noted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ....plugin.domain.decisions.facts import Fact, FactType
from .faults import Faults, Place, did_you_mean, quoted
from .kinds import Kind
from .nodes import Mapping as MappingNode
from .nodes import Node, Scalar, Sequence
from .values import MAX_LETTERS, fold, read_constant
from .words import (
    COMPARISONS,
    LIST_OPS,
    MAX_CONDITION_DEPTH,
    MAX_TERMS,
    AllOf,
    Amount,
    AnyOf,
    Compare,
    Condition,
    Constant,
    LineTest,
    NamedList,
    Not,
    Op,
    OtherFact,
    Sum,
    Term,
    Texts,
)

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_BETWEEN_TERMS = re.compile(r"\s+([+-])\s+")
_BOTH_ENDS = 2
#: Names in use for what Mintsoft's interface calls otherwise (mintsoft.md 2.2); never seen here.
_OTHER_NAMES = {"invoicefailednocourierprice": "INVOICEFAILED"}


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a rule may name beside the facts."""

    lists: Mapping[str, tuple[str, ...]]
    amounts: Mapping[str, Decimal]


class ConditionReader:
    """Reads the conditions of one book."""

    def __init__(self, kind: Kind, names: Names, faults: Faults) -> None:
        self._kind = kind
        self._names = names
        self._faults = faults
        #: The facts of the order, or of a line while one reads inside `any line`.
        self._facts = kind.facts

    def read(self, node: Node, depth: int = 1) -> Condition | None:
        """Read one condition: a mapping whose entries must all be true.

        Returns:
            The condition, or None when something in it is wrong (noted in the faults).
        """
        if depth > MAX_CONDITION_DEPTH:
            said = f"conditions are nested more than {MAX_CONDITION_DEPTH} deep"
            self._fault(node.place, said)
            return None
        if not isinstance(node, MappingNode) or not node.entries:
            self._fault(node.place, "a condition such as {status: NEW} is wanted here")
            return None
        return _joined(self._entry(key, value, depth) for key, value in node.entries)

    def _entry(self, key: Scalar, node: Node, depth: int) -> Condition | None:
        if key.text in ("all", "any"):
            return self._group(key.text, node, depth)
        if key.text == "not":
            part = self.read(node, depth + 1)
            return part and Not(part=part)
        if key.text in ("any line", "all lines"):
            return self._lines(key, node, depth)
        fact = self._facts.get(key.text)
        if fact is None:
            self._unknown(key)
            return None
        if fact.type is FactType.LINES:
            said = f"{fact.name} can't be compared; write `any line:` or `all lines:`"
            self._fault(key.place, said)
            return None
        return self._comparisons(fact, node)

    def _unknown(self, key: Scalar) -> None:
        inside = "a line" if self._facts is self._kind.line_facts else self._kind.called
        words = [*self._facts, "all", "any", "not", "any line", "all lines"]
        said = f"{quoted(key.text)} is no fact of {inside}"
        self._fault(key.place, said + did_you_mean(key.text, words))

    def _group(self, word: str, node: Node, depth: int) -> Condition | None:
        if not isinstance(node, Sequence) or not node.items:
            self._fault(node.place, f"`{word}` wants a list of conditions")
            return None
        parts = [self.read(item, depth + 1) for item in node.items]
        good = tuple(part for part in parts if part is not None)
        if len(good) < len(parts):
            return None
        return AllOf(parts=good) if word == "all" else AnyOf(parts=good)

    def _lines(self, key: Scalar, node: Node, depth: int) -> Condition | None:
        if self._facts is self._kind.line_facts or not self._kind.line_facts:
            self._fault(key.place, f"`{key.text}` can't stand here: there are no lines")
            return None
        self._facts = self._kind.line_facts
        try:
            part = self.read(node, depth + 1)
        finally:
            self._facts = self._kind.facts
        return part and LineTest(every=key.text == "all lines", part=part)

    def _comparisons(self, fact: Fact, node: Node) -> Condition | None:
        words = COMPARISONS[fact.type]
        if isinstance(node, Scalar) and "is" in words:
            return self._compare(fact, "is", Op.IS, node)
        if not isinstance(node, MappingNode) or not node.entries:
            said = f"{fact.name} is {fact.type}: compare it with one of {_listed(words)}"
            self._fault(node.place, said)
            return None
        return _joined(self._word(fact, word, right) for word, right in node.entries)

    def _word(self, fact: Fact, word: Scalar, right: Node) -> Condition | None:
        words = COMPARISONS[fact.type]
        op = words.get(word.text)
        if op is None:
            said = f"{quoted(word.text)} is no comparison for {fact.name} ({fact.type})"
            hint = did_you_mean(word.text, words) or f"; there are {_listed(words)}"
            self._fault(word.place, said + hint)
            return None
        if op is Op.BETWEEN:
            return self._between(fact, right)
        return self._compare(fact, word.text, op, right)

    def _between(self, fact: Fact, node: Node) -> Condition | None:
        if not isinstance(node, Sequence) or len(node.items) != _BOTH_ENDS:
            self._fault(node.place, "`between` wants two values: [from, to]")
            return None
        words = {op: word for word, op in COMPARISONS[fact.type].items()}
        ends = zip((Op.AT_LEAST, Op.AT_MOST), node.items, strict=True)
        return _joined(self._compare(fact, words[op], op, end) for op, end in ends)

    def _compare(self, fact: Fact, word: str, op: Op, node: Node) -> Condition | None:
        right: Sum | Texts | NamedList | None
        if op in LIST_OPS:
            right = self._texts(node)
        elif isinstance(node, Scalar):
            right = self._sum(node, FactType.TEXT if op is Op.HAS else fact.type)
        else:
            self._fault(node.place, f"`{word}` wants one value, not several")
            return None
        if right is None:
            return None
        return Compare(fact=fact.name, type=fact.type, word=word, op=op, right=right)

    def _texts(self, node: Node) -> Texts | NamedList | None:
        if isinstance(node, Scalar):
            name = node.text.removeprefix("$")
            if node.text.startswith("$") and name in self._names.lists:
                return NamedList(name=name)
            hint = did_you_mean(name, self._names.lists)
            said = f"{quoted(node.text)} is no list: write [A, B] or the name of a list as $name"
            self._fault(node.place, said + hint)
            return None
        values = read_texts(node, self._faults)
        return None if values is None else Texts(values=values)

    def _sum(self, node: Scalar, wanted: FactType) -> Sum | None:
        if not has_value(node, self._faults):
            return None
        pieces = [node.text]
        if wanted in (FactType.MONEY, FactType.NUMBER, FactType.DATE):
            pieces = _BETWEEN_TERMS.split(node.text.strip())
        if len(pieces) > 2 * MAX_TERMS:
            self._fault(node.place, f"a sum has at most {MAX_TERMS} terms")
            return None
        signs = [1, *(1 if sign == "+" else -1 for sign in pieces[1::2])]
        terms: list[Term] = []
        for sign, text in zip(signs, pieces[::2], strict=True):
            days = wanted is FactType.DATE and bool(terms)
            operand = self._operand(text, FactType.NUMBER if days else wanted, node.place)
            if operand is None:
                return None
            terms.append(Term(sign=sign, operand=operand))
        return Sum(terms=tuple(terms))

    def _operand(
        self, text: str, wanted: FactType, place: Place
    ) -> Constant | Amount | OtherFact | None:
        if text.startswith("$"):
            return self._named(text.removeprefix("$"), wanted, place)
        try:
            return Constant(value=read_constant(text, wanted))
        except ValueError as error:
            known = text in self._facts or text in self._names.amounts
            hint = f"; did you mean '${text}'?" if known else ""
            self._fault(place, f"{quoted(text)}: {error}{hint}")
            return None

    def _named(self, name: str, wanted: FactType, place: Place) -> Amount | OtherFact | None:
        if name in self._names.lists:
            said = f"{quoted('$' + name)} is a list; compare with `in`, `not in` or `has any of`"
            self._fault(place, said)
            return None
        if name in self._names.amounts:
            if wanted is not FactType.MONEY:
                self._fault(place, f"{quoted('$' + name)} is an amount, not a {wanted}")
                return None
            return Amount(name=name)
        fact = self._facts.get(name)
        if fact is None:
            hint = did_you_mean(name, [*self._facts, *self._names.lists, *self._names.amounts])
            said = f"{quoted('$' + name)} is no fact, list or amount here"
            self._fault(place, said + hint)
            return None
        if fact.type is not wanted:
            self._fault(place, f"{name} is {fact.type}, and {wanted} is wanted here")
            return None
        return OtherFact(name=name)

    def _fault(self, place: Place, message: str) -> None:
        self._faults.add(place, message)


def read_texts(node: Node, faults: Faults) -> tuple[str, ...] | None:
    """A list of texts as it is written, or None when it is none."""
    if not isinstance(node, Sequence):
        faults.add(node.place, "a list such as [DESPATCHED, INVOICED] is wanted here")
        return None
    texts: list[str] = []
    for item in node.items:
        if not isinstance(item, Scalar):
            faults.add(item.place, "the entries of a list are texts")
        elif has_value(item, faults):
            texts.append(item.text)
    return tuple(texts) if len(texts) == len(node.items) else None


def has_value(node: Scalar, faults: Faults) -> bool:
    """False, and a fault, for what can't be meant.

    That is what YAML takes for nothing (an empty place, ``~``, ``null``), a text that no fact can
    be compared with, and a status by a name that no order has.
    """
    if node.plain and node.text in ("", "~", "null", "Null", "NULL"):
        said = 'there is no value here; write "" for an empty text, and "null" for that word'
        faults.add(node.place, said)
        return False
    if len(node.text) > MAX_LETTERS:
        faults.add(node.place, f"a text has at most {MAX_LETTERS} letters")
        return False
    if fold(node.text) in _OTHER_NAMES:
        said = f"in rules, this status is called {_OTHER_NAMES[fold(node.text)]}"
        faults.add(node.place, said)
        return False
    return True


def _joined(parts: Iterable[Condition | None]) -> Condition | None:
    """All of these; None when one of them is wrong."""
    read = list(parts)
    good = tuple(part for part in read if part is not None)
    if len(good) < len(read):
        return None
    return good[0] if len(good) == 1 else AllOf(parts=good)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
