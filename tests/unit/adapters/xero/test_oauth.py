import base64
import json
import threading
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest

from .....adapters.xero.access.oauth import XeroLogin, is_custom_connection
from .....adapters.xero.access.scopes import LEGACY_SCOPES, SCOPES, scopes_of
from .....adapters.xero.access.tokens import Tokens
from .....plugin.errors import Disconnected, PluginError, TryLater
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeVault
from ....waiting import LONG
from .fakes import Answer, ScriptedXero

REDIRECT = "http://localhost:8000/back"


def tokens(access: str, refresh: str = "", **more: Any) -> Answer:
    """Return the token endpoint's answer."""
    body = {"access_token": access, "expires_in": 1800, "token_type": "Bearer", **more}
    return Answer(body=body | ({"refresh_token": refresh} if refresh else {}))


def error(word: str) -> Answer:
    """Return the token endpoint's refusal."""
    return Answer(status=400, body={"error": word})


class Grant:
    """A Grant and whoever logs in with it."""

    def __init__(self, url: str, kind: Literal["custom", "consent"] = "consent") -> None:
        self.url = url
        self.kind = kind
        self.vault = FakeVault()
        self.vault.keep("grant:7:client_secret", "SECRET-OF-APP")
        self.leases = FakeLeases()
        self.clock = FakeClock()

    def hold(self, access: str, refresh: str = "", minutes: float = 30) -> None:
        """Put tokens into the vault."""
        kept = Tokens(
            access_token=access,
            refresh_token=refresh,
            ends_at=self.clock.now() + timedelta(minutes=minutes),
        )
        self.vault.keep("grant:7:tokens", kept.to_json())

    def kept(self) -> Tokens:
        """Return what the vault holds."""
        return Tokens.from_json(self.vault.read("grant:7:tokens") or "")

    def login(self, scopes: str = SCOPES) -> XeroLogin:
        """Return another process's login."""
        return XeroLogin(
            client_id="app",
            grant_id="7",
            kind=self.kind,
            base_url=self.url,
            identity_url=self.url,
            login_url="https://login.example",
            vault=self.vault,
            leases=self.leases,
            clock=self.clock,
            scopes=scopes,
        )


@pytest.fixture
def grant(xero: ScriptedXero) -> Grant:
    return Grant(xero.url)


def form_of(xero: ScriptedXero) -> dict[str, str]:
    """Return the last form that was posted."""
    return {name: value[0] for name, value in parse_qs(xero.requests[-1].body.decode()).items()}


