"""What the cases share: each connection is played once, when its first case is asked for."""

from collections.abc import Callable
from functools import cache

import pytest

from .case import all_cases, by_connection
from .play import play

Played = Callable[[str, str], dict[str, list[str]]]


@pytest.fixture(scope="session")
def played() -> Played:
    """Return what is wrong with the cases of a connection, by name, for a `line_detail`."""
    groups = by_connection(all_cases())
    return cache(lambda connection, line_detail: play(groups[connection], line_detail))
