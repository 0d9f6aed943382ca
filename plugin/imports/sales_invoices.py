"""Sales invoices: how one from the accounting side becomes an order at the warehouse, once.

The order carries ``xero:`` and the invoice's id in its external reference: by that it is found
when an answer was lost, and by that it is never exported back. An order that was made is never
changed: what was edited in the invoice afterwards is said to a person.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..domain.connections.connection import Connection
from ..domain.decisions.facts import Facts
from ..domain.imports.imported import Changed, Incoming, Made
from ..domain.imports.order_building import (
    OrderTerms,
    build_order,
    fingerprint_of,
    left_out,
    reference_of,
)
from ..domain.imports.sales_invoice import SalesInvoice
from ..domain.imports.sales_invoice_facts import SalesInvoiceSurroundings, facts_of_sales_invoice
from ..domain.times import local_date
from ..domain.warehouse.delivery import Delivery, plain_name
from ..domain.warehouse.new_order import NewOrder
from ..errors import NeedsPerson
from ..ports.choices import Listed
from ..ports.clock import Clock
from ..ports.decider import Overrides
from ..ports.warehouse import Deliveries, OrderLists, Orders, Products
from .country_names import country_names
from .lookups import KnownProducts, chosen

#: The account's own rules choose who carries an order.
AUTO = "AUTO"


@dataclass(frozen=True, kw_only=True)
class BuiltOrder:
    """What a sales invoice is to become."""

    order: NewOrder
    #: What is no line of goods, in a sentence; empty when all is.
    note: str


class SalesInvoiceMaker:
    """Makes orders of the sales invoices of one connection; lists are read once and kept."""

    def __init__(
        self,
        *,
        orders: Orders,
        lists: OrderLists,
        products: Products,
        deliveries: Deliveries,
        exported: Callable[[Collection[str]], set[str]],
        clock: Clock,
    ) -> None:
        """Makes no call. `exported`: those of some invoices that we made ourselves."""
        self._orders, self._lists, self._products = orders, lists, KnownProducts(products)
        self._deliveries, self._exported, self._clock = deliveries, exported, clock
        self._kept: dict[str, Sequence[Listed]] = {}
        self._addresses: dict[str, Delivery | None] = {}
        self._names: Mapping[str, str] | None = None

    def incoming(self, document: SalesInvoice) -> Incoming:
        """See `Maker`."""
        return Incoming(
            source_id=document.invoice_id,
            number=document.number,
            fingerprint=fingerprint_of(document),
            seen=document.changed_at.isoformat(),
        )

    def date_of(self, connection: Connection, document: SalesInvoice) -> date:
        """See `Maker`."""
        return document.date or local_date(document.changed_at, connection.settings.timezone)

    def overrides(self, connection: Connection) -> Overrides:
        """See `Maker`."""
        return {"sales_invoice_statuses": connection.settings.import_invoice_statuses}

    def facts(self, connection: Connection, document: SalesInvoice, made: Made | None) -> Facts:
        """See `Maker`. Products, the address and the number cost calls: only for what may go."""
        settings, day = connection.settings, self.date_of(connection, document)
        early = settings.start_date is not None and day < settings.start_date
        ours = bool(self._exported([document.invoice_id]))
        due = document.status in settings.import_invoice_statuses and not early
        asks = due and made is None and not ours and not document.carries_our_mark
        skus = {line.item_code for line in document.lines if line.item_code}
        around = SalesInvoiceSurroundings(
            document_date=day,
            today=local_date(self._clock.now(), settings.timezone),
            before_start_date=early,
            exported_by_us=ours,
            already_imported=made is not None,
            edited_since_import=made is not None and made.fingerprint != fingerprint_of(document),
            number_in_mintsoft=asks and self._is_taken(document),
            address_known=not asks or self._has_address(document),
            unknown_country=self._unknown_country(document) if asks else "",
        )
        known = {x for x in skus if x in self._products} if asks else skus
        return {**facts_of_sales_invoice(document, day, known_skus=known), **around.facts()}

    def build(self, connection: Connection, document: SalesInvoice) -> BuiltOrder:
        """See `Maker`.

        Raises:
            NeedsPerson: as `build_order`; the warehouse (MX-521), the channel (MX-516) or the
                courier (MX-517) is not the account's; the address is not whole (MX-518).
        """
        delivery = self._delivery(document.contact_id)
        if delivery is None or not delivery.is_whole(self._countries()):
            raise NeedsPerson(code="MX-518")
        recipient = delivery.recipient(self._countries())
        order = build_order(document, recipient, self._terms(connection))
        for line in order.lines:
            if line.sku not in self._products:
                raise NeedsPerson(code="MX-529", sku=line.sku)
        return BuiltOrder(order=order, note=left_out(document))

    def make(self, document: SalesInvoice, built: BuiltOrder) -> Made:
        """See `Maker`. Raises as `Orders.make`."""
        order_id = self._orders.make(built.order)
        made_id = order_id.order_id or order_id.drop_ship_id
        return Made(made_id=made_id, content="", fingerprint=fingerprint_of(document))

    def find(
        self,
        sent: Incoming,
        *,
        asked_at: datetime,  # noqa: ARG002 - a reference is found whenever it was made
    ) -> Made | None:
        """See `Maker`. Mintsoft searches by number; the reference tells whose it is."""
        found = self._orders.find_made(sent.number.strip(), reference_of(sent.source_id))
        if not found:
            return None
        return Made(made_id=found, content="", fingerprint=sent.fingerprint)

    def standing(
        self,
        seen: Sequence[Incoming],  # noqa: ARG002 - each is looked for before it is made
        *,
        since: datetime | None,  # noqa: ARG002
    ) -> Mapping[str, Made]:
        """See `Maker`. Nothing: Mintsoft searches orders by number alone, one by one."""
        return {}

    def change(
        self,
        connection: Connection,  # noqa: ARG002 - of the port
        document: SalesInvoice,
        made: Made,
    ) -> Changed:
        """See `Maker`. An order is never changed: it may be packed by now."""
        problem = NeedsPerson(code="MX-519", number=document.number, order=made.made_id)
        return Changed(content=made.content, problem=problem)

    def _terms(self, connection: Connection) -> OrderTerms:
        settings = connection.settings
        warehouses = self._list("warehouses", self._lists.warehouses)
        channel, courier = settings.import_channel, settings.import_courier
        if channel:
            channels = self._list("channels", self._lists.channels)
            channel = chosen(channels, channel, "MX-516").id
        if courier.casefold() != AUTO.casefold():
            couriers = self._list("couriers", self._lists.courier_services)
            courier = chosen(couriers, courier, "MX-517").name
        return OrderTerms(
            client_id=connection.mintsoft_client,
            warehouse_id=chosen(warehouses, settings.import_warehouse, "MX-521").id,
            channel_id=channel,
            courier=courier if courier.casefold() != AUTO.casefold() else AUTO,
        )

    def _list(self, name: str, read: Callable[[], Sequence[Listed]]) -> Sequence[Listed]:
        if name not in self._kept:
            self._kept[name] = read()
        return self._kept[name]

    def _countries(self) -> Mapping[str, str]:
        if self._names is None:
            self._names = self._all_names()
        return self._names

    def _all_names(self) -> Mapping[str, str]:
        """Codes that Mintsoft knows, by its own names of them and by all others."""
        countries = self._list("countries", self._lists.countries)
        own = {plain_name(x.name): x.code for x in countries if x.code}
        codes = {code.upper(): code for code in own.values()}
        others = {name: codes[x] for name, x in country_names().items() if x in codes}
        return {**others, **own}

    def _is_taken(self, document: SalesInvoice) -> bool:
        number = document.number.strip()
        reference = reference_of(document.invoice_id)
        return bool(number) and self._orders.holds_number(number, reference)

    def _has_address(self, document: SalesInvoice) -> bool:
        delivery = self._delivery(document.contact_id)
        return delivery is not None and delivery.is_whole(self._countries())

    def _unknown_country(self, document: SalesInvoice) -> str:
        delivery = self._delivery(document.contact_id)
        return delivery.unknown_country(self._countries()) if delivery else ""

    def _delivery(self, contact_id: str) -> Delivery | None:
        if not contact_id:
            return None
        if contact_id not in self._addresses:
            found = self._deliveries.delivery(contact_id)
            self._addresses[contact_id] = found if isinstance(found, Delivery) else None
        return self._addresses[contact_id]
