"""What all cases play on: a Mintsoft, a Xero and an installation, begun anew for each case."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import Result

from ..identity.books import Books
from ..identity.case import Case
from ..identity.seen import Seen
from ..identity.warehouse import Orders
from ..identity.world import BEGINNING, World, world_of
from ..orders import Placed, Warehouse, whole
from .advice import Advice, fix_in, said_of

Json = Mapping[str, Any]

#: How long it is from one sync to the next.
BETWEEN = timedelta(minutes=15)
#: What an additional charge is booked on.
CENTRE = "other"
NOTHING = Case(name="", rule="", setup={}, steps=(), expect=())


class Stage:
    """A connection of its own for each case, and what a person does with it."""

    def __init__(self, world: World) -> None:
        self.world, self.walk = world, world.walk
        self.books, self.orders = Books(world), Orders(world, "Europe/London")
        self.warehouse = Warehouse(self.walk)
        self._begun = 0

    @property
    def name(self) -> str:
        """The connection of this case."""
        return f"shop{self._begun}"

    # How a case begins

    def begin(self) -> None:
        """Both sides forget everything; nothing is connected."""
        self._begun += 1
        self.world.meanwhile.then = None
        self.world.clock.wrong_by = timedelta(0)
        for address in (self.walk.mintsoft_url, self.walk.xero_url):
            self.walk.tell(f"{address}/_sandbox/reset", {})
        self.orders = Orders(self.world, "Europe/London")
        self.walk.secrets.update(MINTSOFT_PASSWORD="sandbox", XERO_CLIENT_SECRET="custom")

    def connect(self, *more: str, **settings: str) -> None:
        """Add the connection of this case; `more` are words of the command."""
        self.type(*self.adding(*more, **settings), code=0)

    def adding(self, *more: str, app: str = "custom", **settings: str) -> list[str]:
        """The words of the command that adds the connection."""
        chosen = {"start_date": BEGINNING.date().isoformat(), **settings}
        self.walk.secrets["XERO_CLIENT_SECRET"] = app
        words = [x for name, value in chosen.items() for x in ("--set", f"{name}={value}")]
        user = ["--mintsoft-username", "sandbox", "--xero-client-id", app]
        return ["connection", "add", self.name, *user, *words, *more]

    # Commands

    def type(self, *words: str, code: int | None = None) -> Result:
        """Type a command, which must end with this exit code if one is named."""
        done = self.walk.try_to(*words)
        said = done.output + done.stderr
        assert code in (None, done.exit_code), f"{' '.join(words)}: {done.exit_code}, {said}"
        return done

    def refused(self, code: str, *words: str, fix: str = "") -> Advice:
        """Type a command, which must fail with the sentence and the fix of a code.

        `fix`: words that the fix holds where another than that of the catalogue is given.
        """
        done = self.type(*words)
        said = done.stderr or done.output
        assert done.exit_code != 0, f"{' '.join(words)} went well: {said}"
        assert said_of(code, said), f"{code} is not said: {said}"
        assert re.search(fix, said) if fix else fix_in(code, said), f"no fix of {code}: {said}"
        return Advice(code=code, message=said, fix=said)

    def follow(self, advice: Advice, **meant: str) -> Result:
        """Run the command that a fix names, word by word."""
        words = advice.command({"NAME": self.name, "[NEW]": "", **meant})
        return self.type(*words, code=0)

    @property
    def home(self) -> Path:
        """A folder for the files that a person writes."""
        return self.world.database.parent

    # Orders and their invoices

    def order(self, letter: str = "a", **step: Any) -> Placed:
        """An ordinary order that has left the warehouse."""
        self.orders.order({"as": letter, **step})
        return self.orders[letter]

    def bill(self, *, contact: bool = True, mapped: bool = True, charged: str = "40.00") -> Placed:
        """A connection of a fulfilment house, and an invoice for one charge of a client."""
        self.connect("--mode", "fulfilment")
        if contact:
            self.walk.add_contacts(["Acme Homeware Ltd"])
        if mapped:
            self.map("cost_centre", CENTRE, "200/OUTPUT2")
        asked = f"Type=Account%20management&InvoiceDate=2027-01-13&ClientId=3&Amount={charged}"
        self.walk.mintsoft_post(f"/api/Account/Invoice/AddAdditionalInvoiceItem?{asked}")
        self.orders.client_invoice({"as": "a"})
        return self.orders["a"]

    def map(self, kind: str, source: str, target: str) -> None:
        """Map something."""
        self.type("connection", "map", self.name, kind, source, target, code=0)

    def edit(self, placed: Placed, **changes: Any) -> None:
        """Change members of an order in Mintsoft."""
        self.walk.edit(placed.order_id, **changes)

    def amend(self, placed: Placed, *rows: Json, **fields: Any) -> None:
        """Change rows or amounts of an order in Mintsoft, and with them its sums."""
        items = [
            {"ID": kept["ID"], "SKU": kept["SKU"], "Details": kept["Details"], **given}
            for kept, given in zip(placed.row["OrderItems"], rows, strict=False)
        ]
        amended = whole({**fields, "OrderItems": items or placed.row["OrderItems"]})
        self.edit(placed, **amended)

    def export(self, *more: str, meanwhile: Callable[[], None] | None = None) -> str:
        """Let time pass and export; `meanwhile` happens while a call is on its way to Xero."""
        self.world.right.let_pass(BETWEEN)
        self.world.meanwhile.then = meanwhile
        done = self.type("export", self.name, "--inline", *more)
        assert self.world.meanwhile.then is None, f"no invoice was sent: {done.output}"
        return done.output + done.stderr

    def seen(self) -> Seen:
        """How all stands now."""
        return Seen(self.world, self.orders, self.books, self.name)

    def shown(self, code: str, letter: str = "a", *, says: str = "", fix: str = "") -> Advice:
        """What `errors` prints of an order, which must be under this code.

        `says`, `fix`: words that message and fix must hold; without `fix` it is the catalogue's.
        """
        entry = self.seen().entry(letter)
        assert entry is not None, f"errors does not name order {letter}: {self.seen().row(letter)}"
        return self._judged(entry, code, says, fix)

    def _judged(self, entry: Json, code: str, says: str, fix: str) -> Advice:
        assert entry["code"] == code, f"not {code}: {entry}"
        printed = entry["fix"] or ""
        assert re.search(fix, printed) if fix else fix_in(code, printed), f"fix: {entry}"
        assert re.search(says, entry["message"], re.IGNORECASE), f"not said: {says!r}; {entry}"
        read = re.sub(r"\s+", " ", self.type("errors", self.name, code=0).output)
        assert re.sub(r"\s+", " ", printed) in read, f"errors does not print {printed!r}: {read}"
        return Advice(code=code, message=entry["message"], fix=printed)

    def number(self, letter: str = "a") -> str:
        """What a person calls a document: its number as `outcomes` has it."""
        return str(self.seen().row(letter)["number"])

    def retry(self, letter: str = "a") -> None:
        """What "then retry" means."""
        self.type("retry", self.name, self.number(letter), code=0)

    def clear(self, letter: str = "a") -> None:
        """What "clear this error" means."""
        self.type("clear", self.name, self.number(letter), code=0)

    def gone(self, letter: str = "a", state: str = "exported") -> None:
        """Nothing needs attention any more, and the order has come to its end."""
        row = self.seen().row(letter)
        assert row.get("state") == state, f"order {letter} is {row}"
        self.calm()

    def calm(self) -> None:
        """Nothing needs attention any more."""
        assert not self.seen().causes, f"errors says {self.seen().causes}"

    # The other sides

    def xero(self, what: str, **told: Any) -> Any:
        """What happens at Xero itself."""
        return self.walk.tell(f"{self.walk.xero_url}/_sandbox/{what}", told)

    def mintsoft(self, what: str, **told: Any) -> Any:
        """What happens in Mintsoft itself."""
        return self.walk.tell(f"{self.walk.mintsoft_url}/_sandbox/{what}", told)

    def document(self, number: str) -> Json:
        """The living invoice of a number in Xero."""
        (found,) = [
            x for x in self.walk.in_xero(number) if x["status"] not in ("VOIDED", "DELETED")
        ]
        return dict(found)


@contextmanager
def a_stage(home: Path) -> Iterator[Stage]:
    """An installation between two simulators, for as many cases as are played one after another."""
    with world_of(NOTHING, home) as world:
        yield Stage(world)
