"""What Mintsoft allows a connection: its login, the clients, the statuses that settings name."""

from ...plugin.domain.connections.connection import Connection
from ...plugin.domain.connections.health import Point, PointState, clock_points
from .api.client import MintsoftClient
from .api.errors import NotAllowed
from .choices import MintsoftLists


def read_health(
    client: MintsoftClient, statuses: tuple[str, ...], connection: Connection
) -> list[Point]:
    """`statuses`: names of those that the account has, just read; so the login works.

    Raises:
        TryLater: Mintsoft can't be reached.
    """
    points = [_point("login", f"The login of {connection.mintsoft_username} works.")]
    points += _clients(client, connection)
    points += clock_points("Mintsoft", client.clock_ahead)
    known = {name.casefold() for name in statuses}
    wanted = connection.settings.export_statuses
    strange = [name for name in wanted if name.casefold() not in known]
    if strange:
        fix = f"Correct it: mintsoft-xero connection set {connection.name} export_statuses=..."
        words = f"The account has no order status {', '.join(strange)}."
        return [*points, _point("statuses", words, fix)]
    return [*points, _point("statuses", "The account has all statuses that are exported.")]


def _clients(client: MintsoftClient, connection: Connection) -> list[Point]:
    try:
        ids = {each.client_id for each in MintsoftLists(client).clients()}
    except NotAllowed:
        words = "The user is no administrator, and sees its own client alone."
        return [Point(side="Mintsoft", name="user", state=PointState.NOTE, sentence=words)]
    points = [_point("user", "The user is an administrator.")]
    if connection.mintsoft_client and connection.mintsoft_client not in ids:
        fix = "Check in Mintsoft whether the client was removed; add a connection for another."
        return [*points, _point("client", "The client of this connection is not there.", fix)]
    return points


def _point(name: str, sentence: str, fix: str = "") -> Point:
    """With a fix it is missing."""
    state = PointState.MISSING if fix else PointState.OK
    return Point(side="Mintsoft", name=name, state=state, sentence=sentence, fix=fix)
