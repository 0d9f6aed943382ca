"""Session: one signed cookie of our own, so that a host's sessions and secret key stay its own.

It proves that a form was made for this browser, and, without a host's users, who has logged in.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Request, Response
from itsdangerous import BadData, Signer, URLSafeTimedSerializer

COOKIE = "mintsoft_xero_session"

#: Seconds after which a person logs in again, and an open form has to be loaded again.
LIFE = 12 * 3600

_SIGNING: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


@dataclass
class Session:
    """What one browser's cookie holds."""

    #: Random: what the tokens of this browser's forms are made from.
    nonce: str
    #: `Sessions.proof` of the password that was given; empty when nobody has logged in.
    login: str = ""
    #: Whether the browser has it already, and whether it needs it.
    told: bool = False
    needed: bool = False


class Sessions:
    """Reads and writes the cookie. `secret_key`: comma-separated, the first one signs."""

    def __init__(self, secret_key: str) -> None:
        # itsdangerous signs with the last of its keys and accepts all of them.
        keys = [key.strip() for key in reversed(secret_key.split(","))]
        salt = "mintsoft_xero.session"
        self._cookies = URLSafeTimedSerializer(keys, salt=salt, signer_kwargs=_SIGNING)
        self._forms = Signer(keys, salt="mintsoft_xero.form", **_SIGNING)
        self._logins = Signer(keys, salt="mintsoft_xero.login", **_SIGNING)

    def read(self, request: Request) -> Session:
        """The session of a request; a fresh one when there is none, or none of ours."""
        try:
            nonce, login = self._cookies.loads(request.cookies.get(COOKIE, ""), max_age=LIFE)
        except (BadData, ValueError, TypeError):
            return Session(nonce=secrets.token_urlsafe(16))
        return Session(nonce=str(nonce), login=str(login), told=True)

    def write(self, session: Session, response: Response, *, path: str, secure: bool) -> None:
        """Tell the browser. `path`: below which it gives the cookie back."""
        response.set_cookie(
            COOKIE,
            str(self._cookies.dumps([session.nonce, session.login])),
            max_age=LIFE,
            path=path,
            secure=secure,
            httponly=True,
            samesite="Lax",
        )

    def form_token(self, session: Session, user_name: str) -> str:
        """What a form carries. Another person's token does not fit, nor another browser's."""
        return self._forms.get_signature(f"{session.nonce}:{user_name}").decode("ascii")

    def is_form_token(self, token: str, session: Session, user_name: str) -> bool:
        """Whether a form was made for this browser and person."""
        given = token.encode("utf-8", "replace")
        return self._forms.verify_signature(f"{session.nonce}:{user_name}", given)

    def proof(self, password: str) -> str:
        """What the session of somebody who knows the password holds instead of it."""
        return self._logins.get_signature(password).decode("ascii")

    def is_proof(self, proof: str, password: str) -> bool:
        """Whether a proof was made from this password."""
        return self._logins.verify_signature(password, proof.encode("utf-8", "replace"))


def new_session(login: str = "") -> Session:
    """What the browser of somebody gets who has just logged in, or out."""
    return Session(nonce=secrets.token_urlsafe(16), login=login, needed=True)
