"""The table of cases: one for each code, kept as the modules of the families put it in."""

from collections.abc import Callable

from .stage import Stage

Plays = Callable[[Stage], None]

CASES: dict[str, Plays] = {}


def case_of(code: str) -> Callable[[Plays], Plays]:
    """Put a case in the table: it provokes the code, does what the fix says, and it is gone."""

    def put_in(plays: Plays) -> Plays:
        assert code not in CASES, f"{code} has a case already"
        CASES[code] = plays
        return plays

    return put_in
