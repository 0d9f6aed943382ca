"""Gaps: what a mapping lacks, told before an order fails for it.

    stored orders' facts, lists of both sides, the organisation's snapshot  ->  gaps

Pure: it makes no call and changes nothing. What might fill the gaps is in `suggestions.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ...domain.client_invoices.client_invoice import CostCentre
from ...domain.connections.connection import Connection
from ...domain.connections.mapping import Mapping, ordinary_rates
from ...domain.connections.organisation import Organisation
from ...domain.connections.usage_counts import UsageCounts
from ...domain.invoices.contact import digest
from ...domain.taxes.tax_sources import TaxPlace
from ...ports.choices import Listed, PastLine
from .targets import problem_of


@dataclass(frozen=True, kw_only=True)
class MappingMaterial:
    """What a mapping is completed from."""

    seen: UsageCounts = field(default_factory=UsageCounts)
    #: Of invoices that others made in the organisation; newest first.
    past: Sequence[PastLine] = ()
    #: Contacts of the organisation, as far as they were read.
    contacts: Sequence[Listed] = ()
    #: Clients of the source's account.
    clients: Sequence[Listed] = ()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that the mapping lacks, or that no longer holds."""

    #: A kind of the mapping with its source; empty where no entry would mend it.
    kind: str
    source: str
    #: True where documents need it and fail without it; else it is advice.
    blocks: bool
    sentence: str
    fix: str
    #: Stored orders that are not exported yet and that it concerns.
    orders: int


def gaps(connection: Connection, material: MappingMaterial) -> list[Gap]:
    """All that is missing, what blocks first."""
    organisation = connection.organisation
    if organisation is None:
        fix = f"mintsoft-xero connection connect {connection.name}"
        why = "There is no consent in Xero yet; accounts and tax rates are read then."
        return [_gap("", "", why, fix, material.seen.orders.due)]
    found = list(_invalid(connection, organisation))
    if connection.mode == "fulfilment":
        found += _of_fulfilment(connection, material)
    else:
        found += _of_accounting(connection, organisation, material.seen)
    return sorted(found, key=lambda gap: not gap.blocks)


def invalid_entries(connection: Connection) -> dict[tuple[str, str], str]:
    """Entries that no longer hold in the organisation as it was last read, with the reason."""
    organisation = connection.organisation
    if organisation is None:
        return {}
    found = {
        (kind, source): problem_of(organisation, kind, source, entry.target)
        for (kind, source), entry in sorted(connection.mapping.entries.items())
    }
    return {key: problem for key, problem in found.items() if problem}


def concerned(seen: UsageCounts, kind: str, source: str) -> int:
    """How many stored orders that are not exported yet an entry concerns."""
    word, _, rest = source.partition(":")
    if kind == "tax_rate":
        country, _, rate = source.rpartition(":")
        at = (x.due for key, x in seen.rates.items() if key[1] == rate and country in {"", key[0]})
        return sum(at)
    if kind == "cost_centre":
        return 0
    tallies = {
        "channel": seen.channels,
        "warehouse": seen.warehouses,
        "client": seen.clients,
        "sku": seen.products,
    }.get(word)
    if kind == "currency":
        tallies, rest = seen.currencies, source
    if tallies is None:
        return seen.orders.due
    return tallies[rest].due if rest in tallies else 0


def _invalid(connection: Connection, organisation: Organisation) -> Iterator[Gap]:
    command = f"mintsoft-xero connection map {connection.name}"
    for (kind, source), problem in invalid_entries(connection).items():
        why = f"The mapping {kind} {source} no longer holds: {problem}."
        yield _gap(kind, source, why, f"{command} {kind} {source} ...", 0)
    themes = organisation.branding_themes
    theme = connection.settings.branding_theme
    if theme and themes is not None and not any(theme in {x.theme_id, x.name} for x in themes):
        why = f"{organisation.name} has no branding theme {theme}, which the settings name."
        yield _gap(
            "", "", why, f"mintsoft-xero connection set {connection.name} branding_theme=", 0
        )


def _of_accounting(
    connection: Connection, organisation: Organisation, seen: UsageCounts
) -> list[Gap]:
    mapping, due = connection.mapping, seen.orders.due
    command = f"mintsoft-xero connection map {connection.name}"
    found = []
    if ("sales_account", "default") not in mapping.entries:
        fix = f"{command} sales_account default ACCOUNT"
        found.append(_gap("sales_account", "default", "No account of sales is mapped.", fix, due))
    if ("rounding_account", "default") not in mapping.entries:
        why = "No account is mapped for pennies; an order whose totals need one fails."
        fix = f"{command} rounding_account default ACCOUNT"
        found.append(_gap("rounding_account", "default", why, fix, due, blocks=False))
    if connection.settings.contact_policy == "fixed" and not _has(mapping, "contact", "default"):
        fix = f"{command} contact default CONTACT_ID"
        why = "All invoices are to go to one contact, and none is mapped."
        found.append(_gap("contact", "default", why, fix, due))
    found += _rates(connection, organisation, seen)
    found += _untaxed(connection, organisation, seen)
    found += _currencies(connection, organisation, seen)
    own = [x for x in seen.channels if _has(mapping, "sales_account", f"channel:{x}")]
    if len(seen.channels) > 1 and not own:
        why = f"Sales of all {len(seen.channels)} channels go to one account."
        fix = f"{command} sales_account channel:ID ACCOUNT, where one is to have its own"
        found.append(_gap("sales_account", "channel:ID", why, fix, due, blocks=False))
    return found


