"""Ticking: what time moves on. One tick for all connections, every few seconds.

    jobs whose time has come            one question for all connections (`schedules`)
    documents that wait for time        one question for all; then each that has some

A tick that finds nothing has asked these two things, however many connections there are.
"""

import logging

from .dispatching import ask_for_marks, dispatch, holds
from .domain.connection import Connection
from .errors import TryLater
from .joined import Plugin
from .messages import SETTLE, send
from .schedules import tell

log = logging.getLogger("mintsoft_xero.tasks")


def tick_all(plugin: Plugin) -> None:
    """One tick for every connection that may run; what one of them can't do costs no other."""
    for job in plugin.jobs.take_due():
        try:
            tell(plugin, job)
        except TryLater as error:
            _log(job.connection_id, error)
    for connection_id in plugin.ledger.stirring():
        connection = plugin.connections.with_id(connection_id)
        if connection is not None:
            try:
                tick(plugin, connection)
            except TryLater as error:
                _log(connection_id, error)


def tick(plugin: Plugin, connection: Connection) -> None:
    """What moves a connection's documents on: lost messages, lost answers, marks."""
    ledger = plugin.ledger
    if connection.started:
        dispatch(plugin, connection)
    again_at = ledger.decides_again_at(connection)
    its_time = again_at is not None and again_at <= plugin.clock.now()
    ask_for_marks(plugin, connection)
    if holds(plugin, connection):
        return  # what has to be asked or read is left until one call may find out
    if its_time or ledger.abandoned(connection, older_than=300) or ledger.doubtful(connection):
        send(plugin, SETTLE, connection.connection_id)


def _log(connection_id: int, error: TryLater) -> None:
    words = (connection_id, error.code, error.message, error.detail)
    log.warning("no tick for connection %s: %s %s %s", *words)
