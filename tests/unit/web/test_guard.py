"""Who is let in, from where, and with which form."""

import stat
from pathlib import Path

import pytest
from flask import Request, Response

from ....plugin.domain.exports.export import ExportState
from ....plugin.web.auth.local_users import TRIES, own_password
from ....plugin.web.auth.session import COOKIE, Session, Sessions, new_session
from ....plugin.web.guard import ANYBODY, NEEDS
from ....plugin.web.users import Role, User
from .filled import PREFIX, Filled, document, log_in, refused, token_in

PAGE = f"{PREFIX}/"


class HostUsers:
    """The users of a host, of whom one is at the pages."""

    def __init__(self, *roles: str) -> None:
        self.user: User | None = User(name="ada", roles=frozenset(roles)) if roles else None

    def current(self) -> User | None:
        return self.user

    def login_address(self) -> str:
        return "/host/login"


def test_every_view_names_the_role_it_needs(filled: Filled) -> None:
    """Each view below the prefix names a role, or says on purpose that it needs none."""
    ours = {
        rule.endpoint: getattr(filled.app.view_functions[rule.endpoint], NEEDS, None)
        for rule in filled.app.url_map.iter_rules()
    }
    assert all(role == ANYBODY or role in set(Role) for role in ours.values()), ours
    assert {name.partition(".")[2] for name, role in ours.items() if role == ANYBODY} == {
        "healthz",
        "readyz",
        "login",
        "logout",
        "connect",
        "webhook",
        "static",
        "nothing",
    }


def test_view_without_a_role_is_refused(home: Path) -> None:
    """A view that somebody forgot to guard is shown to nobody."""
    filled = Filled(home, HostUsers(*Role))
    filled.app.view_functions["mintsoft_xero.healthz"] = lambda: "unguarded"
    answer = filled.client().get(f"{PREFIX}/healthz")
    assert (answer.status_code, "unguarded" in answer.text) == (403, False)
    filled.close()


def test_anonymous_visitor_logs_in_and_comes_back(filled: Filled) -> None:
    """Who is not known is sent to the login, and from there to the page that was asked for."""
    filled.connect()
    client = filled.client()
    answer = client.get(f"{PAGE}?state=waiting")
    assert (answer.status_code, answer.location) == (
        303,
        f"{PREFIX}/login?next=/mintsoft-xero/?state%3Dwaiting",
    )
    form = client.get(answer.location)
    assert f'value="{PAGE}?state=waiting"' in form.text
    back = log_in(client, own_password(filled.home), next=f"{PAGE}?state=waiting")
    assert back.location == f"{PAGE}?state=waiting"
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/other",
        "/mintsoft-xero/\r\nSet-Cookie: a=b",
        "/mintsoft-xero/\\evil.example",
    ],
)
def test_login_leads_to_our_pages_only(filled: Filled, elsewhere: str) -> None:
    """Whatever `next` says, one lands on our pages, and no header can be slipped in."""
    answer = log_in(filled.client(), own_password(filled.home), next=elsewhere)
    assert answer.location == PAGE
    assert "a=b" not in str(answer.headers)


def test_password_is_made_once_and_readable_by_its_owner(home: Path) -> None:
    """The generated login stays the same, and its file is nobody else's to read."""
    password = own_password(home)
    assert own_password(home) == password
    assert len(password) >= 20
    assert stat.S_IMODE((home / "web-login").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["web-login"]


def test_damaged_login_file_is_said(filled: Filled) -> None:
    """A login file that can't be used gives a page with a sentence, on every page."""
    (filled.home / "web-login").write_bytes(b"\xff\xfe")
    for address in (PAGE, f"{PREFIX}/login"):
        answer = filled.client().get(address)
        assert answer.status_code == 503
        assert "web-login) can&#39;t be used" in answer.text


def test_few_tries_a_minute(filled: Filled) -> None:
    """After some wrong passwords even the right one has to wait for a minute."""
    client, password = filled.client(), own_password(filled.home)
    assert [log_in(client, "wrong").status_code for _ in range(TRIES)] == [403] * TRIES
    assert log_in(client, password).status_code == 429
    filled.clock.advance(seconds=61)
    assert log_in(client, password).status_code == 303


def test_session_ends(filled: Filled) -> None:
    """One is out after logging out, and after the password is another one."""
    filled.connect()
    client = filled.logged_in()
    client.post(f"{PREFIX}/logout", data={"csrf_token": token_in(client.get(PAGE))})
    assert client.get(PAGE).status_code == 303
    client = filled.logged_in()
    (filled.home / "web-login").unlink()
    assert client.get(PAGE).status_code == 303


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("127.0.0.1", "localhost:8000", 303),
        ("127.0.0.1", "127.0.0.1", 303),
        ("::1", "[::1]:8000", 303),
        ("::ffff:127.0.0.1", "LOCALHOST", 303),
        ("127.0.0.1", "books.example:444", 303),
        ("127.0.0.1", "rebound.example", 403),
        ("127.0.0.1", "localhost.rebound.example", 403),
        ("10.0.0.5", "localhost:8000", 403),
        ("10.0.0.5", "books.example", 403),
    ],
)
def test_pages_answer_on_this_machine_only(
    home: Path, address: str, host: str, status: int
) -> None:
    """Without a host's users, both where a request comes from and its Host must be ours."""
    filled = Filled(home, PUBLIC_URL="https://books.example/mintsoft-xero")
    client = filled.client(address, host)
    assert client.get(PAGE).status_code == status
    if status == 403:
        for path in ("login", "connect/xero?state=a&code=b", "static/style.css"):
            assert client.get(f"{PAGE}{path}").status_code == 403
        assert client.get(f"{PREFIX}/healthz").status_code == 200
    filled.close()


