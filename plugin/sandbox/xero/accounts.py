"""Accounts: the chart of accounts, to read (xero.md 10)."""

from ..store import Document
from . import filters
from .envelope import Answer, not_found, stamp_text
from .routing import Call, Route

FIELDS: filters.Fields = {
    "AccountID": filters.guid("AccountID"),
    **{
        name: filters.text(lambda row, name=name: row.get(name))  # type: ignore[misc]
        for name in ("Code", "Name", "Type", "Class", "Status", "SystemAccount", "TaxType")
    },
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}


def get(call: Call) -> Answer:
    """All accounts; archived ones too, as `Status` says."""
    rows = call.tenant.rows("xero_account")
    if "where" in call.args:
        test = filters.where(call.args["where"], FIELDS)
        rows = [row for row in rows if test(row)]
    since = filters.modified_since(call.headers.get("If-Modified-Since"))
    if since is not None:
        rows = [row for row in rows if row["UpdatedDateUTC"] >= since]
    if call.args.get("order"):
        rows = filters.ordered(rows, call.args["order"], FIELDS, "AccountID")
    return Answer(payload={"Accounts": [shown(row) for row in rows]})


def get_one(call: Call) -> Answer:
    """One account by id."""
    wanted = call.ids[0].lower()
    rows = [row for row in call.tenant.rows("xero_account") if row["AccountID"] == wanted]
    return Answer(payload={"Accounts": [shown(rows[0])]}) if rows else not_found()


def shown(row: Document) -> Document:
    """An account as Xero writes it."""
    return row | {"UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"])}


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="Accounts", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="Accounts/{id}", scopes=_SCOPES, handlers={"GET": get_one}),
]
