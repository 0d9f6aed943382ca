"""Config: the settings of an installation, from environment variables or a Flask config."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from .domain.notifications.mail_server import read_mail_server
from .errors import SettingsError
from .processes.own_file import make_once

#: What is asked for at a consent: ``granular``, ``legacy`` (for apps made before March 2026),
#: or the scopes themselves, separated by blanks (xero.md 1.4).
SCOPES = "granular"

#: What the names of all settings begin with.
PREFIX = "MINTSOFT_XERO_"

#: The real Xero; any other address is a simulated one.
XERO_URL = "https://api.xero.com"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One installation. Each field is the setting ``MINTSOFT_XERO_`` + its name in capitals."""

    #: Where the embedded defaults keep their files, mode 0700.
    home: Path
    #: May hold a password, as may the next one.
    database_url: str = field(repr=False)
    #: Broker and limits; empty where there is none (then only ``--inline`` works).
    redis_url: str = field(repr=False)
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
    #: Of the webhook in Xero; empty for none, and then nothing is believed to be Xero's.
    webhook_key: str = field(repr=False)
    #: The mail server of notices, ``smtp://`` or ``smtps://``; empty for none.
    smtp_url: str = field(repr=False)
    rules_dir: Path
    #: True when the database is the file in `home`: then commands run its migrations.
    embedded_database: bool
    #: What else begins with ``MINTSOFT_XERO_``, by the rest of its name in small letters: settings
    #: of adapters from elsewhere, such as ``ledgerbook_url``. Some may be secret.
    others: Mapping[str, str] = field(default_factory=dict, repr=False)


_URLS = {
    "public_url": "http://localhost:8000/mintsoft-xero",
    "mintsoft_url": "https://api.mintsoft.co.uk",
    "xero_url": XERO_URL,
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
        return str(values.get(f"{PREFIX}{name.upper()}") or "").strip() or default

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
        webhook_key=value("webhook_key", ""),
        smtp_url=_checked_smtp(value("smtp_url", "")),
        rules_dir=Path(value("rules_dir", str(home / "rules"))).expanduser().absolute(),
        embedded_database=not database,
        others=_others(values),
        **urls,
    )


def _others(values: Mapping[str, object]) -> dict[str, str]:
    ours = {x.name for x in fields(Environment)}
    named = {name.removeprefix(PREFIX).lower(): name for name in values if name.startswith(PREFIX)}
    return {x: str(values[name]).strip() for x, name in named.items() if x not in ours}


def _prepare(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = home.stat().st_mode
        if mode & stat.S_ISVTX:
            # Such as /tmp: nobody else could use it any more.
            raise SettingsError(
                f"MINTSOFT_XERO_HOME ({home}) is a folder that all users share",
                fix="Name a folder of its own.",
            )
        if mode & 0o077:
            home.chmod(0o700)
    except OSError as error:
        raise SettingsError(
            f"MINTSOFT_XERO_HOME ({home}) can't be used: {error.strerror}",
            fix="Name a folder that this user may write to.",
        ) from None


def _checked(name: str, url: str) -> str:
    if _scheme(url) not in {"http", "https"} or not urlsplit(url).hostname:
        # Without the value: somebody may have put a password into it.
        raise SettingsError(
            f"MINTSOFT_XERO_{name.upper()} is no address of a web server",
            fix="Give it as https://HOST or http://HOST:PORT.",
        )
    return url.rstrip("/")


def _checked_redis(url: str) -> str:
    if url and _scheme(url) not in {"redis", "rediss", "redis+socket"}:
        raise SettingsError(
            "MINTSOFT_XERO_REDIS_URL is no Redis address",
            fix="Give it as redis://HOST:6379/0, or redis+socket:///PATH for a unix socket.",
        )
    return url


def _checked_smtp(url: str) -> str:
    if url:
        read_mail_server(url)
    return url


def _scheme(url: str) -> str:
    """What kind of address it is; empty for one that can't be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # brackets that don't fit, a port that is none
        return ""
    return parts.scheme


def _own_key(home: Path) -> str:
    """The key of this installation, made on the first run; readable by its user alone."""
    path = home / "secret.key"
    try:
        if not path.exists():
            make_once(path, Fernet.generate_key().decode())
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The secret key in {path} can't be read or made: {type(error).__name__}",
            fix="Let this user write to the folder, or restore the file from a backup.",
        ) from None
    if not key:
        raise SettingsError(f"{path} is empty", fix="Restore it from a backup, or remove it.")
    return key
