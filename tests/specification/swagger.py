"""Requests, and what Mintsoft's own description of its API (Swagger 2) finds wrong with them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from .exchange import UNKNOWN, Exchange, Fault

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
#: Reads a query's value of a type; raises ValueError.
_READ: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text.lower()],
}


class Swagger:
    """The description."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths: dict[str, dict[str, Any]] = document["paths"]
        self._definitions: dict[str, dict[str, Any]] = document["definitions"]

    def request_faults(self, exchange: Exchange) -> list[Fault]:
        """What is wrong with a request: its path, its parameters, the names of its body."""
        path = self._path_of(exchange)
        name = f"{exchange.method} {path or exchange.path}"
        if path is None:
            return [Fault(operation=name, where="", problem="there is no such operation")]
        listed = self._paths[path][exchange.method.lower()].get("parameters", [])
        found = [*_query_faults(exchange, listed), *self._body_faults(exchange, listed)]
        return [Fault(operation=name, where=where, problem=problem) for where, problem in found]

    def _path_of(self, exchange: Exchange) -> str | None:
        given = exchange.path.split("/")
        found = [
            path
            for path, item in self._paths.items()
            if exchange.method.lower() in item and _matches(path.split("/"), given)
        ]
        return min(found, key=lambda path: path.count("{"), default=None)

    def _body_faults(self, exchange: Exchange, listed: list[Any]) -> Iterator[tuple[str, str]]:
        body = next((each for each in listed if each["in"] == "body"), None)
        if body is None:
            if exchange.body:
                yield "", "takes no body"
        elif exchange.body:
            yield from self._value_faults(json.loads(exchange.body), body["schema"], "")
        elif body.get("required"):
            yield "", "needs a body"

    def _value_faults(
        self, value: Any, schema: dict[str, Any], where: str
    ) -> Iterator[tuple[str, str]]:
        """Types that differ, and names that don't exist, at any depth."""
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].rpartition("/")[2]]
        kind = schema.get("type", "object")
        wrong = isinstance(value, bool) and kind != "boolean"
        if value is not None and (wrong or not isinstance(value, _TYPES[kind])):
            yield where, f"{value!r} is not of type {kind}"
        elif isinstance(value, list):
            for each in value:
                yield from self._value_faults(each, schema.get("items", {}), where)
        elif isinstance(value, dict):
            known = schema.get("properties", {})
            for key, each in value.items():
                place = f"{where}.{key}".strip(".")
                if key in known:
                    yield from self._value_faults(each, known[key], place)
                else:
                    yield place, UNKNOWN
        elif schema.get("format") == "date-time" and isinstance(value, str):
            yield from _moment_faults(value, where)


def _query_faults(exchange: Exchange, listed: list[Any]) -> Iterator[tuple[str, str]]:
    known = {each["name"]: each for each in listed if each["in"] == "query"}
    given = dict(parse_qsl(exchange.query, keep_blank_values=True))
    for name in known.keys() - given.keys():
        if known[name].get("required"):
            yield name, "is required"
    for name, text in given.items():
        said = known.get(name)
        if said is None:
            yield name, UNKNOWN
            continue
        try:
            _READ.get(said["type"], str)(text)
        except (KeyError, ValueError):
            yield name, f"{text!r} is not of type {said['type']}"
        if said.get("format") == "date-time":
            yield from _moment_faults(text, name)


def _moment_faults(text: str, where: str) -> Iterator[tuple[str, str]]:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        yield where, f"{text!r} is not a date-time"


def _matches(known: list[str], given: list[str]) -> bool:
    return len(known) == len(given) and all(
        one.startswith("{") or one == other for one, other in zip(known, given, strict=True)
    )
