"""A process beside the test's own: `WHAT ARGUMENT...`. It says lines, and waits for lines."""

import sys
from pathlib import Path

from sqlalchemy import insert

from ....plugin.config import read_environment
from ....plugin.database.connections import Connections
from ....plugin.database.database import Database
from ....plugin.database.jobs import Jobs
from ....plugin.database.leases import SqlLeases
from ....plugin.database.ledger import SqlLedger
from ....plugin.database.process_token import new_token
from ....plugin.database.tables import secret
from ....plugin.domain.connections.job import JobName
from ....plugin.ports.clock import SystemClock
from ....plugin.testing.infrastructure import FakeClock


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def hear() -> None:
    sys.stdin.readline()


def claim(url: str, *ids: str) -> None:
    """Claim rows as soon as it is told to; says which it got."""
    database, clock = Database(url), FakeClock()
    connection = Connections(database, clock).named("one")
    say("ready")
    hear()
    ledger = SqlLedger(database, clock, who="other")
    claims = ledger.claim(connection, [int(x) for x in ids])
    say(" ".join(str(x.export_id) for x in claims))
    hear()


def transaction(url: str) -> None:
    """Begin a transaction, write something, and stay in the middle of it."""
    with Database(url).transaction() as held:
        held.execute(insert(secret).values(name="half", ciphertext="done"))
        say("inside")
        hear()


def hold(url: str, name: str, seconds: str) -> None:
    """Hold a lease until it is told to give it back."""
    with SqlLeases(Database(url), SystemClock()).hold(name, seconds=float(seconds), wait=10):
        say("held")
        hear()
    say("given back")


def job(url: str) -> None:
    """Begin the first connection's export of orders, and never end it."""
    assert Jobs(Database(url), FakeClock()).begin(1, JobName.EXPORT_ORDERS)
    say("begun")
    hear()


def turns(url: str, name: str, shared: str, count: str) -> None:
    """Take a lease many times, each time adding to a file that nobody else may touch then."""
    leases, file = SqlLeases(Database(url), SystemClock()), Path(shared)
    say("ready")
    hear()
    for _ in range(int(count)):
        with leases.hold(name, seconds=30, wait=30):
            number = int(file.read_text() or 0)
            file.write_text("")
            file.write_text(str(number + 1))
    say("done")


def upgrade(url: str) -> None:
    """Make the tables as soon as it is told to."""
    database = Database(url)
    say("ready")
    hear()
    database.upgrade()
    say(str(database.version()))


def key(home: str) -> None:
    """Say the secret key of an installation."""
    say("ready")
    hear()
    say(read_environment({"MINTSOFT_XERO_HOME": home}).secret_key)


def token() -> None:
    """Say a holder's token, and live on."""
    say(new_token())
    hear()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
