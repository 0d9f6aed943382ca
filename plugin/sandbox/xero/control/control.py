"""What a test or a demo may do to the sandbox from outside: /_sandbox/*, without a token.

Bodies and answers are JSON objects; wrong input is a 400 ``{"error": "one clear sentence"}``.
Where an organisation is meant, ``?organisation=TENANT_ID`` names it; else it is the first.

| call | does |
|---|---|
| GET /state | ``documents`` by kind, ``calls`` by path, ``calls_total``, ``settings``, ``limits``, ``now`` |
| GET /invoices | ``invoices``: all, as Xero would write them |
| GET, POST /faults | ``{"faults": [{"kind", "path", "method", "times", "after", "seconds", "rate", "seed", "set"}], "seed": 0}`` replaces all; both answer with their counts (faults.py) |
| POST /edit | ``{"invoice": id or number, "set": {"Status", "Reference", "InvoiceNumber", "Date", "DueDate"}}``; ``{"contact": id, number or name, "set": {"Name", "ContactStatus", "EmailAddress"}}``; ``{"account": code, "set": {"Name", "Status", "TaxType"}}``: what a person changes at Xero, past the API's rules |
| POST /merge | ``{"from": contact id, "to": contact id}``: merges contacts for good; answers the one that stays |
| GET, POST /organisations | lists them; ``{"country": "AU", "name": "..."}`` adds one, not yet connected: answers ``{"tenantId", "name", "country"}`` |
| POST /people | ``{"name": "second", "organisations": [TENANT_ID]}``: a person who has these organisations alone, and who logs in at the consent page with ``&person=second``; whoever is not named there has all |
| POST /organisation | changes properties of the organisation (lock dates as YYYY-MM-DD or null; ``Class`` STARTER limits approvals), and ``RefusedActions``: a list of names of Organisation/Actions |
| POST /settings | the switches for what nobody knows of Xero (SETTINGS in tenant.py) |
| POST /limits | ``{"tier": "starter" or "core"}``, or any of ``concurrent``, ``minute``, ``day``, ``app_minute`` (numbers) and ``enforced`` |
| POST /clock | ``{"now": ISO time}``, from which time goes on; null for the real time |
| POST /webhooks | ``{"url", "key", "app"}``: subscribes a receiver on the loopback (only what happens at organisations connected to the app, if one is named) once it passes the intent to receive: answers its ``status`` (ok, refused, later disabled), the ``problem`` and the ``key`` |
| GET, DELETE /webhooks | the subscription, and how many events are queued, sent, failed (``?wait=SECONDS`` until those that are due are sent); ends it |
| POST /webhooks/replay | ``{"since": ISO time}``: sends the events since then, or all, again |
| POST /connect | ``{"app": "custom"}``: connects an app to the organisation (again), without a page |
| POST /reset | forgets everything, also people, and organisations that were added; the first is another one then, with other ids |
"""
# ruff: noqa: E501 (the table)

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ...store import Store
from ..access.tokens import APPS, App, Tokens
from ..contacts import contact_write
from ..faults.faults import Faults
from ..organisation.chart import COUNTRIES, fixed_id
from ..protocol.limits import TIERS, Limits
from ..tenant import KINDS, Tenant
from ..tenants import Tenants
from ..webhooks.webhooks import Webhooks
from . import edits
from .edits import ControlError


