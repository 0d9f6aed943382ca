"""Mapping: which account, tax type and contact a document's parts go to."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from ...errors import NeedsPerson
from ..client_invoices.client_invoice import CostCentre
from ..taxes.tax_sources import TaxSources
from .organisation import Organisation

#: The kinds of `connection map`, with what a TARGET of each is.
KINDS = {
    "sales_account": "account code; SOURCE is default, channel:ID or sku:SKU",
    "shipping_account": "account code; SOURCE is default; the sales account when not mapped",
    "discount_account": "account code; SOURCE is default; the sales account when not mapped",
    "rounding_account": "account code; SOURCE is default",
    "tax_rate": "tax type; SOURCE is a rate like 20, or * for any, and before it a country, as in "
    "DE:19, or sku:SKU:, channel:ID:, account:CODE:, postcode:AREA: or has_vat_number:",
    "item_account": "account code; SOURCE is default or sku:SKU; the sales account when not mapped",
    "tracking": "Category=Option; SOURCE is default, channel:ID or warehouse:CODE",
    "currency": "currency of the organisation; SOURCE is what Mintsoft calls it",
    "exchange_rate": "units of the currency for one of the organisation's; SOURCE is what Mintsoft "
    "calls it; Xero's own rate of the day when not mapped",
    "contact": "contact id; SOURCE is channel:ID, client:CODE or default",
    "branding_theme": "id or name of a theme; SOURCE is channel:ID or client:CODE",
    "cost_centre": f"ACCOUNT/TAXTYPE; SOURCE is {', '.join(CostCentre)}",
}

#: Xero's tax type for "no tax", in every region (xero.md 6).
NO_TAX = "NONE"

#: The ordinary sales tax type per country and rate, never a reverse charge (xero.md 6).
_ORDINARY_SALES_TYPES: dict[str, dict[int, str]] = {
    "GB": {20: "OUTPUT2", 5: "RROUTPUT", 0: "ZERORATEDOUTPUT"},
    "AU": {10: "OUTPUT", 0: "EXEMPTOUTPUT"},
    "NZ": {15: "OUTPUT2", 0: "ZERORATED"},
    "ZA": {15: "OUTPUT3", 0: "ZERORATED"},
}

#: How the tax types begin that are reverse charges, at whatever rate (xero.md 6).
_REVERSE_CHARGES = ("DRCHARGE", "REVERSECHARGES", "ECACQUISITIONS")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where one source goes."""

    target: str
    #: True when the plugin chose it, because there was one sensible answer.
    assumed: bool = False


