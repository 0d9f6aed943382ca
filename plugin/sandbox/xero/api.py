"""The accounting API over HTTP: who calls, may they, what do they get (xero.md 1.7 and 2)."""

import time
import uuid
from dataclasses import replace
from typing import Any

from flask import Blueprint, Request, Response, request

from .access.identity import bearer, expired
from .access.tokens import APPS, Tokens, granted
from .contacts import contact_groups, contacts
from .documents import attachments, history, purchase_orders, quotes
from .faults.faults import ENVIRON, Fault
from .invoices import invoice_email, invoices
from .organisation import (
    accounts,
    branding_themes,
    currencies,
    items,
    organisation,
    tax_rates,
    tracking,
    tracking_options,
    users,
)
from .payments import allocations, credit_notes, payments
from .protocol import xml
from .protocol.envelope import Answer, RefusalError, enveloped, not_found, not_implemented, problem
from .protocol.idempotency import IdempotencyKeys
from .protocol.limits import Limits
from .protocol.reading import XmlBody
from .protocol.routing import Call, Handler, Route, Router
from .tenant import Tenant
from .tenants import Tenants

BASE = "/api.xro/2.0"

ROUTER = Router(
    [
        *organisation.ROUTES,
        *users.ROUTES,
        *branding_themes.ROUTES,
        *accounts.ROUTES,
        *tax_rates.ROUTES,
        *tracking.ROUTES,
        *tracking_options.ROUTES,
        *currencies.ROUTES,
        *contacts.ROUTES,
        *contact_groups.ROUTES,
        *items.ROUTES,
        *invoices.ROUTES,
        *credit_notes.ROUTES,
        *allocations.ROUTES,
        *payments.ROUTES,
        *purchase_orders.ROUTES,
        *quotes.ROUTES,
        *invoice_email.ROUTES,
        *history.ROUTES,
        *attachments.ROUTES,
    ]
)


def template_of(path: str) -> str:
    """The path with its ids blotted out, for counting."""
    if not path.lower().startswith(BASE):
        return path
    route, _ids = ROUTER.find(path[len(BASE) :])
    return f"{BASE}/{route.template}" if route else "(unknown)"


