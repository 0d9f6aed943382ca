"""Delivery: to whom and where the goods of a sales invoice go, as the accounting side has it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from .new_order import Recipient

#: How people write a country's name that no official list has.
_ALSO_CALLED = {
    "republic of ireland": "IE",
    "eire": "IE",
    "holland": "NL",
    "czech republic": "CZ",
    "ivory coast": "CI",
    "turkey": "TR",
    "south korea": "KR",
    "republic of korea": "KR",
    "north korea": "KP",
    "cape verde": "CV",
    "uae": "AE",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "united states": "US",
    "united states of america": "US",
}


def plain_name(text: str) -> str:
    """A country's name without what people write in different ways: case, accents, dots, "the"."""
    parted = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(x for x in parted if not "\u0300" <= x <= "\u036f")
    plain = re.sub(r"[.'\u2019`\u02bc]", "", plain.replace("&", " and "))
    words = re.sub(r"[-,()\u2013]", " ", plain).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


@dataclass(frozen=True, kw_only=True, repr=False)
class Delivery:
    """A contact with its address. Never logged, never kept."""

    #: What the contact is called; the recipient where no person is named.
    name: str
    first_name: str = ""
    last_name: str = ""
    #: Lines of the address as they stand there.
    address: tuple[str, ...] = ()
    town: str = ""
    county: str = ""
    postcode: str = ""
    #: As a person typed it: a name or a code.
    country: str = ""
    email: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return "Delivery(...)"

    def country_code(self, countries: Mapping[str, str]) -> str:
        """Two letters; empty where nobody can tell. `countries`: codes by plain name."""
        word = plain_name(self.country)
        codes = {code.casefold(): code for code in countries.values()}
        also = _ALSO_CALLED.get(word, "")
        return countries.get(word) or codes.get(word) or also

    def unknown_country(self, countries: Mapping[str, str]) -> str:
        """The country as it was typed, where nobody can tell which it is; else empty."""
        typed = " ".join(self.country.split())
        return "" if self.country_code(countries) else typed

    def is_whole(self, countries: Mapping[str, str]) -> bool:
        """Whether a parcel would find it: street, town, post code and country."""
        there = self.address and self.town.strip() and self.postcode.strip()
        return bool(there and self.country_code(countries))

    def recipient(self, countries: Mapping[str, str]) -> Recipient:
        """Whom the warehouse sends to.

        Raises:
            NeedsPerson: something that Mintsoft needs is missing or too long (MX-502).
        """
        first, *rest = [line for line in self.address if line.strip()] or [""]
        named = bool(self.first_name.strip())
        return Recipient(
            first_name=self.first_name if named else self.name,
            last_name=self.last_name,
            company=self.name if named else "",
            address1=first,
            address2=rest[0] if rest else "",
            address3=", ".join(rest[1:]),
            town=self.town,
            county=self.county,
            postcode=self.postcode,
            country=self.country_code(countries),
            email=self.email,
            phone=self.phone,
        )
