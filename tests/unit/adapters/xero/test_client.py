import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from .....adapters.xero.api.client import XeroClient
from .....plugin.errors import Disconnected, PluginError, TryLater, Unknown
from .....plugin.testing.infrastructure import FakeClock, FakeLimiter
from .fakes import Answer, FixedLogin, ScriptedXero

HTML = "<html>The resource you're looking for cannot be found</html>"


def put(client: XeroClient) -> object:
    """Create something."""
    return client.put("Invoices", {"unitdp": "4"}, b'{"a":1}', "key-1")


def unauthorised(detail: str) -> Answer:
    """Return a 401 as Xero gives it."""
    body = {"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": detail}
    return Answer(status=401, body=body)


def test_request(client: XeroClient, xero: ScriptedXero, limiter: FakeLimiter) -> None:
    """A write carries the token, the organisation and its key, and its bytes as they are."""
    xero.say(Answer(body={"Id": "1"}))
    put(client)
    (request,) = xero.requests
    assert (request.method, request.path) == ("PUT", "/api.xro/2.0/Invoices")
    assert (request.query, request.body) == ({"unitdp": "4"}, b'{"a":1}')
    expected = {
        "Authorization": "Bearer SECRET-TOKEN-1",
        "Xero-Tenant-Id": "org-1",
        "Accept": "application/json",
        "Idempotency-Key": "key-1",
        "Content-Type": "application/json",
    }
    assert expected.items() <= request.headers.items()
    assert limiter.given == {"org-1": 1}


def test_amounts_are_decimal(client: XeroClient, xero: ScriptedXero) -> None:
    """Amounts are read as Decimals, and fields are found whatever their case."""
    xero.say(Answer(body='{"Invoices":[{"total": 0.10}]}'))
    assert client.get("Invoices")["invoices"][0]["Total"] == Decimal("0.10")


def test_since_is_to_the_second(client: XeroClient, xero: ScriptedXero) -> None:
    """`If-Modified-Since` is UTC, to the second (xero.md 2.2)."""
    xero.say(Answer())
    client.get("Invoices", since=datetime(2026, 6, 1, 12, 0, 1, 999, tzinfo=UTC))
    assert xero.requests[0].headers["If-Modified-Since"] == "2026-06-01T12:00:01"


WRITES = [
    (Answer(status=404, body=HTML, content_type="text/html"), TryLater, "MX-602"),
    (Answer(status=412), TryLater, "MX-602"),
    (Answer(status=429), TryLater, "MX-601"),
    (Answer(status=500, body="{}"), Unknown, "MX-603"),
    (Answer(status=502, body=HTML, content_type="text/html"), Unknown, "MX-603"),
    (Answer(status=503, body="The Organisation is offline"), Unknown, "MX-603"),
    (Answer(status=302), Unknown, "MX-603"),
    (Answer(status=200, body=HTML, content_type="text/html"), Unknown, "MX-603"),
    (Answer(status=200, body='{"Invoices":['), Unknown, "MX-603"),
    (Answer(status=400, body="Bad Request", content_type="text/plain"), Unknown, "MX-603"),
    (Answer(drop=True), Unknown, "MX-603"),
]


@pytest.mark.parametrize(("answer", "kind", "code"), WRITES)
def test_status_of_a_write(
    client: XeroClient, xero: ScriptedXero, answer: Answer, kind: type[PluginError], code: str
) -> None:
    """Each answer to a write is one kind of error; none is sent a second time."""
    xero.say(answer)
    with pytest.raises(kind) as caught:
        put(client)
    assert caught.value.code == code
    assert len(xero.requests) == 1


@pytest.fixture
def nobody() -> Iterator[int]:
    """Return a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silence() -> Iterator[int]:
    """Return a port at which connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def at(port: int, clock: FakeClock) -> XeroClient:
    """Return a client that looks for Xero at a port."""
    return XeroClient(
        f"http://127.0.0.1:{port}",
        login=FixedLogin(),
        organisation_id="org-1",
        limiter=FakeLimiter(clock),
        clock=clock,
        timeout=(0.2, 0.2),
    )


