"""A Xero sandbox in memory whose time stands still, and clients of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero import create_app

API = "/api.xro/2.0"
Call = Callable[..., Any]


class Time:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Xero:
    """A client with the token of the custom connection, and shorthands for its calls."""

    def __init__(self, store: Store, time: Time, **options: Any) -> None:
        self.store = store
        self.time = time
        # Any, since Flask's type for an answer's JSON says that it may be None.
        self.http: Any = create_app(store, clock=time, **options).test_client()
        self.renew()

    def renew(self) -> None:
        form = {"grant_type": "client_credentials"}
        answer = self.http.post("/connect/token", data=form, auth=("custom", "custom"))
        self.headers = {
            "Authorization": f"Bearer {answer.json['access_token']}",
            "Accept": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.open(
            f"{API}/{path}", method=method, json=body, headers=self.headers | named
        )

    def put(self, *invoices: dict[str, Any], query: str = "summarizeErrors=false") -> Any:
        answer = self.call("PUT", f"Invoices?{query}", {"Invoices": list(invoices)})
        return answer.json["Invoices"] if answer.status_code == 200 else answer.json

    def control(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.http.post(f"/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def errors(self, **invoice: Any) -> list[str]:
        """The messages that creating this invoice alone gives."""
        (element,) = self.put(an_invoice(**invoice), query="summarizeErrors=false&unitdp=4")
        return [error["Message"] for error in element.get("ValidationErrors", [])]


def a_line(**changes: Any) -> dict[str, Any]:
    line = {
        "Description": "Thing",
        "Quantity": 1,
        "UnitAmount": 10,
        "AccountCode": "200",
        "TaxType": "OUTPUT2",
    }
    return {name: value for name, value in (line | changes).items() if value is not None}


def an_invoice(**changes: Any) -> dict[str, Any]:
    invoice = {
        "Type": "ACCREC",
        "Contact": {"Name": "Amazon"},
        "Date": "2026-11-20",
        "DueDate": "2026-11-20",
        "Status": "AUTHORISED",
        "LineItems": [a_line()],
    }
    return {name: value for name, value in (invoice | changes).items() if value is not None}


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def xero(time: Time) -> Xero:
    return Xero(Store(), time, limits=False)
