"""What is private never gets into a log, an error with all that hangs on it, or a repr."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.client_invoices.charges import MintsoftClientInvoices
from .....adapters.mintsoft.goods_in.catalogue import MintsoftProducts
from .....adapters.mintsoft.goods_in.goods_in import MintsoftGoodsIn
from .....adapters.mintsoft.orders.writer import MintsoftOrders
from .....adapters.mintsoft.source import MintsoftSource
from .....plugin.domain.warehouse.new_order import OrderChange
from .....plugin.errors import PluginError
from .....plugin.testing.infrastructure import FakeVault
from ....waiting import LONG
from .conftest import NewClient
from .raw import PERSONAL, raw_order, utc
from .samples import NEW_ASN, NEW_ORDER, NEW_PRODUCT, RECIPIENT
from .server import Scripted, answered, dropped, half

BODY = raw_order(OrderNumber=None)


def quoted(request: Request) -> str:
    """What a refusal may quote: whom the order that is written goes to."""
    return f"{PERSONAL} Byron" if PERSONAL.encode() in request.data else "this"


ANSWERS: dict[str, Callable[[Request], Response]] = {
    "success": lambda _: answered({**BODY, "Success": True, "ProductId": 1}),
    "rows": lambda r: answered([BODY] if r.args.get("PageNo", "1") == "1" else []),
    "refused": lambda r: answered({"Success": False, "Message": f"Not to {quoted(r)}"}),
    "framework": lambda _: answered({**BODY, "Message": PERSONAL}, 500),
    "gone": lambda _: answered(BODY, 404),
    "html": lambda _: Response(f"<html>{PERSONAL}", 502),
    "html in peace": lambda _: Response(f"<html>{PERSONAL}", 200),
    "half": lambda _: half(BODY),
    "busy": lambda _: Response(PERSONAL, 429),
    "forbidden": lambda _: Response(PERSONAL, 403),
    "key killed": lambda _: Response(status=401),
    "dropped": dropped,
}
PRIVATE = (PERSONAL, Scripted.password, "key-number")


def uses(client: MintsoftClient) -> list[Callable[[], Any]]:
    """Everything that this adapter does."""
    source = MintsoftSource(client, zone="Europe/London")
    products = MintsoftProducts(client, zone="Europe/London")
    goods_in = MintsoftGoodsIn(client, zone="Europe/London")
    invoices = MintsoftClientInvoices(client, zone="Europe/London")
    orders = MintsoftOrders(client)
    return [
        lambda: list(source.changed_since(None)),
        lambda: source.order("9001"),
        lambda: source.comment("9001", "Exported"),
        lambda: source.tag("9001", "xero"),
        lambda: orders.make(NEW_ORDER),
        lambda: orders.find(NEW_ORDER),
        lambda: orders.change("9001", OrderChange(recipient=RECIPIENT)),
        lambda: products.make(NEW_PRODUCT),
        lambda: products.find("WID-1"),
        lambda: goods_in.make(NEW_ASN),
        lambda: goods_in.find("xero:po1:", number="PO-1", asked_at=utc(2026, 6, 1)),
        lambda: list(invoices.dated_since(None)),
        lambda: invoices.breakdown("3"),
    ]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it."""
    while error is not None:
        yield error
        if error.__cause__ is not None:
            yield from chain(error.__cause__)
        error = error.__context__


def told_by(error: PluginError) -> list[str]:
    """Everything that a log or a page could show of an error."""
    told = [error.message, error.fix, error.detail, *traceback.format_exception(error)]
    for one in chain(error):
        told += [str(one), repr(one), repr(one.args)]
    return told


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_nothing_private_is_told(
    server: Scripted,
    new_client: NewClient,
    vault: FakeVault,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    """Whatever Mintsoft answers, the password, the key and the customer stay where they are."""
    caplog.set_level(logging.DEBUG)
    client = new_client()
    server.answer = ANSWERS[kind]
    told = [repr(client), repr(vault), repr(NEW_ORDER), repr(MintsoftSource(client, zone="UTC"))]
    for use in uses(client):
        try:
            use()
        except PluginError as error:
            told += told_by(error)
    told += [f"{record.getMessage()} {record.exc_text}" for record in caplog.records]
    assert any("logged in to Mintsoft as mia" in text for text in told)
    assert [x for x in PRIVATE for text in told if x.casefold() in text.casefold()] == []


def test_a_silent_server_tells_nothing(
    server: Scripted, new_client: NewClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does a time-out, nor an address with a password in it."""
    caplog.set_level(logging.DEBUG)
    new_client().read_list("/api/Order/Statuses")  # and so everybody is logged in
    client = new_client(timeout=(1.0, 0.05))
    told: list[str] = []
    for address in ("", "http://mia:correct horse@127.0.0.1:1/"):
        asked = new_client(address) if address else client
        server.answer = _silent
        for new in (NEW_ORDER, replace(NEW_ORDER, number="INV-8")):
            with pytest.raises(PluginError) as raised:
                MintsoftOrders(asked).make(new)
            told += told_by(raised.value)
    told += [record.getMessage() for record in caplog.records]
    assert [x for x in PRIVATE for text in told if x.casefold() in text.casefold()] == []


def _silent(request: Request) -> Response:
    request.environ["werkzeug.socket"].settimeout(LONG)
    with suppress(OSError):
        request.environ["werkzeug.socket"].recv(1)  # until the client has given up
    return Response()
