"""The adapter against the sandbox, over HTTP: two readings of the same facts must agree."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from .....adapters.xero.access.oauth import is_custom_connection
from .....adapters.xero.target import XeroTarget
from .....plugin.domain.connections.organisation import Organisation
from .....plugin.domain.exports.outcome import OutcomeKind
from .....plugin.domain.invoices.invoice import Invoice
from .....plugin.errors import Disconnected, NeedsPerson, TryLater
from .....plugin.ports.target import Numbered, Target
from .....plugin.testing.contracts.target import (
    CONTACT,
    TargetContract,
    a_number,
    an_invoice,
    contact_of,
    send,
)
from .sandbox import REDIRECT, VERIFIER, Sandbox


@pytest.fixture
def target(sandbox: Sandbox) -> Iterator[XeroTarget]:
    yield sandbox.target()
    sandbox.control("faults", faults=[])


class TestXeroTarget(TargetContract):
    """The adapter keeps every promise of the port."""

    @pytest.fixture
    def target(self, sandbox: Sandbox) -> Target:
        return sandbox.target()


def test_consent(sandbox: Sandbox) -> None:
    """A consent gives tokens and an organisation; a token that ended is refreshed."""
    login = sandbox.login("sandbox", "consent")
    code = sandbox.code(login)
    login.exchange(code, VERIFIER, REDIRECT)
    first = login.token()
    assert len(login.connections(first)) == 1
    assert login.renew(first) != first
    with pytest.raises(Disconnected):
        login.exchange(code, VERIFIER, REDIRECT)


def test_kind_of_app(sandbox: Sandbox) -> None:
    """Whether an app needs a consent is found out by trying; a wrong secret is told."""
    for app, custom in (("custom", True), ("sandbox", False)):
        found = is_custom_connection(client_id=app, client_secret=app, identity_url=sandbox.url)
        assert found is custom
    with pytest.raises(Disconnected) as caught:
        is_custom_connection(client_id="custom", client_secret="no", identity_url=sandbox.url)
    assert caught.value.code == "MX-102"


@pytest.mark.parametrize(
    ("kind", "created"),
    [
        ("drop_before", False),
        ("drop_after", True),
        ("error500_before", False),
        ("error500_after", True),
        ("unavailable503", False),
        ("html502", False),
        ("truncate", True),
    ],
)
def test_lost_answer(sandbox: Sandbox, target: XeroTarget, kind: str, *, created: bool) -> None:
    """A lost answer is unknown; the look-up tells what became of it, and nothing comes twice."""
    numbers = [a_number(), a_number()]
    invoice = an_invoice(target.organisation())
    contact_id = contact_of(target)
    body = target.prepare(
        [Numbered(number=n, contact_id=contact_id, invoice=invoice) for n in numbers]
    )
    sandbox.control("faults", faults=[{"kind": kind, "method": "PUT", "path": "Invoices"}])
    outcomes = target.send(body, uuid.uuid4().hex, numbers)
    assert {x.kind for x in outcomes.values()} == {OutcomeKind.UNKNOWN}
    assert set(target.find(numbers)) == (set(numbers) if created else set())
    again = target.send(body, uuid.uuid4().hex, numbers)
    expected = ("MX-402", OutcomeKind.REFUSED) if created else ("", OutcomeKind.EXPORTED)
    assert {(x.code, x.kind) for x in again.values()} == {expected}
    listed = [x for page in target.changed_since(None) for x in page if x.number in numbers]
    assert len(listed) == 2


def test_ended_token_in_mid_run(sandbox: Sandbox, target: XeroTarget) -> None:
    """A token that ends between two calls is renewed, and the write happens once."""
    invoice, number = an_invoice(target.organisation()), a_number()
    sandbox.control("faults", faults=[{"kind": "expire_token", "method": "PUT"}])
    assert send(target, [number], invoice)[number].kind is OutcomeKind.EXPORTED


def test_removed_access(sandbox: Sandbox, target: XeroTarget) -> None:
    """A person who removes the app in Xero ends the connection; nothing fails."""
    sandbox.control("faults", faults=[{"kind": "revoke_tenant"}])
    with pytest.raises(Disconnected) as caught:
        target.find(["N"])
    sandbox.control("connect", app="custom")
    assert caught.value.code == "MX-103"


@pytest.mark.parametrize("kind", ["minute429", "day429", "concurrent429"])
def test_limits(sandbox: Sandbox, target: XeroTarget, kind: str) -> None:
    """A limit is no failure: all are sent later, and reading says when."""
    invoice, number = an_invoice(target.organisation()), a_number()
    target.contacts([CONTACT])
    sandbox.control("faults", faults=[{"kind": kind, "method": "PUT"}])
    outcome = send(target, [number], invoice)[number]
    assert (outcome.kind, outcome.code) == (OutcomeKind.LATER, "MX-601")
    with pytest.raises(TryLater):
        target.find([number])


def random_invoice(dice: random.Random, ordinary: Invoice, taxes: dict[str, Decimal]) -> Invoice:
    """Return an invoice as wild as orders come, discounts larger than their lines among them."""
    lines = []
    for _ in range(dice.randint(1, 6)):
        tax_type = dice.choice(sorted(taxes))
        price = Decimal(dice.randint(0, 2_000_000)).scaleb(-dice.choice([2, 3, 4]))
        quantity = Decimal(dice.choice([1, 1, 2, 3, 7, 12, 144]))
        gross = price * quantity
        share = Decimal(dice.choice(["0", "0", "0.1", "0.125", "0.3333", "1", "1", "1.01"]))
        line = replace(
            ordinary.lines[0],
            quantity=quantity,
            unit_amount=price,
            discount=(gross * share).quantize(Decimal("0.01")),
            tax_type=tax_type,
            tax_rate=taxes[tax_type],
        )
        lines.append(line)
    off = Decimal(dice.randint(-3000, 0)).scaleb(-2)
    whole = replace(lines[0], quantity=Decimal(1), unit_amount=off, discount=Decimal(0))
    return replace(ordinary, lines=(*lines, whole))


def test_totals_and_refusals_are_predicted(target: XeroTarget) -> None:
    """Of 400 random invoices each is taken with the predicted total, or refused as predicted."""
    dice = random.Random(20261122)
    organisation = target.organisation()
    taxes = {"OUTPUT2": Decimal(20), "RROUTPUT": Decimal(5), "ZERORATEDOUTPUT": Decimal(0)}
    ordinary = an_invoice(organisation)
    contact_id = contact_of(target)
    taken = 0
    for _ in range(8):
        batch = [
            Numbered(
                number=a_number(),
                contact_id=contact_id,
                invoice=random_invoice(dice, ordinary, taxes),
            )
            for _ in range(50)
        ]
        numbers = [entry.number for entry in batch]
        outcomes = target.send(target.prepare(batch), uuid.uuid4().hex, numbers)
        for entry in batch:
            outcome = outcomes[entry.number]
            predicted = refusal_of(target, entry.invoice, organisation)
            told = f"{outcome} but predicted {predicted!r} for {entry.invoice}"
            assert (outcome.kind is OutcomeKind.REFUSED) is bool(predicted), told
            assert predicted or outcome.total == entry.invoice.total, told
            taken += not predicted
    assert taken > 200


def refusal_of(target: XeroTarget, invoice: Invoice, organisation: Organisation) -> str:
    """Return what `check` says against an invoice; nothing if it passes."""
    try:
        target.check(invoice, organisation)
    except NeedsPerson as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    "changes",
    [
        {"account_code": "999"},
        {"tax_type": "NOSUCH"},
        {"tax_type": "INPUT2"},
        {"discount": Decimal("45.35")},
    ],
)
def test_refusals_are_predicted_word_for_word(target: XeroTarget, changes: dict[str, Any]) -> None:
    """What `check` says that Xero would answer is what it answers."""
    organisation = target.organisation()
    ordinary = an_invoice(organisation)
    wrong = replace(ordinary.lines[0], **changes)
    good = replace(wrong, quantity=Decimal(9)) if "discount" in changes else ordinary.lines[0]
    invoice = replace(ordinary, lines=(good, wrong))
    number = a_number()
    said = send(target, [number], invoice)[number]
    assert said.kind is OutcomeKind.REFUSED
    answer = said.message.partition(": ")[2]
    with pytest.raises(NeedsPerson) as caught:
        target.check(invoice, organisation)
    assert answer in caught.value.message


def test_currency_is_predicted(target: XeroTarget) -> None:
    """A currency that the organisation has not subscribed to is refused by both."""
    organisation = target.organisation()
    invoice = replace(an_invoice(organisation), currency="JPY")
    number = a_number()
    assert "currency" in send(target, [number], invoice)[number].message
    with pytest.raises(NeedsPerson, match="not subscribed to currency JPY"):
        target.check(invoice, organisation)


def test_a_tracking_option_is_predicted(target: XeroTarget) -> None:
    """An option that is not there is refused by both, in the same words; one that is by neither."""
    organisation = target.organisation()
    ordinary = an_invoice(organisation)

    def tracked(option: str) -> Invoice:
        lines = [replace(line, tracking=(option,)) for line in ordinary.lines]
        return replace(ordinary, lines=tuple(lines))

    number = a_number()
    gone, there = tracked("Channel=Market"), tracked("channel=ONLINE")
    answer = send(target, [number], gone)[number]
    assert answer.code == "MX-426"
    with pytest.raises(NeedsPerson, match="option 'Market' does not exist") as caught:
        target.check(gone, organisation)
    assert caught.value.code == "MX-426"
    assert caught.value.message.partition(": ")[2] == answer.message.partition(": ")[2]
    target.check(gone, replace(organisation, tracking=None))  # not read: not predicted
    target.check(there, organisation)
    assert send(target, [number], there)[number].kind is OutcomeKind.EXPORTED


def test_lock_date_is_predicted(sandbox: Sandbox, target: XeroTarget) -> None:
    """A document dated on the lock date is refused by both, the day after by neither."""
    ordinary = an_invoice(target.organisation())
    sandbox.control("organisation", PeriodLockDate=ordinary.date.isoformat())
    try:
        organisation = target.organisation()
        assert organisation.locked_until == ordinary.date
        number = a_number()
        assert send(target, [number], ordinary)[number].code == "MX-406"
        with pytest.raises(NeedsPerson, match="lock date"):
            target.check(ordinary, organisation)
    finally:
        sandbox.control("organisation", PeriodLockDate=None)
