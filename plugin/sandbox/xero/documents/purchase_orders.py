"""PurchaseOrders: what is ordered from a supplier (xero.md 5.1 and 9).

Unit amounts always have four decimals, lists are always paged, and contacts are not made here.
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

from ...store import Document
from ..contacts import contact_write
from ..invoices import invoice_lines
from ..protocol import filters, messages, reading
from ..protocol.envelope import Answer, day_string, day_text, stamp_text
from ..protocol.reading import Element
from ..protocol.routing import Call
from ..tenant import Tenant
from . import attachments, document_lists, documents
from .document_write import DocumentWrite
from .documents import Documents
from .kinds import PURCHASE_ORDER

_STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED")
_LONGEST_INSTRUCTIONS = 500
_MAY_BE_EMPTY = {"LineItems", "Contact"}
_DAYS = ("Date", "DeliveryDate", "ExpectedArrivalDate")


class PurchaseOrderWrite(DocumentWrite):
    """An order to a supplier: no ledger, no lock dates, lines without accounts are fine.

    Which status may follow which is an assumption; only the statuses are documented.
    """

    kind = PURCHASE_ORDER
    created_as = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
    changes = {  # noqa: RUF012 (declared as a class variable by its base)
        "DRAFT": frozenset(_STATUSES),
        "SUBMITTED": frozenset(_STATUSES),
        "AUTHORISED": frozenset({"AUTHORISED", "BILLED", "DELETED"}),
        "BILLED": frozenset({"BILLED", "AUTHORISED", "DELETED"}),
    }
    not_for_creation = messages.ORDER_CREATION
    not_for_modification = messages.ORDER_MODIFICATION
    sent_as = frozenset({"AUTHORISED", "BILLED"})
    not_sent = messages.ORDER_NOT_SENT

    @property
    def sale(self) -> bool:
        """It comes from a supplier."""
        return False

    def _discounts(self) -> frozenset[str]:
        """A rate, though no amount (xero.md 5.3)."""
        return frozenset({"rate"})

    def _check_header(self) -> None:
        super()._check_header()
        if len(self.sent.get("DeliveryInstructions", "")) > _LONGEST_INSTRUCTIONS:
            self.errors.append(messages.too_long("DeliveryInstructions", _LONGEST_INSTRUCTIONS))

    def _plan_contact(self) -> None:
        """The contact must exist, and stays as it is."""
        super()._plan_contact()
        if self.plan is None or self.plan.errors:
            return
        found = self.tenant.find("xero_contact", self.plan.document["ContactID"])
        if found is None:
            self.errors.append(messages.CONTACT_UNKNOWN)
            return
        self.plan = contact_write.Plan(document=found, errors=[], changed=False)


class PurchaseOrders(Documents):
    """The endpoint of purchase orders."""

    kind = PURCHASE_ORDER
    writer = PurchaseOrderWrite
    unitdp = 4
    shape = reading.Shape(
        "PurchaseOrder",
        {
            "PurchaseOrderID": "guid",
            "Contact": contact_write.SHAPE,
            "LineItems": [invoice_lines.SHAPE],
            "LineAmountTypes": ("Exclusive", "Inclusive", "NoTax"),
            "Status": _STATUSES,
            "SentToContact": "flag",
            "BrandingThemeID": "guid",
            "CurrencyRate": "number",
        }
        | dict.fromkeys(_DAYS, "day")
        | dict.fromkeys(
            "PurchaseOrderNumber Reference CurrencyCode DeliveryAddress AttentionTo Telephone"
            " DeliveryInstructions".split(),
            "text",
        ),
    )

    def understood(self, sent: Element) -> Element:
        """No lines and an empty contact are what was not sent, as Xero's own example has them."""
        return {name: value for name, value in sent.items() if value or name not in _MAY_BE_EMPTY}

    def get(self, call: Call) -> Answer:
        """A page of the orders of a status, or of days; it knows no ``where``."""
        rows = document_lists.since(call, call.tenant.rows(self.kind.table))
        rows = document_lists.between(call, rows, "Date", "Date")
        wanted = call.args.get("status", "").upper()
        if wanted:
            rows = [row for row in rows if row["Status"] == wanted]
        known = _fields(call.tenant)
        rows = filters.ordered(rows, call.args.get("order"), known, "PurchaseOrderID")
        rows, pagination = filters.paged(rows, call.args)
        listed = [
            self.shown(row, contact_write.shown(document_lists.contact_of(call.tenant, row)), 4)
            | {"HasAttachments": attachments.has(call.tenant, row["PurchaseOrderID"])}
            for row in rows
        ]
        return Answer(payload={"pagination": pagination, "PurchaseOrders": listed})

    def shown(self, row: Document, contact: Document, unitdp: int) -> Document:
        """An order in Xero's form and order."""
        days: Document = {}
        for name in _DAYS:
            days[f"{name}String"] = day_string(row.get(name))
            days[name] = day_text(row.get(name))
        return {
            "PurchaseOrderID": row["PurchaseOrderID"],
            "PurchaseOrderNumber": row.get("PurchaseOrderNumber", ""),
            **days,
            "DeliveryAddress": row.get("DeliveryAddress"),
            "AttentionTo": row.get("AttentionTo"),
            "Telephone": row.get("Telephone"),
            "DeliveryInstructions": row.get("DeliveryInstructions"),
            "HasErrors": False,
            "IsDiscounted": row["IsDiscounted"],
            "TotalDiscount": row.get("TotalDiscount"),
            "Reference": row.get("Reference"),
            "SentToContact": row.get("SentToContact"),
            "Type": "PURCHASEORDER",
            "CurrencyRate": row["CurrencyRate"],
            "CurrencyCode": row["CurrencyCode"],
            "Contact": contact,
            "BrandingThemeID": row.get("BrandingThemeID"),
            "Status": row["Status"],
            "LineAmountTypes": row["LineAmountTypes"],
            "LineItems": [documents.line(each, unitdp) for each in row["LineItems"]],
            "SubTotal": row["SubTotal"],
            "TotalTax": row["TotalTax"],
            "Total": row["Total"],
            "UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"]),
            "HasAttachments": False,
            "Attachments": [],
        }


def _fields(tenant: Tenant) -> filters.Fields:
    """What ``order`` may name."""
    return document_lists.fields(
        tenant,
        ids=["PurchaseOrderID", "BrandingThemeID"],
        texts="PurchaseOrderNumber Reference Status CurrencyCode AttentionTo".split(),
        numbers="SubTotal TotalTax Total CurrencyRate".split(),
        days=list(_DAYS),
    )


PURCHASE_ORDERS = PurchaseOrders()
ROUTES = PURCHASE_ORDERS.routes()
