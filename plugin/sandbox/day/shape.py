"""What an order is before it has an ID, and the JSON that the API makes of it.

The figures follow the identities of mintsoft.md 2.3 ("Suggested simulator identities").
Money is Decimal until it becomes a JSON number, which is then exact to 2 or 4 places.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .reference import DESPATCHED_STATUSES, Document, stamped

ZERO = Decimal(0)
PENNY = Decimal("0.01")


def to_pennies(amount: Decimal) -> Decimal:
    """Round to 2 places, halves away from zero."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A sum of money apart from its VAT: a delivery charge or a discount."""

    #: Without VAT, two places.
    net: Decimal = ZERO
    #: The VAT, two places.
    tax: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.tax


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of an order."""

    #: The warehouse's code of the product.
    sku: str
    product_id: int
    #: What the row says to people.
    details: str
    #: Whole units.
    quantity: int
    #: Price of one unit without VAT, up to four places.
    net: Decimal
    #: VAT of one unit, up to four places.
    tax: Decimal
    #: VAT in percent: 20, 5 or 0.
    rate: Decimal
    #: Taken off the whole row, positive.
    discount: Amount = Amount()

    @property
    def net_paid(self) -> Decimal:
        """The row without VAT, less its discount, not rounded."""
        return self.net * self.quantity - self.discount.net

    @property
    def tax_paid(self) -> Decimal:
        """The row's VAT, less the discount's, not rounded."""
        return self.tax * self.quantity - self.discount.tax

    @property
    def gross(self) -> Decimal:
        """What the shop's own total counts for the row, two places."""
        return to_pennies(self.net_paid + self.tax_paid)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Whom the parcel goes to; every field may be None."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    town: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The contents of an order; reference data as raw JSON."""

    number: str
    client: Document
    currency: Document
    warehouse: Document
    courier: Document
    customer: Customer
    lines: tuple[Line, ...]
    status: int
    channel: Document | None = None
    country: Document | None = None
    #: The delivery charge.
    shipping: Amount = Amount()
    #: Taken off the whole order, positive.
    discount: Amount = Amount()
    #: What the stated total is more (or less) than the sum of the rows.
    stated_too_much: Decimal = ZERO
    part: int = 1
    parts: int = 1
    external_reference: str | None = None
    name_values: tuple[tuple[str, str], ...] = ()
    comments: str | None = None
    tags: str | None = None
    pii_removed: bool = False

    @property
    def net(self) -> Decimal:
        """The stated total without VAT."""
        rows = sum((to_pennies(line.net_paid) for line in self.lines), ZERO)
        return rows + self.shipping.net - self.discount.net

    @property
    def gross(self) -> Decimal:
        """The stated total with VAT: what the customer was asked for."""
        rows = sum((line.gross for line in self.lines), ZERO)
        return to_pennies(rows + self.shipping.gross - self.discount.gross + self.stated_too_much)


@dataclass(frozen=True, kw_only=True)
class Times:
    """The moments of an order, local time without offset, as the API writes them."""

    ordered: str
    #: None until it left the warehouse.
    despatched: str | None
    updated: str


def order_json(
    draft: Draft, *, order_id: int, first_line_id: int, times: Times, user: str
) -> Document:
    """The order as ``GET /api/Order/{id}`` answers it, every property of the model present."""
    end = {"LastUpdated": times.updated, "LastUpdatedByUser": user}
    return {
        **_heading(draft, times),
        **_customer(draft),
        **_progress(draft, order_id),
        **_money(draft),
        "OrderItems": [
            {**_item(line, order_id, draft.status), "ID": first_line_id + index, **end}
            for index, line in enumerate(draft.lines)
        ],
        "OrderNameValues": [
            {"OrderId": order_id, "Name": name, "Value": value, "ID": order_id * 10 + index, **end}
            for index, (name, value) in enumerate(draft.name_values)
        ],
        "ID": order_id,
        **end,
    }


