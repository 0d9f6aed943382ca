"""Who holds a claim or a lease, and whether that process still lives."""

import sys

import pytest

from ....plugin.database.process_token import certainly_dead, new_token
from .at_once import other_process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_living_process_is_not_dead() -> None:
    """A process that lives, this one or another, is not dead; its tokens differ each time."""
    assert not certainly_dead(new_token())
    assert new_token() != new_token()
    assert len(new_token()) <= 100
    with other_process("token") as other:
        assert not certainly_dead(other.hear())


@pytest.mark.parametrize("reap", [True, False])
def test_killed_process_is_dead(*, reap: bool) -> None:
    """A killed process is dead at once, even before its parent has asked about its end."""
    with other_process("token") as other:
        token = other.hear()
        other.kill(reap=reap)
        assert certainly_dead(token)


def test_number_given_to_another_process() -> None:
    """A process that has the pid of a dead one does not keep that one's claims alive."""
    place, pid, _, rest = new_token().split("/")
    assert certainly_dead(f"{place}/{pid}/1/{rest}")


@pytest.mark.parametrize("pid", ["0", "-1", "²", "x", "", "9" * 30])
def test_garbage_is_not_known_to_be_dead(pid: str) -> None:
    """Of a token that can't be read, or of another machine, nothing is known: only time tells."""
    place, own, started, rest = new_token().split("/")
    assert not certainly_dead(f"{place}/{pid}/{started}/{rest}")
    assert not certainly_dead(f"elsewhere/{own}/1/{rest}")
    assert not certainly_dead(pid)
