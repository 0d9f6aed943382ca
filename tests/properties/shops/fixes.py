"""What the product advises of a refused order, done as it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ....plugin.domain.connections.connection import Connection
from ....plugin.domain.decisions.decided_document import DecidedDocument
from .office import Office
from .rows import DERIVED
from .shop import ShopOrder

_MAP = re.compile(r"connection map \S+ tax_rate (\S+) TAXTYPE")
_IN_MINTSOFT = re.compile(r"\b(Correct|Lower|Enter|Add)\b.*\bin Mintsoft\b")
_BY_HAND = "clear this error"


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """How a connection and an order are after some advice was followed."""

    connection: Connection
    raw: Mapping[str, Any]
    #: What was mapped.
    sources: tuple[str, ...] = ()


def fixed(office: Office, before: Fixed, order: ShopOrder, row: DecidedDocument) -> Fixed | None:
    """After the advice was followed; None where all is done by hand, in Xero.

    Raises:
        ValueError: it advises nothing that can be done.
    """
    if found := _MAP.search(row.fix):
        source = _source(found[1], order)
        connection = office.with_rate(before.connection, source)
        return replace(before, connection=connection, sources=(*before.sources, source))
    if _IN_MINTSOFT.search(row.fix):
        return replace(before, raw=order.mended)
    if _BY_HAND in row.fix:
        return None
    raise ValueError(row.fix)


def _source(text: str, order: ShopOrder) -> str:
    """What is to be mapped.

    Where the advice leaves the rate open, or can only guess it from pennies, a person knows it;
    where the rows say it, it is what the advice says.
    """
    country, _, rate = text.rpartition(":")
    known = re.fullmatch(r"\d+(\.\d+)?", rate) is not None
    if known and order.writing not in DERIVED:
        return text
    own = (x for x in order.truth.tax if x and x not in order.regime.rates)
    borne = next(own, None)
    return text if borne is None else f"{country or order.regime.country}:{float(borne):g}"
