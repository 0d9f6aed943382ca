import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.api.fields import NO_ID
from .....adapters.xero.target import XeroTarget
from .....plugin.domain.exports.outcome import OutcomeKind
from .....plugin.domain.invoices.contact import Customer
from .....plugin.errors import NeedsPerson, TryLater
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.target import an_organisation
from .fakes import Answer, ScriptedXero
from .test_invoices import a_line, numbered


@pytest.fixture
def target(client: XeroClient) -> XeroTarget:
    return XeroTarget(client)


def listed(number: str, **changes: Any) -> dict[str, Any]:
    """Return an invoice as a list holds it."""
    ordinary = {
        "Type": "ACCREC",
        "InvoiceID": f"id-of-{number}",
        "InvoiceNumber": number,
        "Reference": "web 17",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "c-1"},
        "CurrencyCode": "GBP",
        "Total": 12.5,
        "UpdatedDateUTC": "/Date(1780315200500+0000)/",
    }
    return ordinary | changes


def page(*invoices: dict[str, Any], count: int | None = None) -> Answer:
    """Return a page of a list of invoices."""
    paging = {} if count is None else {"pagination": {"pageCount": count}}
    return Answer(body={"Invoices": list(invoices), **paging})


def contacts(*found: dict[str, Any]) -> Answer:
    """Return a page of contacts, the only one."""
    return Answer(body={"Contacts": list(found), "pagination": {"pageCount": 1}})


def contact(name: str, contact_id: str = "c-1", **changes: Any) -> dict[str, Any]:
    """Return a contact as Xero lists it."""
    return {"ContactID": contact_id, "Name": name, "ContactStatus": "ACTIVE"} | changes


# --- organisation


def test_organisation_is_six_reads(
    target: XeroTarget, xero: ScriptedXero, clock: FakeClock
) -> None:
    """Six reads make an organisation; the later lock date counts, as a bare date."""
    entry = {
        "Name": "Demo",
        "CountryCode": "GB",
        "BaseCurrency": "GBP",
        "ShortCode": "!x1",
        "PeriodLockDate": "/Date(1767139200000+0000)/",
        "EndOfYearLockDate": "/Date(1774915200000+0000)/",
    }
    account = {"Code": "200", "Name": "Sales", "Class": "REVENUE", "TaxType": "OUTPUT2"}
    gone = {"Code": "201", "Class": "REVENUE", "Status": "ARCHIVED", "SystemAccount": "DEBTORS"}
    rate = {
        "TaxType": "OUTPUT2",
        "EffectiveRate": 20.0,
        "Status": "ACTIVE",
        "CanApplyToRevenue": True,
    }
    xero.say(
        Answer(body={"Organisations": [entry]}),
        Answer(body={"Accounts": [account, gone, {"Name": "a bank without a code"}]}),
        Answer(body={"TaxRates": [rate]}),
        Answer(body={"Currencies": [{"Code": "EUR"}, {"Code": "GBP"}]}),
        Answer(body={"TrackingCategories": []}),
        Answer(body={"BrandingThemes": [{"BrandingThemeID": "b-1", "Name": "Plain"}]}),
    )
    found = target.organisation()
    assert [x.path.rpartition("/")[2] for x in xero.requests] == [
        "Organisations",
        "Accounts",
        "TaxRates",
        "Currencies",
        "TrackingCategories",
        "BrandingThemes",
    ]
    assert found.tracking == ()
    assert [theme.name for theme in found.branding_themes or ()] == ["Plain"]
    assert (found.organisation_id, found.country, found.short_code) == ("org-1", "GB", "!x1")
    assert found.locked_until == date(2026, 3, 31)
    assert [(x.code, x.active, x.system_account) for x in found.accounts] == [
        ("200", True, ""),
        ("201", False, "DEBTORS"),
    ]
    assert found.rate_of("OUTPUT2") == 20
    assert found.currencies == ("GBP", "EUR")
    assert found.read_at == clock.now()


# --- lists


def test_changes_are_paged_summaries(target: XeroTarget, xero: ScriptedXero) -> None:
    """Sales invoices come in pages of 1000 summaries, until Xero's last page."""
    bill = listed("BILL-1", Type="ACCPAY")
    xero.say(page(listed("INV-1"), bill, count=2), page(listed("INV-2"), count=2))
    since = datetime(2026, 6, 1, tzinfo=UTC)
    pages = list(target.changed_since(since))
    assert [[x.number for x in found] for found in pages] == [["INV-1"], ["INV-2"]]
    assert pages[0][0].total == Decimal("12.5")
    assert pages[0][0].changed_at == datetime(2026, 6, 1, 12, 0, 0, 500000, tzinfo=UTC)
    assert [request.query for request in xero.requests] == [
        {"where": 'Type=="ACCREC"', "summaryOnly": "true", "page": n, "pageSize": "1000"}
        for n in ("1", "2")
    ]
    assert xero.requests[1].headers["If-Modified-Since"] == "2026-06-01T00:00:00"


