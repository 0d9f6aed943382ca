"""The people of the fleet: they connect, disconnect, connect again, and ask for runs.

Everything goes through the plugin as commands and pages call it; what they do at Xero goes
through its consent page.
"""

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import func, or_, select

from ...plugin.database.import_tables import import_
from ...plugin.database.tables import export, lease
from ...plugin.domain.client_invoices.client_invoice import CostCentre
from ...plugin.domain.connections.connection import Connection, ConnectionState
from ...plugin.domain.connections.job import FIRST_OF_MODE, Job, JobName
from ...plugin.errors import PluginError
from ...plugin.services.celery_app import TICK_TASK
from ...plugin.services.connections.access import consent_address, disconnect, finish_consent
from ...plugin.services.connections.setup import add_connection
from ...plugin.services.jobs import tell
from ...plugin.services.mapping.edit import map_source
from ...plugin.services.queue import send
from ..chaos.installation import SOON, TICK_EVERY
from ..chaos.judge import MOVING
from ..chaos.worker import joined
from ..chaos.world import TIMEOUT, World
from .members import CUSTOM, FULFILMENT, Member, sharing

#: Of every connection.
SETTINGS = {
    "start_date": "any",
    "batch_size": "10",
    "write_pace": "1000",
    "quiet_seconds": "0",
    "sync_minutes": "15",
    # Marks in Mintsoft are chaos's business: they cost most of the calls.
    "tag": "",
}
#: Real seconds for which a disconnected or paused connection stands still at least.
STANDS_FOR = (0.5, 3.0)
_IMPORTS = {
    "sales_invoice": JobName.IMPORT_SALES_INVOICES,
    "purchase_order": JobName.IMPORT_PURCHASE_ORDERS,
}
#: At most so many runs wait for the worker at a time.
WAITING = 8
#: A message that was not worked on within so much of the fast clock's time is told again.
LOST_AFTER = timedelta(minutes=1)


