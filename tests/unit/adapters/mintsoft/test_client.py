import re
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.calls import ASNS, ORDER, ORDER_LIST, STATUSES, TAG
from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.api.errors import UnlistedCallError, seconds_to_wait
from .....plugin.errors import NeedsPerson, SettingsError, TryLater, Unknown
from .....plugin.testing.infrastructure import FakeClock, FakeLimiter, FakeVault
from ....waiting import LONG
from .conftest import NewClient
from .raw import utc
from .server import Scripted, answered, dropped

HTML = Response("<html>502 Bad Gateway</html>", 502, content_type="text/html")


def put_tag(client: MintsoftClient) -> None:
    client.write("PUT", TAG, document_id="9001", query={"Tag": "xero"})


def make_asn(client: MintsoftClient) -> Any:
    return client.write("PUT", ASNS, body={"POReference": "PO-1"})


def one_then(first: Response, then: Response) -> Callable[[Request], Response]:
    answers = [first]
    return lambda _request: answers.pop() if answers else then


@pytest.mark.parametrize(
    ("path", "document_id"),
    [
        ("/api/Order/{id}/Cancel", "9001"),
        ("/api/Order/{id}/MarkDespatched", "9001"),
        (ORDER, "9001/Cancel"),
        (ORDER, "9001%2FCancel"),
        (ORDER, ""),
        (ORDER_LIST, "9001"),
    ],
)
def test_only_listed_paths_are_read(
    server: Scripted, client: MintsoftClient, path: str, document_id: str
) -> None:
    """A GET that may change an order can't be sent: it is our bug, and nothing goes out."""
    with pytest.raises(UnlistedCallError):
        client.read_list(path, document_id=document_id)
    with pytest.raises(UnlistedCallError):
        client.write("GET", path, document_id=document_id)
    assert server.calls == []


def test_amounts_are_exact(server: Scripted, client: MintsoftClient) -> None:
    """Numbers of JSON become Decimal, never float; NaN is kept for the reader to refuse."""
    server.answer = lambda _: Response('[{"a": 16.66, "b": NaN}]')
    (row,) = client.read_list(ORDER_LIST)
    assert row["a"] == Decimal("16.66")
    assert isinstance(row["b"], Decimal)


@pytest.mark.parametrize(
    "passing",
    [HTML, answered({"Message": "An error has occurred."}, 500), Response("{"), answered({"a": 1})],
)
def test_a_passing_failure_of_a_read_is_tried_twice(
    server: Scripted, client: MintsoftClient, clock: FakeClock, passing: Response
) -> None:
    """One bad answer is overcome after a pause; two are for later (MX-602)."""
    server.answer = one_then(passing, answered([{"ID": 4}]))
    assert client.read_list(STATUSES) == [{"ID": 4}]
    assert clock.slept == [2.0]
    server.answer = lambda _: passing
    with pytest.raises(TryLater) as later:
        client.read_list(STATUSES)
    assert later.value.code == "MX-602"
    assert server.calls.count(f"GET {STATUSES}") == 4


def test_a_write_is_sent_once(server: Scripted, client: MintsoftClient) -> None:
    """A write that failed for a passing reason is not repeated blindly."""
    server.answer = lambda _: HTML
    with pytest.raises(TryLater):
        put_tag(client)
    assert server.calls.count("PUT /api/Order/9001/Tag") == 1


@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [
        (
            answered({"Success": False, "Message": "No stock"}),
            "MX-502",
            "Mintsoft refused: No stock",
        ),
        (answered({"Success": False, "Message": "Bad"}, 400), "MX-502", "Mintsoft refused: Bad"),
        (answered({"Message": "The request is invalid."}, 400), "MX-502", "request is invalid"),
        (answered({"Success": False}), "MX-502", "it gave no reason"),
        (Response(status=403), "MX-502", "may not do this"),
        (Response(status=404), "MX-503", "is gone"),
    ],
)
def test_a_refused_write_needs_a_person(
    server: Scripted, client: MintsoftClient, answer: Response, code: str, sentence: str
) -> None:
    """A refusal, mostly a 200 with Success false, is said in Mintsoft's words."""
    server.answer = lambda _: answer
    with pytest.raises(NeedsPerson, match=sentence) as refused:
        put_tag(client)
    assert refused.value.code == code


