"""TrackingCategories, and how a line's tracking is found (xero.md 10)."""

import uuid
from typing import Any

from ...store import Document
from ..protocol import elements, filters, messages, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import NO_ID, Answer, invalid, not_found, validation_errors
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import KINDS, Tenant

_MOST_OF_A_LINE = 2
_MOST_ACTIVE = 2
_MOST = 4
_LONGEST_NAME = 100
STATUSES = ("ACTIVE", "ARCHIVED")
_SHAPE = reading.Shape("TrackingCategory", {"Name": "text", "Status": STATUSES})
FIELDS: filters.Fields = {
    "TrackingCategoryID": filters.guid("TrackingCategoryID"),
    **filters.texts("Name", "Status"),
}


# ----------------------------------------------------------------------------------- GET


def get(call: Call) -> Answer:
    """The active categories, with their active options; all with ``includeArchived=true``."""
    rows = call.tenant.rows("xero_tracking")
    if call.args.get("includearchived", "").lower() != "true":
        rows = [_active_part(row) for row in rows if row["Status"] == "ACTIVE"]
    rows = filters.matching(call, rows, FIELDS)
    return Answer(payload={"TrackingCategories": rows})


def _active_part(category: Document) -> Document:
    options = [option for option in category["Options"] if option["Status"] == "ACTIVE"]
    return category | {"Options": options}


def get_one(call: Call) -> Answer:
    """One category by id, with all its options."""
    found = category(call)
    return Answer(payload={"TrackingCategories": [found]}) if found else not_found()


def category(call: Call) -> Document | None:
    """The category that the path names."""
    return call.tenant.find("xero_tracking", call.ids[0].lower())


# -------------------------------------------------------------------------- a category


def put(call: Call) -> Answer:
    """Create a category, without options: those have calls of their own."""

    def create(sent: Element) -> Outcome:
        category = {
            "Name": sent.get("Name", ""),
            "Status": sent.get("Status", "ACTIVE"),
            "TrackingCategoryID": str(uuid.uuid4()),
            "Options": [],
        }
        outcome = _kept(call.tenant, category)
        shown = outcome.shown | ({"TrackingCategoryID": NO_ID} if outcome.errors else {})
        return Outcome(shown=shown, errors=outcome.errors)

    return elements.write_single(call, "TrackingCategories", _SHAPE, create)


def post_one(call: Call) -> Answer:
    """Rename a category, or archive it, or make it active again."""
    found = category(call)
    if found is None:
        return not_found()
    return elements.write_single(
        call, "TrackingCategories", _SHAPE, lambda sent: _kept(call.tenant, found | sent)
    )


def _kept(tenant: Tenant, category: Document) -> Outcome:
    """Put a category unless its name is bad or there are too many."""
    others = [
        row
        for row in tenant.rows("xero_tracking")
        if row["TrackingCategoryID"] != category["TrackingCategoryID"]
    ]
    errors = name_faults(category, others)
    active = [row for row in [*others, category] if row["Status"] == "ACTIVE"]
    if len(others) >= _MOST or len(active) > _MOST_ACTIVE:
        errors.append(messages.TRACKING_CATEGORIES_FULL)
    if not errors:
        tenant.store.put("xero_tracking", category["TrackingCategoryID"], category)
    return Outcome(shown=category, errors=errors)


def name_faults(row: Document, others: list[Document]) -> list[str]:
    """What is wrong with the name of a category or option."""
    name = row["Name"]
    taken = any(other["Name"].lower() == name.lower() for other in others)
    if taken or name != name.strip() or not 0 < len(name) <= _LONGEST_NAME:
        return [messages.tracking_name(name)]
    return []


def delete(call: Call) -> Answer:
    """Delete a category that no document uses."""
    found = category(call)
    if found is None:
        return not_found()
    if used(call.tenant, "TrackingCategoryID", found["TrackingCategoryID"]):
        return refused(found)
    call.tenant.store.delete("xero_tracking", found["TrackingCategoryID"])
    return Answer(payload={"TrackingCategories": [found | {"Status": "DELETED"}]})


def used(tenant: Tenant, id_name: str, wanted: str) -> bool:
    """Whether a line of any document has this category or option."""
    return any(
        entry.get(id_name) == wanted
        for kind in KINDS
        for row in tenant.rows(kind)
        for line in row.get("LineItems", ())
        for entry in line.get("Tracking", ())
    )


def refused(row: Document) -> Answer:
    """What a category or option that is used answers to being deleted."""
    errors = validation_errors([messages.tracking_used(row["Name"])])
    return invalid([row | {"ValidationErrors": errors}])


# ----------------------------------------------------------------------- a line's tracking


def resolved(tenant: Tenant, sent: list[dict[str, Any]], faults: list[str]) -> list[dict[str, Any]]:
    """A line's tracking by name and option, or by ids, as Xero writes it."""
    if len(sent) > _MOST_OF_A_LINE:
        faults.append(messages.TRACKING_COUNT)
    found = []
    for entry in sent:
        row = _resolved(tenant, entry)
        if row is None:
            name = entry.get("Option") or entry.get("Name") or entry.get("TrackingOptionID", "")
            faults.append(messages.tracking_unknown(name))
        else:
            found.append(row)
    return found


def _resolved(tenant: Tenant, entry: dict[str, Any]) -> dict[str, Any] | None:
    for category in tenant.rows("xero_tracking"):
        if category["Status"] != "ACTIVE" or not _same(
            entry, category, ("TrackingCategoryID", "TrackingCategoryID"), ("Name", "Name")
        ):
            continue
        for option in _active_part(category)["Options"]:
            if _same(entry, option, ("TrackingOptionID", "TrackingOptionID"), ("Option", "Name")):
                return {
                    "Name": category["Name"],
                    "Option": option["Name"],
                    "TrackingCategoryID": category["TrackingCategoryID"],
                    "TrackingOptionID": option["TrackingOptionID"],
                }
    return None


def _same(
    entry: dict[str, Any], row: dict[str, Any], by_id: tuple[str, str], by_name: tuple[str, str]
) -> bool:
    if by_id[0] in entry:
        return bool(entry[by_id[0]] == row[by_id[1]])
    return bool(entry.get(by_name[0], "").lower() == row[by_name[1]].lower())


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="TrackingCategories", scopes=_SCOPES, handlers={"GET": get, "PUT": put}),
    Route(
        template="TrackingCategories/{id}",
        scopes=_SCOPES,
        handlers={"GET": get_one, "POST": post_one, "DELETE": delete},
    ),
]
