"""Each kind of fault fires, does what it says, and is counted (xero.md 12, point 8)."""

import json
import time as real
from collections.abc import Callable
from typing import Any

import pytest

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.trouble import read_trouble
from .....plugin.sandbox.xero.faults.faults import KINDS, DroppedError
from .conftest import Time, Xero, an_invoice

#: What happens to a PUT of an invoice: asserts what is told of the fault, given the sandbox.
Proof = Callable[[Xero], None]


def put(xero: Xero) -> Any:
    return xero.call("PUT", "Invoices", an_invoice(InvoiceNumber="A"))


def stored(xero: Xero) -> int:
    return len(xero.http.get("/_sandbox/invoices").json["invoices"])


def answers(status: int, mimetype: str, invoices: int) -> Proof:
    def proof(xero: Xero) -> None:
        answer = put(xero)
        assert (answer.status_code, answer.mimetype) == (status, mimetype)
        assert stored(xero) == invoices

    return proof


def is_limited(problem: str, *, waits: bool) -> Proof:
    def proof(xero: Xero) -> None:
        answer = put(xero)
        assert (answer.status_code, answer.data) == (429, b"")
        assert answer.headers["X-Rate-Limit-Problem"] == problem
        assert ("Retry-After" in answer.headers) == waits
        assert stored(xero) == 0

    return proof


def is_dropped(invoices: int) -> Proof:
    def proof(xero: Xero) -> None:
        with pytest.raises(DroppedError):
            _ = put(xero).data
        assert stored(xero) == invoices

    return proof


def is_slow(xero: Xero) -> None:
    began = real.monotonic()
    assert put(xero).status_code == 200
    assert real.monotonic() - began >= 0.05


def is_cut(xero: Xero) -> None:
    answer = put(xero)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.data)
    assert stored(xero) == 1


def is_expired(xero: Xero) -> None:
    for _ in range(2):
        assert put(xero).json["Detail"].startswith("TokenExpired")
    xero.renew()
    assert put(xero).status_code == 200


def is_forbidden_once(xero: Xero) -> None:
    assert put(xero).status_code == 403
    assert put(xero).status_code == 200


def is_revoked(xero: Xero) -> None:
    for _ in range(2):
        answer = put(xero)
        assert (answer.status_code, answer.json["Detail"]) == (403, "AuthenticationUnsuccessful")
    assert xero.http.get("/connections", headers=xero.headers).json == []
    xero.renew()
    assert put(xero).status_code == 403
    xero.control("connect", {"app": "custom"})
    assert put(xero).status_code == 200


def is_edited_after(xero: Xero) -> None:
    (told,) = put(xero).json["Invoices"]
    assert told.get("Reference", "") == ""
    (kept,) = xero.call("GET", "Invoices/A").json["Invoices"]
    assert kept["Reference"] == "Edited by another user"


def rows_move(xero: Xero) -> None:
    for number in "ABCD":
        xero.call("PUT", "Invoices", an_invoice(InvoiceNumber=number))
        xero.time.pass_(minutes=1)

    def page(number: int) -> list[str]:
        path = f"Invoices?page={number}&pageSize=2"
        return [row["InvoiceNumber"] for row in xero.call("GET", path).json["Invoices"]]

    # B and C move up: C, which was the first of the second page, is on neither.
    assert [page(1), page(2)] == [["A", "B"], ["D", "A"]]
    assert page(1) == ["B", "C"]


PROOFS: dict[str, Proof] = {
    "slow": is_slow,
    "drop_before": is_dropped(0),
    "drop_after": is_dropped(1),
    "error500_before": answers(500, "text/html", 0),
    "error500_after": answers(500, "text/html", 1),
    "html502": answers(502, "text/html", 0),
    "unavailable503": answers(503, "text/plain", 0),
    "truncate": is_cut,
    "minute429": is_limited("minute", waits=True),
    "day429": is_limited("day", waits=True),
    "concurrent429": is_limited("concurrent", waits=False),
    "appminute429": is_limited("appminute", waits=False),
    "expire_token": is_expired,
    "forbid_tenant": is_forbidden_once,
    "revoke_tenant": is_revoked,
    "edit_between": is_edited_after,
    "shift": rows_move,
}