def test_refused_connection_did_nothing(nobody: int, clock: FakeClock) -> None:
    """A write whose connection was refused is certainly not done."""
    with pytest.raises(TryLater) as caught:
        put(at(nobody, clock))
    assert caught.value.code == "MX-105"


def test_silence_may_have_done_it(silence: int, clock: FakeClock) -> None:
    """A write that was sent and not answered in time may have been done."""
    with pytest.raises(Unknown):
        put(at(silence, clock))


def test_read_is_tried_twice(client: XeroClient, xero: ScriptedXero) -> None:
    """A read that fails is tried a second time, and no third."""
    xero.say(Answer(status=500), Answer(body={"Status": "OK"}))
    assert client.get("Invoices")["Status"] == "OK"
    xero.say(Answer(drop=True))
    with pytest.raises(TryLater):
        client.get("Invoices")
    assert len(xero.requests) == 4


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "66975", "X-Rate-Limit-Problem": "day"}, 66975),
        ({"Retry-After": "7", "X-Rate-Limit-Problem": "Minute"}, 7),
        ({"X-Rate-Limit-Problem": "Minute"}, 60),
        ({"X-Rate-Limit-Problem": "DayLimit"}, 3600),
        ({"X-Rate-Limit-Problem": "concurrent"}, 5),
        ({"X-Rate-Limit-Problem": "appminute"}, 60),
        ({}, 60),
    ],
)
def test_limit_blocks_everybody(
    client: XeroClient,
    xero: ScriptedXero,
    limiter: FakeLimiter,
    headers: dict[str, str],
    seconds: float,
) -> None:
    """A 429 tells all processes how long to wait, and is not tried again at once."""
    xero.say(Answer(status=429, body="", headers=headers))
    with pytest.raises(TryLater) as caught:
        client.get("Invoices")
    assert caught.value.after == seconds
    assert len(xero.requests) == 1
    with pytest.raises(TryLater) as next_one, limiter.slot("org-1", app="app-1"):
        pytest.fail("a slot was given")
    assert next_one.value.after == seconds
    assert "Xero asks to wait until 2026-06-1" in caught.value.message


def test_answers_tell_what_is_left(
    client: XeroClient, xero: ScriptedXero, limiter: FakeLimiter
) -> None:
    """Every answer tells all processes how many calls are left; nonsense tells nothing."""
    left = {"X-MinLimit-Remaining": "41", "X-DayLimit-Remaining": "4,000"}
    xero.say(Answer(headers=left | {"x-appminlimit-remaining": "9000"}))
    client.get("Invoices")
    assert limiter.told == {"org-1": (41, None, 9000)}
    xero.say(Answer(status=429, headers={"X-MinLimit-Remaining": "0", "Retry-After": "2"}))
    with pytest.raises(TryLater):
        client.get("Invoices")
    assert limiter.told["org-1"] == (41, None, 9000)
    assert limiter.left("org-1", app="app-1").wait == 2


def test_minute_of_the_app_is_everybodys(
    client: XeroClient, xero: ScriptedXero, limiter: FakeLimiter
) -> None:
    """When the app's own minute is used up, its other organisations wait too."""
    xero.say(Answer(status=429, headers={"X-Rate-Limit-Problem": "AppMinute"}))
    with pytest.raises(TryLater):
        client.get("Invoices")
    assert limiter.left("org-2", app="app-1").wait == 60
    assert limiter.left("org-1", app="app-2").wait == 0


def test_calls_of_people(
    xero: ScriptedXero, login: FixedLogin, limiter: FakeLimiter, clock: FakeClock
) -> None:
    """Calls that somebody waits for at the page are told apart from those of workers."""
    client = XeroClient(
        xero.url,
        login=login,
        organisation_id="org-1",
        limiter=limiter,
        clock=clock,
        by_person=True,
    )
    xero.say(Answer())
    client.get("Organisations")
    assert limiter.given_to_people == 1


