"""The JSON that the API makes of an order.

The figures follow the identities of mintsoft.md 2.3 ("Suggested simulator identities"): prices are
as long as the shop has them, sums have at most four places.
"""

from .reference import DESPATCHED_STATUSES, Document, stamped
from .shape import ZERO, Amount, Draft, Line, Times, number, to_pennies


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
    if draft.minus_before_discount:
        discount = Amount(net=-discount.net, tax=-discount.tax)
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
        "Price": float(line.net),
        "Vat": float(line.tax),
        "Discount": number(line.discount.net),
        "PriceNet": float(line.net),
        "Tax": float(line.tax),
        "TaxRate": line.stated_rate,
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
