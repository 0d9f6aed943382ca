"""An installation for tests of the commands: a real ledger and real rules, both sides fakes."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result
from flask import Flask

from ....adapters.registry import SOURCES, TARGETS
from ....plugin.cli.main import commands
from ....plugin.config import Environment, read_environment
from ....plugin.database.imports import SqlImports
from ....plugin.database.jobs import Jobs
from ....plugin.database.leases import SqlLeases
from ....plugin.database.rulebooks import SqlBooks
from ....plugin.database.vault import Rotation
from ....plugin.domain.connections.connection import Connection, ConnectionState, Settings
from ....plugin.domain.connections.health import Point
from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.exports.export import DocumentKind
from ....plugin.domain.notifications.notice import Channel
from ....plugin.errors import Disconnected, PluginError, SettingsError
from ....plugin.exports.context import InvoicingParts, Parts
from ....plugin.exports.pipeline import export_batch
from ....plugin.imports.pipeline import ImportParts
from ....plugin.imports.purchase_orders import PurchaseOrderMaker
from ....plugin.imports.sales_invoices import SalesInvoiceMaker
from ....plugin.ports.adapter import Side, WantedSecret
from ....plugin.ports.clock import Clock
from ....plugin.ports.imports import Maker
from ....plugin.ports.infrastructure import Left
from ....plugin.ports.notifications import NotifyParts
from ....plugin.services.celery_app import EXPORT_BATCH
from ....plugin.services.connections.access import chosen_organisation
from ....plugin.services.container import Plugin
from ....plugin.services.mapping.entries import checked_entry
from ....plugin.services.rulebooks import RuleBooks
from ....plugin.services.settings.schema import changed_settings
from ....plugin.testing.imports import FakeDocuments
from ....plugin.testing.infrastructure import FakeVault
from ....plugin.testing.notifications import FakeSender
from ....plugin.testing.warehouse import FakeGoodsIn, FakeOrders, FakeProducts
from ....rules.engine.decider import BookDecider
from ....rules.engine.language.words import Book
from ..world import World
from .schema import faults

#: Commands that have commands of their own.
GROUPS = {
    *("client-invoices", "connection", "db", "imports", "mapping", "notices", "rules"),
    *("schedule", "vault"),
}

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"


class FakePlugin:
    """`joined.Plugin` over a `World`."""

    def __init__(self, world: World, environment: Environment) -> None:
        self.world = world
        self.environment = environment
        self.clock: Clock = world.clock
        self.database = world.database
        self.connections = world.connections
        self.jobs = Jobs(world.database, world.clock)
        self.ledger = world.ledger
        self.imports = SqlImports(world.database, world.clock, who="test")
        self.documents = FakeDocuments(world.clock)
        self.orders = FakeOrders(world.clock)
        self.goods_in = FakeGoodsIn(world.clock)
        self.leases = SqlLeases(world.database, world.clock)
        self.vault = FakeVault()
        self.rulebooks = RuleBooks(
            SqlBooks(world.database, world.clock),
            environment.rules_dir,
            who="test",
            make_decider=_without_engine,
        )
        #: The ways that notices take.
        self.senders = {channel: FakeSender() for channel in Channel}
        #: Answers instead of a real worker; None for no broker.
        self.worker: FakeWorker | None = None
        #: Raised instead of joining or preparing, while it is set.
        self.failure: Exception | None = None
        #: What `health` finds.
        self.points: list[Point] = []
        #: What the next `rotate_secrets` comes to.
        self.rotation = Rotation(secrets=3, rotated=3, unreadable=0)
        #: What `add_connection` was given last.
        self.added: dict[str, Any] = {}

    @property
    def decider(self) -> BookDecider:
        """Raises what a damaged file would."""
        assert isinstance(self.world.parts.decider, BookDecider)
        return self.world.parts.decider

    def decider_of(self, kind: str) -> BookDecider:
        """As the real one."""
        return self.rulebooks.decider(kind)

    @property
    def celery(self) -> Any:
        """The worker, or no broker."""
        if self.worker is None:
            raise SettingsError("There is no broker")
        return self.worker

    def prepare(self) -> None:
        """Nothing to do, or the failure."""
        if self.failure:
            raise self.failure

    def notify_parts(self) -> NotifyParts:
        """Receivers that take everything."""
        return NotifyParts(ledger=self.ledger, senders=self.senders, clock=self.clock)

    def parts(self, connection: Connection) -> Parts:
        """The world's."""
        return self.world.parts

    def import_parts(self, connection: Connection, kind: DocumentKind) -> ImportParts:
        """Sales invoices into fake orders; of the other kind there is none."""
        maker: Maker = SalesInvoiceMaker(
            orders=self.orders,
            lists=self.orders,
            products=self.orders,
            deliveries=self.documents,
            exported=lambda ids: self.imports.exported(connection, ids),
            clock=self.clock,
        )
        documents = self.documents
        if kind is DocumentKind.PURCHASE_ORDER:
            documents = FakeDocuments(self.clock)
            products = FakeProducts(self.goods_in, self.clock)
            maker = PurchaseOrderMaker(
                goods_in=self.goods_in, lists=self.goods_in, products=products, clock=self.clock
            )
        return ImportParts(
            kind=kind,
            documents=documents,
            maker=maker,
            ledger=self.imports,
            decider=self.decider_of(f"{kind}s"),
            clock=self.clock,
        )

    def invoicing_parts(self, connection: Connection) -> InvoicingParts:
        """The world's, where it bills clients."""
        assert isinstance(self.world.parts, InvoicingParts)
        return self.world.parts

    def left(self, connection: Connection) -> Left:
        """The whole minute."""
        return Left(minute=60, day=4000, wait=0)

    def refreshed(self, connection: Connection, *, now: bool) -> Connection:
        """As it is kept, with its organisation read again when it is to be read now."""
        if now:
            self.connections.keep_organisation(connection, self.world.target.organisation())
        return self.connections.named(connection.name)

    def wanted_secrets(self, source: str = "", target: str = "") -> tuple[WantedSecret, ...]:
        """As the real one."""
        of_source = SOURCES[source].secrets if source else ()
        return (*of_source, *(TARGETS[target].secrets if target else ()))

    def renew_secrets(
        self, connection: Connection, side: Side, secrets: Mapping[str, str]
    ) -> dict[str, bool]:
        """Refuses the password ``wrong``."""
        self.added = {"side": side, "secrets": secrets}
        if secrets.get("mintsoft_password") == "wrong":
            raise Disconnected(code="MX-102", service="Mintsoft")
        return {connection.name: True}

    def add_connection(
        self, *, settings: Mapping[str, str], secrets: Mapping[str, str], **given: Any
    ) -> Connection:
        """Refuses the password ``wrong``."""
        self.added = {**given, "settings": settings, "secrets": secrets}
        changed_settings(Settings(start_date=None), settings)
        if secrets.get("mintsoft_password") == "wrong":
            raise Disconnected(code="MX-102", service="Mintsoft")
        return self.world.connect(given["name"])

    def order_statuses(self, connection: Connection) -> list[str]:
        """None is known: any is taken."""
        return []

    def checked_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """As the real one."""
        return changed_settings(connection.settings, given, (), connection.organisation)

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """As the real one."""
        settings = changed_settings(connection.settings, given)
        self.connections.keep_settings(connection, settings)
        return settings

    def map(self, connection: Connection, kind: str, source: str, target: str) -> Entry:
        """As the real one."""
        entry = checked_entry(connection, kind, source, target)
        self.connections.keep_entries(connection, {(kind, source): entry})
        return entry

    def consent_address(
        self, connection: Connection, *, organisation: str = "", another: bool = False
    ) -> str:
        """Leads nowhere."""
        return "https://login.example/authorize?state=1"

    def choose_organisation(
        self, connection: Connection, wanted: str = "", *, another: bool = False
    ) -> Connection:
        """The world's, by its id or name."""
        known = self.world.target.organisation()
        chosen_organisation({known.organisation_id: known.name}, wanted)
        self.connections.connected(connection, known, {})
        return self.connections.named(connection.name)

    def disconnect(self, connection: Connection) -> list[str]:
        """Stops it; others that have the same grant go on using it."""
        self.connections.disconnect(connection)
        grants = {x.name: x.grant for x in self.connections.all() if x.has_access}
        return [name for name, grant in grants.items() if grant == connection.grant]

    def keep_alive(self, connection: Connection) -> None:
        """Nothing grows old."""

    def health(self, connection: Connection) -> list[Point]:
        """Those that a test has put there."""
        return self.points

    def rotate_secrets(self) -> Rotation:
        """What a test has put there, once; then none is left."""
        done, self.rotation = self.rotation, replace(self.rotation, rotated=0)
        return done

    def finish_consent(self, state: str, code: str) -> Connection:
        """Not for commands."""
        raise PluginError("not here")


