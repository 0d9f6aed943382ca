"""Steps in Xero: what its people enter, edit, merge, archive, rename and delete there."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from ...guide.walk import TIMEOUT
from .world import World

Json = Mapping[str, Any]

ADDRESS: Json = {
    "AddressType": "STREET",
    "AddressLine1": "1 High St",
    "City": "Leeds",
    "PostalCode": "LS1 1AA",
}
ENDED = ("VOIDED", "DELETED")


class Books:
    """An organisation in Xero, and the people who work there."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _control(self) -> str:
        return f"{self._world.walk.xero_url}/_sandbox"

    # What is there

    def living(self, order_id: str = "") -> list[Json]:
        """The documents with our mark, of one order or of all, that nobody has ended."""
        mark = re.compile(rf"\(Mintsoft {order_id or '[^)]+'}\)$")
        found = self._world.walk.invoices()
        return [x for x in found if mark.search(x["reference"]) and x["status"] not in ENDED]

    def contact_names(self) -> list[str]:
        """Those of all active contacts."""
        contacts = self._world.walk.xero("Contacts")["Contacts"]
        return [x["Name"] for x in contacts if x["ContactStatus"] == "ACTIVE"]

    # What people do

    def hand_invoice(self, step: Json) -> None:
        """Somebody enters a sales invoice by hand."""
        line = {"Description": "Counter sale", "Quantity": 1, "UnitAmount": step.get("total", "12")}
        invoice = {**self._invoice({"Name": "Walk-in"}, [line]), "LineAmountTypes": "Inclusive"}
        self._put("Invoices", {**invoice, "InvoiceNumber": step["number"]})

    def sales_invoice(self, step: Json) -> None:
        """An approved invoice that is to become an order."""
        invoice = self._invoice({"Name": step["contact"]}, _lines(step))
        self._put("Invoices", {**invoice, "InvoiceNumber": step["number"]})

    def purchase_order(self, step: Json) -> None:
        """An approved purchase order that is to become an ASN."""
        order = self._document({"Name": step["contact"]}, _lines(step))
        due = self._day(days=14)
        self._put(
            "PurchaseOrders",
            {**order, "PurchaseOrderNumber": step["number"], "DeliveryDate": due},
        )

    def edit_invoice(self, named: str, changes: Json) -> None:
        """A person changes an invoice, by id or number."""
        self._world.walk.tell(f"{self._control}/edit", {"invoice": named, "set": changes})

    def contact(self, step: Json) -> None:
        """A contact with a person and a whole address, or with its name alone."""
        contact: dict[str, Any] = {"Name": step["name"]}
        if step.get("address", True):
            country = step.get("country", "United Kingdom")
            contact |= {"FirstName": "Jane", "LastName": "Roe"}
            contact["Addresses"] = [{**ADDRESS, "Country": country}]
        self._put("Contacts", contact)

    def edit_contact(self, step: Json) -> None:
        """A person renames or archives a contact."""
        told = {"contact": step["name"], "set": step["set"]}
        self._world.walk.tell(f"{self._control}/edit", told)

    def merge_contacts(self, step: Json) -> None:
        """A person merges a contact into another."""
        ids = {x["Name"]: x["ContactID"] for x in self._world.walk.xero("Contacts")["Contacts"]}
        told = {"from": ids[step["from"]], "to": ids[step["into"]]}
        self._world.walk.tell(f"{self._control}/merge", told)

    def item(self, step: Json) -> None:
        """An item comes into the list."""
        self._put("Items", {"Code": step["code"], "Name": step["code"]})

    def delete_item(self, step: Json) -> None:
        """An item leaves the list."""
        (item,) = self._world.walk.xero(f"Items/{step['code']}")["Items"]
        self._world.walk.xero(f"Items/{item['ItemID']}", {}, method="DELETE")

    def rename_option(self, step: Json) -> None:
        """A tracking option gets another name and keeps its id."""
        categories = self._world.walk.xero("TrackingCategories")["TrackingCategories"]
        (category,) = [x for x in categories if x["Name"] == step["category"]]
        (option,) = [x for x in category["Options"] if x["Name"] == step["option"]]
        path = f"TrackingCategories/{category['TrackingCategoryID']}/Options"
        named = {"Name": step["to"]}
        self._world.walk.xero(f"{path}/{option['TrackingOptionID']}", named, method="POST")

    def reconnect_app(self, _step: Json) -> None:
        """The organisation is listed for the app again."""
        self._world.walk.tell(f"{self._control}/connect", {"app": "custom"})

    # Consent

    def know_people(self) -> None:
        """Let there be a second person, who has another organisation than the first."""
        told = {"country": "GB", "name": "Another Company"}
        other = self._world.walk.tell(f"{self._control}/organisations", told)
        for name, tenant_id in (("first", self._tenant_ids()[0]), ("second", other["tenantId"])):
            person = {"name": name, "organisations": [tenant_id]}
            self._world.walk.tell(f"{self._control}/people", person)

    def consent(self, address: str, step: Json) -> requests.Response:
        """A person opens an address, allows organisations there, and is sent back."""
        ids = self._tenant_ids()
        allowed = [ids[x] for x in step.get("organisations", [0])]
        person = f"&person={step.get('who', 'first')}"
        return requests.post(address + person, data={"tenant": allowed}, timeout=TIMEOUT)

    def _tenant_ids(self) -> list[str]:
        found = self._world.walk.ask(f"{self._control}/organisations")["organisations"]
        return [x["tenantId"] for x in found]

    # Documents

    def _put(self, kind: str, document: Json) -> None:
        self._world.walk.xero(kind, {kind: [document]})

    def _invoice(self, contact: Json, lines: list[Json]) -> dict[str, Any]:
        booked = {"AccountCode": "200", "TaxType": "OUTPUT2"}
        due = {"Type": "ACCREC", "DueDate": self._day(days=14)}
        return {**self._document(contact, [{**x, **booked} for x in lines]), **due}

    def _document(self, contact: Json, lines: list[Json]) -> dict[str, Any]:
        return {
            "Status": "AUTHORISED",
            "Contact": contact,
            "Date": self._day(),
            "LineItems": lines,
        }

    def _day(self, days: int = 0) -> str:
        return (self._world.right.now() + timedelta(days=days)).date().isoformat()


def _lines(step: Json) -> list[Json]:
    return [
        {
            "Description": x["item"],
            "ItemCode": x["item"],
            "Quantity": x.get("quantity", 1),
            "UnitAmount": x.get("price", 10),
        }
        for x in step["lines"]
    ]
