"""The accounting API over HTTP: who calls, may they, what do they get (xero.md 1.7 and 2)."""

import time
import uuid
from dataclasses import replace
from typing import Any

from flask import Blueprint, Request, Response, request

from . import (
    accounts,
    contacts,
    currencies,
    history,
    invoices,
    items,
    organisation,
    tax_rates,
    tracking,
)
from .envelope import (
    Answer,
    RefusalError,
    enveloped,
    not_found,
    not_implemented,
    problem,
)
from .faults import ENVIRON, Fault
from .idempotency import IdempotencyKeys
from .identity import bearer, expired
from .limits import Limits
from .routing import Call, Route, Router
from .tenant import Tenant
from .tokens import APPS, Tokens

BASE = "/api.xro/2.0"

ROUTER = Router(
    [
        *organisation.ROUTES,
        *accounts.ROUTES,
        *tax_rates.ROUTES,
        *tracking.ROUTES,
        *currencies.ROUTES,
        *contacts.ROUTES,
        *items.ROUTES,
        *invoices.ROUTES,
        *history.ROUTES,
    ]
)


def template_of(path: str) -> str:
    """The path with its ids blotted out, for counting."""
    if not path.lower().startswith(BASE):
        return path
    route, _ids = ROUTER.find(path[len(BASE) :])
    return f"{BASE}/{route.template}" if route else "(unknown)"


class Api:
    """Answers the calls of one organisation's apps."""

    def __init__(
        self, tenant: Tenant, tokens: Tokens, limits: Limits, keys: IdempotencyKeys
    ) -> None:
        self._tenant = tenant
        self._tokens = tokens
        self._limits = limits
        self._keys = keys

    def blueprint(self) -> Blueprint:
        """The one Flask route of the API; paths below it are found in any case."""
        routes = Blueprint("xero_api", __name__)
        methods = ["GET", "PUT", "POST", "DELETE"]
        routes.add_url_rule(f"{BASE}/<path:path>", "serve", self.serve, methods=methods)
        return routes

    def serve(self, path: str) -> Response:
        """One call, from the token to the answer's last header."""
        correlation_id = str(uuid.uuid4())
        headers: dict[str, str] = {}
        fault: Fault | None = request.environ.get(ENVIRON)
        try:
            grant = self._caller(fault)
            self._refuse_by(fault)
            with self._limits.call() as headers:
                if fault is not None and fault.kind == "slow":
                    time.sleep(fault.delay)
                answer = self._answer(grant, path, correlation_id)
        except RefusalError as refusal:
            answer = self._finished(refusal.answer, correlation_id)
        response = Response(answer.text, answer.status, content_type=answer.content_type)
        response.headers["Cache-Control"] = "max-age=0, no-cache, no-store"
        response.headers["Xero-Correlation-Id"] = correlation_id
        response.headers.update(headers | dict(answer.headers))
        return response

    # ------------------------------------------------------------------- who, and may they

    def _caller(self, fault: Fault | None) -> dict[str, Any]:
        """The grant that calls; refuses a bad token or the wrong organisation."""
        grant = bearer(self._tokens)
        if isinstance(grant, Answer):
            raise RefusalError(grant)
        if fault is not None and fault.kind == "expire_token":
            self._tokens.expire(request.headers["Authorization"].partition(" ")[2].strip())
            raise RefusalError(expired(self._tenant.clock().timestamp() - 1))
        if (fault is not None and fault.kind == "forbid_tenant") or not self._connected(grant):
            raise RefusalError(problem(403, "AuthenticationUnsuccessful"))
        return dict(grant)

    def _connected(self, grant: dict[str, Any]) -> bool:
        """Whether the header names an organisation of this app (a custom one may omit it)."""
        tenants = {row["tenantId"] for row in self._tokens.connections(grant["client_id"])}
        wanted = request.headers.get("Xero-Tenant-Id", "").strip().lower()
        if not wanted and APPS[grant["client_id"]].custom:
            return bool(tenants)
        return wanted in tenants

    def _refuse_by(self, fault: Fault | None) -> None:
        if fault is not None and fault.kind.endswith("429"):
            raise self._limits.refusal(fault.kind.removesuffix("429"), wait=fault.seconds)

    # ------------------------------------------------------------------------- the answer

    def _answer(self, grant: dict[str, Any], path: str, correlation_id: str) -> Answer:
        route, ids = ROUTER.find(path)
        if route is None:
            return not_found()
        if not _in_scope(route, request.method, grant["scope"]):
            return problem(401, "AuthorizationUnsuccessful")
        handler = route.handlers.get(request.method)
        if handler is None:
            return self._finished(not_implemented(), correlation_id)
        if "json" not in request.headers.get("Accept", ""):
            # Xero would answer in XML here; a client that forgot to ask for JSON must notice.
            return Answer(status=406, text="Ask for JSON: Accept: application/json")
        call = Call(
            method=request.method,
            ids=ids,
            args={name.lower(): value for name, value in request.args.items()},
            headers=request.headers,
            body=request.get_data(),
            tenant=self._tenant,
            app=grant["client_id"],
        )
        if request.method == "GET":
            return self._finished(handler(call), correlation_id)
        with self._tenant.store.changing():
            return self._written(call, route, correlation_id)

    def _written(self, call: Call, route: Route, correlation_id: str) -> Answer:
        """A write: answered from its Idempotency-Key where that was seen before."""
        key = request.headers.get("Idempotency-Key")
        same = _identity_of(request, call.body)
        seen = self._keys.seen(call.app, key, same) if key else None
        if seen is not None:
            return self._finished(seen, correlation_id)
        try:
            answer = route.handlers[call.method](call)
        except RefusalError as refusal:
            answer = refusal.answer
        answer = self._finished(answer, correlation_id)
        if key:
            self._keys.keep(call.app, key, same, answer, correlation_id)
        return answer

    def _finished(self, answer: Answer, correlation_id: str) -> Answer:
        """The answer as text, with its envelope."""
        if answer.payload is None:
            return answer
        text = enveloped(answer, now=self._tenant.clock(), correlation_id=correlation_id)
        return replace(answer, payload=None, text=text)


def _identity_of(asked: Request, body: bytes) -> bytes:
    """What makes a request the same one: method, address, query and body."""
    return f"{asked.method} {asked.full_path.lower()}\n".encode() + body


def _in_scope(route: Route, method: str, scope: str) -> bool:
    """Any of the route's scopes lets one read and write, or only read with ``.read``."""
    granted = set(scope.split())
    return any(
        wanted in granted or (method == "GET" and f"{wanted}.read" in granted)
        for wanted in route.scopes
    )
