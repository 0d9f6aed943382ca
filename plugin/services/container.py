"""Container: the parts of one installation, each made once; `join` makes it."""

import logging
import os
import socket
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import TypeVar

from celery import Celery
from redis import Redis, RedisError

from ...adapters import registry
from ...rules.engine.decider import BookDecider
from ..config import Environment, read_environment
from ..database.connections import Connections
from ..database.database import Database
from ..database.imports import SqlImports
from ..database.jobs import Jobs
from ..database.leases import SqlLeases
from ..database.ledger import SqlLedger
from ..database.rulebooks import SqlBooks
from ..database.vault import SqlVault
from ..domain.connections.connection import Connection
from ..domain.connections.limits import Limits
from ..domain.exports.export import DocumentKind
from ..domain.notifications.notice import Channel
from ..errors import SettingsError, did_you_mean
from ..exports.client_invoices import ClientInvoiceKind
from ..exports.context import ExportContext
from ..exports.kinds import kind_of
from ..imports.assemble import join_import
from ..imports.pipeline import ImportContext
from ..ports.adapter import (
    AdapterContext,
    SourceAdapter,
    TargetAdapter,
    WantedSecret,
)
from ..ports.client_invoices import InvoiceSource
from ..ports.clock import Clock, SystemClock
from ..ports.infrastructure import Limiter, Quota, Vault
from ..ports.notifications import Sender
from ..rate_limits.database import DatabaseLimiter
from ..rate_limits.redis import RedisLimiter
from .celery_app import make_celery
from .notifications.email import Mailer
from .notifications.webhook import Poster
from .rules.rulebooks import RuleBooks

log = logging.getLogger("mintsoft_xero.adapters")

Adapter = TypeVar("Adapter", SourceAdapter, TargetAdapter)

#: How old a snapshot of an organisation may be before a sync reads it again, at six calls. What
#: changed there before is noticed by Xero's refusing something, and read at the next sync then.
SNAPSHOT_LIFE = timedelta(hours=1)

#: Of those who stand in events, in characters.
LONGEST_NAME = 100


