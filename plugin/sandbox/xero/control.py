"""What a test or a demo may do to the sandbox from outside: /_sandbox/*, without a token."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..store import Document, Store
from . import invoice_write
from .arithmetic import rounded
from .faults import Faults
from .limits import Limits
from .tenant import KINDS, SETTINGS, Tenant

_LOCKS = {"PeriodLockDate", "EndOfYearLockDate"}
#: Xero's Starter plan approves so many invoices a month (xero.md 3.1).
_STARTER = 20


class ControlError(ValueError):
    """What was asked of the sandbox makes no sense; the text says why."""


def blueprint(store: Store, tenant: Tenant, faults: Faults, limits: Limits) -> Blueprint:
    """The routes of the control."""
    routes = Blueprint("xero_control", __name__, url_prefix="/_sandbox")
    _faults(routes, faults)
    _changes(routes, store, tenant)
    _starting_over(routes, store, tenant, faults, limits)
    _views(routes, store, tenant, faults)

    @routes.errorhandler(ControlError)
    def refused(error: ControlError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    return routes


def _asked() -> dict[str, Any]:
    document = request.get_json(force=True, silent=True)
    if not isinstance(document, dict):
        raise ControlError("Send a JSON object.")
    return document


def _faults(routes: Blueprint, faults: Faults) -> None:
    @routes.post("/faults")
    def replace_faults() -> Response:
        given = _asked().get("faults")
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise ControlError('Send {"faults": [{"kind": ...}]}; an empty list ends them all.')
        try:
            faults.replace(given)
        except (TypeError, ValueError) as error:
            raise ControlError(str(error)) from None
        return jsonify(faults=faults.shown())

    @routes.get("/faults")
    def show_faults() -> Response:
        return jsonify(faults=faults.shown())


def _changes(routes: Blueprint, store: Store, tenant: Tenant) -> None:
    @routes.post("/edit")
    def edit() -> Response:
        asked = _asked()
        changes = asked.get("set")
        if not isinstance(changes, dict):
            raise ControlError('Send {"invoice" | "contact" | "account": ..., "set": {...}}.')
        with store.changing():
            if "account" in asked:
                return jsonify(_edit_account(tenant, str(asked["account"]), changes))
            if "contact" in asked:
                return jsonify(_edit_contact(tenant, str(asked["contact"]), changes))
            return jsonify(_edit_invoice(tenant, str(asked.get("invoice", "")), changes))

    @routes.post("/organisation")
    def organisation() -> Response:
        with store.changing():
            changed = tenant.organisation | _organisation_changes(tenant, _asked())
            store.put("xero_setting", "organisation", changed)
        return jsonify(changed)

    @routes.post("/settings")
    def settings() -> Response:
        asked = _asked()
        unknown = set(asked) - set(SETTINGS)
        if unknown:
            raise ControlError(f"Settings are {', '.join(SETTINGS)}; not {sorted(unknown)}.")
        with store.changing():
            store.put("xero_setting", "settings", tenant.settings | asked)
        return jsonify(tenant.settings)


def _starting_over(
    routes: Blueprint, store: Store, tenant: Tenant, faults: Faults, limits: Limits
) -> None:
    @routes.post("/clock")
    def clock() -> Response:
        text = _asked().get("now")
        try:
            now = None if text is None else datetime.fromisoformat(str(text))
        except ValueError:
            raise ControlError(f"now is not an ISO time: {text!r}") from None
        if now is not None and now.tzinfo is None:
            now = now.replace(tzinfo=UTC)
        tenant.clock.move(now)
        return jsonify(now=tenant.clock().isoformat())

    @routes.post("/reset")
    def reset() -> Response:
        faults.replace([])
        faults.calls.clear()
        limits.forget()
        with store.changing():
            for kind in KINDS:
                for key in list(store.table(kind)):
                    store.delete(kind, key)
            tenant.seed()
        return jsonify(reset=True)


def _views(routes: Blueprint, store: Store, tenant: Tenant, faults: Faults) -> None:
    @routes.get("/state")
    def state() -> Response:
        counts = {kind.removeprefix("xero_"): len(store.table(kind)) for kind in KINDS}
        calls = dict(faults.calls)
        return jsonify(
            documents=counts,
            calls=calls,
            calls_total=sum(calls.values()),
            settings=tenant.settings,
            now=tenant.clock().isoformat(),
        )

    @routes.get("/invoices")
    def invoices() -> Response:
        rows = tenant.rows("xero_invoice")
        return jsonify(invoices=[_plain(tenant, row) for row in rows])


def _plain(tenant: Tenant, invoice: Document) -> dict[str, Any]:
    contact = tenant.find("xero_contact", invoice["ContactID"]) or {}
    return invoice_write.plain(invoice, contact)


def _edit_account(tenant: Tenant, code: str, changes: dict[str, Any]) -> Document:
    """Change an account, for example its Status to ARCHIVED."""
    account = tenant.find("xero_account", code)
    if account is None or set(changes) - {"Name", "Status", "TaxType"}:
        raise ControlError(f"An account's Name, Status and TaxType can be set; {code!r} is asked.")
    edited = account | changes | {"UpdatedDateUTC": tenant.now_ms()}
    tenant.store.put("xero_account", code, edited)
    return edited


def _edit_contact(tenant: Tenant, named: str, changes: dict[str, Any]) -> Document:
    """Change a contact, given by id, number or name; for example archive it."""
    contact = tenant.contact(named) or tenant.contact_by("name", named)
    if contact is None or set(changes) - {"Name", "ContactStatus", "EmailAddress"}:
        raise ControlError(
            f"A contact's Name, ContactStatus and EmailAddress can be set; {named!r} is asked."
        )
    edited = contact | changes | {"UpdatedDateUTC": tenant.now_ms()}
    tenant.save_contact(edited)
    return edited


def _edit_invoice(tenant: Tenant, named: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Change an invoice, given by id or number; no rule of the API stands in the way."""
    invoice = tenant.invoice(named)
    if invoice is None:
        raise ControlError(f"There is no invoice {named!r}.")
    edited = _edited(tenant, invoice, changes)
    tenant.save_invoice(edited)
    return _plain(tenant, edited)


