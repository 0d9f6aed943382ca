"""A stored order: what its facts say of it, as an order again, to try another mapping on it.

Facts hold charges and totals to the penny and nobody's name, so it is not the order itself: never
export what is built from it.
"""

from typing import Any

from ..decisions.decided_document import Identity
from ..decisions.facts import Facts
from ..times import midnight
from .order import Charge, Order, OrderLine

#: Stands for a customer whose name is not kept.
SOMEBODY = "Somebody"


def stored_order(identity: Identity, facts: Facts, zone: str) -> Order:
    """The order that facts were read from, as far as they tell. `zone`: of the connection.

    Raises:
        KeyError: a fact is missing, since an older version stored them.
    """
    known: dict[str, Any] = dict(facts)
    own = ("status", "channel_id", "channel", "warehouse_id", "warehouse", "country", "currency")
    more = ("tags", "merged", "personal_data_removed", "stated_gross")
    told = ("has_vat_number", "prices_with_tax")
    return Order(
        source_id=identity.source_id,
        number=identity.number,
        external_reference="",
        client=identity.client,
        **{name: known[name] for name in (*own, *more, *told)},
        ordered_at=midnight(known["order_date"], zone),
        despatched_at=midnight(known["document_date"], zone),
        changed_at=midnight(known["document_date"], zone),
        part=1,
        parts=2 if identity.split else 1,
        customer=SOMEBODY if known["customer_known"] else "",
        # No more of it is kept.
        customer_postcode=f"{known['postcode_area']}1" if known["postcode_area"] else "",
        lines=tuple(_line(number, line) for number, line in enumerate(known["lines"])),
        shipping=Charge(net=known["shipping_net"], tax=known["shipping_tax"]),
        discount=Charge(net=known["order_discount_net"], tax=known["order_discount_tax"]),
    )


def _line(number: int, known: dict[str, Any]) -> OrderLine:
    return OrderLine(
        line_id=str(number),
        sku=known["sku"],
        description=known["description"],
        quantity=known["quantity"],
        unit_net=known["unit_price"],
        tax_rate=known["exact_rate"],
        discount_net=known["exact_discount"],
        tax=known["exact_tax"],
        unit_tax=known["unit_tax"] or None,
    )
