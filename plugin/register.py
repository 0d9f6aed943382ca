"""Register: builds the parts and joins them. The only file that knows everybody."""

import os
import secrets as random
import socket
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from celery import Celery
from flask import Flask, redirect
from redis import Redis, RedisError

from ..adapters.mintsoft.client import MintsoftClient
from ..adapters.mintsoft.clients import find_client
from ..adapters.mintsoft.source import MintsoftSource
from ..adapters.mintsoft.statuses import STATUS_NAMES
from ..adapters.xero.client import XeroClient
from ..adapters.xero.oauth import XeroLogin, is_custom_connection
from ..adapters.xero.target import XeroTarget
from ..rules.engine.books import load_orders_book, seed_rules
from ..rules.engine.decider import BookDecider
from .clock import SystemClock
from .domain.connection import Connection, Grant, Settings
from .domain.mapping import Entry, assumptions
from .domain.moment import local_date
from .domain.organisation import Organisation
from .environment import Environment, read_environment
from .errors import Disconnected, SettingsError
from .ledger.connections import Connections, new_grant
from .ledger.database import Database
from .ledger.leases import SqlLeases
from .ledger.ledger import SqlLedger
from .ledger.vault import DraftVault, SqlVault
from .limits.database import DatabaseLimiter
from .limits.redis import RedisLimiter
from .mapping_entries import checked_entry
from .parts import Parts
from .ports import Clock, Limiter, Vault
from .settings import changed_settings
from .tasks import define, make_celery
from .web.blueprint import put_pages
from .web.users import Users

#: How old a snapshot of an organisation may be before a sync reads it again.
SNAPSHOT_LIFE = timedelta(minutes=15)


