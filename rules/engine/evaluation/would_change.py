"""What would change the answer for one document: each change is tried before it is told."""

from collections.abc import Iterator

from ....plugin.domain.decisions.decision import Verdict
from ....plugin.domain.decisions.facts import Facts
from ..language.words import Book, Mode, Rule
from .changes import Case, Way
from .reference import Judgement, holds, judge
from .ways import ways

#: More changes than this at once help nobody.
MAX_CHANGES = 3
#: How often a document is held against the book before no way is found.
MAX_TRIES = 300


class WouldChange:
    """Tells for each rule of a settled book what would change the answer for one document."""

    def __init__(self, book: Book, facts: Facts) -> None:
        self._case = Case(book=book, facts=facts)
        self._judgement = judge(book, facts)
        self._tries = 0

    def by(self, rule: Rule) -> str:
        """In words; empty when nothing simple would.

        Of the deciding rule: what would have the document exported (``would export if ...``), and
        which rules stand against that. Of another: what would change the answer by this rule
        (``would refuse if ...``), else what would make it fire, or not fire.
        """
        if rule.id == self._judgement.rule and rule.verdict is not Verdict.EXPORT:
            return self._said_to_export() or self._by_itself(rule)
        return self._by_itself(rule)

    def to_export(self) -> Way | None:
        """The fewest changes after which the document is exported; None when there are too many."""
        self._tries = 0
        return self._way(self._case, MAX_CHANGES)

    def _said_to_export(self) -> str:
        against = [rule.id for rule in self._against()]
        said = f"{len(against)} rules stand against it: {', '.join(against)}"
        way = self.to_export()
        if way is None:
            return f"would not export by a small change: {said}" if len(against) > 1 else ""
        return f"would export if {_words(way)}" + (f" ({said})" if len(against) > 1 else "")

    def _against(self) -> Iterator[Rule]:
        """The rules that fired and keep the document from being exported."""
        for rule in self._judgement.fired:
            if rule.verdict is not Verdict.EXPORT:
                yield rule
            elif self._case.book.mode is Mode.FIRST:
                return  # those after it do not count

    def _by_itself(self, rule: Rule) -> str:
        book, facts = self._case.book, self._case.facts
        fires = holds(rule.condition, facts, book)
        for way in ways(rule.condition, self._case, wanted=not fires):
            after = self._case.after(way)
            if len(way) > MAX_CHANGES or not _flips(rule, after, fires=fires):
                continue
            verdict = judge(after.book, after.facts).verdict
            if verdict is not self._judgement.verdict:
                return f"would {verdict} if {_words(way)}"
            return f"would {'not ' if fires else ''}fire if {_words(way)}"
        return ""

    def _way(self, case: Case, most: int) -> Way | None:
        """As `to_export`, with at most so many changes."""
        self._tries += 1
        judgement = judge(case.book, case.facts)
        if judgement.verdict is Verdict.EXPORT:
            return ()
        best: Way | None = None
        for step in _steps(case, judgement):
            room = most if best is None else len(best) - 1
            if len(step) > room or self._tries > MAX_TRIES or _twice(step):
                continue
            rest = self._way(case.after(step), room - len(step))
            if rest is not None and not _places(step) & _places(rest):
                best = step + rest
        return best


def _steps(case: Case, judgement: Judgement) -> Iterator[Way]:
    """Ways to silence the rule that decides, and to have one fire that exports before it."""
    for rule in case.book.rules:
        if rule.id == judgement.rule:
            for way in ways(rule.condition, case, wanted=False):
                if _flips(rule, case.after(way), fires=True):
                    yield way
            if case.book.mode is Mode.FIRST:
                return  # a rule after it can't come before it
        elif rule.verdict is Verdict.EXPORT and not _outweighed(case, judgement):
            for way in ways(rule.condition, case, wanted=True):
                if _flips(rule, case.after(way), fires=False):
                    yield way


def _outweighed(case: Case, judgement: Judgement) -> bool:
    """In mode `collect` a rule that exports changes nothing beside one that does not."""
    return case.book.mode is Mode.COLLECT and bool(judgement.fired)


def _flips(rule: Rule, after: Case, *, fires: bool) -> bool:
    return holds(rule.condition, after.facts, after.book) is not fires


def _places(way: Way) -> set[tuple[str, int | None]]:
    """What a way edits: two edits of one place would not both be told rightly."""
    return {(edit.name, edit.line) for change in way for edit in change.edits}


def _twice(way: Way) -> bool:
    """Whether two of its changes edit one place: the first would be told, but not hold."""
    return len(way) > 1 and sum(len(change.edits) for change in way) > len(_places(way))


def _words(way: Way) -> str:
    return " and ".join(change.words for change in way)
