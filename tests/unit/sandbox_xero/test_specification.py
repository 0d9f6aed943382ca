"""The sandbox's answers against Xero's published description of its API."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Xero, a_line, an_invoice

#: Seen in Xero's real answers, absent from its description (xero.md 2.1, 4).
UNDESCRIBED = {
    "Invoice": {"DateString", "DueDateString"},
    "LineItem": {"ValidationErrors"},
    "TrackingOption": {"HasValidationErrors", "IsDeleted", "IsArchived", "IsActive"},
    "HistoryRecord": {"DateUTCString"},
}
ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC"}


@pytest.fixture(scope="module")
def schemas(reference: Path) -> Any:
    path = reference / "specs" / "xero_accounting.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)["components"]["schemas"]


def _named(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _undescribed(value: Any, name: str, schemas: Any, where: str) -> list[str]:
    """Each property of `value`, at any depth, that schema `name` doesn't have."""
    properties = schemas[name].get("properties", {})
    found = []
    for key, item in value.items():
        if key in UNDESCRIBED.get(name, ()):
            continue
        if key not in properties:
            found.append(f"{where}.{key}")
            continue
        schema = properties[key]
        inner = _named(schema) or _named(schema.get("items", {}))
        for each in item if isinstance(item, list) else [item]:
            if isinstance(each, dict) and inner:
                found += _undescribed(each, inner, schemas, f"{where}.{key}")
    return found


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("Invoices", "Invoice"),
        ("Invoices?page=1", "Invoice"),
        ("Invoices/A", "Invoice"),
        ("Contacts?page=1", "Contact"),
        ("Accounts", "Account"),
        ("TaxRates", "TaxRate"),
        ("Organisation", "Organisation"),
        ("Currencies", "Currency"),
        ("TrackingCategories", "TrackingCategory"),
        ("Items", "Item"),
        ("Organisation/Actions", "Action"),
        ("Invoices/A/History", "HistoryRecord"),
    ],
)
def test_answers_use_known_properties(xero: Xero, schemas: Any, path: str, schema: str) -> None:
    """No answer has a property that Xero's description, or its real answers, don't have."""
    xero.control("organisation", {"PeriodLockDate": "2020-01-01"})
    xero.call("PUT", "Items", {"Code": "abc"})
    tracking = [{"Name": "Channel", "Option": "Shop"}]
    line = a_line(ItemCode="abc", DiscountAmount=1, Tracking=tracking)
    written = xero.put(
        an_invoice(InvoiceNumber="A", LineItems=[line], Url="https://shop.example/1"),
        an_invoice(InvoiceNumber="A"),
    )
    assert [each["HasErrors"] for each in written] == [False, True]
    for each in written:
        assert _undescribed(each, "Invoice", schemas, "PUT") == []
    answer = xero.call("GET", path).json
    (plural,) = set(answer) - ENVELOPE - {"pagination"}
    assert answer[plural]
    for each in answer[plural]:
        assert _undescribed(each, schema, schemas, schema) == []
