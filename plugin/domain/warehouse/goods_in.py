"""Goods in: the advance shipping notice (ASN) that tells a warehouse what will arrive."""

from dataclasses import dataclass
from datetime import date, datetime

from ..times import require_utc
from .new_order import require_text, require_whole, unfit

#: Statuses of ASNs whose goods are still on their way (mintsoft.md 4); of any other one, also
#: of one that is not known here, some may be there. The second is Mintsoft's own spelling.
NOT_ARRIVED = frozenset({"NEW", "AWAITNGAPPROVAL", "AWAITINGDELIVERY", "AWAITINGDELIVERY_LATE"})


@dataclass(frozen=True, kw_only=True)
class NewAsnLine:
    """One product that will arrive."""

    sku: str
    #: Whole units, at least one.
    quantity: int
    #: Marker of the purchase order's line, kept word for word (mintsoft.md 4): by it the ASN is
    #: found again when the answer is lost, and its lines are told apart.
    source_line_id: str

    def __post_init__(self) -> None:
        require_text("ASN", "SKU of a line", self.sku)
        require_text("ASN", "mark of a line", self.source_line_id)
        require_whole("ASN", "quantity of a line", self.quantity, least=1)


@dataclass(frozen=True, kw_only=True)
class NewAsn:
    """An ASN to be made, or all that an existing one is to say from now on."""

    #: Number of the purchase order. Several ASNs may share it (part deliveries).
    po_reference: str
    #: Id of the client; empty where the user is the client's own.
    client_id: str = ""
    warehouse_id: str
    #: Who sends the goods; at most 250 characters.
    supplier: str
    #: Day on which they should arrive, in nobody's time zone.
    expected_on: date
    #: One of the account's own names, such as Pallet or Carton.
    goods_in_type: str
    #: How many packages arrive, not units (mintsoft.md 4).
    packages: int
    #: Needed by the help page; never empty.
    comments: str
    lines: tuple[NewAsnLine, ...]

    def __post_init__(self) -> None:
        require_text("ASN", "purchase order number", self.po_reference)
        require_text("ASN", "warehouse", self.warehouse_id)
        require_text("ASN", "supplier", self.supplier, most=250)
        require_text("ASN", "goods-in type", self.goods_in_type)
        require_text("ASN", "comment", self.comments)
        require_whole("ASN", "number of packages", self.packages, least=1)
        if not self.lines:
            raise unfit("ASN", "list of lines is empty")
        marks = [line.source_line_id for line in self.lines]
        if len(set(marks)) < len(marks):
            raise unfit("ASN", "lines have the same mark twice")

    @property
    def marks(self) -> frozenset[str]:
        """The marks of its lines."""
        return frozenset(line.source_line_id for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class AsnLine:
    """One product of an ASN, and how much of it has come."""

    line_id: str
    product_id: str
    sku: str
    #: Whole units: announced, arrived, and put away.
    expected: int
    received: int
    booked: int
    #: Empty for a line that nobody marked.
    source_line_id: str


@dataclass(frozen=True, kw_only=True)
class Asn:
    """An ASN as it is at the warehouse."""

    asn_id: str
    client_id: str
    warehouse_id: str
    po_reference: str
    supplier: str
    #: Name of the status, in the warehouse's spelling (``AWAITNGAPPROVAL`` is one).
    status: str
    #: None when it is not known.
    expected_on: date | None
    goods_in_type: str
    #: Packages, not units.
    packages: int
    #: When it was last changed (UTC).
    changed_at: datetime
    lines: tuple[AsnLine, ...]

    def __post_init__(self) -> None:
        require_utc(self, "changed_at")

    @property
    def marks(self) -> frozenset[str]:
        """The marks of those of its lines that have one."""
        return frozenset(line.source_line_id for line in self.lines if line.source_line_id)

    @property
    def untouched(self) -> bool:
        """Whether nothing of it has arrived yet, as far as its status and its lines say."""
        arrived = any(line.received or line.booked for line in self.lines)
        return self.status in NOT_ARRIVED and not arrived

    @property
    def alive(self) -> bool:
        """Whether its goods are still meant to come, or have come."""
        return not self.status.startswith("CANCEL")

    def made_from(self, origin: str) -> bool:
        """Whether it lives and has a line that was marked for the document with this origin."""
        return self.alive and any(mark.startswith(origin) for mark in self.marks)
