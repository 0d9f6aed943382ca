"""Calls, and what Xero's own description of its API (OpenAPI 3) finds wrong with them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from jsonschema_path import SchemaPath
from openapi_core import V30RequestValidator, V30ResponseValidator
from openapi_core.testing import MockRequest, MockResponse

from .exchange import UNKNOWN, Exchange, Fault

_METHODS = ("get", "put", "post", "delete")


class Description:
    """A description, loaded: the longest part of it is a third of a second."""

    def __init__(self, file: Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        with file.open(encoding="utf-8") as text:
            document = yaml.load(text, Loader=loader)
        (server,) = document["servers"]
        address = urlsplit(server["url"])
        self.host, self.base = f"{address.scheme}://{address.netloc}", address.path
        self.paths: dict[str, dict[str, Any]] = document["paths"]
        self._components: dict[str, dict[str, Any]] = document["components"]
        for _, _, operation in self.operations():
            operation.pop("security", None)  # tokens and scopes have tests of their own
        document.pop("security", None)
        spec = SchemaPath.from_dict(document)
        self._requests = V30RequestValidator(spec)
        self._answers = V30ResponseValidator(spec)

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Each (method, path, operation)."""
        for path, item in self.paths.items():
            for method in _METHODS:
                if method in item:
                    yield method.upper(), path, item[method]

    def path_of(self, method: str, path: str) -> str | None:
        """The described path that a call's path stands for; its case plays no part (xero.md 1.1).

        A path that is described word for word goes before one with an id in its place.
        """
        if not path.lower().startswith(self.base.lower()):
            return None
        given = path[len(self.base) :].strip("/").lower().split("/")
        found = [
            known
            for known, item in self.paths.items()
            if method.lower() in item and _matches(known.strip("/").lower().split("/"), given)
        ]
        return min(found, key=lambda known: known.count("{"), default=None)

    def request_faults(self, exchange: Exchange) -> list[Fault]:
        """What is wrong with a request: its path, parameters, body, and names of its own."""
        name, request = self._request(exchange)
        if request is None:
            return [Fault(operation=name, where="", problem="there is no such operation")]
        faults = [
            found for error in self._requests.iter_errors(request) for found in _faults(name, error)
        ]
        known = {each["name"] for each in self._parameters(exchange) if each["in"] == "query"}
        given = {key for key, _ in parse_qsl(exchange.query, keep_blank_values=True)}
        faults += [
            Fault(operation=name, where=key, problem="no such parameter")
            for key in sorted(given - known)
        ]
        schema = self._body_schema(self._operation(exchange).get("requestBody", {}))
        return faults + self._unknown(name, exchange.body, schema)

    def answer_faults(self, exchange: Exchange) -> list[Fault]:
        """What is wrong with an answer whose status is declared: types, and unknown names.

        What was refused comes back whole (xero.md 3), so it must look like what is taken.
        """
        name, request = self._request(exchange)
        if request is None or not self.declares(exchange):
            return [Fault(operation=name, where="", problem=f"{exchange.status} is not declared")]
        answer = MockResponse(
            exchange.answer, status_code=exchange.status, content_type=exchange.content_type
        )
        faults = [
            found
            for error in self._answers.iter_errors(request, answer)
            for found in _faults(name, error)
        ]
        schema = self._body_schema(self._answer(exchange))
        unknown = self._unknown(name, exchange.answer, schema)
        faults += [each for each in unknown if not each.where.startswith("Elements.")]
        if exchange.status != HTTPStatus.BAD_REQUEST:
            return faults
        refused = json.loads(exchange.answer).get("Elements", [])
        plural = self._plural(exchange)
        body = json.dumps({plural: refused}).encode()
        taken = replace(exchange, status=HTTPStatus.OK.value, answer=body)
        return faults + [
            each
            for each in self.answer_faults(taken)
            if each.problem != UNKNOWN
            or each.where.replace(plural, "Elements", 1) in {one.where for one in unknown}
        ]

    def _plural(self, exchange: Exchange) -> str:
        """The name of the list in the answer to a call that is taken."""
        said = self._answer(replace(exchange, status=HTTPStatus.OK.value))
        properties: dict[str, Any] = self._resolved(self._body_schema(said))["properties"]
        lists = [key for key, each in properties.items() if each.get("type") == "array"]
        return next(key for key in lists if key not in {"Warnings", "ValidationErrors"})

    def declares(self, exchange: Exchange) -> bool:
        """Whether the description knows this status of this operation, with a JSON body."""
        return bool(self._body_schema(self._answer(exchange)))

    def answers_in_json(self, operation: dict[str, Any]) -> bool:
        """Whether an operation's good answer is 200 with JSON."""
        said = self._resolved(operation["responses"].get(str(HTTPStatus.OK.value), {}))
        return bool(self._body_schema(said))

    def _answer(self, exchange: Exchange) -> dict[str, Any]:
        responses = self._operation(exchange).get("responses", {})
        return self._resolved(responses.get(str(exchange.status), {}))

    def _operation(self, exchange: Exchange) -> dict[str, Any]:
        path = self.path_of(exchange.method, exchange.path)
        return self.paths[path][exchange.method.lower()] if path else {}

    def _parameters(self, exchange: Exchange) -> list[dict[str, Any]]:
        path = self.path_of(exchange.method, exchange.path) or ""
        operation = self._operation(exchange)
        listed = [*self.paths[path].get("parameters", []), *operation.get("parameters", [])]
        return [self._resolved(each) for each in listed]

    def _request(self, exchange: Exchange) -> tuple[str, MockRequest | None]:
        path = self.path_of(exchange.method, exchange.path)
        name = f"{exchange.method} {path or exchange.path}"
        if path is None:
            return name, None
        given = exchange.path[len(self.base) :].strip("/").split("/")
        parts = [  # in the description's own case
            one if known.startswith("{") else known
            for known, one in zip(path.strip("/").split("/"), given, strict=True)
        ]
        headers = {key.lower(): value for key, value in exchange.headers.items()}
        request = MockRequest(
            self.host,
            exchange.method.lower(),
            self.base + "/" + "/".join(parts),
            args=dict(parse_qsl(exchange.query, keep_blank_values=True)),
            headers=headers,
            data=exchange.body or None,
            content_type=headers.get("content-type", "application/json"),
        )
        return name, request

    def _body_schema(self, said: dict[str, Any]) -> dict[str, Any]:
        schema: dict[str, Any] = (
            said.get("content", {}).get("application/json", {}).get("schema", {})
        )
        return schema

    def _unknown(self, name: str, body: bytes, schema: dict[str, Any]) -> list[Fault]:
        if not body or not schema:
            return []
        places = sorted(set(self._strangers(json.loads(body), schema, ())))
        return [Fault(operation=name, where=place, problem=UNKNOWN) for place in places]

    def _strangers(
        self, value: Any, schema: dict[str, Any], where: tuple[str, ...]
    ) -> Iterator[str]:
        """Each name, at any depth, that the description doesn't have."""
        schema = self._resolved(schema)
        schemas = [schema, *(self._resolved(each) for each in schema.get("allOf", []))]
        if isinstance(value, list):
            for each in value:
                yield from self._strangers(each, schema.get("items", {}), where)
        elif isinstance(value, dict):
            known = {key: x for each in schemas for key, x in each.get("properties", {}).items()}
            for key, each in value.items():
                if key in known:
                    yield from self._strangers(each, known[key], (*where, key))
                elif known:
                    yield ".".join((*where, key))

    def _resolved(self, said: dict[str, Any]) -> dict[str, Any]:
        """What a reference stands for; anything else is returned as it is."""
        if "$ref" not in said:
            return said
        _, _, kind, name = str(said["$ref"]).split("/")
        found: dict[str, Any] = self._components[kind][name]
        return found


def _matches(known: list[str], given: list[str]) -> bool:
    return len(known) == len(given) and all(
        one.startswith("{") or one == other for one, other in zip(known, given, strict=True)
    )


def _faults(name: str, error: Exception) -> Iterator[Fault]:
    """What a validator found, one for each place."""
    cause = error.__cause__
    inner = getattr(cause, "schema_errors", None)
    if not inner:
        text = f"{error} ({cause})" if cause else str(error)
        yield Fault(operation=name, where="", problem=text)
        return
    subject = getattr(error, "name", "")
    for each in inner:
        keys = [subject, *(str(key) for key in each.absolute_path if not isinstance(key, int))]
        where = ".".join(key for key in keys if key)
        yield Fault(operation=name, where=where, problem=each.message)