def _heading(draft: Draft, times: Times) -> Document:
    return {
        "ClientId": draft.client["ID"],
        "CLIENT_CODE": draft.client["Code"],
        "OrderNumber": draft.number,
        "ExternalOrderReference": draft.external_reference,
        "OrderDate": times.ordered,
        "DespatchDate": times.despatched,
        "AtNewDate": times.ordered,
        "SLAWarningDate": None,
        "SLADespatchDate": None,
        "RequiredDespatchDate": None,
        "RequiredDeliveryDate": None,
        "SourceOrderDate": times.ordered,
        "WarehouseId": draft.warehouse["ID"],
        "WAREHOUSE_CODE": draft.warehouse["Code"],
        "ChannelId": draft.channel and draft.channel["ID"],
        "Channel": draft.channel,
        "CurrencyId": draft.currency["ID"],
        "Currency": draft.currency,
        "CountryId": draft.country and draft.country["ID"],
        "Country": draft.country,
        "Source": "API",
        "Comments": draft.comments,
        "GiftMessages": None,
        "DeliveryNotes": None,
        "VATNumber": None,
        "EORINumber": None,
        "UKIMSNumber": None,
        "RFCNumber": None,
        "PIDNumber": None,
        "Tags": draft.tags,
    }


def _customer(draft: Draft) -> Document:
    customer = draft.customer
    return {
        "Title": None,
        "FirstName": customer.first_name,
        "LastName": customer.last_name,
        "CompanyName": customer.company,
        "Address1": customer.address,
        "Address2": None,
        "Address3": None,
        "Town": customer.town,
        "County": None,
        "PostCode": customer.postcode,
        "Phone": customer.phone,
        "Mobile": None,
        "Email": customer.email,
        "PIIRemoved": draft.pii_removed,
        "RecipientType": stamped(2, Name="B2B") if customer.company else stamped(1, Name="B2C"),
    }


def _progress(draft: Draft, order_id: int) -> Document:
    gone = draft.status in DESPATCHED_STATUSES
    tracking = f"SBX{order_id:09d}" if gone else None
    return {
        "OrderStatusId": draft.status,
        "NumberOfParcels": 1,
        "TotalItems": sum(line.quantity for line in draft.lines),
        "TotalWeight": round(0.25 * sum(line.quantity for line in draft.lines), 2),
        "Part": draft.part,
        "NumberOfParts": draft.parts,
        "CourierServiceTypeId": draft.courier["CourierServiceTypeId"],
        "CourierServiceId": draft.courier["ID"],
        "CourierServiceName": draft.courier["Name"],
        "TrackingNumber": tracking,
        "TrackingURL": tracking and f"https://track.example/{tracking}",
        "DespatchedByUser": "packer1" if gone else None,
        "OrderLock": False,
    }


def _money(draft: Draft) -> Document:
    goods = sum((to_pennies(line.net_paid) for line in draft.lines), ZERO)
    shipping, discount = draft.shipping, draft.discount
    return {
        "OrderValue": number(goods),
        "ShippingTotalExVat": number(shipping.net),
        "ShippingTotalVat": number(shipping.tax),
        "DiscountTotalExVat": number(discount.net),
        "DiscountTotalVat": number(discount.tax),
        "TotalVat": number(draft.gross - draft.net),
        "ShippingNet": number(shipping.net),
        "ShippingTax": number(shipping.tax),
        "ShippingGross": number(shipping.gross),
        "DiscountNet": number(discount.net),
        "DiscountTax": number(discount.tax),
        "DiscountGross": number(discount.gross),
        "TotalOrderNet": number(draft.net),
        "TotalOrderTax": number(draft.gross - draft.net),
        "TotalOrderGross": number(draft.gross),
    }


def _item(line: Line, order_id: int, status: int) -> Document:
    gone = status in DESPATCHED_STATUSES
    return {
        "OrderId": order_id,
        "ProductId": line.product_id,
        "Quantity": line.quantity,
        "Allocated": 0 if gone else line.quantity,
        "Commited": line.quantity if gone else 0,
        "OnBackOrder": 0,
        "SourceLineSubTotal": number(to_pennies(line.net * line.quantity)),
        "SourceLineTotalTax": number(to_pennies(line.tax_paid)),
        "SourceLineTotalDiscount": number(line.discount.net),
        "SourceLineTotal": number(line.gross),
        "Price": number(line.net),
        "Vat": number(line.tax),
        "Discount": number(line.discount.net),
        "PriceNet": number(line.net),
        "Tax": number(line.tax),
        "TaxRate": number(line.rate),
        "DiscountGross": number(line.discount.gross),
        "DiscountNet": number(line.discount.net),
        "DiscountTax": number(line.discount.tax),
        "NetPaid": number(line.net_paid),
        "TaxPaid": number(line.tax_paid),
        "TotalTax": number(line.tax * line.quantity),
        "Details": line.details,
        "SKU": line.sku,
        "OrderItemNameValues": [],
    }


def number(amount: Decimal) -> float:
    """The JSON number of an amount: its text is the amount, to at most four places."""
    return float(round(amount, 4))
