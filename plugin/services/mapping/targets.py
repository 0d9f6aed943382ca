"""What entries of the mapping lead to, held against the organisation as it was last read.

The same check serves whoever types an entry and whoever looks at an old one: what was possible
once may since have been archived, deleted or given another rate.
"""

import re
from decimal import Decimal
from uuid import UUID

from ...domain.connections.mapping import NO_TAX, account_and_tax_type
from ...domain.connections.organisation import Account, Organisation, TaxRate
from ...domain.taxes.tax_sources import tax_source
from ...errors import SettingsError, did_you_mean

#: Six places are what Xero keeps of one.
_EXCHANGE_RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
#: The one account that Xero keeps for itself and still lets documents use (xero.md 5.4).
_OPEN_SYSTEM_ACCOUNTS = {"", "ROUNDING"}


def check_target(organisation: Organisation, kind: str, source: str, target: str) -> str:
    """The target as it is kept: a theme's name becomes its id, all others stay.

    Raises:
        SettingsError: the organisation does not have it, or it can't be used so; with the fix.
    """
    if kind == "tax_rate":
        _check_rate(organisation, source, target)
    elif kind == "tracking":
        _check_tracking(organisation, target)
    elif kind == "currency":
        _check_currency(organisation, target)
    elif kind == "exchange_rate":
        _check_exchange_rate(target)
    elif kind == "contact":
        _check_contact(target)
    elif kind == "branding_theme":
        return _theme_id(organisation, target)
    elif kind == "cost_centre":
        return _cost_centre(organisation, target)
    else:
        _account(organisation, target)
    return target


def problem_of(organisation: Organisation, kind: str, source: str, target: str) -> str:
    """Why an entry no longer holds in this organisation; empty when it does."""
    try:
        check_target(organisation, kind, source, target)
    except SettingsError as error:
        return error.message
    return ""


def doubt_of(organisation: Organisation, kind: str, target: str) -> str:
    """What is unusual about an entry that holds; empty when nothing is."""
    if kind == "tax_rate":
        same = [x for x in organisation.tax_rates if x.tax_type == target and x.active]
        purchases = bool(same) and not any(x.applies_to_revenue for x in same)
        return f"{target} can't be used with accounts of revenue" if purchases else ""
    code = account_and_tax_type(target)[0] if kind == "cost_centre" else target
    account = organisation.account(code)
    if not kind.endswith("_account") and kind != "cost_centre":
        return ""
    usual = {"REVENUE", "EXPENSE"} if kind in {"rounding_account", "discount_account"} else set()
    if account is None or account.account_class in {"REVENUE", "", *usual}:
        return ""
    return f"{account.name} is an account of class {account.account_class}, not REVENUE"


def name_of(organisation: Organisation, kind: str, target: str) -> str:
    """What people call a target there; empty where the organisation's snapshot does not say."""
    if kind == "tax_rate":
        return _tax_name(organisation, target)
    if kind == "branding_theme":
        themes = organisation.branding_themes or ()
        return next((x.name for x in themes if x.theme_id == target), "")
    if kind == "cost_centre":
        code, tax_type = account_and_tax_type(target)
        account = organisation.account(code)
        names = (account.name if account else "", _tax_name(organisation, tax_type))
        return ", ".join(name for name in names if name)
    if kind.endswith("_account"):
        account = organisation.account(target)
        return account.name if account else ""
    return target if kind in {"currency", "tracking"} else ""


def usable(account: Account) -> bool:
    """Whether lines of documents may name an account (xero.md 5.4)."""
    ours = account.system_account in _OPEN_SYSTEM_ACCOUNTS
    return account.active and ours and account.account_type != "BANK"


def fits(rate: TaxRate, account: Account) -> bool:
    """Whether a tax type may be used with an account's class (xero.md 6)."""
    if not rate.account_classes or not account.account_class:
        return rate.applies_to_revenue or account.account_class != "REVENUE"
    return account.account_class in rate.account_classes


def _account(organisation: Organisation, code: str) -> Account:
    """The account that lines may name by this code."""
    account = organisation.account(code)
    if account is not None and usable(account):
        return account
    if account is None:
        codes = [x.code for x in organisation.accounts if usable(x)]
        problem = f"is unknown{did_you_mean(code, codes)}"
    elif not account.active:
        problem = "is archived"
    else:
        problem = "can't be used on documents: it is a bank account, or the system's own"
    raise SettingsError(
        f"Account {code!r} of {organisation.name} {problem}",
        fix="Choose an active account of the organisation.",
    )


