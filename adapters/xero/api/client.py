"""HTTP with one Xero organisation: headers, limits, tokens, and statuses turned into errors.

What an answer means for an invoice is not decided here; see `invoices.py`.
"""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import requests

from ....plugin.domain.times import ahead_of, to_text
from ....plugin.errors import TryLater, Unknown
from ....plugin.ports.clock import Clock
from ....plugin.ports.infrastructure import Limiter
from .answers import (
    AbsentError,
    RefusedError,
    content_of,
    ended,
    odd,
    refused,
    says_absent,
    told,
)
from .errors import ODD_ANSWER_WAIT, Kind, kind_of
from .limits import left_of, problem_of, wait_of
from .wire import Bearer, BrokenOffError, Timeout, ask, logged_path, unreachable

log = logging.getLogger("mintsoft_xero.xero")

#: Seconds between a read that failed and its second try.
_PAUSE = 1.0

_NOT_MODIFIED = 304

#: How often an organisation must be missing among those of the access before that has ended.
_LOOKS = 2

#: One document by its id, or what belongs to it.
_ONE = re.compile(r"[A-Za-z]+/[0-9A-Fa-f-]{36}(/[A-Za-z]+)?")


class Login(Protocol):
    """What the client needs of `XeroLogin`."""

    @property
    def app(self) -> str:
        """Client id of the app, under which its calls are counted."""

    def token(self) -> str:
        """An access token that is good now."""

    def renew(self, stale: str) -> str:
        """Another one than the one that was refused."""

    def opens(self, organisation_id: str) -> bool:
        """Whether the access opens an organisation now, as far as Xero says."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer of Xero that says what became of each document."""

    #: 200 or 400.
    status: int
    #: Keys in any case, fractions as Decimal.
    body: Mapping[str, Any] = field(repr=False)


