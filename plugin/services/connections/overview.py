"""Connections as people look at them: all in short, or one whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...domain.connections.connection import Connection
from ..container import Container
from ..mapping.gaps import MappingMaterial, gaps, invalid_entries
from .state import why_idle


@dataclass(frozen=True, kw_only=True)
class ConnectionSummary:
    """One connection in short."""

    connection: Connection
    #: Why nothing is sent; empty where it runs.
    why: str
    #: Until when a side that is away is waited for (UTC); None: nothing is held.
    holds_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ConnectionOverview:
    """One connection, whole."""

    summary: ConnectionSummary
    #: Why entries of the mapping no longer hold, by kind and source.
    invalid: Mapping[tuple[str, str], str]
    #: What is not mapped, or no longer holds, though documents will most likely need it.
    missing: tuple[str, ...]
    #: Until when changes at the source were read (UTC); None: never.
    read_until: datetime | None
    #: The last reconciliation: ``at``, ``findings``, ``since``, ``until``; None: there was none.
    reconciled: Mapping[str, Any] | None


def summaries(plugin: Container) -> list[ConnectionSummary]:
    """All connections, by name."""
    return [_summary(plugin, connection) for connection in plugin.connections.all()]


def overview(plugin: Container, name: str) -> ConnectionOverview:
    """One connection. Raises SettingsError: there is no such connection."""
    connection = plugin.connections.named(name)
    return ConnectionOverview(
        summary=_summary(plugin, connection),
        invalid=invalid_entries(connection),
        missing=tuple(missing(connection)),
        read_until=plugin.ledger.orders_read_until(connection),
        reconciled=_last_reconciled(plugin, connection),
    )


def missing(connection: Connection) -> list[str]:
    """What is not mapped, or no longer holds, though documents will most likely need it."""
    found = gaps(connection, MappingMaterial())
    return [f"{gap.sentence.removesuffix('.')}: {gap.fix}" for gap in found]


def _summary(plugin: Container, connection: Connection) -> ConnectionSummary:
    hold = plugin.ledger.held(connection)
    return ConnectionSummary(
        connection=connection,
        why=why_idle(plugin, connection),
        holds_until=hold.until if hold else None,
    )


def _last_reconciled(plugin: Container, connection: Connection) -> dict[str, Any] | None:
    kept = plugin.ledger.reconciliations(connection, limit=1)
    if not kept:
        return None
    days = {name: kept[0].result[name] for name in ("since", "until")}
    return {"at": kept[0].at, "findings": kept[0].findings, **days}
