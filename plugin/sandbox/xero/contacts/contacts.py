"""Contacts: GET, PUT and POST (xero.md 7)."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents import attachments
from ..protocol import elements, filters
from ..protocol.elements import Outcome
from ..protocol.envelope import NO_ID, Answer, not_found
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from . import contact_write

FIELDS: filters.Fields = {
    "ContactID": filters.guid("ContactID"),
    **filters.texts(
        "Name", "FirstName", "LastName", "ContactNumber", "AccountNumber", "CompanyNumber",
        "EmailAddress", "ContactStatus", "TaxNumber", "BankAccountDetails", "DefaultCurrency",
        "Website",
    ),
    "IsCustomer": filters.flag("IsCustomer"),
    "IsSupplier": filters.flag("IsSupplier"),
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}  # fmt: skip
_SEARCHED = ("Name", "FirstName", "LastName", "ContactNumber", "EmailAddress")
#: Told only of one contact, or of a page of them.
_DETAILS = dict.fromkeys([
    "MergedToContactID", "SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType",
    "SalesTrackingCategories", "PurchasesTrackingCategories", "PaymentTerms", "BatchPayments",
])  # fmt: skip


# ----------------------------------------------------------------------------------- GET


def get(call: Call) -> Answer:
    """Contacts that match; archived ones only with ``includeArchived=true``."""
    rows = filters.ordered(_chosen(call), call.args.get("order"), FIELDS, "ContactID")
    summary = call.args.get("summaryonly", "").lower() == "true"
    if not (summary or "page" in call.args):
        return Answer(payload={"Contacts": [_shown(call, row) | _DETAILS for row in rows]})
    rows, pagination = filters.paged(rows, call.args)
    balances = {} if summary else _balances(call, {row["ContactID"] for row in rows})
    shown = [
        _shown(call, row) | {"Balances": _balance(balances.get(row["ContactID"]))} for row in rows
    ]
    return Answer(payload={"pagination": pagination, "Contacts": shown})


def _chosen(call: Call) -> list[Document]:
    rows = call.tenant.rows("xero_contact")
    if call.args.get("includearchived", "").lower() != "true":
        rows = [row for row in rows if row["ContactStatus"] != "ARCHIVED"]
    ids = filters.ids(call.args.get("ids"))
    if ids is not None:
        rows = [row for row in rows if row["ContactID"] in ids]
    term = call.args.get("searchterm", "").lower()
    if term:
        rows = [
            row for row in rows if any(term in (row.get(key) or "").lower() for key in _SEARCHED)
        ]
    unordered = call.args.get("where"), call.headers.get("If-Modified-Since")
    return filters.matching(call, rows, FIELDS) if any(unordered) else rows


def get_one(call: Call) -> Answer:
    """One contact by id, else by ContactNumber: one of them where several have it."""
    found = call.tenant.contact(call.ids[0])
    if found is None:
        return not_found()
    contact_id = found["ContactID"]
    balances = _balances(call, {contact_id})
    shown = _shown(call, found) | {"Balances": _balance(balances.get(contact_id))}
    return Answer(payload={"Contacts": [shown]})


def _shown(call: Call, row: Document) -> dict[str, Any]:
    has_files = attachments.has(call.tenant, row["ContactID"])
    return contact_write.shown(row) | {"HasAttachments": has_files}


# ------------------------------------------------------------------------------- balances

_ACCOUNTS = {"ACCREC": "AccountsReceivable", "ACCPAY": "AccountsPayable"}
#: Outstanding and overdue, by the property that tells them.
_Balance = dict[str, list[Decimal]]


def _balances(call: Call, wanted: set[str]) -> dict[str, _Balance]:
    """What contacts owe and are owed by approved invoices and bills, in their own currencies."""
    today = call.tenant.today()
    found: dict[str, _Balance] = defaultdict(lambda: defaultdict(lambda: [Decimal(0), Decimal(0)]))
    for row in call.tenant.rows("xero_invoice"):
        if row["ContactID"] in wanted and row["Status"] == "AUTHORISED":
            amounts = found[row["ContactID"]][_ACCOUNTS[row["Type"]]]
            due = Decimal(row["AmountDue"])
            amounts[0] += due
            if (row.get("DueDate") or today) < today:
                amounts[1] += due
    return found


def _balance(amounts: _Balance | None) -> dict[str, Any] | None:
    if not amounts:
        return None
    zeros = [Decimal("0.00"), Decimal("0.00")]
    return {
        name: dict(zip(("Outstanding", "Overdue"), amounts.get(name, zeros), strict=True))
        for name in _ACCOUNTS.values()
    }


# ---------------------------------------------------------------------------- PUT and POST


def put(call: Call) -> Answer:
    """Create only: a used name or number is an error."""
    return _write(call, lambda _sent: None)


def post(call: Call) -> Answer:
    """Create or change: by ContactID, then ContactNumber, then Name.

    A name alone means an active contact: that of an archived one is free (xero.md 7).
    """

    def meant(sent: Element) -> Document | None:
        found = contact_write.matched(call.tenant, sent)
        by_name = "ContactID" not in sent and not sent.get("ContactNumber")
        return None if found and by_name and found["ContactStatus"] != "ACTIVE" else found

    return _write(call, meant)


def _write(call: Call, existing: Callable[[Element], Document | None]) -> Answer:
    return elements.write(
        call,
        "Contacts",
        contact_write.SHAPE,
        lambda sent: _written(call, sent, existing(sent)),
        summarizes=True,
    )


def post_one(call: Call) -> Answer:
    """Change one contact by its id."""
    existing = call.tenant.contact(call.ids[0])
    if existing is None:
        return not_found()
    return elements.write_single(
        call, "Contacts", contact_write.SHAPE, lambda sent: _written(call, sent, existing)
    )


def _written(call: Call, sent: Element, existing: Document | None) -> Outcome:
    plan = contact_write.plan(call.tenant, sent, existing)
    if not plan.errors:
        return Outcome(shown=_shown(call, plan.commit(call.tenant)), errors=[])
    shown = contact_write.shown(plan.document) | {"HasValidationErrors": True}
    if call.tenant.find("xero_contact", shown["ContactID"]) is None:
        shown["ContactID"] = NO_ID
    return Outcome(shown=shown, errors=plan.errors)


_SCOPES = ("accounting.contacts",)
ROUTES = [
    Route(template="Contacts", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(template="Contacts/{id}", scopes=_SCOPES, handlers={"GET": get_one, "POST": post_one}),
]
