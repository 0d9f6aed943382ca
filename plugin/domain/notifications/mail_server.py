"""Mail server: where notices by e-mail are handed over, as MINTSOFT_XERO_SMTP_URL says."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from ...errors import SettingsError
from .webhook_address import names_this_machine


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over."""

    host: str
    port: int
    #: From the first byte on (``smtps``); else STARTTLS.
    tls_at_once: bool
    #: False only where ``tls=none`` says so, or on this machine itself.
    tls_needed: bool
    user: str
    password: str = field(repr=False)
    #: What mails are from.
    sender: str


def read_mail_server(url: str) -> MailServer:
    """The server of a URL: ``smtp://USER:PASSWORD@HOST:587?from=ADDRESS``, or ``smtps://``.

    ``tls=none`` allows a server without encryption, where no password is given.

    Raises:
        SettingsError: it can't be read, or would send the password in the clear. Without the URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"}:
        raise _wrong("is no address of a mail server")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if options.keys() - {"from", "tls"} or options.get("tls", "none") != "none":
        raise _wrong("may say ?from=ADDRESS and tls=none, and nothing else")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if "tls" in options and password:
        raise _wrong("says tls=none, but a password must not travel in the clear")
    at_once = parts.scheme == "smtps"
    sender = options.get("from") or (user if "@" in user else f"mintsoft-xero@{host}")
    if not sender.isascii() or not sender.isprintable() or "@" not in sender or " " in sender:
        raise _wrong("names a sender that is no e-mail address")
    return MailServer(
        host=host,
        port=port or (465 if at_once else 587),
        tls_at_once=at_once,
        tls_needed="tls" not in options and not names_this_machine(host),
        user=user,
        password=password,
        sender=sender,
    )


def _wrong(what: str) -> SettingsError:
    # Without the value: there is a password in it.
    return SettingsError(
        f"MINTSOFT_XERO_SMTP_URL {what}",
        fix="Give it as smtp://USER:PASSWORD@HOST:587?from=ADDRESS, or smtps://HOST:465;"
        " signs in the password as %40 and the like.",
    )
