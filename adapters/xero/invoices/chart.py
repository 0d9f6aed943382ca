"""Chart: what Xero compares a document with; accounts, tax types, currencies, lock dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ....plugin.domain.connections.mapping import NO_TAX
from ....plugin.domain.connections.organisation import Account, Organisation, TaxRate
from ....plugin.domain.money import ZERO

#: The one account that Xero keeps for itself and still lets documents use (xero.md 5.4).
_ROUNDING = "ROUNDING"
_BANK = "BANK"
_CLASSES = ("REVENUE", "EXPENSE", "ASSET", "EQUITY", "LIABILITY")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One organisation, arranged for looking things up. What is not known here is not refused."""

    #: By code, archived ones too.
    accounts: Mapping[str, Account]
    #: Codes of the accounts that no document may use: bank accounts, and Xero's own.
    reserved: frozenset[str]
    #: Per cent per active tax type.
    rates: Mapping[str, Decimal]
    #: Pairs of tax type and account class (REVENUE, EXPENSE, ...) that don't go together.
    unfit: frozenset[tuple[str, str]]
    #: All currencies that the organisation has subscribed to.
    currencies: frozenset[str]
    #: Documents dated on or before these are refused; None when nothing is locked.
    period_lock: date | None
    year_lock: date | None
    #: Active tracking options as lines name them; None where they were not read.
    tracking: frozenset[tuple[str, str]] | None = None


def chart_of(organisation: Organisation) -> Chart:
    """The chart of an organisation, as far as its last reading knows it."""
    year = organisation.year_locked_until
    rates = {each.tax_type: each.rate for each in organisation.tax_rates if each.active}
    return Chart(
        accounts={account.code: account for account in organisation.accounts},
        reserved=frozenset(
            account.code
            for account in organisation.accounts
            if account.system_account not in {"", _ROUNDING} or account.account_type == _BANK
        ),
        rates={NO_TAX: ZERO, **rates},
        unfit=_unfit(organisation.tax_rates),
        currencies=frozenset(organisation.currencies),
        # Where the closed year reaches as far, its sentence is the one that Xero says.
        period_lock=None if year == organisation.locked_until else organisation.locked_until,
        year_lock=year,
        tracking=_tracking(organisation),
    )


def _tracking(organisation: Organisation) -> frozenset[tuple[str, str]] | None:
    """Pairs of category and option, without regard to case, as Xero compares them."""
    if organisation.tracking is None:
        return None
    return frozenset(
        (category.name.casefold(), option.casefold())
        for category in organisation.tracking
        for option in category.options
    )


def _unfit(rates: Sequence[TaxRate]) -> frozenset[tuple[str, str]]:
    """Pairs that don't go together; of a type that stands there twice, each entry counts."""
    fitting = {(each.tax_type, group) for each in rates for group in _classes(each)}
    every = {(each.tax_type, group) for each in rates for group in _CLASSES}
    return frozenset(every - fitting)


def _classes(rate: TaxRate) -> tuple[str, ...]:
    """The classes that a rate may be used with, as far as they are known."""
    if rate.account_classes:
        return rate.account_classes
    return tuple(x for x in _CLASSES if x != "REVENUE" or rate.applies_to_revenue)
