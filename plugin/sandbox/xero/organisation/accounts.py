"""Accounts: the chart of accounts, read and changed one at a time (xero.md 2.4 and 10)."""

import uuid

from ...store import Document
from ..protocol import elements, filters, messages, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import (
    NO_ID,
    Answer,
    invalid,
    not_found,
    stamp_text,
    unreadable,
    validation_errors,
)
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from . import account_checks

_FLAGS = ("EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist")
_SHAPE = reading.Shape(
    "Account",
    {
        "AccountID": "guid",
        "Type": tuple(account_checks.CLASSES),
        "Status": ("ACTIVE", "ARCHIVED", "DELETED"),
        "BankAccountType": ("BANK", "CREDITCARD", "PAYPAL", "NONE", ""),
    }
    | dict.fromkeys(["Code", "Name", "Description", "TaxType", "BankAccountNumber"], "text")
    | {"CurrencyCode": "text"}
    | dict.fromkeys(_FLAGS, "flag"),
)
FIELDS: filters.Fields = {
    "AccountID": filters.guid("AccountID"),
    **filters.texts(
        "Code", "Name", "Type", "Class", "Status", "SystemAccount", "TaxType", "Description",
        "BankAccountNumber", "BankAccountType", "CurrencyCode", "ReportingCode",
    ),
    **{name: filters.flag(name) for name in _FLAGS},
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}  # fmt: skip


def get(call: Call) -> Answer:
    """All accounts; archived ones too, as `Status` says."""
    rows = filters.matching(call, call.tenant.rows("xero_account"), FIELDS)
    return Answer(payload={"Accounts": [shown(row) for row in rows]})


def get_one(call: Call) -> Answer:
    """One account by id."""
    found = _found(call)
    return Answer(payload={"Accounts": [shown(found)]}) if found else not_found()


def _found(call: Call) -> Document | None:
    wanted = call.ids[0].lower()
    rows = call.tenant.rows("xero_account")
    return next((row for row in rows if row["AccountID"] == wanted), None)


def shown(row: Document) -> Document:
    """An account as Xero writes it."""
    return row | {"UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"])}


# -------------------------------------------------------------------- PUT, POST and DELETE


def put(call: Call) -> Answer:
    """Create one account: there is no batch of them."""
    if len(reading.elements(call.body, "Accounts")) > 1:
        raise unreadable(messages.ONE_ACCOUNT)
    return elements.write_single(call, "Accounts", _SHAPE, lambda sent: _written(call, sent, None))


def post_one(call: Call) -> Answer:
    """Change or archive one account."""
    found = _found(call)
    if found is None:
        return not_found()
    return elements.write_single(call, "Accounts", _SHAPE, lambda sent: _written(call, sent, found))


def delete(call: Call) -> Answer:
    """Delete one account that nothing uses."""
    found = _found(call)
    if found is None:
        return not_found()
    errors = [messages.ACCOUNT_SYSTEM] if found["SystemAccount"] else []
    if account_checks.used(call.tenant, found):
        errors.append(messages.ACCOUNT_USED)
    if errors:
        return invalid([shown(found) | {"ValidationErrors": validation_errors(errors)}])
    call.tenant.store.delete("xero_account", _key(found))
    return Answer(payload={"Accounts": [shown(found) | {"Status": "DELETED"}]})


def _written(call: Call, sent: Element, existing: Document | None) -> Outcome:
    before = existing or _new(call.tenant, sent)
    document = before | {name: value for name, value in sent.items() if name != "AccountID"}
    document["Class"] = account_checks.CLASSES.get(document["Type"])
    document["UpdatedDateUTC"] = call.tenant.now_ms()
    errors = [
        *account_checks.own_faults(document),
        *account_checks.shared_faults(call.tenant, document),
    ]
    errors += account_checks.status_faults(sent, existing)
    if errors:
        return Outcome(
            shown=shown(document if existing else document | {"AccountID": NO_ID}), errors=errors
        )
    if existing and _key(existing) != _key(document):
        call.tenant.store.delete("xero_account", _key(existing))
    call.tenant.store.put("xero_account", _key(document), document)
    return Outcome(shown=shown(document), errors=[])


def _new(tenant: Tenant, sent: Element) -> Document:
    bank = sent.get("Type") == "BANK"
    no_tax = "BASEXCLUDED" if tenant.organisation["CountryCode"] == "AU" else "NONE"
    return {
        "AccountID": str(uuid.uuid4()),
        "Code": None,
        "Name": "",
        "Status": "ACTIVE",
        "Type": None,
        "TaxType": no_tax,
        "SystemAccount": None,
        "BankAccountType": "BANK" if bank else "",
        "CurrencyCode": tenant.organisation["BaseCurrency"] if bank else None,
        "HasAttachments": False,
        **dict.fromkeys(_FLAGS, False),
    }


def _key(account: Document) -> str:
    """Accounts are kept by their code, as lines name them; a bank account may have none."""
    return str(account["Code"] or account["AccountID"])


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="Accounts", scopes=_SCOPES, handlers={"GET": get, "PUT": put}),
    Route(
        template="Accounts/{id}",
        scopes=_SCOPES,
        handlers={"GET": get_one, "POST": post_one, "DELETE": delete},
    ),
]
