"""Free TCP ports on the loopback address."""

import errno
import socket

from .errors import PortInUse

_LOOPBACK = "127.0.0.1"
#: Ports given out by this process: none is given twice, though its server may not listen yet.
_given: set[int] = set()


def free_port(preferred: int) -> int:
    """Return `preferred` if it can be opened on 127.0.0.1, else a free port.

    Between this answer and the moment the server opens the port somebody else may take it; the
    server's own start then fails and says so. Within this process no port is given out twice.
    """
    port = preferred
    while port in _given or not _can_open(port):
        port = any_port()
    _given.add(port)
    return port


def require_port(port: int, name: str, setting: str) -> None:
    """Make sure that `port` can be opened on 127.0.0.1 for the program `name`.

    Raises:
        PortInUse: naming the port, the program and the `setting` that chooses another.
    """
    try:
        _open(port)
    except OSError as error:
        what = "is in use" if error.errno == errno.EADDRINUSE else "may not be opened"
        raise PortInUse(f"port {port} for {name} {what}: choose another with {setting}") from error


def _can_open(port: int) -> bool:
    try:
        _open(port)
    except OSError:
        return False
    return True


def any_port() -> int:
    """Return a free port of the kernel's choice: of many that begin at once, two rarely meet."""
    return _open(0)


def _open(port: int) -> int:
    """Open the port as servers do, and close it; return its number (the kernel's choice for 0)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # Else a port whose last connections are still in TIME_WAIT would count as taken.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((_LOOPBACK, port))
        return int(trial.getsockname()[1])
