"""Apps, scopes, codes, tokens and connections: the state behind the identity service.

Facts: xero.md 1.1 to 1.5. Times are seconds since 1970.
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import base64
import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from ...store import Document, Store
from ..organisation.chart import fixed_id
from ..tenant import Clock, organisation_id

CODE_LIFE = timedelta(minutes=5).total_seconds()
ACCESS_LIFE = 1800
ID_LIFE = 300
REFRESH_LIFE = timedelta(days=60).total_seconds()
GRACE = timedelta(minutes=30).total_seconds()

_READ_AND_WRITE = (
    "invoices payments banktransactions manualjournals contacts settings attachments".split()
)
_READ_ONLY = [
    "budgets.read",
    "journals.read",
    *(
        f"reports.{name}.read"
        for name in "aged balancesheet banksummary budgetsummary executivesummary profitandloss"
        " trialbalance taxreports".split()
    ),
]
#: The scopes that an app made today may ask for: identity and the granular ones (xero.md 1.4).
SCOPES = frozenset(
    ["openid", "profile", "email", "offline_access"]
    + [f"accounting.{name}{end}" for name in _READ_AND_WRITE for end in ("", ".read")]
    + [f"accounting.{name}" for name in _READ_ONLY]
)
#: What apps made before 2 March 2026 may ask for too, and what each stands for (xero.md 1.4).
BROAD = {
    f"accounting.transactions{end}": [
        f"accounting.{name}{end}"
        for name in "invoices payments banktransactions manualjournals".split()
    ]
    for end in ("", ".read")
} | {
    "accounting.reports.read": [
        f"accounting.{name}" for name in _READ_ONLY if name.startswith("reports.")
    ]
}


@lru_cache(maxsize=256)
def granted(scope: str) -> frozenset[str]:
    """The granular scopes that a token's scopes give."""
    words = scope.split()
    return frozenset(words + [each for word in words for each in BROAD.get(word, ())])


@dataclass(frozen=True, kw_only=True)
class App:
    """An app of Xero's developer portal."""

    client_id: str
    secret: str
    #: A custom connection (client_credentials) instead of the authorization code flow.
    custom: bool