class Office:
    """All connections, from their making to the last look."""

    def __init__(
        self,
        world: World,
        members: Sequence[Member],
        ids: Mapping[str, str],
        fired: Counter[str],
        *,
        seed: int,
        swapped: bool,
    ) -> None:
        """`ids`: of the organisations by name; `swapped`: two get each other's (the mutation)."""
        self.members = members
        self._world, self._fired = world, fired
        self._random = Random(f"office {seed}")
        self.plugin = joined(world.begun, world.speed)
        #: Which organisation each is joined to, by the members' names.
        self.organisation_of = {x.name: ids[x.organisation] for x in members}
        if swapped:
            one, other = members[0].name, members[1].name
            of = self.organisation_of
            of[one], of[other] = of[other], of[one]
        self._stands: dict[str, float] = {}
        self._ticked = 0.0
        #: Runs that were seen to begin, by member and moment; and those that have ended.
        self.begun: set[tuple[str, str, datetime]] = set()
        self._ended: set[tuple[str, str, datetime]] = set()
        self._members = {member.name: member for member in members}
        for member in members:
            self._connect(member)

    # Making them

    def _connect(self, member: Member) -> None:
        first = sharing(member.app, self.members)[0]
        shares, wanted = first is not member, self.organisation_of[member.name]
        added = add_connection(
            self.plugin,
            name=member.name,
            mode=member.mode,
            mintsoft_username=member.account,
            mintsoft_client=member.client,
            xero_client_id=member.app,
            settings={
                **SETTINGS,
                **({"warehouses": ",".join(member.warehouses)} if member.warehouses else {}),
                **({"channels": ",".join(map(str, member.channels))} if member.channels else {}),
                **member.settings,
            },
            secrets={"mintsoft_password": member.account, "xero_client_secret": member.app},
            organisation=wanted if shares and member.app != CUSTOM else "",
            share_grant_of=first.name if shares else "",
        )
        if not shares and member.app != CUSTOM:
            every = [self.organisation_of[x.name] for x in sharing(member.app, self.members)]
            added = self._consent(added, wanted, every)
        if member.mode == FULFILMENT:
            for centre in CostCentre:
                tax = "ZERORATEDOUTPUT" if centre is CostCentre.POSTAGE_VAT_FREE else "OUTPUT2"
                map_source(self.plugin, added.name, "cost_centre", centre.value, f"200/{tax}")
        self.plugin.connections.start(added)
        for kind in member.imports:
            self.plugin.jobs.start(added, _IMPORTS[kind])

    def _consent(self, connection: Connection, wanted: str, ticked: Collection[str]) -> Connection:
        """A person ticks organisations on Xero's page, and comes back with the code."""
        address = consent_address(self.plugin, connection, organisation=wanted)
        form = {"tenant": sorted(set(ticked))}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=TIMEOUT)
        if not answer.is_redirect:  # Xero is in trouble, and shows another page
            raise requests.RequestException(answer.status_code)
        told = parse_qs(urlsplit(answer.headers["Location"]).query)
        return finish_consent(self.plugin, "xero", told["state"][0], told["code"][0])

    # What happens to them

    def disconnect(self) -> bool:
        """Somebody disconnects one that runs; whether there is one."""
        running = [x for x in self.plugin.connections.all() if x.may_run()[0]]
        running = [x for x in running if x.grant.kind != "custom"]
        if not running:
            return False
        chosen = self._random.choice(running)
        self._stand(chosen.name)
        with suppress(PluginError):
            disconnect(self.plugin, chosen)
        return True

    def look_after(self, *, at_once: bool = False) -> None:
        """Tick, keep the worker alive, and connect again what has stood still for a while."""
        self._world.keep_workers()
        if time.monotonic() - self._ticked >= TICK_EVERY:
            self._ticked = time.monotonic()
            with suppress(PluginError):
                send(self.plugin, TICK_TASK)
        for connection in self._all():
            if not connection.may_run()[0] and (at_once or self._stood(connection.name)):
                self._reconnect(connection)

    def _all(self) -> list[Connection]:
        with suppress(PluginError):
            return self.plugin.connections.all()
        return []

    def _stand(self, name: str) -> None:
        self._stands[name] = time.monotonic() + self._random.uniform(*STANDS_FOR)

    def _stood(self, name: str) -> bool:
        if name not in self._stands:
            self._stand(name)
        return time.monotonic() >= self._stands[name]

    def _reconnect(self, connection: Connection) -> None:
        self._stands.pop(connection.name, None)
        before = "disconnected" if connection.state is ConnectionState.DISCONNECTED else "paused"
        try:
            if connection.grant.kind == "custom":
                self._world.tell("xero", "/_sandbox/connect", {"app": CUSTOM})
                self.plugin.connections.resume(connection)
            else:
                wanted = self.organisation_of[connection.name]
                connection = self._consent(connection, wanted, [wanted])
        except (PluginError, requests.RequestException) as error:
            self._fired[f"reconnecting failed: {getattr(error, 'code', 'no answer')}"] += 1
            return
        self._fired[f"reconnected what was {before}"] += 1

    # Runs

    def ask_for_runs(self, only: Collection[tuple[str, JobName]] | None = None) -> None:
        """Have the worker run some that do not run now; count those that have run."""
        idle, waiting = [], 0
        for connection, job in self._jobs():
            self._count(connection.name, job)
            if not connection.may_run()[0]:
                continue  # what it was told waits until it may
            if job.running_since is not None or self._told(job):
                waiting += 1
            elif only is None or (connection.name, job.name) in only:
                idle.append((connection, job.name))
        self._random.shuffle(idle)
        for connection, name in idle[: max(0, WAITING - waiting)]:
            with suppress(PluginError):
                tell(self.plugin, self.plugin.jobs.tell(connection, name))

    def _told(self, job: Job) -> bool:
        """Whether a message of it may still be on its way: some are lost."""
        now = self.plugin.clock.now()
        return job.told_at is not None and now - job.told_at < LOST_AFTER

    def _jobs(self) -> list[tuple[Connection, Job]]:
        """Every connection's jobs that move documents."""
        found = []
        with suppress(PluginError):
            for connection in self._all():
                names = {FIRST_OF_MODE[connection.mode]}
                names |= {_IMPORTS[x] for x in self._members[connection.name].imports}
                jobs = self.plugin.jobs.of(connection)
                found += [(connection, job) for job in jobs if job.name in names]
        return found

    def _count(self, name: str, job: Job) -> None:
        if job.begun_at is not None:
            self.begun.add((name, job.name, job.begun_at))
        if job.ended_at is not None and (name, job.name, job.ended_at) not in self._ended:
            self._ended.add((name, job.name, job.ended_at))
            self._fired[f"{job.name} ended with {job.code or 'nothing wrong'}"] += 1

    # What the ledger says

    def undone(self, since: datetime, of: Collection[JobName]) -> set[tuple[str, JobName]]:
        """Those jobs that have made no whole run that began after a moment, or must look again."""
        again = self._imports_left()
        return {
            (connection.name, job.name)
            for connection, job in self._jobs()
            if job.name in of and (not _whole(job, since) or (connection.name, job.name) in again)
        }

    def _imports_left(self) -> set[tuple[str, JobName]]:
        """Jobs of which some document is neither made nor anybody's to see to."""
        of_import = import_.c.connection_id, import_.c.kind
        query = select(*of_import).where(import_.c.state.in_(MOVING)).distinct()
        names = {x.connection_id: x.name for x in self._all()}
        with self.plugin.database.transaction() as transaction:
            rows = transaction.execute(query).all()
        return {(names[key], _IMPORTS[str(kind)]) for key, kind in rows}

    def moving(self) -> bool:
        """Whether anything is on its way, or will be soon."""
        soon = self.plugin.clock.now() + SOON
        still = [export.c.state.in_(MOVING), export.c.decide_again_at <= soon]
        with self.plugin.database.transaction() as transaction:
            rows = transaction.scalar(select(func.count()).select_from(export).where(or_(*still)))
            held = select(func.count()).select_from(lease).where(lease.c.name.like("sync:%"))
            return bool(rows or transaction.scalar(held))

    def rows(self) -> list[dict[str, object]]:
        """All rows with their connection's name, for the judge."""
        by_id = {x.connection_id: x.name for x in self.plugin.connections.all()}
        found: list[dict[str, object]] = []
        with self.plugin.database.transaction() as transaction:
            for table, more in ((export, ("invoice_id", "total")), (import_, ("made_id",))):
                names = ("connection_id", "organisation_id", "kind", "source_id", "state", "code")
                query = select(*(table.c[name] for name in (*names, *more)))
                rows = transaction.execute(query).mappings().all()
                found += [{**row, "member": by_id[row["connection_id"]]} for row in rows]
        return found


def _whole(job: Job, since: datetime) -> bool:
    """Whether its last run began after a moment, and ended well."""
    begun, ended = job.begun_at, job.ended_at
    return bool(begun and ended and since <= begun <= ended and not job.code)