def test_an_answer_that_says_nothing_is_no_success(
    server: Scripted, client: MintsoftClient
) -> None:
    """Only Success true is taken for success."""
    server.answer = lambda _: answered({"ID": 1})
    with pytest.raises(TryLater):
        put_tag(client)


def test_a_missing_path_is_no_missing_order(server: Scripted, client: MintsoftClient) -> None:
    """A 404 says that an order is gone only if it is Mintsoft's word about the order."""
    for answer in (answered({"Message": "No HTTP resource was found."}, 404), HTML):
        server.answer = lambda _, answer=answer: answer  # type: ignore[misc]
        with pytest.raises(TryLater):
            client.read_object(ORDER, document_id="9001")
    server.answer = lambda _: Response(status=404)
    with pytest.raises(TryLater):
        client.read_list(ORDER_LIST)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Mon, 15 Jun 2026 12:02:00 GMT"}, 120),
        ({"Retry-After": "soon"}, 60),
        ({}, 60),
    ],
)
def test_too_many_calls_wait(
    server: Scripted, client: MintsoftClient, header: dict[str, str], seconds: float
) -> None:
    """A 429 is not asked again but waits as long as Mintsoft says, else a minute."""
    server.answer = lambda _: Response("<html>", 429, header)
    with pytest.raises(TryLater) as later:
        client.read_list(STATUSES)
    assert (later.value.code, later.value.after) == ("MX-601", seconds)
    assert server.calls.count(f"GET {STATUSES}") == 1


@pytest.mark.parametrize("text", ["-5", "nan", "inf", "1e9"])
def test_no_wait_is_absurd(text: str) -> None:
    """Whatever Retry-After says, the wait is between a second and an hour."""
    assert 1 <= seconds_to_wait(text, utc(2026, 6, 15)) <= 3600


def test_a_silent_server_is_given_up(server: Scripted, new_client: NewClient) -> None:
    """A call that gets no answer ends by its timeout and names the host."""
    new_client().read_list(STATUSES)  # and so everybody is logged in
    client = new_client(timeout=(1.0, 0.05))
    done = threading.Event()
    server.answer = lambda _: answered([done.wait(LONG)])
    with pytest.raises(TryLater, match=r"127\.0\.0\.1:\d+ did not answer in time") as later:
        client.read_list(STATUSES)
    done.set()
    assert later.value.code == "MX-105"


def test_nobody_there_is_said_with_the_host(new_client: NewClient) -> None:
    """An unreachable address is named, without what else stands in it."""
    with pytest.raises(TryLater, match=r"127\.0\.0\.1:1 does not take connections") as later:
        new_client("http://user:topsecret@127.0.0.1:1/").read_list(STATUSES)
    assert "topsecret" not in str(later.value) + later.value.detail


@pytest.mark.parametrize(
    "address", ["", "api.mintsoft.co.uk", "ftp://a.b", "http://[", "http://a:x"]
)
def test_an_address_is_checked_at_once(new_client: NewClient, address: str) -> None:
    """What is no web address is a wrong setting, said before any call."""
    with pytest.raises(SettingsError):
        new_client(address)


def test_a_redirect_is_not_followed(server: Scripted, client: MintsoftClient) -> None:
    """The key is not carried to where a redirect points."""
    server.answer = lambda _: Response(status=302, headers={"Location": "/api/Elsewhere"})
    with pytest.raises(TryLater):
        client.read_list(STATUSES)
    assert "GET /api/Elsewhere" not in server.calls


def test_writes_of_all_processes_take_their_turn(
    server: Scripted, new_client: NewClient, limiter: FakeLimiter
) -> None:
    """Each write has a place at the limiter, by host and user, and a read has none."""
    server.answer = lambda r: answered({"Success": True} if r.method == "PUT" else [])
    first, second = new_client(), new_client()
    assert first.limit_name == second.limit_name
    assert re.fullmatch(r"mintsoft:127\.0\.0\.1:\d+:mia", first.limit_name)
    for client in (first, second, first):
        put_tag(client)
        client.read_list(STATUSES)
    assert limiter.given == {first.limit_name: 3}


def test_a_write_without_a_turn_is_not_sent(
    server: Scripted, client: MintsoftClient, limiter: FakeLimiter
) -> None:
    """When the turn is too far away, nothing goes out, and the write is for later."""
    limiter.block(client.limit_name, 60)
    for write in (put_tag, make_asn):
        with pytest.raises(TryLater):
            write(client)
    assert [call for call in server.calls if not call.endswith("Auth")] == []


