"""TaxRates: GET, PUT and POST (xero.md 6)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from ...store import Document
from ..protocol import elements, filters, messages, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import Answer, not_found
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from . import chart

_COMPONENT = reading.Shape(
    "TaxComponent",
    {"Name": "text", "Rate": "number", "IsCompound": "flag", "IsNonRecoverable": "flag"},
)
_SHAPE = reading.Shape(
    "TaxRate",
    {"Status": ("ACTIVE", "DELETED", "ARCHIVED", "PENDING"), "TaxComponents": [_COMPONENT]}
    | dict.fromkeys(["Name", "TaxType", "ReportTaxType"], "text"),
)
_CLASSES = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")
FIELDS: filters.Fields = {
    **filters.texts("Name", "TaxType", "ReportTaxType", "Status"),
    **{f"CanApplyTo{name}": filters.flag(f"CanApplyTo{name}") for name in _CLASSES},
    "DisplayTaxRate": filters.number("DisplayTaxRate"),
    "EffectiveRate": filters.number("EffectiveRate"),
}


def get(call: Call) -> Answer:
    """All tax rates; deleted ones too, as `Status` says."""
    rows = filters.matching(call, call.tenant.rows("xero_tax_rate"), FIELDS)
    return Answer(payload={"TaxRates": rows})


def get_one(call: Call) -> Answer:
    """One tax rate by its TaxType."""
    found = call.tenant.find("xero_tax_rate", call.ids[0].upper())
    return Answer(payload={"TaxRates": [found]}) if found else not_found()


def put(call: Call) -> Answer:
    """Create tax rates; Xero names them TAX001, TAX002..."""
    return elements.write(call, "TaxRates", _SHAPE, lambda sent: _written(call.tenant, sent, None))


def post(call: Call) -> Answer:
    """Create or change tax rates: by TaxType, else by Name.

    Xero's own cannot be changed. Components that aren't sent are gone.
    """
    tenant = call.tenant

    def create_or_change(sent: Element) -> Outcome:
        found = tenant.find("xero_tax_rate", sent.get("TaxType", "").upper())
        if found is None and sent.get("TaxType"):
            return Outcome(shown=sent, errors=[messages.TAX_RATE_UNKNOWN])
        if found is None:
            found = _by_name(tenant, sent.get("Name", ""))
        if found and not _made_by_person(found):
            return Outcome(shown=found, errors=[messages.TAX_RATE_SYSTEM])
        return _written(tenant, sent, found)

    return elements.write(call, "TaxRates", _SHAPE, create_or_change)


def _made_by_person(rate: Document) -> bool:
    return bool(re.fullmatch("TAX[0-9]+", rate["TaxType"]))


def _by_name(tenant: Tenant, name: str) -> Document | None:
    """The rate that has a name; those of deleted ones are free."""
    for row in tenant.rows("xero_tax_rate"):
        if row["Name"].lower() == name.lower() and row["Status"] != "DELETED":
            return row
    return None


def _written(tenant: Tenant, sent: Element, existing: Document | None) -> Outcome:
    errors = list(_faults(tenant, sent, existing))
    if errors:
        return Outcome(shown=sent, errors=errors)
    before = existing or {"TaxType": _next_tax_type(tenant), "Status": "ACTIVE"}
    components = sent.get("TaxComponents")
    reported = sent.get("ReportTaxType", before.get("ReportTaxType"))
    document = before | {"Name": sent.get("Name", before.get("Name"))}
    if existing is None or components is not None or reported != before.get("ReportTaxType"):
        document = chart.tax_rate(
            name=document["Name"],
            tax_type=document["TaxType"],
            report_tax_type=reported,
            classes=chart.account_classes(reported),
            components=components or _components(before),
        )
    document = document | {"Status": sent.get("Status", before["Status"])}
    tenant.store.put("xero_tax_rate", document["TaxType"], document)
    return Outcome(shown=document, errors=[])


def _faults(tenant: Tenant, sent: Element, existing: Document | None) -> Iterator[str]:
    name = str(sent.get("Name", existing["Name"] if existing else ""))
    holder = _by_name(tenant, name)
    taken = holder is not None and (existing is None or holder["TaxType"] != existing["TaxType"])
    if not name.strip() or taken:
        yield messages.TAX_RATE_NAME
    components = sent.get("TaxComponents", _components(existing) if existing else [])
    whole = all(each.get("Name") and each.get("Rate", -1) >= 0 for each in components)
    if not components or not whole:
        yield messages.TAX_COMPONENTS


def _components(row: Document) -> list[Document]:
    """The components that are kept, as if they were sent again."""
    return [each | {"Rate": Decimal(each["Rate"])} for each in row["TaxComponents"]]


def _next_tax_type(tenant: Tenant) -> str:
    number = 1
    while tenant.find("xero_tax_rate", f"TAX{number:03}"):
        number += 1
    return f"TAX{number:03}"


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="TaxRates", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(template="TaxRates/{TaxType}", scopes=_SCOPES, handlers={"GET": get_one}),
]
