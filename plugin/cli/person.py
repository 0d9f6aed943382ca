"""Who runs a command: what events and the history of the rules say of him."""

import getpass
import os
import socket


def person() -> str:
    """The user's name on this machine: ``ann at books-1``."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = f"user {os.getuid()}"
    return f"{name} at {socket.gethostname()}"
