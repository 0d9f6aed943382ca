import json
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields

from ....adapters.mintsoft import client as calls
from ....adapters.mintsoft import fields as ours
from ....adapters.mintsoft.shapes import (
    ClientShape,
    CommentShape,
    OrderShape,
    StatusShape,
)

#: Model of the description, by our shape of it.
MODELS = [
    (OrderShape, "Order"),
    (StatusShape, "OrderStatus"),
    (ClientShape, "Client"),
    (CommentShape, "OrderComment"),
]
TYPES: dict[type, dict[str, str]] = {
    ours.Text: {"type": "string"},
    ours.Whole: {"type": "integer", "format": "int32"},
    ours.Money: {"type": "number", "format": "double"},
    ours.Moment: {"type": "string", "format": "date-time"},
    ours.Flag: {"type": "boolean"},
}
#: What calls send and read beside the shapes: path, method, query names, body or answer names.
SENT = [
    (calls.LOGIN, "post", set(), "MintsoftAuthRequest", {"Username", "Password"}),
    (
        calls.ORDER_LIST,
        "get",
        {
            *("PageNo", "Limit", "IncludeOrderItems", "SortOldestFirst"),
            *("ClientId", "SinceLastUpdated"),
        },
        "Order",
        set(),
    ),
    (calls.ORDER, "get", set(), "Order", set()),
    (calls.STATUSES, "get", set(), "OrderStatus", set()),
    (calls.CLIENTS, "get", {"pageNo", "limit"}, "Client", set()),
    (calls.COMMENTS, "get", set(), "OrderComment", set()),
    (calls.COMMENTS, "post", set(), "NewOrderComment", {"Comment", "Admin"}),
    (calls.TAG, "put", {"Tag"}, "ToolkitResult", {"Success", "Message"}),
]


@pytest.fixture(scope="module")
def swagger(reference: Path) -> Any:
    return json.loads((reference / "specs" / "mintsoft-swagger.json").read_text())


def differences(shape: Schema, model: str, definitions: Any) -> list[str]:
    """Fields of a shape that the description lacks or types otherwise."""
    found: list[str] = []
    properties = definitions[model]["properties"]
    for name, field in shape.fields.items():
        kind, said = field, properties.get(name, {})
        if isinstance(field, fields.List):
            kind, said = field.inner, said.get("items", {})
        if isinstance(kind, fields.Nested):
            inner = said.get("$ref", "").rpartition("/")[2]
            found += differences(kind.schema, inner, definitions) if inner else [f"{model}.{name}"]
        elif TYPES[type(kind)].items() - said.items():
            found.append(f"{model}.{name}: {said}")
    return found


@pytest.mark.parametrize(("shape", "model"), MODELS, ids=[model for _, model in MODELS])
def test_every_field_read_exists(swagger: Any, shape: type[Schema], model: str) -> None:
    """Each field that is read is in Mintsoft's own description, with a fitting type."""
    assert differences(shape(), model, swagger["definitions"]) == []


@pytest.mark.parametrize(("path", "method", "query", "model", "names"), SENT)
def test_every_call_exists(
    swagger: Any, path: str, method: str, query: set[str], model: str, names: set[str]
) -> None:
    """Each call, with its parameters and the names that it sends or reads, is described."""
    operation = swagger["paths"][path][method]
    known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    assert query <= known
    assert names <= swagger["definitions"][model]["properties"].keys()
    assert f"#/definitions/{model}" in json.dumps(operation)


def test_every_listed_call_is_compared() -> None:
    """No call of the allow-lists is left out of the comparison."""
    compared = {(method.upper(), path) for path, method, *_ in SENT}
    assert compared == {("POST", calls.LOGIN), *calls.WRITES, *(("GET", x) for x in calls.READS)}