def test_pages_end_with_an_empty_one(target: XeroTarget, xero: ScriptedXero) -> None:
    """Where Xero counts no pages, the first empty one is the end."""
    xero.say(page(listed("INV-1")), page())
    assert len(list(target.changed_since(None))) == 1
    assert len(xero.requests) == 2


def test_unreadable_list_is_tried_later(target: XeroTarget, xero: ScriptedXero) -> None:
    """An invoice without what Xero always gives is Xero's mistake, and heals with time."""
    xero.say(page(listed("INV-1", Total=None)))
    with pytest.raises(TryLater):
        list(target.changed_since(None))


def test_find_by_number(target: XeroTarget, xero: ScriptedXero) -> None:
    """A number is found whatever its case; bills, others' numbers and the dead don't count."""
    xero.say(
        page(
            listed("inv-1", InvoiceID="living"),
            listed("INV-1", InvoiceID="deleted", Status="DELETED"),
            listed("INV-2", Type="ACCPAY"),
            listed("INV-3", Status="VOIDED"),
            listed("INV-30"),
            count=1,
        )
    )
    found = target.find(["INV-1", "INV-2", "INV-3"])
    assert {number: x.invoice_id for number, x in found.items()} == {
        "INV-1": "living",
        "INV-3": "id-of-INV-3",
    }
    assert not found["INV-3"].alive
    assert xero.requests[0].query["InvoiceNumbers"] == "INV-1,INV-2,INV-3"


def test_find_asks_for_commas_apart(target: XeroTarget, xero: ScriptedXero) -> None:
    """A number with a comma would split the list, so it is asked for by itself, quoted."""
    xero.say(page(listed("INV-1"), count=1), page(listed('A,"1"'), count=1))
    assert set(target.find(["INV-1", 'A,"1"'])) == {"INV-1", 'A,"1"'}
    assert xero.requests[1].query["where"] == 'Type=="ACCREC" AND InvoiceNumber=="A,""1"""'


def test_find_keeps_addresses_short(target: XeroTarget, xero: ScriptedXero) -> None:
    """Many numbers are asked for in several calls, each below what an address may have."""
    numbers = [f"Ä-{n:06d}" for n in range(1000)]
    xero.say(page())
    target.find(numbers)
    asked = [request.query["InvoiceNumbers"] for request in xero.requests]
    assert [number for some in asked for number in some.split(",")] == numbers
    assert len(asked) == 4


# --- send


def test_send_is_one_put(target: XeroTarget, xero: ScriptedXero) -> None:
    """A batch is one PUT with its key, each element answered for by itself (xero.md 2.4)."""
    body = target.prepare([numbered("INV-1"), numbered("INV-2")])
    xero.say(
        Answer(
            body={
                "Invoices": [
                    listed("INV-2", ValidationErrors=[{"Message": "Wrong."}], HasErrors=True),
                    listed("INV-1"),
                ]
            }
        )
    )
    outcomes = target.send(body, "key-1", ["INV-1", "INV-2"])
    (request,) = xero.requests
    assert (request.method, request.body) == ("PUT", body)
    assert request.query == {"summarizeErrors": "false", "unitdp": "4"}
    assert request.headers["Idempotency-Key"] == "key-1"
    assert outcomes["INV-1"].kind is OutcomeKind.EXPORTED
    assert outcomes["INV-2"].message == "Xero refused the invoice: Wrong."


def test_send_never_raises_for_an_answer(
    target: XeroTarget, xero: ScriptedXero, clock: FakeClock
) -> None:
    """A lost answer makes all unknown; a certain nothing, a refusal too, makes all later."""
    body, numbers = target.prepare([numbered("INV-1")]), ["INV-1"]
    xero.say(Answer(drop=True))
    assert target.send(body, "k", numbers)["INV-1"].kind is OutcomeKind.UNKNOWN
    xero.say(Answer(status=429, headers={"Retry-After": "30"}))
    later = target.send(body, "k", numbers)["INV-1"]
    assert (later.kind, later.code) == (OutcomeKind.LATER, "MX-601")
    assert later.again_at == clock.now() + timedelta(seconds=30)
    clock.advance(seconds=31)
    xero.say(Answer(status=403))
    assert target.send(body, "k", numbers)["INV-1"].kind is OutcomeKind.LATER


# --- contacts


