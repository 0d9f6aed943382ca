"""The limits of a target, in figures (xero.md 2.3)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one organisation allows one app."""

    #: Calls that may be out at once.
    at_once: int = 5
    #: Calls begun within any minute; a few of the 60 are left to people at the page.
    a_minute: int = 57
    #: How long that minute is, in seconds.
    minute: float = 60.0
    #: The longest that a worker waits for its turn, in seconds; beyond it the work is put off.
    patience: float = 70.0
    #: After so many seconds a call's place frees itself: its caller has died.
    lease: float = 120.0


XERO = Limits()
