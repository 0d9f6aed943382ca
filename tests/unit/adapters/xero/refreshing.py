"""Processes beside the test's own that refresh one Grant at once: `DATABASE KEY XERO ROUNDS`.

Says, a line a round, the distinct access tokens that the eight of them got.
"""

import multiprocessing
import sys
from typing import Any

from .....adapters.xero.access.oauth import XeroLogin
from .....plugin.database.database import Database
from .....plugin.database.leases import SqlLeases
from .....plugin.database.vault import SqlVault
from .....plugin.ports.clock import SystemClock
from ....waiting import LONG

PROCESSES = 8


def refresh(url: str, key: str, xero: str, rounds: int, barrier: Any, got: Any) -> None:
    """Be one of them: refuse the token that is good now, at the same moment as all others."""
    database, clock = Database(url), SystemClock()
    for _ in range(rounds):
        login = XeroLogin(
            client_id="sandbox",
            grant_id="1",
            kind="consent",
            base_url=xero,
            identity_url=xero,
            login_url=xero,
            vault=SqlVault(database, key),
            leases=SqlLeases(database, clock),
            clock=clock,
        )
        stale = login.token()
        barrier.wait(LONG)
        got.put(login.renew(stale))
        barrier.wait(LONG)


def main(url: str, key: str, xero: str, rounds: str) -> None:
    """Start them, and say what they got."""
    context = multiprocessing.get_context("fork")
    barrier, got = context.Barrier(PROCESSES), context.Queue()
    given = (url, key, xero, int(rounds), barrier, got)
    all_of_them = [context.Process(target=refresh, args=given) for _ in range(PROCESSES)]
    for process in all_of_them:
        process.start()
    for _ in range(int(rounds)):
        tokens = {got.get(timeout=LONG) for _ in range(PROCESSES)}
        sys.stdout.write(" ".join(tokens) + "\n")
    for process in all_of_them:
        process.join(LONG)


if __name__ == "__main__":
    main(*sys.argv[1:])