def test_contacts_found(target: XeroTarget, xero: ScriptedXero) -> None:
    """Several names are one read; quotes are doubled, case and spaces are Xero's business."""
    xero.say(contacts(contact('Mug "Co"'), contact("EBAY", "c-2")))
    assert target.contacts(['Mug  "Co" ', "ebay"]) == {'Mug  "Co" ': "c-1", "ebay": "c-2"}
    (request,) = xero.requests
    assert request.query["where"] == 'Name=="Mug ""Co""" OR Name=="ebay"'
    assert request.query["includeArchived"] == "true"


def test_missing_contacts_are_made_in_one_call(target: XeroTarget, xero: ScriptedXero) -> None:
    """What is not there is created with PUT: POST would overwrite a namesake (xero.md 7)."""
    made = Answer(body={"Contacts": [contact("B", "c-b"), contact("C", "c-c")]})
    xero.say(contacts(contact("A", "c-a")), made)
    assert target.contacts(["A", "B", "C"]) == {"A": "c-a", "B": "c-b", "C": "c-c"}
    request = xero.requests[1]
    assert (request.method, request.query) == ("PUT", {"summarizeErrors": "false"})
    assert json.loads(request.body) == {"Contacts": [{"Name": "B"}, {"Name": "C"}]}


def test_contact_made_by_somebody_else(target: XeroTarget, xero: ScriptedXero) -> None:
    """A name that was taken between look-up and creation is looked up again."""
    taken = {
        "ContactID": "00000000-0000-0000-0000-000000000000",
        "Name": "A",
        "HasValidationErrors": True,
        "ValidationErrors": [{"Message": "The contact name A is already assigned"}],
    }
    xero.say(contacts(), Answer(body={"Contacts": [taken]}), contacts(contact("A", "c-a")))
    assert target.contacts(["A"]) == {"A": "c-a"}
    xero.say(contacts(), Answer(body={"Contacts": [taken]}), contacts())
    assert isinstance(answer := target.contacts(["A"])["A"], NeedsPerson)
    assert answer.code == "MX-409"


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ([contact("A", "c-1", ContactStatus="ARCHIVED")], "MX-405", "has been archived"),
        ([contact("A", "c-1", ContactStatus="GDPRREQUEST")], "MX-405", "has been archived"),
        ([contact("A", "c-1"), contact("a", "c-2")], "MX-408", "2 active contacts"),
    ],
)
def test_contact_that_needs_a_person(
    target: XeroTarget, xero: ScriptedXero, found: list[dict[str, Any]], code: str, words: str
) -> None:
    """An archived or ambiguous contact is never used, nor another one made."""
    xero.say(contacts(*found))
    assert isinstance(answer := target.contacts(["A"])["A"], NeedsPerson)
    assert (answer.code, words in answer.message) == (code, True)
    assert len(xero.requests) == 1


SURVIVOR = "99999999-9999-4999-8999-999999999999"


@pytest.mark.parametrize(
    ("survivor", "expected"),
    [
        (contact("Z", SURVIVOR), SURVIVOR),
        (contact("Z", SURVIVOR, ContactStatus="ARCHIVED"), "MX-405"),
    ],
)
def test_merged_contact_is_followed(
    target: XeroTarget, xero: ScriptedXero, survivor: dict[str, Any], expected: str
) -> None:
    """A contact that was merged stands for the one that is left, if that can be used."""
    merged = contact("A", ContactStatus="ARCHIVED", MergedToContactID=SURVIVOR)
    xero.say(contacts(merged), contacts(survivor))
    answer = target.contacts(["A"])["A"]
    assert (answer.code if isinstance(answer, NeedsPerson) else answer) == expected
    assert xero.requests[1].query["IDs"] == SURVIVOR


def test_customer_is_sent_without_what_is_not_needed(
    target: XeroTarget, xero: ScriptedXero
) -> None:
    """A customer's contact is a name, our key and an address; a bad address costs it only that."""
    ada = Customer(key="MS-1", name="Ada", email="ada@example.com", town="York")
    refused = contact("Ada", NO_ID, ValidationErrors=[{"Message": "Email address must be valid."}])
    xero.say(Answer(body={"Contacts": [refused]}), contacts(contact("Ada", "c-1")))
    assert target.make_contacts({"Ada": ada}) == {"MS-1": "c-1"}
    first, second = (json.loads(x.body)["Contacts"] for x in xero.requests)
    assert first == [{"Name": "Ada", "ContactNumber": "MS-1", "EmailAddress": "ada@example.com"}]
    assert second == [{"Name": "Ada", "ContactNumber": "MS-1"}]
    assert {x.method for x in xero.requests} == {"PUT"}


def test_archived_namesake_is_no_obstacle(target: XeroTarget, xero: ScriptedXero) -> None:
    """One active contact is the one, whatever lies in the archive."""
    xero.say(contacts(contact("A", "old", ContactStatus="ARCHIVED"), contact("A", "new")))
    assert target.contacts(["A"]) == {"A": "new"}


