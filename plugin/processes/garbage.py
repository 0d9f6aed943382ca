"""Garbage: how seldom a worker looks for objects that only refer to each other."""

import gc

#: Objects made since the last look at the youngest, and looks until the older ones have theirs.
_YOUNG, _OLDER, _OLDEST = 50_000, 20, 100


def collect_seldom() -> None:
    """Look for such garbage seldom: a batch makes a hundred thousand objects, nearly all alive.

    What the process has so far is never looked at again. Children inherit all of it. Python's own
    thresholds, meant for small programs, take a good part of an export's CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _OLDER, _OLDEST)
