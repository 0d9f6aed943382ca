"""``python -m mintsoft_xero.plugin`` and the script ``mintsoft-xero``: the command line alone."""

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from .cli.main import commands

if TYPE_CHECKING:  # `--help` joins nothing
    from flask import Flask

    from .services.container import Container


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # A customer's name must not break a table on a terminal that can't show it.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    commands(_join, _make_app)(prog_name="mintsoft-xero")


def _join() -> "Container":
    from .services.container import join

    return join()


def _make_app() -> "Flask":
    from .register import make_app

    return make_app()


if __name__ == "__main__":
    main()