def _rates(connection: Connection, organisation: Organisation, seen: UsageCounts) -> Iterator[Gap]:
    """Rates of stored orders, then the usual ones of the country that no order had yet."""
    home = organisation.country
    missing = {
        tax_source_of(country, rate, home): (country, rate, tally.due)
        for (country, rate), tally in seen.rates.items()
        if not is_served(connection.mapping, home, country, rate)
    }
    command = f"mintsoft-xero connection map {connection.name} tax_rate"
    for source, (country, rate, orders) in sorted(missing.items()):
        to = f" to {country}" if country else ""
        why = f"No tax type is mapped for {rate} %, which stored orders{to} have."
        yield _gap("tax_rate", source, why, f"{command} {source} TAXTYPE", orders)
    for usual in map(str, ordinary_rates(home)):
        if usual not in missing and not is_served(connection.mapping, home, home, usual):
            why = f"No tax type is mapped for {usual} %, a usual rate of the country."
            yield _gap("tax_rate", usual, why, f"{command} {usual} TAXTYPE", 0, blocks=False)


def _untaxed(connection: Connection, organisation: Organisation, seen: UsageCounts) -> list[Gap]:
    """Advice where 0 % was mapped by assumption: it is one of four things, and goods may differ."""
    entry = connection.mapping.entries.get(("tax_rate", "0"))
    tally = seen.rates.get((organisation.country, "0"))
    if entry is None or not entry.assumed or tally is None or not organisation.pays_tax:
        return []
    command = f"mintsoft-xero connection map {connection.name} tax_rate"
    why = (
        f"What stored orders have at 0 % goes to {entry.target}, by assumption; it may be exempt, "
        "outside the scope of tax or a reverse charge, and that of one product or another."
    )
    fix = f"{command} 0 TAXTYPE, and for a product that differs {command} sku:SKU:0 TAXTYPE"
    return [_gap("tax_rate", "0", why, fix, tally.due, blocks=False)]


def _currencies(
    connection: Connection, organisation: Organisation, seen: UsageCounts
) -> Iterator[Gap]:
    for code, tally in sorted(seen.currencies.items()):
        if connection.mapping.currency(code) not in organisation.currencies:
            why = f"{organisation.name} does not use the currency {code}, which stored orders have."
            fix = f"Add {code} in Xero (Settings > Currencies), then read the organisation again."
            yield _gap("currency", code, why, fix, tally.due)


def _of_fulfilment(connection: Connection, material: MappingMaterial) -> Iterator[Gap]:
    command = f"mintsoft-xero connection map {connection.name}"
    for centre in CostCentre:
        if not _has(connection.mapping, "cost_centre", centre):
            why = f"The cost centre {centre} is not mapped."
            yield _gap(
                "cost_centre", centre, why, f"{command} cost_centre {centre} ACCOUNT/TAXTYPE"
            )
    if connection.settings.create_client_contacts == "yes":
        return
    known = {digest(contact.name) for contact in material.contacts if contact.active}
    for client in material.clients:
        source = f"client:{client.code}"
        mapped = _has(connection.mapping, "contact", source) or digest(client.name) in known
        if client.active and client.code and not mapped:
            why = f"No contact is mapped for the client {client.code}, and none is called so."
            yield _gap("contact", source, why, f"{command} contact {source} CONTACT_ID")


def is_served(mapping: Mapping, home: str, country: str, rate: str) -> bool:
    """Whether some line of an order to a country at a rate in per cent has a tax type."""
    sources = mapping.tax_sources.serving(TaxPlace(country=country, home=home))
    return any(source.rate in {None, Decimal(rate)} for source, _ in sources.entries)


def tax_source_of(country: str, rate: str, home: str) -> str:
    """The source that serves a country at a rate: a bare one at home, and where none is known."""
    return rate if country in {"", home} else f"{country}:{rate}"


def _has(mapping: Mapping, kind: str, source: str) -> bool:
    return (kind, source) in mapping.entries


def _gap(
    kind: str, source: str, sentence: str, fix: str, orders: int = 0, *, blocks: bool = True
) -> Gap:
    return Gap(
        kind=kind, source=str(source), blocks=blocks, sentence=sentence, fix=fix, orders=orders
    )
