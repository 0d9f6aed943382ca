"""One entry of the mapping as a person types it, checked against the organisation."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from uuid import UUID

from .domain.connection import Connection
from .domain.mapping import KINDS, NO_TAX, Entry, rate_text
from .domain.organisation import Organisation
from .errors import SettingsError

_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def checked_entry(connection: Connection, kind: str, source: str, target: str) -> Entry:
    """The entry, when the kind, the source and the target are possible.

    Raises:
        SettingsError: says which of the three is wrong, and what would be right.
    """
    if kind not in KINDS:
        raise SettingsError(
            f"There is no mapping {kind!r}{_hint(kind, list(KINDS))}",
            fix=f"The mappings are: {', '.join(KINDS)}.",
        )
    _check_source(kind, source)
    if connection.organisation is not None:
        _check_target(connection.organisation, kind, source, target)
    return Entry(target=target)


def _check_source(kind: str, source: str) -> None:
    word, _, rest = source.partition(":")
    possible = {
        "sales_account": source == "default" or (word in {"channel", "sku"} and rest),
        "item_account": source == "default" or (word == "sku" and rest),
        "tracking": source == "default" or (word in {"channel", "warehouse"} and rest),
        "currency": _CURRENCY.fullmatch(source) is not None,
        "contact": source == "default" or (word in {"channel", "client"} and rest),
        "tax_rate": _is_rate(source),
    }.get(kind, source == "default")
    if not possible:
        raise SettingsError(
            f"{source!r} can't be mapped as {kind}", fix=f"TARGET is: {KINDS[kind]}."
        )


def _check_target(organisation: Organisation, kind: str, source: str, target: str) -> None:
    if kind == "tax_rate":
        _check_tax_type(organisation, source, target)
    elif kind == "tracking":
        category, _, option = target.partition("=")
        if not category.strip() or not option.strip():
            raise SettingsError(
                f"{target!r} is not a tracking category with its option",
                fix="Write it like Region=North, in the words of the organisation.",
            )
    elif kind == "currency":
        if target not in organisation.currencies:
            raise SettingsError(
                f"{organisation.name} does not use the currency {target!r}",
                fix=f"Its currencies are: {', '.join(organisation.currencies)}.",
            )
    elif kind == "contact":
        try:
            UUID(target)
        except ValueError:
            raise SettingsError(
                f"{target!r} is not a contact's id", fix="Copy it from the contact's address."
            ) from None
    else:
        account = organisation.account(target)
        if account is None or not account.active:
            codes = [x.code for x in organisation.accounts if x.active]
            problem = "is archived" if account else f"is unknown{_hint(target, codes)}"
            raise SettingsError(
                f"Account {target!r} of {organisation.name} {problem}",
                fix="Choose an active account of the organisation.",
            )


def _check_tax_type(organisation: Organisation, source: str, target: str) -> None:
    rate = Decimal(0) if target == NO_TAX else organisation.rate_of(target)
    wanted = Decimal(source.rpartition(":")[2])
    if rate is None:
        types = [x.tax_type for x in organisation.tax_rates if x.active]
        raise SettingsError(
            f"{organisation.name} has no tax type {target!r}{_hint(target, types)}",
            fix=f"Its tax types are: {', '.join(types)}.",
        )
    if rate != wanted:
        raise SettingsError(
            f"Tax type {target} stands for {rate} %, not for {wanted} %",
            fix="Map the rate to a tax type of the same rate.",
        )


def _is_rate(source: str) -> bool:
    """A rate as orders are looked up by: 20 and GB:20, neither 20.0 nor gb:20."""
    country, colon, text = source.rpartition(":")
    try:
        rate = Decimal(text)
        known = Decimal(0) <= rate <= Decimal(100) and rate_text(rate) == text
    except InvalidOperation:
        return False
    return known and (not colon or _COUNTRY.fullmatch(country) is not None)


def _hint(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f", did you mean {close[0]!r}?" if close else ""
