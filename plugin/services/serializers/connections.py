"""Connections as programs read them: in short, whole, and after a change of their access."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ...domain.connections.health import Point, PointState
from ...domain.connections.mapping import KINDS
from ..connections.overview import ConnectionOverview, ConnectionSummary
from ..connections.state import Standing
from .settings import settings


def summary(of: ConnectionSummary) -> dict[str, Any]:
    """One connection in short."""
    connection = of.connection
    return {
        "name": connection.name,
        "mode": connection.mode,
        "state": connection.state,
        "why": of.why or None,
        "holds_until": of.holds_until,
        "mintsoft_username": connection.mintsoft_username,
        "mintsoft_client": connection.mintsoft_client or None,
        "organisation": connection.organisation.name if connection.organisation else None,
    }


def connection(of: ConnectionOverview) -> dict[str, Any]:
    """One connection, whole."""
    found = of.summary.connection
    organisation, kinds = found.organisation, list(KINDS)
    entries = sorted(found.mapping.entries.items(), key=lambda x: (kinds.index(x[0][0]), x[0]))
    known = organisation and {
        "id": organisation.organisation_id,
        "name": organisation.name,
        "country": organisation.country,
        "base_currency": organisation.base_currency,
        "currencies": list(organisation.currencies),
        "locked_until": organisation.locked_until,
        "read_at": organisation.read_at,
    }
    return {
        **summary(of.summary),
        "organisation": known,
        "settings": settings(found.settings),
        "mapping": [
            {
                "kind": kind,
                "source": source,
                "target": x.target,
                "assumed": x.assumed,
                "problem": of.invalid.get((kind, source)),
            }
            for (kind, source), x in entries
        ],
        "missing": list(of.missing),
        "schedule": {
            "sync_minutes": found.settings.sync_minutes,
            "started": found.started,
            "orders_read_until": of.read_until,
        },
        "reconciled": dict(of.reconciled) if of.reconciled else None,
    }


def standing(of: Standing) -> dict[str, Any]:
    """Whether a connection runs, and where a person allows access."""
    may_run, why = of.connection.may_run()
    return {
        "name": of.connection.name,
        "state": of.connection.state,
        "why": None if may_run else why,
        "consent_address": of.consent_address,
    }


def health(name: str, points: Sequence[Point]) -> dict[str, Any]:
    """What a connection may do and lacks."""
    ok = not any(point.state is PointState.MISSING for point in points)
    return {"name": name, "ok": ok, "points": [asdict(x) for x in points]}
