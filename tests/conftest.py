"""What every test may rely on: the package's name, no network, and services that may be missing."""

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

ROOT = Path(__file__).resolve().parent.parent
#: Which of the processes that run tests beside each other this one is: 0, 1 ...
BESIDE = int(os.environ["PYTEST_XDIST_WORKER"][2:]) if "PYTEST_XDIST_WORKER" in os.environ else None

if not ROOT.name.isidentifier():
    message = (
        f"This checkout's folder is called {ROOT.name!r}, but Python takes the folder's name for "
        "the package's: rename it to mintsoft_xero, or run `make test`, which copes."
    )
    raise pytest.UsageError(message)


def _is_here(host: object) -> bool:
    """Tell whether a host's name or address is this machine's loopback."""
    name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, args: Sequence[Any]) -> None:
    """Refuse whatever would leave this machine or open it to others, name look-ups included.

    An audit hook sees the calls of every library. The error is not an OSError, so that no code
    under test mistakes it for an outage and carries on.
    """
    if event in {"socket.connect", "socket.sendto", "socket.bind"}:
        sock, address = args
        if sock.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = address[0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = args[0]
        if host is None:
            return
    else:
        return
    if not _is_here(host):
        message = f"A test reached for the network: {event} {host!r}. Only loopback is allowed."
        raise RuntimeError(message)


sys.addaudithook(_refuse_network)

# Who runs the tests in the background of a script, or under nohup, has these ignored, and so
# would each process that they start: tests that send them would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def service_missing(reason: str) -> NoReturn:
    """Skip the test for want of a service; with MINTSOFT_XERO_NO_SKIP set, as in CI, fail it."""
    if os.environ.get("MINTSOFT_XERO_NO_SKIP"):
        pytest.fail(f"{reason} (MINTSOFT_XERO_NO_SKIP forbids skipping)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty MINTSOFT_XERO_HOME that only its owner can read."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder with what both APIs' makers publish, which is not ours to ship."""
    given = os.environ.get("MINTSOFT_XERO_REFERENCE")
    folder = Path(given) if given else ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        service_missing("no API descriptions: set MINTSOFT_XERO_REFERENCE to their folder")
    return folder


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """Return the SQLAlchemy URL of a PostgreSQL database that tests may fill and empty."""
    given = os.environ.get("MINTSOFT_XERO_TEST_POSTGRESQL_URL")
    if not given:
        service_missing("no PostgreSQL: set MINTSOFT_XERO_TEST_POSTGRESQL_URL")
    if BESIDE is None:
        return given
    url = make_url(given)
    mine = url.set(database=f"{url.database}_{BESIDE}")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        there = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.scalar(there, {"name": mine.database}) is None:
            connection.exec_driver_sql(f'CREATE DATABASE "{mine.database}"')
    return mine.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Return the URL of a Redis server that tests may fill and empty."""
    given = os.environ.get("MINTSOFT_XERO_TEST_REDIS_URL")
    if not given:
        service_missing("no Redis: set MINTSOFT_XERO_TEST_REDIS_URL")
    server, _, number = given.rpartition("/")
    return given if BESIDE is None else f"{server}/{int(number) + 2 * (BESIDE + 1)}"
