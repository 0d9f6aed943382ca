"""TrackingCategories, to read, and how a line's tracking is found (xero.md 10)."""

from typing import Any

from . import messages
from .envelope import Answer, not_found
from .routing import Call, Route
from .tenant import Tenant

_MOST = 2


def get(call: Call) -> Answer:
    """The active categories, with their options; all with ``includeArchived=true``."""
    rows = call.tenant.rows("xero_tracking")
    if call.args.get("includearchived", "").lower() != "true":
        rows = [row for row in rows if row["Status"] == "ACTIVE"]
    return Answer(payload={"TrackingCategories": rows})


def get_one(call: Call) -> Answer:
    """One category by id."""
    found = call.tenant.find("xero_tracking", call.ids[0].lower())
    return Answer(payload={"TrackingCategories": [found]}) if found else not_found()


def resolved(tenant: Tenant, sent: list[dict[str, Any]], faults: list[str]) -> list[dict[str, Any]]:
    """A line's tracking by name and option, or by ids, as Xero writes it."""
    if len(sent) > _MOST:
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
        for option in category["Options"]:
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
    Route(template="TrackingCategories", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="TrackingCategories/{id}", scopes=_SCOPES, handlers={"GET": get_one}),
]
