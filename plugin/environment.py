"""Environment: the settings of an installation, from environment variables or a Flask config."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from .errors import SettingsError

#: The granular scopes that the order export needs (xero.md 1.4).
SCOPES = (
    "offline_access openid profile email accounting.invoices accounting.contacts"
    " accounting.settings.read accounting.attachments"
)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One installation. Each field is the setting ``MINTSOFT_XERO_`` + its name in capitals."""

    #: Where the embedded defaults keep their files, mode 0700.
    home: Path
    database_url: str
    #: Broker and limits; empty where there is none (then only ``--inline`` works).
    redis_url: str
    #: Encrypts what the vault keeps; comma-separated for rotation.
    secret_key: str = field(repr=False)
    #: Where people reach the pages: for consent redirects and links.
    public_url: str
    mintsoft_url: str
    xero_url: str
    xero_identity_url: str
    xero_login_url: str
    #: Asked for at consent only.
    xero_scopes: str
    rules_dir: Path
    #: True when the database is the file in `home`: then commands run its migrations.
    embedded_database: bool


_URLS = {
    "public_url": "http://localhost:8000/mintsoft-xero",
    "mintsoft_url": "https://api.mintsoft.co.uk",
    "xero_url": "https://api.xero.com",
    "xero_identity_url": "https://identity.xero.com",
    "xero_login_url": "https://login.xero.com",
}


def read_environment(given: Mapping[str, object] | None = None) -> Environment:
    """Read and check all settings; what is `given` (a Flask config) wins over the environment.

    Makes HOME with mode 0700 when it is missing, and a secret key in it on the first run.

    Raises:
        SettingsError: a setting is wrong, or HOME can't be used. Says which and why.
    """
    values = {**os.environ, **{k: v for k, v in (given or {}).items() if v is not None}}

    def value(name: str, default: str) -> str:
        return str(values.get(f"MINTSOFT_XERO_{name.upper()}") or default).strip()

    home = Path(value("home", "instance")).expanduser().absolute()
    _prepare(home)
    database = value("database_url", "")
    urls = {name: _checked(name, value(name, default)) for name, default in _URLS.items()}
    return Environment(
        home=home,
        database_url=database or f"sqlite:///{home / 'mintsoft_xero.db'}",
        redis_url=_checked_redis(value("redis_url", "")),
        secret_key=value("secret_key", "") or _own_key(home),
        xero_scopes=value("xero_scopes", SCOPES),
        rules_dir=Path(value("rules_dir", str(home / "rules"))).expanduser().absolute(),
        embedded_database=not database,
        **urls,
    )


def _prepare(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(home.stat().st_mode) & 0o077:
            home.chmod(0o700)
    except OSError as error:
        raise SettingsError(
            f"MINTSOFT_XERO_HOME ({home}) can't be used: {error.strerror}",
            fix="Name a folder that this user may write to.",
        ) from None


def _checked(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            f"MINTSOFT_XERO_{name.upper()} is no address: {url!r}",
            fix="Give it as https://HOST or http://HOST:PORT.",
        )
    return url.rstrip("/")


def _checked_redis(url: str) -> str:
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix", "redis+socket"}:
        raise SettingsError(
            "MINTSOFT_XERO_REDIS_URL is no Redis address",
            fix="Give it as redis://HOST:6379/0.",
        )
    return url


def _own_key(home: Path) -> str:
    """The key of this installation, made on the first run; readable by its user alone."""
    path = home / "secret.key"
    try:
        # O_EXCL: of two processes that start at once, one makes the key and both read it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
    for _ in range(100):
        key = path.read_text(encoding="ascii").strip()
        if key:
            return key
    raise SettingsError(f"{path} is empty", fix="Restore it from a backup, or remove it.")
