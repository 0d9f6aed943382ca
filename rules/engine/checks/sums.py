"""Whether sums of whole numbers can all keep within their limits at once.

Amounts are taken in pennies, days as their number in the calendar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from math import gcd

#: With more than this in one question nothing is claimed.
MAX_ROWS = 150

_Terms = frozenset[tuple[str, int]]


@dataclass(frozen=True, kw_only=True)
class AtMost:
    """A sum of named numbers, each taken so many times, is at most a limit."""

    terms: _Terms
    limit: int


def at_most(terms: Mapping[str, int], limit: int) -> AtMost:
    """The same with its common factor taken out: ``2a <= 5`` is ``a <= 2`` of whole numbers."""
    kept = {name: times for name, times in terms.items() if times}
    factor = reduce(gcd, kept.values(), 0) or 1
    small = frozenset((name, times // factor) for name, times in kept.items())
    return AtMost(terms=small, limit=limit // factor)


def can_all_hold(rows: Iterable[AtMost]) -> bool:
    """False when it is proved that no numbers satisfy all; True also when it is not known.

    By Fourier and Motzkin: one number after the other is removed by adding each row that
    limits it from above to each that limits it from below, until only numbers are left.
    """
    limits: dict[_Terms, int] = {}
    for row in rows:
        _tighten(limits, row)
    while limits.get(frozenset(), 0) >= 0:
        name = _easiest(limits)
        if name is None:
            return True
        limits = _without(name, limits)
        if len(limits) > MAX_ROWS:
            return True
    return False


def _tighten(limits: dict[_Terms, int], row: AtMost) -> None:
    limits[row.terms] = min(row.limit, limits.get(row.terms, row.limit))


def _easiest(limits: Mapping[_Terms, int]) -> str | None:
    """The name whose removal makes the fewest rows."""
    above: dict[str, int] = {}
    below: dict[str, int] = {}
    for terms in limits:
        for name, times in terms:
            side = above if times > 0 else below
            side[name] = side.get(name, 0) + 1
    names = {*above, *below}
    return min(names, key=lambda x: (above.get(x, 0) * below.get(x, 0), x), default=None)


def _without(name: str, limits: Mapping[_Terms, int]) -> dict[_Terms, int]:
    rows = [(dict(terms), limit) for terms, limit in limits.items()]
    rest = {terms: limit for terms, limit in limits.items() if name not in dict(terms)}
    for up, up_limit in (row for row in rows if row[0].get(name, 0) > 0):
        for down, down_limit in (row for row in rows if row[0].get(name, 0) < 0):
            up_times, down_times = -down[name], up[name]
            terms = {x: up.get(x, 0) * up_times + down.get(x, 0) * down_times for x in {*up, *down}}
            _tighten(rest, at_most(terms, up_limit * up_times + down_limit * down_times))
    return rest
