"""A target that a host brings: its webhooks and its consent need nothing of Xero's."""

import hmac
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ....plugin.config import Environment
from ....plugin.domain.connections.connection import Connection, Grant
from ....plugin.domain.connections.job import JobName
from ....plugin.domain.connections.settings import Settings
from ....plugin.ports.adapter import AdapterContext, WebhookEvent
from ....plugin.ports.clock import SystemClock
from ....plugin.register import register
from ....plugin.services.connections.access import consent_address
from ....plugin.services.container import Container
from ....plugin.testing.target import FakeTarget
from ....plugin.web.site import EXTENSION
from ..adapters.new_adapter.shelf import CashBookAdapter
from .filled import PREFIX

BOOK, SAFE = f"{PREFIX}/webhooks/cash_book", f"{PREFIX}/webhooks/safe"
KEY = "the book's own"


class RingingCashBook(CashBookAdapter):
    """A cash book that rings when somebody has written into it, and that asks for consent."""

    def webhook_events(
        self, environment: Environment, headers: Mapping[str, str], body: bytes
    ) -> list[WebhookEvent] | None:
        """As `WebhookAdapter`: a call is believed by a setting of the book's own."""
        key = environment.others.get("cash_book_key", "")
        if not key or not hmac.compare_digest(headers.get("X-Key", ""), key):
            return None
        return [WebhookEvent(organisation_id=body.decode(), key=body)]

    def consent_address(
        self, means: AdapterContext, grant: Grant, *, state: str, verifier: str, redirect_uri: str
    ) -> str:
        """Where the book's owner says yes."""
        return f"https://book.example/?state={state}&redirect_uri={redirect_uri}"

    def consent_given(
        self, means: AdapterContext, grant: Grant, *, code: str, verifier: str, redirect_uri: str
    ) -> None:
        """Any code will do."""


class Host:
    """A host that registers the plugin with targets of its own."""

    def __init__(self, home: Path) -> None:
        self.app = Flask("host", static_folder=None)
        self.app.testing = True
        settings = {"MINTSOFT_XERO_HOME": str(home), "MINTSOFT_XERO_CASH_BOOK_KEY": KEY}
        self.book = FakeTarget(SystemClock())
        ringing, silent = RingingCashBook(self.book), CashBookAdapter(self.book)
        targets = {"cash_book": ringing, "safe": silent}
        self.plugin: Container = register(self.app, settings=settings, targets=targets)
        self.plugin.prepare()

    def add(self, kind: str) -> Connection:
        """Add a connection to the cash book."""
        return self.plugin.connections.add(
            name="till",
            mode="accounting",
            grant=Grant.new("custom" if kind == "custom" else "consent", "app"),
            mintsoft_username="me",
            mintsoft_client="",
            settings=Settings(start_date=None),
            organisation=self.book.here if kind == "custom" else None,
            entries={},
            target="cash_book",
        )

    def ring(self, address: str, key: str) -> int:
        """Tell of an event in the book's organisation; the status of the answer."""
        body = self.book.here.organisation_id
        answer = self.app.test_client().post(address, data=body, headers={"X-Key": key})
        assert self.app.extensions[EXTENSION].hastening.settled(10)
        return answer.status_code

    def answer(self, target: str, state: str) -> TestResponse:
        """Come back from a consent page."""
        asked = {"state": state, "code": "1"}
        return self.app.test_client().get(f"{PREFIX}/connect/{target}", query_string=asked)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path / "home")
    yield made
    made.plugin.rulebooks.close()
    made.plugin.database.close()


def test_a_targets_webhook_is_believed_by_its_own_key(host: Host) -> None:
    """The next sync comes near by an event with the target's key, and by no other call."""
    connection = host.add("custom")
    host.plugin.connections.start(connection)
    host.plugin.jobs.take_due()
    before = due_at(host)
    assert host.ring(BOOK, "wrong") == 401
    assert host.ring(f"{PREFIX}/webhooks/xero", KEY) == 401
    assert due_at(host) == before
    assert host.ring(BOOK, KEY) == 200
    assert due_at(host) < before


def due_at(host: Host) -> float:
    """When orders are exported next, in seconds."""
    (connection,) = host.plugin.connections.all()
    next_at = host.plugin.jobs.one(connection, JobName.EXPORT_ORDERS).next_at
    assert next_at is not None
    return next_at.timestamp()


def test_a_target_without_webhooks_has_no_address(host: Host) -> None:
    """Whoever is not called, or is not known, is no page."""
    assert host.ring(SAFE, KEY) == 404
    assert host.ring(f"{PREFIX}/webhooks/nobody", KEY) == 404
    assert host.answer("nobody", "x").status_code == 404


def test_consent_comes_back_to_its_own_target(host: Host) -> None:
    """Each target has an address of its own, and another one's answer finishes nothing."""
    connection = host.add("consent")
    asked = parse_qs(urlsplit(consent_address(host.plugin, connection)).query)
    (address,), (state,) = asked["redirect_uri"], asked["state"]
    assert address.endswith(f"{PREFIX}/connect/cash_book")
    for other in ("xero", "safe"):
        assert host.answer(other, state).status_code == 400
        assert not host.plugin.connections.named("till").may_run()[0]
    answer = host.answer("cash_book", state)
    assert (answer.status_code, "Connected to Cash book" in answer.text) == (200, True)
    assert host.plugin.connections.named("till").may_run()[0]
