"""Worth: whether an order that comes to nothing is nothing, or a sale that something paid for."""

from typing import Any

from ...errors import NeedsPerson
from ..connections.mapping import Mapping
from ..decisions.facts import Facts
from ..money import ZERO


def cancels_out(facts: Facts, mapping: Mapping) -> bool | None:
    """Whether an order comes to nothing at each tax rate and on each account.

    A sale that a gift card paid for is none such: goods and tax are there all the same. None
    where a fact is missing, since an older version stored them.
    """
    try:
        return _cancels_out(dict(facts), mapping)
    except KeyError:
        return None


def _cancels_out(known: dict[str, Any], mapping: Mapping) -> bool:
    if known["stated_gross"] or known["gross_of_lines"]:
        return False
    charges = [
        ("shipping_account", 1, known["shipping_net"], known["shipping_tax"]),
        ("discount_account", -1, known["order_discount_net"], known["order_discount_tax"]),
    ]
    charged = any(net or tax for _, _, net, tax in charges)
    sums: dict[tuple[str, object], list[Any]] = {}
    for line in known["lines"]:
        # At which rates charges are is not known before they are split.
        rate = None if charged else line["tax_rate"]
        at = sums.setdefault((_account(mapping, known, line["sku"]), rate), [ZERO, ZERO])
        at[0], at[1] = at[0] + line["net"], at[1] + line["tax"]
    for kind, sign, net, tax in charges:
        at = sums.setdefault((_account(mapping, known, "", kind), None), [ZERO, ZERO])
        at[0], at[1] = at[0] + sign * net, at[1] + sign * tax
    return not any(net or tax for net, tax in sums.values())


def _account(mapping: Mapping, known: dict[str, Any], sku: str, kind: str = "") -> str:
    """The account of goods or of a charge; empty where none is mapped."""
    try:
        if kind:
            return mapping.account(kind, known["channel_id"])
        return mapping.sales_account(known["channel_id"], sku)
    except NeedsPerson:
        return ""
