"""Tax sources: what the SOURCE of a `tax_rate` entry of a mapping says, and whom it serves.

    [COUNTRY:][WHAT:VALUE:]RATE      20   DE:19   sku:BOOK-1:0   IE:has_vat_number:0   US:*

A rate of one country never serves an order to another. A bare one belongs to the organisation's
own country, to orders whose country nobody knows, and to countries of which nothing is mapped by
name: who has mapped DE:19 has said what is to be had in Germany.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

#: What else than a rate and a country may tell the tax type, the strongest first. An entry with
#: a country goes before one without, of the same word.
WORDS = ("sku", "channel", "account", "has_vat_number", "postcode")

#: The rate of an entry that serves every rate: where each town has its own.
ANY_RATE = "*"

_SOURCE = re.compile(
    r"(?:(?P<country>[A-Z]{2}):)?"
    r"(?:(?P<word>sku|channel|account|postcode):(?P<value>.+):|(?P<flag>has_vat_number):)?"
    r"(?P<rate>\*|[0-9]{1,3}(?:\.[0-9]{1,4})?)"
)


@dataclass(frozen=True, kw_only=True)
class TaxPlace:
    """What of an order says which tax types may serve it."""

    #: Two letters; empty when unknown.
    country: str
    #: Country of the organisation, two letters.
    home: str
    channel_id: str = ""
    #: Letters that its post code begins with: BT is Northern Ireland. Empty when unknown.
    postcode_area: str = ""
    has_vat_number: bool = False


@dataclass(frozen=True, kw_only=True)
class TaxTypes:
    """The tax types that serve one line of goods, or one charge."""

    #: By rate in per cent, the highest first.
    by_rate: Mapping[Decimal, str] = field(default_factory=dict)
    #: The one for every other rate; empty where there is none.
    of_any_rate: str = ""


@dataclass(frozen=True, kw_only=True)
class TaxSource:
    """One entry's source, taken apart."""

    country: str = ""
    #: One of `WORDS`, or empty.
    word: str = ""
    value: str = ""
    #: Per cent; None: any.
    rate: Decimal | None

    @property
    def strength(self) -> tuple[int, bool]:
        """Which of two that serve a line wins: the greater one."""
        return (len(WORDS) - WORDS.index(self.word) if self.word else 0, bool(self.country))

    def serves(self, place: TaxPlace, sku: str, account: str) -> bool:
        """Whether it is about such a line, its country left aside."""
        if self.word == "has_vat_number":
            return place.has_vat_number
        own = {
            "sku": sku,
            "channel": place.channel_id,
            "account": account,
            "postcode": place.postcode_area,
        }
        return not self.word or own[self.word].casefold() == self.value.casefold()


def tax_source(text: str) -> TaxSource:
    """A source as people type it. Raises ValueError where it can't be one."""
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no source of a tax rate")
    rate = None if found["rate"] == ANY_RATE else Decimal(found["rate"])
    if rate is not None and rate > 100:  # noqa: PLR2004 - per cent
        raise ValueError(f"{text!r} is no source of a tax rate")
    return TaxSource(
        country=found["country"] or "",
        word=found["word"] or found["flag"] or "",
        value=found["value"] or "",
        rate=rate,
    )


def postcode_area(postcode: str) -> str:
    """The letters that a post code begins with; empty where it begins with none."""
    found = re.match(r"[A-Za-z]{1,2}(?=[0-9])", postcode.strip())
    return found[0].upper() if found else ""


@dataclass(frozen=True)
class TaxSources:
    """All entries for tax rates of one mapping: source and tax type each."""

    entries: tuple[tuple[TaxSource, str], ...]

    @classmethod
    def of(cls, entries: Iterable[tuple[str, str]]) -> "TaxSources":
        """From source and target each; what is no source serves nobody."""
        found = []
        for text, target in entries:
            try:
                found.append((tax_source(text), target))
            except ValueError:
                continue
        return cls(tuple(sorted(found, key=lambda x: x[0].strength)))

    def serving(self, place: TaxPlace) -> "TaxSources":
        """Those of an order's country alone."""
        key = (place.country, place.home)
        if key not in self._served:
            self._served[key] = TaxSources(tuple(self._of_country(place)))
        return self._served[key]

    def types(self, place: TaxPlace, sku: str = "", account: str = "") -> TaxTypes:
        """The tax types for a line; the stronger source wins for its rate."""
        if self._are_plain:
            return self._plain
        return _types(pair for pair in self.entries if pair[0].serves(place, sku, account))

    def _of_country(self, place: TaxPlace) -> Iterator[tuple[TaxSource, str]]:
        named = {source.country for source, _ in self.entries}
        bare = place.country in {"", place.home} or place.country not in named
        for source, target in self.entries:
            if source.country == place.country if source.country else bare:
                yield source, target

    # Computed once: every order of a connection asks.

    @cached_property
    def _served(self) -> dict[tuple[str, str], "TaxSources"]:
        return {}

    @cached_property
    def _are_plain(self) -> bool:
        return not any(source.word for source, _ in self.entries)

    @cached_property
    def _plain(self) -> TaxTypes:
        return _types(self.entries)


def _types(entries: Iterable[tuple[TaxSource, str]]) -> TaxTypes:
    found: dict[Decimal, str] = {}
    of_any = ""
    for source, target in entries:
        if source.rate is None:
            of_any = target
        else:
            found[source.rate] = target
    ordered = {rate: found[rate] for rate in sorted(found, reverse=True)}
    return TaxTypes(by_rate=ordered, of_any_rate=of_any)
