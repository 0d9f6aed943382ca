"""Documents: found by the numbers that people know them by."""

from collections.abc import Iterator, Sequence

from ...domain.connections.connection import Connection
from ...domain.exports.export import Export, ExportState
from ...errors import SettingsError, did_you_mean
from ..container import Container


def choose(plugin: Container, connection: Connection, numbers: Sequence[str]) -> list[Export]:
    """The documents with these order numbers.

    Raises:
        SettingsError: a number belongs to none.
    """
    found = named(plugin, connection, numbers)
    known = {x.number.lower() for x in found}
    missing = [number for number in numbers if number.lower() not in known]
    if missing:
        if plugin.imports.rows(connection, numbers=missing[:1]):
            came = f"{missing[0]} came from Xero: it was imported, or is to be"
            fix = f"mintsoft-xero imports list {connection.name} {missing[0]} says where it stands."
            raise SettingsError(came, fix=fix)
        every = {x.number for x in plugin.ledger.exports(connection)}
        hint = did_you_mean(missing[0], every)
        raise SettingsError(
            f"No order {', '.join(missing)} was seen on connection {connection.name}{hint}",
            fix=f"mintsoft-xero outcomes {connection.name} shows all that were.",
        )
    return found


def held_twin(plugin: Container, connection: Connection, order: str) -> Export:
    """The one document of this number, or else of this id, that is held since it equals another.

    Raises:
        SettingsError: there is no such document, or none is held so, or several are.
    """
    by_id = list(plugin.ledger.exports(connection, source_ids=[order]))
    rows = named(plugin, connection, [order]) or by_id or choose(plugin, connection, [order])
    held = [x for x in rows if _is_held_twin(plugin, x)]
    held = held or [x for x in by_id if _is_held_twin(plugin, x)]
    if not held:
        raise SettingsError(
            f"Order {order} is not held for being equal to another one",
            fix=f"Look why it is where it is: mintsoft-xero explain {connection.name} {order}",
        )
    if len(held) > 1:
        ids = ", ".join(x.source_id for x in held)
        raise SettingsError(
            f"Several orders with the number {order} are held for being equal to another one",
            fix=f"Name the one that is meant by its id (one of {ids}): "
            f"mintsoft-xero retry {connection.name} {held[0].source_id} --single",
        )
    return held[0]


def _is_held_twin(plugin: Container, row: Export) -> bool:
    """Whether the rules were told of a twin, whatever code a book of one's own gives to that."""
    if not row.may_be_retried:
        return False
    return bool((plugin.ledger.story(row.export_id).facts or {}).get("duplicate_of"))


def outcomes(plugin: Container, name: str, state: str | None = None) -> Iterator[Export]:
    """Every document of a connection, or those in one state, ordered by source id.

    Raises:
        SettingsError: there is no such connection or state.
    """
    connection = plugin.connections.named(name)
    return plugin.ledger.exports(connection, state=state_of(state) if state else None)


def with_ids(plugin: Container, connection: Connection, export_ids: Sequence[int]) -> list[Export]:
    """Those of the documents with these ids that are the connection's, as they are now."""
    return list(plugin.ledger.exports(connection, export_ids=export_ids)) if export_ids else []


def named(plugin: Container, connection: Connection, numbers: Sequence[str]) -> list[Export]:
    """The documents with these numbers as they are now; none for no numbers."""
    return list(plugin.ledger.exports(connection, numbers=numbers)) if numbers else []


def state_of(word: str) -> ExportState:
    """A state by its word, or by the label that people read."""
    for state in ExportState:
        if word.lower() in {state.value, state.label.lower()}:
            return state
    words = [state.value for state in ExportState]
    hint = did_you_mean(word, words)
    raise SettingsError(f"There is no state {word!r}{hint}", fix=f"States: {', '.join(words)}.")