@dataclass(frozen=True)
class Mapping:
    """All entries of one connection, by (kind, source)."""

    entries: MappingType[tuple[str, str], Entry]

    def sales_account(self, channel_id: str, sku: str) -> str:
        """Account of a line of goods: by SKU, else by channel, else the default.

        Raises:
            NeedsPerson: MX-301, nothing is mapped.
        """
        for source in (f"sku:{sku}", f"channel:{channel_id}", "default"):
            entry = self.entries.get(("sales_account", source))
            if entry is not None:
                return entry.target
        raise _unmapped("sales", "sales_account")

    def account(self, kind: str, channel_id: str = "") -> str:
        """Account of shipping or discounts: its own, else the sales account."""
        entry = self.entries.get((kind, "default"))
        return entry.target if entry else self.sales_account(channel_id, "")

    def rounding_account(self) -> str:
        """Account of the pennies.

        Raises:
            NeedsPerson: MX-301, nothing is mapped.
        """
        entry = self.entries.get(("rounding_account", "default"))
        if entry is None:
            raise _unmapped("rounding differences", "rounding_account")
        return entry.target

    def item_account(self, sku: str) -> str:
        """Account of sales of a new item: by SKU, else the default; empty where none is mapped."""
        for source in (f"sku:{sku}", "default"):
            entry = self.entries.get(("item_account", source))
            if entry is not None:
                return entry.target
        return ""

    def cost_centre(self, centre: CostCentre) -> tuple[str, str]:
        """Account code and tax type of a cost centre.

        Raises:
            NeedsPerson: MX-321, the cost centre is not mapped.
        """
        entry = self.entries.get(("cost_centre", centre.value))
        if entry is None:
            raise NeedsPerson(code="MX-321", centre=centre.value)
        return account_and_tax_type(entry.target)

    def branding_theme(self, channel_id: str, client: str) -> str:
        """Id of the theme of a channel's or a client's invoices; empty where none is mapped."""
        for source in (f"channel:{channel_id}", f"client:{client}"):
            entry = self.entries.get(("branding_theme", source))
            if entry is not None:
                return entry.target
        return ""

    def currency(self, code: str) -> str:
        """What the target calls a currency of the source."""
        entry = self.entries.get(("currency", code))
        return entry.target if entry else code

    def exchange_rate(self, code: str) -> Decimal | None:
        """Units of a currency of the source for one of the organisation's; None: the day's."""
        entry = self.entries.get(("exchange_rate", code))
        return Decimal(entry.target) if entry else None

    def tracking(self, channel_id: str, warehouse: str) -> tuple[str, ...]:
        """Tracking of all lines, one option a category: the channel's goes before the default."""
        found: dict[str, str] = {}
        for source in ("default", f"warehouse:{warehouse}", f"channel:{channel_id}"):
            entry = self.entries.get(("tracking", source))
            if entry is not None:
                found[entry.target.partition("=")[0]] = entry.target
        return tuple(found.values())

    def untaxed(self) -> str:
        """Tax type of 0 % in the organisation's own country.

        Raises:
            NeedsPerson: MX-302, it is not mapped.
        """
        entry = self.entries.get(("tax_rate", "0"))
        if entry is None:
            raise NeedsPerson(code="MX-302", rate="0")
        return entry.target

    @cached_property
    def tax_sources(self) -> TaxSources:
        """Which tax types serve whom."""
        return TaxSources.of(
            (source, entry.target)
            for (kind, source), entry in self.entries.items()
            if kind == "tax_rate"
        )

    def with_assumptions(self, organisation: Organisation) -> "Mapping":
        """Add what has one sensible answer in this organisation; what is mapped stays."""
        return replace(self, entries={**assumptions(organisation), **self.entries})


def account_and_tax_type(target: str) -> tuple[str, str]:
    """Both halves of a cost centre's target; a tax type never holds a slash, a code may."""
    account, _, tax_type = target.rpartition("/")
    return account.strip(), tax_type.strip()


def rate_text(rate: Decimal) -> str:
    """A rate as people write it in a mapping: 20, 5, 12.5."""
    return format(rate.normalize(), "f")


def ordinary_rates(country: str) -> tuple[int, ...]:
    """The usual sales tax rates of a country in per cent; none where they are not known."""
    return tuple(_ORDINARY_SALES_TYPES.get(country, {}))


def assumptions(organisation: Organisation) -> dict[tuple[str, str], Entry]:
    """What a new connection maps by itself: sales, rounding, and the region's tax types."""
    found: dict[tuple[str, str], str] = {}
    revenue = [
        account
        for account in organisation.accounts
        if account.active and account.account_class == "REVENUE" and not account.system_account
    ]
    ordinary = [account for account in revenue if account.code == "200"]
    if ordinary or len(revenue) == 1:
        found["sales_account", "default"] = (ordinary or revenue)[0].code
    for account in organisation.accounts:
        if account.active and account.system_account == "ROUNDING":
            found["rounding_account", "default"] = account.code
    if not organisation.pays_tax:
        found["tax_rate", "0"] = NO_TAX
        return {key: Entry(target=target, assumed=True) for key, target in found.items()}
    own = organisation.account(found.get(("sales_account", "default"), ""))
    for rate, tax_type in _ORDINARY_SALES_TYPES.get(organisation.country, {}).items():
        for choice in (own.tax_type if own else "", tax_type):
            if _is_ordinary(organisation, choice, rate):
                found["tax_rate", str(rate)] = choice
                break
    return {key: Entry(target=target, assumed=True) for key, target in found.items()}


def _is_ordinary(organisation: Organisation, tax_type: str, rate: int) -> bool:
    """Whether a tax type is for sales at this rate, and no reverse charge."""
    return not tax_type.startswith(_REVERSE_CHARGES) and any(
        known.active and known.applies_to_revenue and known.rate == rate
        for known in organisation.tax_rates
        if known.tax_type == tax_type and "reverse charge" not in known.name.lower()
    )


def _unmapped(what: str, kind: str) -> NeedsPerson:
    return NeedsPerson(code="MX-301", what=what, kind=kind, source="default")
