"""Contact: whom an invoice is for, and how a customer is told from another of the same name.

By the policy ``customer`` each customer has a contact. What tells customers apart is the e-mail
address where the order has one, else name and post code: Mintsoft gives an order no id of its
customer (mintsoft.md 2.3). The key that comes of it is a digest, so that it says nothing of the
person; it is the contact's number in the target, by which we know it for ours whatever its name
becomes. Two people of one name and post code without e-mail addresses are one customer.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import category

from ...errors import NeedsPerson
from ..connections.mapping import Entry
from ..orders.order import Order

#: What `contact_policy` may be.
POLICIES = ("channel", "customer", "fixed")

#: The contact of orders that have no sales channel.
CONTACT_WITHOUT_CHANNEL = "Mintsoft orders"

#: What the numbers of our contacts begin with; 40 digits follow (at most 50 in all: xero.md 7).
KEY_PREFIX = "MS-"

#: The longest name, and the longest e-mail address, that a contact may have (xero.md 7).
_LONGEST = 255

#: No umlauts, one @, a dot behind it: a bad address fails the whole contact (xero.md 7).
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")

#: How many merges are followed before it is taken for a circle.
_MERGES = 10

#: Xero's own words for an archived contact (xero.md 3.1).
ARCHIVED = (
    "The contact with the specified contact details has been archived. The contact must be "
    "un-archived before creating new invoices or credit notes."
)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Who an order is for, where each customer has a contact. All but the key is personal."""

    #: Says nothing of the person, and is the same for each of their orders.
    key: str
    #: The company, else the person; as a contact may be called.
    name: str = field(repr=False)
    #: Lower case; empty when there is none, or none that is valid.
    email: str = field(repr=False)
    #: Where they live, to tell them from others of the name; may be empty.
    town: str = field(repr=False)

    def names(self) -> list[str]:
        """What their contact may be called: the name, or that with something to tell it by."""
        marks = [self.town, self.key[-6:]]
        return [self.name, *(_with_mark(self.name, mark) for mark in marks if mark)]


@dataclass(frozen=True, kw_only=True)
class KnownContact:
    """A contact of the target as the ledger's mirror keeps it: nothing personal, only digests."""

    contact_id: str
    #: Our key for it; empty for a contact that somebody else numbered, or nobody.
    key: str
    #: `digest` of its name and of its e-mail address; the second empty without one.
    name: str
    email: str
    #: Whether documents may be made for it, now that it is neither archived nor merged.
    active: bool
    #: Id of the contact that it was merged into; empty for none.
    merged_into: str


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom one invoice is for."""

    #: Name of the contact; personal where there is a customer.
    name: str = field(repr=False)
    #: The contact's id where one is mapped; else empty.
    contact_id: str
    #: By the policy ``customer``, unless a contact is mapped.
    customer: Customer | None


def recipient_of(order: Order, policy: str, entries: Mapping[tuple[str, str], Entry]) -> Recipient:
    """Whom an order's invoice is for: a mapped contact first, else by the policy.

    A contact that is mapped for the channel or the client always wins, so that renaming it
    changes nothing. The one mapped as ``default`` stands in where the policy names nobody in
    particular: for every order by ``fixed`` and ``channel``, and by ``customer`` for orders
    whose customer Mintsoft does not have, or has removed.

    Raises:
        NeedsPerson: by ``fixed`` no ``default`` is mapped (MX-310); by ``customer`` the order
            names no customer (MX-311): the channel's contact would hide that one is missing.
    """
    channel = order.channel or CONTACT_WITHOUT_CHANNEL
    sources = [f"channel:{order.channel_id}", f"client:{order.client}"]
    customer = customer_of(order) if policy == "customer" else None
    if customer is None:
        sources.append("default")
    for source in sources:
        if entry := entries.get(("contact", source)):
            return Recipient(name=channel, contact_id=entry.target, customer=None)
    if policy == "fixed":
        raise NeedsPerson(code="MX-310")
    if policy == "customer" and customer is None:
        raise NeedsPerson(code="MX-311")
    return Recipient(name=customer.name if customer else channel, contact_id="", customer=customer)


def customer_of(order: Order) -> Customer | None:
    """The customer whom an order names; None where it names none, or no more."""
    name = contact_name(order.customer)
    if not name or order.personal_data_removed:
        return None
    email = _valid_email(order.customer_email)
    postcode = "".join(order.customer_postcode.split()).casefold()
    told_by = f"email:{email}" if email else f"name:{_folded(name)}:{postcode}"
    return Customer(
        key=KEY_PREFIX + digest(told_by)[:40],
        name=name,
        email=email,
        town=contact_name(order.customer_town)[:50],
    )


def contact_name(text: str) -> str:
    """A name as a contact may have it: no angle brackets, single spaces, 255 at most."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    plain = "".join(" " if category(x) == "Cc" else x for x in sound if x not in "<>")
    return " ".join(plain.split())[:_LONGEST].strip()


