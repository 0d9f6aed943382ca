"""Whether claims can all be true of one document: what the check of a book rests on.

An answer of "impossible" is a proof. "Possible" may mean that none was found: in questions which
nobody has an answer for, or in the work that one book may cost.
"""

from collections.abc import Iterable, Iterator, Sequence

from ..language.words import Op
from .claims import Answer, Both, Claim, Either, Lines, Literal, Same, Text, in_order, names_in
from .sums import AtMost, can_all_hold

#: Literals that are looked at for one question, and for one book.
MOST_FOR_A_QUESTION = 10_000
MOST_FOR_A_BOOK = 200_000
#: Choices that are open below each other.
MOST_CHOICES = 150

_Choices = Sequence[Sequence[Claim]]


class _GaveUp(Exception):  # noqa: N818 - never leaves this file
    """The question costs too much."""


class Prover:
    """Answers the questions about one book, as long as they don't cost too much."""

    def __init__(self) -> None:
        self._left = MOST_FOR_A_BOOK
        self._left_for_question = 0

    def impossible(self, claims: Iterable[Claim]) -> bool:
        """True when it is proved that no document makes all of these true."""
        self._left_for_question = min(MOST_FOR_A_QUESTION, self._left)
        before = self._left_for_question
        try:
            return not self._possible(list(claims), [], (), 0)
        except _GaveUp:
            return False
        finally:
            self._left -= before - max(0, self._left_for_question)

    def _possible(
        self, todo: list[Claim], known: Sequence[Literal], choices: _Choices, depth: int
    ) -> bool:
        """Whether all of `todo`, one of each choice, and what is known already can be true."""
        if depth > MOST_CHOICES:
            raise _GaveUp
        facts, open_choices = list(known), list(choices)
        while todo:
            if not self._take(todo, facts, open_choices):
                return False
            open_choices = sorted((self._still_open(x, facts) for x in open_choices), key=len)
            if open_choices and len(open_choices[0]) == 1:
                todo = list(open_choices.pop(0))
        if not open_choices:
            return True
        first, *others = open_choices
        return any(self._possible([part], facts, others, depth + 1) for part in first)

    def _take(
        self, todo: list[Claim], facts: list[Literal], choices: list[Sequence[Claim]]
    ) -> bool:
        """Move all of `todo` to the facts and the choices; False when a fact does not fit."""
        while todo:
            claim = todo.pop()
            if isinstance(claim, Both):
                todo += claim.parts
            elif isinstance(claim, Either):
                choices.append(claim.parts)
            elif claim not in facts:
                if not self._fits(claim, facts):
                    return False
                facts.append(claim)
        return True

    def _still_open(self, parts: Sequence[Claim], facts: Sequence[Literal]) -> Sequence[Claim]:
        return [
            part for part in parts if isinstance(part, Both | Either) or self._fits(part, facts)
        ]

    def _fits(self, new: Literal, facts: Sequence[Literal]) -> bool:
        """Whether one literal more can be true beside those that can."""
        near = [new, *_near(new, facts)]
        self._spend(len(near) + len(facts) // 8)
        if isinstance(new, Answer):
            return Answer(about=new.about, yes=not new.yes) not in facts
        if isinstance(new, AtMost):
            rows = [x for x in near if isinstance(x, AtMost)]
            self._spend(len(rows) ** 2)
            return can_all_hold([*rows, *in_order(rows)])
        if isinstance(new, Lines):
            return self._lines_fit([x for x in near if isinstance(x, Lines)])
        return _texts_fit([x for x in near if isinstance(x, Text | Same)])

    def _spend(self, work: int) -> None:
        self._left_for_question -= work
        if self._left_for_question < 0:
            raise _GaveUp

    def _lines_fit(self, lines: Sequence[Lines]) -> bool:
        """Each line that must exist is also one of the lines that all must be so."""
        of_all = [x.claim for x in lines if x.every]
        of_some = [x.claim for x in lines if not x.every]
        return all(self._possible([claim, *of_all], [], (), 0) for claim in of_some)


def _near(new: Literal, facts: Sequence[Literal]) -> Iterator[Literal]:
    """Those that share a name with it, or with one that does, and so on."""
    names = set(names_in(new))
    rest = [(fact, names_in(fact)) for fact in facts]
    found = True
    while found:
        found = False
        for fact, of_fact in tuple(rest):
            if not names.isdisjoint(of_fact):
                names |= of_fact
                rest.remove((fact, of_fact))
                found = True
                yield fact


def _texts_fit(literals: Sequence[Text | Same]) -> bool:
    group: dict[str, str] = {}

    def of(fact: str) -> str:
        """The fact that stands for all that are the same."""
        while fact in group:
            fact = group[fact]
        return fact

    sames = [(min(x.facts), max(x.facts), x.yes) for x in literals if isinstance(x, Same)]
    for left, right, same in sames:
        if same and of(left) != of(right):
            group[of(left)] = of(right)
    about: dict[str, list[Text]] = {}
    for literal in literals:
        if isinstance(literal, Text):
            about.setdefault(of(literal.fact), []).append(literal)
    only = {fact: _candidates(texts) for fact, texts in about.items()}
    return all(x is None or x for x in only.values()) and not any(
        of(left) == of(right) or _the_same_one(only.get(of(left)), only.get(of(right)))
        for left, right, same in sames
        if not same
    )


def _the_same_one(left: frozenset[str] | None, right: frozenset[str] | None) -> bool:
    return left is not None and left == right and len(left) == 1


def _candidates(texts: Sequence[Text]) -> frozenset[str] | None:
    """What a text may be; None when that can't be told, nothing when it can't be any."""
    lists = [x.texts for x in texts if x.op is Op.IN and x.yes]
    if lists:
        common = frozenset.intersection(*lists)
        return frozenset(text for text in common if all(_agrees(text, x) for x in texts))
    wanted = [x for x in texts if x.yes]
    starts = _longest(text for x in wanted if x.op is Op.STARTS for text in x.texts)
    ends = _longest(text for x in wanted if x.op is Op.ENDS for text in x.texts)
    pieces = ["", *(text for x in wanted for text in x.texts)]
    for x in texts:
        piece = next(iter(x.texts), "")
        wrong_start = x.op is Op.STARTS and starts.startswith(piece) is not x.yes
        wrong_end = x.op is Op.ENDS and ends.endswith(piece) is not x.yes
        unwanted = x.op is Op.CONTAINS and not x.yes and any(piece in text for text in pieces)
        if wrong_start or wrong_end or unwanted:
            return frozenset()
    return None


def _agrees(text: str, claim: Text) -> bool:
    if claim.op is Op.IN:
        return (text in claim.texts) is claim.yes
    (piece,) = claim.texts
    match claim.op:
        case Op.STARTS:
            return text.startswith(piece) is claim.yes
        case Op.ENDS:
            return text.endswith(piece) is claim.yes
        case _:
            return (piece in text) is claim.yes


def _longest(texts: Iterable[str]) -> str:
    return max(texts, key=len, default="")
