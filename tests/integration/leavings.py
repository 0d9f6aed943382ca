"""What an installation leaves behind, place by place, and the secrets that must not be in it."""

import base64
import binascii
import json
import logging
import re
import threading
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import redis
from flask import Flask
from sqlalchemy import select
from werkzeug.wrappers import Response

from ...plugin.database.database import Database
from ...plugin.database.tables import metadata, secret

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOGINS = ("/connect/token", "/connect/revocation", "/api/auth")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
#: What comes back from a login, and what is sent for one, that nobody else may see.
_ISSUED = ("access_token", "refresh_token", "id_token")
_SENT = ("code", "code_verifier", "refresh_token", "token")


class Doorkeeper:
    """Stands before both simulators: takes unusual secrets for theirs, notes what they issue."""

    def __init__(self, taken_for: dict[str, str]) -> None:
        """`taken_for`: the simulators' own secrets by those that are given instead."""
        self._taken_for = taken_for
        #: Tokens, keys, codes and verifiers that went over the wire so far.
        self.issued: set[str] = set()

    def __call__(self, app: Flask) -> None:
        """Stand before an app."""
        inner = app.wsgi_app

        def outer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
            if environ.get("PATH_INFO", "").lower() not in _LOGINS:
                return inner(environ, start)
            return self._log_in(inner, environ, start)

        app.wsgi_app = outer  # type: ignore[assignment,method-assign]

    def _log_in(
        self, inner: "WSGIApplication", environ: "WSGIEnvironment", start: "StartResponse"
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        form = parse_qs(body.decode())
        self.issued.update(x for name in _SENT for x in form.get(name, []))
        scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme == "Basic":
            self.issued.add(given)
            plain = self._own(base64.b64decode(given))
            environ["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(plain).decode()}"
        body = self._own(body)
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        answer = Response.from_app(inner, environ, buffered=True)
        self._note(answer.get_data())
        return answer(environ, start)

    def _own(self, text: bytes) -> bytes:
        for given, own in self._taken_for.items():
            text = text.replace(given.encode(), own.encode())
        return text

    def _note(self, body: bytes) -> None:
        try:
            told = json.loads(body)
        except ValueError:
            return
        found = [told] if isinstance(told, str) else [told.get(name) for name in _ISSUED]
        self.issued.update(x for x in found if isinstance(x, str) and len(x) > 20)


class Monitor(threading.Thread):
    """Notes every command that a Redis server is sent."""

    def __init__(self, client: "redis.Redis") -> None:
        super().__init__(daemon=True)
        self._client, self.seen, self.listens = client, list[str](), threading.Event()

    def run(self) -> None:
        """Until the server ends."""
        try:
            with self._client.monitor() as monitor:  # type: ignore[no-untyped-call]
                self.listens.set()
                for told in monitor.listen():
                    self.seen.append(str(told["command"]))
        except (redis.RedisError, OSError, ValueError):
            return


class Records(logging.Handler):
    """Keeps all that is logged in this process, as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message, what it was made of, and where an error came from."""
        if record.name != "werkzeug":  # the simulators' server
            error = repr(record.exc_info[1]) if record.exc_info else ""
            self.told.append(f"{record.name} {record.getMessage()} {record.args!r} {error}")


def kept_in(database: Database) -> Iterator[str]:
    """Every value of every table, but the vault's ciphertext."""
    with database.transaction() as transaction:
        for table in metadata.sorted_tables:
            columns = [x for x in table.columns if x is not secret.c.ciphertext]
            for row in transaction.execute(select(*columns)):
                yield repr(tuple(row))


def kept_by(client: "redis.Redis") -> Iterator[str]:
    """Every key and value of a Redis server."""
    for key in client.scan_iter():
        found: Any = client.type(key)
        read: Any = {
            b"string": client.get,
            b"list": lambda k: client.lrange(k, 0, -1),
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"zset": lambda k: client.zrange(k, 0, -1, withscores=True),
        }[found]
        yield f"{key!r} {read(key)!r}"


def files_in(*folders: Path, but: Iterable[str] = ()) -> Iterator[bytes]:
    """What is in all files below these folders, the database's included."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in but:
                yield path.read_bytes()


def places_with(secrets: Iterable[str], left: dict[str, bytes]) -> dict[str, set[str]]:
    """Beginnings of the secrets that are somewhere, by place; also inside of base64."""
    found: dict[str, set[str]] = {}
    for place, content in left.items():
        whole = content + b"\n".join(_decoded(content))
        words = {each[:16] for each in secrets if each.encode() in whole}
        if words:
            found[place] = words
    return found


def _decoded(content: bytes) -> Iterator[bytes]:
    """What may be in base64, such as a message's body."""
    for run in _BASE64.findall(content):
        try:
            yield base64.b64decode(run + b"=" * (-len(run) % 4))
        except binascii.Error:
            continue
