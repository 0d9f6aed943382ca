"""Basis: what a decision rests on beside the document itself, of whatever kind, as a digest."""

import hashlib
import json

from ..domain.connections.connection import Connection
from ..domain.connections.setting import resting
from .order_inputs import due_rule


def basis_of(connection: Connection, book: str) -> str:
    """Digest of all that a decision rests on beside the document: when it changes, decide again."""
    organisation = connection.organisation_known
    content = [
        book,
        resting(connection.settings, connection.kind),
        sorted((*key, entry.target) for key, entry in connection.mapping.entries.items()),
        [organisation.accounts, organisation.tax_rates, sorted(organisation.currencies)],
        [organisation.locked_until, due_rule(connection.settings, organisation)],
        organisation.country,
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()
