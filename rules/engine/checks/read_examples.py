"""The examples of a book: documents of the author's making, and whether the book agrees."""

from collections.abc import Iterable, Mapping

from ....plugin.domain.decisions.decision import Verdict
from ....plugin.domain.decisions.facts import Fact, FactType, FactValue, LineFacts
from ..evaluation.reference import DEFAULT, judge
from ..language.entries import read_entries
from ..language.faults import Faults, Place, did_you_mean, quoted
from ..language.kinds import Kind
from ..language.nodes import Mapping as MappingNode
from ..language.nodes import Node, Scalar, Sequence
from ..language.read_conditions import has_value, read_texts
from ..language.values import read_constant
from ..language.words import Book, Example


class ExampleReader:
    """Reads the examples of one book."""

    def __init__(self, kind: Kind, rule_ids: Iterable[str], faults: Faults) -> None:
        self._kind = kind
        self._deciders = (*rule_ids, DEFAULT)
        self._faults = faults

    def read(self, node: Node) -> Example | None:
        """One example; None when something in it is wrong (noted in the faults)."""
        required = ("name", "expect", self._kind.document)
        entries = read_entries(node, "an example", required, ("by",), self._faults)
        if entries is None:
            return None
        name = entries.text("name")
        expect = entries.choice("expect", map(str, Verdict))
        by = entries.choice("by", self._deciders)
        document = entries.node.get(self._kind.document)
        facts = self._facts(document, self._kind.facts, self._kind.called) if document else None
        if name is None or expect is None or facts is None:
            return None
        whole = {**self._kind.good, **facts}
        return Example(name=name.text, facts=whole, expect=Verdict(expect), by=by or "")

    def _facts(
        self, node: Node, known: Mapping[str, Fact], what: str
    ) -> dict[str, FactValue] | None:
        if not isinstance(node, MappingNode):
            first = next(iter(known.values()))
            said = f"the facts of {what} are wanted here: {{{first.name}: {first.example}}}"
            self._faults.add(node.place, said)
            return None
        facts: dict[str, FactValue] = {}
        for key, value_node in node.entries:
            if key.text not in known:
                said = f"{quoted(key.text)} is no fact of {what}"
                self._faults.add(key.place, said + did_you_mean(key.text, known))
            elif (value := self._value(value_node, known[key.text])) is not None:
                facts[key.text] = value
        return facts

    def _value(self, node: Node, fact: Fact) -> FactValue | None:
        if fact.type is FactType.TEXTS:
            return read_texts(node, self._faults)
        if fact.type is FactType.LINES:
            return self._lines(node)
        if not isinstance(node, Scalar):
            self._faults.add(node.place, f"{fact.name} is {fact.type}: one value")
            return None
        if not has_value(node, self._faults):
            return None
        try:
            return read_constant(node.text, fact.type)
        except ValueError as error:
            self._faults.add(node.place, f"{quoted(node.text)}: {error}")
            return None

    def _lines(self, node: Node) -> tuple[LineFacts, ...] | None:
        if not isinstance(node, Sequence):
            first = next(iter(self._kind.line_facts.values()))
            said = f"the lines are a list: [{{{first.name}: {first.example}}}]"
            self._faults.add(node.place, said)
            return None
        lines = [self._facts(item, self._kind.line_facts, "a line") for item in node.items]
        good: LineFacts = self._kind.good_line
        return tuple({**good, **line} for line in lines if line is not None)  # type: ignore[dict-item]


def try_examples(book: Book, examples: Iterable[tuple[Example, Place]], faults: Faults) -> None:
    """Decide every example by the book, and note each that comes out differently."""
    for example, place in examples:
        judgement = judge(book, example.facts)
        agrees = judgement.verdict is example.expect and example.by in ("", judgement.rule)
        if not agrees:
            wanted = f"{example.expect} by {example.by}" if example.by else str(example.expect)
            said = f"the example {quoted(example.name)} expects {wanted}"
            faults.add(place, f"{said}, but the book says {judgement.verdict} by {judgement.rule}")
