"""How all orders of a connection stand at one moment, as its commands and Xero say."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..guide.walk import Walk
from .books import Books, read_books
from .installed import CONNECTION
from .orders import Placed

Json = Mapping[str, Any]

#: Stands in a cause's message for what is another in each of its documents.
LEFT_OUT = "..."


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What `outcomes`, `errors` and `reconcile` print, and what is in Xero."""

    #: By the order's id.
    rows: Mapping[str, Json]
    causes: tuple[Json, ...]
    #: Ids of the orders that `reconcile` has something to say of.
    found: frozenset[str] | None
    books: Books

    def row(self, placed: Placed) -> Json:
        """Where an order stands; nothing is known of one that was never read."""
        return self.rows.get(str(placed.order_id), {})

    def cause(self, placed: Placed) -> Json | None:
        """The entry of `errors` that an order is under."""
        row = self.row(placed)
        named = [x for x in self.causes if row.get("number") in x["numbers"]]
        return next(iter(named or [x for x in self.causes if may_hold(x, row)]), None)

    @cached_property
    def tax_types(self) -> Mapping[str, str]:
        """Of the rates in Xero, by ``@`` and name."""
        return {f"@{name}": tax_type for name, tax_type in self.books.tax_types.items()}


def look(walk: Walk, *, reconciled: bool) -> Standing:
    """How it stands now; unless `reconciled`, nothing is known of what `reconcile` finds."""
    lines = walk.run("outcomes", CONNECTION, "--json").stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    found = walk.try_to("reconcile", CONNECTION, "--json").stdout if reconciled else ""
    return Standing(
        rows={x["source_id"]: x for x in rows},
        causes=tuple(walk.json("errors", CONNECTION)),
        found=frozenset(x["source_id"] for x in json.loads(found)["findings"]) if found else None,
        books=read_books(walk),
    )


def may_hold(cause: Json, row: Json) -> bool:
    """Whether a cause that names only the first few of its orders has another in it."""
    if len(cause["numbers"]) == cause["documents"] or cause["state"] != row.get("state"):
        return False
    words = [re.escape(words) for words in cause["message"].split(LEFT_OUT)]
    said = re.fullmatch(".*".join(words), row.get("message") or "", re.DOTALL)
    return bool(said) and cause["code"] == row.get("code")
