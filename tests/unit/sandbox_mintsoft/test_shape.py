"""Everything has the shape that Mintsoft publishes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?")
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
}
LISTS = {
    "/api/Order/List?Limit=100&IncludeOrderItems=true": "Order",
    "/api/Order/Statuses": "OrderStatus",
    "/api/Order/Channels": "Channel",
    "/api/Client": "Client",
    "/api/Warehouse": "Warehouse",
    "/api/RefData/Currencies": "Currency",
    "/api/RefData/Countries": "Country",
    "/api/Courier/Services": "CourierService",
}


@pytest.fixture(scope="session")
def models(reference: Path) -> dict[str, Any]:
    text = (reference / "specs" / "mintsoft-swagger.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["definitions"]
    return found


def faults(value: Any, schema: dict[str, Any], models: dict[str, Any], at: str) -> list[str]:
    """Say where a value departs from the schema; null is allowed everywhere."""
    if value is None:
        return []
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return object_faults(value, models[name]["properties"], models, f"{at}:{name}")
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return [f"{at} is {value!r}, not {kind}"]
    if schema.get("format") == "date-time" and not DATE_TIME.fullmatch(value):
        return [f"{at} is {value!r}, no local date-time"]
    if kind == "array":
        return [
            fault
            for index, one in enumerate(value)
            for fault in faults(one, schema["items"], models, f"{at}[{index}]")
        ]
    return []


def object_faults(
    value: dict[str, Any], properties: dict[str, Any], models: dict[str, Any], at: str
) -> list[str]:
    odd = [f"{at}.{name} is in one only" for name in sorted(value.keys() ^ properties.keys())]
    for name, schema in properties.items():
        odd += faults(value.get(name), schema, models, f"{at}.{name}")
    return odd


@pytest.mark.parametrize("address", LISTS)
def test_lists_match_the_published_models(
    client: FlaskClient, models: dict[str, Any], address: str
) -> None:
    """Each record has each property of its model, of that type, and no other."""
    rows = client.get(address).get_json()
    assert rows
    schema = {"type": "array", "items": {"$ref": f"#/definitions/{LISTS[address]}"}}
    assert faults(rows, schema, models, address) == []


def test_results_match_the_published_models(client: FlaskClient, models: dict[str, Any]) -> None:
    """So do the answers to writes, refused ones too, and what writes leave behind."""
    written = client.post("/api/Order/9001/Comments", json={"Comment": "Sent", "Admin": True})
    refused = client.put("/api/Order/1/Tag?Tag=xero")
    created = client.put("/api/Order", json={"OrderNumber": "NEW-1"})
    result = {"$ref": "#/definitions/ToolkitResult"}
    assert faults(written.get_json(), result, models, "comment") == []
    assert faults(refused.get_json(), result, models, "tag") == []
    many = {"type": "array", "items": {"$ref": "#/definitions/NewOrderResult"}}
    assert faults(created.get_json(), many, models, "order") == []
    comments = {"type": "array", "items": {"$ref": "#/definitions/OrderComment"}}
    kept = client.get("/api/Order/9001/Comments").get_json()
    assert kept
    assert faults(kept, comments, models, "comments") == []
