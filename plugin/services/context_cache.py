"""Context cache: what a worker process keeps of a connection between its tasks."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.connections.connection import Connection
from ..exports.context import ExportContext
from .container import Container


class ContextCache(threading.local):
    """Parts that a process (and thread) keeps while it uses them: their sockets stay open."""

    #: Longer than this unused, the other side may have forgotten the socket.
    life = timedelta(seconds=30)

    def __init__(self, plugin: Container) -> None:
        self._plugin = plugin
        self._kept: dict[int, tuple[Connection, datetime, ExportContext]] = {}

    def of(self, connection: Connection) -> ExportContext:
        """The parts of a connection as it is now, with the book that decides now."""
        now, key = self._plugin.clock.now(), connection.connection_id
        young = {k: kept for k, kept in self._kept.items() if now - kept[1] < self.life}
        known = young.get(key)
        if known is not None and known[0] == connection:
            parts = replace(known[2], decider=self._plugin.decider_of(connection.book))
        else:
            parts = self._plugin.parts(connection)
        self._kept = {**young, key: (connection, now, parts)}
        return parts
