"""What `connection login` does."""

from ..adapter import Side
from ..joined import Plugin
from .asking import read_secrets
from .output import print_json, say


def renew(plugin: Plugin, name: str, side: Side, *, as_json: bool) -> None:
    """Try new secrets of one side, keep them, and say which connections have them now.

    Raises:
        PluginError: they are refused, or could not be tried; the former ones stay.
    """
    connection = plugin.connections.named(name)
    if side == "source":
        wanted = plugin.wanted_secrets(source=connection.source)
    else:
        wanted = plugin.wanted_secrets(target=connection.target)
    stood = plugin.renew_secrets(connection, side, read_secrets(wanted))
    again = [each for each, stood_still in stood.items() if stood_still]
    if as_json:
        print_json({"name": name, "side": side, "connections": list(stood), "resumed": again})
        return
    say(f"The login works, and is kept for: {', '.join(stood)}.")
    if again:
        say(f"Paused since the login was refused, and running again: {', '.join(again)}.")
