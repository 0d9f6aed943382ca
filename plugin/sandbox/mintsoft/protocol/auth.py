"""Logging in and the key (mintsoft.md 1.2)."""

import uuid

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from ..account import this_account
from .answers import NO_NULLS, answer, unauthorised
from .body import sent

auth = Blueprint("mintsoft_sandbox_auth", __name__)


@auth.post("/api/Auth")
def log_in() -> Response:
    """A new key as a bare JSON string; the one before it is worth nothing from now on."""
    members = sent()
    account = this_account()
    known = account.user.username, account.password
    if (members.text("Username"), members.text("Password")) != known:
        return unauthorised()
    key = str(uuid.uuid4())
    account.give_key(key)
    return answer(key)


def check_key() -> Response | None:
    """Refuse a request to the API without the user's present key.

    An unknown address or method is the framework's to refuse, before it looks at keys; but the
    old way of logging in by GET is known and no longer accepted.
    """
    if not request.path.startswith("/api/"):
        return None
    old_way = request.path == "/api/Auth" and request.method in {"GET", "HEAD"}
    if old_way and isinstance(request.routing_exception, MethodNotAllowed):
        return unauthorised()
    account = this_account()
    if not account.settings.nulls:
        setattr(g, NO_NULLS, True)
    if request.routing_exception or request.path == "/api/Auth":
        return None
    key = request.headers.get("ms-apikey")
    if key is None and account.settings.query_key:
        key = request.args.get("APIKey")
    return None if account.accepts(key) else unauthorised()
