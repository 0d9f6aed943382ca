"""Account finder: accounts and tax types for a mapping, by past invoices, by names, by country.

Every answer says how sure it is, and why. Pure functions over the organisation's snapshot and
lines of past invoices.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ...domain.client_invoices.client_invoice import CostCentre
from ...domain.connections.mapping import assumptions, ordinary_rates
from ...domain.connections.organisation import Account, Organisation, TaxRate
from ...ports.choices import PastLine
from .targets import fits, usable


class Confidence(StrEnum):
    """How sure a suggestion is."""

    HIGH = "high"
    MEDIUM = "medium"
    #: A person should look first.
    LOW = "low"

    def at_least(self, least: "Confidence") -> bool:
        """Whether it is as sure as another one, or surer."""
        order = list(Confidence)
        return order.index(self) <= order.index(least)


#: The words that accounts and lines have which belong to a kind; the first ones say most.
_WORDS = {
    "shipping_account": ("postage", "shipping", "carriage", "delivery", "freight", "p&p"),
    "discount_account": ("discount",),
    "rounding_account": ("rounding",),
    CostCentre.PICKING: ("picking", "pick", "fulfilment", "fulfillment", "handling"),
    CostCentre.POSTAGE: ("postage", "shipping", "carriage", "delivery", "courier", "freight"),
    CostCentre.POSTAGE_VAT_FREE: ("vat free post", "zero rated post", "postage", "shipping"),
    CostCentre.PACKAGING: ("packaging", "packing", "packag"),
    CostCentre.STORAGE: ("storage", "warehous"),
    CostCentre.RETURNS: ("returns", "return"),
    CostCentre.COLLECTIONS: ("collection",),
    CostCentre.GOODS_IN: ("goods in", "goods-in", "inbound", "receiving"),
    CostCentre.REWORK: ("rework",),
    CostCentre.ADMIN_FEE: ("admin", "management fee"),
    CostCentre.OTHER: ("other revenue", "other income", "sundry", "miscellaneous"),
}

#: So many lines, and such a part of them, make a habit.
_HABIT = 3
_MOST_OF_THEM = Decimal("0.8")

#: The kinds that are one account for all.
ACCOUNTS = ("sales_account", "shipping_account", "discount_account", "rounding_account")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an entry might lead to."""

    target: str
    confidence: Confidence
    because: str


def account_for(organisation: Organisation, past: Sequence[PastLine], kind: str) -> Found | None:
    """Sales by habit or by assumption; the others by what accounts and lines are called."""
    if kind == "sales_account":
        return _sales(organisation, past)
    if kind == "rounding_account":
        own = assumptions(organisation).get((kind, "default"))
        if own:
            because = "Xero keeps this account for rounding."
            return Found(target=own.target, confidence=Confidence.HIGH, because=because)
    return _habit(organisation, past, kind) or _by_name(organisation, kind)


def _sales(organisation: Organisation, past: Sequence[PastLine]) -> Found | None:
    other = [word for kind in ACCOUNTS for word in _WORDS.get(kind, ())]
    goods = [x for x in past if not _says(x.description, other)]
    revenue = [x for x in goods if _is_revenue(organisation.account(x.account_code))]
    used = _most(Counter(x.account_code for x in revenue))
    if used and used[1] >= _HABIT:
        code, count = used
        most = count >= _MOST_OF_THEM * len(revenue)
        because = f"{count} of {len(revenue)} lines of past sales invoices use this account."
        sure = Confidence.HIGH if most else Confidence.LOW
        return Found(target=code, confidence=sure, because=because)
    own = assumptions(organisation).get(("sales_account", "default"))
    if own is None:
        return None
    because = "It is the organisation's usual, or only, account of sales."
    return Found(target=own.target, confidence=Confidence.MEDIUM, because=because)


def _habit(organisation: Organisation, past: Sequence[PastLine], what: str) -> Found | None:
    """The account that lines use whose description says so."""
    lines = [
        line
        for line in past
        if _says(line.description, _WORDS[what]) and _can_use(organisation, line.account_code)
    ]
    used = _most(Counter(line.account_code for line in lines))
    if not used:
        return None
    code, count = used
    because = f"{count} of {len(lines)} such lines of past sales invoices use this account."
    if count < _HABIT:
        return Found(target=code, confidence=Confidence.LOW, because=because)
    most = count >= _MOST_OF_THEM * len(lines)
    sure = Confidence.HIGH if most else Confidence.MEDIUM
    return Found(target=code, confidence=sure, because=because)


def _by_name(organisation: Organisation, what: str) -> Found | None:
    """The account that is called so, of revenue before any other."""
    ranked = []
    for account in organisation.accounts:
        places = [n for n, word in enumerate(_WORDS[what]) if _says(account.name, [word])]
        if places and usable(account):
            ranked.append((not _is_revenue(account), places[0], account.code, account))
    if not ranked:
        return None
    foreign, _, code, account = min(ranked, key=lambda x: x[:3])
    because = f"The account is called {account.name}."
    if foreign:
        because = f"The account is called {account.name}, though its class is not REVENUE."
    sure = Confidence.LOW if foreign else Confidence.MEDIUM
    return Found(target=code, confidence=sure, because=because)


