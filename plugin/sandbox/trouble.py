"""Trouble: the faults that the sandboxes are told when they start, by number or by chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .mintsoft.control.faults import KINDS as MINTSOFT_KINDS
from .mintsoft.control.faults import Fault, Faults
from .xero.faults.faults import KINDS as XERO_KINDS

Side = Literal["mintsoft", "xero"]
KINDS = {"mintsoft": frozenset(MINTSOFT_KINDS), "xero": XERO_KINDS}

#: So many of a hundred calls go wrong, each in one of these ways.
LIGHT = "mintsoft.unavailable=0.01,mintsoft.drop=0.01,xero.unavailable503=0.01,xero.drop_after=0.01"
#: Much goes wrong. Left out is what needs a person (xero.revoke_tenant, xero.forbid_tenant) or
#: midnight (xero.day429), or changes what is compared at the end (xero.edit_between).
STORM = (
    "mintsoft.unavailable=0.03,mintsoft.error=0.03,mintsoft.html502=0.03,mintsoft.drop=0.03,"
    "mintsoft.too_many=0.02,mintsoft.expire_key=0.02,"
    "xero.unavailable503=0.04,xero.html502=0.04,xero.error500_before=0.04,xero.error500_after=0.08,"
    "xero.drop_before=0.04,xero.drop_after=0.08,xero.truncate=0.04,xero.expire_token=0.04,"
    "xero.minute429=0.02,xero.concurrent429=0.02,xero.appminute429=0.01,xero.slow=0.02,"
    "xero.shift=0.02"
)
_NAMED = {"": "", "none": "", "light": LIGHT, "storm": STORM}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One kind of fault: for so many calls, or for such a part of them."""

    side: Side
    kind: str
    #: 0 if it goes by `rate`.
    times: int
    #: From 0 to 1; 0 if it goes by `times`.
    rate: float


def read_trouble(text: str) -> list[Trouble]:
    """Read ``none``, ``light``, ``storm`` or ``side.kind=3,side.kind=0.1,...``.

    A whole number is a number of calls, one with a point a part of all calls (0.1: one in ten).

    Raises:
        ValueError: It can't be read; the text says why.
    """
    parts = _NAMED.get(text.strip().lower(), text).split(",")
    return [_read_one(part.strip()) for part in parts if part.strip()]


def _read_one(part: str) -> Trouble:
    name, equals, amount = part.partition("=")
    side, _, kind = name.strip().partition(".")
    if not equals or side not in KINDS:
        raise ValueError(
            f"{part!r} is not none, light, storm or a fault like xero.drop_after=2 (two calls)"
            " or mintsoft.error=0.1 (one call in ten)"
        )
    if kind not in KINDS[side]:
        raise ValueError(f"{side} has no fault {kind!r}, only {', '.join(sorted(KINDS[side]))}")
    try:
        times, rate = (0, float(amount)) if "." in amount else (int(amount), 0.0)
    except ValueError:
        raise ValueError(f"{part!r} needs a number after the =, like 2 or 0.1") from None
    if times < 0 or not 0 <= rate <= 1:
        raise ValueError(f"{part!r} needs a number of calls, or a part of them from 0.0 to 1.0")
    return Trouble(side="xero" if side == "xero" else "mintsoft", kind=kind, times=times, rate=rate)


class ChanceFaults(Faults):
    """Mintsoft's faults as the trouble says, some of them by chance: the same in every run."""

    def __init__(self, trouble: Iterable[Trouble], seed: int = 0) -> None:
        super().__init__()
        self.set(_mintsoft_fault(each, seed) for each in trouble)


def _mintsoft_fault(trouble: Trouble, seed: int) -> Fault:
    if trouble.rate:
        return Fault(kind=trouble.kind, times=None, rate=trouble.rate, seed=seed)
    return Fault(kind=trouble.kind, times=trouble.times)