class Container:
    """The parts of one installation, each made once. Making one makes no call and opens no file."""

    def __init__(
        self,
        environment: Environment,
        *,
        clock: Clock | None = None,
        sources: Mapping[str, SourceAdapter] | None = None,
        targets: Mapping[str, TargetAdapter] | None = None,
    ) -> None:
        """`sources` and `targets`: adapters beside those of the registry, which they win over."""
        self.environment = environment
        self.clock: Clock = clock or SystemClock()
        self._sources = registry.sources(sources)
        self._targets = registry.targets(targets)
        for sentence in registry.useless():
            log.warning(sentence)

    @cached_property
    def database(self) -> Database:
        """The database; its tables may still be missing (see `prepare`)."""
        return Database(self.environment.database_url)

    @cached_property
    def vault(self) -> SqlVault:
        """The secrets."""
        return SqlVault(self.database, self.environment.secret_key)

    @cached_property
    def leases(self) -> SqlLeases:
        """Who may do what only one may do at a time."""
        return SqlLeases(self.database, self.clock)

    @cached_property
    def connections(self) -> Connections:
        """All connections."""
        return Connections(self.database, self.clock)

    @cached_property
    def jobs(self) -> Jobs:
        """What each connection does by the clock."""
        return Jobs(self.database, self.clock)

    @cached_property
    def ledger(self) -> SqlLedger:
        """The ledger; its events name the process that this is."""
        return SqlLedger(self.database, self.clock, who=_this_process())

    def ledger_as(self, who: str) -> SqlLedger:
        """The ledger, in whose events a person stands: ``web:ann``, ``ann at books-1``."""
        return SqlLedger(self.database, self.clock, who=who[:LONGEST_NAME])

    @cached_property
    def imports(self) -> SqlImports:
        """What became of the accounting side's documents."""
        return SqlImports(self.database, self.clock, who=_this_process())

    def imports_as(self, who: str) -> SqlImports:
        """The same, in whose events a person stands (`ledger_as`)."""
        return SqlImports(self.database, self.clock, who=who[:LONGEST_NAME])

    @cached_property
    def rulebooks(self) -> RuleBooks:
        """The rule books: which one decides, and how another one comes to decide."""
        books = SqlBooks(self.database, self.clock)
        return RuleBooks(books, self.environment.rules_dir, who=_this_process())

    @property
    def decider(self) -> BookDecider:
        """The active book for orders, as this process last saw it (`RuleBooks.decider`).

        Take it once for a piece of work: the next time it may be another one.

        Raises:
            RuleFileError: on a first start, the file is wrong.
            TryLater: the ledger can't be asked.
        """
        return self.rulebooks.decider()

    def decider_of(self, kind: str) -> BookDecider:
        """The active book of a kind: ``orders``, ``client_invoices``. Raises as `decider`."""
        return self.rulebooks.decider(kind)

    @cached_property
    def _redis(self) -> Redis | None:
        """A client of the broker's Redis; None where there is none, or it does not answer."""
        if not self.environment.redis_url:
            return None
        redis = Redis.from_url(redis_client_url(self.environment.redis_url), socket_timeout=5)
        try:
            redis.ping()
        except (RedisError, OSError):
            redis.close()
            return None
        return redis

    @cached_property
    def _limiters(self) -> dict[Limits, Limiter]:
        """Those made so far; a forked process makes its own."""
        return {}

    def _limiter(self, limits: Limits) -> Limiter:
        """Limits kept in Redis where one answers, else in the database.

        The same one for equal limits: it remembers what it has heard of a target's day.
        """
        if limits not in self._limiters:
            self._limiters[limits] = (
                DatabaseLimiter(self.database, self.clock, limits)
                if self._redis is None
                else RedisLimiter(self._redis, self.clock, limits)
            )
        return self._limiters[limits]

    @cached_property
    def celery(self) -> Celery:
        """The Celery app with the tasks. Raises SettingsError where there is no broker."""
        if not self.environment.redis_url:
            raise SettingsError(
                "There is no broker: MINTSOFT_XERO_REDIS_URL is not set",
                fix="Set it, start everything with mintsoft-xero up, or export with --inline.",
            )
        return make_celery(self.environment.redis_url)

    def prepare(self) -> None:
        """Bring an embedded database up to date, and refuse another one that is not.

        Raises:
            TryLater: the database can't be reached.
            SettingsError: its tables are older or newer than this code needs.
        """
        if self.environment.embedded_database:
            self.database.upgrade()
        elif self.database.version() != self.database.newest_version():
            raise SettingsError(
                "The database's tables are not those of this version",
                fix="Run: mintsoft-xero db upgrade",
            )

    def parts(self, connection: Connection) -> ExportContext:
        """What the flows need for a connection.

        Raises:
            SettingsError: its source has no documents of its kind.
        """
        means, source = self.means(self.vault), self.source_adapter(connection.source)
        organisation_id = connection.organisation_known.organisation_id
        way_in = self.target_adapter(connection.target)
        return ExportContext(
            ledger=self.ledger,
            source=source.source(means, connection),
            target=way_in.target(means, connection.grant, organisation_id),
            decider=self.decider_of(connection.book),
            clock=self.clock,
            kind=kind_of(source, means, connection),
            target_title=way_in.title,
        )

    def client_invoices(self, connection: Connection) -> InvoiceSource:
        """The client invoices of a connection. Raises as `ClientInvoiceKind.of`."""
        source = self.source_adapter(connection.source)
        return ClientInvoiceKind.of(source, self.means(self.vault), connection).invoices

    def import_parts(self, connection: Connection, kind: DocumentKind) -> ImportContext:
        """What the imports of a connection need.

        Raises:
            SettingsError: one of its sides has nothing to import, or can't make it.
        """
        return join_import(
            self.means(self.vault),
            connection,
            kind,
            source=self.source_adapter(connection.source),
            target=self.target_adapter(connection.target),
            ledger=self.imports,
            decider=self.decider_of(f"{kind}s"),
        )

    def left(self, connection: Connection) -> Quota:
        """What is known of the calls that the connection's target still allows. No call.

        Raises:
            TryLater: where they are counted can't be asked.
        """
        organisation_id = connection.organisation_known.organisation_id
        way_in = self.target_adapter(connection.target)
        return way_in.left(self.means(self.vault), connection.grant, organisation_id)

    def refreshed(self, connection: Connection, *, now: bool) -> Connection:
        """The connection with its organisation read again: when that was long ago, or `now`."""
        known = connection.organisation_known
        young = self.clock.now() - known.read_at < SNAPSHOT_LIFE
        if young and not now and not self.ledger.refused_since(connection, known.read_at):
            return connection
        target = self.target_adapter(connection.target).target(
            self.means(self.vault), connection.grant, known.organisation_id, by_person=now
        )
        self.connections.keep_organisation(connection, target.organisation())
        return self.connections.named(connection.name)

    @cached_property
    def senders(self) -> Mapping[Channel, Sender]:
        """Who hands over notices, by the way that they take.

        Raises:
            SettingsError: MINTSOFT_XERO_SMTP_URL is wrong.
        """
        return {
            Channel.EMAIL: Mailer(self.environment.smtp_url),
            Channel.WEBHOOK: Poster(self.vault, self.clock),
        }

    def link(self, connection: Connection, invoice_id: str) -> str:
        """Address at which a person sees an invoice."""
        known = connection.organisation_known
        return self.target_adapter(connection.target).link(self.environment, known, invoice_id)

    def wanted_secrets(self, source: str = "", target: str = "") -> tuple[WantedSecret, ...]:
        """What is needed to log in to each side that is named, by its adapter.

        Raises:
            SettingsError: there is no such adapter.
        """
        of_source = self.source_adapter(source).secrets if source else ()
        of_target = self.target_adapter(target).secrets if target else ()
        return (*of_source, *of_target)

    def means(self, vault: Vault) -> AdapterContext:
        """What adapters work with; `vault`: where they find and keep their secrets."""
        return AdapterContext(
            environment=self.environment,
            vault=vault,
            leases=self.leases,
            clock=self.clock,
            limiter=self._limiter,
        )

    def source_adapter(self, name: str) -> SourceAdapter:
        """The adapter of a system that orders come from.

        Raises:
            SettingsError: there is none of the name, or its package is broken.
        """
        return _chosen(self._sources, name, "source")

    def target_adapter(self, name: str) -> TargetAdapter:
        """The adapter of a system that documents go to. Raises as `source_adapter`."""
        return _chosen(self._targets, name, "target")


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _chosen(adapters: Mapping[str, Adapter], name: str, side: str) -> Adapter:
    if name in adapters:
        return adapters[name]
    raise SettingsError(
        f"There is no {side} {name[:60]!r}{did_you_mean(name, adapters)}",
        fix=f"Choose one of: {', '.join(adapters)}.",
    )


def redis_client_url(url: str) -> str:
    """The same Redis for redis-py: Celery spells a unix socket in a way of its own."""
    if url.startswith("redis+socket://"):
        return "unix://" + url.removeprefix("redis+socket://").partition("?")[0]
    return url


def join(
    given: Mapping[str, object] | None = None,
    *,
    sources: Mapping[str, SourceAdapter] | None = None,
    targets: Mapping[str, TargetAdapter] | None = None,
) -> Container:
    """The plugin of this installation. Raises SettingsError for a wrong setting."""
    return Container(read_environment(given), sources=sources, targets=targets)