def test_every_kind_is_proved_and_can_be_asked_for() -> None:
    """No kind is without a proof below, nor without its name in --faults."""
    assert set(PROOFS) == set(KINDS)
    for kind in KINDS:
        (trouble,) = read_trouble(f"xero.{kind}=1")
        assert (trouble.kind, trouble.times) == (kind, 1)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kind(xero: Xero, kind: str) -> None:
    """The fault does what it says, as often as it was told to, and its counts show it."""
    wait = {"seconds": 0.05} if kind == "slow" else {}
    xero.control("faults", {"faults": [{"kind": kind, "path": "/Invoices"} | wait]})
    PROOFS[kind](xero)
    (shown,) = xero.http.get("/_sandbox/faults").json["faults"]
    assert (shown["kind"], shown["fired"]) == (kind, 1)
    assert shown["matched"] >= 1


def test_nothing_to_change_is_not_fired(xero: Xero) -> None:
    """A fault that other people cause does not count where they found nothing to do."""
    kinds = [{"kind": "edit_between"}, {"kind": "shift", "path": "Contacts"}]
    xero.control("faults", {"faults": kinds})
    xero.call("GET", "Invoices?page=1")
    xero.call("GET", "Contacts?page=1")
    xero.call("GET", "Accounts")
    shown = xero.http.get("/_sandbox/faults").json["faults"]
    assert [fault["fired"] for fault in shown] == [0, 0]
    assert [fault["matched"] for fault in shown] == [2, 0]


def test_what_another_user_sets(xero: Xero) -> None:
    """edit_between sets what it is told to, of a contact too."""
    put(xero)
    fault = {"kind": "edit_between", "path": "Contacts", "set": {"Name": "Renamed"}}
    xero.control("faults", {"faults": [fault]})
    names = [xero.call("GET", "Contacts").json["Contacts"][0]["Name"] for _ in range(2)]
    assert names == ["Amazon", "Renamed"]


def test_lost_answer_of_a_refresh(time: Time) -> None:
    """The refresh happened though its answer is lost: the old token serves for 30 minutes."""
    xero = Xero(Store(), time, auto_consent=True)
    asked = {
        "client_id": "sandbox",
        "response_type": "code",
        "redirect_uri": "http://localhost:8000/back",
        "scope": "offline_access accounting.invoices",
    }
    answer = xero.http.get("/identity/connect/authorize", query_string=asked)
    code = answer.headers["Location"].partition("code=")[2].partition("&")[0]

    def token(**form: str) -> Any:
        return xero.http.post("/connect/token", data=form, auth=("sandbox", "sandbox"))

    first = token(
        grant_type="authorization_code", code=code, redirect_uri="http://localhost:8000/back"
    ).json
    xero.control("faults", {"faults": [{"kind": "drop_after", "path": "/connect/token"}]})
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    with pytest.raises(DroppedError):
        _ = token(**form).data
    time.pass_(minutes=29)
    assert token(**form).status_code == 200
    time.pass_(minutes=2)
    assert token(**form).json == {"error": "invalid_grant"}


def test_same_seed_same_calls(time: Time) -> None:
    """Which calls go wrong follows from the seed alone."""

    def statuses(seed: int) -> list[int]:
        xero = Xero(Store(), time, limits=False)
        fault = {"kind": "unavailable503", "times": None, "rate": 0.3}
        xero.control("faults", {"faults": [fault], "seed": seed})
        return [xero.call("GET", "Currencies").status_code for _ in range(100)]

    first = statuses(1)
    assert first == statuses(1)
    assert first != statuses(2)
    assert 15 < first.count(503) < 45
