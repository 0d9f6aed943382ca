"""A rule file, checked whole: every fault at once, each at its place; then its examples tried."""

import hashlib
from decimal import Decimal

from ...plugin.domain.decisions.decision import Verdict
from ...plugin.domain.decisions.facts import FactType
from ...plugin.error_codes import CODES
from .checks.lint import note_findings
from .checks.read_examples import ExampleReader, try_examples
from .evaluation.reference import DEFAULT
from .language import messages
from .language.entries import Entries, read_entries
from .language.faults import Faults, Place, did_you_mean, quoted
from .language.kinds import KINDS, ORDERS, Kind
from .language.nodes import Node, Scalar, read_nodes
from .language.read_conditions import NAME, ConditionReader, Names, has_value, read_texts
from .language.values import read_constant
from .language.words import (
    MAX_EXAMPLES,
    MAX_RULES,
    AllOf,
    AnyOf,
    Book,
    Condition,
    LineTest,
    Mode,
    Rule,
)

#: Decides a document that can't be decided; see `decider`.
NOT_DECIDED = "not_decided"
#: Ids that decisions use for themselves.
RESERVED = (DEFAULT, NOT_DECIDED)
#: The code of a refusal by a rule that gives none.
PLAIN_REFUSAL = "MX-200"

_REQUIRED = ("book", "mode", "default", "rules")
_OPTIONAL = ("lists", "amounts", "examples")


def load_book(text: str, path: str) -> Book:
    """Read and check a rule file, and try it on its own examples.

    Args:
        text: the whole file.
        path: as its user names it, for the faults.

    Raises:
        RuleFileError: with all the faults of the file; nothing else, whatever the text is.
    """
    book, faults = read_book(text, path)
    faults.raise_if_any()
    assert book is not None
    return book


def read_book(text: str, path: str) -> tuple[Book | None, Faults]:
    """As `load_book`, but gives back what is wrong, and the book where it can be read.

    A book whose examples fail can be read, though it may not decide.
    """
    faults = Faults(path=path)
    root = read_nodes(text, faults)
    entries = read_entries(root, "a book", _REQUIRED, _OPTIONAL, faults) if root else None
    book = _BookReader(entries, faults).read(text) if entries else None
    return book, faults