class JoinedPlugin:
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
        client = self._mintsoft(connection.mintsoft_username, connection.settings, self.vault)
        login = self._login(connection.grant, self.vault)
        organisation_id = connection.organisation_known.organisation_id
        return Parts(
            ledger=self.ledger,
            source=MintsoftSource(
                client,
                zone=connection.settings.timezone,
                client_id=connection.mintsoft_client,
            ),
            target=self._target(login, organisation_id),
            decider=self.decider,
            clock=self.clock,
        )

    def refreshed(self, connection: Connection) -> Connection:
        """See `joined.Plugin`."""
        known = connection.organisation_known
        if self.clock.now() - known.read_at < SNAPSHOT_LIFE:
            return connection
        login = self._login(connection.grant, self.vault)
        fresh = self._target(login, known.organisation_id).organisation()
        self.connections.keep_organisation(connection, fresh)
        return self.connections.named(connection.name)

    def add_connection(
        self,
        *,
        name: str,
        mode: str,
        mintsoft_username: str,
        mintsoft_client: str,
        xero_client_id: str,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
    ) -> Connection:
        """See `joined.Plugin`."""
        self._refuse_taken(name)
        checked = self._new_settings(settings)
        draft = DraftVault(self.vault)
        client_id = self._try_mintsoft(mintsoft_username, mintsoft_client, checked, secrets, draft)
        grant, organisation = self._try_xero(xero_client_id, secrets, draft)
        added = self.connections.add(
            name=name,
            mode=mode,
            grant=grant,
            mintsoft_username=mintsoft_username,
            mintsoft_client=client_id,
            settings=checked,
            organisation=organisation,
            entries=assumptions(organisation) if organisation else {},
        )
        draft.keep_all()
        return added

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """See `joined.Plugin`."""
        settings = changed_settings(connection.settings, given, list(STATUS_NAMES.values()))
        self.connections.keep_settings(connection, settings)
        return settings

    def map(self, connection: Connection, kind: str, source: str, target: str) -> Entry:
        """See `joined.Plugin`."""
        entry = checked_entry(connection, kind, source, target)
        self.connections.keep_entries(connection, {(kind, source): entry})
        return entry

    def consent_address(self, connection: Connection) -> str:
        """See `joined.Plugin`."""
        state, verifier = random.token_urlsafe(24), random.token_urlsafe(48)
        self.vault.keep(f"consent:{state}", f"{connection.connection_id}:{verifier}")
        login = self._login(connection.grant, self.vault)
        return login.consent_address(state, verifier, self._redirect_uri())

    def finish_consent(self, state: str, code: str) -> Connection:
        """See `joined.Plugin`."""
        kept = self.vault.read(f"consent:{state}") if len(state) < 100 else None  # noqa: PLR2004
        connection_id, _, verifier = (kept or "0:").partition(":")
        connection = self.connections.with_id(int(connection_id))
        if kept is None or connection is None:
            raise SettingsError(
                "This answer belongs to no consent that was asked for, or was used already",
                fix="Ask again: mintsoft-xero connection connect NAME.",
            )
        self.vault.forget(f"consent:{state}")
        login = self._login(connection.grant, self.vault)
        login.exchange(code, verifier, self._redirect_uri())
        organisation = self._only_organisation(login)
        self.connections.keep_organisation(connection, organisation)
        known = connection.mapping.entries
        fresh = {k: v for k, v in assumptions(organisation).items() if k not in known}
        self.connections.keep_entries(connection, fresh)
        return self.connections.named(connection.name)

    def _redirect_uri(self) -> str:
        return f"{self.environment.public_url}/connect/xero"

    def _refuse_taken(self, name: str) -> None:
        if name in {connection.name for connection in self.connections.all()}:
            raise SettingsError(
                f"There is a connection {name!r} already", fix="Choose another name."
            )

    def _new_settings(self, given: Mapping[str, str]) -> Settings:
        zone = Settings(start_date=None).timezone
        fresh = Settings(start_date=local_date(self.clock.now(), zone))
        return changed_settings(fresh, given, list(STATUS_NAMES.values()))

    def _try_mintsoft(
        self,
        username: str,
        client_code: str,
        settings: Settings,
        secrets: Mapping[str, str],
        draft: DraftVault,
    ) -> str:
        """Log in and read once; the id of the client, empty for all."""
        if key := secrets.get("mintsoft_api_key"):
            draft.keep(f"mintsoft:{username}:static_key", key)
        else:
            draft.keep(f"mintsoft:{username}:password", secrets["mintsoft_password"])
            draft.forget(f"mintsoft:{username}:key")
        client = self._mintsoft(username, settings, draft)
        MintsoftSource(client, zone=settings.timezone).statuses()
        return find_client(client, client_code) if client_code else ""

    def _try_xero(
        self, client_id: str, secrets: Mapping[str, str], draft: DraftVault
    ) -> tuple[Grant, Organisation | None]:
        """Log in as a custom connection and read the organisation; None where a person must."""
        secret = secrets["xero_client_secret"]
        custom = is_custom_connection(
            client_id=client_id,
            client_secret=secret,
            identity_url=self.environment.xero_identity_url,
        )
        grant = new_grant("custom" if custom else "consent", client_id)
        draft.keep(f"grant:{grant.grant_id}:client_secret", secret)
        if not custom:
            return grant, None
        return grant, self._only_organisation(self._login(grant, draft))

    def _only_organisation(self, login: XeroLogin) -> Organisation:
        found = login.connections(login.token())
        if not found:
            raise Disconnected(code="MX-103", reason="it gives access to no organisation")
        return self._target(login, next(iter(found))).organisation()

    def _mintsoft(self, username: str, settings: Settings, vault: Vault) -> MintsoftClient:
        return MintsoftClient(
            self.environment.mintsoft_url,
            username,
            vault=vault,
            leases=self.leases,
            clock=self.clock,
            pace=settings.write_pace,
        )

    def _login(self, grant: Grant, vault: Vault) -> XeroLogin:
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

    def _target(self, login: XeroLogin, organisation_id: str) -> XeroTarget:
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


def _link(connection: Connection, invoice_id: str) -> str:
    return XeroTarget.link(connection.organisation_known, invoice_id)


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
    put_pages(app, plugin, users, prefix=prefix, link=_link)
    app.cli.add_command(commands(lambda: plugin, lambda: app), "mintsoft-xero")
    app.extensions["mintsoft_xero"] = plugin
    return plugin


def make_app() -> Flask:
    """The app of a plugin without a host: its pages, and nothing else."""
    app = Flask("mintsoft_xero", static_folder=None)
    register(app)
    app.add_url_rule("/", "home", lambda: redirect("/mintsoft-xero/"))
    return app
