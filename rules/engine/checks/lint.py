"""What is wrong with a book whose words are right: rules that do nothing, or not what they say.

Only what is proved is found, for every document and for every list and amount that a connection
may set. What can't be proved, or not with reasonable work, passes.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..evaluation.explain import describe
from ..language.describe import named_in
from ..language.faults import Faults, Place, quoted
from ..language.messages import names_in as names_in_text
from ..language.words import AllOf, AnyOf, Book, Compare, Condition, LineTest, Mode, Not, Rule
from .claiming import SET_BY_CONNECTIONS, claim_of
from .claims import Claim, names_in
from .prove import Prover

#: Letters of a condition, or of a list of rules, that a message quotes.
LONGEST_SAID = 100
#: Parts of a condition among which two are looked for that contradict each other.
MOST_PARTS = 40


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    #: Id of the rule, or name of the list or amount.
    about: str
    #: What is wrong and what to do; ``{other}`` stands for another rule and where it is.
    words: str
    #: Id of that rule; may be empty.
    other: str = ""
    #: The comparison that is always true, or never; None when it is not about one.
    comparison: Compare | None = None
    #: What is proved: ``never fires``, ``always fires``, ``never decides``, ``same``,
    #: ``comparison is always so`` or ``unused``.
    proved: str


def note_findings(
    book: Book, rules: Mapping[str, Place], names: Mapping[str, Place], faults: Faults
) -> None:
    """Note what `lint` finds, each at its place.

    Args:
        book: read without a fault.
        rules: where the condition of each rule stands, by id.
        names: where each list and amount stands, by name.
        faults: where it is noted.
    """
    for finding in lint(book):
        place = (names if finding.proved == "unused" else rules)[finding.about]
        other = finding.other
        other = f"{quoted(other)} (line {rules[other].line})" if other else ""
        faults.add(place, finding.words.replace("{other}", other))


def lint(book: Book) -> Iterator[Finding]:
    """All that is wrong with a book, rule by rule."""
    yield from _Lint(book).findings()
    yield from _unused(book)


class _Lint:
    """Asks about the rules of one book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._prover = Prover()
        self._yes = {rule.id: claim_of(rule.condition, book) for rule in book.rules}
        self._no = {rule.id: claim_of(rule.condition, book, yes=False) for rule in book.rules}
        self._names = {rule_id: names_in(claim) for rule_id, claim in self._yes.items()}

    def findings(self) -> Iterator[Finding]:
        sound: list[Rule] = []
        for rule in self._book.rules:
            finding = self._alone(rule)
            if finding:
                yield finding
            else:
                sound.append(rule)
        beside = (self._beside(rule, sound[:n]) for n, rule in enumerate(sound))
        found = [finding for finding in beside if finding]
        yield from found
        if self._book.mode is Mode.FIRST and not found:
            yield from self._after_all(sound)

    def _alone(self, rule: Rule) -> Finding | None:
        """What is wrong with a rule, whatever the others say."""
        always = self._prover.impossible([self._no[rule.id]])
        if always and self._book.mode is Mode.FIRST and rule is self._book.rules[-1]:
            return None  # it says what happens to the rest, in words of its own
        trivial = next(self._trivial(rule.condition), None)
        if trivial:
            comparison, word = trivial
            words = f"`{_said(comparison)}` is always {word}: take it out, or correct it"
            return Finding(
                about=rule.id, words=words, comparison=comparison, proved="comparison is always so"
            )
        if always:
            return Finding(about=rule.id, words=self._always(rule), proved="always fires")
        if self._prover.impossible([self._yes[rule.id]]):
            words = f"the rule {quoted(rule.id)} can never fire: {self._why_never(rule.condition)}"
            return Finding(about=rule.id, words=words, proved="never fires")
        return None

    def _always(self, rule: Rule) -> str:
        said = f"the rule {quoted(rule.id)} always fires; for what no rule is about"
        last = ", or put it last" if self._book.mode is Mode.FIRST else ""
        return f"{said}, write `default: {rule.verdict}` instead{last}"

    def _trivial(self, condition: Condition) -> Iterator[tuple[Compare, str]]:
        """The comparisons that are true of everything, or false."""
        match condition:
            case AllOf() | AnyOf():
                for part in condition.parts:
                    yield from self._trivial(part)
            case Not() | LineTest():
                yield from self._trivial(condition.part)
            case Compare():
                for opposite, word in ((False, "true"), (True, "false")):
                    if self._prover.impossible([claim_of(condition, self._book, yes=opposite)]):
                        yield condition, word

    def _why_never(self, condition: Condition) -> str:
        if isinstance(condition, LineTest):
            return self._why_never(condition.part)
        parts = list(_flat(condition))[:MOST_PARTS]
        claims = [claim_of(part, self._book) for part in parts]
        for n, right in enumerate(claims):
            for m, left in enumerate(claims[:n]):
                if self._prover.impossible([left, right]):
                    both = f"`{_said(parts[m])}` and `{_said(parts[n])}`"
                    return f"{both} are never true together"
        return "its condition contradicts itself"

    def _beside(self, rule: Rule, earlier: Sequence[Rule]) -> Finding | None:
        """What is wrong with a rule because of those above it."""
        near = [x for x in earlier if not self._names[x.id].isdisjoint(self._names[rule.id])]
        if self._book.mode is Mode.COLLECT:
            same = (x for x in near if self._implies(rule, x) and self._implies(x, rule))
            return next((_same(rule, x) for x in same), None)
        covers = next((x for x in near if self._implies(rule, x)), None)
        if covers:
            said = f"the rule {quoted(rule.id)} never decides: {{other}} stands above it and fires"
            words = f"{said} whenever it does; put the narrower one first, or take one out"
            return Finding(about=rule.id, other=covers.id, words=words, proved="never decides")
        if len(near) > 1 and self._covered(self._yes[rule.id], near):
            above = _short(", ".join(quoted(x.id) for x in near))
            said = f"the rule {quoted(rule.id)} never decides: whenever it fires, one of the rules"
            words = f"{said} above it does ({above}); put it higher, or take it out"
            return Finding(about=rule.id, words=words, proved="never decides")
        return None

    def _after_all(self, rules: Sequence[Rule]) -> Iterator[Finding]:
        """The rule after which, or rather before which, everything is decided."""
        if not rules or not self._covered(None, rules[:-1]):
            return
        few, many = 0, len(rules) - 1
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (few, middle) if self._covered(None, rules[:middle]) else (middle, many)
        said = f"the rule {quoted(rules[many].id)} never decides, nor does any below it"
        words = f"{said}: the rules above it fire on everything between them"
        yield Finding(about=rules[many].id, words=words, proved="never decides")

    def _implies(self, rule: Rule, other: Rule) -> bool:
        """Proved: the other fires whenever the rule does."""
        return self._covered(self._yes[rule.id], [other])

    def _covered(self, claim: Claim | None, rules: Sequence[Rule]) -> bool:
        """Proved: whenever the claim is true (or always), one of the rules fires."""
        claims = [self._no[x.id] for x in rules]
        return self._prover.impossible([*claims, claim] if claim else claims)


