"""Logging in and the key (mintsoft.md 1.2)."""

import uuid

from flask import Blueprint, Response, request

from .account import this_account
from .answers import answer, invalid, unauthorised

auth = Blueprint("mintsoft_sandbox_auth", __name__)


@auth.post("/api/Auth")
def log_in() -> Response:
    """A new key as a bare JSON string; the one before it is worth nothing from now on."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        invalid()
    members = {name.lower(): value for name, value in body.items()}
    account = this_account()
    user = account.user
    if (members.get("username"), members.get("password")) != (user.username, user.password):
        return unauthorised()
    key = str(uuid.uuid4())
    account.give_key(key)
    return answer(key)


def check_key() -> Response | None:
    """Refuse a request to the API without the user's present key.

    An unknown address or method is the framework's to refuse, before it looks at keys.
    """
    if request.routing_exception or not request.path.startswith("/api/"):
        return None
    if request.path == "/api/Auth":
        return None
    return None if this_account().accepts(request.headers.get("ms-apikey")) else unauthorised()
