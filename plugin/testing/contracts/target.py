"""What every `Target` must do. Subclass `TargetContract` and give it one fixture, `target`.

    class TestMyTarget(TargetContract):
        @pytest.fixture
        def target(self) -> Target:
            return MyTarget(...)

The target may hold documents already, and keep what the suite creates; each test makes its
own numbers.
"""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from ...domain.connections.organisation import Organisation
from ...domain.exports.outcome import Outcome, OutcomeKind
from ...domain.invoices.contact import KEY_PREFIX, Customer, KnownContact, just_made
from ...domain.invoices.invoice import Invoice, InvoiceLine
from ...domain.invoices.item import Item
from ...errors import NeedsPerson
from ...ports.target import Numbered, Target, TargetDocument

CONTACT = "Contract Test Channel"


def an_invoice(organisation: Organisation, price: str = "10.45", quantity: int = 3) -> Invoice:
    """An invoice that this organisation takes."""
    for account in organisation.accounts:
        rate = organisation.rate_of(account.tax_type)
        if account.active and account.account_class == "REVENUE" and rate is not None:
            break
    else:
        pytest.fail("the organisation has no active revenue account with a tax type")
    day = organisation.read_at.date()
    line = InvoiceLine(
        description="Ein Stück, 一个",
        quantity=Decimal(quantity),
        unit_amount=Decimal(price),
        discount=Decimal("1.10"),
        account_code=account.code,
        tax_type=account.tax_type,
        tax_rate=rate,
    )
    return Invoice(
        contact=CONTACT,
        contact_id="",
        currency=organisation.base_currency,
        date=day,
        due_date=day + timedelta(days=14),
        reference="shop 17 [mark]",
        status="AUTHORISED",
        lines=(line,),
    )


def a_number(name: str = "N") -> str:
    """An invoice number that nobody has used."""
    return f"{name}-{uuid.uuid4().hex[:12]}"


def contact_of(target: Target, name: str = CONTACT) -> str:
    """Return the id of a contact that can be used."""
    contact_id = target.contacts([name])[name]
    assert isinstance(contact_id, str), contact_id
    return contact_id


def a_customer(name: str, email: str = "", town: str = "York") -> Customer:
    """A customer whom nobody has seen before."""
    key = f"{KEY_PREFIX}{uuid.uuid4().hex}"
    return Customer(key=key, name=name, email=email, town=town)


def known(target: Target, contact_id: str, since: datetime | None = None) -> KnownContact | None:
    """A contact as the target lists it, the last time that it does."""
    listed = [x for page in target.contacts_changed_since(since) for x in page]
    return next((x for x in reversed(listed) if x.contact_id == contact_id), None)


def send(target: Target, numbers: list[str], invoice: Invoice) -> dict[str, Outcome]:
    """Send one invoice under each of these numbers, in one call."""
    contact_id = contact_of(target)
    batch = [Numbered(number=x, contact_id=contact_id, invoice=invoice) for x in numbers]
    return target.send(target.prepare(batch), uuid.uuid4().hex, numbers)


def listed(target: Target, numbers: list[str]) -> list[TargetDocument]:
    """What the whole list holds of these numbers."""
    return [x for page in target.changed_since(None) for x in page if x.number in numbers]


