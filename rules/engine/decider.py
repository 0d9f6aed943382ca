"""BookDecider: decides documents by one book, with two evaluators that must agree.

The verdict, the reasons and their words come from the reference evaluator; durable_rules must
say the same of every rule. A document on which they differ, on which the engine fails, or whose
facts are not complete, waits with code MX-604: it is never exported.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ...plugin.domain.decisions.decision import Decision, Reason, RuleTrace, Verdict
from ...plugin.domain.decisions.facts import Facts
from ...plugin.error_codes import CODES
from ...plugin.ports.decider import Overrides
from .evaluation.explain import explain, explain_unreadable
from .evaluation.lower import Ruleset, lower
from .evaluation.read_facts import Reads, reads
from .evaluation.reference import Test, conclude, found_line, test_of
from .language.messages import LINE, fill
from .language.words import Book, Rule
from .process.durable import OFF, Engine, Fired
from .read_book import NOT_DECIDED

log = logging.getLogger("mintsoft_xero.rules")

BOTH = "durable_rules and reference"
REFERENCE = "reference"
DISAGREE = "MX-604"
#: Counted beside the rules that are disagreed on; no rule has this id.
NO_ANSWER = ""
_ABOUT_LINE = "{" + LINE
#: Settled books that are kept; a book has one for each set of overrides.
MAX_SETTLED = 64


@dataclass(frozen=True, kw_only=True)
class _Settled:
    """A book with one connection's overrides, made ready once."""

    book: Book
    reads: Reads
    rulesets: tuple[Ruleset, ...]
    #: The conditions of its rules, in their order.
    tests: tuple[Test, ...]
    reads_today: bool


class BookDecider:
    """Decides documents by the active book; safe to use from several threads and after a fork."""

    def __init__(self, book: Book, *, engine: bool | Engine = True) -> None:
        """Nothing is started yet.

        Args:
            book: checked, as `load_book` gives it.
            engine: whether durable_rules takes part; or the engine to use.
        """
        self._book = book
        #: None when durable_rules takes no part.
        self.engine = Engine() if engine is True else engine or None
        self._settled: dict[object, _Settled] = {}

    @property
    def digest(self) -> str:
        """SHA-256 of the book's text."""
        return self._book.digest

    @property
    def note(self) -> str:
        """Empty, or a sentence for people that says why durable_rules takes no part."""
        return self.engine.note if self.engine else OFF

    def decide(self, documents: Sequence[Facts], overrides: Overrides) -> list[Decision]:
        """One decision for each document, in their order.

        Args:
            documents: each with all the facts of the book's kind.
            overrides: lists and amounts of the connection, by the book's names for them.

        Raises:
            SettingsError: an override is not of the type that the book has.
        """
        settled = self._settle(overrides)
        problems = [settled.reads.problem(document) for document in documents]
        whole = [doc for doc, problem in zip(documents, problems, strict=True) if not problem]
        decided_by = REFERENCE if self.note else BOTH
        fired = iter(self._ask_engine(settled, whole) if decided_by == BOTH else ())
        apart: Counter[str] = Counter()
        decisions = [
            _held(settled.book, document, problem, decided_by)
            if problem
            else _decide(settled, document, next(fired, None), decided_by, apart)
            for document, problem in zip(documents, problems, strict=True)
        ]
        if apart:
            _alert(apart, settled.book)
        return decisions

    def explain(self, document: Facts, overrides: Overrides) -> list[RuleTrace]:
        """Every rule of the book, fired or not, with its values and what would change it.

        Where a fact that the book reads is missing or of the wrong type, each rule says so.

        Raises:
            SettingsError: as `decide`.
        """
        settled = self._settle(overrides)
        problem = settled.reads.problem(document)
        if problem:
            return explain_unreadable(settled.book, problem)
        return explain(settled.book, document)

    def close(self) -> None:
        """End the engine's process, if one was started here."""
        if self.engine:
            self.engine.close()

    def _settle(self, overrides: Overrides) -> _Settled:
        key = frozenset(overrides.items())
        settled = self._settled.get(key)
        if settled is None:
            book = self._book.settled(overrides)
            settled = _made_ready(book)
            if len(self._settled) >= MAX_SETTLED:
                self._settled = {}
            self._settled[key] = settled
        return settled

    def _ask_engine(self, settled: _Settled, documents: Sequence[Facts]) -> list[Fired]:
        assert self.engine
        lowered = [
            [ruleset.fact(document) for ruleset in settled.rulesets] for document in documents
        ]
        return self.engine.fired(settled.rulesets, lowered)


