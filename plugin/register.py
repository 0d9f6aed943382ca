"""Register: builds the parts and joins them. The only file that knows everybody."""

import os
import socket
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from celery import Celery
from flask import Flask, redirect
from redis import Redis, RedisError

from ..adapters.mintsoft.client import MintsoftClient
from ..adapters.mintsoft.source import MintsoftSource
from ..adapters.xero.client import XeroClient
from ..adapters.xero.oauth import XeroLogin
from ..adapters.xero.target import XeroTarget
from ..rules.engine.books import load_orders_book, seed_rules
from ..rules.engine.decider import BookDecider
from .clock import SystemClock
from .connecting import Connecting
from .domain.connection import Connection, Grant, Settings
from .environment import XERO_URL, Environment, read_environment
from .errors import SettingsError
from .ledger.connections import Connections
from .ledger.database import Database
from .ledger.leases import SqlLeases
from .ledger.ledger import SqlLedger
from .ledger.vault import SqlVault
from .limits.database import DatabaseLimiter
from .limits.redis import RedisLimiter
from .parts import Parts
from .ports import Clock, Limiter, Vault
from .tasks import define, make_celery
from .web.blueprint import put_pages
from .web.users import Users

#: How old a snapshot of an organisation may be before a sync reads it again.
SNAPSHOT_LIFE = timedelta(minutes=15)


class JoinedPlugin(Connecting):
    """`joined.Plugin` with the real parts."""

    def __init__(self, environment: Environment, *, clock: Clock | None = None) -> None:
        self.environment = environment
        self.clock: Clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        """See `joined.Plugin`."""
        return Database(self.environment.database_url)

    @cached_property
    def vault(self) -> SqlVault:
        """The secrets."""
        return SqlVault(self.database, self.environment.secret_key)

    @cached_property
    def leases(self) -> SqlLeases:
        """See `joined.Plugin`."""
        return SqlLeases(self.database, self.clock)

    @cached_property
    def connections(self) -> Connections:
        """See `joined.Plugin`."""
        return Connections(self.database, self.clock)

    @cached_property
    def ledger(self) -> SqlLedger:
        """See `joined.Plugin`."""
        return SqlLedger(self.database, self.clock, who=f"{socket.gethostname()}:{os.getpid()}")

    @cached_property
    def decider(self) -> BookDecider:
        """See `joined.Plugin`."""
        seed_rules(self.environment.rules_dir)
        return BookDecider(load_orders_book(self.environment.rules_dir / "orders.yaml"))

    @cached_property
    def limiter(self) -> Limiter:
        """In Redis where one answers, else in the database."""
        url = self.environment.redis_url
        if url:
            redis = Redis.from_url(redis_client_url(url), socket_timeout=5)
            try:
                redis.ping()
            except (RedisError, OSError):
                redis.close()
            else:
                return RedisLimiter(redis, self.clock)
        return DatabaseLimiter(self.database, self.clock)

    @cached_property
    def celery(self) -> Celery:
        """See `joined.Plugin`."""
        if not self.environment.redis_url:
            raise SettingsError(
                "There is no broker: MINTSOFT_XERO_REDIS_URL is not set",
                fix="Set it, start everything with mintsoft-xero up, or export with --inline.",
            )
        app = make_celery(self.environment.redis_url)
        define(app, self)
        return app

    def prepare(self) -> None:
        """See `joined.Plugin`."""
        if self.environment.embedded_database:
            self.database.upgrade()
        elif self.database.version() != self.database.newest_version():
            raise SettingsError(
                "The database's tables are not those of this version",
                fix="Run: mintsoft-xero db upgrade",
            )

    def parts(self, connection: Connection) -> Parts:
        """See `joined.Plugin`."""
        client = self.mintsoft(connection.mintsoft_username, connection.settings, self.vault)
        login = self.login(connection.grant, self.vault)
        organisation_id = connection.organisation_known.organisation_id
        return Parts(
            ledger=self.ledger,
            source=MintsoftSource(
                client,
                zone=connection.settings.timezone,
                client_id=connection.mintsoft_client,
            ),
            target=self.target(login, organisation_id),
            decider=self.decider,
            clock=self.clock,
        )

    def refreshed(self, connection: Connection, *, now: bool) -> Connection:
        """See `joined.Plugin`."""
        known = connection.organisation_known
        if not now and self.clock.now() - known.read_at < SNAPSHOT_LIFE:
            return connection
        login = self.login(connection.grant, self.vault)
        fresh = self.target(login, known.organisation_id).organisation()
        self.connections.keep_organisation(connection, fresh)
        return self.connections.named(connection.name)

    def link(self, connection: Connection, invoice_id: str) -> str:
        """Where a person sees an invoice: in Xero, or on the page of a simulated one."""
        if self.environment.xero_url != XERO_URL:
            return f"{self.environment.xero_url}/invoice/{invoice_id}"
        return XeroTarget.link(connection.organisation_known, invoice_id)

    def mintsoft(self, username: str, settings: Settings, vault: Vault) -> MintsoftClient:
        """See `Connecting`."""
        return MintsoftClient(
            self.environment.mintsoft_url,
            username,
            vault=vault,
            leases=self.leases,
            clock=self.clock,
            pace=settings.write_pace,
        )

    def login(self, grant: Grant, vault: Vault) -> XeroLogin:
        """See `Connecting`."""
        return XeroLogin(
            client_id=grant.client_id,
            grant_id=grant.grant_id,
            kind="custom" if grant.kind == "custom" else "consent",
            base_url=self.environment.xero_url,
            identity_url=self.environment.xero_identity_url,
            login_url=self.environment.xero_login_url,
            vault=vault,
            leases=self.leases,
            clock=self.clock,
            scopes=self.environment.xero_scopes,
        )

    def target(self, login: XeroLogin, organisation_id: str) -> XeroTarget:
        """See `Connecting`."""
        return XeroTarget(
            XeroClient(
                self.environment.xero_url,
                login=login,
                organisation_id=organisation_id,
                limiter=self.limiter,
                clock=self.clock,
            )
        )


