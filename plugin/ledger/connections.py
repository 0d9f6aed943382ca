"""Connections, their grants, settings and mappings, as the database keeps them."""

from collections.abc import Collection
from collections.abc import Mapping as MappingType
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..domain.connection import Connection, ConnectionState, Grant, Settings
from ..domain.mapping import Entry, Mapping
from ..domain.organisation import Organisation
from ..errors import SettingsError
from ..ports import Clock
from .database import Database
from .documents import (
    organisation_from_json,
    organisation_to_json,
    settings_from_json,
    settings_to_json,
)
from .tables import access_grant, connection, mapping


class Connections:
    """All connections of this installation."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[Connection]:
        """Every connection, by name."""
        with self._database.transaction() as transaction:
            rows = transaction.execute(_joined().order_by(connection.c.name)).mappings().all()
            return [_connection(transaction, row) for row in rows]

    def named(self, name: str) -> Connection:
        """The connection with this name. Raises SettingsError for an unknown one."""
        with self._database.transaction() as transaction:
            query = _joined().where(connection.c.name == name)
            row = transaction.execute(query).mappings().one_or_none()
            if row is not None:
                return _connection(transaction, row)
            names = list(transaction.scalars(select(connection.c.name)))
        close = get_close_matches(name, names, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise SettingsError(
            f"There is no connection {name!r}{hint}",
            fix="mintsoft-xero connection list shows them.",
        )

    def with_id(self, connection_id: int) -> Connection | None:
        """The connection with this id; None when there is none any more."""
        with self._database.transaction() as transaction:
            query = _joined().where(connection.c.id == connection_id)
            row = transaction.execute(query).mappings().one_or_none()
            return _connection(transaction, row) if row is not None else None

    def add(
        self,
        *,
        name: str,
        mode: str,
        grant: Grant,
        mintsoft_username: str,
        mintsoft_client: str,
        settings: Settings,
        organisation: Organisation | None,
        entries: MappingType[tuple[str, str], Entry],
        source: str = "mintsoft",
        target: str = "xero",
    ) -> Connection:
        """Keep a new connection: without an organisation yet it waits for consent.

        Raises:
            SettingsError: the name is taken.
        """
        now = self._clock.now()
        state = ConnectionState.ACTIVE if organisation else ConnectionState.NEEDS_CONSENT
        try:
            with self._database.transaction() as transaction:
                kept = {"kind": grant.kind, "client_id": grant.client_id, "created_at": now}
                transaction.execute(insert(access_grant).values(id=grant.grant_id, **kept))
                result = transaction.execute(
                    insert(connection).values(
                        name=name,
                        mode=mode,
                        state=state,
                        mintsoft_username=mintsoft_username,
                        mintsoft_client=mintsoft_client,
                        source=source,
                        target=target,
                        grant_id=grant.grant_id,
                        organisation_id=organisation.organisation_id if organisation else None,
                        organisation=organisation_to_json(organisation) if organisation else None,
                        settings=settings_to_json(settings),
                        created_at=now,
                    )
                )
                key = result.inserted_primary_key
                assert key is not None
                _keep_entries(transaction, key[0], entries)
        except IntegrityError:
            raise SettingsError(
                f"There is a connection {name!r} already", fix="Choose another name."
            ) from None
        return self.named(name)

    def keep_settings(self, of: Connection, settings: Settings) -> None:
        """Replace the settings; an earlier start date has all orders since then read again."""
        values: dict[str, Any] = {"settings": settings_to_json(settings)}
        before, after = of.settings.start_date, settings.start_date
        if before is not None and (after is None or after < before):
            values["orders_read_until"] = None
        self._set(of, **values)

    def keep_organisation(self, of: Connection, organisation: Organisation) -> None:
        """Replace what is known of the organisation; one that waited for consent is active."""
        values: dict[str, Any] = {
            "organisation_id": organisation.organisation_id,
            "organisation": organisation_to_json(organisation),
        }
        if of.state is ConnectionState.NEEDS_CONSENT:
            values["state"] = ConnectionState.ACTIVE
        self._set(of, **values)

    def keep_entries(self, of: Connection, entries: MappingType[tuple[str, str], Entry]) -> None:
        """Add or replace entries of the mapping."""
        with self._database.transaction() as transaction:
            _keep_entries(transaction, of.connection_id, entries)

    def pause(self, of: Connection, why: str) -> None:
        """Stop it until a person resumes it."""
        self._set(of, state=ConnectionState.PAUSED, paused_because=why)

    def resume(self, of: Connection) -> None:
        """Let it run again; one without an organisation waits for consent."""
        state = ConnectionState.ACTIVE if of.organisation else ConnectionState.NEEDS_CONSENT
        self._set(of, state=state, paused_because="")

    def start(self, of: Connection) -> None:
        """A person has exported: from now on the schedule may."""
        self._set(of, started=True)

    def take_slot(self, of: Connection) -> bool:
        """Whether a scheduled sync is due, and this caller is the one that gets to run it.

        Compare-and-set on the next slot: of several beats or ticks one wins, missed slots are
        skipped, and the phase stays.
        """
        minutes = of.settings.sync_minutes
        if not minutes or not of.started or of.state is not ConnectionState.ACTIVE:
            return False
        now, step = self._clock.now(), timedelta(minutes=minutes)
        with self._database.transaction() as transaction:
            query = select(connection.c.next_sync_at).where(connection.c.id == of.connection_id)
            slot: datetime | None = transaction.scalar(query)
            if slot is not None and slot > now and slot - now <= step:
                return False
            following = now + step if slot is None or slot > now else _after(slot, now, step)
            same = (
                connection.c.next_sync_at.is_(None)
                if slot is None
                else (connection.c.next_sync_at == slot)
            )
            change = update(connection).where(connection.c.id == of.connection_id, same)
            taken = transaction.execute(change.values(next_sync_at=following)).rowcount == 1
        return bool(taken and slot is not None)

    def hasten(self, organisation_ids: Collection[str], within: timedelta) -> None:
        """Something happened in these organisations: bring their next syncs near.

        A sync that is nearer already stays, so a thousand events cause one. Schedules that are
        off, or that nobody has started yet, stay so.
        """
        soon = self._clock.now() + within
        change = update(connection).where(
            connection.c.organisation_id.in_(organisation_ids), connection.c.next_sync_at > soon
        )
        with self._database.transaction() as transaction:
            transaction.execute(change.values(next_sync_at=soon))

    def _set(self, of: Connection, **values: Any) -> None:
        with self._database.transaction() as transaction:
            change = update(connection).where(connection.c.id == of.connection_id)
            transaction.execute(change.values(values))


def _after(slot: datetime, now: datetime, step: timedelta) -> datetime:
    """The first slot of the same phase that lies in the future."""
    return slot + step * ((now - slot) // step + 1)


def _joined() -> Any:
    return select(
        connection, access_grant.c.kind.label("grant_kind"), access_grant.c.client_id
    ).join(access_grant, access_grant.c.id == connection.c.grant_id)


def _connection(transaction: Transaction, row: Any) -> Connection:
    query = select(mapping).where(mapping.c.connection_id == row["id"])
    entries = {
        (x.kind, x.source): Entry(target=x.target, assumed=x.assumed)
        for x in transaction.execute(query)
    }
    organisation = row["organisation"]
    return Connection(
        connection_id=row["id"],
        name=row["name"],
        mode=row["mode"],
        state=ConnectionState(row["state"]),
        paused_because=row["paused_because"],
        mintsoft_username=row["mintsoft_username"],
        mintsoft_client=row["mintsoft_client"],
        grant=Grant(grant_id=row["grant_id"], kind=row["grant_kind"], client_id=row["client_id"]),
        settings=settings_from_json(row["settings"]),
        mapping=Mapping(entries),
        organisation=organisation_from_json(organisation) if organisation else None,
        started=row["started"],
        source=row["source"],
        target=row["target"],
    )


def _keep_entries(
    transaction: Transaction,
    connection_id: int,
    entries: MappingType[tuple[str, str], Entry],
) -> None:
    for (kind, source), entry in entries.items():
        same = (
            (mapping.c.connection_id == connection_id)
            & (mapping.c.kind == kind)
            & (mapping.c.source == source)
        )
        transaction.execute(delete(mapping).where(same))
        key = {"connection_id": connection_id, "kind": kind, "source": source}
        values = {"target": entry.target, "assumed": entry.assumed}
        transaction.execute(insert(mapping).values(**key, **values))
