"""The short lists of the account that are not about orders: statuses and kinds of things.

The IDs of ASN statuses are Mintsoft's (mintsoft.md 4); those of the other lists are invented.
"""

from .reference import Document, stamped

ASN_STATUS_NAMES = {
    1: "NEW",
    2: "AWAITNGAPPROVAL",  # Mintsoft's own spelling
    3: "AWAITINGDELIVERY",
    4: "BOOKEDIN",
    5: "DISCREPANCY",
    6: "COMPLETE",
    7: "PARTIALLYBOOKED",
    8: "BOOKEDIN-PARTIAL",
    9: "DELIVERED",
    10: "SHIPPED",
    11: "AWAITINGDELIVERY_LATE",
    12: "AWAITINGPUTAWAY",
    13: "ROBOTPUTAWAY",
}
ASN_STATUS_IDS = {name: number for number, name in ASN_STATUS_NAMES.items()}

ASN_STATUSES = tuple(
    stamped(number, Name=name, Colour="green", TextColour=None)
    for number, name in ASN_STATUS_NAMES.items()
)
GOODS_IN_TYPES: tuple[Document, ...] = tuple(
    {"ID": number, "Name": name}
    for number, name in enumerate(("Pallet", "Carton", "Container"), start=1)
)
COURIER_SERVICE_TYPES = (
    stamped(1, Name="Domestic", Active=True),
    stamped(2, Name="International", Active=True),
)
DOCUMENT_TYPES = tuple(
    stamped(number, Name=name)
    for number, name in enumerate(("Shipping label", "Invoice", "Customs form", "Other"), start=1)
)
PAPER_SIZES: tuple[Document, ...] = (
    {"ID": 1, "Name": "A4"},
    {"ID": 2, "Name": "Label"},
)
#: What a fulfilment house charges apart from orders.
INVOICE_ITEM_TYPES = (
    stamped(1, Name="Labelling", Rate=0.15, ChargeType="PerItem"),
    stamped(2, Name="Hour of work", Rate=24.0, ChargeType="PerHour"),
    stamped(3, Name="Account management", Rate=50.0, ChargeType="Fixed"),
)
