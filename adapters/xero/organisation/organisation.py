"""Organisation, chart, tax rates, currencies, tracking, themes as one `Organisation`: six reads."""

from collections.abc import Mapping
from typing import Any

from ....plugin.domain.connections.organisation import Account, Organisation, TaxRate
from ....plugin.domain.money import ZERO
from ....plugin.errors import TryLater
from ..api.client import XeroClient
from ..api.errors import ODD_ANSWER_WAIT
from ..api.fields import to_date, to_decimal
from .lists import branding_themes, tracking_categories

#: Days of payment terms; what is longer is no terms.
LONGEST_TERMS = 365


def read_organisation(client: XeroClient) -> Organisation:
    """The organisation as it is now.

    Raises:
        TryLater: Xero can't be reached, or its answer makes no sense.
        Disconnected: access has ended.
    """
    read_at = client.clock.now()
    entries, accounts, rates, currencies = (
        client.get(name).get(name) or []
        for name in ("Organisations", "Accounts", "TaxRates", "Currencies")
    )
    if not entries:
        raise TryLater(service="Xero", after=ODD_ANSWER_WAIT, detail="no organisation")
    entry = entries[0]
    base = entry.get("BaseCurrency") or ""
    return Organisation(
        organisation_id=client.organisation_id or entry["OrganisationID"],
        name=entry.get("Name") or "",
        country=entry.get("CountryCode") or "",
        base_currency=base,
        currencies=tuple(dict.fromkeys([base, *(x["Code"] for x in currencies)])),
        short_code=entry.get("ShortCode") or "",
        locked_until=_locked_until(entry),
        accounts=tuple(_account(x) for x in accounts if x.get("Code")),
        tax_rates=tuple(_tax_rate(x) for x in rates if x.get("TaxType")),
        read_at=read_at,
        year_locked_until=to_date(entry.get("EndOfYearLockDate")),
        tracking=tuple(tracking_categories(client)),
        branding_themes=tuple(branding_themes(client)),
        sales_terms=_sales_terms(entry),
        pays_tax=entry.get("PaysTax") is not False,
    )


def _locked_until(entry: Mapping[str, Any]) -> Any:
    """The later of both lock dates; a document on or before it is refused (xero.md 10)."""
    dates = (to_date(entry.get(name)) for name in ("PeriodLockDate", "EndOfYearLockDate"))
    return max((found for found in dates if found), default=None)


#: Xero's words for payment terms -> ours (the enum of its description of the API).
_DUE_RULES = {
    "DAYSAFTERBILLDATE": "days",
    "DAYSAFTERBILLMONTH": "month_end",
    "OFCURRENTMONTH": "this_month",
    "OFFOLLOWINGMONTH": "next_month",
}


def _sales_terms(entry: Mapping[str, Any]) -> tuple[str, int] | None:
    """When sales are due, as the organisation has set it; None where it has not."""
    sales = (entry.get("PaymentTerms") or {}).get("Sales") or {}
    rule, day = _DUE_RULES.get(str(sales.get("Type"))), sales.get("Day")
    return (rule, day) if rule and isinstance(day, int) and 0 <= day <= LONGEST_TERMS else None


def _account(entry: Mapping[str, Any]) -> Account:
    return Account(
        code=str(entry["Code"]),
        name=entry.get("Name") or "",
        account_class=entry.get("Class") or "",
        active=entry.get("Status", "ACTIVE") == "ACTIVE",
        system_account=entry.get("SystemAccount") or "",
        tax_type=entry.get("TaxType") or "",
        account_type=entry.get("Type") or "",
    )


#: Flag of a tax rate -> the class of account that it may be used with (xero.md 6).
_CLASSES = {
    "CanApplyToRevenue": "REVENUE",
    "CanApplyToExpenses": "EXPENSE",
    "CanApplyToAssets": "ASSET",
    "CanApplyToEquity": "EQUITY",
    "CanApplyToLiabilities": "LIABILITY",
}


def _tax_rate(entry: Mapping[str, Any]) -> TaxRate:
    """`EffectiveRate` is what Xero applies; a rate of several parts has no other."""
    return TaxRate(
        tax_type=entry["TaxType"],
        name=entry.get("Name") or "",
        rate=to_decimal(entry.get("EffectiveRate", 0)) or ZERO,
        active=entry.get("Status", "ACTIVE") == "ACTIVE",
        applies_to_revenue=entry.get("CanApplyToRevenue") is not False,
        account_classes=tuple(
            name for flag, name in _CLASSES.items() if entry.get(flag) is not False
        ),
    )