def test_lost_contact_is_looked_up_next_time(target: XeroTarget, xero: ScriptedXero) -> None:
    """When the answer to a creation is lost, it is tried later, beginning with the look-up."""
    xero.say(contacts(), Answer(drop=True))
    with pytest.raises(TryLater):
        target.contacts(["A"])


# --- check and link

SHOP = an_organisation(locked_until=date(2026, 5, 1))
ARCHIVED = replace(SHOP.accounts[0], code="299", active=False)
BANK = replace(SHOP.accounts[0], code="610", system_account="DEBTORS")
PURCHASE = replace(SHOP.tax_rates[0], tax_type="INPUT2", applies_to_revenue=False)
SHOP = replace(
    SHOP, accounts=(*SHOP.accounts, ARCHIVED, BANK), tax_rates=(*SHOP.tax_rates, PURCHASE)
)


def test_check_passes(target: XeroTarget) -> None:
    """What Xero will take passes: a free gift, and a penny on the rounding account, too."""
    gift = a_line(quantity=Decimal(1), unit_amount=Decimal("27.8260"), discount=Decimal("27.83"))
    penny = a_line(
        quantity=Decimal(1),
        unit_amount=Decimal("-0.01"),
        account_code="860",
        tax_type="NONE",
        tax_rate=Decimal(0),
    )
    target.check(numbered("INV-1", a_line(), gift, penny).invoice, SHOP)


@pytest.mark.parametrize(
    ("changes", "words", "fix"),
    [
        ({"account_code": "999"}, "Account code '999' is not a valid code for", "sales_account"),
        ({"account_code": "610"}, "Account code '610' is not a valid code for", "sales_account"),
        ({"account_code": "299"}, "Account code '299' has been archived", "sales_account"),
        ({"tax_type": "OLD"}, "TaxType code OLD does not exist", "tax_rate"),
        ({"tax_type": "INPUT2"}, "The TaxType code 'INPUT2' cannot be used with", "tax_rate"),
        (
            {"discount": Decimal("45.35")},
            "than the line total. (The line total -14.00 does not match the expected line total",
            "in Mintsoft",
        ),
        (
            {"quantity": Decimal(1), "unit_amount": Decimal(-14), "tax_type": "NONE"},
            "The line total -14.00 does not match the expected line total 0.00",
            "in Mintsoft",
        ),
    ],
)
def test_check_speaks_as_xero(
    target: XeroTarget, changes: dict[str, Any], words: str, fix: str
) -> None:
    """What Xero would refuse is refused unsent, in its words, with the right thing to do."""
    with pytest.raises(NeedsPerson) as caught:
        target.check(numbered("INV-1", a_line(**changes)).invoice, SHOP)
    # Not the order is at fault: one code, whether it was predicted or Xero has said it.
    elsewhere = {"sales_account": ("MX-403", "MX-415"), "tax_rate": ("MX-404",)}
    assert caught.value.code in elsewhere.get(fix, ("MX-306",))
    assert words in caught.value.message
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"currency": "USD"}, "not subscribed to currency USD"),
        ({"date": date(2026, 5, 1)}, "cannot be before the period lock date"),
        ({"contact": ""}, "A Contact must be specified"),
        ({"lines": ()}, "One or more line items must be specified"),
    ],
)
def test_check_of_the_head(target: XeroTarget, changes: dict[str, Any], words: str) -> None:
    """Currency, lock date (inclusive), contact and lines are checked too."""
    with pytest.raises(NeedsPerson, match=words):
        target.check(replace(numbered("INV-1").invoice, **changes), SHOP)


def test_check_compares_totals(target: XeroTarget) -> None:
    """A tax type whose rate has changed in Xero would give another total: both are told."""
    changed = replace(SHOP.tax_rates[0], rate=Decimal("17.5"))
    with pytest.raises(NeedsPerson) as caught:
        target.check(numbered().invoice, replace(SHOP, tax_rates=(changed,)))
    assert caught.value.code == "MX-304"
    assert "36.84 GBP" in caught.value.message
    assert "37.62 GBP" in caught.value.message


def test_link(target: XeroTarget) -> None:
    """The link goes through the organisation's own login (xero.md 10)."""
    assert target.link(SHOP, "id-1") == (
        "https://go.xero.com/organisationlogin/default.aspx?shortcode=!abc12"
        "&redirecturl=/AccountsReceivable/View.aspx?InvoiceID=id-1"
    )
    unknown = replace(SHOP, short_code="")
    assert target.link(unknown, "id-1").endswith(
        "go.xero.com/AccountsReceivable/View.aspx?InvoiceID=id-1"
    )