def redis_client_url(url: str) -> str:
    """The same Redis for redis-py: Celery spells a unix socket in a way of its own."""
    if url.startswith("redis+socket://"):
        return "unix://" + url.removeprefix("redis+socket://").partition("?")[0]
    return url


def join(given: Mapping[str, object] | None = None) -> JoinedPlugin:
    """The plugin of this installation. Raises SettingsError for a wrong setting."""
    return JoinedPlugin(read_environment(given))


def register(
    app: Flask,
    *,
    settings: Mapping[str, object] | None = None,
    users: Users | None = None,
    prefix: str = "/mintsoft-xero",
) -> JoinedPlugin:
    """Put the pages and the commands (``flask mintsoft-xero``) into a Flask app.

    The plugin is `app.extensions["mintsoft_xero"]` then. The host's logging, sessions and
    secret key stay its own.

    Args:
        app: the host; the settings are looked for in its config, then in the environment.
        settings: more of them, which win over both.
        users: the host's people; without them the pages answer on this machine only, behind
            a login that is kept in ``HOME/web-login``.
        prefix: below which the pages are.

    Raises:
        SettingsError: a setting is wrong, or the plugin is registered in this app already.
    """
    from .cli.main import commands

    if "mintsoft_xero" in app.extensions:
        raise SettingsError(
            "mintsoft_xero is registered in this app already",
            fix="Call register() once; a host that loads addons by itself needs no second call.",
        )
    plugin = join({**app.config, **(settings or {})})
    put_pages(app, plugin, users, prefix=prefix, link=plugin.link)
    app.cli.add_command(commands(lambda: plugin, lambda: app), "mintsoft-xero")
    app.extensions["mintsoft_xero"] = plugin
    return plugin


def make_app() -> Flask:
    """The app of a plugin without a host: its pages, and nothing else."""
    app = Flask("mintsoft_xero", static_folder=None)
    register(app)
    app.add_url_rule("/", "home", lambda: redirect("/mintsoft-xero/"))
    return app
