"""What `connection health` prints."""

from ...domain.connections.health import PointState
from ...services.connections.access import health
from ...services.container import Container
from ...services.serializers import connections as serializers
from ..output import note, print_json, say, table


def tell_health(plugin: Container, name: str, *, as_json: bool) -> bool:
    """Print all points of a connection; False when something that is needed is missing."""
    points = health(plugin, plugin.connections.named(name))
    missing = [point for point in points if point.state is PointState.MISSING]
    if as_json:
        print_json(serializers.health(name, points))
        return not missing
    rows = [(x.side, x.name.replace("_", " "), x.state, x.sentence) for x in points]
    table(("Side", "Point", "State", "What was found"), rows)
    fixes = [point for point in points if point.fix]
    if fixes:
        say()
    for point in fixes:
        say(f"{point.side}, {point.name.replace('_', ' ')}: {point.fix}")
    if missing:
        note(f"{len(missing)} of {len(points)} points are missing.")
    return not missing
