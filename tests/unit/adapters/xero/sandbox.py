"""The Xero sandbox, served in this process, and the adapter's parts as its clients."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import requests
from waitress import create_server, wasyncore

from .....adapters.xero.access.oauth import XeroLogin
from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.target import XeroTarget
from .....plugin.ports.infrastructure import Vault
from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero import create_app
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeLimiter, FakeVault

VERIFIER = "v" * 43
REDIRECT = "http://localhost:8000/back"


@dataclass
class Sandbox:
    """A running sandbox and the clock that both sides go by."""

    url: str
    clock: FakeClock

    def control(self, what: str, **body: Any) -> None:
        """Tell the sandbox to do something."""
        requests.post(f"{self.url}/_sandbox/{what}", json=body, timeout=60).raise_for_status()

    def state(self) -> Any:
        """Return what the sandbox counts."""
        return requests.get(f"{self.url}/_sandbox/state", timeout=60).json()

    def login(
        self,
        app: str,
        kind: Literal["custom", "consent"],
        scopes: str = "granular",
        vault: Vault | None = None,
    ) -> XeroLogin:
        """Return the login of a Grant: of a new one, or of that of a vault."""
        return XeroLogin(
            client_id=app,
            grant_id="1",
            kind=kind,
            base_url=self.url,
            identity_url=self.url,
            login_url=self.url,
            vault=vault or FakeVault(**{"grant:1:client_secret": app}),
            leases=FakeLeases(),
            clock=self.clock,
            scopes=scopes,
            timeout=(60, 60),
        )

    def consented(self, scopes: str = "granular", vault: Vault | None = None) -> XeroLogin:
        """Return a login to which a person has just given access."""
        login = self.login("sandbox", "consent", scopes, vault)
        login.exchange(self.code(login), VERIFIER, REDIRECT)
        return login

    def code(self, login: XeroLogin) -> str:
        """Return the code of a consent that is given at once."""
        address = login.consent_address("st4te", VERIFIER, REDIRECT)
        answer = requests.get(address, allow_redirects=False, timeout=60)
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert back["state"] == ["st4te"]
        return back["code"][0]

    def target(self) -> XeroTarget:
        """Return the sandbox's organisation as a Target, through a custom connection."""
        return XeroTarget(self.client())

    def client(self, login: XeroLogin | None = None) -> XeroClient:
        """Return a client of the first organisation, through a custom connection or a login."""
        login = login or self.login("custom", "custom")
        return XeroClient(
            self.url,
            login=login,
            organisation_id=next(iter(login.connections(login.token()))),
            limiter=FakeLimiter(self.clock),
            clock=self.clock,
            timeout=(60, 60),
        )


@contextmanager
def serving(clock: FakeClock, **options: Any) -> Iterator[Sandbox]:
    """Serve a Xero in a thread of this process."""
    app = create_app(Store(), clock=clock.now, auto_consent=True, **options)
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Sandbox(f"http://127.0.0.1:{server.effective_port}", clock)
    server.task_dispatcher.shutdown()
    # In the server's own thread: its sockets are in use there until the loop ends.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    thread.join(60)
