"""Consent: where Xero sends a person back to, with its answer."""

from flask import request

from ...errors import PluginError
from ...services.connections.access import finish_consent
from ..failures import message_page
from ..guard import ANYBODY, needs
from ..site import site

_AGAIN = "Ask again: mintsoft-xero connection connect NAME."
_FAILED = "Xero is not connected"


# No login: the answer's `state` is the permission. It was made for somebody who may configure,
# can't be guessed and works once.
@needs(ANYBODY)
def connect_xero() -> tuple[str, int]:
    """Finish a consent that was asked for."""
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if request.args.get("error"):
        return message_page(400, _FAILED, "Access was not given in Xero.", _AGAIN)
    if not state or not code:
        return message_page(400, _FAILED, "This is no answer of Xero's.", _AGAIN)
    try:
        site().prepare()
        connection = finish_consent(site().plugin, state, code)
    except PluginError as error:
        return message_page(400, _FAILED, error.message, error.fix)
    may_run, why = connection.may_run()
    if not may_run:
        sentence, _, fix = why.rpartition("; ")
        return message_page(200, "One thing is left to do", f"{sentence}.", fix)
    name = connection.organisation.name if connection.organisation else "Xero"
    sentence = f"Connection {connection.name} is connected to {name}. You may close this page."
    return message_page(200, "Connected to Xero", sentence)
