"""Contacts by name: looked up first, always counted, and made only when there is none.

``POST`` with a colliding name overwrites somebody else's contact, so contacts are created with
``PUT``; two contacts may share a name whatever Xero says, so matches are counted (xero.md 7).
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ...plugin.errors import NeedsPerson, TryLater, Unknown
from .client import Reply, XeroClient
from .errors import OUTAGE_WAIT, messages_of, summary_of
from .fields import NO_ID, quoted, to_text, write_json
from .pages import chunks, pages

_LONGEST_NAME = 255
_ARCHIVED = (
    "The contact with the specified contact details has been archived. The contact must be "
    "un-archived before creating new invoices or credit notes."
)
_TAKEN = "already assigned to another contact"


def contact_ids(client: XeroClient, names: Sequence[str]) -> dict[str, str]:
    """Ids of the contacts with these names, by name as asked for; the missing are made.

    Raises:
        NeedsPerson: a contact is archived, ambiguous or refused (MX-405).
        TryLater, Disconnected: Xero can't be asked.
    """
    spelled = {name: _as_xero_spells(name) for name in names}
    wanted = list(dict.fromkeys(spelled.values()))
    found = _find(client, wanted)
    missing = [name for name in wanted if name.casefold() not in found]
    if missing:
        found |= _create(client, missing)
    return {name: found[spelling.casefold()] for name, spelling in spelled.items()}


def _as_xero_spells(name: str) -> str:
    """A name as Xero stores it: no angle brackets, single spaces, at most 255 (xero.md 7)."""
    plain = to_text(name, len(name)).replace("<", "").replace(">", "")
    spelled = " ".join(plain.split())[:_LONGEST_NAME].strip()
    if not spelled:
        raise _refusal("A Contact must be specified for this type of transaction")
    return spelled


def _find(client: XeroClient, names: Sequence[str], *, any_case: bool = False) -> dict[str, str]:
    """Ids by folded name of those that exist; each exactly once, or a person must look.

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
    return {name: _only(contacts) for name, contacts in matches.items() if contacts}


def _only(contacts: Sequence[Mapping[str, Any]]) -> str:
    """The id of the one active contact among those of a name."""
    active = [
        contact
        for contact in contacts
        if contact.get("ContactStatus", "ACTIVE") == "ACTIVE"
        and not contact.get("MergedToContactID")
    ]
    if not active:
        raise _refusal(_ARCHIVED)
    ids = {str(contact["ContactID"]) for contact in active}
    if len(ids) > 1:
        raise _refusal(f"{len(ids)} active contacts have this name; only one may.")
    return ids.pop()


def _create(client: XeroClient, names: Sequence[str]) -> dict[str, str]:
    """Make contacts in one call; whoever made one in the same moment is found instead."""
    body = write_json({"Contacts": [{"Name": name} for name in names]}).encode("ascii")
    try:
        reply = client.put("Contacts", {"summarizeErrors": "false"}, body, uuid.uuid4().hex)
    except Unknown as error:
        # They are looked up by name next time, so nothing can come twice.
        raise TryLater(service="Xero", after=OUTAGE_WAIT, detail=error.detail) from None
    made, refusals = _read(reply)
    missing = [name for name in names if name.casefold() not in made]
    if not missing:
        return made
    found = _find(client, missing, any_case=True)
    for name in missing:
        if name.casefold() not in found:
            words = refusals.get(name.casefold()) or summary_of(reply.body) or _TAKEN
            # A customer's name is in no error.
            named = rf"(?<!\w){re.escape(name)}(?!\w)"
            raise _refusal(re.sub(named, "(its name)", words))
    return made | found


def _read(reply: Reply) -> tuple[dict[str, str], dict[str, str]]:
    """Ids of what was made, and Xero's words on what was not; both by folded name."""
    made: dict[str, str] = {}
    refusals: dict[str, str] = {}
    elements = reply.body.get("Contacts") or reply.body.get("Elements") or []
    for contact in elements:
        words = " ".join(messages_of(contact))
        contact_id = str(contact.get("ContactID") or NO_ID)
        if words or contact.get("HasValidationErrors") is True or contact_id == NO_ID:
            refusals[_key(contact)] = words
        else:
            made[_key(contact)] = contact_id
    return made, refusals


def _key(contact: Mapping[str, Any]) -> str:
    return " ".join(str(contact.get("Name") or "").split()).casefold()


def _refusal(answer: str) -> NeedsPerson:
    return NeedsPerson(code="MX-405", answer=answer)
