"""Secrets of a new connection: from the environment, else from a person; never from arguments."""

import os
import sys

import click

from ..errors import SettingsError


def read_secrets() -> dict[str, str]:
    """What `Plugin.add_connection` takes as `secrets`.

    Raises:
        SettingsError: one is missing, and there is no terminal to ask at.
    """
    key = os.environ.get("MINTSOFT_API_KEY", "")
    secrets = {"mintsoft_api_key": key} if key else {}
    if not key:
        secrets["mintsoft_password"] = _read(
            "MINTSOFT_PASSWORD", "Mintsoft password", "MINTSOFT_PASSWORD or MINTSOFT_API_KEY"
        )
    secrets["xero_client_secret"] = _read(
        "XERO_CLIENT_SECRET", "Xero client secret", "XERO_CLIENT_SECRET"
    )
    return secrets


def _read(variable: str, words: str, variables: str) -> str:
    if value := os.environ.get(variable):
        return value
    if not sys.stdin.isatty():
        raise SettingsError(
            f"The {words} is missing, and there is no terminal to ask for it",
            fix=f"Set the environment variable {variables}.",
        )
    return str(click.prompt(words, hide_input=True, err=True))
