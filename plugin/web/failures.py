"""Failures: a plain page with one sentence for whatever goes wrong. No traceback, no secret."""

import logging

from flask import Blueprint, render_template
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from ..error_codes import CODES
from ..errors import PluginError

log = logging.getLogger("mintsoft_xero.web")

_TITLES = {
    400: "That can't be done",
    403: "Not allowed",
    404: "There is no such page",
    429: "Too many tries",
    500: "Something went wrong",
    503: "Not ready",
}

_SENTENCES = {
    404: "Nothing is at this address.",
    500: "It is an error of ours; the log says more. Nothing is lost.",
}


def message_page(status: int, title: str, sentence: str, fix: str = "") -> tuple[str, int]:
    """A page that says one thing."""
    page = "mintsoft_xero/message.html"
    return render_template(page, title=title, sentence=sentence, fix=fix), status


def add_failures(blueprint: Blueprint) -> None:
    """Show failures of this blueprint's views, and of no other."""
    blueprint.register_error_handler(HTTPException, _of_http)
    blueprint.register_error_handler(PluginError, _of_plugin)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        blueprint.register_error_handler(kind, _of_database)


def _of_http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    own = _SENTENCES.get(status) if error.description == type(error).description else None
    title = _TITLES.get(status, error.name)
    return message_page(status, title, own or error.description or error.name)


def _of_plugin(error: PluginError) -> tuple[str, int]:
    log.warning("%s %s %s", error.code, error.message, error.detail)
    return message_page(503, _TITLES[503], error.message, error.fix)


def _of_database(error: Exception) -> tuple[str, int]:
    # Its own text may hold a statement's values.
    log.warning("the database does not answer: %s", type(error).__name__)
    code = CODES["MX-105"]
    sentence = code.sentence.format(service="The database", reason="it does not answer")
    return message_page(503, _TITLES[503], sentence, code.fix)
