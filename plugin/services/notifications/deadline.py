"""Deadline: an end to a conversation, however slowly the other side talks."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def deadline(found: Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """Shut a socket after so many seconds: a read then ends with nothing, a write with OSError.

    A socket's own time-out begins anew with each byte that arrives. `found` gives the socket
    once there is one.

    Raises:
        TimeoutError: in place of whatever the shut socket brought about.
    """
    passed = threading.Event()

    def end() -> None:
        passed.set()
        sock = found()
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception:
        if not passed.is_set():
            raise
    finally:
        timer.cancel()
    if passed.is_set():
        # Also when it seems to have gone well: half an answer may look like a whole one.
        raise TimeoutError
