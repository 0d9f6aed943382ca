"""Free TCP ports of this machine, under every address that the name localhost may mean."""

import errno
import socket

from .errors import PortInUse

#: Servers listen at the first. A browser that is told ``localhost`` tries the second before it,
#: and would show another program's pages where one listens there.
_LOOPBACKS = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
#: Ports given out by this process: none is given twice, though its server may not listen yet.
_given: set[int] = set()


def free_port(preferred: int) -> int:
    """Return `preferred` if it can be opened on this machine, else a free port.

    Between this answer and the moment the server opens the port somebody else may take it; the
    server's own start then fails and says so. Within this process no port is given out twice.
    """
    port = preferred
    while port in _given or not _can_open(port):
        port = _any_port()
    _given.add(port)
    return port


def require_port(port: int, name: str, setting: str) -> None:
    """Make sure that `port` can be opened on this machine for the program `name`.

    Raises:
        PortInUse: naming the port, the program and the `setting` that chooses another.
    """
    try:
        _open(port)
    except OSError as error:
        raise PortInUse(port, name, setting, error) from error


def _any_port() -> int:
    """A free port of the kernel's choice: of many that begin at once, two rarely meet."""
    port = _open_at(socket.AF_INET, 0)
    while not _can_open(port):
        port = _open_at(socket.AF_INET, 0)
    return port


def _can_open(port: int) -> bool:
    try:
        _open(port)
    except OSError:
        return False
    return True


def _open(port: int) -> None:
    """Open the port as servers do, under each address, and close it.

    Raises:
        OSError: it can't be opened.
    """
    _open_at(socket.AF_INET, port)
    try:
        _open_at(socket.AF_INET6, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise
        # Otherwise this machine has no such address, and nobody can listen there.


def _open_at(family: socket.AddressFamily, port: int) -> int:
    """Open the port and close it; return its number (the kernel's choice for 0)."""
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        # Else a port whose last connections are still in TIME_WAIT would count as taken.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((_LOOPBACKS[family], port))
        return int(trial.getsockname()[1])
