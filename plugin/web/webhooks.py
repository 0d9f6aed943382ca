"""Webhooks: a target says that something has happened (xero.md 11 for Xero's).

Nothing is done here but to note that a sync is wanted soon: Xero waits five seconds, sends the
same thing twice, and leaves things out, so the sync that comes anyway finds what has changed.
The answer needs no database: one that is locked, or away, delays no answer.
"""

import logging

from flask import Response, abort, request

from ..errors import SettingsError
from ..ports.adapter import WebhookAdapter
from .guard import ANYBODY, needs
from .site import site

log = logging.getLogger("mintsoft_xero.webhooks")

#: Bytes of one call; Xero's are far smaller.
LARGEST = 1_000_000


# No login, no form: what the adapter makes of the raw bytes, a signature mostly, is the permission.
@needs(ANYBODY)
def webhook(target: str) -> Response:
    """Believe what is signed with the webhook's key: 200, else 401; an empty body either way."""
    # Counted as it is read: a body that comes in chunks does not say its length.
    raw = request.stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        abort(413)
    plugin = site().plugin
    events = _adapter(target).webhook_events(plugin.environment, dict(request.headers), raw)
    if events is None:
        log.info("a webhook without a right signature was refused")
        return Response(status=401)
    fresh = site().hastening.want((event.organisation_id, event.key) for event in events)
    log.info("webhook: %d events, %d of them new", len(events), fresh)
    return Response(status=200)


def _adapter(target: str) -> WebhookAdapter:
    """The adapter that is called; one that is unknown, or is not called, ends here."""
    try:
        found = site().plugin.target_adapter(target)
    except SettingsError:
        abort(404)
    return found if isinstance(found, WebhookAdapter) else abort(404)
