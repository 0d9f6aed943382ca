"""Secrets and customers: planted everywhere, and looked for wherever words come out."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from .....adapters.xero.access.oauth import XeroLogin
from .....adapters.xero.access.tokens import Tokens
from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.contacts.contacts import contact_ids, known_contacts, make_contacts
from .....adapters.xero.imports.purchase_orders import purchase_orders_since
from .....adapters.xero.imports.sales_invoices import sales_invoices_since
from .....adapters.xero.invoices.attachments import attach
from .....adapters.xero.organisation.lists import contacts_since
from .....adapters.xero.target import XeroTarget
from .....adapters.xero.webhooks import events_of, verify
from .....plugin.domain.invoices.contact import Customer
from .....plugin.errors import PluginError
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeLimiter, FakeVault
from ....waiting import LONG
from .fakes import Answer, ScriptedXero

#: Words that are to come out nowhere. A name is planted as one word: it looks the same escaped.
SECRET, ACCESS, REFRESH, CODE, KEY, CUSTOMER = PLANTED = (
    "planted-client-secret",
    "planted-access-token",
    "planted-refresh-token",
    "planted-code",
    "planted-webhook-key",
    "Plantedcustomer",
)

ID = "00000000-0000-0000-0000-000000000007"


@dataclass
class Planted:
    """A login and a client whose every secret is known."""

    login: XeroLogin
    client: XeroClient
    vault: FakeVault

    def shown(self) -> list[str]:
        """Return our objects as they would be printed."""
        kept = Tokens.from_json(self.vault.read("grant:1:tokens") or "")
        objects = [self.login, self.client, self.vault, kept, XeroTarget(self.client)]
        return [repr(each) for each in objects] + [str(each) for each in objects]


@pytest.fixture
def planted(request: pytest.FixtureRequest, xero: ScriptedXero, clock: FakeClock) -> Planted:
    # Only where the answer is to come too late is nobody given time: the machine may be busy.
    late = "late" in request.node.name
    timeout = (5.0, 0.2 if late else 20.0)
    tokens = Tokens(
        access_token=ACCESS, refresh_token=REFRESH, ends_at=clock.now() + timedelta(minutes=30)
    )
    kept = {"grant:1:client_secret": SECRET, "grant:1:tokens": tokens.to_json()}
    vault = FakeVault(**kept)
    login = XeroLogin(
        client_id="app",
        grant_id="1",
        kind="consent",
        base_url=xero.url,
        identity_url=xero.url,
        login_url=xero.url,
        vault=vault,
        leases=FakeLeases(),
        clock=clock,
        timeout=timeout,
    )
    client = XeroClient(
        xero.url,
        login=login,
        organisation_id="org-1",
        limiter=FakeLimiter(clock),
        clock=clock,
        timeout=timeout,
    )
    return Planted(login, client, vault)


CONTACT = {"ContactID": "c-1", "Name": CUSTOMER, "EmailAddress": f"{CUSTOMER}@example.com"}
A_CUSTOMER = Customer(key="MS-1", name=CUSTOMER, email=f"{CUSTOMER}@example.com", town=CUSTOMER)
INVOICE = {
    "Type": "ACCREC",
    "InvoiceID": ID,
    "PurchaseOrderID": ID,
    "Contact": CONTACT,
    "DeliveryAddress": CUSTOMER,
    "Total": 1,
    "UpdatedDateUTC": "/Date(1780315200500+0000)/",
}
TAKEN = f"The contact name {CUSTOMER} is already assigned to another contact."
REFUSAL = {"Elements": [CONTACT | {"ValidationErrors": [{"Message": TAKEN}]}]}
FRESH = {"access_token": ACCESS + "-2", "refresh_token": REFRESH + "-2"}

ANSWERS = {
    "success": [Answer(body={"Contacts": [CONTACT], "Invoices": [INVOICE], **FRESH})],
    "unreadable": [Answer(body={"Invoices": [{"Type": "ACCREC", "Total": CUSTOMER}]}), Answer()],
    "refused": [Answer(body={}), Answer(status=400, body=REFUSAL), Answer(body={})],
    "expired": [Answer(status=401, body={"Detail": "TokenExpired"}), Answer(body=FRESH), Answer()],
    "refused token": [
        Answer(status=401, body={"Detail": "TokenExpired"}),
        Answer(status=400, body={"error": "invalid_grant"}),
    ],
    "no permission": [Answer(status=401, body={"Detail": "AuthorizationUnsuccessful"})],
    "forbidden": [Answer(status=403, body={"Detail": CUSTOMER})],
    "limit": [Answer(status=429, headers={"Retry-After": "1"})],
    "outage": [Answer(status=500, body=CUSTOMER, content_type="text/html")],
    "dropped": [Answer(drop=True)],
    "late": [Answer(delay=LONG)],
    "no JSON": [Answer(body="{" + CUSTOMER)],
}

CALLS: dict[str, Callable[[Planted], Any]] = {
    "contacts": lambda x: contact_ids(x.client, [CUSTOMER]),
    "known contacts": lambda x: list(known_contacts(x.client)),
    "customers": lambda x: make_contacts(x.client, {CUSTOMER: A_CUSTOMER}),
    "list": lambda x: list(contacts_since(x.client)),
    "invoices": lambda x: list(sales_invoices_since(x.client, None)),
    "purchase orders": lambda x: list(purchase_orders_since(x.client, None)),
    "attach": lambda x: attach(x.client, ID, f"{CUSTOMER}.pdf", CUSTOMER.encode()),
    "send": lambda x: XeroTarget(x.client).send(CUSTOMER.encode(), "k", ["INV-1"]),
    "code": lambda x: x.login.exchange(CODE, "verifier", "http://localhost/"),
    "renew": lambda x: x.login.renew(ACCESS),
    "connections": lambda x: x.login.connections(ACCESS),
    "disconnect": lambda x: x.login.disconnect("org-1"),
}


#: The calls that give documents, which may be printed; tokens and names given are plain texts.
DOCUMENTS = {"list", "invoices", "purchase orders", "send", "disconnect"}


def texts_of(error: BaseException | None) -> list[str]:
    """Return all that a report of an error could say: of it, and of what it came from."""
    if error is None:
        return []
    told = [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
    return told + texts_of(error.__cause__) + texts_of(error.__context__)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answers", ANSWERS)
def test_nothing_planted_comes_out(
    planted: Planted,
    xero: ScriptedXero,
    caplog: pytest.LogCaptureFixture,
    call: str,
    answers: str,
) -> None:
    """No secret and no customer is in a log (the libraries' too), an error or a printed object."""
    caplog.set_level(logging.DEBUG)
    xero.say(*ANSWERS[answers])
    told = planted.shown()
    try:
        read = CALLS[call](planted)
        if call in DOCUMENTS:
            told.append(repr(read))
    except PluginError as failed:
        told += [*texts_of(failed), failed.message, failed.detail, failed.fix]
    assert xero.requests or answers == "late"
    for record in caplog.records:
        error = record.exc_info[1] if record.exc_info else None
        told += [record.getMessage(), repr(record.args), *texts_of(error)]
    found = {word for word in PLANTED for text in told if word in text}
    assert not found, f"{found} in {[x for x in told if any(word in x for word in found)]}"
    assert any(record.name.startswith("urllib3") for record in caplog.records)


def test_webhook_key(caplog: pytest.LogCaptureFixture) -> None:
    """A webhook's key and body are in no log either, whether the signature is right or not."""
    caplog.set_level(logging.DEBUG)
    body = f'{{"events":[{{"tenantId":"{CUSTOMER}"}}]}}'.encode()
    assert not verify(KEY, body, "wrong")
    assert events_of(body) == []
    assert caplog.text == ""
