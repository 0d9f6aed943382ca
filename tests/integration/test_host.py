"""A Flask app of somebody else takes the plugin in."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from click.testing import CliRunner
from flask import Flask, session

from ...plugin.config import XERO_URL
from ...plugin.domain.connections.connection import Connection, ConnectionState
from ...plugin.domain.exports.export import ExportState
from ...plugin.domain.exports.outcome import Outcome, OutcomeKind
from ...plugin.errors import SettingsError
from ...plugin.register import register
from ...plugin.sandbox import mintsoft, xero
from ...plugin.sandbox.store import Store
from ...plugin.services.connections.access import consent_address
from ...plugin.services.connections.setup import add_connection
from ...plugin.services.container import Container
from ...plugin.web.auth.local_users import own_password
from ...plugin.web.users import User
from ..unit.web.filled import document, log_in, numbers_in
from ..unit.web.serving import serving

pytestmark = pytest.mark.integration


class HostUsers:
    """A host whose people are in its own session."""

    def current(self) -> User | None:
        """Return who has logged in at the host."""
        name = session.get("name")
        return User(name=name, roles=frozenset({"view"})) if name else None

    def login_address(self) -> str:
        """Return the host's own login."""
        return "/login"


def a_host(home: Path) -> Flask:
    """Return a host as people write one: pages, sessions and settings of its own."""
    app = Flask("host")
    app.secret_key = "the host's own"
    app.config["MINTSOFT_XERO_HOME"] = str(home)

    @app.route("/login")
    def login() -> str:
        session["name"] = "ada"
        return "the host's login"

    return app


@pytest.fixture
def sandboxes() -> Iterator[dict[str, str]]:
    """Serve both sides; the settings that point at them."""
    to_mintsoft = serving(mintsoft.create_app(Store()))
    to_xero = serving(xero.create_app(Store(), limits=False, auto_consent=True))
    with to_mintsoft as mintsoft_url, to_xero as xero_url:
        yield {
            "MINTSOFT_XERO_MINTSOFT_URL": mintsoft_url,
            "MINTSOFT_XERO_XERO_URL": xero_url,
            "MINTSOFT_XERO_XERO_IDENTITY_URL": xero_url,
            "MINTSOFT_XERO_XERO_LOGIN_URL": xero_url,
        }


def test_page_and_commands_are_in_the_host(home: Path) -> None:
    """One call puts the page below its prefix, and `flask mintsoft-xero` beside the host's."""
    app = a_host(home)
    plugin = register(app, users=HostUsers(), prefix="/books")
    assert app.extensions["mintsoft_xero"] is plugin
    client = app.test_client()
    assert client.get("/books/").location == "/login"
    assert client.get("/login").text == "the host's login"
    page = client.get("/books/")
    assert (page.status_code, "ada" in page.text) == (200, True)
    done = CliRunner().invoke(app.cli, ["mintsoft-xero", "connection", "list", "--json"])
    assert done.exit_code == 0, done.output
    assert (home / "mintsoft_xero.db").exists()
    plugin.database.close()


def test_host_stays_its_own(home: Path) -> None:
    """Logging, the secret key, other pages and their headers are as they were."""
    app = a_host(home)
    root = logging.getLogger()
    before = (list(root.handlers), root.level, app.secret_key, list(app.logger.handlers))
    plugin = register(app)
    client = app.test_client()
    client.get("/mintsoft-xero/login")
    assert (list(root.handlers), root.level, app.secret_key, list(app.logger.handlers)) == before
    answer = client.get("/login", headers={"Host": "anything.example"})
    assert answer.status_code == 200
    assert "Content-Security-Policy" not in answer.headers
    assert "mintsoft_xero" not in answer.headers["Set-Cookie"]
    assert client.get("/elsewhere").status_code == 404
    plugin.database.close()


def test_second_registration_is_refused(home: Path) -> None:
    """A second call says so, and leaves the first as it was."""
    app = a_host(home)
    plugin = register(app)
    with pytest.raises(SettingsError, match="registered in this app already"):
        register(app, prefix="/again")
    assert app.extensions["mintsoft_xero"] is plugin
    assert app.test_client().get("/again/healthz").status_code == 404
    plugin.database.close()


def test_wrong_setting_leaves_the_host_alone(home: Path) -> None:
    """A wrong setting is refused before anything was put into the host."""
    app = a_host(home)
    with pytest.raises(SettingsError, match="MINTSOFT_XERO_PUBLIC_URL"):
        register(app, settings={"MINTSOFT_XERO_PUBLIC_URL": "nowhere"})
    assert "mintsoft_xero" not in app.extensions
    assert app.blueprints == {}


def test_consent_comes_back_to_the_page(home: Path, sandboxes: dict[str, str]) -> None:
    """Who allows access in Xero comes back to a page that says so; it works once."""
    app = a_host(home)
    plugin = register(app, settings=sandboxes)
    plugin.prepare()
    connection = _connection(plugin, client_id="sandbox")
    answer = requests.get(consent_address(plugin, connection), allow_redirects=False, timeout=60)
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == (
        "http://localhost:8000/mintsoft-xero/connect/xero"
    )
    client = app.test_client()
    first, second = (client.get(f"{back.path}?{back.query}") for _ in range(2))
    assert (first.status_code, "Connection shop is connected to" in first.text) == (200, True)
    assert (second.status_code, "was used already" in second.text) == (400, True)
    assert plugin.connections.named("shop").state is ConnectionState.ACTIVE
    plugin.database.close()


def test_link_asks_nobody(home: Path, sandboxes: dict[str, str]) -> None:
    """The page links to invoices, real or simulated, though Xero is away and the rules damaged."""
    app = a_host(home)
    plugin = register(app, settings=sandboxes)
    plugin.prepare()
    (home / "rules").mkdir()
    (home / "rules" / "orders.yaml").write_text("book: [", encoding="utf-8")
    shop = _connection(plugin, client_id="custom")
    plugin.ledger.record(shop, [document("1", ExportState.READY)], "basis")
    claims = plugin.ledger.claim(shop, plugin.ledger.due_to_send(shop))
    plugin.ledger.start_call(shop, claims, "digest")
    exported = Outcome(kind=OutcomeKind.EXPORTED, invoice_id="an-id")
    plugin.ledger.record_outcomes([(claims[0], exported)])
    plugin.environment = replace(plugin.environment, xero_url="http://localhost:1")
    client = app.test_client()
    assert log_in(client, own_password(home)).status_code == 303
    page = client.get("/mintsoft-xero/")
    assert numbers_in(page) == ["WEB-1"]
    assert "http://localhost:1/invoice/an-id" in page.text
    plugin.environment = replace(plugin.environment, xero_url=XERO_URL)
    page = client.get("/mintsoft-xero/")
    assert "https://go.xero.com/" in page.text
    assert "an-id" in page.text
    plugin.database.close()


def _connection(plugin: Container, *, client_id: str) -> Connection:
    return add_connection(
        plugin,
        name="shop",
        mode="accounting",
        mintsoft_username="sandbox",
        mintsoft_client="",
        xero_client_id=client_id,
        settings={},
        secrets={"mintsoft_password": "sandbox", "xero_client_secret": client_id},
    )
