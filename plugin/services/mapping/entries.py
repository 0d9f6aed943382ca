"""One entry of the mapping as a person types it, checked against the organisation."""

import re

from ...domain.client_invoices.client_invoice import CostCentre
from ...domain.connections.connection import Connection
from ...domain.connections.mapping import KINDS, Entry, rate_text
from ...domain.taxes.tax_sources import tax_source
from ...errors import SettingsError, did_you_mean
from .targets import check_target

_CURRENCY = re.compile(r"[A-Z]{3}")


def checked_entry(connection: Connection, kind: str, source: str, target: str) -> Entry:
    """The entry, when the kind, the source and the target are possible.

    Raises:
        SettingsError: says which of the three is wrong, and what would be right.
    """
    check_kind(kind)
    _check_source(kind, source)
    if connection.organisation is not None:
        target = check_target(connection.organisation, kind, source, target)
    return Entry(target=target)


def check_kind(kind: str) -> None:
    """Raises SettingsError for a kind that there is not."""
    if kind not in KINDS:
        raise SettingsError(
            f"There is no mapping {kind!r}{did_you_mean(kind, list(KINDS))}",
            fix=f"The mappings are: {', '.join(KINDS)}.",
        )


def _check_source(kind: str, source: str) -> None:
    word, _, rest = source.partition(":")
    possible = {
        "sales_account": source == "default" or (word in {"channel", "sku"} and rest),
        "item_account": source == "default" or (word == "sku" and rest),
        "tracking": source == "default" or (word in {"channel", "warehouse"} and rest),
        "currency": _CURRENCY.fullmatch(source) is not None,
        "exchange_rate": _CURRENCY.fullmatch(source) is not None,
        "contact": source == "default" or (word in {"channel", "client"} and rest),
        "branding_theme": word in {"channel", "client"} and rest,
        "tax_rate": _is_rate(source),
        "cost_centre": source in list(CostCentre),
    }.get(kind, source == "default")
    if not possible:
        raise SettingsError(
            f"{source!r} can't be mapped as {kind}", fix=f"TARGET is: {KINDS[kind]}."
        )


def _is_rate(source: str) -> bool:
    """A rate as orders are looked up by: 20 and GB:20, neither 20.0 nor gb:20."""
    try:
        rate = tax_source(source).rate
    except ValueError:
        return False
    return rate is None or rate_text(rate) == source.rpartition(":")[2]
