"""Contacts: sales channels' by name, customers' by our number; made with ``PUT`` only.

``POST`` with a colliding name overwrites somebody else's contact, so contacts are created with
``PUT``; two contacts may share a name whatever Xero says, so matches are counted (xero.md 7).

A sales channel's contact is looked up by its name, once. Customers are many: one look-up per
name would cost a call each, so the organisation's contacts are read into a mirror instead, by
``If-Modified-Since`` and 1000 to the page, and only digests of names and addresses leave here.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from unicodedata import normalize

from ....plugin.domain.invoices.contact import ARCHIVED, KEY_PREFIX, Customer, KnownContact, digest
from ....plugin.errors import NeedsPerson, TryLater, Unknown
from ..api.client import XeroClient
from ..api.errors import OUTAGE_WAIT, messages_of, summary_of
from ..api.fields import NO_ID, mappings, quoted, to_text, write_json
from ..api.pages import chunks, pages

#: What a contact is, or why there is none.
Answer = str | NeedsPerson

_LONGEST_NAME = 255
#: How many merges are followed: each is a call.
_MERGES = 3
_NO_NAME = "A Contact must be specified for this type of transaction"
#: Fragments of what Xero says of a name or a number that another contact has (xero.md 3.1).
_TAKEN = ("already assigned", "another contact has this contact number")
#: The same of an e-mail address that is none.
_EMAIL = "email address must be valid"


def contact_ids(client: XeroClient, names: Sequence[str]) -> dict[str, Answer]:
    """The contacts with these names, by name as asked for; the missing are made in one call.

    Raises:
        TryLater, Disconnected: Xero can't be asked.
    """
    spelled = {name: _as_xero_spells(name) for name in names}
    wanted = list(dict.fromkeys(spelling for spelling in spelled.values() if spelling))
    found = _find(client, wanted)
    missing = [name for name in wanted if name.casefold() not in found]
    if missing:
        found |= _create(client, missing)
    answers = {"": NeedsPerson(code="MX-405", answer=_NO_NAME), **found}
    return {name: answers[spelling.casefold()] for name, spelling in spelled.items()}


def _as_xero_spells(name: str) -> str:
    """A name as Xero stores it: no angle brackets, single spaces, at most 255 (xero.md 7)."""
    plain = to_text(name, len(name)).replace("<", "").replace(">", "")
    return " ".join(plain.split())[:_LONGEST_NAME].strip()


def _find(client: XeroClient, names: Sequence[str], *, any_case: bool = False) -> dict[str, Answer]:
    """Those that exist, by folded name; each exactly once, or a person must look.

    Whether Xero's ``==`` looks at capitals is not known (its uniqueness of names does not), so
    `any_case` asks in a way that surely doesn't.
    """
    matches: dict[str, list[Mapping[str, Any]]] = {name.casefold(): [] for name in names}
    asked = [
        f"Name.ToLower()=={quoted(name.lower())}" if any_case else f"Name=={quoted(name)}"
        for name in names
    ]
    for where in chunks(asked, " OR "):
        for page in pages(client, "Contacts", {"where": where, "includeArchived": "true"}):
            for contact in page:
                matches.get(_key(contact), []).append(contact)
    there = {name: contacts for name, contacts in matches.items() if contacts}
    return {name: _only(client, contacts) for name, contacts in there.items()}


def _only(client: XeroClient, contacts: Sequence[Mapping[str, Any]]) -> Answer:
    """The id of the one active contact among those of a name, or that they were merged into."""
    for _ in range(_MERGES):
        merged = {str(x["MergedToContactID"]) for x in contacts if x.get("MergedToContactID")}
        if not merged or any(map(_usable, contacts)):
            break
        params = {"IDs": ",".join(sorted(merged)), "includeArchived": "true"}
        contacts = [contact for page in pages(client, "Contacts", params) for contact in page]
    ids = {str(contact["ContactID"]) for contact in contacts if _usable(contact)}
    if not ids:
        return NeedsPerson(code="MX-405", answer=ARCHIVED)
    return ids.pop() if len(ids) == 1 else NeedsPerson(code="MX-408", count=len(ids))


def _usable(contact: Mapping[str, Any]) -> bool:
    """Whether a document may be made for it (xero.md 7)."""
    status = str(contact.get("ContactStatus") or "ACTIVE")
    return status == "ACTIVE" and not contact.get("MergedToContactID")


def _create(client: XeroClient, names: Sequence[str]) -> dict[str, Answer]:
    """Make contacts in one call; whoever made one in the same moment is found instead."""
    answers = _put(client, [{"Name": name} for name in names])
    made = {name.casefold(): answer for name, answer in zip(names, answers, strict=True)}
    taken = [name for name in names if isinstance(made[name.casefold()], NeedsPerson)]
    return made | _find(client, taken, any_case=True) if taken else made


# ------------------------------------------------------------------------------ customers


def known_contacts(
    client: XeroClient, since: datetime | None = None
) -> Iterator[list[KnownContact]]:
    """Pages of all contacts, archived ones too, changed at or after a moment; None: all.

    Raises as `XeroClient.get`.
    """
    for page in pages(client, "Contacts", {"includeArchived": "true"}, since):
        yield [_known(contact) for contact in page if contact.get("ContactID")]


def _known(contact: Mapping[str, Any]) -> KnownContact:
    number, email = str(contact.get("ContactNumber") or ""), contact.get("EmailAddress")
    return KnownContact(
        contact_id=str(contact["ContactID"]),
        key=number if number.startswith(KEY_PREFIX) and len(number) <= len(KEY_PREFIX) + 40 else "",
        # Whoever typed it may have composed its letters otherwise.
        name=digest(normalize("NFC", str(contact.get("Name") or ""))),
        email=digest(str(email)) if email else "",
        active=_usable(contact),
        merged_into=str(contact.get("MergedToContactID") or ""),
    )


def make_contacts(client: XeroClient, new: Mapping[str, Customer]) -> dict[str, Answer]:
    """Make contacts for customers, by the name that each is to have; answers by key.

    An address that Xero does not take is left out, in a second call. Raises as `contact_ids`.
    """
    asked = list(new.items())
    elements = [_element(name, customer) for name, customer in asked]
    answers = _put(client, elements)
    bad = [i for i, answer in enumerate(answers) if _is_email(answer) and asked[i][1].email]
    if bad:
        plain = [_element(asked[i][0], replace(asked[i][1], email="")) for i in bad]
        for i, answer in zip(bad, _put(client, plain), strict=True):
            answers[i] = answer
    return {customer.key: answer for (_, customer), answer in zip(asked, answers, strict=True)}


def _element(name: str, customer: Customer) -> dict[str, str]:
    """What is sent of a customer. Nothing that is not needed to tell one from another."""
    email = {"EmailAddress": customer.email} if customer.email else {}
    return {"Name": name, "ContactNumber": customer.key, **email}


def _is_email(answer: Answer) -> bool:
    return isinstance(answer, NeedsPerson) and _EMAIL in answer.message.lower()


# ------------------------------------------------------------------------------- one call


def _put(client: XeroClient, elements: Sequence[dict[str, str]]) -> list[Answer]:
    """Create contacts in one call, each answered for by itself (xero.md 2.4).

    Raises:
        TryLater: they were not made, or the answer was lost: then they are found before a second
            call, by number or by name.
    """
    body = write_json({"Contacts": list(elements)}).encode("ascii")
    try:
        reply = client.put("Contacts", {"summarizeErrors": "false"}, body, uuid.uuid4().hex)
    except Unknown as error:
        raise TryLater(service="Xero", after=OUTAGE_WAIT, detail=error.detail) from None
    told = {
        _key(contact): contact
        for contact in mappings(reply.body.get("Contacts") or reply.body.get("Elements"))
    }
    summary = summary_of(reply.body)
    return [_answer(element, told.get(_key(element)), summary) for element in elements]


def _answer(sent: Mapping[str, str], told: Mapping[str, Any] | None, summary: str) -> Answer:
    """What became of one contact. No word of Xero's is repeated with the customer in it."""
    words = " ".join(messages_of(told or {}))
    contact_id = str((told or {}).get("ContactID") or NO_ID)
    if told and not words and not told.get("HasValidationErrors") and contact_id != NO_ID:
        return contact_id
    if any(fragment in words.lower() for fragment in _TAKEN):
        return NeedsPerson(code="MX-409")
    words = words or summary or "no reason given"
    for name, value in sent.items():
        named = rf"(?<!\w){re.escape(value)}(?!\w)"
        words = re.sub(named, f"({name})", words, flags=re.IGNORECASE)
    return NeedsPerson(code="MX-405", answer=words)


def _key(contact: Mapping[str, Any]) -> str:
    """By what an element is known again in the answer."""
    return " ".join(str(contact.get("Name") or "").split()).casefold()