APPS = {
    "sandbox": App(client_id="sandbox", secret="sandbox", custom=False),  # noqa: S106
    "custom": App(client_id="custom", secret="custom", custom=True),  # noqa: S106
}
_CUSTOM_SCOPE = " ".join(f"accounting.{name}" for name in _READ_AND_WRITE)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an app asks for when it sends a person to give consent."""

    #: Separated by spaces.
    scope: str
    redirect_uri: str
    #: PKCE's challenge (S256), or empty.
    challenge: str = ""
    #: To be found again in the id_token, or empty.
    nonce: str = ""
    #: Who allows it: the name of one of several people, or empty.
    person: str = ""


class TokenError(Exception):
    """What the token endpoint answers as ``{"error": ...}``."""


class Tokens:
    """Issues tokens, rotates them, and says who a token belongs to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _now(self) -> float:
        return self._clock().timestamp()

    def app(self, client_id: str, secret: str) -> App:
        """The app that has this secret now. Raises TokenError."""
        app = APPS.get(client_id)
        changed = self._store.table("xero_app").get(client_id, {})
        known = changed.get("secret", app.secret if app else "")
        if app is None or not secrets.compare_digest(known.encode(), secret.encode()):
            raise TokenError("invalid_client")
        return app

    def change_secret(self, app: App, secret: str) -> None:
        """Another secret of an app; the one before has ended, its tokens live on."""
        self._store.put("xero_app", app.client_id, {"secret": secret})

    # ---------------------------------------------------------------- consent and codes

    def consent(self, app: App, tenant_ids: Iterable[str], asked: Asked) -> str:
        """A person has allowed the app: connect these organisations; returns the code."""
        event = str(uuid.uuid4())
        for tenant_id in tenant_ids:
            self.connect(app, event, tenant_id, asked.person)
        code = secrets.token_urlsafe(32)
        document = {
            "client_id": app.client_id,
            "scope": asked.scope,
            "redirect_uri": asked.redirect_uri,
            "challenge": asked.challenge,
            "nonce": asked.nonce,
            "person": asked.person,
            "event": event,
            "expires": self._now() + CODE_LIFE,
        }
        self._store.put("xero_code", code, document)
        return code

    def exchange(self, app: App, code: str, redirect_uri: str, verifier: str) -> Document:
        """The tokens of a code, which works once. Raises TokenError."""
        found = self._store.table("xero_code").get(code)
        self._store.delete("xero_code", code)
        if (
            found is None
            or found["client_id"] != app.client_id
            or found["redirect_uri"] != redirect_uri
            or found["expires"] < self._now()
            or not _proved(found["challenge"], verifier)
        ):
            raise TokenError("invalid_grant")
        return self._issue(app, found, found.get("nonce", ""))

    # --------------------------------------------------------------------------- tokens

    def refresh(self, app: App, token: str) -> Document:
        """A new pair; the old token stays good for 30 minutes after its first use."""
        found = self._store.table("xero_refresh").get(token)
        now = self._now()
        if found is None or found["client_id"] != app.client_id:
            raise TokenError("invalid_grant")
        first_used = found["first_used"]
        dead = now - found["made"] > REFRESH_LIFE if first_used is None else (
            now - first_used > GRACE
        )  # fmt: skip
        if dead:
            raise TokenError("invalid_grant")
        if first_used is None:
            self._store.put("xero_refresh", token, found | {"first_used": now})
        return self._issue(app, found)

    def client_credentials(self, app: App) -> Document:
        """A custom connection's token: no refresh token, all configured scopes."""
        event = fixed_id(f"event {app.client_id}")
        known = self._store.table("xero_setting").get("custom_connected")
        if known is None:
            self.connect(app, event, organisation_id(self._store))
            self._store.put("xero_setting", "custom_connected", {"event": event})
        return self._issue(app, {"scope": _CUSTOM_SCOPE, "event": event})

    def _issue(self, app: App, allowed: Document, nonce: str = "") -> Document:
        """Tokens of what was allowed: ``scope``, ``event``, and by which ``person``."""
        now = self._now()
        self._forget_old(now)
        scope, event, person = allowed["scope"], allowed["event"], allowed.get("person", "")
        words, user = scope.split(), _user(person)
        about = {"nbf": int(now), "iat": int(now), "iss": "https://identity.xero.com"}
        claims = about | {
            "aud": "https://identity.xero.com/resources",
            "client_id": app.client_id,
            "exp": int(now) + ACCESS_LIFE,
            "authentication_event_id": event,
            "scope": words,
            "jti": uuid.uuid4().hex,
        }
        access = _jwt(claims | ({} if app.custom else {"xero_userid": user}))
        grant = {"client_id": app.client_id, "scope": scope, "event": event, "person": person}
        self._store.put("xero_access", access, grant | {"expires": now + ACCESS_LIFE})
        answer: Document = {}
        if "openid" in words:
            about_user = about | {"aud": app.client_id, "exp": int(now) + ID_LIFE}
            about_user |= {"sub": user, "xero_userid": user}
            answer["id_token"] = _jwt(about_user | ({"nonce": nonce} if nonce else {}))
        answer |= {"access_token": access, "expires_in": ACCESS_LIFE, "token_type": "Bearer"}
        if "offline_access" in words:
            refresh = secrets.token_urlsafe(32)
            self._store.put("xero_refresh", refresh, grant | {"made": now, "first_used": None})
            answer["refresh_token"] = refresh
        return answer | {"scope": scope}

    def _forget_old(self, now: float) -> None:
        day = timedelta(days=1).total_seconds()
        for token, found in list(self._store.table("xero_access").items()):
            if found["expires"] < now - day:
                self._store.delete("xero_access", token)

    def access(self, token: str) -> tuple[Document | None, bool]:
        """What an access token stands for (client_id, scope, event), and whether it is live."""
        found = self._store.table("xero_access").get(token)
        return found, found is not None and found["expires"] > self._now()

    def expire(self, token: str) -> None:
        """End an access token's life now."""
        found = self._store.table("xero_access").get(token)
        if found is not None:
            self._store.put("xero_access", token, found | {"expires": self._now() - 1})

    def revoke(self, app: App, token: str) -> None:
        """Forget a refresh token and all of that person's connections and tokens (1.1)."""
        found = self._store.table("xero_refresh").get(token)
        if found is None or found["client_id"] != app.client_id:
            return
        for kind in ("xero_refresh", "xero_access", "xero_connection"):
            for key, document in list(self._store.table(kind).items()):
                if document["client_id"] == app.client_id and _same_person(document, found):
                    self._store.delete(kind, key)

    # ---------------------------------------------------------------------- connections

    def connect(self, app: App, event: str, tenant_id: str, person: str = "") -> None:
        """Join an organisation to an app; a connection that exists is touched, not doubled."""
        now = self._clock().strftime("%Y-%m-%dT%H:%M:%S.%f0")
        rows = self.opened({"client_id": app.client_id, "person": person})
        connection = next((row for row in rows if row["tenantId"] == tenant_id), None) or {
            "id": str(uuid.uuid4()),
            "client_id": app.client_id,
            "tenantId": tenant_id,
            "person": person,
            "createdDateUtc": now,
        }
        connection = connection | {"authEventId": event, "updatedDateUtc": now}
        self._store.put("xero_connection", connection["id"], connection)

    def connections(self, client_id: str) -> list[Document]:
        """An app's connections, whoever allowed them."""
        rows = list(self._store.table("xero_connection").values())
        return [row for row in rows if row["client_id"] == client_id]

    def opened(self, grant: Document) -> list[Document]:
        """The connections that a token opens: all that its person has allowed the app."""
        rows = self.connections(grant["client_id"])
        return [row for row in rows if _same_person(row, grant)]

    def disconnect(self, client_id: str, connection_id: str) -> bool:
        """End a connection; whether there was one."""
        found = self._store.table("xero_connection").get(connection_id)
        if found is None or found["client_id"] != client_id:
            return False
        self._store.delete("xero_connection", connection_id)
        return True


def _same_person(one: Document, other: Document) -> bool:
    """Whether both are of one person; what an older sandbox kept is of the only one there was."""
    return bool(one.get("person", "") == other.get("person", ""))


def _user(person: str) -> str:
    """A person's id."""
    return fixed_id(f"user {person}" if person else "user")


def _proved(challenge: str, verifier: str) -> bool:
    """PKCE with S256: no challenge, no proof needed."""
    if not challenge:
        return True
    digest = hashlib.sha256(verifier.encode()).digest()
    return secrets.compare_digest(_base64url(digest), challenge)


def _jwt(claims: dict[str, Any]) -> str:
    """A token of a JWT's shape; nobody here checks its signature, so it is noise."""
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    texts = [_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in parts]
    return ".".join([*texts, secrets.token_urlsafe(64)])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
