"""The sandbox's answers against Xero's published description of its API."""

from dataclasses import dataclass

import pytest

from ...plugin.sandbox.store import Store
from ...plugin.sandbox.xero.api import ROUTER
from ..unit.sandbox.xero.conftest import API, Time, Xero
from .described import Description
from .exchange import UNKNOWN, Exchange, Fault
from .walk import walk


@dataclass(frozen=True)
class Odd:
    """A name that Xero's real answers have and its description lacks."""

    #: The end of its place; a place that begins with a point is the whole of it.
    where: str
    #: How it is known.
    why: str


_EXAMPLES = "the description's own examples have it"
#: Each is needed by some answer; a test tells which is not.
ODD = [
    *(Odd(f".{x}", "xero.md 2") for x in ("Id", "Status", "ProviderName", "DateTimeUTC")),
    Odd("DateString", "xero.md 2.1"),
    Odd("DueDateString", "xero.md 2.1"),
    Odd("DeliveryDateString", _EXAMPLES),
    Odd("LineItems.ValidationErrors", "xero.md 4"),
    Odd("HistoryRecords.DateUTCString", "xero.md 4"),
    *(
        Odd(f"Options.{x}", _EXAMPLES)
        for x in ("HasValidationErrors", "IsActive", "IsArchived", "IsDeleted")
    ),
    *(Odd(f"PurchaseOrders.{x}", _EXAMPLES) for x in ("HasErrors", "IsDiscounted", "Type")),
]


@pytest.fixture(scope="module")
def walked() -> list[Exchange]:
    """Every call of the walk, with its answer."""
    store = Store()
    calls = walk(Xero(store, Time(), limits=False))
    store.close()
    return calls


@pytest.fixture(scope="module")
def found(accounting: Description, walked: list[Exchange]) -> list[Fault]:
    """What is wrong with all answers whose status is declared."""
    return [
        fault
        for exchange in walked
        if accounting.declares(exchange)
        for fault in accounting.answer_faults(exchange)
    ]


def _is(fault: Fault, odd: Odd) -> bool:
    if fault.problem != UNKNOWN:
        return False
    place = "." + fault.where
    return place == odd.where or place.endswith("." + odd.where)


def test_answers_are_as_described(found: list[Fault]) -> None:
    """Every answer has the types, and no other names, than Xero's description or its answers."""
    assert [fault for fault in found if not any(_is(fault, odd) for odd in ODD)] == []


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.where)
def test_each_exception_is_needed(found: list[Fault], odd: Odd) -> None:
    """An exception from the description that no answer needs any more is taken off the list."""
    assert any(_is(fault, odd) for fault in found)


def test_every_operation_is_judged(accounting: Description, walked: list[Exchange]) -> None:
    """Each operation that the sandbox serves and Xero describes was answered well, and judged."""
    judged = {
        (exchange.method, accounting.path_of(exchange.method, exchange.path))
        for exchange in walked
        if exchange.status == 200 and accounting.declares(exchange)
    }
    served = {
        (method, accounting.path_of(method, f"{API}/{route.template}"))
        for routes in ROUTER._routes.values()
        for route, _ in routes
        for method in route.handlers
    }
    described = {
        (method, path)
        for method, path, operation in accounting.operations()
        if accounting.answers_in_json(operation)
    }
    assert sorted((served & described) - judged, key=str) == []


def test_refusals_are_judged(accounting: Description, walked: list[Exchange]) -> None:
    """Each kind of document was refused with a 400 of which the description says what it is."""
    refused = {
        accounting.path_of(exchange.method, exchange.path)
        for exchange in walked
        if exchange.status == 400 and accounting.declares(exchange)
    }
    assert {"/Contacts", "/CreditNotes", "/Invoices", "/Items"} <= refused
    assert {"/Payments", "/PurchaseOrders", "/Quotes"} <= refused


def test_connections_are_as_described(identity: Description) -> None:
    """Connections are as described but for their times, which have no zone (xero.md 1.6)."""
    store = Store()
    xero = Xero(store, Time(), limits=False)
    answer = xero.http.get("/connections", headers=xero.headers)
    store.close()
    assert answer.json
    exchange = Exchange(
        method="GET",
        path="/connections",
        status=answer.status_code,
        content_type=answer.content_type,
        answer=answer.data,
    )
    faults = {(fault.where, fault.problem[-17:]) for fault in identity.answer_faults(exchange)}
    times = ("createdDateUtc", "updatedDateUtc")
    assert faults == {(name, "not a 'date-time'") for name in times}
