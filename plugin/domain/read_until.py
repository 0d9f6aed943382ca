"""Read until: up to which moment another side was read, by its own clock.

A cursor that followed this machine's clock would pass over what changes there while that clock is
fast. The newest change that was read is the other side's own word, and nothing later was missed.
"""

from collections.abc import Iterable
from datetime import datetime


def read_until(
    newest: Iterable[datetime], begun: datetime, before: datetime | None
) -> datetime | None:
    """The moment from which to read on next time; inclusive, so that nothing lies between.

    Args:
        newest: when what was read was changed, by the other side's clock.
        begun: when the reading began, by this machine's. A change later than that is of a clock
            that is ahead, or of a damaged one, and must not lead the cursor into the future.
        before: where the cursor stood; where nothing was read it stays there.
    """
    found = max(newest, default=None)
    if found is None:
        return before
    latest = min(found, begun)
    return latest if before is None else max(before, latest)
