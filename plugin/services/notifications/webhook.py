"""Webhook: a notice to a program, signed as Standard Webhooks are (standardwebhooks.com).

Three headers: ``webhook-id`` (the same on each attempt), ``webhook-timestamp`` (of the attempt,
in seconds), ``webhook-signature`` (``v1,`` and the base64 of HMAC-SHA256 over
``{id}.{timestamp}.{body}``; several, separated by a blank, while a secret is being replaced).
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import secrets
import socket
import ssl
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from ...domain.connections.connection import Connection
from ...domain.notifications.notice import Notice
from ...domain.notifications.webhook_address import may_receive, names_this_machine, posting_problem
from ...domain.times import from_text, to_text
from ...error_codes import CODES
from ...errors import SettingsError
from ...ports.clock import Clock
from ...ports.infrastructure import Vault
from ...ports.notifications import Answer
from .deadline import deadline

#: Seconds for the connection and for each read, and for all of an attempt.
TIMEOUT, WHOLE = 5.0, 10.0

#: How long a secret that was replaced still signs, beside the new one.
BOTH_FOR = timedelta(days=1)

_PREFIX = "whsec_"


class Poster:
    """Implements `ports.notifications.Sender` by POST."""

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        *,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        whole: float = WHOLE,
    ) -> None:
        """`tls`: whom to believe; else those whom this machine believes."""
        self._vault = vault
        self._clock = clock
        self._tls = tls
        self._timeout = timeout
        self._whole = whole

    def send(self, connection: Connection, notice: Notice) -> Answer:
        """See `ports.notifications.Sender`."""
        address = connection.settings.notify_webhook
        if not address or (problem := posting_problem(address)):
            return _refused(problem if address else "no address is set")
        try:
            keys = signing_keys(self._vault, connection.connection_id, self._clock.now())
        except SettingsError as error:  # the vault's key is another one
            return _refused(error.message)
        if not keys:
            words = CODES["MX-143"].sentence.format(name=connection.name)
            return Answer(words=words, taken=False, code="MX-143")
        body = json.dumps(notice.payload()).encode("ascii")
        headers = signed_headers(notice.notice_id, self._clock.now(), body, keys)
        try:
            return _judged(self._post(address, body, headers))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return _refused(_reason(error, self._timeout))

    def _post(self, address: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; its body is not read, and no redirect is followed."""
        parts = urlsplit(address)
        tls = (self._tls or ssl.create_default_context()) if parts.scheme == "https" else None
        connection = _CheckedConnection(parts.hostname or "", parts.port, self._timeout, tls)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with deadline(lambda: connection.sock, self._whole):
            try:
                connection.request("POST", path, body=body, headers=headers)
                answer = connection.getresponse()
                answer.close()
                return answer.status
            finally:
                connection.close()


def _reason(error: Exception, timeout: float) -> str:
    """Why there is no answer, without what the other side may have put into the words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, NotAllowedError):
        return str(error)
    return f"no answer ({type(error).__name__})"


class NotAllowedError(ValueError):
    """The name leads to a number that stands for no receiver."""


class _CheckedConnection(http.client.HTTPConnection):
    """A connection to the very number that was checked: no second look-up can lead elsewhere."""

    def __init__(
        self, host: str, port: int | None, timeout: float, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(host, port or (443 if tls else 80), timeout=timeout)
        self._tls = tls
        # The Host header leaves out the port that is usual, by this.
        self.default_port = 443 if tls else 80

    def connect(self) -> None:
        """Connect to the first of the host's addresses that answers."""
        here = names_this_machine(self.host)
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        numbers = [x[4] for x in found if may_receive(ipaddress.ip_address(x[4][0]), here=here)]
        if not numbers:
            raise NotAllowedError(f"{self.host} leads to a machine that no notice is posted to")
        failure: OSError | None = None
        for number in numbers[:3]:
            try:
                where = (str(number[0]), int(number[1]))
                self.sock = socket.create_connection(where, self.timeout)
                break
            except OSError as error:
                failure = error
        else:
            raise failure or OSError("no address")
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def signed_headers(
    notice_id: str, moment: datetime, body: bytes, keys: list[bytes]
) -> dict[str, str]:
    """The headers of one attempt, signed with each of the keys."""
    seconds = str(int(moment.timestamp()))
    signed = b".".join((notice_id.encode(), seconds.encode(), body))
    seals = (base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys)
    return {
        "Content-Type": "application/json",
        "User-Agent": "mintsoft-xero",
        "webhook-id": notice_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{seal.decode('ascii')}" for seal in seals),
    }


def new_signing_secret(vault: Vault, connection_id: int, now: datetime) -> str:
    """Make and keep a new secret; the one before it signs too for another day.

    Returns it in the form that libraries take: ``whsec_`` and the base64 of 32 bytes.
    """
    before = _kept(vault, connection_id)
    fresh = _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    kept = {"secret": fresh}
    if before:
        kept |= {"before": before["secret"], "until": to_text(now + BOTH_FOR)}
    vault.keep(_name(connection_id), json.dumps(kept))
    return fresh


def signing_keys(vault: Vault, connection_id: int, now: datetime) -> list[bytes]:
    """What a connection's notices are signed with now, the newest first; none before the first."""
    kept = _kept(vault, connection_id)
    if not kept:
        return []
    texts = [kept["secret"]]
    if "before" in kept and now < from_text(kept["until"]):
        texts.append(kept["before"])
    return [base64.b64decode(text.removeprefix(_PREFIX)) for text in texts]


def _kept(vault: Vault, connection_id: int) -> dict[str, str]:
    text = vault.read(_name(connection_id))
    found: dict[str, str] = json.loads(text) if text else {}
    return found


def _name(connection_id: int) -> str:
    return f"notices:{connection_id}"


def _judged(status: int) -> Answer:
    """2xx is taken; 410 says that nobody wants notices there any more."""
    taken = status in range(200, 300)
    words = f"{status} {http.client.responses.get(status, '')}".strip()
    if status in range(300, 400):
        words += ", and a redirect is not followed"
    gone = status == HTTPStatus.GONE
    return Answer(words=words, taken=taken, gone=gone, code="" if taken else "MX-142")


def _refused(words: str) -> Answer:
    return Answer(words=words, taken=False, code="MX-142")
