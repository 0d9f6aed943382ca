"""What a condition claims, for the proofs of the check.

Whatever has no form in `claims` becomes a question that may be answered either way, so that
nothing is taken for proved which is not.
"""

from datetime import date

from ....plugin.domain.decisions.facts import FactType
from ..evaluation.lower import lowered
from ..evaluation.reference import value_of
from ..language.values import fold
from ..language.words import (
    AllOf,
    Amount,
    AnyOf,
    Book,
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
from .claims import FALSE, TRUE, Answer, Both, Claim, Either, Lines, Same, Text
from .sums import AtMost, at_most

#: The lists and amounts that a connection may set: no value of theirs is taken for granted.
SET_BY_CONNECTIONS = frozenset({"export_statuses", "rounding_limit"})

_Form = tuple[dict[str, int], int]


def claim_of(condition: Condition, book: Book, *, yes: bool = True) -> Claim:
    """What a condition claims of a document (or a line), or what its opposite claims."""
    match condition:
        case Not():
            return claim_of(condition.part, book, yes=not yes)
        case AllOf() | AnyOf():
            parts = tuple(claim_of(part, book, yes=yes) for part in condition.parts)
            return Both(parts=parts) if isinstance(condition, AllOf) is yes else Either(parts=parts)
        case LineTest():
            return Lines(
                every=condition.every is yes, claim=claim_of(condition.part, book, yes=yes)
            )
        case Compare():
            return _of_compare(condition, book, yes=yes)


def _of_compare(condition: Compare, book: Book, *, yes: bool) -> Claim:
    match condition.type:
        case FactType.TEXT:
            return _of_text(condition, book, yes=yes)
        case FactType.TEXTS:
            return _of_texts(condition, book, yes=yes)
        case FactType.YES_NO:
            return _of_yes_no(condition, yes=yes)
        case _:
            return _of_number(condition, book, yes=yes)


def _of_text(condition: Compare, book: Book, *, yes: bool) -> Claim:
    fact, op, right = condition.fact, condition.op, condition.right
    if op in (Op.NOT_IN, Op.IS_NOT):
        op, yes = (Op.IN if op is Op.NOT_IN else Op.IS), not yes
    if not isinstance(right, Sum):
        texts = _texts(right, book)
        if texts is None:
            return Answer(about=(fact, "in", _list_name(right)), yes=yes)
        return Text(fact=fact, op=Op.IN, texts=texts, yes=yes)
    operand = right.terms[0].operand
    if isinstance(operand, OtherFact):
        if operand.name == fact:  # every text begins with itself, ends with it, contains it
            return TRUE if yes else FALSE
        if op is Op.IS:
            return Same(facts=frozenset([fact, operand.name]), yes=yes)
        return Answer(about=(fact, op, operand.name), yes=yes)
    assert isinstance(operand, Constant)
    one = frozenset([fold(str(operand.value))])
    return Text(fact=fact, op=Op.IN if op is Op.IS else op, texts=one, yes=yes)


def _of_texts(condition: Compare, book: Book, *, yes: bool) -> Claim:
    fact, right = condition.fact, condition.right
    if isinstance(right, Sum):
        operand = right.terms[0].operand
        if isinstance(operand, OtherFact):
            return Answer(about=(fact, "has fact", operand.name), yes=yes)
        assert isinstance(operand, Constant)
        return _has(fact, fold(str(operand.value)), yes=yes)
    if condition.op is Op.HAS_NONE:
        yes = not yes
    every = condition.op is Op.HAS_ALL
    texts = _texts(right, book)
    if texts is None:
        return Answer(about=(fact, "all" if every else "any", _list_name(right)), yes=yes)
    parts = tuple(_has(fact, text, yes=yes) for text in sorted(texts))
    return Both(parts=parts) if every is yes else Either(parts=parts)


def _has(fact: str, text: str, *, yes: bool) -> Answer:
    return Answer(about=(fact, "has", text), yes=yes)


def _texts(right: Texts | NamedList, book: Book) -> frozenset[str] | None:
    """The texts of a list; None for one that a connection may set."""
    if isinstance(right, Texts):
        return right.folded
    return None if right.name in SET_BY_CONNECTIONS else book.folded[right.name]


def _list_name(right: Texts | NamedList) -> str:
    assert isinstance(right, NamedList)
    return right.name


def _of_yes_no(condition: Compare, *, yes: bool) -> Claim:
    assert isinstance(condition.right, Sum)
    same = (condition.op is Op.IS) is yes
    operand = condition.right.terms[0].operand
    if isinstance(operand, Constant):
        return Answer(about=(condition.fact,), yes=same is bool(operand.value))
    if operand.name == condition.fact:
        return TRUE if same else FALSE
    return Either(
        parts=tuple(
            Both(
                parts=(
                    Answer(about=(condition.fact,), yes=left),
                    Answer(about=(operand.name,), yes=left is same),
                )
            )
            for left in (True, False)
        )
    )


def _of_number(condition: Compare, book: Book, *, yes: bool) -> Claim:
    assert isinstance(condition.right, Sum)
    right, constant = _form(condition.right, condition.type, book)
    terms = {name: -times for name, times in right.items()}
    terms[condition.fact] = terms.get(condition.fact, 0) + 1
    less, more = _limited(terms, constant)
    below, above = _limited(terms, constant, strictly=True)
    match condition.op:
        case Op.IS | Op.IS_NOT:
            equal = (condition.op is Op.IS) is yes
            return Both(parts=(less, more)) if equal else Either(parts=(below, above))
        case Op.MORE:
            return above if yes else less
        case Op.AT_LEAST:
            return more if yes else below
        case Op.LESS:
            return below if yes else more
        case _:
            return less if yes else above


def _limited(terms: dict[str, int], limit: int, *, strictly: bool = False) -> tuple[AtMost, AtMost]:
    """The sum is at most the limit, and at least; or less, and more."""
    opposite = {name: -times for name, times in terms.items()}
    return at_most(terms, limit - strictly), at_most(opposite, -limit - strictly)


def _form(right: Sum, fact_type: FactType, book: Book) -> _Form:
    """The right side: how often each name is taken, and what is added to that."""
    if fact_type is FactType.DATE:
        return _form_of_day(right, book)
    terms: dict[str, int] = {}
    constant = 0
    for term in right.terms:
        operand = term.operand
        if isinstance(operand, Constant):
            constant += term.sign * int(lowered(operand.value, fact_type))
        elif isinstance(operand, Amount) and operand.name not in SET_BY_CONNECTIONS:
            constant += term.sign * int(lowered(book.amounts[operand.name], fact_type))
        else:
            terms[operand.name] = terms.get(operand.name, 0) + term.sign
    return terms, constant


def _form_of_day(right: Sum, book: Book) -> _Form:
    """A day: a sum of days stops at either end of the calendar, so it has a name of its own.

    ``today -30`` is that of the fact less 30; `in_order` says how such names are related.
    """
    if all(isinstance(term.operand, Constant) for term in right.terms):
        day = value_of(right, {}, book)
        assert isinstance(day, date)
        return {}, day.toordinal()
    first, *later = right.terms
    days = [_days(term) for term in later]
    known = [x for x in days if x is not None]
    one_way = len(known) == len(days) and (min(known, default=0) >= 0 or max(known) <= 0)
    if isinstance(first.operand, OtherFact) and one_way:
        name, away = first.operand.name, sum(known)
        return {f"{name} {away:+d}" if away else name: 1}, 0
    return {"day " + repr(right): 1}, 0


def _days(term: Term) -> int | None:
    operand = term.operand
    return term.sign * int(operand.value) if isinstance(operand, Constant) else None  # type: ignore[arg-type]