class _BookReader:
    """Reads the parts of one book."""

    def __init__(self, entries: Entries, faults: Faults) -> None:
        self._entries = entries
        self._faults = faults
        #: Where the condition of each rule stands, by id; and each list and amount, by name.
        self._rule_places: dict[str, Place] = {}
        self._name_places: dict[str, Place] = {}
        name = entries.choice("book", KINDS)
        self._kind: Kind = KINDS[name] if name else ORDERS
        self._names = Names(lists=self._lists(), amounts=self._amounts())

    def read(self, text: str) -> Book | None:
        """The book, or None when something is wrong (noted in the faults)."""
        mode = self._entries.choice("mode", map(str, Mode))
        default = self._entries.choice("default", map(str, Verdict))
        lines_of_ids: dict[str, int] = {}
        rules = self._rules(lines_of_ids)
        reader = ExampleReader(self._kind, lines_of_ids, self._faults)
        read = [(reader.read(node), node.place) for node in self._items("examples", MAX_EXAMPLES)]
        if self._faults.found or mode is None or default is None:
            return None
        examples = [(example, place) for example, place in read if example]
        book = Book(
            kind=self._kind.name,
            mode=Mode(mode),
            default=Verdict(default),
            lists=self._names.lists,
            amounts=self._names.amounts,
            rules=tuple(rules),
            examples=tuple(example for example, _ in examples),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )
        note_findings(book, self._rule_places, self._name_places, self._faults)
        try_examples(book, examples, self._faults)
        return book

    def _items(self, key: str, most: int) -> list[Node]:
        return list(self._entries.items(key, most))

    def _lists(self) -> dict[str, tuple[str, ...]]:
        return {
            key.text: read_texts(node, self._faults) or ()
            for key, node in self._entries.named("lists")
            if self._free(key)
        }

    def _amounts(self) -> dict[str, Decimal]:
        lists = set(self._name_places)
        amounts = {}
        for key, node in self._entries.named("amounts"):
            if key.text in lists:
                self._faults.add(key.place, f"{quoted(key.text)} is the name of a list already")
            elif self._free(key):
                amounts[key.text] = self._amount(node)
        return amounts

    def _free(self, key: Scalar) -> bool:
        """Whether a list or an amount may have this name; notes where it stands."""
        self._name_places[key.text] = key.place
        if not NAME.fullmatch(key.text):
            self._faults.add(key.place, f"{quoted(key.text)} is no name: a-z, 0-9 and _")
        elif key.text in self._kind.facts or key.text in self._kind.line_facts:
            self._faults.add(key.place, f"{quoted(key.text)} is the name of a fact already")
        else:
            return True
        return False

    def _amount(self, node: Node) -> Decimal:
        if not isinstance(node, Scalar):
            self._faults.add(node.place, "an amount such as 100.00 is wanted here")
        elif has_value(node, self._faults):
            try:
                return Decimal(str(read_constant(node.text, FactType.MONEY)))
            except ValueError as error:
                self._faults.add(node.place, f"{quoted(node.text)}: {error}")
        return Decimal(0)

    def _rules(self, seen: dict[str, int]) -> list[Rule]:
        nodes = self._items("rules", MAX_RULES)
        rules_node = self._entries.node.get("rules")
        if rules_node and not nodes:
            self._faults.add(rules_node.place, "a book needs at least one rule")
        rules = [self._rule(node, seen) for node in nodes]
        return [rule for rule in rules if rule]

    def _rule(self, node: Node, seen: dict[str, int]) -> Rule | None:
        entries = read_entries(
            node, "a rule", ("id", "then", "when"), ("code", "message", "fix"), self._faults
        )
        if entries is None:
            return None
        rule_id = self._id(entries, seen)
        then = entries.choice("then", map(str, Verdict))
        when = entries.node.get("when")
        reader = ConditionReader(self._kind, self._names, self._faults)
        condition = reader.read(when) if when else None
        code = self._code(entries, then)
        message, fix = self._sentences(entries, then, condition)
        if rule_id is None or then is None or when is None or condition is None:
            return None
        self._rule_places[rule_id] = when.place
        return Rule(
            id=rule_id,
            verdict=Verdict(then),
            code=code,
            condition=condition,
            message=message,
            fix=fix or (CODES[code].fix if code else ""),
        )

    def _id(self, entries: Entries, seen: dict[str, int]) -> str | None:
        node = entries.text("id")
        if node is None:
            return None
        if not NAME.fullmatch(node.text) or node.text in RESERVED:
            said = f"{quoted(node.text)} is no id for a rule: a-z, 0-9 and _, not `default`"
            self._faults.add(node.place, said)
            return None
        if node.text in seen:
            said = f"the rule id {quoted(node.text)} stands already on line {seen[node.text]}"
            self._faults.add(node.place, said)
        seen.setdefault(node.text, node.place.line)
        return node.text

    def _code(self, entries: Entries, then: str | None) -> str:
        node = entries.text("code")
        if node is None:
            return PLAIN_REFUSAL if then == Verdict.REFUSE else ""
        if node.text not in self._kind.codes:
            hint = did_you_mean(node.text, self._kind.codes)
            self._faults.add(node.place, f"{quoted(node.text)} is no code for a rule{hint}")
            return PLAIN_REFUSAL
        if then not in (None, Verdict.REFUSE):
            self._faults.add(node.place, "only a rule that refuses has a code")
        return node.text

    def _sentences(
        self, entries: Entries, then: str | None, condition: Condition | None
    ) -> tuple[str, str]:
        if then not in (None, Verdict.EXPORT) and entries.node.get("message") is None:
            self._faults.add(entries.node.place, f"a rule that says {then} needs a `message`")
        about_lines = condition is None or _has_any_line(condition)
        own = [*self._names.lists, *self._names.amounts]
        known = list(messages.known_names(self._kind, own, about_lines=about_lines))
        texts = []
        for key in ("message", "fix"):
            node = entries.text(key)
            if node:
                messages.check(node.text, known, node.place, self._faults)
            texts.append(node.text.strip() if node else "")
        return texts[0], texts[1]


def _has_any_line(condition: Condition) -> bool:
    """Whether `found_line` may find a line for this condition."""
    if isinstance(condition, AllOf | AnyOf):
        return any(_has_any_line(part) for part in condition.parts)
    return isinstance(condition, LineTest) and not condition.every