def _without_engine(book: Book) -> BookDecider:
    return BookDecider(book, engine=False)


class FakeWorker:
    """A broker with one worker: it carries out each message at once."""

    def __init__(self, plugin: FakePlugin) -> None:
        self._plugin = plugin
        #: Ids of each batch that it was told of.
        self.told: list[list[int]] = []
        #: Loses every message while it is set.
        self.deaf = False
        self.control = self

    def ping(self, timeout: float) -> list[str]:
        """As `celery.control.ping`."""
        return [] if self.deaf else ["pong"]

    def send_task(self, name: str, arguments: list[Any], *, retry: bool, **when: Any) -> None:
        """As `Celery.send_task`."""
        if self.deaf:
            return
        connection = self._plugin.connections.with_id(arguments[0])
        assert connection is not None
        if name == EXPORT_BATCH:
            self.told.append(arguments[1])
            with contextlib.suppress(Disconnected):
                export_batch(self._plugin.parts(connection), connection, arguments[1])


class Installation:
    """Commands, as one types them, and what they answer."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        settings = {"MINTSOFT_XERO_HOME": str(home), "MINTSOFT_XERO_REDIS_URL": ""}
        self.plugin = FakePlugin(world, read_environment(settings))
        self.group: click.Group = commands(self._join, _no_app)

    def _join(self) -> Plugin:
        return self.plugin

    def run(self, *words: str, code: int = 0, secrets: Mapping[str, str] | None = None) -> Result:
        """Run a command, which must end with this exit code."""
        result = _runner().invoke(self.group, list(words), env=secrets)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output + result.stderr
        return result

    def json(self, *words: str, code: int = 0) -> Any:
        """What a command answers to ``--json``; held against its schema."""
        answer = json.loads(self.run(*words, "--json", code=code).stdout)
        name = "-".join(words[:2] if words[0] in GROUPS else words[:1])
        check(name, answer)
        return answer

    def needs_consent(self) -> None:
        """Have the connection wait for a person."""
        self.world.connections._set(
            self.world.connection, state=ConnectionState.NEEDS_CONSENT, organisation=None
        )


def check(name: str, answer: Any) -> None:
    """Hold an answer against a published schema."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    assert faults(answer, schema) == []


def _runner() -> CliRunner:
    try:
        return CliRunner(mix_stderr=False)  # type: ignore[call-arg,unused-ignore]
    except TypeError:  # click 8.2 keeps them apart by itself
        return CliRunner()


def _no_app() -> Flask:
    raise AssertionError("no command of these tests serves pages")