def test_consent_address(grant: Grant) -> None:
    """Consent is asked for with PKCE and a state (the example of RFC 7636, appendix B)."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    address = urlsplit(grant.login().consent_address("st4te", verifier, REDIRECT))
    query = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert f"{address.netloc}{address.path}" == "login.example/identity/connect/authorize"
    assert query == {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": "st4te",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


def test_exchange_keeps_tokens(grant: Grant, xero: ScriptedXero) -> None:
    """A code is exchanged with its verifier, and what comes back is in the vault."""
    xero.say(tokens("A1", "R1", authentication_event_id="new keys are no harm"))
    grant.login().exchange("the-code", "the-verifier", REDIRECT)
    assert form_of(xero)["code_verifier"] == "the-verifier"
    basic = base64.b64encode(b"app:SECRET-OF-APP").decode()
    assert xero.requests[0].headers["Authorization"] == f"Basic {basic}"
    assert grant.kept().access_token == "A1"
    assert grant.login().token() == "A1"


def test_custom_connection_sends_no_scope(xero: ScriptedXero) -> None:
    """A custom connection just asks, without a scope (xero.md 1.5), and again when it ends."""
    grant = Grant(xero.url, "custom")
    xero.say(tokens("A1"), tokens("A2"))
    login = grant.login()
    assert login.token() == "A1"
    assert form_of(xero) == {"grant_type": "client_credentials"}
    grant.clock.advance(minutes=27)
    assert login.token() == "A1"
    grant.clock.advance(minutes=2)
    assert login.token() == "A2"


def test_refresh_keeps_before_use(grant: Grant, xero: ScriptedXero) -> None:
    """A refresh sends the refresh token and keeps the new pair."""
    grant.hold("A0", "R0", minutes=1)
    xero.say(tokens("A1", "R1"))
    assert grant.login().token() == "A1"
    assert form_of(xero) == {"grant_type": "refresh_token", "refresh_token": "R0"}
    assert grant.kept().refresh_token == "R1"
    assert grant.kept().ends_at == grant.clock.now() + timedelta(minutes=30)


def test_two_logins_refresh_once(grant: Grant, xero: ScriptedXero) -> None:
    """Two processes that find an ended token at once refresh it once."""
    grant.hold("A0", "R0", minutes=0)
    xero.say(tokens("A1", "R1"), error("invalid_grant"))
    got: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        login = grant.login()
        start.wait(LONG)
        got.append(login.token())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["A1"] * 4
    assert len(xero.requests) == 1


def test_renew_takes_what_another_process_kept(grant: Grant, xero: ScriptedXero) -> None:
    """A refused token is renewed only if nobody has done so meanwhile."""
    grant.hold("A0", "R0")
    login = grant.login()
    assert login.token() == "A0"
    grant.hold("A1", "R1")
    assert login.renew("A0") == "A1"
    assert xero.requests == []
    xero.say(tokens("A2", "R2"))
    assert login.renew("A1") == "A2"
    assert login.token() == "A2"


def test_lost_refresh_is_repeated(grant: Grant, xero: ScriptedXero) -> None:
    """When the answer is lost, the old refresh token stays and is tried again (xero.md 1.2)."""
    grant.hold("A0", "R0", minutes=0)
    xero.say(Answer(drop=True), tokens("A1", "R1"))
    with pytest.raises(TryLater):
        grant.login().token()
    assert grant.kept().refresh_token == "R0"
    assert grant.login().token() == "A1"
    assert form_of(xero)["refresh_token"] == "R0"


class OvertakenVault(FakeVault):
    """A vault into which another process puts its tokens while we wait for ours."""

    def __init__(self, other: str) -> None:
        super().__init__()
        self.other = other
        self.reads = 0

    def read(self, name: str) -> str | None:
        if name.endswith(":tokens"):
            self.reads += 1
            # The first look is without the lease, the second within it.
            if self.reads == 3:
                self.keep(name, self.other)
        return super().read(name)


@pytest.mark.parametrize("answer", [tokens("OURS", "R-OURS"), error("invalid_grant")])
def test_overtaken_refresh_yields(grant: Grant, xero: ScriptedXero, answer: Answer) -> None:
    """A process whose lease ran out takes the tokens of the one that overtook it."""
    ends_at = grant.clock.now() + timedelta(minutes=30)
    other = Tokens(access_token="THEIRS", refresh_token="R2", ends_at=ends_at)
    grant.vault = OvertakenVault(other.to_json())
    grant.vault.keep("grant:7:client_secret", "SECRET-OF-APP")
    grant.hold("A0", "R0", minutes=0)
    xero.say(answer)
    assert grant.login().token() == "THEIRS"
    assert grant.kept() == other


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (error("invalid_grant"), Disconnected, "MX-103"),
        (error("invalid_client"), Disconnected, "MX-102"),
        (error("invalid_scope"), Disconnected, "MX-103"),
        (error("unauthorized_client"), Disconnected, "MX-103"),
        (error("something_new"), TryLater, "MX-602"),
        (Answer(status=500, body="<html>", content_type="text/html"), TryLater, "MX-602"),
        (Answer(status=429, headers={"Retry-After": "7"}), TryLater, "MX-602"),
        (Answer(status=200, body={}), TryLater, "MX-602"),
        (Answer(drop=True), TryLater, "MX-105"),
    ],
)
def test_token_errors(
    grant: Grant, xero: ScriptedXero, answer: Answer, kind: type[PluginError], code: str
) -> None:
    """Each answer of the token endpoint is one kind of error; what was kept stays kept."""
    grant.hold("A0", "R0", minutes=0)
    xero.say(answer)
    with pytest.raises(kind) as caught:
        grant.login().token()
    assert caught.value.code == code
    assert grant.kept().refresh_token == "R0"


def test_without_consent(grant: Grant) -> None:
    """A Grant that nobody has consented to says so, and calls nobody."""
    with pytest.raises(Disconnected, match="nobody has allowed access"):
        grant.login().token()


def test_connections(grant: Grant, xero: ScriptedXero) -> None:
    """Organisations are listed with their names; practices are no organisations."""
    xero.say(
        Answer(
            body=[
                {"id": "1", "tenantId": "o-1", "tenantType": "ORGANISATION", "tenantName": "One"},
                {"id": "2", "tenantId": "p-1", "tenantType": "PRACTICE", "tenantName": "Firm"},
                {"id": "3", "tenantId": "o-2", "tenantType": "ORGANISATION"},
            ]
        )
    )
    assert grant.login().connections("A1") == {"o-1": "One", "o-2": "o-2"}
    assert xero.requests[0].headers["Authorization"] == "Bearer A1"


@pytest.mark.parametrize(
    ("answer", "custom"),
    [
        (tokens("A1"), True),
        (error("unauthorized_client"), False),
        (error("invalid_grant"), False),
        (error("invalid_scope"), False),
    ],
)
def test_is_custom_connection(xero: ScriptedXero, answer: Answer, *, custom: bool) -> None:
    """An app that gets a token by itself is a custom connection; others need a consent."""
    xero.say(answer)
    found = is_custom_connection(client_id="app", client_secret="S", identity_url=xero.url)
    assert found is custom


def test_is_custom_connection_wrong_secret(xero: ScriptedXero) -> None:
    """A wrong secret is no question of consent; nor is a Xero that can't be reached."""
    xero.say(error("invalid_client"))
    with pytest.raises(Disconnected) as wrong:
        is_custom_connection(client_id="app", client_secret="S", identity_url=xero.url)
    assert wrong.value.code == "MX-102"
    with pytest.raises(TryLater) as away:
        is_custom_connection(client_id="app", client_secret="S", identity_url="http://127.0.0.1:1")
    assert away.value.code == "MX-105"


