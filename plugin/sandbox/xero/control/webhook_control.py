"""The control of webhooks: /_sandbox/webhooks, without a token (control.py has the table)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..access.tokens import APPS
from ..webhooks.webhooks import Webhooks

_LONGEST_WAIT = 60.0


def blueprint(webhooks: Webhooks) -> Blueprint:
    """The routes."""
    routes = Blueprint("xero_webhook_control", __name__, url_prefix="/_sandbox/webhooks")

    @routes.post("")
    def subscribe() -> Response:
        asked = _asked("url", "key", "app")
        if "url" not in asked:
            raise ValueError('Send {"url": "http://localhost:8000/hook"}.')
        app = asked.get("app")
        if app is not None and app not in APPS:
            raise ValueError(f"app is one of {', '.join(APPS)}, not {app!r}.")
        return jsonify(webhooks.subscribe(asked["url"], asked.get("key"), app))

    @routes.get("")
    def show() -> Response:
        wait = request.args.get("wait", 0.0, type=float)
        return jsonify(webhooks.shown(min(max(0.0, wait), _LONGEST_WAIT)))

    @routes.delete("")
    def unsubscribe() -> Response:
        webhooks.unsubscribe()
        return jsonify(webhooks.shown())

    @routes.post("/replay")
    def replay() -> Response:
        webhooks.replay(_moment(_asked("since").get("since")))
        return jsonify(webhooks.shown())

    @routes.errorhandler(ValueError)
    def refused(error: ValueError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    return routes


def _asked(*names: str) -> dict[str, Any]:
    """The object that was sent, with no other than these texts; nothing at all is an empty one."""
    document = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(document, dict) or set(document) - set(names):
        raise ValueError(f"Send a JSON object with {', '.join(names)}.")
    for name, value in document.items():
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} is a text, not {value!r}.")
    return {name: value for name, value in document.items() if value is not None}


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"since is not an ISO time: {text!r}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
