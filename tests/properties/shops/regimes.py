"""Tax regimes: where the goods go, which rates they bear there, and whose books they are in."""

from dataclasses import dataclass
from fractions import Fraction

from .exact import ZERO


@dataclass(frozen=True, kw_only=True)
class Regime:
    """Sales to one country by an organisation of the same or of another."""

    name: str
    country: str
    currency: str
    postcode: str
    #: Of `BOOKS`.
    books: str
    #: What goods may bear, in per cent, the commonest first.
    rates: tuple[Fraction, ...]
    #: What rows say that bear no tax here: the product's rate at home. None: all say what is true.
    stated: Fraction | None = None


def _rates(*texts: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(text) for text in texts)


_HOME = {"20": "OUTPUT2", "5": "RROUTPUT", "0": "ZERORATEDOUTPUT"}
_UNION = ["IE:23", "IE:13.5", "IE:9", "IE:0", "DE:19", "DE:7", "DE:0"]
_UNION += ["FR:20", "FR:10", "FR:5.5", "FR:0"]


@dataclass(frozen=True, kw_only=True)
class Books:
    """An organisation, and what its connection maps."""

    country: str
    #: Bare rates of the organisation's own, with their tax types.
    home: dict[str, str]
    #: Rates mapped by the name of a country, each with a tax type of its own.
    named: tuple[str, ...] = ()


BOOKS = {
    "British": Books(country="GB", home=_HOME, named=(*_UNION, "US:8.25", "US:0")),
    "British without US": Books(country="GB", home=_HOME, named=tuple(_UNION)),
    "Australian": Books(country="AU", home={"10": "OUTPUT", "0": "EXEMPTOUTPUT"}),
    "New Zealand": Books(country="NZ", home={"15": "OUTPUT2", "0": "ZERORATED"}),
}


def _regime(name: str, country: str, currency: str, books: str, *rates: str) -> Regime:
    postcode = "BT1 1AA" if name == "XI" else "10001"
    return Regime(
        name=name,
        country=country,
        currency=currency,
        postcode=postcode,
        books=books,
        rates=_rates(*rates),
    )


REGIMES = (
    _regime("GB", "GB", "GBP", "British", "20", "5", "0"),
    _regime("XI", "GB", "GBP", "British", "20", "5", "0"),
    _regime("IE", "IE", "EUR", "British", "23", "13.5", "9", "0"),
    _regime("DE", "DE", "EUR", "British", "19", "7"),
    _regime("FR", "FR", "EUR", "British", "20", "10", "5.5"),
    _regime("AU", "AU", "AUD", "Australian", "10", "0"),
    _regime("NZ", "NZ", "NZD", "New Zealand", "15", "0"),
    _regime("US", "US", "USD", "British", "8.25", "0"),
    Regime(
        name="US untaxed",
        country="US",
        currency="USD",
        postcode="10001",
        books="British without US",
        rates=(ZERO,),
        stated=Fraction(20),
    ),
)
