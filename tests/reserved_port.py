"""A port that a test's own server opens later."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A free port of 127.0.0.1 that the kernel gives to nobody else meanwhile.

    It is bound and never listened to: servers, which allow an address to be used again, can open
    it; whoever asks for any port gets another one.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def has_ipv6() -> bool:
    """Whether this machine has a loopback address of the newer family."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
