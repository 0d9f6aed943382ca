"""What `vault rotate` prints."""

from dataclasses import asdict

from ...services.container import Container
from ..output import note, print_json, say


def rotate(plugin: Container, *, as_json: bool) -> bool:
    """Encrypt all secrets anew and say how many; False when some can't be opened."""
    done = plugin.vault.rotate()
    if as_json:
        print_json(asdict(done))
    else:
        say(f"{done.rotated} of {done.secrets} secrets were encrypted anew.")
        if not done.rotated and not done.unreadable:
            say("None is left: the other keys may be taken out of MINTSOFT_XERO_SECRET_KEY.")
    if done.rotated:
        note("Say it again until it says 0: a process may just have kept one with another key.")
    if done.unreadable:
        note(f"{done.unreadable} secrets can't be opened with any of the keys.")
        note("Put the key that kept them behind the new one, separated by a comma.")
    return not done.unreadable