def _made_ready(book: Book) -> _Settled:
    read = reads(book)
    return _Settled(
        book=book,
        reads=read,
        rulesets=lower(book),
        tests=tuple(test_of(rule.condition, book) for rule in book.rules),
        reads_today=any(fact.name == "today" for fact in read.facts),
    )


def _decide(
    settled: _Settled,
    document: Facts,
    engine_says: Fired,
    decided_by: str,
    apart: Counter[str],
) -> Decision:
    """Decide one document; count in `apart` what the evaluators do not agree on."""
    book = settled.book
    fired = [n for n, test in enumerate(settled.tests) if test(document)]
    if decided_by == BOTH and engine_says != frozenset(fired):
        differ = () if engine_says is None else engine_says ^ frozenset(fired)
        apart.update([book.rules[n].id for n in differ] or [NO_ANSWER])
        return _held(book, document, "", decided_by)
    judgement = conclude(book, [book.rules[n] for n in fired])
    again = settled.reads_today and judgement.verdict is not Verdict.EXPORT
    return Decision(
        verdict=judgement.verdict,
        rule=judgement.rule,
        reasons=tuple(_reason(rule, document, book) for rule in judgement.fired),
        book=book.digest,
        facts=document,
        decided_by=decided_by,
        decide_again_at=_tomorrow(document) if again else None,
    )


def _reason(rule: Rule, document: Facts, book: Book) -> Reason:
    about_line = _ABOUT_LINE in rule.message or _ABOUT_LINE in rule.fix
    found = found_line(rule.condition, document, book) if about_line else None
    return Reason(
        rule=rule.id,
        verdict=rule.verdict,
        code=rule.code,
        message=fill(rule.message, document, book, found),
        fix=fill(rule.fix, document, book, found),
    )


def _held(book: Book, document: Facts, problem: str, decided_by: str) -> Decision:
    """Waiting, because nobody can say for sure what the rules mean for this document."""
    code = CODES[DISAGREE]
    message = f"The rules can't be applied: {problem}." if problem else code.sentence
    reason = Reason(
        rule=NOT_DECIDED, verdict=Verdict.WAIT, code=DISAGREE, message=message, fix=code.fix
    )
    return Decision(
        verdict=Verdict.WAIT,
        rule=NOT_DECIDED,
        reasons=(reason,),
        book=book.digest,
        facts=document,
        decided_by=decided_by,
    )


def _alert(apart: Counter[str], book: Book) -> None:
    """Say once for all documents what went wrong. Names the rules, never a document."""
    silent = apart.pop(NO_ANSWER, 0)
    if silent:
        said = "durable_rules gave no answer on %d documents (book %s); they wait (%s)"
        log.error(said, silent, book.digest[:12], DISAGREE)
    if apart:
        said = "the evaluators disagree on rules, with documents: %s (book %s); they wait (%s)"
        log.error(said, dict(apart), book.digest[:12], DISAGREE)


def _tomorrow(document: Facts) -> datetime:
    """Noon UTC of the day after `today`: by then that day has begun in every time zone."""
    today = document["today"]
    assert isinstance(today, date)
    return datetime.combine(today + timedelta(days=1), time(12), tzinfo=UTC)
