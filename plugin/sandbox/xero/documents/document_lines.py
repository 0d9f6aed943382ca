"""The lines of a document that was paid or credited: labels may change, money may not.

Of such a line only Description, AccountCode and Tracking are editable (xero.md 4). Sending what
a line holds already is no edit: an assumption, made since clients send whole lines.
"""

from decimal import Decimal

from ...store import Document
from ..invoices import invoice_lines
from ..protocol.reading import Element
from . import arithmetic

_LABELS = {"LineItemID", "Description", "AccountCode", "AccountID", "Tracking"}


def same_money(kept: dict[str, Document], sent: list[Element], unitdp: int) -> bool:
    """Whether these are the lines that are kept, but for their labels."""
    ids = [line.get("LineItemID") for line in sent]
    return sorted(map(str, ids)) == sorted(kept) and all(
        _same(kept[line["LineItemID"]], line, unitdp) for line in sent
    )


def _same(kept: Document, sent: Element, unitdp: int) -> bool:
    for name in set(sent) - _LABELS:
        value, before = sent[name], kept.get(name)
        if before is None:
            return False
        if name == "UnitAmount":
            value = arithmetic.unit_price(value, unitdp)
            before = arithmetic.unit_price(Decimal(before), unitdp)
        elif isinstance(value, Decimal):
            before = Decimal(before)
        if value != before:
            return False
    return True


def relabelled(kept: dict[str, Document], sent: list[Element]) -> list[Element]:
    """The kept lines as if sent again, tax and all, with the labels that were sent."""
    labels = {line.get("LineItemID"): line for line in sent}
    return [
        invoice_lines.as_sent(
            line, {name: labels[key][name] for name in _LABELS & set(labels[key])}
        )
        if key in labels
        else invoice_lines.as_sent(line)
        for key, line in kept.items()
    ]