def test_too_many_writes_stop_those_of_all(
    server: Scripted, client: MintsoftClient, new_client: NewClient
) -> None:
    """After a 429 to a write nobody writes for as long as Mintsoft asks."""
    server.answer = lambda _: Response(status=429, headers={"Retry-After": "7"})
    with pytest.raises(TryLater) as later:
        make_asn(client)
    assert (later.value.code, later.value.after) == ("MX-601", 7)
    with pytest.raises(TryLater):
        make_asn(new_client())
    assert server.calls.count("PUT /api/ASN") == 1


@pytest.mark.parametrize("where", [HTML, Response("{"), answered({}, 500), answered({"ID": 1})])
def test_a_lost_answer_to_a_change_is_unknown(
    server: Scripted, client: MintsoftClient, where: Response
) -> None:
    """What may have been written is sent once, and not called a failure."""
    server.answer = lambda _: where
    with pytest.raises(Unknown, match="the ASN may have been written") as lost:
        make_asn(client)
    assert lost.value.code == "MX-603"
    assert "Xero" not in lost.value.message + lost.value.fix
    assert server.calls.count("PUT /api/ASN") == 1


def test_a_connection_that_ends_is_unknown(server: Scripted, client: MintsoftClient) -> None:
    """A connection that breaks, or is silent, after the request left says nothing."""
    client.read_list(STATUSES)
    server.answer = dropped
    with pytest.raises(Unknown):
        make_asn(client)
    with pytest.raises(TryLater, match="does not take connections"):
        put_tag(client)


def test_a_silent_change_is_unknown(server: Scripted, new_client: NewClient) -> None:
    """A time-out after the request was sent leaves open whether it was carried out."""
    new_client().read_list(STATUSES)  # and so everybody is logged in
    client = new_client(timeout=(1.0, 0.05))
    done = threading.Event()
    server.answer = lambda _: answered([done.wait(LONG)])
    with pytest.raises(Unknown):
        make_asn(client)
    done.set()


def test_what_never_left_is_no_question(new_client: NewClient, vault: FakeVault) -> None:
    """Where no connection was made, a change was certainly not carried out."""
    vault.keep("mintsoft:mia:static_key", "never-expires")
    for address in ("http://127.0.0.1:1", "https://127.0.0.1:1"):
        with pytest.raises(TryLater) as later:
            make_asn(new_client(address))
        assert later.value.code == "MX-105"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (answered({"Success": False, "Message": "No such type"}), "refused: No such type"),
        (answered({"Message": "The request is invalid."}, 400), "request is invalid"),
        (answered({"Message": "No HTTP resource was found."}, 404), "No HTTP resource"),
        (answered([{"Success": False, "Message": "A"}, {"Success": False}]), "refused: A"),
        (Response(status=401), "may not do this"),
        (Response(status=403), "may not do this"),
    ],
)
def test_a_refused_change_was_not_made(
    server: Scripted, client: MintsoftClient, answer: Response, sentence: str
) -> None:
    """A refusal is certain: it needs a person, and no look-up."""
    server.answer = lambda _: answer
    with pytest.raises(NeedsPerson, match=sentence) as refused:
        make_asn(client)
    assert refused.value.code == "MX-502"


def test_a_killed_key_sends_a_change_again(server: Scripted, client: MintsoftClient) -> None:
    """A 401 is no lost answer: the change goes out once more with the new key, and is done."""
    client.read_list(STATUSES)
    server.key = "of somebody else"
    server.answer = lambda _: answered({"Success": True, "ID": 7})
    assert make_asn(client) == {"Success": True, "ID": 7}
    assert (len(server.bodies), server.logins) == (1, 2)


def test_amounts_are_sent_as_they_are(server: Scripted, client: MintsoftClient) -> None:
    """A Decimal becomes the JSON number that it is, to the last place."""
    texts: list[str] = []

    def answer(request: Request) -> Response:
        texts.append(request.get_data(as_text=True))
        return answered({"Success": True})

    server.answer = answer
    body = {"a": Decimal("16.66"), "b": Decimal("1234567890.1235"), "c": Decimal("0.10")}
    client.write("PUT", ASNS, body=body)
    assert texts == ['{"a": 16.66, "b": 1234567890.1235, "c": 0.1}']
