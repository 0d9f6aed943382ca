"""One line of an invoice: what Xero fills in, refuses and computes (xero.md 4 and 5)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents import arithmetic
from ..organisation import tracking
from ..protocol import messages, reading
from ..protocol.reading import Element
from ..tenant import Tenant

_TRACKING = reading.Shape(
    "LineItemTracking",
    {"TrackingCategoryID": "guid", "TrackingOptionID": "guid", "Name": "text", "Option": "text"},
)
SHAPE = reading.Shape(
    "LineItem",
    {"LineItemID": "guid", "AccountID": "guid", "Tracking": [_TRACKING]}
    | dict.fromkeys(["Description", "ItemCode", "AccountCode", "TaxType"], "text")
    | dict.fromkeys(
        "Quantity UnitAmount LineAmount TaxAmount DiscountRate DiscountAmount".split(), "number"
    ),
)

_NUMBERS = ("Quantity", "UnitAmount", "TaxAmount", "DiscountRate", "DiscountAmount")
_CLASS_FLAGS = {
    "REVENUE": "CanApplyToRevenue",
    "EXPENSE": "CanApplyToExpenses",
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "LIABILITY": "CanApplyToLiabilities",
}
#: The system account that lines may use: the others keep Xero's own books.
_ROUNDING = "ROUNDING"


@dataclass(kw_only=True)
class Line:
    """A line on its way: what it became, and what is wrong with it."""

    tenant: Tenant
    sent: Element
    #: "Exclusive", "Inclusive" or "NoTax".
    line_amount_types: str
    #: SUBMITTED or AUTHORISED: accounts and taxes must be there.
    approved: bool
    #: To a customer, as opposed to a bill or an order to a supplier.
    sale: bool
    #: The discounts that it may have: "rate", "amount".
    discounts: frozenset[str]
    unitdp: int
    faults: list[str] = field(default_factory=list)

    def written(self) -> Document:
        """The line as it is kept; `faults` says what was refused."""
        line = self.sent
        self._fill_from_item(line)
        account = self._account(line)
        tax_rate = self._tax_rate(line, account)
        kept: Document = {
            "LineItemID": line.get("LineItemID") or str(uuid.uuid4()),
            "ItemCode": line.get("ItemCode"),
            "Description": line.get("Description"),
            "AccountCode": account["Code"] if account else line.get("AccountCode"),
            "AccountID": account["AccountID"] if account else None,
            "TaxType": line.get("TaxType"),
            "Tracking": tracking.resolved(self.tenant, line.get("Tracking", []), self.faults),
        }
        if self.approved and not line.get("Description"):
            self.faults.append(messages.DESCRIPTION_MISSING)
        return kept | self._amounts(line, tax_rate)

    # ------------------------------------------------------------------------------ item

    def _fill_from_item(self, line: Element) -> None:
        """What a line leaves out comes from its item; an item with no amounts is dropped."""
        code = line.get("ItemCode")
        if not code:
            return
        item = self.tenant.find("xero_item", code)
        if item is None:
            self.faults.append(messages.item_code(code))
            return
        if not item.get("IsSold" if self.sale else "IsPurchased", True):
            self.faults.append(messages.ITEM_NOT_SOLD if self.sale else messages.ITEM_NOT_PURCHASED)
        details = item.get("SalesDetails" if self.sale else "PurchaseDetails", {})
        if "Quantity" not in line and "UnitAmount" not in line and "LineAmount" not in line:
            del line["ItemCode"]
            return
        if "UnitAmount" not in line and "LineAmount" not in line and "UnitPrice" in details:
            line["UnitAmount"] = Decimal(details["UnitPrice"])
        for name in ("AccountCode", "TaxType"):
            if name not in line and name in details:
                line[name] = details[name]
        described = item.get("Description" if self.sale else "PurchaseDescription")
        if not line.get("Description") and described:
            line["Description"] = described

    # ------------------------------------------------------------------- account and tax

    def _account(self, line: Element) -> Document | None:
        code = line.get("AccountCode")
        if not code and "AccountID" in line:
            code = next(
                (
                    row["Code"]
                    for row in self.tenant.rows("xero_account")
                    if row["AccountID"] == line["AccountID"]
                ),
                line["AccountID"],
            )
        if not code:
            if self.approved and not self._only_description(line):
                if "TaxType" not in line:
                    self.faults.append(messages.TAX_TYPE_MISSING)
                self.faults.append(messages.ACCOUNT_MISSING)
            return None
        account = self.tenant.find("xero_account", code)
        if account is None or account["Type"] == "BANK" or (
            account["SystemAccount"] not in {None, _ROUNDING}
        ):  # fmt: skip
            self.faults.append(messages.account_not_valid(code))
            return None
        if account["Status"] != "ACTIVE":
            self.faults.append(messages.account_archived(code))
            return None
        return account

    @staticmethod
    def _only_description(line: Element) -> bool:
        return not any(name in line for name in ("UnitAmount", "LineAmount", "Quantity"))

    def _tax_rate(self, line: Element, account: Document | None) -> Decimal:
        """The rate in percent; fills in the account's own tax type where none was sent."""
        tax_type = line.get("TaxType")
        if tax_type is None:
            if account is None:
                return arithmetic.ZERO
            own = "NONE" if self.line_amount_types == "NoTax" else account["TaxType"]
            tax_type = line["TaxType"] = own
        rate = self.tenant.find("xero_tax_rate", tax_type)
        if tax_type == "NONE" and rate is None and self._untaxed():
            return arithmetic.ZERO
        registered = self.tenant.organisation["PaysTax"] or tax_type == "NONE"
        if rate is None or rate["Status"] != "ACTIVE" or not registered:
            self.faults.append(messages.tax_type_unknown(tax_type))
            return arithmetic.ZERO
        if account is not None and not rate[_CLASS_FLAGS[account["Class"]]]:
            self.faults.append(messages.tax_type_not_for(tax_type, account["Code"]))
        return Decimal(rate["EffectiveRate"])

    def _untaxed(self) -> bool:
        """Where a country has no tax rate NONE, only documents without tax know the word."""
        return self.line_amount_types == "NoTax" or not self.tenant.organisation["PaysTax"]

    # --------------------------------------------------------------------------- amounts

    def _amounts(self, line: Element, rate: Decimal) -> Document:
        if self._only_description(line):
            zero = {"LineAmount": "0.00", "TaxAmount": "0.00"}
            return {"Quantity": None, "UnitAmount": None} | zero
        quantity, unit_amount, gross = self._measures(line)
        discount_rate, discount_amount = self._discount(line, gross)
        amount = arithmetic.less_discount(gross, discount_rate, discount_amount)
        if "LineAmount" in line:
            self._check_line_amount(line, gross, amount, discount_rate, discount_amount)
        if discount_rate is None and discount_amount:
            # Xero keeps an amount as a rate, which is why sending both back may fail (5.3).
            discount_rate = discount_amount * 100 / gross if gross else arithmetic.ZERO
        return {
            "Quantity": str(quantity),
            "UnitAmount": str(unit_amount),
            "LineAmount": str(amount),
            "TaxAmount": str(self._tax(line, amount, rate)),
            "DiscountRate": _text(discount_rate),
            "DiscountAmount": _text(discount_amount),
        }

    def _measures(self, line: Element) -> tuple[Decimal, Decimal, Decimal]:
        """Quantity, price, and the line before its discount.

        Of quantity and price one may be missing: it follows from LineAmount, which is what is
        left after the discount (5.2). Without that, a quantity alone counts one.
        """
        quantity, price = line.get("Quantity"), line.get("UnitAmount")
        if quantity is not None:
            quantity = arithmetic.rounded(quantity, 4)
        if price is not None:
            price = arithmetic.unit_price(price, self.unitdp)
        given = price if quantity is None else quantity
        sent = line.get("LineAmount")
        if sent is None or (quantity is not None and price is not None) or given == 0:
            quantity = Decimal(1) if quantity is None else quantity
            price = arithmetic.ZERO if price is None else price
            return quantity, price, arithmetic.gross_of(quantity, price)
        gross = arithmetic.before_discount(
            arithmetic.rounded(sent), line.get("DiscountRate"), line.get("DiscountAmount")
        )
        if price is not None:
            return arithmetic.rounded(gross / price, 4), price, gross
        quantity = Decimal(1) if quantity is None else quantity
        return quantity, arithmetic.unit_price(gross / quantity, self.unitdp), gross

    def _check_line_amount(
        self,
        line: Element,
        gross: Decimal,
        amount: Decimal,
        rate: Decimal | None,
        discount: Decimal | None,
    ) -> None:
        """A LineAmount that was sent must be the line's (5.2)."""
        understood = line["LineAmount"]
        whole = "Quantity" in line and "UnitAmount" in line
        if not whole and any("discount rate" in fault for fault in self.faults):
            return  # what it stood for can't be told
        if whole and (rate or discount):
            understood = arithmetic.understood_line_amount(understood, gross, rate, discount)
        understood = arithmetic.rounded(understood)
        if understood != amount:
            self.faults.append(messages.line_total(understood, amount))

    def _discount(self, line: Element, gross: Decimal) -> tuple[Decimal | None, Decimal | None]:
        """The discount that counts, as (rate, amount): the rate wins, the amount is checked."""
        rate, amount = line.get("DiscountRate"), line.get("DiscountAmount")
        if rate is None and amount is None:
            return None, None
        if rate is not None and "rate" not in self.discounts:
            return self._no_discount(rate or amount)
        if rate is None and "amount" not in self.discounts:
            return self._no_discount(amount)
        if rate is not None:
            rate = arithmetic.rounded(rate)
            if not 0 <= rate <= 100:  # noqa: PLR2004
                self.faults.append(messages.discount(rate))
            return rate, None
        amount = arithmetic.rounded(amount or arithmetic.ZERO)
        if amount > gross or amount < 0:
            self.faults.append(messages.discount(amount))
        return None, amount

    def _no_discount(self, discount: Decimal | None) -> tuple[None, None]:
        """A document that has none refuses one, and takes no notice of zero."""
        if discount:
            self.faults.append(messages.DISCOUNT_NOT_FOR_BILLS)
        return None, None

    def _tax(self, line: Element, amount: Decimal, rate: Decimal) -> Decimal:
        """A TaxAmount that was sent is kept (5.4)."""
        if "TaxAmount" not in line or self.line_amount_types == "NoTax":
            return arithmetic.tax_amount(amount, rate, self.line_amount_types)
        tax = arithmetic.rounded(line["TaxAmount"])
        if abs(tax) > abs(amount):
            self.faults.append(messages.TAX_TOO_HIGH)
        return tax


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(arithmetic.rounded(value))


def merged(existing: Document, sent: Element) -> Element:
    """A line that was sent with its LineItemID: what it leaves out stays as it was."""
    base: Element = {
        name: Decimal(existing[name]) if name in _NUMBERS else existing[name]
        for name in ("ItemCode", "Description", "AccountCode", "TaxType", "Quantity", "UnitAmount",
                     "DiscountRate", "DiscountAmount", "Tracking")
        if existing.get(name) is not None
    }  # fmt: skip
    if "DiscountRate" in sent or "DiscountAmount" in sent or "DiscountAmount" in base:
        # An amount's rate is only shown; what counts is what was sent, else the amount.
        base.pop("DiscountRate", None)
    if "DiscountRate" in sent or "DiscountAmount" in sent:
        base.pop("DiscountAmount", None)
    if "AccountID" in sent:
        base.pop("AccountCode", None)
    return base | sent


def as_sent(existing: Document, labels: Element | None = None) -> Element:
    """A kept line as if it were sent again, tax and all, with new labels: to check it."""
    tax: dict[str, Any] = {"TaxAmount": Decimal(existing["TaxAmount"])}
    return merged(existing, {"LineItemID": existing["LineItemID"]} | tax | (labels or {}))