class XeroClient:
    """One organisation's door. One thread at a time."""

    def __init__(
        self,
        base_url: str,
        *,
        login: Login,
        organisation_id: str,
        limiter: Limiter,
        clock: Clock,
        timeout: Timeout = (5, 60),
        by_person: bool = False,
    ) -> None:
        """Take an organisation and how to reach it.

        Args:
            base_url: of the API.
            login: gives the tokens.
            organisation_id: the tenant id; empty where a custom connection has but one.
            limiter: counts the calls of all processes.
            clock: says until when to wait.
            timeout: seconds to connect, and between two pieces of an answer.
            by_person: somebody waits at the page; such calls have a small part of the limits
                to themselves.
        """
        self.organisation_id = organisation_id
        self.clock = clock
        self._api = base_url.rstrip("/") + "/api.xro/2.0/"
        self._login = login
        self._limiter = limiter
        self._timeout = timeout
        self._by_person = by_person
        #: By how much our clock was ahead of Xero's at the last answer, as far as it says.
        self.clock_ahead: timedelta | None = None
        self._session = requests.Session()

    def get(
        self, path: str, params: Mapping[str, str] | None = None, since: datetime | None = None
    ) -> Mapping[str, Any]:
        """Read; tried a second time when the first one fails.

        Args:
            path: below the API's root, like ``Invoices``.
            params: of the query.
            since: only what changed since then (UTC, to the second).

        Raises:
            TryLater: Xero can't be reached, is offline, or a limit is used up.
            Disconnected: access has ended.
        """
        headers = {}
        if since is not None:
            headers["If-Modified-Since"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        try:
            return self._read(path, params, headers)
        except TryLater as error:
            if error.code == "MX-601" or isinstance(error, AbsentError | RefusedError):
                raise
        self.clock.sleep(_PAUSE)
        return self._read(path, params, headers)

    def get_one(self, path: str) -> Mapping[str, Any]:
        """Read one document, like ``Invoices/ID``; empty where Xero says that there is none.

        It says so in a plain sentence (xero.md 3); any other 404 is somebody's on the way.
        Raises as `get`.
        """
        try:
            return self.get(path)
        except AbsentError:
            return {}

    def put(
        self,
        path: str,
        params: Mapping[str, str],
        body: bytes,
        key: str,
        content_type: str = "application/json",
    ) -> Reply:
        """Create, once; never tried again here.

        Args:
            path: below the API's root.
            params: of the query.
            body: sent as it is.
            key: makes the same bytes have one effect for 6 minutes (xero.md 2.5).
            content_type: of the body.

        Raises:
            Unknown: it may have been done.
            TryLater: it was certainly not done.
            Disconnected: access has ended; it was not done.
        """
        return self._write("PUT", path, params, body, key, content_type)

    def post(self, path: str, body: bytes, key: str) -> Reply:
        """Change one document, whose id is in `path`; never tried again here. Raises as `put`.

        Raises:
            ValueError: `path` has no id: such a call could overwrite what somebody else made
                (xero.md 4). Our bug.
        """
        if not _ONE.fullmatch(path):
            raise ValueError(f"{path} names no document")
        return self._write("POST", path, {}, body, key, "application/json")

    def _write(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes,
        key: str,
        content_type: str,
    ) -> Reply:
        headers = {"Idempotency-Key": key, "Content-Type": content_type}
        try:
            response = self._call(method, path, params, headers, body)
        except BrokenOffError as error:
            log.warning("%s %s broke off: %s", method, logged_path(path), error)
            if error.nothing_was_sent:
                raise unreachable(error) from None
            raise Unknown(detail=str(error)) from None
        kind = kind_of(response.status_code)
        content = content_of(response)
        if kind is Kind.ANSWERED and isinstance(content, Mapping):
            return Reply(status=response.status_code, body=content)
        if kind is Kind.LATER:
            raise odd(response)
        raise Unknown(detail=told(response))

    def _read(
        self, path: str, params: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        try:
            response = self._call("GET", path, params, headers)
        except BrokenOffError as error:
            raise unreachable(error) from None
        if response.status_code == _NOT_MODIFIED:
            return {}
        content = content_of(response)
        if says_absent(response):
            raise AbsentError(service="Xero", after=ODD_ANSWER_WAIT, detail=told(response))
        if not response.ok or not isinstance(content, Mapping):
            raise odd(response)
        return content

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> requests.Response:
        """Send; with another token if Xero refuses the first one, but only once.

        What is refused then is an outage like another, unless the organisation is gone.
        """
        token = self._login.token()
        response = self._send(method, path, params, headers, body, token)
        if kind_of(response.status_code) is Kind.REFUSED:
            token = self._login.renew(token)
            response = self._send(method, path, params, headers, body, token)
        kind = kind_of(response.status_code)
        if kind is Kind.REFUSED:
            raise ended(response) if self._is_gone() else refused(response)
        if kind is Kind.LIMITED:
            raise self._limited(response)
        return response

    def _is_gone(self) -> bool:
        """Whether the access does not open the organisation any more: said twice, not once."""
        for look in range(_LOOKS):
            if look:
                self.clock.sleep(_PAUSE)
            if not self.organisation_id or self._login.opens(self.organisation_id):
                return False
        return True

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: bytes | None,
        token: str,
    ) -> requests.Response:
        named = {"Xero-Tenant-Id": self.organisation_id} if self.organisation_id else {}
        app = self._login.app
        with self._limiter.slot(self.organisation_id, app=app, by_person=self._by_person):
            response = ask(
                method,
                self._api + path,
                auth=Bearer(token),
                timeout=self._timeout,
                session=self._session,
                headers={**named, **headers},
                params=params,
                data=body,
            )
        self.clock_ahead = ahead_of(response.headers.get("Date", ""), self.clock.now())
        log.info("%s %s: %s", method, logged_path(path), told(response))
        self._hear(response)
        return response

    def _hear(self, response: requests.Response) -> None:
        """Tell all processes how many calls are left, if Xero says so.

        Of a 429 its `Retry-After` counts, to the second. An answer must not be lost because
        nobody could note this.
        """
        left = left_of(response.headers)
        if left and response.status_code != requests.codes.too_many_requests:
            with suppress(TryLater):
                self._limiter.heard(self.organisation_id, app=self._login.app, **left)

    def _limited(self, response: requests.Response) -> TryLater:
        seconds = wait_of(response.headers)
        whole_app = problem_of(response.headers) == "appminute"
        organisation_id = "" if whole_app else self.organisation_id
        self._limiter.block(organisation_id, seconds, app=self._login.app)
        return TryLater(
            code="MX-601",
            service="Xero",
            time=to_text((self.clock.now() + timedelta(seconds=seconds)).replace(microsecond=0)),
            after=seconds,
            detail=f"limit {problem_of(response.headers) or 'unnamed'}",
        )
