"""Retry and clear: the two things that a person does with an order that needs attention."""

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from ...database.ledger import SqlLedger
from ...domain.connections.connection import Connection
from ..guard import needs
from ..site import current_user, name_of, site
from ..users import Role
from .login import own_address


@needs(Role.OPERATE)
def retry(connection_id: int, export_id: int) -> Response:
    """Have a document decided again at the next export."""
    _ledger().retry(_known(connection_id), [export_id])
    return _back()


@needs(Role.OPERATE)
def clear(connection_id: int, export_id: int) -> Response:
    """Clear the error of a document."""
    _ledger().clear(_known(connection_id), [export_id])
    return _back()


def _ledger() -> SqlLedger:
    """The ledger, in whose events this person stands."""
    plugin = site().plugin
    return SqlLedger(plugin.database, plugin.clock, who=f"web:{name_of(current_user())}"[:100])


def _known(connection_id: int) -> Connection:
    found = site().plugin.connections.with_id(connection_id)
    return found if found and found.organisation else abort(404)


def _back() -> Response:
    return redirect(own_address(request.form.get("next", "")), code=303)
