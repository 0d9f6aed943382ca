"""Eight processes that refresh one Grant at the same moment, judged by what Xero was asked.

A short form; ``MINTSOFT_XERO_REFRESHES=1000`` runs that many rounds.
"""

import os
import subprocess
from pathlib import Path

from cryptography.fernet import Fernet

from .....plugin.database.database import Database
from .....plugin.database.vault import SqlVault
from .....plugin.processes.launch import module_command
from .sandbox import Sandbox

ROUNDS = int(os.environ.get("MINTSOFT_XERO_REFRESHES", "5"))

#: Seconds that a round may take at the most.
A_ROUND = 5


def test_eight_processes_refresh_once(sandbox: Sandbox, tmp_path: Path) -> None:
    """Eight processes whose token is refused at one moment refresh it once, and all go on."""
    url, key = f"sqlite:///{tmp_path / 'ledger.db'}", Fernet.generate_key().decode()
    database = Database(url)
    database.upgrade()
    vault = SqlVault(database, key)
    vault.keep("grant:1:client_secret", "sandbox")
    # The processes go by the real time, the sandbox and this login by one that stands still.
    login = sandbox.consented(vault=vault)
    before = refreshes(sandbox)
    command = module_command(
        "tests.unit.adapters.xero.refreshing", url, key, sandbox.url, str(ROUNDS)
    )
    told = subprocess.run(
        command, capture_output=True, text=True, timeout=100 + A_ROUND * ROUNDS, check=True
    ).stdout
    tokens = [line.split() for line in told.splitlines()]
    assert [len(each) for each in tokens] == [1] * ROUNDS
    assert len({each[0] for each in tokens}) == ROUNDS
    # One a round; and one before the first, as the kept token ended long ago by the real time.
    assert refreshes(sandbox) - before in {ROUNDS, ROUNDS + 1}
    assert login.connections(tokens[-1][0])
    database.close()


def refreshes(sandbox: Sandbox) -> int:
    """Return how many calls of the token endpoint there were."""
    calls: dict[str, int] = sandbox.state()["calls"]
    return sum(count for call, count in calls.items() if "/connect/token" in call)
