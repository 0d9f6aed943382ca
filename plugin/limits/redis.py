"""The limits kept in Redis: one script, one round trip, exact in any rolling minute."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from redis import Redis, RedisError

from ..errors import TryLater
from ..ports import Clock
from .rules import XERO, Limits
from .waiting import wait_for_turn

#: Answers 0 when the call may go, else milliseconds to wait. Redis' own clock is the only one.
#: The braces in the keys keep them on one node of a cluster.
_ASK = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local blocked = redis.call('PTTL', KEYS[3])
if blocked > 0 then return blocked end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms - ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ms)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return 50 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, oldest[2] + ARGV[1] - ms)
end
redis.call('ZADD', KEYS[1], ms, ARGV[5])
redis.call('ZADD', KEYS[2], ms + ARGV[4], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 0
"""

#: A block is never shortened: the longest that was asked for holds.
_BLOCK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
"""


class RedisLimiter:
    """`ports.Limiter` for all processes that share a Redis."""

    def __init__(self, redis: Redis, clock: Clock, limits: Limits = XERO) -> None:
        self._redis: Any = redis
        self._clock = clock
        self._limits = limits
        self._ask = self._redis.register_script(_ASK)
        self._block = self._redis.register_script(_BLOCK)

    @contextmanager
    def slot(self, organisation_id: str) -> Iterator[None]:
        """See `ports.Limiter`."""
        member, keys = uuid.uuid4().hex, self._keys(organisation_id)
        limits = self._limits

        def ask() -> float:
            arguments = [int(limits.minute * 1000), limits.a_minute, limits.at_once]
            with _answering():
                wait = self._ask(keys=keys, args=[*arguments, int(limits.lease * 1000), member])
            return float(wait) / 1000

        wait_for_turn(ask, limits, self._clock)
        try:
            yield
        finally:
            # Redis may have gone meanwhile; the place frees itself then.
            with suppress(RedisError):
                self._redis.zrem(keys[1], member)

    def block(self, organisation_id: str, seconds: float) -> None:
        """See `ports.Limiter`."""
        key = self._keys(organisation_id)[2]
        with _answering():
            self._block(keys=[key], args=[max(1, int(seconds * 1000))])

    def _keys(self, organisation_id: str) -> list[str]:
        tag = f"mintsoft_xero:{{{organisation_id}}}"
        return [f"{tag}:minute", f"{tag}:out", f"{tag}:blocked"]


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
