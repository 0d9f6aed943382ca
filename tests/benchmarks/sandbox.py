"""What the simulated Xero costs, beside what costs what it is used to measure.

    make bench        (or: python -m mintsoft_xero.tests.benchmarks.sandbox)

Two figures, each a ratio to a peer of the same run, since seconds depend on the machine:

- CPU of the sandbox for a PUT of 50 invoices, to the CPU of our client that builds them from
  orders, checks and sends them, and reads the answer. Below 1: the sandbox is not what a
  benchmark measures.
- Small GETs a second from one process, to those of a bare Flask page under the same server.
"""

# ruff: noqa: T201 (it is there to print)

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import requests

from ...adapters.xero.api.client import XeroClient
from ...adapters.xero.target import XeroTarget
from ...plugin.domain.connections.mapping import Mapping, assumptions
from ...plugin.domain.exports.outcome import OutcomeKind
from ...plugin.domain.invoices.invoice_building import build_invoice
from ...plugin.domain.invoices.terms import Terms
from ...plugin.domain.orders.order import Order
from ...plugin.ports.clock import SystemClock
from ...plugin.ports.target import Numbered
from ...plugin.processes.launch import program_command
from ...plugin.processes.ports import free_port
from ...plugin.testing.infrastructure import FakeClock, FakeLimiter
from ..unit.orders import a_line, an_order

BATCH = 50
PUTS = 40
LINES = 3
GETS = 6000
SENDERS = 4
_TICK = os.sysconf("SC_CLK_TCK")

_BARE = """
import sys
from flask import Flask
from waitress import serve
app = Flask("bare")
app.add_url_rule("/<path:path>", "page", lambda path: {"a": 1})
serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=16)
"""


class _Token:
    """A login that has its token already."""

    app = "custom"

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:
        raise AssertionError(stale)

    def opens(self, organisation_id: str) -> bool:
        raise AssertionError(organisation_id)


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """A server process; its id."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "MINTSOFT_XERO_HOME": home}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            until = time.monotonic() + 30
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if time.monotonic() > until or process.poll() is not None:
                        raise
                    time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()
            process.wait(10)


def token_of(base: str) -> str:
    """An access token of the custom connection."""
    form = {"grant_type": "client_credentials"}
    answer = requests.post(
        f"{base}/connect/token", data=form, auth=("custom", "custom"), timeout=10
    )
    return str(answer.json()["access_token"])


def orders_of(batch: int) -> list[Order]:
    """Orders as an ordinary day has them."""
    lines = tuple(a_line(line_id=str(i)) for i in range(LINES))
    gross = Decimal("24.00") * LINES
    return [
        an_order(f"{batch}-{i}", number=f"BENCH-{batch}-{i}", lines=lines, stated_gross=gross)
        for i in range(BATCH)
    ]


def puts(base: str, pid: int) -> tuple[float, float]:
    """Milliseconds of CPU of one PUT of 50: the sandbox's, and the client's."""
    client = XeroClient(
        base,
        login=_Token(token_of(base)),
        organisation_id="",
        limiter=FakeLimiter(FakeClock()),
        clock=SystemClock(),
    )
    target = XeroTarget(client)
    organisation = target.organisation()
    mapping = Mapping(assumptions(organisation))
    contact_id = str(target.contacts(["Shop"])["Shop"])
    day = datetime.now(UTC).date()
    terms = Terms(
        contact="Shop",
        contact_id=contact_id,
        date=day,
        due_date=day,
        status="AUTHORISED",
        rounding_limit=Decimal("0.05"),
    )
    batches = [orders_of(i) for i in range(PUTS)]
    theirs, ours = cpu(pid), time.process_time()
    for key, orders in enumerate(batches):
        invoices = [build_invoice(order, mapping, terms) for order in orders]
        for invoice in invoices:
            target.check(invoice, organisation)
        numbers = [order.number for order in orders]
        batch = [
            Numbered(number=number, contact_id=contact_id, invoice=invoice)
            for number, invoice in zip(numbers, invoices, strict=True)
        ]
        outcomes = target.send(target.prepare(batch), f"bench-{key}", numbers)
        assert all(x.kind is OutcomeKind.EXPORTED for x in outcomes.values()), outcomes
    ours, theirs = time.process_time() - ours, cpu(pid) - theirs
    return theirs * 1000 / PUTS, ours * 1000 / PUTS


def gets(port: int, path: str, headers: str) -> float:
    """GETs a second, asked over a few kept connections by as little code as possible."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            for _ in range(GETS // SENDERS):
                connection.sendall(request)
                read_one(connection)

    senders = [threading.Thread(target=ask) for _ in range(SENDERS)]
    begun = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return GETS / (time.perf_counter() - begun)


def read_one(connection: socket.socket) -> None:
    """Read one answer with a Content-Length, and see that it is a 200."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(65536)


def main() -> None:
    """Measure, and print each figure."""
    port, other = free_port(18092), free_port(18093)
    options = [
        "--xero-port",
        str(port),
        "--mintsoft-port",
        str(free_port(18091)),
        "--limits",
        "off",
    ]
    base = f"http://127.0.0.1:{port}"
    with running(program_command("sandbox", *options), port) as pid:
        sandbox, client = puts(base, pid)
        print(
            f"PUT of {BATCH} invoices of {LINES} lines, {PUTS} times: sandbox {sandbox:.1f} ms of"
            f" CPU, client {client:.1f} ms: ratio {sandbox / client:.2f}"
        )
        headers = f"Authorization: Bearer {token_of(base)}\r\nAccept: application/json\r\n"
        before = cpu(pid)
        rate = gets(port, "/api.xro/2.0/Invoices/BENCH-0-0", headers)
        each = (cpu(pid) - before) * 1000 / GETS
    with running([sys.executable, "-c", _BARE, str(other)], other):
        bare = gets(other, "/Invoices", "")
    print(
        f"GET of one invoice, {SENDERS} at once, {GETS} in all: {rate:.0f} a second from one"
        f" process ({each:.2f} ms of its CPU each); a bare Flask page {bare:.0f}:"
        f" ratio {rate / bare:.2f}"
    )


if __name__ == "__main__":
    main()
