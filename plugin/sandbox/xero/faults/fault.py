"""One fault: what happens, to which calls, how often; every one of them is counted."""

import re
from typing import Any

from ...firing import Firing

ENVIRON = "mintsoft_xero.sandbox_fault"
IN_THE_API = frozenset(
    [
        "expire_token",
        "forbid_tenant",
        "minute429",
        "day429",
        "concurrent429",
        "appminute429",
        "slow",
    ]
)
BY_PEOPLE = frozenset(["revoke_tenant", "edit_between", "shift"])
KINDS = (
    IN_THE_API
    | BY_PEOPLE
    | {
        "error500_before",
        "error500_after",
        "drop_before",
        "drop_after",
        "unavailable503",
        "html502",
        "truncate",
    }
)
#: What a fault may be told, besides its kind.
_TOLD = ("path", "method", "times", "after", "seconds", "rate", "seed", "set")
API = re.compile(r"/api\.xro/", re.IGNORECASE)
_BASE = r"/api\.xro/2\.0"
#: Calls that a kind needs, besides those to the API.
_ONLY = {
    "edit_between": re.compile(rf"[A-Z]+ {_BASE}/(Invoices|Contacts)(/|$)", re.IGNORECASE),
    "shift": re.compile(
        rf"GET {_BASE}/(Invoices|Contacts|CreditNotes|Payments|PurchaseOrders|Quotes)/?$",
        re.IGNORECASE,
    ),
}


class Fault(Firing):
    """One fault: what, where, how often."""

    def __init__(self, given: dict[str, Any]) -> None:
        """Raises ValueError with a sentence if something given is wrong."""
        if set(given) - {"kind", *_TOLD} or given.get("kind") not in KINDS:
            raise ValueError(
                f"A fault needs a kind of {', '.join(sorted(KINDS))}, and may have"
                f" {', '.join(_TOLD)}. Given: {given}"
            )
        self.kind = str(given["kind"])
        try:
            self.path = re.compile(str(given.get("path") or ""), re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from None
        self.method = str(given.get("method") or "").upper()
        super().__init__(
            times=given.get("times", 1),
            after=given.get("after") or 0,
            rate=given.get("rate", 1),
            seed=int(given.get("seed") or 0),
        )
        self.prepare(self.kind, self.path.pattern)
        #: How long a `slow` one takes (1), or what the Retry-After of a 429 says (the truth).
        self.seconds = None if given.get("seconds") is None else float(given["seconds"])
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate is a part of the calls, from 0 to 1, not {self.rate:g}")
        #: What `edit_between` sets of the document; None for something that hurts nobody.
        self.set = given.get("set")
        if self.set is not None and not isinstance(self.set, dict):
            raise ValueError(f"set is an object with properties of the document: {self.set!r}")

    def meets(self, method: str, path: str) -> bool:
        """Whether it concerns this call."""
        if self.kind in (IN_THE_API | BY_PEOPLE) - {"slow"} and not API.match(path):
            return False
        if self.kind in _ONLY and not _ONLY[self.kind].match(f"{method} {path}"):
            return False
        return self.method in {"", method} and self.path.search(path) is not None

    @property
    def delay(self) -> float:
        """How long the answer of a `slow` one is held back, in seconds."""
        return 1 if self.seconds is None else self.seconds

    def shown(self) -> dict[str, Any]:
        """What was given, and what happened since."""
        return {
            "kind": self.kind,
            "path": self.path.pattern,
            "method": self.method or None,
            "times": self.times,
            "after": self.after,
            "seconds": self.seconds,
            "rate": self.rate,
            "seed": self.seed,
            "set": self.set,
            "matched": self.matched,
            "fired": self.fired,
        }
