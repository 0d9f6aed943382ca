from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.api.zone import local_text
from .....adapters.mintsoft.client_invoices.clients import find_client
from .....adapters.mintsoft.source import MintsoftSource
from .....plugin.errors import NeedsPerson, SettingsError
from .raw import LONDON, raw_order, utc
from .server import Scripted, answered

Page = Callable[[int], list[dict[str, Any]]]


def rows(*ids: int) -> list[dict[str, Any]]:
    return [raw_order(ID=one) for one in ids]


def listing(page: Page) -> Callable[[Request], Response]:
    """Answer the list by page number, all else with nothing."""

    def answer(request: Request) -> Response:
        if request.path != "/api/Order/List":
            return answered([])
        return answered(page(int(request.args["PageNo"])))

    return answer


def walked(client: MintsoftClient, **options: Any) -> list[str]:
    source = MintsoftSource(client, zone="Europe/London", **options)
    return [order.source_id for page in source.changed_since(None) for order in page]


def test_a_short_page_is_not_the_end(server: Scripted, client: MintsoftClient) -> None:
    """Only an empty page ends a walk: a server may cut pages shorter than asked."""
    pages = {1: rows(1, 2), 2: rows(3), 3: rows(4)}
    server.answer = listing(lambda number: pages.get(number, []))
    assert walked(client) == ["1", "2", "3", "4"]


def test_a_server_that_ignores_the_page_is_noticed(
    server: Scripted, client: MintsoftClient
) -> None:
    """The same page over and over ends the walk, and no order comes twice."""
    server.answer = listing(lambda _: rows(1, 2, 3))
    assert walked(client) == ["1", "2", "3"]


def test_an_order_that_slips_between_pages_is_found(
    server: Scripted, client: MintsoftClient
) -> None:
    """A row that leaves page 1 moves the first of page 2 there; the second pass finds it."""
    there = list(range(1, 251))

    def page(number: int) -> list[dict[str, Any]]:
        found = rows(*there[(number - 1) * 100 : number * 100])
        if number == 1 and 5 in there:
            there.remove(5)
        return found

    server.answer = listing(page)
    assert set(walked(client)) == {str(one) for one in range(1, 251)}


def test_rows_that_push_a_whole_page_on_lose_nothing(
    server: Scripted, client: MintsoftClient
) -> None:
    """100 orders that come in front make page 2 equal to page 1, and the walk goes on."""
    there = list(range(1001, 1251))

    def page(number: int) -> list[dict[str, Any]]:
        found = rows(*there[(number - 1) * 100 : number * 100])
        if number == 1 and there[0] == 1001:
            there[:0] = range(1, 101)
        return found

    server.answer = listing(page)
    assert set(walked(client)) >= {str(one) for one in range(1001, 1251)}


def test_an_order_that_changes_meanwhile_comes_again(
    server: Scripted, client: MintsoftClient
) -> None:
    """An order comes twice in a walk only in two states."""
    later = raw_order(ID=1, LastUpdated="2026-06-03T00:00:00")
    pages = {1: rows(1, 2), 2: [*rows(2), later]}
    server.answer = listing(lambda number: pages.get(number, []))
    found = walked(client)
    assert (found.count("1"), found.count("2")) == (2, 1)


def test_lines_that_a_list_leaves_out_are_fetched(server: Scripted, client: MintsoftClient) -> None:
    """A row without lines is read by itself; when it is gone by then, it is left out."""

    def answer(request: Request) -> Response:
        match request.path, request.args.get("PageNo"):
            case "/api/Order/List", "1":
                return answered(
                    [raw_order(ID=1, OrderItems=None), raw_order(ID=2, OrderItems=None)]
                )
            case "/api/Order/1", _:
                return answered(raw_order(ID=1))
            case "/api/Order/2", _:
                return Response(status=404)
        return answered([])

    server.answer = answer
    assert walked(client) == ["1"]


