"""What `db upgrade` does."""

from ...services.container import Container
from ..output import print_json, say


def upgrade(plugin: Container, *, as_json: bool) -> None:
    """Bring the tables to the newest version. Raises TryLater where that can't be done."""
    database = plugin.database
    try:
        database.upgrade()
        version = database.version()
    finally:
        database.close()
    if as_json:
        print_json({"version": version})
    else:
        say(f"The database's tables are those of version {version}.")
