"""Take every port that is usual for us, and run a command meanwhile.

    python -m mintsoft_xero.tests.usual_ports make test

So runs the suite beside a demo, another checkout or somebody's own Redis: a test that relies on a
usual port fails. What is taken already stays with whoever has it. At each of our ports a server
answers everything kindly, so that nobody may take "it answers" for "it is ours".
"""

import itertools
import re
import selectors
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Where a port can be taken. The first two are all addresses of this machine, of either family.
EVERYWHERE = ("0.0.0.0", "::", "127.0.0.1", "::1")
#: Of the services that we use, where no address of ours says a port: PostgreSQL and Redis.
OF_SERVICES = {5432, 6379}
#: What says a port: a constant, and an address in a default, an error or the documentation.
_SAYS = (
    re.compile(r"^_?(?:[A-Z]+_)*PORT(?:: \w+)? = (\d+)$", re.MULTILINE),
    re.compile(r"://(?:[^\s/@]+@)?(?:localhost|127\.0\.0\.1|\[::1\]|HOST):(\d+)\b"),
)


def usual_ports() -> set[int]:
    """The ports that somebody gets who asks for none, as code and documentation say them."""
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    texts += [file for part in ("plugin", "adapters") for file in (ROOT / part).rglob("*.py")]
    said = (
        pattern.findall(text.read_text(encoding="utf-8")) for text in texts for pattern in _SAYS
    )
    return OF_SERVICES | {int(port) for found in said for port in found}


class _Kind(BaseHTTPRequestHandler):
    """Says 200 to everything."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - named by the library

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Kind)

    def server_bind(self) -> None:
        """Leave the addresses of the other family to their own server."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()

    def handle_error(self, *_: object) -> None:
        """Whoever spoke something else than HTTP has got what he gets."""


@contextmanager
def taken(ports: set[int], hosts: Sequence[str] = EVERYWHERE) -> Iterator[set[int]]:
    """Hold the ports at each of the addresses, as far as nobody else does; those that we got."""
    got = set()
    with ExitStack() as held:
        ending, end = map(held.enter_context, socket.socketpair())
        ready = held.enter_context(selectors.DefaultSelector())
        ready.register(ending, selectors.EVENT_READ)
        for host, port in itertools.product(hosts, ports):
            with suppress(OSError):  # somebody has it, or this machine has no such address
                server = held.enter_context(_Server(host, port))
                ready.register(server, selectors.EVENT_READ, server.handle_request)
                got.add(port)
        answering = threading.Thread(target=_answer, args=(ready,))
        answering.start()
        held.callback(answering.join)
        held.callback(end.send, b"!")
        yield got


def _answer(ready: selectors.BaseSelector) -> None:
    """Answer whoever calls, until the end is said."""
    while True:
        for key, _ in ready.select():
            if key.data is None:
                return
            key.data()


def run(command: Sequence[str]) -> int:
    """Run a command to its end; its exit code, of a signal as shells count it."""
    with subprocess.Popen(command) as process:
        # Ctrl-C reaches the command by itself; what is sent to this process, it passes on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    return 128 - code if code < 0 else code


def main() -> None:
    """Run what the command line says, with the ports taken."""
    with taken(usual_ports()) as got:
        print(f"Taken: {', '.join(map(str, sorted(got)))}.", flush=True)  # noqa: T201
        sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
