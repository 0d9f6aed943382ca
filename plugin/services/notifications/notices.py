"""Notices as people ask for them: what was written, a test of the ways, a new signing secret."""

from dataclasses import dataclass

from ...domain.connections.connection import Connection
from ...domain.notifications.notice import Channel, Notice, NoticeKind, channels
from ...domain.notifications.notice_texts import sample_notice
from ...error_codes import CODES
from ...errors import SettingsError
from ...ports.notifications import Answer
from ..container import Container
from .parts import notify_parts
from .webhook import new_signing_secret


@dataclass(frozen=True, kw_only=True)
class WrittenNotice:
    """One notice, and of which connection it is."""

    connection: Connection
    notice: Notice


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What became of a notice that was sent as a test."""

    connection: Connection
    notice: Notice
    answer: Answer

    @property
    def fix(self) -> str:
        """What to do where it was not taken; empty where there is nothing to do."""
        code = self.answer.code
        return CODES[code].fix.replace("NAME", self.connection.name) if code else ""


def written_notices(plugin: Container, name: str | None) -> list[WrittenNotice]:
    """The newest notices of a connection, or of all, the newest first.

    Raises:
        SettingsError: there is no such connection.
    """
    connections = [plugin.connections.named(name)] if name else plugin.connections.all()
    of = {x.connection_id: x for x in connections}
    written = plugin.ledger.notices(connections[0] if name else None)
    return [WrittenNotice(connection=of[x.connection_id], notice=x) for x in written]


def ways(plugin: Container, name: str) -> tuple[Channel, ...]:
    """By which ways notices of a connection go.

    Raises:
        SettingsError: there is no such connection, or no way is set.
    """
    connection = plugin.connections.named(name)
    if found := channels(connection.settings, NoticeKind.TEST):
        return tuple(found)
    raise SettingsError(
        f"Connection {name} has nobody to send notices to",
        fix=f"mintsoft-xero connection set {name} notify_email=ADDRESS, or"
        " notify_webhook=https://...",
    )


def send_test(plugin: Container, name: str) -> list[Attempt]:
    """Send a notice by each way that is set, and say what became of it. Raises as `ways`."""
    connection, found = plugin.connections.named(name), ways(plugin, name)
    parts, now = notify_parts(plugin), plugin.clock.now()
    attempts = []
    for channel in found:
        notice = plugin.ledger.write_notice(connection, sample_notice(connection, now), channel)
        answer = parts.senders[channel].send(connection, notice)
        # Whoever tries the way is here to read the answer: it is not tried again.
        parts.ledger.end_attempt(notice, answer.words, sent=answer.taken, gone=True)
        attempts.append(Attempt(connection=connection, notice=notice, answer=answer))
    return attempts


def new_secret(plugin: Container, name: str) -> str:
    """A new secret that posted notices are signed with; the one before signs for another day.

    Raises:
        SettingsError: there is no such connection.
    """
    connection = plugin.connections.named(name)
    return new_signing_secret(plugin.vault, connection.connection_id, plugin.clock.now())