def _check_rate(organisation: Organisation, source: str, target: str) -> None:
    rate = _rate_of(organisation, target)
    wanted = tax_source(source).rate
    if wanted is not None and rate != wanted:
        raise SettingsError(
            f"Tax type {target} stands for {rate} %, not for {wanted} %",
            fix="Map the rate to a tax type of the same rate.",
        )


def _rate_of(organisation: Organisation, tax_type: str) -> Decimal:
    rate = Decimal(0) if tax_type == NO_TAX else organisation.rate_of(tax_type)
    if rate is None:
        types = [x.tax_type for x in organisation.tax_rates if x.active]
        raise SettingsError(
            f"{organisation.name} has no tax type {tax_type!r}{did_you_mean(tax_type, types)}",
            fix=f"Its tax types are: {', '.join(types)}.",
        )
    return rate


def _cost_centre(organisation: Organisation, target: str) -> str:
    """Both halves, which must fit each other."""
    code, tax_type = account_and_tax_type(target)
    if not code or not tax_type:
        raise SettingsError(
            f"{target!r} is not an account with its tax type",
            fix="Write it like 200/OUTPUT2: the account's code, a slash, the tax type.",
        )
    account = _account(organisation, code)
    _rate_of(organisation, tax_type)
    known = [x for x in organisation.tax_rates if x.tax_type == tax_type and x.active]
    if known and not any(fits(rate, account) for rate in known):
        raise SettingsError(
            f"Tax type {tax_type} can't be used with account {code}, "
            f"whose class is {account.account_class}",
            fix="Choose a tax type that applies to accounts of this class.",
        )
    return f"{code}/{tax_type}"


def _check_exchange_rate(target: str) -> None:
    if not _EXCHANGE_RATE.fullmatch(target) or not Decimal(target):
        raise SettingsError(
            f"{target!r} is no exchange rate",
            fix="Write it like 1.1712: so much of the currency is one of the organisation's.",
        )


def _check_tracking(organisation: Organisation, target: str) -> None:
    name, _, option = target.partition("=")
    if not name.strip() or not option.strip():
        raise SettingsError(
            f"{target!r} is not a tracking category with its option",
            fix="Write it like Region=North, in the words of the organisation.",
        )
    if organisation.tracking is None:
        return
    options = {category.name: category.options for category in organisation.tracking}
    if name not in options:
        hint = did_you_mean(name, options)
        raise SettingsError(
            f"{organisation.name} has no tracking category {name!r}{hint}",
            fix=f"Its active categories are: {', '.join(options) or 'none'}.",
        )
    if option not in options[name]:
        hint = did_you_mean(option, options[name])
        raise SettingsError(
            f"Tracking category {name} has no option {option!r}{hint}",
            fix=f"Its active options are: {', '.join(options[name]) or 'none'}.",
        )


def _check_currency(organisation: Organisation, target: str) -> None:
    if target not in organisation.currencies:
        raise SettingsError(
            f"{organisation.name} does not use the currency {target!r}",
            fix=f"Its currencies are: {', '.join(organisation.currencies)}.",
        )


def _check_contact(target: str) -> None:
    try:
        UUID(target)
    except ValueError:
        raise SettingsError(
            f"{target!r} is not a contact's id", fix="Copy it from the contact's address."
        ) from None


def _theme_id(organisation: Organisation, target: str) -> str:
    themes = organisation.branding_themes
    if themes is None:
        return target
    for theme in themes:
        if target in {theme.theme_id, theme.name}:
            return theme.theme_id
    names = [theme.name for theme in themes]
    raise SettingsError(
        f"{organisation.name} has no branding theme {target[:60]!r}{did_you_mean(target, names)}",
        fix=f"Its themes are: {', '.join(names) or 'none'}.",
    )


def _tax_name(organisation: Organisation, tax_type: str) -> str:
    if tax_type == NO_TAX:
        return "No tax"
    return next((x.name for x in organisation.tax_rates if x.tax_type == tax_type), "")
