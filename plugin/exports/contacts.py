"""Whom invoices go to: the contact of each claim, known, found, or made.

What the ledger remembers costs no call, so a sync with nothing new makes none. A sales channel's
contact is looked up by name, once. Customers that are not known yet are sought in a mirror of
the organisation's contacts, and those that are nowhere are made, one call for a batch:

    10,000 orders of 10,000 customers in batches of 50: 200 calls that make contacts beside the
    200 that make invoices; the mirror's first reading takes a call for each 1000 contacts of the
    organisation, and is read on (one call, rarely two) every 15 minutes while unknown customers
    come, after an answer was lost, and when a name turns out to be taken: about 10 calls more.

A contact that the target refuses is forgotten (`forget_refused`), and looked up anew at once: it
may have been merged into another one since.
"""

from collections.abc import Sequence
from datetime import timedelta

from ..domain.connections.connection import Connection
from ..domain.exports.claim import Claim
from ..domain.exports.outcome import Outcome
from ..domain.invoices.contact import Customer, choose, digest, free_name, just_made
from ..errors import NeedsPerson
from .context import ExportContext

#: Where an invoice goes: a contact's id, or why there is none.
Answer = str | NeedsPerson

#: How old the mirror may be while unknown customers are sought in it. A contact that somebody
#: else makes meanwhile is noticed by its name being taken.
MIRROR_LASTS = timedelta(minutes=15)

#: The mirror is read again from this much earlier: the target's clock may be another.
MIRROR_OVERLAP = timedelta(minutes=1)

#: What a target says of a contact on an invoice.
CONTACT_REFUSED = ("MX-405",)


def contacts_of(
    parts: ExportContext, connection: Connection, claims: Sequence[Claim]
) -> dict[int, Answer]:
    """The contact of each claim, by the claim's id; one that has none takes no other along.

    Raises:
        TryLater, Disconnected: the target can't be asked.
    """
    open_ = [claim for claim in claims if not claim.invoice.contact_id]
    customers = {x.key: x for x in (claim.invoice.customer for claim in open_) if x}
    channels = {claim.invoice.contact for claim in open_ if not claim.invoice.customer}
    known = parts.ledger.contact_ids(connection, sorted({*customers, *channels}))
    answers: dict[str, Answer] = {
        key: contact_id for key, contact_id in known.items() if contact_id
    }
    names = sorted(channels - set(answers))
    if names:
        answers |= _keep(parts, connection, parts.target.contacts(names))
    new = [customer for key, customer in customers.items() if key not in answers]
    if new:
        # An empty id: they may have been made by a call whose answer was lost.
        doubtful = any(customer.key in known for customer in new)
        answers |= _find_or_make(parts, connection, new, doubtful=doubtful)
    return {claim.export_id: claim.invoice.contact_id or answers[_key(claim)] for claim in claims}


def forget_refused(
    parts: ExportContext, connection: Connection, sent: Sequence[tuple[str, Outcome]]
) -> None:
    """Forget the contacts, by id, of invoices that the target refused because of them."""
    refused = {contact_id for contact_id, x in sent if x.code in CONTACT_REFUSED}
    if refused:
        parts.ledger.forget_contacts(connection, sorted(refused))


def _key(claim: Claim) -> str:
    customer = claim.invoice.customer
    return customer.key if customer else claim.invoice.contact


def _keep(
    parts: ExportContext, connection: Connection, answers: dict[str, Answer]
) -> dict[str, Answer]:
    """Remember the ids among the answers."""
    found = {key: answer for key, answer in answers.items() if isinstance(answer, str)}
    if found:
        parts.ledger.keep_contacts(connection, found)
    return answers


def _find_or_make(
    parts: ExportContext, connection: Connection, customers: Sequence[Customer], *, doubtful: bool
) -> dict[str, Answer]:
    """The contacts of customers that are not known yet, by key.

    Where a name or number turns out to be taken, the mirror is read on and all is decided once
    more: somebody has made the contact meanwhile, or has one of the name that is not the same.
    """
    read_mirror(parts, connection, now=doubtful)
    answers = _find(parts, connection, customers)
    refused = [key for key, answer in answers.items() if isinstance(answer, NeedsPerson)]
    if refused:
        # Whoever puts it right in Xero and retries is not to be told an old state.
        parts.ledger.contacts_wanted(connection, refused)
    missing = [x for x in customers if x.key not in answers]
    used: set[str] = set()
    answers |= _make(parts, connection, missing, used)
    taken = [x for x in missing if _is_taken(answers[x.key])]
    if taken:
        read_mirror(parts, connection, now=True)
        answers |= _find(parts, connection, taken)
        answers |= _make(parts, connection, [x for x in taken if _is_taken(answers[x.key])], used)
    return _keep(parts, connection, answers)


def _is_taken(answer: Answer) -> bool:
    return isinstance(answer, NeedsPerson) and answer.code == "MX-409"


def read_mirror(parts: ExportContext, connection: Connection, *, now: bool) -> None:
    """Read the organisation's contacts on from where the mirror ends, if it is time to."""
    begun, last = parts.clock.now(), parts.ledger.contacts_read_until(connection)
    if last is not None and not now and begun - last < MIRROR_LASTS:
        return
    for page in parts.target.contacts_changed_since(last - MIRROR_OVERLAP if last else None):
        parts.ledger.keep_known_contacts(connection, page, None)
    parts.ledger.keep_known_contacts(connection, [], begun)


def _find(
    parts: ExportContext, connection: Connection, customers: Sequence[Customer]
) -> dict[str, Answer]:
    """Those of the customers that have a contact, or may have none, by key."""
    answers: dict[str, Answer] = {}
    known = parts.ledger.known_contacts(connection, customers)
    for customer in customers:
        try:
            contact_id = choose(customer, known[customer.key])
        except NeedsPerson as error:
            answers[customer.key] = error
        else:
            answers |= {customer.key: contact_id} if contact_id else {}
    return answers


def _make(
    parts: ExportContext, connection: Connection, customers: Sequence[Customer], used: set[str]
) -> dict[str, Answer]:
    """Make contacts for customers that have none, in one call; answers by key.

    `used`: digests of names that were tried before; those tried now are added.
    """
    if not customers:
        return {}
    known = parts.ledger.known_contacts(connection, customers)
    new: dict[str, Customer] = {}
    for customer in customers:
        name = free_name(customer, known[customer.key], used)
        used.add(digest(name))
        new[name] = customer
    parts.ledger.contacts_wanted(connection, [customer.key for customer in customers])
    answers = parts.target.make_contacts(new)
    made = [
        just_made(customer, name, answer)
        for name, customer in new.items()
        if isinstance(answer := answers[customer.key], str)
    ]
    # Their names are taken from now on, for the next batch too.
    parts.ledger.keep_known_contacts(connection, made, None)
    return answers
