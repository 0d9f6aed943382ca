"""Currencies: those that the organisation has added (xero.md 10)."""

from ..protocol import elements, filters, messages, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import Answer
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from . import chart

#: How many of each one pound is; the sandbox's "day rate", always the same.
RATES = {
    "GBP": "1.000000",
    "EUR": "1.150000",
    "USD": "1.300000",
    "AUD": "1.950000",
    "NZD": "2.150000",
    "ZAR": "23.500000",
}
_SHAPE = reading.Shape("Currency", {"Code": tuple(chart.CURRENCIES), "Description": "text"})
FIELDS: filters.Fields = filters.texts("Code", "Description")


def get(call: Call) -> Answer:
    """All currencies."""
    rows = filters.matching(call, call.tenant.rows("xero_currency"), FIELDS)
    return Answer(payload={"Currencies": rows})


def put(call: Call) -> Answer:
    """Add a currency."""

    def add(sent: Element) -> Outcome:
        code = sent.get("Code", "")
        if not code or call.tenant.find("xero_currency", code):
            return Outcome(shown=sent, errors=[messages.currency_known(code)])
        row = {"Code": code, "Description": chart.CURRENCIES[code]}
        call.tenant.store.put("xero_currency", code, row)
        return Outcome(shown=row, errors=[])

    return elements.write_single(call, "Currencies", _SHAPE, add)


def day_rate(base: str, code: str) -> str:
    """How many of `code` one unit of the base currency is, with six decimals."""
    return "1.000000" if base == code else RATES.get(code, "1.000000")


_SCOPES = ("accounting.settings",)
ROUTES = [Route(template="Currencies", scopes=_SCOPES, handlers={"GET": get, "PUT": put})]