def test_another_clients_order_is_never_taken(server: Scripted, client: MintsoftClient) -> None:
    """With one client wanted, an order of another one is left out even if Mintsoft sends it."""
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        if request.path == "/api/Order/9001":
            return answered(raw_order(ClientId=8))
        seen.append(request.args.get("ClientId"))
        one = [raw_order(ID=1, ClientId=3), raw_order(ID=2, ClientId=8)]
        return answered(one if request.args.get("PageNo") == "1" else [])

    server.answer = answer
    assert walked(client, client_id="3") == ["1"]
    assert seen[1:] == ["3", "3"]
    assert MintsoftSource(client, zone="UTC", client_id="3").order("9001") is None


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (utc(2026, 1, 15, 12, 0, 0, 999999), "2026-01-15T12:00:00"),
        (utc(2026, 6, 15, 12), "2026-06-15T13:00:00"),
        (utc(2026, 10, 25, 0, 50), "2026-10-25T00:50:00"),  # 01:50, and 01:10 is yet to come
    ],
)
def test_since_is_in_the_accounts_zone(moment: Any, text: str) -> None:
    """The moment is sent as the account's own time, rather too early than too late."""
    assert local_text(moment, LONDON) == text


def test_a_tag_that_is_refused_but_there_is_no_error(
    server: Scripted, client: MintsoftClient
) -> None:
    """After a refusal the order decides: tagged, gone, or really refused."""
    order: list[Response] = [answered(raw_order(Tags="vip,Xero"))]

    def answer(request: Request) -> Response:
        if request.method == "PUT":
            return answered({"Success": False, "Message": "Tag exists"})
        return order[0] if request.path == "/api/Order/9001" else answered([])

    server.answer = answer
    source = MintsoftSource(client, zone="Europe/London")
    source.tag("9001", "xero")
    for found, code in (
        (answered(raw_order(Tags=None)), "MX-502"),
        (Response(status=404), "MX-503"),
    ):
        order[0] = found
        with pytest.raises(NeedsPerson) as refused:
            source.tag("9001", "xero")
        assert refused.value.code == code


def test_a_client_is_found_by_its_code(server: Scripted, client: MintsoftClient) -> None:
    """A code gives the client's id; a wrong one is answered with the likely and the known ones."""
    listed = [{"ID": 3, "Code": "ACME"}, {"ID": 8, "Code": "Nova"}, {"ID": 9, "Code": None}]
    server.answer = lambda r: answered(listed if r.args.get("pageNo") == "1" else [])
    assert find_client(client, " nova ") == "8"
    with pytest.raises(SettingsError, match=r"no client ACMEE. Did you mean ACME\? .*ACME, Nova"):
        find_client(client, "ACMEE")


def test_a_user_who_may_not_list_clients_is_told_so(
    server: Scripted, client: MintsoftClient
) -> None:
    """The 401 of a user who is no administrator is not taken for a wrong password."""
    server.answer = lambda r: Response(status=401) if r.path == "/api/Client" else answered([])
    with pytest.raises(SettingsError, match="may not list clients"):
        find_client(client, "ACME")


def test_names_of_statuses_are_read_once(server: Scripted, client: MintsoftClient) -> None:
    """The account's statuses are asked for once, and again only for an id that is new."""
    asked: list[str] = []
    shown = {1: rows(1, 2)}

    def answer(request: Request) -> Response:
        asked.append(request.path)
        return listing(lambda number: shown.get(number, []))(request)

    server.answer = answer
    source = MintsoftSource(client, zone="Europe/London")
    for _ in range(3):
        assert list(source.changed_since(None))
    assert asked.count("/api/Order/Statuses") == 1
    shown[1] = [raw_order(ID=3, OrderStatusId=4711), raw_order(ID=4, OrderStatusId=4711)]
    for _ in range(3):
        assert list(source.changed_since(None))
    assert asked.count("/api/Order/Statuses") == 2