def _edited(tenant: Tenant, invoice: Document, changes: dict[str, Any]) -> Document:
    """The invoice with the changes, and the amounts that follow from its status."""
    unknown = set(changes) - {"Status", "Reference", "InvoiceNumber", "Date", "DueDate"}
    if unknown:
        raise ControlError(f"A person can't set {', '.join(sorted(unknown))} here.")
    status = changes.get("Status", invoice["Status"])
    if status not in invoice_write.STATUSES:
        raise ControlError(f"Status is one of {', '.join(invoice_write.STATUSES)}.")
    edited = invoice | changes | {"UpdatedDateUTC": tenant.now_ms()}
    paid = Decimal(invoice["AmountPaid"])
    total = Decimal(invoice["Total"])
    if status == "PAID":
        paid = total
        edited["FullyPaidOnDate"] = tenant.today()
    ended = status in {"VOIDED", "DELETED"}
    edited["AmountPaid"] = str(rounded(paid))
    edited["AmountDue"] = "0.00" if ended else str(rounded(total - paid))
    return edited


def _organisation_changes(tenant: Tenant, asked: dict[str, Any]) -> dict[str, Any]:
    known = {*tenant.organisation, "RefusedActions"}
    if set(asked) - known:
        raise ControlError(f"An organisation has no {', '.join(sorted(set(asked) - known))}.")
    for name in _LOCKS & set(asked):
        try:
            if asked[name] is not None:
                date.fromisoformat(str(asked[name]))
        except ValueError:
            raise ControlError(f"{name} is a date, YYYY-MM-DD, or null.") from None
    if "Class" in asked:
        limit = _STARTER if asked["Class"] == "STARTER" else None
        settings = tenant.settings | {"approved_invoices_a_month": limit}
        tenant.store.put("xero_setting", "settings", settings)
    return asked