def blueprint(
    store: Store,
    tenants: Tenants,
    tokens: Tokens,
    faults: Faults,
    limits: Limits,
    webhooks: Webhooks,
) -> Blueprint:
    """The routes of the control."""
    routes = Blueprint("xero_control", __name__, url_prefix="/_sandbox")
    _faults(routes, faults)
    _limits(routes, limits)
    _changes(routes, store, tenants)
    _organisations(routes, tenants, tokens)
    _starting_over(routes, tenants, faults, limits, webhooks)
    _views(routes, tenants, faults, limits)

    @routes.errorhandler(ControlError)
    def refused(error: ControlError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    return routes


def _asked() -> dict[str, Any]:
    document = request.get_json(force=True, silent=True)
    if not isinstance(document, dict):
        raise ControlError("Send a JSON object.")
    return document


def _meant(tenants: Tenants) -> Tenant:
    """The organisation that the query names, else the first."""
    named = request.args.get("organisation", tenants.first.id)
    tenant = tenants.get(named.lower())
    if tenant is None:
        raise ControlError(f"There is no organisation {named!r}; GET /_sandbox/organisations.")
    return tenant


def _faults(routes: Blueprint, faults: Faults) -> None:
    @routes.post("/faults")
    def replace_faults() -> Response:
        asked = _asked()
        given = asked.get("faults")
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise ControlError('Send {"faults": [{"kind": ...}]}; an empty list ends them all.')
        try:
            faults.replace([{"seed": asked.get("seed", 0)} | each for each in given])
        except (TypeError, ValueError) as error:
            raise ControlError(str(error)) from None
        return jsonify(faults=faults.shown())

    @routes.get("/faults")
    def show_faults() -> Response:
        return jsonify(faults=faults.shown())


def _limits(routes: Blueprint, limits: Limits) -> None:
    @routes.post("/limits")
    def change_limits() -> Response:
        asked = _asked()
        tier = asked.pop("tier", None)
        if tier is not None:
            if tier not in TIERS:
                raise ControlError(f"tier is one of {', '.join(TIERS)}, not {tier!r}.")
            asked = {"day": TIERS[tier]} | asked
        try:
            limits.change(**asked)
        except ValueError as error:
            raise ControlError(str(error)) from None
        return jsonify(limits=asdict(limits.allowed))


def _changes(routes: Blueprint, store: Store, tenants: Tenants) -> None:
    @routes.post("/edit")
    def edit() -> Response:
        with store.changing():
            return jsonify(edits.edit(_meant(tenants), _asked()))

    @routes.post("/merge")
    def merge() -> Response:
        asked = _asked()
        try:
            with store.changing():
                named = str(asked.get("from", "")), str(asked.get("to", ""))
                return jsonify(contact_write.merge(_meant(tenants), *named))
        except ValueError as error:
            raise ControlError(str(error)) from None

    @routes.post("/organisation")
    def organisation() -> Response:
        with store.changing():
            return jsonify(edits.organisation(_meant(tenants), _asked()))

    @routes.post("/settings")
    def settings() -> Response:
        with store.changing():
            return jsonify(edits.settings(_meant(tenants), _asked()))


def _organisations(routes: Blueprint, tenants: Tenants, tokens: Tokens) -> None:
    def shown(tenant: Tenant) -> dict[str, Any]:
        own = tenant.organisation
        return {"tenantId": tenant.id, "name": own["Name"], "country": own["CountryCode"]}

    @routes.get("/organisations")
    def show_organisations() -> Response:
        return jsonify(organisations=[shown(tenant) for tenant in tenants.all()])

    @routes.post("/organisations")
    def add_organisation() -> Response:
        asked = _asked()
        country, name = asked.get("country", "GB"), asked.get("name")
        if country not in COUNTRIES or not isinstance(name, str) or not name.strip():
            countries = ", ".join(COUNTRIES)
            raise ControlError(f'Send {{"country": one of {countries}, "name": "..."}}.')
        return jsonify(shown(tenants.add(country, name.strip())))

    @routes.post("/people")
    def add_person() -> Response:
        asked = _asked()
        name, ids = asked.get("name"), asked.get("organisations")
        known = [tenant.id for tenant in tenants.all()]
        if (
            not isinstance(name, str)
            or not isinstance(ids, list)
            or any(x not in known for x in ids)
        ):
            raise ControlError('Send {"name": "...", "organisations": [ids of organisations]}.')
        tenants.add_person(name, ids)
        return jsonify(name=name, organisations=ids)

    @routes.post("/connect")
    def connect() -> Response:
        app = _app(_asked())
        tenant = _meant(tenants)
        with tenant.store.changing():
            known = tokens.connections(app.client_id)
            event = known[0]["authEventId"] if known else fixed_id(f"event {app.client_id}")
            tokens.connect(app, event, tenant.id)
        return jsonify(shown(tenant))

    @routes.post("/secret")
    def change_secret() -> Response:
        asked = _asked()
        app, secret = _app(asked), asked.get("secret")
        if not isinstance(secret, str) or not secret:
            raise ControlError('Send {"app": "sandbox", "secret": "..."}.')
        with tenants.first.store.changing():
            tokens.change_secret(app, secret)
        return jsonify(app=app.client_id)


def _app(asked: dict[str, Any]) -> App:
    app = APPS.get(str(asked.get("app")))
    if app is None:
        raise ControlError(f'Send {{"app": one of {", ".join(APPS)}}}.')
    return app


def _starting_over(
    routes: Blueprint, tenants: Tenants, faults: Faults, limits: Limits, webhooks: Webhooks
) -> None:
    @routes.post("/clock")
    def move_clock() -> Response:
        text = _asked().get("now")
        try:
            now = None if text is None else datetime.fromisoformat(str(text))
        except ValueError:
            raise ControlError(f"now is not an ISO time: {text!r}") from None
        if now is not None and now.tzinfo is None:
            now = now.replace(tzinfo=UTC)
        clock = tenants.first.clock
        clock.move(now)
        webhooks.wake()
        return jsonify(now=clock().isoformat())

    @routes.post("/reset")
    def reset() -> Response:
        faults.replace([])
        faults.calls.clear()
        limits.forget()
        webhooks.unsubscribe()
        tenants.reset()
        return jsonify(reset=True)


def _views(routes: Blueprint, tenants: Tenants, faults: Faults, limits: Limits) -> None:
    @routes.get("/state")
    def state() -> Response:
        tenant = _meant(tenants)
        counts = {kind.removeprefix("xero_"): len(tenant.store.table(kind)) for kind in KINDS}
        calls = dict(faults.calls)
        return jsonify(
            documents=counts,
            calls=calls,
            calls_total=sum(calls.values()),
            settings=tenant.settings,
            limits=asdict(limits.allowed),
            now=tenant.clock().isoformat(),
        )

    @routes.get("/invoices")
    def invoices() -> Response:
        tenant = _meant(tenants)
        rows = tenant.rows("xero_invoice")
        return jsonify(invoices=[edits.plain(tenant, row) for row in rows])
