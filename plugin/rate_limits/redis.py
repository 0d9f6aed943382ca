"""The limits kept in Redis: one script a question, one round trip, exact in any rolling minute."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from redis import Redis, RedisError

from ..domain.connections.limits import Limits
from ..errors import TryLater
from ..ports.clock import Clock
from ..ports.infrastructure import Quota
from .policy import DAY_PART, DAY_RESERVED, place
from .waiting import wait_for_turn

#: Redis' own clock is the only one.
_NOW = """
local time = redis.call('TIME')
local ms = time[1] * 1000 + math.floor(time[2] / 1000)
"""

#: Answers 0 when the call may go, else milliseconds to wait.
#: KEYS: minute, out, blocked, blocked of the app, low.
#: ARGV: length of a minute, calls in it, calls at once, lease, name of the call (empty: asked
#: only, nothing is counted), by a person, calls without a pause, the pause.
_ASK = (
    _NOW
    + """
local blocked = math.max(redis.call('PTTL', KEYS[3]), redis.call('PTTL', KEYS[4]))
if blocked > 0 then return blocked end
local low = ARGV[6] == '0' and tonumber(redis.call('GET', KEYS[5]) or nil)
if low and low > ms then return low - ms end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms - ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ms)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return 50 end
local over = redis.call('ZCARD', KEYS[1]) - ARGV[2]
if over >= 0 then
  local next = redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')
  return math.max(1, next[2] + ARGV[1] - ms)
end
if tonumber(ARGV[8]) > 0 and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[7]) then
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
  if last[2] and last[2] + ARGV[8] > ms then return last[2] + ARGV[8] - ms end