def test_host_users_answer_anywhere_by_role(home: Path) -> None:
    """A host's own people come from anywhere; each role allows what it names and no more."""
    users = HostUsers()
    filled = Filled(home, users)
    shop = filled.connect()
    filled.put(shop, document("1"))
    client = filled.client("203.0.113.9", "erp.example")
    assert client.get(PAGE).location == "/host/login"
    assert client.get(f"{PREFIX}/login").status_code == 404
    users.user = User(name="eve", roles=frozenset({"operate"}))
    assert client.get(PAGE).status_code == 403
    users.user = User(name="ada", roles=frozenset({"view"}))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Log out" not in page.text
    filled.close()


def test_every_post_needs_its_token(home: Path) -> None:
    """A form of nobody's, of another browser's or of another person's changes nothing."""
    ada = User(name="ada", roles=frozenset(Role))
    users = HostUsers(*Role)
    filled = Filled(home, users)
    shop = filled.connect()
    filled.put(shop, document("1", ExportState.REFUSED, **refused("MX-202")))
    client, other = filled.client(), filled.client()
    token, foreign = token_in(client.get(PAGE)), token_in(other.get(PAGE))
    (row,) = filled.plugin.ledger.exports(shop)
    address = f"{PAGE}exports/{shop.connection_id}/{row.export_id}/clear"
    for given in ({}, {"csrf_token": ""}, {"csrf_token": "\x00ü"}, {"csrf_token": foreign}):
        assert client.post(address, data=given).status_code == 400
    users.user = User(name="bob", roles=frozenset(Role))
    assert client.post(address, data={"csrf_token": token}).status_code == 400
    (row,) = filled.plugin.ledger.exports(shop)
    assert row.state is ExportState.REFUSED
    users.user = ada
    assert client.post(address, data={"csrf_token": token}).status_code == 303
    (row,) = filled.plugin.ledger.exports(shop)
    assert row.state is ExportState.CLEARED
    filled.close()


def test_forms_of_what_is_not_there(filled: Filled) -> None:
    """A form for a connection or a document that does not exist changes nothing, quietly."""
    filled.connect()
    client = filled.logged_in()
    given = {"csrf_token": token_in(client.get(PAGE)), "next": "https://evil.example"}
    assert client.post(f"{PAGE}exports/99/1/retry", data=given).status_code == 404
    assert client.post(f"{PAGE}exports/1/99/retry", data=given).location == PAGE


@pytest.mark.parametrize("path", ["", "login", "healthz", "nowhere", "static/style.css"])
def test_headers_on_every_answer(filled: Filled, path: str) -> None:
    """No page may be framed, guessed at, kept, or run a script."""
    headers = filled.client().get(f"{PAGE}{path}", buffered=True).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert path.startswith("static") or headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("public_url", "secure"), [("http://localhost:8000/m", False), ("https://localhost/m", True)]
)
def test_cookie_is_our_own_and_careful(home: Path, public_url: str, *, secure: bool) -> None:
    """Our one cookie stays below our prefix, away from scripts and other sites, and on TLS."""
    filled = Filled(home, PUBLIC_URL=public_url)
    cookie = filled.client().get(f"{PREFIX}/login").headers["Set-Cookie"]
    parts = set(cookie.split("; "))
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", f"Path={PREFIX}", "SameSite=Lax"} <= parts
    assert ("Secure" in parts) is secure
    assert filled.app.secret_key is None
    filled.close()


def test_forged_cookie_is_nobody(filled: Filled) -> None:
    """A cookie that is damaged, or signed with another key, is as good as none."""
    filled.connect()
    own = Sessions(filled.plugin.environment.secret_key)
    other = Sessions("another key")
    session = new_session(own.proof(own_password(filled.home)))
    for forged in ("x", '["a","b"]', _cookie(other, session), _cookie(own, session)[:-2] + "zz"):
        client = filled.client()
        client.set_cookie(COOKIE, forged, path=PREFIX, domain="localhost")
        assert client.get(PAGE).status_code == 303


def test_earlier_key_still_opens_the_cookie() -> None:
    """While a key is being replaced, sessions that the earlier one signed go on."""
    request = Request({"HTTP_COOKIE": f"{COOKIE}={_cookie(Sessions('old'), new_session('proof'))}"})
    assert Sessions("new,old").read(request).login == "proof"
    assert Sessions("new").read(request).login == ""


def _cookie(sessions: Sessions, session: Session) -> str:
    response = Response()
    sessions.write(session, response, path="/", secure=False)
    return response.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