def digest(text: str) -> str:
    """SHA-256 of a name or an e-mail address, the same however it is spaced and capitalised."""
    return hashlib.sha256(_folded(text).encode("utf-8", "replace")).hexdigest()


def choose(customer: Customer, known: Sequence[KnownContact]) -> str | None:
    """Id of the contact that is this customer's; None: one is to be made.

    Ours is the one that has our key. Somebody else's of the same name is adopted only if its
    e-mail address is the customer's too; one of the name alone may be another person's.

    `known`: all that have the key, the name or one of `Customer.names`, and what they were
    merged into.

    Raises:
        NeedsPerson: it is archived, or was merged into one that is (MX-405); two may be the
            customer's (MX-408).
    """
    by_id = {contact.contact_id: contact for contact in known}
    name, email = digest(customer.name), digest(customer.email) if customer.email else ""
    found = [x for x in known if x.key == customer.key]
    found = found or [x for x in known if email and (x.name, x.email) == (name, email)]
    if not found:
        return None
    usable = {x.contact_id for x in (_survivor(x, by_id) for x in found) if x and x.active}
    if not usable:
        raise NeedsPerson(code="MX-405", answer=ARCHIVED)
    if len(usable) > 1:
        raise NeedsPerson(code="MX-408", count=len(usable))
    return usable.pop()


def choose_named(name: str, known: Sequence[KnownContact]) -> str | None:
    """Id of the active contact of exactly this name; None: there is none, or it is archived.

    Raises:
        NeedsPerson: several have it (MX-408).
    """
    by_id = {contact.contact_id: contact for contact in known}
    found = [_survivor(x, by_id) for x in known if x.name == digest(name)]
    usable = {x.contact_id for x in found if x and x.active}
    if len(usable) > 1:
        raise NeedsPerson(code="MX-408", count=len(usable))
    return usable.pop() if usable else None


def just_made(customer: Customer, name: str, contact_id: str) -> KnownContact:
    """The contact that was made for a customer, as the mirror keeps it."""
    return KnownContact(
        contact_id=contact_id,
        key=customer.key,
        name=digest(name),
        email=digest(customer.email) if customer.email else "",
        active=True,
        merged_into="",
    )


def free_name(customer: Customer, known: Sequence[KnownContact], taken: Collection[str]) -> str:
    """What a new contact of the customer is called: the first name that no active one has.

    `taken`: digests of names that are not free either. The last name ends with a piece of the
    key, and is used in any case.
    """
    used = {contact.name for contact in known if contact.active} | set(taken)
    names = customer.names()
    return next((name for name in names if digest(name) not in used), names[-1])


def _survivor(contact: KnownContact, by_id: Mapping[str, KnownContact]) -> KnownContact | None:
    """The contact that stands for one after all merges; None where it is not known."""
    at: KnownContact | None = contact
    for _ in range(_MERGES):
        if at is None or not at.merged_into:
            return at
        at = by_id.get(at.merged_into)
    return None


def _with_mark(name: str, mark: str) -> str:
    return f"{name[: _LONGEST - len(mark) - 3].strip()} ({mark})"


def _valid_email(text: str) -> str:
    email = text.strip().lower()
    return email if len(email) <= _LONGEST and _EMAIL.fullmatch(email) else ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
