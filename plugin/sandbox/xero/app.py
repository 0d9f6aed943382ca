"""Builds the sandbox: login, identity and API in one Flask app, told apart by path."""

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask

from ..dated import Dated
from ..store import Store
from .access import identity
from .access.tokens import Tokens
from .api import BASE, Api, template_of
from .control import control, webhook_control
from .faults.faults import Application, Environ, Faults
from .faults.meanwhile import Meanwhile
from .invoices import invoice_write
from .organisation.chart import COUNTRIES
from .pages import page
from .protocol.envelope import not_found
from .protocol.limits import Allowed, Limits
from .tenant import Clock, Tenant
from .tenants import Tenants
from .webhooks.webhooks import Webhooks

#: Where an app keeps its `Webhooks`.
WEBHOOKS = "xero_sandbox_webhooks"
_IDENTITY = re.compile(r"/(connect|connections|identity)(/|$)", re.IGNORECASE)


def create_app(
    store: Store,
    *,
    clock: Callable[[], datetime] | None = None,
    limits: bool = True,
    auto_consent: bool = False,
    country: str = "GB",
    day_limit: int = 5000,
) -> Flask:
    """A Xero whose documents live in `store`; of one organisation until others are added.

    Args:
        store: where everything is kept; a store with a file survives a restart.
        clock: the real time, aware; ``/_sandbox/clock`` moves it.
        limits: whether calls above xero.md 2.3 are refused with 429.
        auto_consent: whether consent is given at once instead of on a page.
        country: one of COUNTRIES; only a store without an organisation is seeded for it.
        day_limit: calls a day; 1,000 is the Starter tier's.
    """
    sandbox_clock = Clock(store, clock)
    tenants = Tenants(store, sandbox_clock, country)
    tokens = Tokens(store, sandbox_clock)
    counted = Limits(sandbox_clock, Allowed(day=day_limit, enforced=limits))
    api = Api(tenants, tokens, counted)
    webhooks = Webhooks(store, tenants, tokens)

    app = Flask("mintsoft_xero_sandbox_xero", static_folder=None)
    faults = Faults(app.wsgi_app, template_of, Meanwhile(tenants, tokens))
    app.register_blueprint(api.blueprint())
    app.register_blueprint(identity.blueprint(store, tenants, tokens, auto_consent=auto_consent))
    app.register_blueprint(control.blueprint(store, tenants, tokens, faults, counted, webhooks))
    app.register_blueprint(webhook_control.blueprint(webhooks))
    app.register_blueprint(page.blueprint(tenants))
    app.extensions[WEBHOOKS] = webhooks
    app.register_error_handler(404, lambda _error: identity.respond(not_found()))
    app.wsgi_app = Dated(AnyCase(faults), sandbox_clock)  # type: ignore[method-assign]
    return app


class AnyCase:
    """Xero's paths are found in any case (xero.md 1.1): brings their fixed part to one."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("PATH_INFO", "")
        if _IDENTITY.match(path):
            environ["PATH_INFO"] = path.lower()
        elif path.lower().startswith(BASE):
            environ["PATH_INFO"] = BASE + path[len(BASE) :]
        return self._application(environ, start_response)


def seed_invoice(store: Store, *, number: str, gross: Decimal, currency: str, date: date) -> None:
    """An approved invoice that a person made by hand, with `gross` as its total.

    Seeds the organisation (GB) first where the store has none. Raises ValueError if Xero would
    not take such an invoice, for example because the number is used.
    """
    tenant = Tenant(store, Clock(store))
    sent = {
        "Type": "ACCREC",
        "Contact": {"Name": "Walk-in customer"},
        "InvoiceNumber": number,
        "Date": date.isoformat(),
        "DueDate": date.isoformat(),
        "CurrencyCode": currency,
        "LineAmountTypes": "Inclusive",
        "Status": "AUTHORISED",
        "LineItems": [
            {
                "LineItemID": str(uuid.uuid4()),
                "Description": "Sold over the counter",
                "Quantity": Decimal(1),
                "UnitAmount": gross,
                "AccountCode": "200",
                "TaxType": COUNTRIES[tenant.organisation["CountryCode"]]["sales"],
            }
        ],
    }
    with store.changing():
        written = invoice_write.write(tenant, sent, None, app=None, unitdp=2)
    if written.errors:
        raise ValueError(f"No such invoice can be seeded: {'; '.join(written.errors)}")