def test_post_needs_an_id(client: XeroClient, xero: ScriptedXero) -> None:
    """A change goes to a document's id; without one it could overwrite another (xero.md 4)."""
    for path in ("Invoices", "Invoices/INV-1", "Contacts"):
        with pytest.raises(ValueError, match="names no document"):
            client.post(path, b"{}", "k")
    assert xero.requests == []


def test_no_slot_no_call(client: XeroClient, xero: ScriptedXero, limiter: FakeLimiter) -> None:
    """Without a place among the limits nothing is sent."""
    limiter.block("org-1", 9, app="app-1")
    with pytest.raises(TryLater):
        put(client)
    assert xero.requests == []


def test_ended_token_is_renewed_once(
    client: XeroClient, xero: ScriptedXero, login: FixedLogin
) -> None:
    """A 401 renews the token and sends once more; the write had done nothing (xero.md 1.7)."""
    xero.say(unauthorised("TokenExpired: token expired at ..."), Answer(body={"Id": "1"}))
    put(client)
    sent = [request.headers["Authorization"] for request in xero.requests]
    assert sent == ["Bearer SECRET-TOKEN-1", "Bearer SECRET-TOKEN-2"]
    assert login.renewed == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (unauthorised("AuthorizationUnsuccessful"), "lacks a permission"),
        (unauthorised("AuthenticationUnsuccessful"), "does not accept the token"),
        (Answer(status=401, body={"detail": "AuthorizationUnsuccessful"}), "lacks a permission"),
        (Answer(status=403, body="", content_type="text/html"), "not let the app use this"),
    ],
)
@pytest.mark.parametrize("listed", [[True], [False, True]])
def test_access_that_is_refused_is_tried_with_another_token_and_held(
    client: XeroClient,
    xero: ScriptedXero,
    login: FixedLogin,
    answer: Answer,
    reason: str,
    listed: list[bool],
) -> None:
    """A 401 or 403 that stays is an outage, also where one list lacks the organisation."""
    login.listed = listed
    xero.say(answer)
    with pytest.raises(TryLater, match=reason) as caught:
        put(client)
    assert (caught.value.code, login.renewed, len(xero.requests)) == ("MX-602", 1, 2)


@pytest.mark.parametrize("read", [False, True])
def test_one_403_is_no_verdict(
    client: XeroClient, xero: ScriptedXero, login: FixedLogin, *, read: bool
) -> None:
    """A single 403 costs another token and a second call, and nothing else."""
    xero.say(Answer(status=403), Answer(body={"Id": "1"}))
    client.get("Invoices") if read else put(client)
    assert (login.renewed, len(xero.requests)) == (1, 2)


def test_access_has_ended_when_the_organisation_is_missing_twice(
    client: XeroClient, xero: ScriptedXero, login: FixedLogin
) -> None:
    """Only an organisation that two lists lack ends the connection."""
    login.listed = [False, False]
    xero.say(Answer(status=403))
    with pytest.raises(Disconnected, match="no longer use this organisation") as caught:
        client.get("Invoices")
    assert (caught.value.code, login.listed, len(xero.requests)) == ("MX-103", [], 2)


def test_log_knows_the_call_and_no_secret(
    client: XeroClient, xero: ScriptedXero, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names Xero's correlation id; the token is in no log, error or printed object."""
    caplog.set_level(0)
    for answer in (Answer(), Answer(status=500), Answer(status=403), Answer(drop=True)):
        xero.say(answer)
        told = [repr(client), repr(client._session.headers)]
        try:
            put(client)
        except PluginError as error:
            told += [repr(error), error.message, error.detail, repr(error.__cause__)]
        assert not [text for text in [*told, caplog.text] if "SECRET" in text]
    assert "Xero-Correlation-Id c0ffee" in caplog.text
    assert "PUT Invoices: status 500" in caplog.text
