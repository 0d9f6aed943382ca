"""The database: SQLite in HOME by default, PostgreSQL by URL."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from ..errors import SettingsError, TryLater

#: How long a writer waits for another one, in milliseconds.
BUSY_TIMEOUT = 30_000

#: Seconds until a server that does not answer is taken for unreachable.
CONNECT_TIMEOUT = 10

#: Fragment of the driver's words -> what is the matter, where that is no outage.
PROBLEMS = (
    ("locked", "is locked: another program holds its file"),
    ("disk is full", "is full: there is no space left on its disk"),
    ("no space left", "is full: there is no space left on its disk"),
    ("readonly", "can't be written: its file is read-only"),
)

VERSION_TABLE = "mintsoft_xero_version"


class Database:
    """An engine, and the one way to a transaction."""

    def __init__(self, url: str) -> None:
        """`url`: any SQLAlchemy URL; ``postgresql://`` is spoken with psycopg 3.

        Raises:
            SettingsError: the URL can't be read, or its driver is not installed.
        """
        try:
            self.engine = _engine(url)
        except (ArgumentError, ImportError, ValueError) as error:
            raise SettingsError(
                "MINTSOFT_XERO_DATABASE_URL can't be used: it is no database address, or the"
                " driver that it names is not installed",
                fix="Use sqlite:///PATH, or postgresql://USER@HOST/NAME with the extra"
                " 'postgresql' installed.",
                detail=type(error).__name__,
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on an exception.

        Keep it short, and never make a call to another service inside.

        Raises:
            TryLater: the database can't be reached, or stays locked; nothing was changed.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise _away("it did not do its work", error) from error

    def upgrade(self) -> None:
        """Bring the tables to the newest version; nothing happens when they are.

        Raises:
            TryLater: the database can't be reached or written.
            SettingsError: its tables are newer than this code.
        """
        try:
            with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    # Two processes may start at once; SQLite's write lock does the same.
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7326920)")
                _migrate(connection)
        except SQLAlchemyError as error:
            raise _away("it did not accept the tables", error) from error
        except CommandError as error:
            raise SettingsError(
                "The database's tables are newer than this version of the plugin",
                fix="Install the version that made them, or a later one.",
                detail=str(error),
            ) from None

    def version(self) -> str | None:
        """The version of the tables; None for a database without them.

        Raises:
            TryLater: the database can't be reached.
        """
        try:
            with self.engine.connect() as connection:
                options = {"version_table": VERSION_TABLE}
                return MigrationContext.configure(connection, opts=options).get_current_revision()
        except SQLAlchemyError as error:
            raise _away("it does not answer", error) from error

    @staticmethod
    def newest_version() -> str | None:
        """The version that this code needs."""
        return _scripts()[1].get_current_head()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _away(reason: str, error: SQLAlchemyError) -> TryLater:
    """The database can't be used; the log gets the driver's words, without any values."""
    detail = str(getattr(error, "orig", None) or type(error).__name__)
    problem = next((said for words, said in PROBLEMS if words in detail.lower()), "")
    if problem:
        return TryLater(code="MX-106", after=60, problem=problem, detail=detail)
    return TryLater(code="MX-105", after=60, service="The database", reason=reason, detail=detail)


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config, ScriptDirectory.from_config(config)


def _migrate(connection: Connection) -> None:
    """Run what is missing. No env.py: alembic loads that by path, where imports fail."""
    config, scripts = _scripts()

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001 - alembic's own commands do so

    with EnvironmentContext(config, scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE)
        environment.run_migrations()


def _engine(url: str) -> Engine:
    # A bare postgresql:// means psycopg 2 to SQLAlchemy; the extra installs psycopg 3.
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    if not url.startswith("sqlite"):
        wait = {"connect_timeout": CONNECT_TIMEOUT} if "psycopg" in url else {}
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=wait)
    # Parameters are customers' data: they stay out of the texts of errors.
    busy = {"timeout": BUSY_TIMEOUT / 1000}
    engine = create_engine(url, hide_parameters=True, connect_args=busy)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL with full sync: a commit that was answered survives a power cut (runtime.md 5)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """Switch to WAL; for this one lock of a new file SQLite itself does not wait."""
    end = time.monotonic() + BUSY_TIMEOUT / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a deferred transaction fails where it should wait."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
