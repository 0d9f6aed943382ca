"""Retry and clear: the two things that a person does with an order that needs attention."""

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from ...domain.connections.connection import Connection
from ...domain.exports.export import Export
from ...services.documents.attention import clear_documents, retry_documents
from ...services.documents.find import with_ids
from ..guard import needs
from ..site import current_user, name_of, site
from ..users import Role
from .login import own_address


@needs(Role.OPERATE)
def retry(connection_id: int, export_id: int) -> Response:
    """Have a document decided again at the next export."""
    connection = _known(connection_id)
    retry_documents(site().plugin, connection, _chosen(connection, export_id), who=_person())
    return _back()


@needs(Role.OPERATE)
def clear(connection_id: int, export_id: int) -> Response:
    """Clear the error of a document."""
    connection = _known(connection_id)
    clear_documents(site().plugin, connection, _chosen(connection, export_id), who=_person())
    return _back()


def _person() -> str:
    """Who stands in the events."""
    return f"web:{name_of(current_user())}"


def _chosen(connection: Connection, export_id: int) -> list[Export]:
    return with_ids(site().plugin, connection, [export_id])


def _known(connection_id: int) -> Connection:
    found = site().plugin.connections.with_id(connection_id)
    return found if found and found.organisation else abort(404)


def _back() -> Response:
    return redirect(own_address(request.form.get("next", "")), code=303)
