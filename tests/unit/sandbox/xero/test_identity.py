"""OAuth as Xero does it: consent, tokens, rotation, connections (xero.md 1)."""

import base64
import hashlib
import json
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero import create_app
from .conftest import API, Time, Xero, an_invoice

SCOPE = "offline_access openid accounting.invoices accounting.contacts accounting.settings.read"
REDIRECT = "http://localhost:8000/callback"


class Browser:
    """A person's browser and the app that sent it there."""

    def __init__(self, time: Time, store: Store | None = None, *, limits: bool = False) -> None:
        self.http: Any = create_app(store or Store(), clock=time, limits=limits).test_client()

    def first_id(self) -> str:
        """The demo company's id."""
        return str(self.http.get("/_sandbox/organisations").json["organisations"][0]["tenantId"])

    def ask(self, **changes: str) -> Any:
        query = {
            "response_type": "code",
            "client_id": "sandbox",
            "redirect_uri": REDIRECT,
            "scope": SCOPE,
            "state": "s&1",
        } | changes
        return {"path": "/identity/connect/authorize", "query_string": query}

    def consent(self, *tenants: str, **changes: str) -> dict[str, str]:
        answer = self.http.post(**self.ask(**changes), data={"tenant": list(tenants)})
        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    def token(self, **form: str) -> Any:
        return self.http.post("/connect/token", data=form, auth=("sandbox", "sandbox"))

    def exchange(self, code: str, **more: str) -> Any:
        return self.token(grant_type="authorization_code", code=code, redirect_uri=REDIRECT, **more)

    def refresh(self, token: str) -> Any:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def get(self, path: str, token: str, tenant: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self.http.get(path, headers=headers | ({"Xero-Tenant-Id": tenant} if tenant else {}))


@pytest.fixture
def browser(time: Time) -> Browser:
    return Browser(time)


def test_code_flow(browser: Browser) -> None:
    """One button, the state comes back, PKCE is checked, a code works once, the keys are exact."""
    assert browser.http.get(**browser.ask()).text.count("<button>") == 1
    verifier = "v" * 50
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    bad = browser.exchange(browser.consent(**pkce)["code"], code_verifier="w" * 50)
    assert (bad.status_code, bad.json) == (400, {"error": "invalid_grant"})
    allowed = browser.consent(**pkce)
    assert allowed["state"] == "s&1"
    answer = browser.exchange(allowed["code"], code_verifier=verifier)
    assert set(answer.json) == {
        "id_token", "access_token", "expires_in", "token_type", "refresh_token", "scope",
    }  # fmt: skip
    assert (answer.json["expires_in"], answer.json["scope"]) == (1800, SCOPE)
    again = browser.exchange(allowed["code"], code_verifier=verifier)
    assert again.json == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "http://127.0.0.1:8000/callback"}, "invalid_request"),
        ({"redirect_uri": "http://example.com/"}, "invalid_request"),
        ({"scope": "accounting.transactions"}, "invalid_scope"),
        ({"client_id": "custom"}, "unauthorized_client"),
    ],
)
def test_consent_is_refused(browser: Browser, changes: dict[str, str], error: str) -> None:
    """Broad scopes, a loopback address and unknown apps never reach the button."""
    answer = browser.http.get(**browser.ask(**changes))
    assert answer.status_code == 400
    assert error in answer.text


def test_rotation_and_grace(browser: Browser, time: Time) -> None:
    """An old refresh token works for 30 minutes after its first use, an unused one 60 days."""
    first = browser.exchange(browser.consent()["code"]).json["refresh_token"]
    second = browser.refresh(first).json["refresh_token"]
    assert second != first
    time.pass_(minutes=29)
    assert browser.refresh(first).status_code == 200
    time.pass_(minutes=2)
    assert browser.refresh(first).json == {"error": "invalid_grant"}
    time.pass_(days=59)
    assert browser.refresh(second).status_code == 200
    unused = browser.exchange(browser.consent()["code"]).json["refresh_token"]
    time.pass_(days=61)
    assert browser.refresh(unused).json == {"error": "invalid_grant"}


def test_client_authentication(browser: Browser) -> None:
    """Basic and form work; a custom connection gets no refresh token and may name no scope."""

    def ask(**form: str) -> Any:
        return browser.http.post("/Connect/Token", data={"grant_type": "client_credentials"} | form)

    good = ask(client_id="custom", client_secret="custom")
    assert set(good.json) == {"access_token", "expires_in", "token_type", "scope"}
    scoped = ask(client_id="custom", client_secret="custom", scope="accounting.invoices")
    assert scoped.json == {"error": "invalid_scope"}
    assert ask(client_id="custom", client_secret="no").json == {"error": "invalid_client"}
    wrong = ask(client_id="sandbox", client_secret="sandbox")
    assert wrong.json == {"error": "unauthorized_client"}


