"""Running the demo as a person does, and looking into the simulators' files by oneself."""

import json
import os
import signal
import sqlite3
import subprocess
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...plugin.processes.launch import program_command
from ...plugin.sandbox.day import Day
from ...plugin.sandbox.serve import Beginning
from ..waiting import MARK, eventually, marked

#: Number of the order, total, currency.
Document = tuple[str, Decimal, str]


class DemoRuns:
    """Runs of the demo in one HOME; all their processes carry a mark."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.mark = uuid.uuid4().hex
        self.environment = {**os.environ, "MINTSOFT_XERO_HOME": str(home), MARK: self.mark}

    def command(self, *arguments: str, within: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        command = program_command(*arguments)
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    @contextmanager
    def started(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """A command that runs; what it says on standard error can be read."""
        with subprocess.Popen(
            program_command(*arguments),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def processes(self) -> dict[int, str]:
        return marked(self.mark)

    def await_end(self) -> None:
        eventually(lambda: not self.processes(), "the end of all processes")

    def kill_leftovers(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)

    def outcomes(self) -> dict[str, dict[str, Any]]:
        """What the ledger says, by the order's ID."""
        told = self.command("outcomes", "demo", "--json")
        assert told.returncode == 0, told.stderr
        rows = [json.loads(line) for line in told.stdout.splitlines()]
        return {row["source_id"]: row for row in rows}

    def day(self) -> Day:
        """The orders of the simulated Mintsoft and their answer key."""
        kept = json.loads((self.home / "sandbox" / "day.json").read_text())
        return Beginning(**kept).day()

    def in_xero(self) -> Counter[Document]:
        """Every sales invoice of the simulated Xero, by the number of the order it is for."""
        numbers = {f"{x['OrderNumber']}-{x['ID']}": x["OrderNumber"] for x in self.day().orders}
        with sqlite3.connect(self.home / "sandbox" / "xero.db") as file:
            rows = file.execute("SELECT body FROM document WHERE kind = 'xero_invoice'").fetchall()
        file.close()
        invoices = [json.loads(body) for (body,) in rows]
        return Counter(
            (
                numbers.get(invoice["InvoiceNumber"], invoice["InvoiceNumber"]),
                Decimal(invoice["Total"]),
                invoice["CurrencyCode"],
            )
            for invoice in invoices
        )

    def due_in_xero(self) -> Counter[Document]:
        """What should be there: by hand before, and one for each order to be exported."""
        day = self.day()
        expected = [(order, day.expected[str(order["ID"])]) for order in day.orders]
        return Counter(day.already_in_xero) + Counter(
            (order["OrderNumber"], key.gross, key.currency)
            for order, key in expected
            if key.state == "exported"
        )
