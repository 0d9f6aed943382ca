"""Digest: what happened on a connection within a day, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..exports.cause import Cause
from ..exports.export import ExportState


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Documents of one kind and currency that went over within the time."""

    #: ``order``, ``client_invoice``; or what was made in Mintsoft.
    kind: str
    #: ISO 4217; empty where the documents have none.
    currency: str
    documents: int
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class LastReconciled:
    """The newest reconciliation."""

    at: datetime
    findings: int
    #: First and last day, ISO 8601.
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The figures of one connection."""

    #: UTC, from the one up to but without the other.
    begin: datetime
    end: datetime
    #: What came into the target within the time.
    exported: tuple[Passed, ...]
    #: What was made of the target's documents within the time.
    imported: tuple[Passed, ...]
    #: How many documents stand where, now.
    states: Mapping[ExportState, int]
    causes: tuple[Cause, ...]
    reconciled: LastReconciled | None
