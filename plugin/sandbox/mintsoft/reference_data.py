"""The lists that an order refers to (mintsoft.md 3)."""

from flask import Blueprint, Response

from ..store import Document
from .account import this_account
from .answers import answer, unauthorised
from .orders import at_or_after
from .query import moment, page

reference_data = Blueprint("mintsoft_sandbox_reference_data", __name__)


def whole_list(kind: str) -> Response:
    """All records of a kind: these lists have no pages."""
    return answer(this_account().records(kind))


@reference_data.get("/api/Order/Statuses")
def statuses() -> Response:
    """What an order can be."""
    return whole_list("status")


@reference_data.get("/api/Order/Channels")
def channels() -> Response:
    """Where orders come from."""
    return whole_list("channel")


@reference_data.get("/api/Warehouse")
def warehouses() -> Response:
    """Where orders leave from."""
    return whole_list("warehouse")


@reference_data.get("/api/RefData/Currencies")
def currencies() -> Response:
    """What orders are paid in."""
    return whole_list("currency")


@reference_data.get("/api/RefData/Countries")
def countries() -> Response:
    """Where orders go."""
    return whole_list("country")


@reference_data.get("/api/Courier/Services")
def courier_services() -> Response:
    """Who carries orders."""
    return whole_list("courier_service")


@reference_data.get("/api/Client")
def clients() -> Response:
    """Whose orders they are; 401, not 403, for a user who is no administrator."""
    account = this_account()
    if not account.user.admin:
        return unauthorised()
    rows: list[Document] = account.records("client")
    if since := moment("sinceLastUpdated"):
        rows = at_or_after("LastUpdated", since)(rows)
    return answer(page(rows, page_no="pageNo", limit="limit"))
