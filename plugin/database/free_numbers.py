"""Numbers of invoices: which of them are free, and that two never take the same."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import select

from ..domain.connections.connection import Connection
from ..domain.exports.claim import plain_number
from .base import chunks
from .tables import export

#: How often a race for one number is run again before it is left for the next time.
NUMBER_RACES = 5

#: How the number of one ends that was exported again.
_AGAIN = re.compile(r"-R([0-9]{1,4})$", re.IGNORECASE)


def lock_numbers(transaction: Transaction) -> None:
    """One takes numbers at a time: two could wait for each other's for ever."""
    if transaction.dialect.name == "postgresql":
        transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(7326922)")


def free_numbers(
    transaction: Transaction,
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
) -> list[str]:
    """A number for each row: its order's own, or with its id behind it when that is taken.

    Another order's own number may look just like that: then a count follows the id.
    """
    organisation = connection.organisation_known.organisation_id
    wanted = [_possible_numbers(connection, row) for row in rows]
    firsts = sorted({next(numbers).lower() for numbers in wanted})
    holders = _holders(transaction, organisation, firsts)
    asked, given, free = set(firsts), set[str](), []
    for row in rows:
        own = row["mintsoft_account"], row["kind"], row["source_id"]
        for number in _possible_numbers(connection, row):
            key = number.lower()
            if key not in asked:
                asked.add(key)
                holders |= _holders(transaction, organisation, [key])
            if key not in given and holders.get(key, own) == own:
                given.add(key)
                free.append(number)
                break
    return free


def keeps_number(connection: Connection, row: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a row that nobody holds keeps its invoice number; `now`: its document as it is.

    One that was sent, or was given by a person. A number that never got a document holds nobody:
    with another prefix, or another number of the document, it gets a new one.
    """
    if not row.get("invoice_number"):
        return False
    if row["number_given"]:
        return True
    present = {**row, **now}
    _, _, again = _parts_of_numbers(connection, present)
    number: str = row["invoice_number"]
    return (
        bool(row["attempts"])
        and is_own_number(connection, present, number)
        and generation_of(number) == generation_of(again)
    )


def is_own_number(connection: Connection, row: Mapping[str, Any], number: str) -> bool:
    """Whether an invoice number is one that a document may have got, whenever it was exported."""
    plain, with_id, _ = _parts_of_numbers(connection, row)
    own = f"({re.escape(plain)}|{re.escape(with_id)}(-[0-9]+)?)(-R[0-9]+)?"
    return re.fullmatch(own, number, re.IGNORECASE) is not None


def generation_of(number: str) -> int:
    """Of which export of its document a number is: 1, or what stands at its end."""
    found = _AGAIN.search(number)
    return int(found[1]) if found else 1


def _parts_of_numbers(connection: Connection, row: Mapping[str, Any]) -> tuple[str, str, str]:
    """A document's own number, the same with its id, and what its generation puts behind."""
    plain = plain_number(connection.settings.number_prefix, row["number"])
    generation = row.get("generation", 1)
    return plain, f"{plain}-{row['source_id']}", "" if generation == 1 else f"-R{generation}"


def _possible_numbers(connection: Connection, row: Mapping[str, Any]) -> Iterator[str]:
    plain, with_id, again = _parts_of_numbers(connection, row)
    counted = (f"{with_id}-{count}" for count in itertools.count(2))
    return (f"{number}{again}" for number in itertools.chain((plain, with_id), counted))


def _holders(
    transaction: Transaction, organisation_id: str, keys: Sequence[str]
) -> dict[str, tuple[str, str, str]]:
    """Account, kind and source id of the row that has each of these numbers."""
    found: dict[str, tuple[str, str, str]] = {}
    for some in chunks(keys):
        query = select(
            export.c.invoice_number_key,
            export.c.mintsoft_account,
            export.c.kind,
            export.c.source_id,
        ).where(export.c.organisation_id == organisation_id, export.c.invoice_number_key.in_(some))
        found |= {key: tuple(owner) for key, *owner in transaction.execute(query)}
    return found
