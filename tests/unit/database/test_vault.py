"""The vault: secrets that nobody reads without the key, and that survive a change of it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from ....plugin.database.database import Database
from ....plugin.database.vault import DraftVault, SqlVault
from ....plugin.errors import SettingsError
from .at_once import at_once

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a database with its tables."""
    database = Database(database_url)
    database.upgrade()
    yield database
    database.close()


def test_secrets_are_kept_replaced_and_forgotten(database: Database) -> None:
    """A secret is read as it was last kept; what was forgotten, or never kept, is None."""
    vault = SqlVault(database, OLD)
    assert vault.read("password") is None
    vault.forget("password")
    vault.keep("password", "first")
    vault.keep("password", "zweites, mit ß und 🔑")
    assert SqlVault(database, OLD).read("password") == "zweites, mit ß und 🔑"
    vault.forget("password")
    assert vault.read("password") is None


def test_many_that_keep_one_secret(database: Database) -> None:
    """Of many that keep a new secret at once, one has the last word and none fails."""
    vault = SqlVault(database, OLD)
    at_once(*(partial(vault.keep, "token", str(x)) for x in range(8)))
    assert vault.read("token") in set("01234567")


def test_key_is_rotated(database: Database) -> None:
    """With the new key before the old one, all is read and what is kept needs only the new one."""
    SqlVault(database, OLD).keep("a", "1")
    both = SqlVault(database, f"{NEW}, {OLD}")
    assert both.read("a") == "1"
    both.keep("a", both.read("a") or "")
    assert SqlVault(database, NEW).read("a") == "1"


def test_wrong_key_is_said(database: Database) -> None:
    """A secret that another key kept can't be opened; the fix says where the old key goes."""
    SqlVault(database, OLD).keep("a", "1")
    with pytest.raises(SettingsError, match="another key") as caught:
        SqlVault(database, NEW).read("a")
    assert "behind the new one" in caught.value.fix


@pytest.mark.parametrize(
    "keys",
    ["", "short", f"{OLD},", f"{OLD};{NEW}", "é" * 44],
    ids=["none", "short", "comma at the end", "semicolon", "letters"],
)
def test_key_that_is_none(database: Database, keys: str) -> None:
    """What is no key is refused by the setting's name, without being repeated."""
    with pytest.raises(SettingsError, match="MINTSOFT_XERO_SECRET_KEY") as caught:
        SqlVault(database, keys)
    assert OLD not in f"{caught.value!r} {caught.value.fix} {caught.value.detail}"


def test_nothing_of_a_secret_on_disk_or_in_repr(tmp_path: Path) -> None:
    """Neither the database's files nor what is printed of a vault hold a secret or the key."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    database.upgrade()
    vault = SqlVault(database, OLD)
    vault.keep("password", "correct horse battery staple")
    draft = DraftVault(vault)
    draft.keep("password", "correct horse battery staple")
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"password" in files
    for word in ("correct horse", "staple", OLD):
        assert word.encode() not in files
        assert word not in f"{vault!r} {draft!r} {vars(vault)!r}"
    database.close()


def test_draft_is_kept_only_when_all_went_well(database: Database) -> None:
    """A draft reads through, writes nothing below, and makes all of it durable at once asked."""
    vault = SqlVault(database, OLD)
    vault.keep("old", "1")
    vault.keep("other", "2")
    draft = DraftVault(vault)
    draft.keep("new", "3")
    draft.forget("old")
    assert [draft.read(x) for x in ("old", "other", "new")] == [None, "2", "3"]
    assert [vault.read(x) for x in ("old", "other", "new")] == ["1", "2", None]
    draft.keep_all()
    assert [vault.read(x) for x in ("old", "other", "new")] == [None, "2", "3"]
