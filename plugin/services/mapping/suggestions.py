"""Suggestions: what might fill the gaps of a mapping, how sure that is, and why.

    names of accounts, past invoices of the organisation, the country's usual tax types

What a person has chosen is never questioned; what was assumed may be, when past invoices say
otherwise. Pure: it makes no call and changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...domain.client_invoices.client_invoice import CostCentre
from ...domain.connections.connection import Connection
from ...domain.connections.mapping import ordinary_rates
from ...domain.connections.organisation import Organisation
from ...domain.invoices.contact import digest
from ...ports.choices import Listed
from .account_finder import (
    ACCOUNTS,
    Confidence,
    Found,
    account_for,
    cost_centre_for,
    tax_type_abroad,
    tax_type_for,
)
from .gaps import MappingMaterial, concerned, is_served, tax_source_of
from .targets import problem_of


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One entry that the mapping might have."""

    kind: str
    source: str
    target: str
    #: What is mapped now, by assumption; empty for nothing.
    instead_of: str
    confidence: Confidence
    #: Why, in a sentence.
    because: str
    #: Stored orders that are not exported yet and that it concerns.
    orders: int


def suggestions(connection: Connection, material: MappingMaterial) -> list[Suggestion]:
    """What the mapping might have beside what a person chose; each is possible as it stands."""
    organisation = connection.organisation
    if organisation is None:
        return []
    found = []
    for kind, source, answer in _answers(connection, organisation, material):
        entry = connection.mapping.entries.get((kind, source))
        chosen = entry is not None and not entry.assumed
        broken = entry and problem_of(organisation, kind, source, entry.target)
        if answer is None or (chosen and not broken) or (entry and entry.target == answer.target):
            continue
        if problem_of(organisation, kind, source, answer.target):
            continue
        found.append(
            Suggestion(
                kind=kind,
                source=source,
                target=answer.target,
                instead_of=entry.target if entry else "",
                confidence=answer.confidence,
                because=answer.because,
                orders=concerned(material.seen, kind, source),
            )
        )
    return found


def _answers(
    connection: Connection, organisation: Organisation, material: MappingMaterial
) -> Iterator[tuple[str, str, Found | None]]:
    if connection.mode == "fulfilment":
        return _of_fulfilment(organisation, material)
    return _of_accounting(connection, organisation, material)


def _of_fulfilment(
    organisation: Organisation, material: MappingMaterial
) -> Iterator[tuple[str, str, Found | None]]:
    for centre in CostCentre:
        yield "cost_centre", centre.value, cost_centre_for(organisation, material.past, centre)
    for client in material.clients:
        if client.code:
            yield "contact", f"client:{client.code}", _contact(client.name, material.contacts)


def _of_accounting(
    connection: Connection, organisation: Organisation, material: MappingMaterial
) -> Iterator[tuple[str, str, Found | None]]:
    by_channel = connection.settings.contact_policy == "channel"
    for kind in ACCOUNTS:
        yield kind, "default", account_for(organisation, material.past, kind)
    home = organisation.country
    rates = {rate for country, rate in material.seen.rates if country in {"", home}}
    for rate in sorted(rates | set(map(str, ordinary_rates(home)))):
        yield "tax_rate", rate, tax_type_for(organisation, material.past, Decimal(rate))
    for country, rate in sorted(material.seen.rates):
        if not is_served(connection.mapping, home, country, rate):
            source = tax_source_of(country, rate, home)
            yield "tax_rate", source, tax_type_abroad(organisation, country, Decimal(rate))
    for channel, tally in sorted(material.seen.channels.items()):
        if by_channel:
            yield "contact", f"channel:{channel}", _contact(tally.name, material.contacts)
        yield "tracking", f"channel:{channel}", _tracking(organisation, tally.name)
    for code in sorted(material.seen.warehouses):
        yield "tracking", f"warehouse:{code}", _tracking(organisation, code)


def _contact(name: str, contacts: Sequence[Listed]) -> Found | None:
    """The one contact of exactly this name; by its id a rename changes nothing."""
    wanted = digest(name)
    same = [x for x in contacts if x.active and digest(x.name) == wanted]
    if not name.strip() or len(same) != 1:
        return None
    because = "It is the only contact of this name; mapped by its id, a rename changes nothing."
    return Found(target=same[0].id, confidence=Confidence.HIGH, because=because)


def _tracking(organisation: Organisation, name: str) -> Found | None:
    for category in organisation.tracking or ():
        for option in category.options:
            if name and option.casefold() == name.casefold():
                because = f"An option of {category.name} has the same name."
                target = f"{category.name}={option}"
                return Found(target=target, confidence=Confidence.LOW, because=because)
    return None
