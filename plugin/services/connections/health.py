"""Health: asks both sides what a connection may do, and says what is missing with its fix.

    the source     its login, the client, the statuses that the settings name
    the target     access, scopes, what the person may do, the organisation
    the mapping    what documents will need

Reads alone; nothing is changed but the snapshot of the organisation.
"""

from collections.abc import Callable

from ...domain.connections.connection import Connection
from ...domain.connections.health import Point, PointState
from ...domain.connections.organisation import Organisation
from ...errors import PluginError, TryLater
from ...ports.adapter import AdapterContext, SourceAdapter, TargetAdapter
from ...ports.infrastructure import Quota
from ..mapping.gaps import MappingMaterial, gaps
from ..mapping.targets import usable

#: Fewer calls than this are left of a day that is nearly used up.
FEW_CALLS = 100


def look(
    means: AdapterContext, source: SourceAdapter, target: TargetAdapter, connection: Connection
) -> list[Point]:
    """All points of a connection, those of the source first. A side that fails is a point."""
    points = [*_tried(source.title, lambda: source.health(means, connection))]
    if connection.organisation is None:
        _, why = connection.may_run()
        return [*points, _missing(target.title, "access", why, _connect(connection))]
    points += _tried(target.title, lambda: target.health(means, connection))
    points += of_organisation(target.title, connection.organisation)
    points += _tried(
        target.title,
        lambda: of_limits(
            target.title,
            target.left(means, connection.grant, connection.organisation_known.organisation_id),
        ),
    )
    return [*points, *of_mapping(connection), *of_state(connection)]


def of_organisation(side: str, known: Organisation) -> list[Point]:
    """What the snapshot of an organisation says."""
    sold = [x for x in known.accounts if usable(x) and x.account_class == "REVENUE"]
    rates = [x for x in known.tax_rates if x.active and x.applies_to_revenue]
    until = known.locked_until
    locked = f"Documents dated up to {until} are refused there." if until else "None is set."
    return [
        _note(side, "organisation", f"{known.name}, {known.country}, {known.base_currency}."),
        _note(side, "lock_dates", locked),
        _ok(side, "currencies", f"{', '.join(known.currencies)}."),
        _counted(side, "accounts", len(sold), "accounts for sales", "Chart of accounts"),
        _counted(side, "tax_rates", len(rates), "tax rates for sales", "Tax rates"),
    ]


def of_limits(side: str, left: Quota) -> list[Point]:
    """How many calls the organisation's plan still allows today, as it last said."""
    if left.day is None:
        return [_note(side, "limits", "How many calls are left today is known after the first.")]
    words = f"{left.day} calls are left today."
    if left.day < FEW_CALLS:
        fix = "Wait until the day's limit begins anew; nothing is lost meanwhile."
        return [Point(side=side, name="limits", state=PointState.NOTE, sentence=words, fix=fix)]
    return [_ok(side, "limits", words)]


def of_mapping(connection: Connection) -> list[Point]:
    """What documents will most likely need and is not mapped, or no longer holds."""
    found = [
        Point(
            side="mapping",
            name=gap.kind or "mapping",
            state=PointState.MISSING if gap.blocks else PointState.NOTE,
            sentence=gap.sentence,
            fix=gap.fix,
        )
        for gap in gaps(connection, MappingMaterial())
    ]
    return found or [_ok("mapping", "mapping", "Nothing is missing.")]


def of_state(connection: Connection) -> list[Point]:
    """Whether it may run at all."""
    may_run, why = connection.may_run()
    if may_run:
        return [_ok("connection", "state", "It may run.")]
    sentence, _, fix = why.rpartition("; ")
    return [_missing("connection", "state", sentence or why, fix)]


def _tried(side: str, asked: Callable[[], list[Point]]) -> list[Point]:
    """What a side says, or why it could not."""
    try:
        return asked()
    except PluginError as error:
        name = "reached" if isinstance(error, TryLater) else "access"
        return [_missing(side, name, error.message, error.fix)]


def _counted(side: str, name: str, count: int, what: str, where: str) -> Point:
    if count:
        return _ok(side, name, f"{count} {what}.")
    return _missing(side, name, f"There are no {what}.", f"Make one in {side}: {where}.")


def _connect(connection: Connection) -> str:
    return f"Run: mintsoft-xero connection connect {connection.name}"


def _ok(side: str, name: str, sentence: str) -> Point:
    return Point(side=side, name=name, state=PointState.OK, sentence=sentence)


def _note(side: str, name: str, sentence: str) -> Point:
    return Point(side=side, name=name, state=PointState.NOTE, sentence=sentence)


def _missing(side: str, name: str, sentence: str, fix: str) -> Point:
    return Point(side=side, name=name, state=PointState.MISSING, sentence=sentence, fix=fix)
