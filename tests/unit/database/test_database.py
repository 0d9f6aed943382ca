"""The database: its tables, its transactions, and what it survives."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, insert, inspect, select, text

from ....plugin.database import database as database_module
from ....plugin.database.database import VERSION_TABLE, Database, _scripts
from ....plugin.database.tables import metadata, secret
from ....plugin.errors import SettingsError, TryLater
from .at_once import other_process


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return an empty database."""
    database = Database(database_url)
    yield database
    database.close()


def described(connection: Connection) -> dict[str, Any]:
    """All that a database says of our tables, in an order of its own."""
    found: dict[str, Any] = {}
    seen = inspect(connection)
    for name in seen.get_table_names():
        columns = {x["name"]: (str(x["type"]), x["nullable"]) for x in seen.get_columns(name)}
        checks = sorted((str(x["name"]), x["sqltext"]) for x in seen.get_check_constraints(name))
        unique = sorted(x["column_names"] for x in seen.get_unique_constraints(name))
        indexes = sorted((str(x["name"]), x["column_names"]) for x in seen.get_indexes(name))
        foreign = sorted(
            (x["constrained_columns"], x["referred_table"]) for x in seen.get_foreign_keys(name)
        )
        primary = seen.get_pk_constraint(name)["constrained_columns"]
        found[name] = [columns, checks, unique, indexes, foreign, primary]
    return found


def downgrade(connection: Connection) -> None:
    """Take all migrations back."""
    config, scripts = _scripts()

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._downgrade_revs("base", revision)

    with EnvironmentContext(config, scripts, fn=steps, destination_rev="base") as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE)
        environment.run_migrations()


def test_migrations_make_the_tables(database: Database) -> None:
    """What the migrations make is what tables.py says: columns, keys, checks and indexes."""
    database.upgrade()
    assert database.version() == database.newest_version()
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        migrated = described(connection)
        downgrade(connection)
        assert described(connection).keys() == {VERSION_TABLE}
        metadata.create_all(connection)
        made = described(connection)
    migrated[VERSION_TABLE] = made[VERSION_TABLE]
    assert migrated == made
    assert all(name.startswith("mintsoft_xero_") for name in made)


def test_upgrade_twice_and_after_a_downgrade(database: Database) -> None:
    """Upgrading again changes nothing; after a downgrade it makes the tables again."""
    assert database.version() is None
    database.upgrade()
    with database.transaction() as connection:
        connection.execute(insert(secret).values(name="a", ciphertext="b"))
    database.upgrade()
    with database.transaction() as connection:
        assert connection.scalar(select(secret.c.ciphertext)) == "b"
        downgrade(connection)
    database.upgrade()
    with database.transaction() as connection:
        assert connection.scalar(select(secret.c.ciphertext)) is None


def test_processes_upgrade_at_once(database_url: str) -> None:
    """Of processes that start at once on an empty database each finds the tables made."""
    with (
        other_process("upgrade", database_url) as one,
        other_process("upgrade", database_url) as two,
        other_process("upgrade", database_url) as three,
    ):
        others = (one, two, three)
        assert {other.hear() for other in others} == {"ready"}
        for other in others:
            other.say()
        assert {other.hear() for other in others} == {Database.newest_version()}


def test_tables_of_a_newer_version(database: Database) -> None:
    """Tables that a later version made are refused in a sentence, and left as they are."""
    database.upgrade()
    with database.transaction() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="newer than this version"):
        database.upgrade()
    assert database.version() == "9999"


def test_process_killed_in_a_transaction(database: Database, database_url: str) -> None:
    """A process killed in the middle of a transaction leaves nothing of it, and no lock."""
    database.upgrade()
    with other_process("transaction", database_url) as other:
        assert other.hear() == "inside"
        other.kill()
        with database.transaction() as connection:
            assert connection.scalar(select(secret.c.name)) is None
            connection.execute(insert(secret).values(name="half", ciphertext="whole"))


def test_failed_transaction_leaves_nothing(database: Database) -> None:
    """An exception in a transaction takes back all of it."""
    database.upgrade()
    with suppress(ZeroDivisionError), database.transaction() as connection:
        connection.execute(insert(secret).values(name="a", ciphertext="b"))
        raise ZeroDivisionError
    with database.transaction() as connection:
        assert connection.scalar(select(secret.c.name)) is None


def test_commits_survive_a_power_cut(tmp_path: Path) -> None:
    """On SQLite each commit is on the disk before it is answered, and readers are not blocked."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    with database.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


@pytest.mark.parametrize(
    "url",
    ["nonsense", "foo://bar", "postgresql+nodriver://h/x", "mysql://h/x", "postgresql://h:port/x"],
)
def test_address_that_is_none(url: str) -> None:
    """What is no database address, or needs a missing driver, is refused by the setting's name."""
    with pytest.raises(SettingsError, match="MINTSOFT_XERO_DATABASE_URL"):
        Database(url)


def test_a_database_that_another_program_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said to be locked, not to be out of reach, and works again when it is let go."""
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT", 50)
    file = tmp_path / "ledger.db"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for use in (database.upgrade, lambda: enter(database)):
            with pytest.raises(TryLater, match="is locked: another program") as caught:
                use()
            assert caught.value.code == "MX-106"
    enter(database)
    database.close()


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    """A file that may not grow is full, not out of reach; what was there stays."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    database.upgrade()

    def fill() -> None:
        with database.transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            connection.execute(insert(secret).values(name="a", ciphertext="b" * 100_000))

    with pytest.raises(TryLater, match="is full: there is no space") as caught:
        fill()
    assert caught.value.code == "MX-106"
    enter(database)
    database.close()


def enter(database: Database) -> None:
    """Begin a transaction, and end it."""
    with database.transaction():
        pass


def test_database_that_is_away(tmp_path: Path) -> None:
    """A database that can't be reached is said in a sentence, with nothing of its password."""
    missing = Database(f"sqlite:///{tmp_path / 'no' / 'folder' / 'ledger.db'}")
    away = Database("postgresql://someone:hunter2@127.0.0.1:1/x")
    for database in (missing, away):
        for use in (database.upgrade, database.version, database.transaction().__enter__):
            with pytest.raises(TryLater, match="The database can't be reached") as caught:
                use()
            assert "hunter2" not in f"{caught.value!r} {caught.value.detail}"
        database.close()
