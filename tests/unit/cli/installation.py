"""An installation for tests of the commands: a real ledger and real rules, both sides fakes."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result
from flask import Flask

from ....adapters.registry import SOURCES, TARGETS
from ....plugin.cli.main import commands
from ....plugin.config import Environment, read_environment
from ....plugin.database.rulebooks import SqlBooks
from ....plugin.database.vault import SqlVault
from ....plugin.domain.connections.connection import Connection, ConnectionState
from ....plugin.domain.exports.export import DocumentKind
from ....plugin.domain.notifications.notice import Channel
from ....plugin.domain.warehouse.product import Product
from ....plugin.errors import Disconnected, SettingsError
from ....plugin.exports.client_invoices import ClientInvoiceKind
from ....plugin.exports.context import ExportContext
from ....plugin.exports.pipeline import export_batch
from ....plugin.ports.adapter import SourceAdapter, TargetAdapter, Warehouse
from ....plugin.ports.client_invoices import InvoiceSource
from ....plugin.ports.source import Unreadable
from ....plugin.ports.warehouse import Products
from ....plugin.services.celery_app import EXPORT_BATCH
from ....plugin.services.container import Container
from ....plugin.services.rules.rulebooks import RuleBooks
from ....plugin.testing.adapter import FakeSourceAdapter, FakeTargetAdapter
from ....plugin.testing.imports import FakeDocuments
from ....plugin.testing.notifications import FakeSender
from ....plugin.testing.warehouse import FakeGoodsIn, FakeLists, FakeOrders, FakeProducts
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


class _Products:
    """The products of an account: those of its orders, and those of its goods in."""

    def __init__(self, *parts: Products) -> None:
        self._parts = parts

    def find(self, sku: str) -> Product | Unreadable | None:
        """As `Products.find`."""
        found = (product for part in self._parts if (product := part.find(sku)) is not None)
        return next(found, None)


class FakePlugin(Container):
    """A container over a `World`: its ledger and rules are real, both sides are fakes."""

    def __init__(self, world: World, environment: Environment) -> None:
        self.world = world
        self.documents = FakeDocuments(world.clock)
        self.orders = FakeOrders(world.clock)
        self.goods_in = FakeGoodsIn(world.clock)
        self.source_side = FakeSourceAdapter(
            world.source, self._warehouse(), SOURCES["mintsoft"].secrets
        )
        documents = {
            DocumentKind.SALES_INVOICE: self.documents,
            DocumentKind.PURCHASE_ORDER: FakeDocuments(world.clock),
        }
        self.target_side = FakeTargetAdapter(world.target, documents, TARGETS["xero"].secrets)
        super().__init__(
            environment,
            clock=world.clock,
            sources={"mintsoft": self.source_side},
            targets={"xero": self.target_side},
        )
        self.database = world.database
        self.connections = world.connections
        self.ledger = world.ledger
        self.rulebooks = RuleBooks(
            SqlBooks(world.database, world.clock),
            environment.rules_dir,
            who="test",
            make_decider=_without_engine,
        )
        #: The ways that notices take.
        self.receivers = {channel: FakeSender() for channel in Channel}
        self.senders = self.receivers
        #: Answers instead of a real worker; None for no broker.
        self.worker: FakeWorker | None = None
        #: Raised instead of joining or preparing, while it is set.
        self.failure: Exception | None = None

    def _warehouse(self) -> Warehouse:
        products = _Products(self.orders, FakeProducts(self.goods_in, self.world.clock))
        lists = FakeLists(self.orders, self.goods_in)
        return Warehouse(orders=self.orders, goods_in=self.goods_in, lists=lists, products=products)

    @property
    def celery(self) -> Any:
        """The worker, or no broker."""
        if self.worker is None:
            raise SettingsError("There is no broker")
        return self.worker

    def source_adapter(self, name: str) -> SourceAdapter:
        """The fake one, over what the world has now."""
        self.source_side.port = self.world.source
        return super().source_adapter(name)

    def target_adapter(self, name: str) -> TargetAdapter:
        """The fake one, over what the world has now."""
        self.target_side.port = self.world.target
        return super().target_adapter(name)

    def prepare(self) -> None:
        """Nothing to do, or the failure."""
        if self.failure:
            raise self.failure

    def parts(self, connection: Connection) -> ExportContext:
        """The world's."""
        return self.world.parts

    def client_invoices(self, connection: Connection) -> InvoiceSource:
        """The world's, where it bills clients."""
        assert isinstance(self.world.parts.kind, ClientInvoiceKind)
        return self.world.parts.kind.invoices


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

    def _join(self) -> Container:
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

    def rotated_by(self, key: str, *, forget: bool = False) -> None:
        """Put a key in front of the vault's; `forget` the former ones."""
        keys = key if forget else f"{key},{self.plugin.environment.secret_key}"
        self.plugin.vault = SqlVault(self.world.database, keys)

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
