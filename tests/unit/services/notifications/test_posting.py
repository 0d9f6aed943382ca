"""Notices that are posted: signed, to whom they may go, and whatever the receiver does."""

import base64
import ipaddress
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .....plugin.domain.connections.connection import Connection, ConnectionState, Grant
from .....plugin.domain.connections.mapping import Mapping
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.notifications.notice import Channel, Notice, NoticeKind, NoticeState
from .....plugin.domain.notifications.webhook_address import may_receive, posting_problem
from .....plugin.services.notifications.webhook import (
    Poster,
    new_signing_secret,
    signed_headers,
    signing_keys,
)
from .....plugin.testing.infrastructure import FakeClock, FakeVault
from ....waiting import LONG, eventually
from .receivers import certificate, web_server

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "notifications.md"


def a_connection(address: str = "", **settings: Any) -> Connection:
    """A connection whose notices go there."""
    return Connection(
        connection_id=1,
        name="shop",
        mode="accounting",
        state=ConnectionState.ACTIVE,
        paused_because="",
        mintsoft_username="user",
        mintsoft_client="",
        grant=Grant.new("custom", "app"),
        settings=Settings(start_date=None, notify_webhook=address, **settings),
        mapping=Mapping({}),
        organisation=None,
    )


def a_notice(**changes: Any) -> Notice:
    """A notice in its first attempt."""
    moment = datetime(2026, 6, 15, 12, tzinfo=UTC)
    notice = Notice(
        row_id=1,
        notice_id="notice_1",
        connection_id=1,
        channel=Channel.WEBHOOK,
        kind=NoticeKind.TEST,
        subject="shop: a test",
        text="Nothing to do. £ 1",
        data={"connection": "shop", "organisation": None},
        state=NoticeState.NEW,
        attempts=1,
        again_at=moment,
        created_at=moment,
        sent_at=None,
        answer="",
    )
    return replace(notice, **changes)


@pytest.fixture
def vault() -> FakeVault:
    """Return a vault with a secret to sign with."""
    vault = FakeVault()
    new_signing_secret(vault, 1, FakeClock().now())
    return vault


def documented() -> Any:
    """What the documentation tells a receiver to do, as a function."""
    source = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(source[0], names)
    return names["is_genuine"]


def test_the_documented_receiver(vault: FakeVault) -> None:
    """The receiver of the documentation takes what we post, and nothing altered, older or other."""
    clock, is_genuine = FakeClock(), documented()
    secret = new_signing_secret(vault, 1, clock.now())
    with web_server() as got:
        address = f"http://localhost:{got.port}/notices?of=shop"
        answer = Poster(vault, clock).send(a_connection(address), a_notice())
    assert (answer.taken, answer.words) == (True, "204 No Content")
    headers, body = got.posts[0]
    now = clock.now().timestamp()
    assert is_genuine(headers, body, secret, now)
    assert not is_genuine(headers, body + b" ", secret, now)
    assert not is_genuine({**headers, "webhook-id": "notice_2"}, body, secret, now)
    assert not is_genuine(headers, body, secret, now + 301)
    assert not is_genuine(headers, body, new_signing_secret(FakeVault(), 1, clock.now()), now)
    assert headers["content-type"] == "application/json"
    said = json.loads(body)
    assert (said["type"], said["timestamp"]) == ("test", "2026-06-15T12:00:00Z")
    assert said["data"]["text"] == "Nothing to do. £ 1"