def _same(rule: Rule, other: Rule) -> Finding:
    said = f"the rule {quoted(rule.id)} fires exactly when {{other}} does"
    if rule.verdict is other.verdict:
        words = f"{said}, and says the same: take one out"
    else:
        words = f"{said}, but one says {rule.verdict} and one {other.verdict}: take one out"
    return Finding(about=rule.id, other=other.id, words=words, proved="same")


def _flat(condition: Condition) -> Iterator[Condition]:
    """The conditions that must all be true."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _flat(part)
    else:
        yield condition


def _said(condition: Condition) -> str:
    """A condition as one reads it aloud, and not endless."""
    return _short(describe(condition))


def _short(text: str) -> str:
    return textwrap.shorten(text, LONGEST_SAID, placeholder=" ...")


def _unused(book: Book) -> Iterator[Finding]:
    """Lists and amounts that no rule reads or names; those of a connection may stay."""
    used = {
        name
        for rule in book.rules
        for name in (
            *named_in(rule.condition),
            *names_in_text(rule.message),
            *names_in_text(rule.fix),
        )
    }
    for what, names in (("list", book.lists), ("amount", book.amounts)):
        for name in sorted(set(names) - used - SET_BY_CONNECTIONS):
            words = f"no rule uses the {what} {quoted(name)}: write ${name} where it is meant,"
            yield Finding(about=name, words=f"{words} or take it out", proved="unused")
