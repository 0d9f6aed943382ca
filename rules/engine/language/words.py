"""The words of the rule language, and what a checked book is made of.

docs/rules.md describes the language for those who write rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from ....plugin.domain.decisions.decision import Verdict
from ....plugin.domain.decisions.facts import Facts, FactType, Scalar
from ....plugin.errors import SettingsError
from ....plugin.ports.decider import Overrides
from .values import fold, is_money

MAX_RULES = 200
MAX_EXAMPLES = 200
MAX_CONDITION_DEPTH = 12
MAX_TERMS = 10


class Mode(StrEnum):
    """Which of the rules that fire decides."""

    FIRST = "first"
    COLLECT = "collect"


#: In mode `collect` the strongest verdict decides.
STRENGTH = (Verdict.REFUSE, Verdict.SKIP, Verdict.WAIT, Verdict.EXPORT)


class Op(StrEnum):
    """What a comparison asks, whatever word its type has for it."""

    IS = "is"
    IS_NOT = "is not"
    MORE = "more than"
    AT_LEAST = "at least"
    LESS = "less than"
    AT_MOST = "at most"
    BETWEEN = "between"
    IN = "in"
    NOT_IN = "not in"
    STARTS = "starts with"
    ENDS = "ends with"
    CONTAINS = "contains"
    HAS = "has"
    HAS_ANY = "has any of"
    HAS_ALL = "has all of"
    HAS_NONE = "has none of"


#: Operations on a list of texts.
LIST_OPS = frozenset({Op.IN, Op.NOT_IN, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE})

#: What holds of a value exactly where the other does not; the rest have no word for that.
OPPOSITE: Mapping[Op, Op] = {
    Op.IS: Op.IS_NOT,
    Op.IS_NOT: Op.IS,
    Op.MORE: Op.AT_MOST,
    Op.AT_MOST: Op.MORE,
    Op.LESS: Op.AT_LEAST,
    Op.AT_LEAST: Op.LESS,
    Op.HAS_ANY: Op.HAS_NONE,
    Op.HAS_NONE: Op.HAS_ANY,
}

_AMOUNTS = {
    str(op): op for op in (Op.IS, Op.IS_NOT, Op.MORE, Op.AT_LEAST, Op.LESS, Op.AT_MOST, Op.BETWEEN)
}
#: The comparisons of each type, by the word that authors write.
COMPARISONS: Mapping[FactType, Mapping[str, Op]] = {
    FactType.MONEY: _AMOUNTS,
    FactType.NUMBER: _AMOUNTS,
    FactType.DATE: {
        "is": Op.IS,
        "is not": Op.IS_NOT,
        "after": Op.MORE,
        "on or after": Op.AT_LEAST,
        "before": Op.LESS,
        "on or before": Op.AT_MOST,
        "between": Op.BETWEEN,
    },
    FactType.TEXT: {
        str(op): op for op in (Op.IS, Op.IS_NOT, Op.IN, Op.NOT_IN, Op.STARTS, Op.ENDS, Op.CONTAINS)
    },
    FactType.YES_NO: {"is": Op.IS, "is not": Op.IS_NOT},
    FactType.TEXTS: {str(op): op for op in (Op.HAS, Op.HAS_ANY, Op.HAS_ALL, Op.HAS_NONE)},
    FactType.LINES: {},
}


@dataclass(frozen=True, kw_only=True)
class Constant:
    """A value written in the rule."""

    value: Scalar


@dataclass(frozen=True, kw_only=True)
class Amount:
    """``$name`` of the book's amounts."""

    name: str


@dataclass(frozen=True, kw_only=True)
class OtherFact:
    """``$name`` of a fact."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Term:
    """One part of a sum."""

    #: 1 when added, -1 when taken away.
    sign: int
    operand: Constant | Amount | OtherFact


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What a fact is compared with: usually one term, else a sum or difference.

    The terms have the fact's own type; from a date, whole days are added or taken away.
    """

    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Texts written in the rule."""

    values: tuple[str, ...]
    #: The same as they are compared.
    folded: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", frozenset(map(fold, self.values)))


@dataclass(frozen=True, kw_only=True)
class NamedList:
    """``$name`` of the book's lists."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Compare:
    """``fact: {word: right}``."""

    fact: str
    type: FactType
    #: As its type has it: ``before`` and ``less than`` are one `Op`.
    word: str
    op: Op
    right: Sum | Texts | NamedList


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """True when every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True)
class Not:
    """True when its part is not."""

    part: "Condition"


@dataclass(frozen=True, kw_only=True)
class LineTest:
    """``any line`` (`every` is False) or ``all lines`` of the document; its facts are a line's."""

    every: bool
    part: "Condition"


Condition = Compare | AllOf | AnyOf | Not | LineTest


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One entry of a book."""

    id: str
    verdict: Verdict
    #: Stable error code of a refusal; empty for the other verdicts.
    code: str
    condition: Condition
    #: Sentence with ``{names}`` of facts, lists and amounts.
    message: str
    #: What to do about it, with the same names; may be empty.
    fix: str


@dataclass(frozen=True, kw_only=True)
class Example:
    """A document of the author's making, and what the book must say of it."""

    name: str
    facts: Facts
    expect: Verdict
    #: Id of the rule that must decide; ``default`` for none, empty when it does not matter.
    by: str


@dataclass(frozen=True, kw_only=True)
class Book:
    """A checked book: what `load_book` gives."""

    #: What kind of document it decides: ``orders``.
    kind: str
    mode: Mode
    #: What is decided when no rule fires.
    default: Verdict
    lists: Mapping[str, tuple[str, ...]]
    #: In the document's currency.
    amounts: Mapping[str, Decimal]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    #: SHA-256 of the text it was read from.
    digest: str
    #: The same lists as they are compared.
    folded: Mapping[str, frozenset[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        folded = {name: frozenset(map(fold, texts)) for name, texts in self.lists.items()}
        object.__setattr__(self, "folded", folded)

    def settled(self, overrides: Overrides) -> "Book":
        """The book with a connection's own lists and amounts in place of its own.

        Names that the book does not have are ignored: a connection may set more than one
        book uses.

        Raises:
            SettingsError: an amount is given for a list, or the other way round.
        """
        lists, amounts = dict(self.lists), dict(self.amounts)
        for name, value in overrides.items():
            if name in lists:
                lists[name] = _texts(name, value)
            elif name in amounts:
                amounts[name] = _amount(name, value)
        return replace(self, lists=lists, amounts=amounts)


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return value
    raise SettingsError(f"{name} must be a list of texts: a rule compares with it.")


def _amount(name: str, value: object) -> Decimal:
    if isinstance(value, Decimal) and is_money(value):
        return value
    raise SettingsError(f"{name} must be an amount with at most 2 decimals.")
