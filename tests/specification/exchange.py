"""Calls, and what may be wrong with them."""

from dataclasses import dataclass, field

#: The problem of a name that a description doesn't have.
UNKNOWN = "no such name"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request, and its answer where that is judged too."""

    method: str
    #: From the host on: ``/api.xro/2.0/Invoices``.
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 0
    content_type: str = ""
    answer: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One difference between a call and the description."""

    #: For example ``PUT /Invoices``.
    operation: str
    #: The keys down to the value, without the places in lists: ``Invoices.LineItems.Quantity``.
    where: str
    #: What is wrong with it.
    problem: str
