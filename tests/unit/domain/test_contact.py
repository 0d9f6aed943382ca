"""Contact: who a customer is, and which contact is theirs."""

from dataclasses import replace
from typing import Any

import pytest

from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.invoices.contact import (
    Customer,
    KnownContact,
    choose,
    contact_name,
    customer_of,
    digest,
    free_name,
    just_made,
    recipient_of,
)
from ....plugin.domain.orders.order import Order
from ....plugin.errors import NeedsPerson
from ..orders import an_order


def ordered_by(name: str, email: str = "", postcode: str = "", **changes: Any) -> Order:
    """An order of a customer."""
    return an_order(customer=name, customer_email=email, customer_postcode=postcode, **changes)


def customer(name: str = "Ada Byron", email: str = "", postcode: str = "YO1 1AA") -> Customer:
    """A customer of York."""
    found = customer_of(ordered_by(name, email, postcode, customer_town="York"))
    assert found is not None
    return found


def known(name: str, contact_id: str = "c1", email: str = "", **changes: Any) -> KnownContact:
    """A contact of somebody else."""
    made = just_made(Customer(key="", name=name, email=email, town=""), name, contact_id)
    return replace(made, **changes)


def test_an_email_address_tells_people_apart() -> None:
    """One address is one customer however it is spelled; two of one name are two customers."""
    ada = customer(email="Ada@Example.com ")
    assert ada.key == customer("A. Byron", "ada@example.com", "AB1").key
    assert ada.key != customer(email="other@example.com").key
    assert ada.email == "ada@example.com"


def test_without_an_address_name_and_post_code_tell_people_apart() -> None:
    """The same name at another post code is another customer; spaces and capitals are none."""
    assert customer().key == customer(" ada  BYRON", postcode="yo11aa").key
    assert customer().key != customer(postcode="YO1 1AB").key


@pytest.mark.parametrize("bad", ["jörg@example.com", "nobody", "a@b", "a b@example.com", "@x.de"])
def test_a_bad_address_counts_for_nothing(bad: str) -> None:
    """An address that Xero would refuse neither tells a customer apart nor is sent."""
    assert customer(email=bad) == customer()


def test_a_key_says_nothing_of_the_person() -> None:
    """A key is a digest that fits a contact's number, and no text of a customer shows more."""
    ada = customer(email="ada@example.com")
    assert len(ada.key) <= 50
    shown = f"{ada!r} {ordered_by('Ada Byron', 'ada@example.com', 'YO1')!r}".lower()
    assert not [word for word in ("ada", "byron", "york", "yo1") if word in shown]


@pytest.mark.parametrize(
    ("text", "name"),
    [(" Ada <b>\n Byron ", "Ada b Byron"), ("A" * 300, "A" * 255), ("<>", ""), ("\ud800", "?")],
)
def test_a_name_is_as_xero_takes_it(text: str, name: str) -> None:
    """A name has no angle brackets, single spaces, and 255 characters at most (xero.md 7)."""
    assert contact_name(text) == name


def test_a_mapped_contact_wins() -> None:
    """A contact mapped for channel or client wins whatever the policy; the default stands in."""
    order = ordered_by("Ada Byron")
    entries = {("contact", "default"): Entry(target="d")}
    assert recipient_of(order, "channel", entries).contact_id == "d"
    assert recipient_of(order, "fixed", entries).contact_id == "d"
    assert recipient_of(order, "customer", entries).customer == customer_of(order)
    entries["contact", "client:ACME"] = Entry(target="c")
    entries["contact", "channel:9"] = Entry(target="nobody's")
    for policy in ("channel", "customer", "fixed"):
        assert recipient_of(order, policy, entries).contact_id == "c"


@pytest.mark.parametrize(
    ("policy", "code"), [("fixed", "MX-310"), ("customer", "MX-311"), ("channel", "")]
)
def test_nobody_to_send_to(policy: str, code: str) -> None:
    """Where nobody is mapped and the customer is removed, no contact is guessed.

    A choice: the channel's contact would hide that one customer is missing among the others.
    """
    order = ordered_by("Ada Byron", personal_data_removed=True)
    if not code:
        assert recipient_of(order, policy, {}).name == "Shopify"
        return
    with pytest.raises(NeedsPerson) as caught:
        recipient_of(order, policy, {})
    assert caught.value.code == code
    entries = {("contact", "default"): Entry(target="d")}
    assert recipient_of(order, policy, entries).contact_id == "d"


ADA = customer(email="ada@example.com")
OURS = just_made(ADA, "Somebody renamed", "ours")
ARCHIVED = replace(OURS, active=False)


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ([], None),
        ([OURS, known("Ada Byron", email="ada@example.com")], "ours"),
        ([known("Ada Byron")], None),
        ([known("Ada Byron", email="other@example.com")], None),
        ([known("ada  byron", email="ADA@example.com")], "c1"),
        ([known("Ada Byron", active=False)], None),
        ([known("Ada Byron", email="ada@example.com", active=False)], "MX-405"),
        ([ARCHIVED], "MX-405"),
        ([replace(ARCHIVED, merged_into="c1"), known("Else")], "c1"),
        ([replace(ARCHIVED, merged_into="c1"), known("Else", active=False)], "MX-405"),
        ([replace(ARCHIVED, merged_into="unknown")], "MX-405"),
        ([replace(ARCHIVED, merged_into="ours")], "MX-405"),
        ([known("Ada Byron", x, "ada@example.com") for x in ("c1", "c2")], "MX-408"),
    ],
)
def test_whose_contact_it_is(contacts: list[KnownContact], expected: str | None) -> None:
    """Ours by its key, else one whose name and address agree; what can't be used is refused.

    A merged contact stands for the one that is left; a name alone is nobody's proof.
    """
    try:
        found = choose(ADA, contacts)
    except NeedsPerson as error:
        found = error.code
    assert found == expected


def test_a_taken_name_gets_a_mark() -> None:
    """A new contact whose name is taken is told from it by its town, then by its key."""
    taken = [known("ada byron")]
    assert free_name(ADA, [], ()) == "Ada Byron"
    assert free_name(ADA, [replace(taken[0], active=False)], ()) == "Ada Byron"
    assert free_name(ADA, taken, ()) == "Ada Byron (York)"
    assert free_name(ADA, taken, {digest("Ada Byron (York)")}) == f"Ada Byron ({ADA.key[-6:]})"
    long = replace(ADA, name="A" * 255)
    assert {len(name) for name in long.names()} == {255}
