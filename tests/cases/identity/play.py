"""Plays one case: does its steps in their order, and looks where it says so."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import Result

from .books import Books
from .case import Case, span
from .seen import Seen
from .warehouse import Orders
from .world import CONNECTION, World, connect, world_of

Json = Mapping[str, Any]

#: How long it is from one sync or import to the next.
BETWEEN = "15m"
ADVISED = re.compile(r"mintsoft-xero ([^.;:,()]+)")


class Play:
    """A case, as far as it has come."""

    def __init__(self, world: World, case: Case) -> None:
        self._world, self._case = world, case
        self._orders = Orders(world, case.setup.get("zone", "Europe/London"))
        self._books = Books(world)
        self._holder: sqlite3.Connection | None = None

    def begin(self) -> None:
        """Bring both sides to where the case begins, and add its connection."""
        setup, walk = self._case.setup, self._world.walk
        if zone := setup.get("zone"):
            walk.tell(f"{walk.mintsoft_url}/_sandbox/settings", {"time_zone": zone})
        if self._case.needs == "people":
            self._books.know_people()
        self.go_through(setup.get("first", ()))
        connect(self._world, self._case)

    def go_through(self, steps: Iterable[Json]) -> None:
        """Do these steps, and look where they say so. Raises AssertionError."""
        for step in steps:
            if "see" in step:
                self._seen().holds(step)
            else:
                self._steps()[step["do"]](step)

    def end(self) -> None:
        """Let go of what was held."""
        if self._holder is not None:
            self._holder.close()

    def _seen(self) -> Seen:
        return Seen(self._world, self._orders, self._books)

    def _steps(self) -> dict[str, Callable[[Json], None]]:
        orders, books = self._orders, self._books
        return {
            "order": orders.order,
            "status": orders.status,
            "split": orders.split,
            "client-invoice": orders.client_invoice,
            "hand-invoice": books.hand_invoice,
            "edit-invoice": self._edit_invoice,
            "contact": books.contact,
            "edit-contact": books.edit_contact,
            "merge-contacts": books.merge_contacts,
            "item": books.item,
            "delete-item": books.delete_item,
            "rename-option": books.rename_option,
            "sales-invoice": books.sales_invoice,
            "purchase-order": books.purchase_order,
            "reconnect-app": books.reconnect_app,
            "faults": self._faults,
            "consent": self._consent,
            "wait": lambda step: self._world.right.let_pass(span(step["time"])),
            "clock": self._set_clock,
            "database": self._database,
            "ledger": self._ledger,
            "sync": self._sync,
            "import": self._import,
            "run": self._run,
            "follow": self._follow,
        }

    # The two sides

    def _edit_invoice(self, step: Json) -> None:
        named = step.get("invoice")
        if named is None:
            (living,) = self._books.living(str(self._orders[step["of"]].order_id))
            named = living["id"]
        self._books.edit_invoice(named, step["set"])

    def _faults(self, step: Json) -> None:
        walk = self._world.walk
        address = walk.xero_url if step["side"] == "xero" else walk.mintsoft_url
        walk.tell(f"{address}/_sandbox/faults", {"faults": step["faults"]})

    def _consent(self, step: Json) -> None:
        """A person follows the address that is printed, and is sent back to our pages."""
        told = self._world.walk.json("connection", "connect", CONNECTION)
        answer = self._books.consent(told["consent_address"], step)
        refused = step.get("refused", False)
        if refused != "maybe":
            assert answer.ok is not refused, answer.text

    # This machine

    def _set_clock(self, step: Json) -> None:
        self._world.clock.wrong_by = span(step["wrong-by"])

    def _database(self, step: Json) -> None:
        if not step["held"]:
            self.end()
            self._holder = None
            return
        # Let go of at the end of the case, in whichever thread that is.
        self._holder = sqlite3.connect(
            self._world.database, isolation_level=None, check_same_thread=False
        )
        self._holder.execute("BEGIN EXCLUSIVE")

    def _ledger(self, step: Json) -> None:
        if step["to"] == "kept":
            self._world.keep_ledger()
        else:
            self._world.restore_ledger()

    # Commands

    def _sync(self, step: Json) -> None:
        if meanwhile := step.get("while-sending"):
            self._world.meanwhile.then = lambda: self.go_through(meanwhile)
        for _ in range(step.get("times", 1)):
            self._world.right.let_pass(span(step.get("after", BETWEEN)))
            self._ended(self._type("export", CONNECTION, "--inline"), step)
        assert self._world.meanwhile.then is None, "no invoice was sent meanwhile"

    def _import(self, step: Json) -> None:
        kind = ("--kind", step["kind"]) if "kind" in step else ()
        for _ in range(step.get("times", 1)):
            self._world.right.let_pass(span(step.get("after", BETWEEN)))
            self._ended(self._type("import", CONNECTION, *kind), step)

    def _run(self, step: Json) -> None:
        words = [self._seen().filled(x) for x in step["command"]]
        self._ended(self._type(*words), step)

    def _type(self, *words: str) -> Result:
        return self._world.walk.try_to(*words)

    def _ended(self, done: Result, step: Json) -> None:
        said = done.output + done.stderr
        if "exit" in step:
            assert bool(done.exit_code) is bool(step["exit"]), f"{done.exit_code}: {said}"
        for words in step.get("says", ()):
            found = re.search(words, said, re.IGNORECASE)
            assert found, f"not said: {words!r}, but {said}"

    # What is advised

    def _follow(self, step: Json) -> None:
        """Do what is advised, until the order is exported."""
        letter = step["order"]
        for _ in range(step.get("times", 1)):
            seen = self._seen()
            if seen.row(letter).get("state") == "exported":
                return
            entry = seen.entry(letter)
            assert entry is not None, f"errors does not name order {letter}"
            self._do_what_is_said(entry["fix"] or "", self._orders[letter].number)
            self._sync({})

    def _do_what_is_said(self, fix: str, number: str) -> None:
        if advised := ADVISED.search(fix):
            meant = {"NAME": CONNECTION, "ORDER": number, "NUMBER": number, "[NEW]": ""}
            words = [meant.get(x, x) for x in advised[1].split()]
            done = self._type(*(x for x in words if x))
            assert done.exit_code == 0, f"{fix!r}: {done.output}{done.stderr}"
            return
        assert re.search(r"\bvoid", fix, re.IGNORECASE), f"nothing to do is named: {fix!r}"
        self._books.edit_invoice(number, {"Status": "VOIDED"})
        self._type("retry", CONNECTION, number)


def play(case: Case, home: Path) -> None:
    """Play a case from its beginning to its end. Raises AssertionError."""
    with world_of(case, home) as world:
        each = Play(world, case)
        try:
            each.begin()
            each.go_through(case.steps)
            each.go_through(case.expect)
        finally:
            each.end()
