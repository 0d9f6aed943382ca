"""Limits: how many calls a system allows, in figures. Its adapter gives them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one organisation, or one account, allows one app."""

    #: Who sets them; for the sentence that people read.
    service: str
    #: Calls that may be out at once.
    at_once: int
    #: Calls that workers may begin within any minute.
    a_minute: int
    #: How many more of them people at the page may begin.
    reserved: int = 0
    #: Calls of a minute that workers may begin at once; the others of it are spread evenly, so
    #: that the next turn is never far. None: all of them.
    burst: int | None = None
    #: How long that minute is, in seconds.
    minute: float = 60.0
    #: So many calls may the target count more than we do; those beyond are taken for somebody
    #: else's. A minute's ends lie apart here and there by as long as a call takes. No more than
    #: `reserved`, so that the target's own count is kept to.
    tolerance: int = 0
    #: The longest that a worker waits for its turn, in seconds; beyond it the work is put off.
    patience: float = 70.0
    #: The same for somebody at the page.
    patience_of_people: float = 10.0
    #: After so many seconds a call's place frees itself: its caller has died.
    lease: float = 120.0
    #: For how many seconds the target's word on its day is believed. When it is over, one call
    #: finds out anew: the day may have begun again, and nobody knows when that is.
    day_known: float = 900.0
    #: Calls of the app's own minute, over all organisations, below which the app waits.
    app_reserved: int = 0
    #: How long it waits then, in seconds.
    app_pause: float = 5.0

    def may_begin(self, *, by_person: bool) -> int:
        """Calls that may begin within any minute."""
        return self.a_minute + (self.reserved if by_person else 0)

    def pause(self, *, by_person: bool) -> float:
        """Seconds between two calls beyond the burst: a little less than an even share."""
        return 0.0 if by_person or self.burst is None else 0.98 * self.minute / self.a_minute

    @property
    def rate(self) -> float:
        """Calls that workers may begin in sixty seconds, on and on."""
        return self.a_minute * 60 / self.minute

    def waits(self, *, by_person: bool) -> float:
        """The longest wait for a turn, in seconds."""
        return self.patience_of_people if by_person else self.patience