def cost_centre_for(
    organisation: Organisation, past: Sequence[PastLine], centre: CostCentre
) -> Found | None:
    """Account by habit or name, else that of sales; tax type by habit, else the account's own."""
    found = _habit(organisation, past, centre) or _by_name(organisation, centre)
    if found is None:
        sales = _sales(organisation, past)
        if sales is None:
            return None
        because = "No account is called so; this is the account of sales."
        found = Found(target=sales.target, confidence=Confidence.LOW, because=because)
    account = organisation.account(found.target)
    tax_type = _tax_of(organisation, past, account, centre) if account else ""
    if not tax_type:
        return None
    sure = found.confidence
    if centre is CostCentre.POSTAGE_VAT_FREE and sure is Confidence.HIGH:
        sure = Confidence.MEDIUM
    return Found(target=f"{found.target}/{tax_type}", confidence=sure, because=found.because)


def _tax_of(
    organisation: Organisation, past: Sequence[PastLine], account: Account, centre: CostCentre
) -> str:
    """Tax type for charges of a cost centre on an account; empty for none that fits."""
    if centre is CostCentre.POSTAGE_VAT_FREE:
        zero = tax_type_for(organisation, past, Decimal(0))
        return zero.target if zero else ""
    lines = (x for x in past if x.account_code == account.code and x.tax_type)
    used = _most(Counter(x.tax_type for x in lines if _sells(organisation, x.tax_type)))
    if used and used[1] >= _HABIT:
        return used[0]
    if account.tax_type and _sells(organisation, account.tax_type, account):
        return account.tax_type
    rates = ordinary_rates(organisation.country)
    usual = tax_type_for(organisation, past, Decimal(max(rates))) if rates else None
    return usual.target if usual else ""


def tax_type_for(
    organisation: Organisation, past: Sequence[PastLine], rate: Decimal
) -> Found | None:
    """By habit, else the country's ordinary one, else the only one of its rate for sales."""
    types = {x.tax_type for x in organisation.tax_rates if _for_sales(x) and x.rate == rate}
    used = _most(Counter(line.tax_type for line in past if line.tax_type in types))
    if used and used[1] >= _HABIT:
        because = f"{used[1]} lines of past sales invoices with this rate use it."
        return Found(target=used[0], confidence=Confidence.HIGH, because=because)
    usual = assumptions(organisation).get(("tax_rate", f"{rate.normalize():f}"))
    if usual:
        because = "It is the country's ordinary tax type for sales at this rate."
        return Found(target=usual.target, confidence=Confidence.HIGH, because=because)
    if len(types) == 1:
        because = "It is the organisation's only tax type for sales at this rate."
        return Found(target=min(types), confidence=Confidence.MEDIUM, because=because)
    return None


def tax_type_abroad(organisation: Organisation, country: str, rate: Decimal) -> Found | None:
    """The one tax type of its rate whose name names the country; for 0 %, which is many, none.

    Nothing else tells that a rate of the organisation is meant for another country: what is
    merely as high goes to the wrong box of the return.
    """
    named = {
        x.tax_type
        for x in organisation.tax_rates
        if _for_sales(x) and x.rate == rate and re.search(rf"\b{country}\b", x.name)
    }
    if not country or rate == 0 or len(named) != 1:
        return None
    because = f"It is the organisation's only tax type at this rate that names {country}."
    return Found(target=named.pop(), confidence=Confidence.MEDIUM, because=because)


def _is_revenue(account: Account | None) -> bool:
    return account is not None and usable(account) and account.account_class == "REVENUE"


def _can_use(organisation: Organisation, code: str) -> bool:
    account = organisation.account(code)
    return account is not None and usable(account)


def _for_sales(rate: TaxRate) -> bool:
    """Whether it is for sales, and no reverse charge, by name as far as names tell."""
    word = f"{rate.tax_type} {rate.name}".casefold().replace(" ", "")
    reverse = any(x in word for x in ("reversecharge", "drcharge", "ecacquisition"))
    return rate.active and rate.applies_to_revenue and not reverse


def _sells(organisation: Organisation, tax_type: str, account: Account | None = None) -> bool:
    return any(
        _for_sales(rate) and (account is None or fits(rate, account))
        for rate in organisation.tax_rates
        if rate.tax_type == tax_type
    )


def _says(text: str, words: Sequence[str]) -> bool:
    """Whether a text has a word that begins so."""
    return any(re.search(rf"\b{re.escape(word)}", text.casefold()) for word in words)


def _most(counted: Counter[str]) -> tuple[str, int] | None:
    """The most frequent, the first by name of several."""
    return min(counted.items(), key=lambda x: (-x[1], x[0])) if counted else None
