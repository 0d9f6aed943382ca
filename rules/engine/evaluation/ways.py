"""Ways: what would make a condition true of one document, or no longer true."""

from itertools import islice, product

from ..language.describe import describe_part
from ..language.words import AllOf, Compare, Condition, LineTest, Not
from .changes import Case, Change, Edit, Way
from .comparison_changes import Comparison
from .reference import holds

#: Ways to one end that are looked at; the shortest come first.
MAX_WAYS = 12


def ways(condition: Condition, case: Case, *, wanted: bool, line: int | None = None) -> list[Way]:
    """Ways after which a condition is as wanted, shortest first; an empty one when it is already.

    They are proposals: where one change undoes another, the way leads nowhere.

    Args:
        condition: of a rule, or of a part of one.
        case: the document and its book.
        wanted: whether it is to be true.
        line: the line (from 0) whose facts it reads; None for the document's.
    """
    if holds(condition, case.at(line), case.book) is wanted:
        return [()]
    match condition:
        case Compare():
            comparison = Comparison(condition=condition, case=case, wanted=wanted, line=line)
            return [(change,) for change in islice(comparison.changes(), MAX_WAYS)]
        case Not():
            return ways(condition.part, case, wanted=not wanted, line=line)
        case LineTest():
            return _line_ways(condition, case, wanted=wanted)
    parts = [ways(part, case, wanted=wanted, line=line) for part in condition.parts]
    if isinstance(condition, AllOf) is not wanted:  # one part is enough
        return sorted((way for part in parts for way in part), key=len)[:MAX_WAYS]
    together = (tuple(x for way in chosen for x in way) for chosen in product(*parts))
    return sorted(islice(together, MAX_WAYS), key=len)


def _line_ways(condition: LineTest, case: Case, *, wanted: bool) -> list[Way]:
    part, lines = condition.part, case.facts["lines"]
    said = describe_part(part)
    others = [
        n
        for n, line in enumerate(lines)  # type: ignore[arg-type]
        if holds(part, line, case.book) is not wanted  # type: ignore[arg-type]
    ]
    if condition.every is not wanted:  # one line is enough
        words = f"a line had {said}" if wanted else f"a line did not have {said}"
        found = [way for n in others for way in ways(part, case, wanted=wanted, line=n)]
        return [(Change(words=words, edits=_edits(way)),) for way in found[:MAX_WAYS]]
    if len(others) == 1:
        return ways(part, case, wanted=wanted, line=others[0])
    words = f"all lines had {said}" if wanted else f"no line had {said}"
    first = [ways(part, case, wanted=wanted, line=n)[:1] for n in others]
    edits = tuple(edit for found in first for way in found for edit in _edits(way))
    return [(Change(words=words, edits=edits),)] if all(first) else []


def _edits(way: Way) -> tuple[Edit, ...]:
    return tuple(edit for change in way for edit in change.edits)
