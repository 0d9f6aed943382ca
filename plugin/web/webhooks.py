"""Webhooks: Xero says that something has happened (xero.md 11).

Nothing is done here but to note that a sync is wanted soon: Xero waits five seconds, sends the
same thing twice, and leaves things out, so the sync that comes anyway finds what has changed.
The answer needs no database: one that is locked, or away, delays no answer.
"""

import logging

from flask import Response, abort, request

from ...adapters.xero.webhooks import SIGNATURE_HEADER, events_of, verify
from .guard import ANYBODY, needs
from .site import site

log = logging.getLogger("mintsoft_xero.webhooks")

#: Bytes of one call; Xero's are far smaller.
LARGEST = 1_000_000

#: What a sync, or an import, finds more of than before. A sync reads the contacts too.
CATEGORIES = ("INVOICE", "CONTACT", "CREDITNOTE")


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
    events = [event for event in events_of(raw) if event.category in CATEGORIES]
    fresh = site().hastening.want((event.organisation_id.lower(), event.key) for event in events)
    log.info("webhook: %d events, %d of them new", len(events), fresh)
    return Response(status=200)