end
if ARGV[5] == '' then return 0 end
-- What was known of the day is too old: this call finds out, the others go on waiting for it.
if low then redis.call('SET', KEYS[5], ms + ARGV[4], 'PX', 172800000) end
redis.call('ZADD', KEYS[1], ms, ARGV[5])
redis.call('ZADD', KEYS[2], ms + ARGV[4], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 0
"""
)

#: A block is never shortened: the longest that was asked for holds.
_BLOCK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
"""

#: KEYS: minute, low, day, most of a day. ARGV: length of a minute, calls in it, tolerance, left
#: of it, left of the day (-1: not said), how long that is believed, the reserve, its part, a name.
_HEARD = (
    _NOW
    + """
local day = tonumber(ARGV[5])
if day >= 0 then
  local most = math.max(day, tonumber(redis.call('GET', KEYS[4]) or 0))
  redis.call('SET', KEYS[4], most, 'PX', 172800000)
  -- A key lives on through its last millisecond; by then the next call may begin already.
  redis.call('SET', KEYS[3], day, 'PX', math.max(1, ARGV[6] - 1))
  if day <= math.max(ARGV[7], math.floor(most * ARGV[8] / 100)) then
    redis.call('SET', KEYS[2], ms + ARGV[6], 'PX', 172800000)
  else
    redis.call('DEL', KEYS[2])
  end
end
if tonumber(ARGV[4]) >= 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms - ARGV[1])
  local others = ARGV[2] - ARGV[4] - redis.call('ZCARD', KEYS[1]) - ARGV[3]
  if others > 0 then
    for each = 1, others do redis.call('ZADD', KEYS[1], ms, ARGV[9] .. each) end
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  end
end
"""
)

#: KEYS: minute, blocked, blocked of the app, day. ARGV: length of a minute.
_LEFT = (
    _NOW
    + """
local begun = redis.call('ZCOUNT', KEYS[1], '(' .. (ms - ARGV[1]), '+inf')
local blocked = math.max(redis.call('PTTL', KEYS[2]), redis.call('PTTL', KEYS[3]), 0)
return {begun, blocked, redis.call('GET', KEYS[4])}
"""
)


class RedisLimiter:
    """`ports.infrastructure.Limiter` for all processes that share a Redis."""

    def __init__(self, redis: Redis, clock: Clock, limits: Limits) -> None:
        self._redis: Any = redis
        self._clock = clock
        self._limits = limits
        self._ask, self._block, self._heard, self._left = (
            self._redis.register_script(script) for script in (_ASK, _BLOCK, _HEARD, _LEFT)
        )

    @contextmanager
    def slot(
        self, organisation_id: str, *, app: str = "", by_person: bool = False
    ) -> Iterator[None]:
        """See `ports.infrastructure.Limiter`."""
        member = uuid.uuid4().hex

        def ask() -> float:
            return self._wait(organisation_id, app, member, by_person=by_person)

        wait_for_turn(ask, self._limits, self._clock, by_person=by_person)
        try:
            yield
        finally:
            # Redis may have gone meanwhile; the place frees itself then.
            with suppress(RedisError):
                self._redis.zrem(*_keys(organisation_id, app, "out"), member)

    def _wait(self, organisation_id: str, app: str, member: str, *, by_person: bool) -> float:
        """0 when the call may go and is counted as `member`, else the seconds to wait."""
        limits = self._limits
        keys = _keys(organisation_id, app, "minute", "out", "blocked")
        keys += [*_keys("", app, "blocked"), *_keys(organisation_id, app, "low")]
        most = limits.may_begin(by_person=by_person)
        counts = [int(limits.minute * 1000), most, limits.at_once, int(limits.lease * 1000)]
        pause = int(limits.pause(by_person=by_person) * 1000)
        spread = [int(by_person), limits.burst or 0, pause]
        with _answering():
            wait = self._ask(keys=keys, args=[*counts, member, *spread])
        return float(wait) / 1000

    def block(self, organisation_id: str, seconds: float, *, app: str = "") -> None:
        """See `ports.infrastructure.Limiter`."""
        keys = _keys(organisation_id, app, "blocked")
        with _answering():
            self._block(keys=keys, args=[max(1, int(seconds * 1000))])

    def heard(
        self,
        organisation_id: str,
        *,
        app: str = "",
        minute_left: int | None = None,
        day_left: int | None = None,
        app_left: int | None = None,
    ) -> None:
        """See `ports.infrastructure.Limiter`."""
        limits = self._limits
        if app_left is not None and app_left <= limits.app_reserved:
            self.block("", limits.app_pause, app=app)
        keys = _keys(organisation_id, app, "minute", "low", "day", "most")
        minute = [int(limits.minute * 1000), limits.may_begin(by_person=True), limits.tolerance]
        told = [-1 if left is None else left for left in (minute_left, day_left)]
        known = [int(limits.day_known * 1000), DAY_RESERVED, DAY_PART]
        with _answering():
            self._heard(keys=keys, args=[*minute, *told, *known, uuid.uuid4().hex])

    def left(self, organisation_id: str, *, app: str = "") -> Quota:
        """See `ports.infrastructure.Limiter`."""
        keys = _keys(organisation_id, app, "minute", "blocked")
        keys += [*_keys("", app, "blocked"), *_keys(organisation_id, app, "day")]
        with _answering():
            begun, wait, day = self._left(keys=keys, args=[int(self._limits.minute * 1000)])
        return Quota(
            minute=max(0, self._limits.may_begin(by_person=True) - int(begun)),
            day=None if day is None else int(day),
            wait=float(wait) / 1000,
            turn=self._wait(organisation_id, app, "", by_person=False),
            a_minute=self._limits.rate,
        )


def _keys(organisation_id: str, app: str, *names: str) -> list[str]:
    """Names of keys; what stands in braces keeps an app's on one node of a cluster."""
    tag = f"mintsoft_xero:{{{app or organisation_id}}}:{place(organisation_id, app)}"
    return [f"{tag}:{name}" for name in names]


@contextmanager
def _answering() -> Iterator[None]:
    """Raises TryLater (MX-105) where Redis does not answer: nothing was sent to the target."""
    try:
        yield
    except RedisError as error:
        raise TryLater(
            code="MX-105",
            after=10,
            service="Redis",
            reason="it does not answer",
            detail=type(error).__name__,
        ) from None