def test_tenant_token_and_scope_refusals(browser: Browser, time: Time) -> None:
    """No tenant 403; no scope, a bad and an expired token 401, each with its own Detail."""
    token = browser.exchange(browser.consent()["code"]).json["access_token"]
    (connection,) = browser.get("/Connections", token).json
    assert connection["tenantType"] == "ORGANISATION"
    tenant = connection["tenantId"]
    path = f"{API}/Organisation"
    assert browser.get(path, token, tenant).status_code == 200
    missing = browser.get(path, token)
    assert (missing.status_code, missing.json["Detail"]) == (403, "AuthenticationUnsuccessful")
    assert missing.json["Type"] is None
    headers = {"Authorization": f"Bearer {token}", "Xero-Tenant-Id": tenant}
    readonly = "openid accounting.invoices.read"
    reader = browser.exchange(browser.consent(scope=readonly)["code"]).json
    assert "refresh_token" not in reader
    headers["Authorization"] = f"Bearer {reader['access_token']}"
    refused = browser.http.put(f"{API}/Invoices", json=an_invoice(), headers=headers)
    assert (refused.status_code, refused.json["Detail"]) == (401, "AuthorizationUnsuccessful")
    assert browser.get(path, "nonsense", tenant).json["Detail"] == "AuthenticationUnsuccessful"
    time.pass_(minutes=31)
    expired = browser.get(path, token, tenant)
    assert expired.status_code == 401
    assert expired.json["Detail"].startswith("TokenExpired: token expired at 11/22/2026")


def test_disconnect(browser: Browser) -> None:
    """Without its connection a live token gets 403; consent again makes a new connection id."""
    token = browser.exchange(browser.consent()["code"]).json["access_token"]
    (connection,) = browser.get("/connections", token).json
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/connections/{connection['id']}"
    assert browser.http.delete(path, headers=headers).status_code == 204
    assert browser.http.delete(path, headers=headers).status_code == 404
    refused = browser.get(f"{API}/Organisation", token, connection["tenantId"])
    assert refused.status_code == 403
    browser.consent()
    (new,) = browser.get("/connections", token).json
    assert new["id"] != connection["id"]


def test_revocation(browser: Browser) -> None:
    """Revoking a refresh token ends all that person's tokens and connections."""
    tokens = browser.exchange(browser.consent()["code"]).json
    form = {"token": tokens["refresh_token"]}
    answer = browser.http.post("/connect/revocation", data=form, auth=("sandbox", "sandbox"))
    assert (answer.status_code, answer.data) == (200, b"")
    assert browser.refresh(tokens["refresh_token"]).json == {"error": "invalid_grant"}
    assert browser.get("/connections", tokens["access_token"]).status_code == 401


def test_auto_consent(time: Time) -> None:
    """With auto_consent the browser comes back at once with a code."""
    app = create_app(Store(), clock=time, auto_consent=True)
    answer = app.test_client().get(**Browser(time).ask())
    assert answer.status_code == 302
    assert "code=" in answer.headers["Location"]


def test_denied_consent(browser: Browser) -> None:
    """A person who cancels sends the app error=access_denied and its state, and no code."""
    page = browser.http.get(**browser.ask()).text
    link = unescape(page.partition('<a href="?')[2].partition('"')[0])
    answer = browser.http.get(f"/identity/connect/authorize?{link}")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query == {"error": ["access_denied"], "state": ["s&1"]}


def test_code_lives_five_minutes(browser: Browser, time: Time) -> None:
    """A code is good for 5 minutes, for its own app and redirect address alone."""
    code = browser.consent()["code"]
    time.pass_(minutes=5, seconds=1)
    assert browser.exchange(code).json == {"error": "invalid_grant"}
    form = {"grant_type": "authorization_code", "redirect_uri": "https://other.example/"}
    answer = browser.token(code=browser.consent()["code"], **form)
    assert answer.json == {"error": "invalid_grant"}


def test_broad_scopes_are_a_switch(browser: Browser) -> None:
    """Switched on, accounting.transactions is granted and opens invoices; read stays read."""
    browser.http.post("/_sandbox/settings", json={"broad_scopes": True})
    for scope, status in (("accounting.transactions", 200), ("accounting.transactions.read", 401)):
        tokens = browser.exchange(browser.consent(scope=scope)["code"]).json
        assert (tokens["scope"], "id_token" in tokens) == (scope, False)
        headers = {
            "Authorization": f"Bearer {tokens['access_token']}",
            "Xero-Tenant-Id": browser.first_id(),
        }
        answer = browser.http.put(f"{API}/Invoices", json=an_invoice(), headers=headers)
        assert (answer.status_code, scope) == (status, scope)
        assert browser.http.get(f"{API}/Invoices", headers=headers).status_code == 200


def test_access_token_is_a_jwt(browser: Browser) -> None:
    """Its claims name the event of the consent, by which /connections can be filtered."""
    token = browser.exchange(browser.consent()["code"]).json["access_token"]
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert claims["scope"] == SCOPE.split()
    (row,) = browser.get("/connections", token).json
    assert claims["authentication_event_id"] == row["authEventId"]
    assert browser.get("/connections?authEventId=other", token).json == []


def test_reset_begins_anew(xero: Xero) -> None:
    """A reset forgets invoices and tokens, and the organisation is another one."""
    tenant = xero.http.get("/connections", headers=xero.headers).json[0]["tenantId"]
    xero.put(an_invoice())
    xero.control("reset", {})
    assert xero.call("GET", "Invoices").status_code == 401
    xero.renew()
    assert xero.call("GET", "Invoices").json["Invoices"] == []
    assert xero.http.get("/connections", headers=xero.headers).json[0]["tenantId"] != tenant
