"""Secrets of a new connection: from the environment, else from a person; never from arguments."""

import os
import sys
from collections.abc import Iterable

import click

from ..errors import SettingsError
from ..ports.adapter import WantedSecret


def read_secrets(wanted: Iterable[WantedSecret]) -> dict[str, str]:
    """What `setup.add_connection` takes as `secrets`.

    Raises:
        SettingsError: one is missing, and there is no terminal to ask at.
    """
    return dict(_read(each) for each in wanted)


def _read(wanted: WantedSecret) -> tuple[str, str]:
    variables = wanted.variable
    if wanted.instead:
        variable, name = wanted.instead
        if value := os.environ.get(variable):
            return name, value
        variables += f" or {variable}"
    if value := os.environ.get(wanted.variable):
        return wanted.name, value
    if not sys.stdin.isatty():
        raise SettingsError(
            f"The {wanted.words} is missing, and there is no terminal to ask for it",
            fix=f"Set the environment variable {variables}.",
        )
    return wanted.name, str(click.prompt(wanted.words, hide_input=True, err=True))
