"""What breaks integrations with Xero, one test for each item of xero-failure-modes.md.

They run over HTTP against the sandbox with its faults. Where an item is mainly the export
engine's, the adapter's part is shown.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from .....adapters.xero.imports.sales_invoices import sales_invoices_since
from .....adapters.xero.invoices.invoices import outcomes_of
from .....adapters.xero.organisation.lists import allowed_actions
from .....adapters.xero.target import XeroTarget
from .....adapters.xero.webhooks import verify
from .....plugin.domain.exports.outcome import Outcome, OutcomeKind
from .....plugin.domain.imports.sales_invoice import SalesInvoice
from .....plugin.domain.invoices.invoice import Invoice
from .....plugin.errors import Disconnected, NeedsPerson, TryLater
from .....plugin.ports.target import Numbered
from .....plugin.testing.contracts.target import CONTACT, a_number, an_invoice, contact_of, send
from .sandbox import Sandbox
from .test_webhooks import BODY, KEY, SIGNATURE

EXPORTED, REFUSED, LATER, UNKNOWN = (
    OutcomeKind.EXPORTED,
    OutcomeKind.REFUSED,
    OutcomeKind.LATER,
    OutcomeKind.UNKNOWN,
)


@pytest.fixture
def target(sandbox: Sandbox) -> Iterator[XeroTarget]:
    yield sandbox.target()
    sandbox.control("faults", faults=[])


def fault(sandbox: Sandbox, kind: str, **more: Any) -> None:
    """Let something go wrong once."""
    sandbox.control("faults", faults=[{"kind": kind, **more}])


def ordinary(target: XeroTarget, **changes: Any) -> Invoice:
    """Return an invoice that Xero takes, its only line changed."""
    invoice = an_invoice(target.organisation())
    return replace(invoice, lines=(replace(invoice.lines[0], **changes),))


def send_each(target: XeroTarget, *invoices: Invoice) -> list[Outcome]:
    """Send invoices in one call; what became of each."""
    contact_id = contact_of(target)
    batch = [Numbered(number=a_number(), contact_id=contact_id, invoice=x) for x in invoices]
    numbers = [entry.number for entry in batch]
    outcomes = target.send(target.prepare(batch), uuid.uuid4().hex, numbers)
    return [outcomes[number] for number in numbers]


def test_1_connection_lost_after_a_lost_refresh(sandbox: Sandbox) -> None:
    """A refresh whose answer was lost is repeated with the old token, for half an hour (1.2).

    That eight processes refresh once is shown by `test_eight_processes_refresh_once`.
    """
    login = sandbox.consented()
    first = login.token()
    fault(sandbox, "drop_after", path="/connect/token", times=2)
    for _ in range(2):
        with pytest.raises(TryLater):
            login.renew(first)
    assert login.connections(login.renew(first))
    lost = sandbox.consented()
    fault(sandbox, "drop_after", path="/connect/token")
    with pytest.raises(TryLater):
        lost.renew(lost.token())
    sandbox.clock.advance(minutes=31)
    with pytest.raises(Disconnected) as caught:
        lost.token()
    assert caught.value.code == "MX-103"


def test_2_batch_with_one_bad_invoice(target: XeroTarget) -> None:
    """One bad invoice is refused by itself; the good ones of its batch are known to exist (2.4)."""
    good, bad = ordinary(target), ordinary(target, account_code="999")
    kinds = [outcome.kind for outcome in send_each(target, good, bad, good)]
    assert kinds == [EXPORTED, REFUSED, EXPORTED]


def test_3_status_200_that_is_a_failure(sandbox: Sandbox) -> None:
    """Each element of a 200 is looked at: one with errors, or an id of zeros, is refused (2.4)."""
    client = sandbox.client()
    body = json.dumps({"Invoices": [{"Type": "ACCREC", "InvoiceNumber": "MODE-3"}]}).encode()
    reply = client.put("Invoices", {"summarizeErrors": "false"}, body, uuid.uuid4().hex)
    assert reply.status == 200
    outcome = outcomes_of(reply, ["MODE-3"])["MODE-3"]
    assert (outcome.kind, outcome.invoice_id) == (REFUSED, "")
    assert "Contact" in outcome.message


@pytest.mark.parametrize("kind", ["error500_after", "drop_after"])
def test_4_duplicates_after_a_lost_answer(sandbox: Sandbox, target: XeroTarget, kind: str) -> None:
    """A write that may have been done is unknown; its number finds it, and it comes once (2.4)."""
    invoice, number = ordinary(target), a_number()
    fault(sandbox, kind, method="PUT", path="Invoices")
    assert send(target, [number], invoice)[number].kind is UNKNOWN
    found = target.find([number])[number]
    assert (found.total, found.reference) == (invoice.total, invoice.reference)
    assert send(target, [number], invoice)[number].code == "MX-402"


def test_5_post_would_overwrite(sandbox: Sandbox, target: XeroTarget) -> None:
    """A number that is taken is refused and what has it stays; there is no POST by number (4)."""
    number = a_number()
    send(target, [number], ordinary(target))
    before = target.find([number])
    other = send(target, [number], ordinary(target, unit_amount=Decimal(99)))[number]
    assert (other.kind, other.code) == (REFUSED, "MX-402")
    assert target.find([number]) == before
    with pytest.raises(ValueError, match="names no document"):
        sandbox.client().post(f"Invoices/{number}", b"{}", "k")


@pytest.mark.parametrize(
    ("kind", "seconds", "wait"),
    [("minute429", 7, 7), ("day429", 66975, 66975), ("concurrent429", None, 5)],
)
def test_6_limits(
    sandbox: Sandbox, target: XeroTarget, kind: str, seconds: int | None, wait: int
) -> None:
    """Each limit is waited for as long as Xero says, by all; nothing has failed (2.3)."""
    invoice, number = ordinary(target), a_number()
    target.contacts([CONTACT])
    fault(sandbox, kind, method="PUT", seconds=seconds)
    outcome = send(target, [number], invoice)[number]
    assert outcome.kind is LATER
    assert outcome.again_at == sandbox.clock.now() + timedelta(seconds=wait)
    with pytest.raises(TryLater) as caught:
        target.find([number])
    assert caught.value.after == wait


def test_7_line_totals_and_rounding(target: XeroTarget) -> None:
    """No line total or total is sent; a half of a penny comes to what we computed (5.1, 5.2)."""
    invoice = ordinary(target, quantity=Decimal(1), unit_amount=Decimal("10.4250"), discount=Decimal(0))  # fmt: skip  # noqa: E501
    sent = json.loads(target.prepare([Numbered(number="N", contact_id="c", invoice=invoice)]))
    (element,) = sent["Invoices"]
    assert not {"SubTotal", "TotalTax", "Total"} & set(element)
    assert not {"LineAmount", "TaxAmount"} & set(element["LineItems"][0])
    assert send_each(target, invoice)[0].total == invoice.total


def test_8_discounts(target: XeroTarget) -> None:
    """No discount is sent as none, the whole line as 100 %: neither is refused (5.3)."""
    price = Decimal("27.8260")
    none = ordinary(target, quantity=Decimal(1), unit_amount=price, discount=Decimal(0))
    free = ordinary(target, quantity=Decimal(1), unit_amount=price, discount=Decimal("27.83"))
    paid, gift = send_each(target, none, free)
    assert (paid.total, gift.total) == (none.total, Decimal(0))


def test_9_contacts(sandbox: Sandbox, target: XeroTarget) -> None:
    """A contact is made once, found again by name, and never used when it is archived (7)."""
    name = a_number("Shop")
    made = contact_of(target, name)
    assert target.contacts([name]) == {name: made}
    sandbox.control("edit", contact=made, set={"ContactStatus": "ARCHIVED"})
    assert isinstance(answer := target.contacts([name])[name], NeedsPerson)
    assert (answer.code, "has been archived" in answer.message) == ("MX-405", True)


def test_10_archived_account(sandbox: Sandbox, target: XeroTarget) -> None:
    """An account that was archived is refused before it is sent, and by Xero (3.1)."""
    invoice = ordinary(target)
    code = invoice.lines[0].account_code
    sandbox.control("edit", account=code, set={"Status": "ARCHIVED"})
    try:
        with pytest.raises(NeedsPerson, match="has been archived"):
            target.check(invoice, target.organisation())
        assert send_each(target, invoice)[0].code == "MX-415"
    finally:
        sandbox.control("edit", account=code, set={"Status": "ACTIVE"})


def test_11_locked_period_and_plan(sandbox: Sandbox, target: XeroTarget) -> None:
    """Lock dates, currencies and what the person may do are read before anything is sent (10)."""
    invoice = ordinary(target)
    sandbox.control("organisation", EndOfYearLockDate=invoice.date.isoformat())
    try:
        organisation = target.organisation()
        assert organisation.locked_until == invoice.date
        assert "GBP" in organisation.currencies
        assert send_each(target, invoice)[0].code == "MX-406"
        assert allowed_actions(sandbox.client())["CreateApprovedInvoice"]
    finally:
        sandbox.control("organisation", EndOfYearLockDate=None)


def test_12_scope_tenant_and_expired(sandbox: Sandbox, target: XeroTarget) -> None:
    """A token that ended is renewed once; an organisation that is gone ends it (1.7)."""
    fault(sandbox, "expire_token")
    assert target.find(["N"]) == {}
    fault(sandbox, "revoke_tenant")
    with pytest.raises(Disconnected, match="may no longer use this organisation"):
        target.find(["N"])
    sandbox.control("connect", app="custom")
    login = sandbox.consented("openid offline_access accounting.contacts accounting.invoices.read")
    assert "accounting.invoices" in login.lacks("accounting.invoices accounting.contacts")
    few = sandbox.client(login)
    assert XeroTarget(few).find(["N"]) == {}
    with pytest.raises(TryLater, match="lacks a permission"):
        few.put("Invoices", {}, b'{"Invoices":[]}', "k")


def test_13_dates(sandbox: Sandbox, target: XeroTarget) -> None:
    """A date goes out bare and comes back the same, whatever the hour or the zone (2.1)."""
    before = sandbox.clock.now()
    day = date(2026, 7, 31)
    invoice = replace(ordinary(target), date=day, due_date=day)
    (outcome,) = send_each(target, invoice)
    since = sales_invoices_since(sandbox.client(), before)
    read = [x for page in since for x in page if isinstance(x, SalesInvoice)]
    (found,) = [x for x in read if x.invoice_id == outcome.invoice_id]
    assert (found.date, found.due_date) == (day, day)
    assert found.changed_at >= before


@pytest.mark.parametrize("kind", ["html502", "unavailable503", "truncate", "error500_before"])
def test_14_unexpected_shapes(sandbox: Sandbox, target: XeroTarget, kind: str) -> None:
    """HTML, plain text, half an answer, or a 404 that is no JSON: tried later, no crash (3).

    Words and fields that are not known are read by `test_reading_is_tolerant`.
    """
    fault(sandbox, kind, method="GET", times=2)
    with pytest.raises(TryLater):
        target.organisation()
    assert target.organisation().name
    with pytest.raises(TryLater):
        sandbox.client().get("NoSuchThing")


def test_15_webhooks() -> None:
    """Signatures are compared over the raw bytes: Xero's own example passes, altered not (11)."""
    assert verify(KEY, BODY, SIGNATURE)
    assert not verify(KEY, BODY.replace(b": ", b":"), SIGNATURE)
    assert not verify(KEY, BODY, SIGNATURE.replace("B", "/", 1))
