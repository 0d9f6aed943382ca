import threading

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.calls import STATUSES, TAG
from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.api.errors import NotAllowed
from .....plugin.errors import Disconnected, NeedsPerson, TryLater
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeVault
from .conftest import NewClient
from .server import Scripted, answered


def keep(vault: FakeVault, clock: FakeClock, key: str) -> None:
    """Do as another process that has logged in."""
    vault.keep("mintsoft:mia:key", f'{{"key": "{key}", "at": "{clock.now().isoformat()}"}}')


def test_the_first_call_logs_in_and_the_key_is_kept(
    server: Scripted, client: MintsoftClient, new_client: NewClient
) -> None:
    """One login serves all later calls, of other processes too."""
    client.read_list(STATUSES)
    client.read_list(STATUSES)
    new_client().read_list(STATUSES)
    assert server.logins == 1


def test_the_key_is_sent_as_a_header(server: Scripted, client: MintsoftClient) -> None:
    """The key is in a header and in no address, whatever older clients do.

    Sources disagree whether ``?APIKey=`` still works (mintsoft.md 1.2); an address is logged.
    """
    seen: list[tuple[str | None, str]] = []

    def answer(request: Request) -> Response:
        seen.append((request.headers.get("ms-apikey"), request.full_path))
        return answered({"Success": True} if request.method == "PUT" else [])

    server.answer = answer
    client.read_list(STATUSES)
    client.write("PUT", TAG, document_id="1", query={"Tag": "x"})
    assert [key for key, _ in seen] == ["key-number-1"] * 2
    assert all("key" not in path.lower() for _, path in seen)


def test_two_processes_log_in_once(
    server: Scripted, client: MintsoftClient, new_client: NewClient, leases: FakeLeases
) -> None:
    """Whoever gets the lease second finds the key of the first, whose login it would kill."""
    ready = threading.Barrier(2)
    failures: list[Exception] = []

    def work(one: MintsoftClient) -> None:
        ready.wait()
        try:
            one.read_list(STATUSES)
        except Exception as error:  # noqa: BLE001 - shown by the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=[one]) for one in (client, new_client())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert server.logins == 1
    assert set(leases.held) <= {"mintsoft-login:mia"}


def test_a_killed_key_is_replaced_within_the_call(
    server: Scripted, client: MintsoftClient, vault: FakeVault
) -> None:
    """A 401 leads to one new login, and the call succeeds; so does a write."""
    client.read_list(STATUSES)
    server.key = "of somebody else"
    assert client.read_list(STATUSES) == []
    server.key = "of somebody else"
    server.answer = lambda _: answered({"Success": True})
    client.write("PUT", TAG, document_id="1", query={"Tag": "x"})
    assert server.logins == 3
    assert server.key in (vault.read("mintsoft:mia:key") or "")


def test_a_401_may_be_an_answer(server: Scripted, client: MintsoftClient) -> None:
    """A call that is refused with a fresh key too is not repeated for ever."""
    server.answer = lambda _: Response(status=401)
    with pytest.raises(NotAllowed, match="does not let this user"):
        client.read_list(STATUSES)
    assert server.calls.count(f"GET {STATUSES}") == 2
    with pytest.raises(NeedsPerson) as refused:
        client.write("PUT", TAG, document_id="1", query={"Tag": "x"})
    assert refused.value.code == "MX-502"


def test_a_401_with_a_key_that_others_replaced_is_no_answer(
    server: Scripted, client: MintsoftClient, vault: FakeVault, clock: FakeClock
) -> None:
    """When the key keeps changing during a call, the call is tried later, not given up."""

    def elsewhere(_request: Request) -> Response:
        server.key = f"of-process-{len(server.calls)}"
        keep(vault, clock, server.key)
        return Response(status=401)

    server.answer = elsewhere
    with pytest.raises(TryLater):
        client.read_list(STATUSES)


def test_the_dead_key_of_somebody_else_leads_to_a_login(
    server: Scripted, client: MintsoftClient, vault: FakeVault, clock: FakeClock
) -> None:
    """A newer key in the vault that is refused too does not end the connection."""
    client.read_list(STATUSES)

    def once(_request: Request) -> Response:
        server.answer = lambda _: answered([])
        keep(vault, clock, "of-another-process-and-dead")
        return Response(status=401)

    server.answer = once
    assert client.read_list(STATUSES) == []
    assert server.logins == 2


def test_a_wrong_password_disconnects(
    server: Scripted, client: MintsoftClient, vault: FakeVault
) -> None:
    """A refused login, or none kept, pauses the connection with MX-102."""
    vault.keep("mintsoft:mia:password", "wrong")
    with pytest.raises(Disconnected) as wrong:
        client.read_list(STATUSES)
    vault.forget("mintsoft:mia:password")
    with pytest.raises(Disconnected) as absent:
        client.read_list(STATUSES)
    assert wrong.value.code == absent.value.code == "MX-102"
    assert server.calls == ["POST /api/Auth"]


def test_a_key_is_renewed_before_it_ends(
    server: Scripted, client: MintsoftClient, clock: FakeClock
) -> None:
    """A key of nearly 24 hours is not tried any more."""
    client.read_list(STATUSES)
    clock.advance(hours=23, minutes=51)
    client.read_list(STATUSES)
    assert server.logins == 2
    assert server.calls.count(f"GET {STATUSES}") == 2


def test_a_static_key_never_logs_in(
    server: Scripted, client: MintsoftClient, vault: FakeVault
) -> None:
    """A never-expiring key is used as it is; that it is refused once is no verdict, but a hold."""
    vault.keep("mintsoft:mia:static_key", "never-expires\n")
    server.key = "never-expires"
    client.read_list(STATUSES)
    server.key = "revoked"
    with pytest.raises(NotAllowed):
        client.read_list(STATUSES)
    with pytest.raises(NotAllowed):
        client.write("PUT", TAG, document_id="1", query={"Tag": "x"})
    assert server.logins == 0


def test_a_login_waits_for_its_lease(
    server: Scripted, client: MintsoftClient, leases: FakeLeases
) -> None:
    """Nobody logs in while somebody else holds the lease."""
    leases.taken.add("mintsoft-login:mia")
    with pytest.raises(TryLater):
        client.read_list(STATUSES)
    assert server.logins == 0
