"""Consent: where a target sends a person back to, with its answer."""

from flask import abort, request

from ...errors import PluginError, SettingsError
from ...services.connections.access import finish_consent
from ..failures import message_page
from ..guard import ANYBODY, needs
from ..site import site

_AGAIN = "Ask again: mintsoft-xero connection connect NAME."


# No login: the answer's `state` is the permission. It was made for somebody who may configure,
# can't be guessed and works once.
@needs(ANYBODY)
def connect(target: str) -> tuple[str, int]:
    """Finish a consent that was asked for; `target`: the system that answers."""
    title, state, code = _title(target), request.args.get("state", ""), request.args.get("code", "")
    failed = f"{title} is not connected"
    if request.args.get("error"):
        return message_page(400, failed, f"Access was not given in {title}.", _AGAIN)
    if not state or not code:
        return message_page(400, failed, f"This is no answer of {title}'s.", _AGAIN)
    try:
        site().prepare()
        connection = finish_consent(site().plugin, target, state, code)
    except PluginError as error:
        return message_page(400, failed, error.message, error.fix)
    may_run, why = connection.may_run()
    if not may_run:
        sentence, _, fix = why.rpartition("; ")
        return message_page(200, "One thing is left to do", f"{sentence}.", fix)
    name = connection.organisation.name if connection.organisation else title
    sentence = f"Connection {connection.name} is connected to {name}. You may close this page."
    return message_page(200, f"Connected to {title}", sentence)


def _title(target: str) -> str:
    """What people call a system; an unknown one ends here."""
    try:
        return site().plugin.target_adapter(target).title
    except SettingsError:
        abort(404)
