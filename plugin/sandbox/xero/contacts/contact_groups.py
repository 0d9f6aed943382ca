"""ContactGroups, and who is in them: a contact itself keeps which groups it is in.

Xero's published description is the source; xero.md knows no more of them.
"""

import uuid

from ...store import Document
from ..protocol import elements, filters, messages, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import NO_ID, Answer, not_found
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from . import contact_write

_LONGEST_NAME = 255
_SHAPE = reading.Shape("ContactGroup", {"Name": "text", "Status": ("ACTIVE", "DELETED")})
_MEMBER = reading.Shape("Contact", {"ContactID": "guid"})
FIELDS: filters.Fields = {
    "ContactGroupID": filters.guid("ContactGroupID"),
    **filters.texts("Name", "Status"),
}


def get(call: Call) -> Answer:
    """All groups that aren't deleted, without their contacts."""
    rows = filters.matching(call, call.tenant.rows("xero_contact_group"), FIELDS)
    return Answer(payload={"ContactGroups": [_shown(row) for row in rows]})


def get_one(call: Call) -> Answer:
    """One group with its contacts."""
    found = _found(call)
    if found is None:
        return not_found()
    members = [contact_write.summary(contact) for contact in _members(call, found)]
    return Answer(payload={"ContactGroups": [_shown(found) | {"Contacts": members}]})


def _found(call: Call) -> Document | None:
    return call.tenant.find("xero_contact_group", call.ids[0].lower())


def _members(call: Call, group: Document) -> list[Document]:
    rows = call.tenant.rows("xero_contact")
    return [row for row in rows if _is_in(row, group)]


def _is_in(contact: Document, group: Document) -> bool:
    groups = contact.get("ContactGroups", ())
    return any(each["ContactGroupID"] == group["ContactGroupID"] for each in groups)


def _shown(group: Document) -> Document:
    return group | {"Contacts": []}


def put(call: Call) -> Answer:
    """Create a group."""
    group = {"ContactGroupID": str(uuid.uuid4()), "Name": "", "Status": "ACTIVE"}
    return elements.write_single(
        call, "ContactGroups", _SHAPE, lambda sent: _written(call, sent, group)
    )


def post_one(call: Call) -> Answer:
    """Rename a group, or delete it with the status DELETED."""
    found = _found(call)
    if found is None:
        return not_found()
    return elements.write_single(
        call, "ContactGroups", _SHAPE, lambda sent: _written(call, sent, found)
    )


def _written(call: Call, sent: Element, before: Document) -> Outcome:
    group = before | sent
    others = [
        row["Name"].lower()
        for row in call.tenant.rows("xero_contact_group")
        if row["ContactGroupID"] != group["ContactGroupID"]
    ]
    name = group["Name"].strip()
    if name.lower() in others or not 0 < len(name) <= _LONGEST_NAME:
        shown = _shown(group) | {"ContactGroupID": NO_ID}
        return Outcome(shown=shown, errors=[messages.CONTACT_GROUP_NAME])
    members = _members(call, group)
    if group["Status"] == "DELETED":
        call.tenant.store.delete("xero_contact_group", group["ContactGroupID"])
    else:
        call.tenant.store.put("xero_contact_group", group["ContactGroupID"], group)
    for contact in members:
        _place(call, contact, group, inside=group["Status"] == "ACTIVE")
    return Outcome(shown=_shown(group), errors=[])


def _place(call: Call, contact: Document, group: Document, *, inside: bool) -> None:
    """Put a contact into a group, or take it out."""
    groups = [
        each
        for each in contact.get("ContactGroups", ())
        if each["ContactGroupID"] != group["ContactGroupID"]
    ]
    changed = {"ContactGroups": [*groups, group] if inside else groups}
    call.tenant.save_contact(contact | changed)


# ------------------------------------------------------------------------------- members


def put_members(call: Call) -> Answer:
    """Put contacts into a group, by their ids."""
    group = _found(call)
    if group is None:
        return not_found()

    def join(sent: Element) -> Outcome:
        contact = call.tenant.find("xero_contact", sent.get("ContactID", NO_ID))
        if contact is None:
            return Outcome(shown=sent, errors=[messages.CONTACT_UNKNOWN])
        _place(call, contact, group, inside=True)
        return Outcome(shown=contact_write.summary(contact), errors=[])

    return elements.write(call, "Contacts", _MEMBER, join)


def delete_members(call: Call) -> Answer:
    """Take every contact out of a group, or the one that the path names."""
    group = _found(call)
    if group is None:
        return not_found()
    members = _members(call, group)
    if len(call.ids) > 1:
        members = [row for row in members if row["ContactID"] == call.ids[1].lower()]
        if not members:
            return not_found()
    for contact in members:
        _place(call, contact, group, inside=False)
    return Answer(status=204)


_SCOPES = ("accounting.contacts",)
_PATH = "ContactGroups/{id}"
ROUTES = [
    Route(template="ContactGroups", scopes=_SCOPES, handlers={"GET": get, "PUT": put}),
    Route(template=_PATH, scopes=_SCOPES, handlers={"GET": get_one, "POST": post_one}),
    Route(
        template=f"{_PATH}/Contacts",
        scopes=_SCOPES,
        handlers={"PUT": put_members, "DELETE": delete_members},
    ),
    Route(
        template=f"{_PATH}/Contacts/{{contact}}",
        scopes=_SCOPES,
        handlers={"DELETE": delete_members},
    ),
]
