"""Webhooks: Xero says that something has happened (xero.md 11).

Nothing is done here but to note that a sync is wanted soon: Xero waits five seconds, sends the
same thing twice, and leaves things out, so the sync that comes anyway finds what has changed.
"""

import logging
from datetime import timedelta

from flask import Response, abort, request

from ...adapters.xero.webhooks import SIGNATURE_HEADER, events_of, verify
from .guard import ANYBODY, needs
from .site import site

log = logging.getLogger("mintsoft_xero.webhooks")

#: How soon a sync follows an event. Our own invoices cause events too, so not at once.
WITHIN = timedelta(minutes=1)

#: Bytes of one call; Xero's are far smaller.
LARGEST = 1_000_000


# No login, no form: the signature over the raw bytes is the permission.
@needs(ANYBODY)
def xero_webhook() -> Response:
    """Believe what is signed with the webhook's key: 200, else 401; an empty body either way."""
    # Counted as it is read: a body that comes in chunks does not say its length.
    raw = request.stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        abort(413)
    key = site().plugin.environment.webhook_key
    if not verify(key, raw, request.headers.get(SIGNATURE_HEADER, "")):
        log.info("a webhook without Xero's signature was refused")
        return Response(status=401)
    organisations = {event.organisation_id.lower() for event in events_of(raw)}
    if organisations:
        site().prepare()
        site().plugin.connections.hasten(organisations, WITHIN)
    log.info("webhook: events of %d organisations", len(organisations))
    return Response(status=200)
