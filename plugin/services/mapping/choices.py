"""Both sides of a kind of mapping: what may be mapped, and what to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...domain.client_invoices.client_invoice import CostCentre
from ...domain.connections.organisation import Organisation, TaxRate
from ...domain.connections.usage_counts import UsageCount, UsageCounts
from ...ports.choices import Listed
from ..container import Container
from .entries import check_kind
from .reader import MappingReader
from .targets import fits, usable

#: Which words may begin a SOURCE of a kind; those that are not here have ``default`` alone.
_SOURCES = {
    "sales_account": ("default", "channel", "sku"),
    "item_account": ("default", "sku"),
    "tracking": ("default", "channel", "warehouse"),
    "contact": ("default", "channel", "client"),
    "branding_theme": ("channel", "client"),
    "tax_rate": ("rate",),
    "currency": ("currency",),
    "cost_centre": ("centre",),
}

_NO_TALLY = UsageCount()

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MappingChoices:
    """What an entry of a kind may lead from, and what to, as programs read it."""

    #: With `source`, `name`, `orders`, `due` (not exported yet), and the `target` that it has.
    sources: tuple[Row, ...]
    #: With `target`, `name`, `account_class`, `tax_type` and `rate`.
    targets: tuple[Row, ...]
    #: What could not be read, a sentence each.
    notes: tuple[str, ...]


def mapping_choices(
    plugin: Container, name: str, kind: str, *, search: str = "", most: int = 50
) -> MappingChoices:
    """Both sides of a kind: what stored orders and the source have, and what the target has.

    `search`: those alone whose name or code holds it; `most`: of each side.

    Raises:
        SettingsError: there is no such connection or kind.
    """
    connection = plugin.connections.named(name)
    check_kind(kind)
    reader = MappingReader(plugin=plugin, connection=connection)
    sources = [
        {**row, "target": entry.target if entry else None}
        for row in _sources(reader, kind)
        for entry in [connection.mapping.entries.get((kind, row["source"]))]
        if _holds(search, row["source"], row["name"])
    ]
    targets = list(_targets(reader, kind, search, most))
    return MappingChoices(
        sources=tuple(sources[:most]), targets=tuple(targets[:most]), notes=tuple(reader.notes)
    )


def _sources(reader: MappingReader, kind: str) -> Iterator[Row]:
    words = _SOURCES.get(kind, ("default",))
    seen = reader.seen()
    lists: dict[str, Callable[[], Iterator[Row]]] = {
        "default": lambda: iter([_source("default", "", seen.orders)]),
        "channel": lambda: _listed("channel", reader.channels(), seen.channels, by_code=False),
        "warehouse": lambda: _listed("warehouse", reader.warehouses(), seen.warehouses),
        "client": lambda: _listed("client", reader.clients(), seen.clients),
        "sku": lambda: _by_use("sku:", seen.products),
        "rate": lambda: _rates(seen),
        "currency": lambda: _by_use("", seen.currencies),
        "centre": lambda: (_source(centre.value, "", _NO_TALLY) for centre in CostCentre),
    }
    for word in words:
        yield from lists[word]()


def _listed(
    word: str, live: list[Listed], seen: dict[str, UsageCount], *, by_code: bool = True
) -> Iterator[Row]:
    """What the account has and can still be chosen, and what stored orders have beside it."""
    names = {key: tally.name for key, tally in seen.items()}
    for entry in live:
        key = entry.code if by_code else entry.id
        if key and (entry.active or key in seen):
            names[key] = entry.name
    for key, called in sorted(names.items()):
        yield _source(f"{word}:{key}", called, seen.get(key, _NO_TALLY))


def _by_use(prefix: str, tallies: dict[str, UsageCount]) -> Iterator[Row]:
    for key, tally in sorted(tallies.items(), key=lambda x: (-x[1].orders, x[0])):
        yield _source(f"{prefix}{key}", tally.name, tally)


def _rates(seen: UsageCounts) -> Iterator[Row]:
    """Each rate for all countries, then for each country that has it."""
    whole: dict[str, UsageCount] = {}
    for (_, rate), tally in seen.rates.items():
        at = whole.setdefault(rate, UsageCount())
        at.orders, at.due = at.orders + tally.orders, at.due + tally.due
    yield from _by_use("", whole)
    by_country = {f"{country}:{rate}": x for (country, rate), x in seen.rates.items() if country}
    yield from _by_use("", by_country)


def _source(source: str, name: str, tally: UsageCount) -> Row:
    return {"source": source, "name": name or None, "orders": tally.orders, "due": tally.due}


def _targets(reader: MappingReader, kind: str, search: str, most: int) -> Iterator[Row]:
    organisation = reader.connection.organisation
    if organisation is None:
        return
    if kind == "contact":
        for contact in reader.contacts(search, most=most):
            yield _target(contact.id, contact.name)
        return
    for row in _of_organisation(organisation, kind):
        if _holds(search, row["target"], row["name"]):
            yield row


def _of_organisation(organisation: Organisation, kind: str) -> Iterator[Row]:
    if kind == "tax_rate":
        yield from (_of_rate(x) for x in organisation.tax_rates if x.active)
    elif kind == "tracking":
        for category in organisation.tracking or ():
            for option in category.options:
                yield _target(f"{category.name}={option}", option)
    elif kind == "currency":
        yield from (_target(code, "") for code in organisation.currencies)
    elif kind == "branding_theme":
        yield from (_target(x.theme_id, x.name) for x in organisation.branding_themes or ())
    elif kind == "cost_centre":
        yield from _pairs(organisation)
    else:
        for account in organisation.accounts:
            if usable(account):
                about = {"account_class": account.account_class, "tax_type": account.tax_type}
                yield _target(account.code, account.name, **about)


def _pairs(organisation: Organisation) -> Iterator[Row]:
    """Accounts of revenue with each tax type for sales that goes with them."""
    for account in organisation.accounts:
        if not usable(account) or account.account_class != "REVENUE":
            continue
        for rate in organisation.tax_rates:
            if rate.active and rate.applies_to_revenue and fits(rate, account):
                about = {"account_class": account.account_class, "tax_type": rate.tax_type}
                target = f"{account.code}/{rate.tax_type}"
                yield _target(target, f"{account.name}, {rate.name}", rate=rate.rate, **about)


def _of_rate(rate: TaxRate) -> Row:
    return _target(rate.tax_type, rate.name, tax_type=rate.tax_type, rate=rate.rate)


def _target(target: str, name: str, **about: Any) -> Row:
    known = {key: value or None for key, value in about.items() if key != "rate"}
    empty = {"account_class": None, "tax_type": None, "rate": about.get("rate")}
    return {"target": target, "name": name or None, **empty, **known}


def _holds(search: str, *texts: str | None) -> bool:
    wanted = search.casefold().strip()
    return any(wanted in (text or "").casefold() for text in texts)