def test_the_published_example() -> None:
    """The signature of the example that Standard Webhooks publish comes out."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    moment = datetime.fromtimestamp(1614265330, tz=UTC)
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}', [key])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_new_secret_and_the_one_before() -> None:
    """A new secret signs at once; for a day the one before does too, so that nobody misses any."""
    clock, vault, is_genuine = FakeClock(), FakeVault(), documented()
    old = new_signing_secret(vault, 1, clock.now())
    new = new_signing_secret(vault, 1, clock.now())
    for hours, believed in ((0, [True, True]), (25, [False, True])):
        clock.advance(hours=hours)
        headers = signed_headers("1", clock.now(), b"{}", signing_keys(vault, 1, clock.now()))
        now = clock.now().timestamp()
        assert [is_genuine(headers, b"{}", x, now) for x in (old, new)] == believed
    assert signing_keys(vault, 2, clock.now()) == []


@pytest.mark.parametrize(
    ("status", "manner", "gone", "words"),
    [
        (500, "", False, "500 Internal Server Error"),
        (302, "", False, "302 Found, and a redirect is not followed"),
        (410, "", True, "410 Gone"),
        (200, "hang", False, "no answer within 0.3 seconds"),
        (200, "drip", False, "no answer within 0.3 seconds"),
        (200, "drop", False, "no answer (RemoteDisconnected)"),
    ],
)
def test_bad_receivers(
    vault: FakeVault, status: int, manner: str, words: str, *, gone: bool
) -> None:
    """Whatever a receiver does ends soon, in a sentence, and is asked nothing else."""
    with web_server() as got:
        got.status, got.manner = status, manner
        # Whoever answers has the time for it.
        timeout, whole = (0.3, 0.6) if manner in {"hang", "drip"} else (LONG, LONG)
        poster = Poster(vault, FakeClock(), timeout=timeout, whole=whole)
        answer = poster.send(a_connection(f"http://localhost:{got.port}/"), a_notice())
        eventually(lambda: got.posts, "the post, which nobody waits for any more")
    assert (answer.taken, answer.gone, answer.words) == (False, gone, words)
    assert answer.code == "MX-142"
    assert len(got.posts) == 1


def test_nobody_there(vault: FakeVault) -> None:
    """A receiver that is not there is said to be not there."""
    with web_server() as got:
        port = got.port
    answer = Poster(vault, FakeClock()).send(a_connection(f"http://localhost:{port}/"), a_notice())
    assert answer.words == "no answer (ConnectionRefusedError)"


def test_encryption(vault: FakeVault, tmp_path: Path) -> None:
    """Over https, to a machine whose certificate is believed, and to no other."""
    server, believing = certificate(tmp_path)
    with web_server(server) as got:
        connection = a_connection(f"https://localhost:{got.port}/notices")
        assert Poster(vault, FakeClock(), tls=believing).send(connection, a_notice()).taken
        answer = Poster(vault, FakeClock()).send(connection, a_notice())
    assert answer.words.startswith("its certificate is not trusted")
    assert len(got.posts) == 1


def test_without_a_secret() -> None:
    """What can't be signed is not posted; it is said how to make a secret."""
    with web_server() as got:
        connection = a_connection(f"http://localhost:{got.port}/")
        answer = Poster(FakeVault(), FakeClock()).send(connection, a_notice())
    assert (answer.code, got.posts) == ("MX-143", [])


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("https://example.com/a?b=c", True),
        ("https://10.0.0.1:8443/", True),
        ("http://localhost:8000/", True),
        ("http://127.0.0.1/", True),
        ("http://example.com/", False),
        ("http://10.0.0.1/", False),
        ("https://user:secret@example.com/", False),
        ("ftp://example.com/", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://example.com/a b", False),
        ("https://example.com:99999/", False),
        ("file:///etc/passwd", False),
        ("example.com", False),
    ],
)
def test_addresses(address: str, *, fine: bool) -> None:
    """Encrypted, or this machine itself; no password in it."""
    assert (posting_problem(address) == "") is fine
    assert "secret" not in posting_problem(address)


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("93.184.216.34", True),
        ("10.1.2.3", True),
        ("192.168.1.1", True),
        ("fd00::1", True),
        ("2606:2800:220:1::1", True),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("::ffff:169.254.169.254", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
    ],
)
def test_numbers(number: str, *, may: bool) -> None:
    """A company's own network may be posted to; what stands for no receiver may not."""
    assert may_receive(ipaddress.ip_address(number), here=False) is may


@pytest.mark.usefixtures("names")
def test_a_name_that_leads_here(vault: FakeVault) -> None:
    """Only an address that names this machine leads to it; another name that does is refused."""
    assert may_receive(ipaddress.ip_address("127.0.0.1"), here=True)
    with web_server() as got:
        connection = a_connection(f"https://receiver.example:{got.port}/")
        answer = Poster(vault, FakeClock()).send(connection, a_notice())
    assert answer.words == "receiver.example leads to a machine that no notice is posted to"
    assert got.posts == []
