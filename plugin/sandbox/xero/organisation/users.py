"""Users: the people who work in the organisation."""

from ...store import Document
from ..protocol import filters
from ..protocol.envelope import Answer, not_found, stamp_text
from ..protocol.routing import Call, Route
from .chart import fixed_id

#: The person who gives consent, and one more.
_PEOPLE = (
    ("user", "Sandy", "Box", "sandy.box@example.com", True, "FINANCIALADVISER"),
    ("user 2", "Olive", "Ledger", "olive.ledger@example.com", False, "STANDARD"),
)
_FIELDS: filters.Fields = {
    "UserID": filters.guid("UserID"),
    **{
        name: filters.text(lambda row, name=name: row.get(name))  # type: ignore[misc]
        for name in ("EmailAddress", "FirstName", "LastName", "OrganisationRole")
    },
    "IsSubscriber": filters.Value("flag", lambda row: row["IsSubscriber"]),
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}


def _rows(call: Call) -> list[Document]:
    changed = call.tenant.organisation["CreatedDateUTC"]
    return [
        {
            "UserID": fixed_id(key),
            "EmailAddress": email,
            "FirstName": first,
            "LastName": last,
            "UpdatedDateUTC": changed,
            "IsSubscriber": subscriber,
            "OrganisationRole": role,
        }
        for key, first, last, email, subscriber, role in _PEOPLE
    ]


def get(call: Call) -> Answer:
    """All people; ``where``, ``order`` and If-Modified-Since as elsewhere."""
    rows = _rows(call)
    if "where" in call.args:
        test = filters.where(call.args["where"], _FIELDS)
        rows = [row for row in rows if test(row)]
    since = filters.modified_since(call.headers.get("If-Modified-Since"))
    if since is not None:
        rows = [row for row in rows if row["UpdatedDateUTC"] >= since]
    if call.args.get("order"):
        rows = filters.ordered(rows, call.args["order"], _FIELDS, "UserID")
    return Answer(payload={"Users": [_shown(row) for row in rows]})


def get_one(call: Call) -> Answer:
    """One person by id."""
    found = [row for row in _rows(call) if row["UserID"] == call.ids[0].lower()]
    return Answer(payload={"Users": [_shown(found[0])]}) if found else not_found()


def _shown(row: Document) -> Document:
    return row | {"UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"])}


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="Users", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="Users/{id}", scopes=_SCOPES, handlers={"GET": get_one}),
]
