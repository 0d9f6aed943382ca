"""Currencies: those that the organisation has added (xero.md 10)."""

from .envelope import Answer
from .routing import Call, Route

#: How many of each one pound is; the sandbox's "day rate", always the same.
RATES = {
    "GBP": "1.000000",
    "EUR": "1.150000",
    "USD": "1.300000",
    "AUD": "1.950000",
    "NZD": "2.150000",
    "ZAR": "23.500000",
}


def get(call: Call) -> Answer:
    """All currencies."""
    return Answer(payload={"Currencies": call.tenant.rows("xero_currency")})


def day_rate(base: str, code: str) -> str:
    """How many of `code` one unit of the base currency is, with six decimals."""
    return "1.000000" if base == code else RATES.get(code, "1.000000")


_SCOPES = ("accounting.settings",)
ROUTES = [Route(template="Currencies", scopes=_SCOPES, handlers={"GET": get})]
