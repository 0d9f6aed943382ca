"""The stand-in broker, run as a script: fakeredis behind a unix socket.

Only for a trial on a machine without any server: slow (about ten tasks a second), and what is
queued is lost when it ends. No order is: the ledger is the truth, not the broker.
"""

import os
import socket
import sys
from itertools import count
from pathlib import Path

from fakeredis import TcpFakeServer

_WARNING = "WARNING: a stand-in for a broker; slow, and it forgets everything when it stops"


class FakeBroker(TcpFakeServer):
    """The TCP server of fakeredis, on a unix socket."""

    address_family = socket.AF_UNIX
    request_queue_size = 128  # else several programs that start at once are refused

    def __init__(self, path: str) -> None:
        self._numbers = count(1)
        super().__init__(path)  # type: ignore[arg-type]

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Give each connection an address, by which fakeredis tells its clients apart."""
        connection, _ = self.socket.accept()
        return connection, ("unix", next(self._numbers))


def main() -> None:
    """Serve on the path given as the only argument until killed."""
    path = Path(sys.argv[1])
    path.unlink(missing_ok=True)
    os.umask(0o077)
    sys.stderr.write(f"{_WARNING}\n")
    FakeBroker(str(path)).serve_forever()


if __name__ == "__main__":
    main()
