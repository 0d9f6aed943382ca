"""The databases that a session may use: a file of SQLite, or a PostgreSQL cluster of its own."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text

from ...plugin.database.database import Database
from ..reserved_port import reserved_port
from .disk import Disk

RESTARTS_WITHIN = 30.0
#: Real seconds for which a disk is full.
TROUBLE_FOR = 1.5


class Databases(Protocol):
    """Makes a new database for each run, like one that was prepared; and can fail."""

    #: For the processes that use it.
    environment: dict[str, str]

    def first(self) -> str:
        """URL of the one that is prepared first, and copied for each run."""

    def fresh(self, name: str) -> str:
        """URL of a copy."""

    def trouble(self) -> None:
        """It can't be written for a moment."""

    def close(self) -> None:
        """Give everything back."""


class Sqlite:
    """Files; with `disk` on one that is full for a moment now and then."""

    def __init__(self, folder: Path, *, full_disk: bool) -> None:
        self._disk = Disk(folder / "disk") if full_disk else None
        self._folder = self._disk.folder if self._disk else folder / "databases"
        self._folder.mkdir(exist_ok=True)
        self.environment = self._disk.environment if self._disk else {}

    def first(self) -> str:
        return f"sqlite:///{self._folder / 'first.db'}"

    def fresh(self, name: str) -> str:
        for old in self._folder.glob("run-*"):
            old.unlink()
        file = self._folder / f"run-{name}.db"
        shutil.copy(self._folder / "first.db", file)
        return f"sqlite:///{file}"

    def trouble(self) -> None:
        if self._disk is not None:
            self._disk.fill()
            time.sleep(TROUBLE_FOR)
            self._disk.free()

    def close(self) -> None:
        if self._disk is not None:
            self._disk.remove()


class Postgresql:
    """A cluster of its own; its trouble is a SIGKILL of the server, and a restart."""

    environment: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, folder: Path) -> None:
        """Raises FileNotFoundError where no PostgreSQL is installed."""
        found = self.programs()
        if found is None:
            raise FileNotFoundError("no PostgreSQL server is installed")
        self._bin, self._last = found, ""
        self._folder, self._held = folder / "postgresql", ExitStack()
        self._port = self._held.enter_context(reserved_port())
        self._folder.mkdir()
        for above in (folder, *folder.parents[:2]):
            above.chmod(above.stat().st_mode | 0o011)
        if os.getuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self._start()

    @staticmethod
    def programs() -> Path | None:
        """The folder of the newest server's programs; None where there is none."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        on_path = shutil.which("initdb")
        return found[-1].parent if found else Path(on_path).parent if on_path else None

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> bool:
        command = [str(self._bin / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0

    def _start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log, end = str(self._folder / "log"), time.monotonic() + RESTARTS_WITHIN
        # The server's children of before must all have noticed its death.
        while not self._run("pg_ctl", "-D", self._data, "-l", log, "-w", "start", "-o", options):
            if time.monotonic() > end:
                raise TimeoutError(f"PostgreSQL does not start: see {log}")
            time.sleep(0.1)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{name}"

    def first(self) -> str:
        self._make("first", "template1")
        return self._url("first")

    def fresh(self, name: str) -> str:
        self._make(f"run{name}", "first")
        if self._last:
            self._say(f"DROP DATABASE IF EXISTS {self._last} WITH (FORCE)")
        self._last = f"run{name}"
        return self._url(self._last)

    def _make(self, name: str, like: str) -> None:
        self._say(f"CREATE DATABASE {name} TEMPLATE {like}")

    def _say(self, words: str) -> None:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(words))
        engine.dispose()

    def trouble(self) -> None:
        server = (self._folder / "data" / "postmaster.pid").read_text().split()[0]
        os.kill(int(server), signal.SIGKILL)
        self._start()

    def close(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")
        self._held.close()


def prepare(url: str) -> None:
    """Make the tables of a first database."""
    database = Database(url)
    database.upgrade()
    database.close()
