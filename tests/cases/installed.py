"""An installation with one connection, between a Mintsoft and a Xero of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...plugin.sandbox import mintsoft, xero
from ...plugin.sandbox.day import empty_day
from ...plugin.sandbox.store import Store
from ..guide.walk import Walk, settings_between
from ..unit.web.serving import serving
from .books import add_tax_rate
from .case import Case

CONNECTION = "shop"


class Clock:
    """This machine's time; whoever would sleep moves it on for all sides at once."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """See `ports.clock.Clock`."""
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        """See `ports.clock.Clock`."""
        self._ahead += timedelta(seconds=seconds)


@contextmanager
def installed(home: Path) -> Iterator[Walk]:
    """A new installation between a Mintsoft without orders and a Xero without documents."""
    clock = Clock()
    orders = mintsoft.create_app(Store(), clock=clock.now)
    books = xero.create_app(Store(), clock=clock.now, limits=False)
    with serving(orders) as source, serving(books) as target:
        walk = Walk(settings_between(source, target, home), target, empty_day(), clock)
        try:
            yield walk
        finally:
            walk.close()


def connect(walk: Walk, case: Case, line_detail: str) -> None:
    """Add the connection that a case asks for."""
    for rate in case.tax_rates:
        add_tax_rate(walk, rate["name"], rate["rate"])
    settings = {**case.settings.get("set", {}), "line_detail": line_detail}
    walk.add(CONNECTION, *(x for k, v in settings.items() for x in ("--set", f"{k}={v}")))
    tax_types = {x["Name"]: x["TaxType"] for x in walk.xero("TaxRates")["TaxRates"]}
    for kind, source, target in case.settings.get("map", ()):
        tax_type = tax_types[target[1:]] if target.startswith("@") else target
        walk.run("connection", "map", CONNECTION, kind, source, tax_type)
