"""What `mapping choices` prints: what may be mapped, and what to."""

from collections.abc import Mapping
from typing import Any

from ...domain.connections.mapping import KINDS
from ...services.container import Container
from ...services.mapping.choices import mapping_choices
from ..output import note, print_json, say, table


def list_choices(
    plugin: Container, name: str, kind: str, *, search: str, most: int, as_json: bool
) -> None:
    """Both sides of a kind. Raises as `mapping_choices`."""
    found = mapping_choices(plugin, name, kind, search=search, most=most)
    for sentence in found.notes:
        note(sentence)
    if as_json:
        sides = {"sources": list(found.sources), "targets": list(found.targets)}
        print_json({"name": name, "kind": kind, "meaning": KINDS[kind], **sides})
        return
    say(f"{kind}: {KINDS[kind]}")
    headings = ("From", "Called", "Orders", "Not exported yet", "Goes to")
    cells = [
        (x["source"], x["name"] or "", str(x["orders"]), str(x["due"]), x["target"] or "")
        for x in found.sources
    ]
    table(headings, cells, right=[2, 3])
    say()
    rows = [
        (x["target"], x["name"] or "", x["account_class"] or "", x["tax_type"] or "", _rate(x))
        for x in found.targets
    ]
    table(("To", "Called", "Class", "Tax type", "Rate"), rows, right=[4])


def _rate(row: Mapping[str, Any]) -> str:
    return "" if row["rate"] is None else f"{row['rate']:f} %"
