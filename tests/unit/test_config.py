"""The settings of an installation: read once, checked, and its files for its user alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from ...plugin.config import read_environment
from ...plugin.errors import SettingsError
from .database.at_once import other_process


@pytest.fixture(autouse=True)
def nothing_is_set() -> Iterator[None]:
    """Take our variables out of the environment for the time of a test."""
    ours = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("MINTSOFT_")}
    yield
    for name in [name for name in os.environ if name.startswith("MINTSOFT_")]:
        del os.environ[name]
    os.environ.update(ours)


def given(home: Path, **values: str) -> dict[str, object]:
    """What a Flask config would hold."""
    return {f"MINTSOFT_XERO_{x.upper()}": y for x, y in {"home": str(home), **values}.items()}


def mode(path: Path) -> int:
    """The rights on a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_defaults(tmp_path: Path) -> None:
    """With HOME alone everything has its default, and the files lie in HOME."""
    home = tmp_path / "new" / "home"
    found = read_environment(given(home))
    assert found.database_url == f"sqlite:///{home / 'mintsoft_xero.db'}"
    assert (found.embedded_database, found.redis_url) == (True, "")
    assert (found.rules_dir, found.xero_url) == (home / "rules", "https://api.xero.com")
    assert Fernet(found.secret_key)


def test_settings_of_others(tmp_path: Path) -> None:
    """What only another package's adapter knows is passed on, and is in no repr."""
    os.environ["MINTSOFT_XERO_BOOK_URL"] = " https://book.example "
    os.environ["MINTSOFT_XERO_BOOK_KEY"] = "of the environment"
    found = read_environment(given(tmp_path / "home", book_key="of the host"))
    assert found.others == {"book_url": "https://book.example", "book_key": "of the host"}
    assert "of the host" not in repr(found)


def test_home_and_key_are_for_their_user_alone(tmp_path: Path) -> None:
    """HOME is made with mode 0700 or brought to it, and the key in it has mode 0600."""
    opened = tmp_path / "opened"
    opened.mkdir()
    opened.chmod(0o755)
    for home in (tmp_path / "made", opened):
        key = read_environment(given(home)).secret_key
        assert (mode(home), mode(home / "secret.key")) == (0o700, 0o600)
        assert read_environment(given(home)).secret_key == key


def test_two_first_runs_get_one_key(tmp_path: Path) -> None:
    """Processes that start at once in an empty HOME use one and the same key."""
    home = str(tmp_path / "home")
    with other_process("key", home) as one, other_process("key", home) as two:
        assert [one.hear(), two.hear()] == ["ready", "ready"]
        one.say()
        two.say()
        keys = {one.hear(), two.hear()}
    assert len(keys) == 1
    assert keys != {""}


def test_first_run_that_is_held_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is held up while it makes the key delays no other, and takes the other's."""
    others = []

    def held_up() -> bytes:
        monkeypatch.undo()
        others.append(read_environment(given(tmp_path)).secret_key)
        return Fernet.generate_key()

    monkeypatch.setattr(Fernet, "generate_key", held_up)
    assert read_environment(given(tmp_path)).secret_key == others[0]
    assert [x.name for x in tmp_path.iterdir()] == ["secret.key"]


def test_config_wins_over_the_environment(tmp_path: Path) -> None:
    """A key of the Flask config wins over a variable; None and blanks count as not given."""
    os.environ["MINTSOFT_XERO_XERO_URL"] = "https://variable.example"
    os.environ["MINTSOFT_XERO_MINTSOFT_URL"] = "  "
    assert read_environment(given(tmp_path)).xero_url == "https://variable.example"
    assert read_environment(given(tmp_path)).mintsoft_url == "https://api.mintsoft.co.uk"
    config = given(tmp_path, xero_url="http://localhost:9/ ")
    assert read_environment({**config, "MINTSOFT_XERO_PUBLIC_URL": None}).xero_url == (
        "http://localhost:9"
    )


def test_blank_home_is_the_default(tmp_path: Path) -> None:
    """A blank HOME is not the folder one happens to be in, whose rights would be changed."""
    before = Path.cwd()
    os.chdir(tmp_path)
    tmp_path.chmod(0o755)
    try:
        assert read_environment({"MINTSOFT_XERO_HOME": " "}).home == tmp_path / "instance"
    finally:
        os.chdir(before)
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("xero_url", "api.xero.com"),
        ("xero_url", "ftp://someone:hunter2@api.xero.com"),
        ("public_url", "http://"),
        ("mintsoft_url", "http://[::1"),
        ("xero_identity_url", "http://host:port"),
        ("xero_login_url", "https://host:99999"),
        ("redis_url", "localhost:6379"),
        ("redis_url", "http://someone:hunter2@localhost"),
        ("redis_url", "redis://[::1"),
        ("redis_url", "unix:///tmp/redis.sock"),
    ],
)
def test_wrong_address(tmp_path: Path, name: str, value: str) -> None:
    """A wrong address is one sentence with the setting's name, a fix, and no password."""
    with pytest.raises(SettingsError) as caught:
        read_environment(given(tmp_path, **{name: value}))
    assert f"MINTSOFT_XERO_{name.upper()}" in caught.value.message
    assert "Give it as" in caught.value.fix
    assert "hunter2" not in f"{caught.value!r}{caught.value.fix}{caught.value.detail}"


@pytest.mark.parametrize("url", ["redis://h:1/0", "rediss://h", "redis+socket:///tmp/r.sock"])
def test_addresses_of_redis(tmp_path: Path, url: str) -> None:
    """Every address that both Celery and redis-py understand is taken."""
    assert read_environment(given(tmp_path, redis_url=url)).redis_url == url


def test_home_that_cannot_be_used(tmp_path: Path) -> None:
    """A HOME that is a file, or a folder that all users share, is refused and left as it is."""
    file = tmp_path / "file"
    file.touch()
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    for home in (file, file / "below", shared):
        with pytest.raises(SettingsError, match="MINTSOFT_XERO_HOME") as caught:
            read_environment(given(home))
        assert str(home) in caught.value.message
    assert mode(shared) == 0o1777


def test_damaged_key_is_said(tmp_path: Path) -> None:
    """A key that can't be read is said, and never replaced: it would open nothing."""
    key = tmp_path / "secret.key"
    key.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"secret\.key"):
        read_environment(given(tmp_path))
    assert key.read_bytes() == b"\xff\xfe"
    key.unlink()
    key.mkdir()
    with pytest.raises(SettingsError, match=r"secret\.key"):
        read_environment(given(tmp_path))


def test_empty_key_is_said(tmp_path: Path) -> None:
    """An empty key file, left by a process that died, is said and not overwritten."""
    (tmp_path / "secret.key").touch()
    with pytest.raises(SettingsError, match="is empty"):
        read_environment(given(tmp_path))


def test_no_secret_in_repr(tmp_path: Path) -> None:
    """What is printed of an environment holds neither the key nor a password."""
    key = Fernet.generate_key().decode()
    found = read_environment(
        given(
            tmp_path,
            secret_key=key,
            database_url="postgresql://u:hunter2@h/x",
            redis_url="redis://:hunter2@h/0",
        )
    )
    assert found.secret_key == key
    assert key not in repr(found)
    assert "hunter2" not in repr(found)
    assert not found.embedded_database
    assert not (tmp_path / "secret.key").exists()
