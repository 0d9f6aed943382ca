"""TaxRates, to read (xero.md 6)."""

from . import filters
from .envelope import Answer, not_found
from .routing import Call, Route

FIELDS: filters.Fields = {
    name: filters.text(lambda row, name=name: row.get(name))  # type: ignore[misc]
    for name in ("Name", "TaxType", "ReportTaxType", "Status")
}


def get(call: Call) -> Answer:
    """All tax rates."""
    rows = call.tenant.rows("xero_tax_rate")
    if "where" in call.args:
        test = filters.where(call.args["where"], FIELDS)
        rows = [row for row in rows if test(row)]
    return Answer(payload={"TaxRates": rows})


def get_one(call: Call) -> Answer:
    """One tax rate by its TaxType."""
    found = call.tenant.find("xero_tax_rate", call.ids[0].upper())
    return Answer(payload={"TaxRates": [found]}) if found else not_found()


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="TaxRates", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="TaxRates/{TaxType}", scopes=_SCOPES, handlers={"GET": get_one}),
]
