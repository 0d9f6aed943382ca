"""The accountants of the organisations: what they type into Xero, which is to reach Mintsoft.

They sit behind the faults, so that each thing is typed once; what they have typed, they know.
"""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from flask import Flask
from werkzeug.test import Client

from ...plugin.sandbox.xero.access.tokens import APPS as XERO_APPS
from ...plugin.sandbox.xero.access.tokens import SCOPES, App, Asked, Tokens
from ..chaos.clock import FastClock

#: What is sold and bought: products that every account has in Mintsoft.
SKUS = ("MUG-BLU", "LAMP-01", "BOOK-COOK")
_APP = App(client_id="accountant", secret="accountant", custom=False)
_BACK = "http://localhost/accountant"
#: Numbers begin so, and no two are alike, whatever the organisation.
SALE, PURCHASE = "TYPED-", "FLEET-PO-"


class Accountant:
    """Types documents into any organisation."""

    def __init__(self, xero: Flask, tokens: Tokens, clock: FastClock, seed: int) -> None:
        """`xero`: the simulator, of which the faults are passed by."""
        XERO_APPS[_APP.client_id] = _APP
        self._client = Client(lambda environ, start: Flask.wsgi_app(xero, environ, start))
        self._tokens, self._clock, self._random = tokens, clock, Random(f"accountant {seed}")
        self._contacts: dict[str, str] = {}
        #: What was typed: kind, organisation's name, number, id, and units by SKU.
        self.typed: list[dict[str, Any]] = []

    def sell(self, name: str, organisation_id: str) -> str:
        """An approved sales invoice; its number."""
        number, units = f"{SALE}{len(self.typed) + 1}", self._units()
        element = {
            "Type": "ACCREC",
            "InvoiceNumber": number,
            "Reference": "by telephone",
            "LineItems": [{**row, "AccountCode": "200"} for row in _lines(units)],
        }
        key = self._type(organisation_id, "Invoices", element)["InvoiceID"]
        self._note("sales_invoice", name, number, key, units)
        return number

    def buy(self, name: str, organisation_id: str) -> str:
        """An approved purchase order; its number."""
        number, units = f"{PURCHASE}{len(self.typed) + 1}", self._units()
        arrives = self._clock.now().date() + timedelta(days=9)
        element = {
            "PurchaseOrderNumber": number,
            "DeliveryDate": arrives.isoformat(),
            "LineItems": _lines(units),
        }
        key = self._type(organisation_id, "PurchaseOrders", element)["PurchaseOrderID"]
        self._note("purchase_order", name, number, key, units)
        return number

    def _units(self) -> dict[str, int]:
        skus = self._random.sample(SKUS, self._random.randint(1, len(SKUS)))
        return {sku: self._random.randint(1, 6) for sku in skus}

    def _note(self, kind: str, name: str, number: str, key: str, units: Mapping[str, int]) -> None:
        document = {"kind": kind, "organisation": name, "number": number, "id": key}
        self.typed.append({**document, "units": dict(units)})

    def _type(self, organisation_id: str, what: str, element: dict[str, Any]) -> Any:
        contact = {"ContactID": self._contact(organisation_id)}
        today = self._clock.now().date().isoformat()
        common = {"Contact": contact, "Date": today, "Status": "AUTHORISED"}
        if what == "Invoices":
            common["DueDate"] = today
        return self._put(organisation_id, what, {**common, **element})

    def _contact(self, organisation_id: str) -> str:
        """Somebody with an address; the first time the items are made, too."""
        if organisation_id not in self._contacts:
            for sku in SKUS:
                self._put(organisation_id, "Items", {"Code": sku, "Name": sku})
            address = {
                "AddressType": "STREET",
                "AddressLine1": "1 Example Road",
                "City": "Anytown",
                "PostalCode": "ZZ1 1ZZ",
                "Country": "United Kingdom",
            }
            person = {"Name": "Telephone customer", "FirstName": "Ada", "LastName": "Example"}
            element = {**person, "Addresses": [address]}
            made = self._put(organisation_id, "Contacts", element)
            self._contacts[organisation_id] = made["ContactID"]
        return self._contacts[organisation_id]

    def _put(self, organisation_id: str, what: str, element: Mapping[str, Any]) -> Any:
        answer = self._client.put(
            f"/api.xro/2.0/{what}",
            json={what: [element]},
            headers={
                "Authorization": f"Bearer {self._token(organisation_id)}",
                "Xero-Tenant-Id": organisation_id,
                "Accept": "application/json",
            },
        )
        if answer.status_code != 200:
            raise ValueError(f"PUT {what}: {answer.status_code} {answer.text[:500]}")
        return answer.get_json()[what][0]

    def _token(self, organisation_id: str) -> str:
        asked = Asked(scope=" ".join(sorted(SCOPES)), redirect_uri=_BACK)
        code = self._tokens.consent(_APP, [organisation_id], asked)
        token: str = self._tokens.exchange(_APP, code, _BACK, "")["access_token"]
        return token


def _lines(units: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"ItemCode": sku, "Description": sku, "Quantity": quantity, "UnitAmount": 10}
        for sku, quantity in units.items()
    ]
