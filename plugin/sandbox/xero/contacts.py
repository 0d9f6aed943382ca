"""Contacts: GET, PUT and POST (xero.md 7)."""

from collections.abc import Callable

from ..store import Document
from . import contact_write, filters, reading
from .contact_write import Plan
from .envelope import NO_ID, Answer, invalid, not_found, validation_errors
from .reading import Element
from .routing import Call, Route

FIELDS: filters.Fields = {
    "ContactID": filters.guid("ContactID"),
    **{
        name: filters.text(lambda row, name=name: row.get(name))  # type: ignore[misc]
        for name in ("Name", "ContactNumber", "EmailAddress", "AccountNumber", "ContactStatus")
    },
    "IsCustomer": filters.Value("flag", lambda row: row.get("IsCustomer", False)),
    "IsSupplier": filters.Value("flag", lambda row: row.get("IsSupplier", False)),
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}


def get(call: Call) -> Answer:
    """Contacts that match; archived ones only with ``includeArchived=true``."""
    rows = filters.ordered(_chosen(call), call.args.get("order"), FIELDS, "ContactID")
    if call.args.get("summaryonly", "").lower() == "true" or "page" in call.args:
        rows, pagination = filters.paged(rows, call.args)
        shown = [contact_write.shown(row) for row in rows]
        return Answer(payload={"pagination": pagination, "Contacts": shown})
    # MergedToContactID appears only when paged or by id.
    shown = [contact_write.shown(row) | {"MergedToContactID": None} for row in rows]
    return Answer(payload={"Contacts": shown})


def _chosen(call: Call) -> list[Document]:
    rows = call.tenant.rows("xero_contact")
    if call.args.get("includearchived", "").lower() != "true":
        rows = [row for row in rows if row["ContactStatus"] == "ACTIVE"]
    ids = filters.words(call.args.get("ids"))
    if ids is not None:
        rows = [row for row in rows if row["ContactID"] in ids]
    since = filters.modified_since(call.headers.get("If-Modified-Since"))
    if since is not None:
        rows = [row for row in rows if row["UpdatedDateUTC"] >= since]
    term = call.args.get("searchterm", "").lower()
    if term:
        keys = ("Name", "FirstName", "LastName", "ContactNumber", "EmailAddress")
        rows = [row for row in rows if any(term in (row.get(key) or "").lower() for key in keys)]
    if "where" in call.args:
        test = filters.where(call.args["where"], FIELDS)
        rows = [row for row in rows if test(row)]
    return rows


def get_one(call: Call) -> Answer:
    """One contact by id or ContactNumber."""
    found = call.tenant.contact(call.ids[0])
    return Answer(payload={"Contacts": [contact_write.shown(found)]}) if found else not_found()


def put(call: Call) -> Answer:
    """Create only: a used name or number is an error."""
    return _write(call, lambda _sent: None)


def post(call: Call) -> Answer:
    """Create or change: by ContactID, then ContactNumber, then Name."""

    def meant(sent: Element) -> Document | None:
        return contact_write.matched(call.tenant, sent)

    return _write(call, meant)


def post_one(call: Call) -> Answer:
    """Change one contact by its id."""
    existing = call.tenant.contact(call.ids[0])
    return _write(call, lambda _sent: existing) if existing else not_found()


def _write(call: Call, existing: Callable[[Element], Document | None]) -> Answer:
    sent = [
        contact_write.SHAPE.read(element, f"Contacts[{position}]")
        for position, element in enumerate(reading.elements(call.body, "Contacts"))
    ]
    shown, failed = [], []
    for element in sent:
        plan = contact_write.plan(call.tenant, element, existing(element))
        answer = _answered(call, plan)
        if plan.errors:
            failed.append(answer)
        if not call.summarize_errors:
            answer["StatusAttributeString"] = "ERROR" if plan.errors else "OK"
        shown.append(answer)
    if failed and call.summarize_errors:
        return invalid(failed)
    return Answer(payload={"Contacts": shown})


def _answered(call: Call, plan: Plan) -> Document:
    if not plan.errors:
        return contact_write.shown(plan.commit(call.tenant))
    answer = contact_write.shown(plan.document)
    if call.tenant.find("xero_contact", answer["ContactID"]) is None:
        answer["ContactID"] = NO_ID
    errors = validation_errors(plan.errors)
    return answer | {"HasValidationErrors": True, "ValidationErrors": errors}


_SCOPES = ("accounting.contacts",)
ROUTES = [
    Route(template="Contacts", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(template="Contacts/{id}", scopes=_SCOPES, handlers={"GET": get_one, "POST": post_one}),
]