def test_secrets_stay_secret(
    grant: Grant, xero: ScriptedXero, caplog: pytest.LogCaptureFixture
) -> None:
    """No token and no secret is in a log, an error, its cause, or a printed object."""
    caplog.set_level(0)
    secrets = ("SECRET-OF-APP", "SECRET-A0", "SECRET-R0")
    grant.hold("SECRET-A0", "SECRET-R0", minutes=0)
    login = grant.login()
    for answer in (Answer(drop=True), error("invalid_grant"), Answer(status=500)):
        xero.say(answer)
        with pytest.raises(PluginError) as caught:
            login.token()
        told = [repr(caught.value), caught.value.message, caught.value.detail, caught.value.fix]
        told += [caplog.text, repr(login), repr(grant.kept()), repr(caught.value.__cause__)]
        assert not [secret for secret in secrets for text in told if secret in text]


def listed(*organisations: str, consent: str = "e-1") -> list[dict[str, str]]:
    """Return the entries of ``/connections``."""
    kind = {"tenantType": "ORGANISATION", "authEventId": consent}
    return [
        {"id": f"c-{x}", "tenantId": x, "tenantName": f"The {x}", **kind} for x in organisations
    ]


def a_token(consent: str) -> str:
    """Return an access token of Xero's shape."""
    claims = json.dumps({"authentication_event_id": consent}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.seal"


def test_own_consent_comes_first(grant: Grant, xero: ScriptedXero) -> None:
    """Organisations that were just chosen come before those that were connected earlier."""
    xero.say(Answer(body=[*listed("old", consent="e-0"), *listed("new", consent="e-1")]))
    assert list(grant.login().connections(a_token("e-1"))) == ["new", "old"]
    for unreadable in ("", "opaque", "a.b.c", "a.?.c", a_token("e-9")):
        assert list(grant.login().connections(unreadable)) == ["old", "new"]


def test_disconnect_ends_one_connection(grant: Grant, xero: ScriptedXero) -> None:
    """One organisation is ended, by the connection's id; the consent stays for the others."""
    grant.hold("A0", "R0")
    xero.say(Answer(body=listed("o-1", "o-2")), Answer(status=204, body=""))
    rest = grant.login().disconnect("o-1")
    assert [each.organisation_id for each in rest] == ["o-2"]
    assert [(x.method, x.path) for x in xero.requests] == [
        ("GET", "/connections"),
        ("DELETE", "/connections/c-o-1"),
    ]
    assert grant.kept().refresh_token == "R0"


def test_last_disconnect_revokes(grant: Grant, xero: ScriptedXero) -> None:
    """When nothing is left, the consent is revoked and its tokens are forgotten; also again."""
    grant.hold("A0", "R0")
    xero.say(Answer(body=listed("o-1")), Answer(status=404, body=""), Answer(status=200, body=""))
    assert grant.login().disconnect("o-1") == []
    assert xero.requests[-1].path == "/connect/revocation"
    assert form_of(xero) == {"token": "R0"}
    assert grant.vault.read("grant:7:tokens") is None
    with pytest.raises(Disconnected, match="nobody has allowed access"):
        grant.login().token()


def test_disconnect_may_be_repeated(grant: Grant, xero: ScriptedXero) -> None:
    """A process that died between two steps changes nothing: the same again ends it."""
    grant.hold("A0", "R0")
    xero.say(Answer(body=listed("o-1")), Answer(drop=True))
    with pytest.raises(TryLater):
        grant.login().disconnect("o-1")
    assert grant.kept().refresh_token == "R0"
    xero.say(Answer(body=[]), Answer(status=400, body={"error": "invalid_token"}))
    assert grant.login().disconnect("o-1") == []
    assert grant.vault.read("grant:7:tokens") is None


def test_custom_connection_stays_in_xero(xero: ScriptedXero) -> None:
    """Who set a custom connection up ends it in Xero; here its tokens are forgotten."""
    grant = Grant(xero.url, "custom")
    grant.hold("A0")
    assert grant.login().disconnect("o-1") == []
    assert xero.requests == []
    assert grant.vault.read("grant:7:tokens") is None


def test_scopes_are_configuration(grant: Grant) -> None:
    """The scopes are granular; an app made before 2026 asks for its broad ones (xero.md 1.4)."""
    assert scopes_of("granular") == scopes_of("") == SCOPES
    assert "accounting.transactions" in scopes_of("Legacy").split()
    assert "accounting.invoices" not in scopes_of("legacy")
    assert scopes_of(" openid  accounting.contacts ") == "openid accounting.contacts"
    login = grant.login(scopes="legacy")
    assert "accounting.transactions" in login.consent_address("s", "v" * 43, REDIRECT)


@pytest.mark.parametrize(
    ("granted", "lacks"),
    [
        ("", ()),
        (SCOPES, ()),
        (LEGACY_SCOPES + " accounting.settings", ()),
        ("accounting.invoices.read accounting.contacts accounting.settings.read",
         ("accounting.invoices",)),
    ],
)  # fmt: skip
def test_lacking_scopes(
    grant: Grant, xero: ScriptedXero, granted: str, lacks: tuple[str, ...]
) -> None:
    """What a consent does not cover is named; Xero's word on it is kept with the tokens."""
    xero.say(tokens("A1", "R1", scope=granted))
    grant.login().exchange("code", "verifier", REDIRECT)
    assert grant.login().lacks() == lacks
    assert grant.login().lacks("accounting.reports.read") == (
        ("accounting.reports.read",) if granted else ()
    )
