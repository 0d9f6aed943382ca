"""Purchase orders: how one from the accounting side becomes an ASN at the warehouse, and stays one.

    facts -> build -> make            a purchase order that the rules let through
    find                              when the answer to `make` was lost
    change                            when it was changed after its ASN was made

`pipeline` calls these and keeps what comes of them. Nothing here makes an ASN twice, and none
is changed that has begun to arrive or that a person has edited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..domain.connections.connection import Connection
from ..domain.decisions.facts import FactValue
from ..domain.imports.asn_building import (
    AsnTerms,
    arrival_of,
    build_asn,
    changed_asn,
    content_of,
    fingerprint_of,
    goods_of,
    left_out,
    origin_of,
    versions,
)
from ..domain.imports.imported import Changed, Incoming, Made
from ..domain.imports.purchase_order import PurchaseOrder
from ..domain.imports.purchase_order_facts import PurchaseOrderSurroundings, facts_of_purchase_order
from ..domain.times import local_date
from ..domain.warehouse.goods_in import Asn, NewAsn
from ..errors import NeedsPerson, Unknown
from ..ports.choices import Listed
from ..ports.clock import Clock
from ..ports.decider import Overrides
from ..ports.source import Unreadable
from ..ports.warehouse import GoodsIn, GoodsInLists, Products
from .lookups import KnownProducts, chosen

#: Three clocks may differ: Mintsoft's, Xero's and ours; and the account's zone may be wrong.
_OVERLAP = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True)
class BuiltAsn:
    """What a purchase order is to become."""

    asn: NewAsn
    #: What is not on it, in a sentence; empty when all is.
    note: str


class PurchaseOrderMaker:
    """`ports.imports.Maker` for purchase orders. The account's lists are read once and kept."""

    def __init__(
        self, *, goods_in: GoodsIn, lists: GoodsInLists, products: Products, clock: Clock
    ) -> None:
        """Makes no call."""
        self._goods_in, self._lists, self._products = goods_in, lists, KnownProducts(products)
        self._clock = clock
        self._warehouses: Sequence[Listed] | None = None
        self._types: Sequence[Listed] | None = None

    # Decide

    def incoming(self, order: PurchaseOrder) -> Incoming:
        """See `Maker`."""
        return Incoming(
            source_id=order.purchase_order_id,
            number=order.number,
            fingerprint=fingerprint_of(order),
            seen=order.changed_at.isoformat(),
        )

    def date_of(self, connection: Connection, order: PurchaseOrder) -> date:
        """See `Maker`."""
        return order.date or local_date(order.changed_at, connection.settings.timezone)

    def overrides(self, connection: Connection) -> Overrides:
        """See `Maker`."""
        return {"purchase_order_statuses": connection.settings.import_purchase_order_statuses}

    def facts(
        self, connection: Connection, order: PurchaseOrder, made: Made | None
    ) -> dict[str, FactValue]:
        """All facts of a purchase order; `made`: what became of it before.

        Products are looked up only for one that may go out, at two calls for a new SKU; a book
        that lets others out has unknown ones refused when the ASN is built.
        """
        settings, day = connection.settings, self.date_of(connection, order)
        early = settings.start_date is not None and day < settings.start_date
        edited = made is not None and made.fingerprint != fingerprint_of(order)
        due = order.status in settings.import_purchase_order_statuses and not early
        skus = {line.item_code for line in order.lines}
        known = (
            {x for x in skus if x in self._products} if due and (edited or made is None) else skus
        )
        arrival = arrival_of(order, day, settings.arrival_days)
        around = PurchaseOrderSurroundings(
            document_date=day,
            today=local_date(self._clock.now(), settings.timezone),
            before_start_date=early,
            already_imported=made is not None,
            edited_since_import=edited,
            goods_in_begun=made is not None and edited and self._begun(made),
        )
        own = facts_of_purchase_order(order, day, known_skus=known)
        arrives: dict[str, FactValue] = {
            "arrives_on": arrival or day,
            "arrival_known": arrival is not None,
        }
        return {**own, **arrives, **around.facts()}

    def _begun(self, made: Made) -> bool:
        asn = self._goods_in.asn(made.made_id)
        return isinstance(asn, Asn) and not asn.untouched

    # Build and make

    def build(self, connection: Connection, order: PurchaseOrder) -> BuiltAsn:
        """What a purchase order is to become.

        Raises:
            NeedsPerson: as `build_asn`; a product is unknown (MX-529); the warehouse (MX-521)
                or the goods-in type (MX-522) is not the account's.
            TryLater, Disconnected: the account can't be asked.
        """
        terms = self._terms(connection)
        asn = build_asn(order, self.date_of(connection, order), terms)
        for line in goods_of(order):
            if line.item_code not in self._products:
                raise NeedsPerson(code="MX-529", sku=line.item_code)
        return BuiltAsn(asn=asn, note=left_out(order))

    def make(self, order: PurchaseOrder, built: BuiltAsn) -> Made:
        """Make the ASN, one call. Raises as `GoodsIn.make`."""
        return _made(self._goods_in.make(built.asn), built.asn, order)

    def find(self, sent: Incoming, *, asked_at: datetime) -> Made | None:
        """See `Maker`. Raises as `GoodsIn.find`."""
        origin = origin_of(sent.source_id)
        found = self._goods_in.find(origin, number=sent.number, asked_at=asked_at)
        if found is None:
            return None
        content = content_of(found)
        return Made(made_id=found.asn_id, content=content, fingerprint=sent.fingerprint)

    def standing(self, seen: Sequence[Incoming], *, since: datetime | None) -> Mapping[str, Made]:
        """See `Maker`. One walk through the ASNs; of several of one document the oldest is it.

        What we wrote is not known: whoever edited the purchase order meanwhile is asked.
        """
        begin = None if since is None else since - _OVERLAP
        asns = [x for page in self._goods_in.changed_since(begin) for x in page]
        known = sorted((x for x in asns if isinstance(x, Asn)), key=lambda x: int(x.asn_id))
        found: dict[str, Made] = {}
        for one in seen:
            origin = origin_of(one.source_id)
            if mine := next((x for x in known if x.made_from(origin)), None):
                found[one.source_id] = Made(made_id=mine.asn_id, content="", fingerprint="")
        return found

    # Later edits

    def change(self, connection: Connection, order: PurchaseOrder, made: Made) -> Changed:
        """Let the ASN say what the purchase order says now, if that is still possible.

        Safe to do again after a lost answer: the ASN is read before and after.

        Raises:
            Unknown: the answer was lost, and the ASN does not say it yet.
            TryLater, Disconnected: nothing was changed, or it can't be read.
        """
        now = self._goods_in.asn(made.made_id)
        if isinstance(now, Unreadable):
            return Changed(content=made.content, problem=now.error)
        try:
            return self._change(connection, order, made, now)
        except NeedsPerson as problem:
            return Changed(content=made.content, problem=problem)

    def _change(
        self, connection: Connection, order: PurchaseOrder, made: Made, now: Asn | None
    ) -> Changed:
        if order.status == "DELETED":
            if now is None or not now.alive:
                return Changed(content=made.content)
            raise NeedsPerson(code="MX-526", asn=now.asn_id, status=now.status)
        if now is None or not now.alive:
            raise NeedsPerson(code="MX-528", asn=made.made_id)
        built = self.build(connection, order)
        wanted = changed_asn(now, built.asn)
        if content_of(now) == content_of(wanted):
            return Changed(content=content_of(wanted), note=built.note)
        if not now.untouched:
            raise NeedsPerson(code="MX-524", status=now.status, **versions(now, wanted))
        if content_of(now) != made.content:
            raise NeedsPerson(code="MX-525", **versions(now, wanted))
        return replace(self._write(now, wanted), note=built.note)

    def _write(self, now: Asn, wanted: NewAsn) -> Changed:
        """Change and read back: an answer does not tell whether the lines were changed too."""
        lost: Unknown | None = None
        try:
            self._goods_in.change(now.asn_id, wanted)
        except Unknown as error:
            lost = error
        after = self._goods_in.asn(now.asn_id)
        if isinstance(after, Unreadable):
            raise after.error
        if after is None:
            raise NeedsPerson(code="MX-528", asn=now.asn_id)
        if content_of(after) == content_of(wanted):
            return Changed(content=content_of(wanted), changed=True)
        if lost is not None:
            raise lost
        problem = NeedsPerson(code="MX-527", **versions(after, wanted))
        return Changed(content=content_of(after), problem=problem)

    # Settings

    def _terms(self, connection: Connection) -> AsnTerms:
        settings = connection.settings
        if self._warehouses is None:
            self._warehouses = self._lists.warehouses()
        if self._types is None:
            self._types = self._lists.goods_in_types()
        return AsnTerms(
            client_id=connection.mintsoft_client,
            warehouse_id=chosen(self._warehouses, settings.import_warehouse, "MX-521").id,
            goods_in_type=chosen(self._types, settings.goods_in_type, "MX-522").name,
            supplier=settings.asn_supplier,
            arrival_days=settings.arrival_days,
        )


def _made(asn_id: str, asn: NewAsn, order: PurchaseOrder) -> Made:
    return Made(made_id=asn_id, content=content_of(asn), fingerprint=fingerprint_of(order))