class Api:
    """Answers the calls of apps to organisations."""

    def __init__(self, tenants: Tenants, tokens: Tokens, limits: Limits) -> None:
        self._tenants = tenants
        self._tokens = tokens
        self._limits = limits

    def blueprint(self) -> Blueprint:
        """The one Flask route of the API; paths below it are found in any case."""
        routes = Blueprint("xero_api", __name__)
        methods = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"]
        routes.add_url_rule(f"{BASE}/<path:path>", "serve", self.serve, methods=methods)
        return routes

    def serve(self, path: str) -> Response:
        """One call, from the token to the answer's last header."""
        correlation_id = str(uuid.uuid4())
        headers: dict[str, str] = {}
        fault: Fault | None = request.environ.get(ENVIRON)
        try:
            grant, tenant = self._caller(fault)
            app = str(grant["client_id"])
            if fault is not None and fault.kind.endswith("429"):
                limit = fault.kind.removesuffix("429")
                raise self._limits.refusal(limit, app, tenant, wait=fault.seconds)
            with self._limits.call(app, tenant) as headers:
                if fault is not None and fault.kind == "slow":
                    time.sleep(fault.delay)
                answer = self._answer(grant, tenant, path, correlation_id)
        except RefusalError as refusal:
            answer = self._finished(refusal.answer, path, correlation_id)
        body = answer.file or answer.text
        response = Response(body, answer.status, content_type=answer.content_type)
        response.headers["Cache-Control"] = "max-age=0, no-cache, no-store"
        response.headers["Xero-Correlation-Id"] = correlation_id
        response.headers.update(headers | dict(answer.headers))
        return response

    # ------------------------------------------------------------------- who, and may they

    def _caller(self, fault: Fault | None) -> tuple[dict[str, Any], Tenant]:
        """The grant that calls, and whom; refuses a bad token or the wrong organisation."""
        grant = bearer(self._tokens)
        if isinstance(grant, Answer):
            raise RefusalError(grant)
        if fault is not None and fault.kind == "expire_token":
            self._tokens.expire(request.headers["Authorization"].partition(" ")[2].strip())
            raise RefusalError(expired(self._tenants.first.clock().timestamp() - 1))
        tenant = self._wanted(grant)
        if tenant is None or (fault is not None and fault.kind == "forbid_tenant"):
            raise RefusalError(problem(403, "AuthenticationUnsuccessful"))
        return grant, tenant

    def _wanted(self, grant: dict[str, Any]) -> Tenant | None:
        """The app's organisation that the header names (a custom connection may omit it)."""
        connected = [row["tenantId"] for row in self._tokens.opened(grant)]
        wanted = request.headers.get("Xero-Tenant-Id", "").strip().lower()
        if not wanted and connected and APPS[grant["client_id"]].custom:
            wanted = connected[0]
        return self._tenants.get(wanted) if wanted in connected else None

    # ------------------------------------------------------------------------- the answer

    def _answer(
        self, grant: dict[str, Any], tenant: Tenant, path: str, correlation_id: str
    ) -> Answer:
        route, ids = ROUTER.find(path)
        if route is None:
            return not_found()
        # Flask leaves the body out of a HEAD's answer.
        method = "GET" if request.method == "HEAD" else request.method
        if not _in_scope(route, method, grant["scope"]):
            return problem(401, "AuthorizationUnsuccessful")
        handler = route.handlers.get(method)
        if handler is None:
            return self._finished(not_implemented(), path, correlation_id)
        body = request.get_data()
        call = Call(
            method=method,
            ids=ids,
            args={name.lower(): value for name, value in request.args.items()},
            headers=request.headers,
            body=body if route.takes_file else XmlBody.of(body, request.content_type or ""),
            tenant=tenant,
            app=grant["client_id"],
        )
        if method == "GET":
            return self._finished(handler(call), path, correlation_id)
        with tenant.store.changing():
            return self._written(call, handler, path, correlation_id)

    def _written(self, call: Call, handler: Handler, path: str, correlation_id: str) -> Answer:
        """A write: answered from its Idempotency-Key where that was seen before."""
        key = request.headers.get("Idempotency-Key")
        keys = IdempotencyKeys(call.tenant) if key else None
        same = _identity_of(request, call.body)
        seen = keys.seen(call.app, key, same) if keys and key else None
        if seen is not None:
            return self._finished(seen, path, correlation_id)
        try:
            answer = handler(call)
        except RefusalError as refusal:
            answer = refusal.answer
        answer = self._finished(answer, path, correlation_id)
        if keys and key:
            keys.keep(call.app, key, same, answer, correlation_id)
        return answer

    def _finished(self, answer: Answer, path: str, correlation_id: str) -> Answer:
        """The answer as text with its envelope: XML where JSON isn't asked for (xero.md 2)."""
        if answer.payload is None:
            return answer
        now = self._tenants.first.clock()
        if "json" in request.headers.get("Accept", ""):
            text = enveloped(answer, now=now, correlation_id=correlation_id)
            return replace(answer, payload=None, text=text)
        text = xml.written(
            answer,
            now=now,
            correlation_id=correlation_id,
            element=xml.singular(_resource_of(path)),
        )
        return replace(answer, payload=None, text=text, content_type=xml.CONTENT_TYPE)


def _resource_of(path: str) -> str:
    """The path's first part as Xero writes it: ``Invoices``."""
    route, _ids = ROUTER.find(path)
    return route.template.partition("/")[0] if route else ""


def _identity_of(asked: Request, body: bytes) -> bytes:
    """What makes a request the same one: method, address, query and body."""
    return f"{asked.method} {asked.full_path.lower()}\n".encode() + body


def _in_scope(route: Route, method: str, scope: str) -> bool:
    """Any of the route's scopes lets one read and write, or only read with ``.read``."""
    has = granted(scope)
    return any(
        wanted in has or (method == "GET" and f"{wanted}.read" in has) for wanted in route.scopes
    )
