"""Probes: what a probe asks. Neither answer holds a secret, and neither needs a login."""

from typing import Any

from flask import Response, jsonify
from kombu.connection import Connection as Broker
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from ..errors import PluginError, RuleFileError
from .guard import ANYBODY, needs
from .site import site

#: Seconds that a broker has to answer a probe; it is asked twice.
BROKER_TIMEOUT = 1.0


@needs(ANYBODY)
def healthz() -> Response:
    """The process is alive."""
    return jsonify(status="alive")


@needs(ANYBODY)
def readyz() -> tuple[Response, int]:
    """Whether each part that the work needs is there; 503 and a sentence where one is not.

    A part that is ready may have a sentence too: what a person should know all the same.
    """
    problems = {"database": _database(), "broker": _broker()}
    # The active rules are in the database: without it, nothing can be said of them.
    problems["rules"] = "" if problems["database"] else _rules()
    notes = {"rules": "" if problems["database"] or problems["rules"] else _notes_on_rules()}
    parts = {
        name: {"ready": not why, "message": why or notes.get(name, "")}
        for name, why in problems.items()
    }
    ready = not any(problems.values())
    return jsonify(ready=ready, parts=parts), 200 if ready else 503


def _database() -> str:
    database = site().plugin.database
    try:
        site().prepare()
        if database.version() != database.newest_version():
            return "The database's tables are not those of this version."
    except PluginError as error:
        return error.message
    except SQLAlchemyError:
        return "The database does not answer."
    return ""


def _broker() -> str:
    url = site().plugin.environment.redis_url
    if not url:
        return ""  # none is configured: only what is exported with --inline moves
    limits = {"socket_timeout": BROKER_TIMEOUT, "socket_connect_timeout": BROKER_TIMEOUT}
    connect: Any = Broker  # kombu has no types
    try:
        with connect(url, connect_timeout=BROKER_TIMEOUT, transport_options=limits) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0)
    except (OperationalError, OSError, ValueError, KeyError):
        return "The broker does not answer at MINTSOFT_XERO_REDIS_URL."
    return ""


def _rules() -> str:
    try:
        _ = site().plugin.decider.digest
    except RuleFileError as error:
        return f"The rules can't be used; their first fault is in line {error.faults[0].line}."
    except PluginError as error:
        return error.message
    except OSError:
        return "The rule file can't be read."
    return ""


def _notes_on_rules() -> str:
    try:
        return " ".join(site().plugin.rulebooks.notes())
    except (PluginError, OSError):
        return ""  # the database went away just now: the next probe says so
