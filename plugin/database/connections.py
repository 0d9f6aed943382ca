"""Connections, their grants, settings and mappings, as the database keeps them."""

from collections.abc import Collection
from collections.abc import Mapping as MappingType
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection, ConnectionState, Grant
from ..domain.connections.job import FIRST_OF_MODE, JobName
from ..domain.connections.mapping import Entry, Mapping
from ..domain.connections.organisation import Organisation
from ..domain.connections.settings import Settings
from ..errors import SettingsError, did_you_mean
from ..ports.clock import Clock
from .database import Database
from .job_planning import hasten, new_jobs, plan_again, set_intervals, start_jobs, stop_jobs
from .json_columns import (
    organisation_from_json,
    organisation_to_json,
    settings_from_json,
    settings_to_json,
)
from .tables import access_grant, connection, mapping

#: How far a connection has read, both sides.
_CURSORS = (
    "orders_read_until",
    "numbers_read_until",
    "contacts_read_until",
    "changes_read_until",
    "looked_at",
)

#: Nothing holds it up.
_AWAKE = {"held_until": None, "held_because": "", "failures": 0}


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
        raise SettingsError(
            f"There is no connection {name!r}{did_you_mean(name, names)}",
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
                _keep_grant(transaction, grant, now)
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
                new_jobs(transaction, key[0], mode)
        except IntegrityError:
            raise SettingsError(
                f"There is a connection {name!r} already", fix="Choose another name."
            ) from None
        return self.named(name)

    def keep_all(
        self,
        of: Connection,
        settings: Settings,
        entries: MappingType[tuple[str, str], Entry],
        schedules: MappingType[JobName, int | None],
    ) -> None:
        """Replace settings, add entries of the mapping and set intervals: all, or nothing.

        `schedules`: minutes between two runs by job, None for off.
        """
        with self._database.transaction() as transaction:
            change = update(connection).where(connection.c.id == of.connection_id)
            transaction.execute(change.values(_settings(of, settings)))
            _keep_entries(transaction, of.connection_id, entries)
            set_intervals(transaction, of.connection_id, schedules)
            plan_again(transaction, of.connection_id)

    def keep_settings(self, of: Connection, settings: Settings) -> None:
        """Replace the settings; an earlier start date has all orders since then read again."""
        self._set(of, **_settings(of, settings))
        whens = [(x.sync_minutes, x.timezone) for x in (of.settings, settings)]
        if whens[0] != whens[1]:
            with self._database.transaction() as transaction:
                plan_again(transaction, of.connection_id)

    def keep_organisation(self, of: Connection, organisation: Organisation) -> None:
        """Replace what is known of the organisation; one that waited for consent is active."""
        values: dict[str, Any] = {
            "organisation_id": organisation.organisation_id,
            "organisation": organisation_to_json(organisation),
        }
        if of.state is ConnectionState.NEEDS_CONSENT:
            values["state"] = ConnectionState.ACTIVE
        self._set(of, **values)

    def connected(
        self,
        of: Connection,
        organisation: Organisation,
        entries: MappingType[tuple[str, str], Entry],
    ) -> None:
        """Access was given to its organisation: it runs, from where it was.

        To another organisation than before it begins anew: what was assumed for the former is
        replaced by `entries`, all is read from the start date on, and the schedules wait for a
        person's first export. The rows of the former stay with it.
        """
        before = of.organisation
        values: dict[str, Any] = {
            "organisation_id": organisation.organisation_id,
            "organisation": organisation_to_json(organisation),
            "state": ConnectionState.ACTIVE,
            "standing": None,
            "paused_because": "",
        }
        another = before is not None and before.organisation_id != organisation.organisation_id
        with self._database.transaction() as transaction:
            if another:
                values |= dict.fromkeys(_CURSORS) | _AWAKE | {"started": False}
                assumed = mapping.c.connection_id == of.connection_id, mapping.c.assumed
                transaction.execute(delete(mapping).where(*assumed))
                stop_jobs(transaction, of.connection_id)
            change = update(connection).where(connection.c.id == of.connection_id)
            transaction.execute(change.values(values))
            _keep_entries(transaction, of.connection_id, entries)

    def disconnect(self, of: Connection) -> None:
        """Stop it until a person connects it again; all that it has done stays."""
        values = {"state": ConnectionState.PAUSED, "standing": ConnectionState.DISCONNECTED}
        self._set(of, **values, paused_because="disconnected by a person")

    def ask_organisation(self, of: Connection, found: MappingType[str, str]) -> None:
        """Have a person choose among organisations: names by id."""
        values = {
            "state": ConnectionState.NEEDS_CONSENT,
            "standing": ConnectionState.NEEDS_ORGANISATION,
        }
        self._set(of, **values, paused_because=listed(found))

    def keep_entries(self, of: Connection, entries: MappingType[tuple[str, str], Entry]) -> None:
        """Add or replace entries of the mapping."""
        with self._database.transaction() as transaction:
            _keep_entries(transaction, of.connection_id, entries)

    def drop_entry(self, of: Connection, kind: str, source: str) -> None:
        """Remove an entry of the mapping; one that is not there is no error."""
        with self._database.transaction() as transaction:
            transaction.execute(delete(mapping).where(_same_entry(of.connection_id, kind, source)))

    def pause(self, of: Connection, why: str) -> None:
        """Stop it until a person resumes it; one that stands still for more stays so."""
        self._set_if_free(of, state=ConnectionState.PAUSED, paused_because=why)

    def resume(self, of: Connection) -> None:
        """Let it run again; one without an organisation waits for consent.

        One that is disconnected, or needs an organisation, stays so: see `connected`.
        """
        state = ConnectionState.ACTIVE if of.organisation else ConnectionState.NEEDS_CONSENT
        self._set_if_free(of, state=state, paused_because="")

    def start(self, of: Connection) -> None:
        """A person has exported what its mode exports: from now on the schedule may."""
        with self._database.transaction() as transaction:
            if of.mode in FIRST_OF_MODE:
                start_jobs(transaction, of.connection_id, FIRST_OF_MODE[of.mode])

    def hasten(self, organisation_ids: Collection[str], within: timedelta) -> None:
        """Something happened in these organisations: bring the next runs of their jobs near.

        A run that is nearer already stays, so a thousand events cause one. Jobs that are off,
        or that nobody has started yet, stay so.
        """
        with self._database.transaction() as transaction:
            hasten(transaction, organisation_ids, self._clock.now() + within)

    def _set(self, of: Connection, **values: Any) -> None:
        with self._database.transaction() as transaction:
            change = update(connection).where(connection.c.id == of.connection_id)
            transaction.execute(change.values(values))

    def _set_if_free(self, of: Connection, **values: Any) -> None:
        """Compare-and-set: a person may disconnect it at the same moment."""
        free = connection.c.id == of.connection_id, connection.c.standing.is_(None)
        with self._database.transaction() as transaction:
            transaction.execute(update(connection).where(*free).values(values))


def listed(found: MappingType[str, str]) -> str:
    """Organisations in words, by name with their ids."""
    return ", ".join(f"{name} ({key})" for key, name in sorted(found.items(), key=lambda x: x[1]))


def _keep_grant(transaction: Transaction, grant: Grant, now: datetime) -> None:
    """Keep a new grant; one that another connection has is there already."""
    there = select(access_grant.c.id).where(access_grant.c.id == grant.grant_id)
    if transaction.scalar(there) is None:
        kept = {"kind": grant.kind, "client_id": grant.client_id, "created_at": now}
        transaction.execute(insert(access_grant).values(id=grant.grant_id, **kept))


def _settings(of: Connection, settings: Settings) -> dict[str, Any]:
    """Columns of new settings; an earlier start date has all orders since then read again."""
    before, after = of.settings.start_date, settings.start_date
    earlier = before is not None and (after is None or after < before)
    again = {"orders_read_until": None} if earlier else {}
    return {"settings": settings_to_json(settings), **again}


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
        state=ConnectionState(row["standing"] or row["state"]),
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
        transaction.execute(delete(mapping).where(_same_entry(connection_id, kind, source)))
        key = {"connection_id": connection_id, "kind": kind, "source": source}
        values = {"target": entry.target, "assumed": entry.assumed}
        transaction.execute(insert(mapping).values(**key, **values))


def _same_entry(connection_id: int, kind: str, source: str) -> Any:
    """The row of an entry."""
    return (
        (mapping.c.connection_id == connection_id)
        & (mapping.c.kind == kind)
        & (mapping.c.source == source)
    )
