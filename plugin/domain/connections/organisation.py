"""Organisation: what the accounting side allows and offers, as read at one moment."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..money import require_decimal
from ..times import require_utc


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account of the chart."""

    code: str
    name: str
    #: REVENUE, EXPENSE, ASSET, LIABILITY or EQUITY.
    account_class: str
    #: False when archived.
    active: bool
    #: The word for an account that the system keeps for itself (ROUNDING, DEBTORS); else empty.
    system_account: str
    #: The account's own tax type; empty when it has none.
    tax_type: str
    #: Finer than the class: BANK, SALES, FIXED, ...; empty when unknown.
    account_type: str = ""


@dataclass(frozen=True, kw_only=True)
class TaxRate:
    """One tax type and the rate it stands for."""

    tax_type: str
    name: str
    #: Per cent: 20 means 20 %.
    rate: Decimal
    active: bool
    applies_to_revenue: bool
    #: Classes of account that it may be used with; empty when unknown.
    account_classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_decimal(self, "rate")


@dataclass(frozen=True, kw_only=True)
class TrackingCategory:
    """One of the ways to track what lines are for."""

    category_id: str
    name: str
    #: Names of its active options.
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BrandingTheme:
    """How an invoice looks."""

    theme_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One organisation of the accounting side."""

    #: Its id there (Xero: the tenant id).
    organisation_id: str
    name: str
    #: Two letters; decides the ordinary tax types.
    country: str
    base_currency: str
    #: All currencies it is subscribed to, the base currency among them.
    currencies: tuple[str, ...]
    #: For links to its documents; empty when unknown.
    short_code: str
    #: Documents dated on or before this are refused; None when nothing is locked.
    locked_until: date | None
    accounts: tuple[Account, ...]
    tax_rates: tuple[TaxRate, ...]
    #: When all this was read (UTC).
    read_at: datetime
    #: The lock date of a closed year, which `locked_until` covers too; None when there is none.
    year_locked_until: date | None = None
    #: The active tracking categories; None when they were not read.
    tracking: tuple[TrackingCategory, ...] | None = None
    #: None when they were not read.
    branding_themes: tuple[BrandingTheme, ...] | None = None
    #: When sales are to be paid: one of `due.DUE_RULES` and its days; None where it has no rule.
    sales_terms: tuple[str, int] | None = None
    #: False where it is not registered for tax: nothing that it sells bears any.
    pays_tax: bool = True

    def __post_init__(self) -> None:
        require_utc(self, "read_at")

    def rate_of(self, tax_type: str) -> Decimal | None:
        """The rate behind a tax type in per cent; None for an unknown or inactive type."""
        for entry in self.tax_rates:
            if entry.tax_type == tax_type and entry.active:
                return entry.rate
        return None

    def account(self, code: str) -> Account | None:
        """The account with this code, archived or not."""
        return next((account for account in self.accounts if account.code == code), None)