class TargetContract:
    """The promises of the port `Target`, as tests."""

    @pytest.fixture
    def target(self) -> Target:
        """Return the target under test."""
        raise NotImplementedError("give your own fixture `target`")

    def test_created_invoice_is_found(self, target: Target) -> None:
        """What was created is found by its number, as it was sent, to the penny."""
        invoice = an_invoice(target.organisation())
        number = a_number()
        outcome = send(target, [number], invoice)[number]
        assert (outcome.kind, outcome.total) == (OutcomeKind.EXPORTED, invoice.total)
        document = target.find([number])[number]
        assert document.invoice_id == outcome.invoice_id
        assert (document.number, document.total) == (number, invoice.total)
        assert (document.currency, document.status) == (invoice.currency, invoice.status)
        assert document.reference == invoice.reference
        assert document.contact_id == contact_of(target)
        assert document.alive

    def test_number_is_unique(self, target: Target) -> None:
        """A number that is taken is refused, whatever its case, and its document stays."""
        organisation = target.organisation()
        number = a_number("case")
        send(target, [number], an_invoice(organisation))
        before = target.find([number])
        again = send(target, [number.upper()], an_invoice(organisation, price="99"))
        assert again[number.upper()].kind is OutcomeKind.REFUSED
        assert again[number.upper()].code == "MX-402"
        assert again[number.upper()].message
        assert target.find([number]) == before

    def test_one_refusal_spares_the_rest(self, target: Target) -> None:
        """In a batch each invoice has an outcome of its own; a refused one takes none along."""
        invoice = an_invoice(target.organisation())
        taken, *fresh = [a_number() for _ in range(4)]
        send(target, [taken], invoice)
        outcomes = send(target, [fresh[0], taken, *fresh[1:]], invoice)
        kinds = {number: outcome.kind for number, outcome in outcomes.items()}
        assert kinds == {taken: OutcomeKind.REFUSED} | dict.fromkeys(fresh, OutcomeKind.EXPORTED)
        assert set(target.find([taken, *fresh])) == {taken, *fresh}

    def test_same_key_same_bytes_one_effect(self, target: Target) -> None:
        """The same bytes under the same key have one effect and the same answer."""
        invoice, number = an_invoice(target.organisation()), a_number()
        contact_id = contact_of(target)
        body = target.prepare([Numbered(number=number, contact_id=contact_id, invoice=invoice)])
        key = uuid.uuid4().hex
        assert target.send(body, key, [number]) == target.send(body, key, [number])
        assert len(listed(target, [number])) == 1

    def test_prepare_is_deterministic(self, target: Target) -> None:
        """The same batch gives the same bytes, and preparing creates nothing."""
        number = a_number()
        entry = Numbered(
            number=number, contact_id=str(uuid.uuid4()), invoice=an_invoice(target.organisation())
        )
        assert target.prepare([entry]) == target.prepare([entry])
        assert target.find([number]) == {}

    def test_find_knows_only_what_exists(self, target: Target) -> None:
        """Numbers that nobody has used are not in the answer, nor is anything else."""
        invoice = an_invoice(target.organisation())
        there, absent = a_number('a,b "c"'), a_number()
        send(target, [there], invoice)
        assert set(target.find([there, absent])) == {there}
        assert target.find([]) == {}

    def test_find_takes_many_numbers(self, target: Target) -> None:
        """A long list of numbers is no obstacle."""
        invoice = an_invoice(target.organisation())
        numbers = [a_number() for _ in range(3)]
        send(target, numbers, invoice)
        asked = [*numbers, *(a_number("a number that is quite long") for _ in range(200))]
        assert set(target.find(asked)) == set(numbers)

    def test_changes_are_listed(self, target: Target) -> None:
        """A new document is among all changes, and among those since its own moment."""
        number = a_number()
        send(target, [number], an_invoice(target.organisation()))
        (document,) = listed(target, [number])
        since = [x for page in target.changed_since(document.changed_at) for x in page]
        assert document in since
        later = target.changed_since(document.changed_at + timedelta(hours=1))
        assert document not in [x for page in later for x in page]

    def test_documents_of_days(self, target: Target) -> None:
        """A document is listed among those of its own day, with its date, and of no other."""
        number, invoice = a_number(), an_invoice(target.organisation())
        send(target, [number], invoice)
        day, step = invoice.date, timedelta(days=1)
        found = [x for page in target.dated(day, day) for x in page if x.number == number]
        assert [(x.dated, x.total) for x in found] == [(day, invoice.total)]
        around = [target.dated(day - step, day - step), target.dated(day + step, day + step)]
        assert number not in [x.number for pages in around for page in pages for x in page]

    def test_contacts_are_made_once(self, target: Target) -> None:
        """A contact is made where there is none, and is the same one ever after."""
        names = [a_number('Müller & "Söhne"'), a_number("O'Neill, Ltd")]
        first = target.contacts(names)
        assert set(first) == set(names)
        assert len({x for x in first.values() if isinstance(x, str)}) == 2
        assert target.contacts([names[1], CONTACT, names[0]]).items() >= first.items()

    def test_customers_are_made_once(self, target: Target) -> None:
        """A customer's contact bears our key, is listed, and is made but once by key and name."""
        ada, bob = a_customer(a_number("Ada"), "ada@example.com"), a_customer(a_number("Bob"))
        made = target.make_contacts({ada.name: ada, bob.name: bob})
        assert {ada.key, bob.key} == set(made)
        contact = known(target, str(made[ada.key]))
        assert contact == just_made(ada, ada.name, str(made[ada.key]))
        other = a_customer(ada.name)
        again = target.make_contacts({a_number("Eve"): bob, ada.name: other})
        assert [x.code for x in again.values() if isinstance(x, NeedsPerson)] == ["MX-409"] * 2

    def test_bad_contact_spares_the_rest(self, target: Target) -> None:
        """A contact that is refused takes none along, and no other's data is changed."""
        taken = a_customer(a_number("Taken"), "taken@example.com")
        first = target.make_contacts({taken.name: taken})[taken.key]
        some = [a_customer(a_number(f"C{i}")) for i in range(3)]
        thief = a_customer(taken.name, "thief@example.com")
        made = target.make_contacts({x.name: x for x in [some[0], thief, *some[1:]]})
        assert isinstance(made.pop(thief.key), NeedsPerson)
        assert all(isinstance(x, str) for x in made.values())
        assert known(target, str(first)) == just_made(taken, taken.name, str(first))

    def test_items_are_made_and_named(self, target: Target) -> None:
        """Items are made only where that is asked for, once each; too long a code has none."""
        first, second, long = a_number("I")[:30], a_number("J")[:30], "L" * 31
        wanted = [Item(code=code, name="Mug") for code in (first, second, long)]
        assert target.items(wanted, create=False) == {}
        assert target.items(wanted[:1], create=True) == {first: first}
        assert target.items(wanted, create=False) == {first: first}
        made = target.items(wanted, create=True)
        assert made == {first: first, second: second} == target.items(wanted, create=True)

    def test_invoice_with_items(self, target: Target) -> None:
        """A line that names an item comes to the same; one of an unknown item goes without."""
        code, number = a_number("K")[:30], a_number()
        codes = target.items([Item(code=code, name="Mug")], create=True)
        invoice = an_invoice(target.organisation())
        lines = tuple(replace(invoice.lines[0], item_code=x) for x in (code, "nobody's"))
        entry = Numbered(
            number=number,
            contact_id=contact_of(target),
            invoice=replace(invoice, lines=lines),
            item_codes=codes,
        )
        outcome = target.send(target.prepare([entry]), uuid.uuid4().hex, [number])[number]
        assert (outcome.kind, outcome.total) == (OutcomeKind.EXPORTED, entry.invoice.total)

    def test_prices_with_tax_and_a_note(self, target: Target) -> None:
        """An invoice whose prices hold the tax, with a note on it, comes to what we say it does."""
        organisation, number = target.organisation(), a_number()
        plain = an_invoice(organisation, price="9.9900")
        lines = tuple(replace(line, with_tax=True) for line in plain.lines)
        invoice = replace(plain, lines=lines, note="A discount was capped.")
        target.check(invoice, organisation)
        assert invoice.total != plain.total
        assert send(target, [number], invoice)[number].total == invoice.total

    def test_check_passes_what_is_taken(self, target: Target) -> None:
        """An invoice that the target takes passes its check, with the same total."""
        organisation = target.organisation()
        invoice, number = an_invoice(organisation, price="25.0650"), a_number()
        target.check(invoice, organisation)
        assert send(target, [number], invoice)[number].total == invoice.total

    @pytest.mark.parametrize("wrong", [{"account_code": "no-such"}, {"tax_rate": Decimal(99)}])
    def test_check_refuses_what_is_not(self, target: Target, wrong: dict[str, object]) -> None:
        """An unknown account, or a tax that would come out differently, is refused unsent."""
        organisation = target.organisation()
        invoice = an_invoice(organisation)
        line = replace(invoice.lines[0], **wrong)  # type: ignore[arg-type]
        with pytest.raises(NeedsPerson) as caught:
            target.check(replace(invoice, lines=(line,)), organisation)
        assert caught.value.code in {"MX-304", "MX-306", "MX-403"}

    def test_link_names_the_document(self, target: Target) -> None:
        """The link leads to the document by its id."""
        link = target.link(target.organisation(), "d9c8b7a6")
        assert link.startswith("https://")
        assert "d9c8b7a6" in link
