"""A Mintsoft, a Xero and an installation between them, whose time passes together."""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from ....plugin.sandbox import mintsoft, xero
from ....plugin.sandbox.day import empty_day
from ....plugin.sandbox.store import Store
from ....plugin.web.blueprint import put_pages
from ...guide.walk import Somebody, Walk, settings_between
from ...unit.web.serving import serving
from .case import Case, span

#: When each case begins: a winter's Wednesday, without summer time on either side.
BEGINNING = datetime(2027, 1, 13, 10, 0, tzinfo=UTC)
CONNECTION = "shop"
#: Where pages are, below the host's address.
PREFIX = "/x"


class RightTime:
    """The time of both sides: it goes on as it does, and by what is let pass."""

    def __init__(self) -> None:
        self._began, self._passed = time.monotonic(), timedelta(0)

    def now(self) -> datetime:
        """Now, in UTC."""
        return BEGINNING + timedelta(seconds=time.monotonic() - self._began) + self._passed

    def let_pass(self, passed: timedelta) -> None:
        """Let so much time pass, for all sides at once."""
        self._passed += passed


class OurClock:
    """This machine's clock: it may be wrong; who sleeps by it lets time pass for all."""

    def __init__(self, right: RightTime, wrong_by: timedelta) -> None:
        self._right = right
        #: By how much it is ahead.
        self.wrong_by = wrong_by

    def now(self) -> datetime:
        """See `ports.clock.Clock`."""
        return self._right.now() + self.wrong_by

    def sleep(self, seconds: float) -> None:
        """See `ports.clock.Clock`."""
        self._right.let_pass(timedelta(seconds=seconds))


class Meanwhile:
    """A WSGI wrapper around Xero: something happens while a call with invoices is on its way."""

    def __init__(self, application: Any) -> None:
        self._application = application
        #: Done once, before Xero looks at the next call that sends invoices.
        self.then: Callable[[], None] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        sends = environ["REQUEST_METHOD"] in {"PUT", "POST"}
        if sends and self.then is not None and environ["PATH_INFO"].endswith("/Invoices"):
            then, self.then = self.then, None
            then()
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


class World:
    """All sides of a case, and the commands that a person types between them."""

    def __init__(
        self, settings: dict[str, str], right: RightTime, clock: OurClock, meanwhile: Meanwhile
    ) -> None:
        self.right, self.clock, self.meanwhile = right, clock, meanwhile
        self._settings = settings
        self._home = Path(settings["MINTSOFT_XERO_HOME"])
        #: What `connection add` said.
        self.told = ""
        self.walk = self._begin()

    @property
    def database(self) -> Path:
        """The file that the installation keeps its ledger in."""
        return self._home / "mintsoft_xero.db"

    def keep_ledger(self) -> None:
        """Copy the installation's files, as a backup does."""
        self.walk.close()
        shutil.copytree(self._home, self._backup)
        self.walk = self._begin()

    def restore_ledger(self) -> None:
        """Put the copy in the place of the installation's files."""
        self.walk.close()
        shutil.rmtree(self._home)
        shutil.copytree(self._backup, self._home)
        self.walk = self._begin()

    @property
    def _backup(self) -> Path:
        return self._home.with_name("backup")

    def _begin(self) -> Walk:
        return Walk(
            self._settings, self._settings["MINTSOFT_XERO_XERO_URL"], empty_day(), self.clock
        )


@contextmanager
def world_of(case: Case, home: Path) -> Iterator[World]:
    """A new installation between a Mintsoft without orders and a Xero without documents."""
    right = RightTime()
    clock = OurClock(right, span(case.setup.get("clock", "0s")))
    orders = mintsoft.create_app(Store(), clock=right.now)
    books = xero.create_app(Store(), clock=right.now, limits=False)
    meanwhile = Meanwhile(books.wsgi_app)
    books.wsgi_app = meanwhile  # type: ignore[method-assign]
    host = Flask("host")
    with serving(orders) as source, serving(books) as target, serving(host) as address:
        settings = settings_between(source, target, home)
        settings["MINTSOFT_XERO_PUBLIC_URL"] = address + PREFIX
        for name, value in case.setup.get("environment", {}).items():
            settings[f"MINTSOFT_XERO_{name}"] = value
        world = World(settings, right, clock, meanwhile)
        put_pages(host, world.walk.plugin, Somebody(), prefix=PREFIX)
        try:
            yield world
        finally:
            world.walk.close()


def connect(world: World, case: Case) -> None:
    """Add the connection that a case begins with, and its mapping."""
    walk, setup = world.walk, case.setup
    app = "sandbox" if setup.get("app") == "consent" else "custom"
    walk.secrets["XERO_CLIENT_SECRET"] = app
    chosen = {"start_date": BEGINNING.date().isoformat(), **setup.get("set", {})}
    said = walk.run(
        *("connection", "add", CONNECTION, "--mintsoft-username", "sandbox"),
        *("--xero-client-id", app, "--mode", setup.get("mode", "accounting")),
        *(x for name, value in chosen.items() for x in ("--set", f"{name}={value}")),
    )
    world.told = said.output + said.stderr
    for kind, source, target in setup.get("map", ()):
        walk.run("connection", "map", CONNECTION, kind, source, target)
