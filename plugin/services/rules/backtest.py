"""Backtest: what another rule book, or other settings, would have decided. Nothing is changed.

    the facts stored with each decision  --both books, by the reference evaluator-->  differences

The surroundings (`today`, `duplicate_of`, ...) are those of the stored decision, so that what
differs comes from the rules alone. Mapping and checks come after the rules, and are not tried.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ....rules.engine.evaluation.read_facts import Reads, reads
from ....rules.engine.evaluation.reference import DEFAULT, found_line, holds
from ....rules.engine.language.describe import named_in
from ....rules.engine.language.kinds import KINDS
from ....rules.engine.language.messages import fill
from ....rules.engine.language.words import STRENGTH, Book, Mode, Rule
from ...database.stored_facts import Decided, StoredFacts
from ...domain.connections.connection import Connection
from ...domain.decisions.decision import Verdict
from ...domain.exports.export import DocumentKind
from ...domain.reconciliation.differences import Cause, Change, Differences, Standing, Tally
from ...errors import SettingsError
from ...ports.decider import Overrides


def backtest(
    replay: StoredFacts,
    connection: Connection,
    before: Book,
    after: Book,
    *,
    overrides: Overrides,
    since: date | None,
) -> Differences:
    """Hold two books against the documents of a connection, as these were stored.

    Args:
        replay: where stored decisions are read.
        connection: whose documents.
        before: the first book, as checked.
        after: the second one.
        overrides: lists and amounts of the connection, for both books.
        since: documents dated on or after this day in the connection's time zone; None for all.

    Raises:
        SettingsError: the books are of two kinds, or an override is not of its type.
        TryLater: the database can't be reached.
    """
    if before.kind != after.kind:
        raise SettingsError(
            f"A book for {before.kind} can't be compared with one for {after.kind}",
            fix="Give two books of one kind.",
        )
    pair = Pair(before.settled(overrides), after.settled(overrides))
    return _compared(pair, replay, connection, since)


def what_if(
    replay: StoredFacts,
    connection: Connection,
    book: Book,
    *,
    overrides_before: Overrides,
    overrides_after: Overrides,
    since: date | None = None,
) -> Differences:
    """What a change of a connection's settings would do, before it is made.

    `Differences.sentence` says it in words. The arguments and errors are those of `backtest`.
    """
    pair = Pair(book.settled(overrides_before), book.settled(overrides_after))
    return _compared(pair, replay, connection, since)


def _compared(
    pair: "Pair", replay: StoredFacts, connection: Connection, since: date | None
) -> Differences:
    documents = replay.decided(
        connection,
        # A book is named in the plural: `orders` decides each `order`.
        DocumentKind(pair.kind.removesuffix("s")),
        since=since,
        facts=pair.reads.facts,
        line_facts=pair.reads.line_facts,
    )
    return compare(pair, documents)


def compare(pair: "Pair", documents: Iterable[Decided]) -> Differences:
    """Group what the second of two books decides otherwise."""
    found = Differences(kind=DocumentKind(pair.kind.removesuffix("s")))
    for document in documents:
        if not document.whole:
            problem = pair.reads.problem(document.facts)
            found.incomplete[problem] = found.incomplete.get(problem, 0) + 1
            continue
        found.compared += 1
        standing = Standing.of(document.state)
        found.in_xero += standing is Standing.IN_XERO
        cause = pair.cause(document.facts)
        if cause:
            tally = found.changes[standing].setdefault(cause, Tally())
            tally.add(document.number, document.total, document.currency)
    return found


class Pair:
    """Two settled books, held against one document after the other.

    A condition that means the same in both is tried once, and none after the one that decides.
    """

    def __init__(self, before: Book, after: Book) -> None:
        self.kind = before.kind
        self.reads = _reads_of(before, after)
        tests: dict[object, int] = {}
        self._before = _side(before, tests)
        self._after = _side(after, tests)
        self._same_names = (before.lists, before.amounts) == (after.lists, after.amounts)

    def cause(self, facts: Mapping[str, Any]) -> Cause | None:
        """Why the second book decides otherwise; None when it does not."""
        fires: dict[int, bool] = {}
        old, new = self._before.decides(facts, fires), self._after.decides(facts, fires)
        was, becomes = self._before.verdict(old), self._after.verdict(new)
        if was is not becomes:
            change = Change.to(becomes)
        elif old == new and self._same_names:
            return None
        elif self._before.words(old, facts) != self._after.words(new, facts):
            change = Change.MESSAGE
        else:
            return None
        rule = new or old
        return Cause(change=change, rule=rule.id if rule else DEFAULT, no_longer=not new)


@dataclass(frozen=True, kw_only=True)
class _Side:
    """One of the books."""

    book: Book
    #: Its rules in the order in which they decide, each with the number of its condition.
    rules: tuple[tuple[int, Rule], ...]

    def decides(self, facts: Mapping[str, Any], fires: dict[int, bool]) -> Rule | None:
        """The deciding rule, None when none fires; `fires` keeps which conditions were true."""
        for number, rule in self.rules:
            fired = fires.get(number)
            if fired is None:
                fired = fires[number] = holds(rule.condition, facts, self.book)
            if fired:
                return rule
        return None

    def verdict(self, rule: Rule | None) -> Verdict:
        """Of the deciding rule, else the book's default."""
        return rule.verdict if rule else self.book.default

    def words(self, rule: Rule | None, facts: Mapping[str, Any]) -> tuple[str, str, str]:
        """Code, sentence and fix that a person reads."""
        if rule is None:
            return "", "", ""
        found = found_line(rule.condition, facts, self.book)
        sentence, fix = (fill(x, facts, self.book, found) for x in (rule.message, rule.fix))
        return rule.code, sentence, fix


def _side(book: Book, tests: dict[object, int]) -> _Side:
    """`tests`: the number of each condition, over both books."""
    rules = list(book.rules)
    if book.mode is Mode.COLLECT:
        rules.sort(key=lambda rule: STRENGTH.index(rule.verdict))
    numbered = ((tests.setdefault(_test(rule, book), len(tests)), rule) for rule in rules)
    return _Side(book=book, rules=tuple(numbered))


def _test(rule: Rule, book: Book) -> object:
    """Equal where two conditions are, and the lists and amounts that they name."""
    named = dict.fromkeys(named_in(rule.condition))
    return rule.condition, *((book.lists.get(x), book.amounts.get(x)) for x in named)


def _reads_of(before: Book, after: Book) -> Reads:
    """The facts that at least one of the books reads, in the order of the catalogue."""
    kind, read = KINDS[before.kind], [reads(before), reads(after)]
    names = {fact.name for each in read for fact in each.facts}
    of_line = {fact.name for each in read for fact in each.line_facts}
    return Reads(
        facts=tuple(fact for name, fact in kind.facts.items() if name in names),
        line_facts=tuple(fact for name, fact in kind.line_facts.items() if name in of_line),
    )
