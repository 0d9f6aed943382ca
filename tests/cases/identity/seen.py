"""Holds what commands print and what is in Xero against what a case expects."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from ..standing import may_hold
from .books import Books
from .warehouse import Orders
from .world import CONNECTION, World

Json = Mapping[str, Any]


class Seen:
    """How all stands at one moment; whatever is asked for is looked up once."""

    def __init__(
        self, world: World, orders: Orders, books: Books, connection: str = CONNECTION
    ) -> None:
        self._world, self._orders, self._books = world, orders, books
        self._connection_name = connection

    def holds(self, expected: Json) -> None:
        """Raises AssertionError with a sentence where something is not as it has to be."""
        kinds: dict[str, Callable[[Json], None]] = {
            "outcome": self._outcome,
            "living": self._living,
            "document": self._document,
            "attention": self._attention,
            "calm": self._calm,
            "reconcile": self._reconcile,
            "health": self._health,
            "said": self._said,
            "connection": self._connection,
            "imported": self._imported,
            "contacts": self._contacts,
            "asns": self._asns,
            "either": self._either,
        }
        kinds[expected["see"]](expected)

    # Orders

    def _outcome(self, expected: Json) -> None:
        row = self.row(expected["of"])
        told = f"order {expected['of']} is {row}"
        assert row.get("state") in _several(expected["state"]), told
        code = row.get("code")
        if "code" in expected:
            assert code == expected["code"] or (code and expected["code"] == "any"), told
        assert code is None or code not in expected.get("not-code", ()), told
        if "number" in expected:
            assert row["invoice_number"] in self._numbers(expected["number"]), told
        if "total" in expected:
            assert Decimal(row["total"]) == Decimal(expected["total"]), told
        self._says(expected.get("says", ()), row.get("message") or "", told)

    def _attention(self, expected: Json) -> None:
        entry = self.entry(expected["of"])
        assert entry is not None, f"errors does not name order {expected['of']}"
        told = f"errors says of {expected['of']}: {entry}"
        assert entry["code"], told
        assert entry["fix"], told
        if "state" in expected:
            assert entry["state"] == expected["state"], told
        said = " ".join(str(entry[x] or "") for x in ("message", "why", "fix"))
        self._says(expected.get("says", ()), said, told)

    def _calm(self, expected: Json) -> None:
        if "of" not in expected:
            assert not self.causes, f"errors says {self.causes}"
        for letter in _several(expected.get("of", [])):
            entry = self.entry(letter)
            assert entry is None, f"errors names order {letter}: {entry}"

    def row(self, letter: str) -> Json:
        """Where an order stands; nothing is known of one that was never read."""
        return self.rows.get(str(self._orders[letter].order_id), {})

    def entry(self, letter: str) -> Json | None:
        """The entry of `errors` that an order is under: its own state's, where there are two."""
        row = self.row(letter)
        named = [x for x in self.causes if row.get("number") in x["numbers"] or may_hold(x, row)]
        alone = sum(x.get("number") == row.get("number") for x in self.rows.values()) == 1
        own = [x for x in named if x["state"] == row.get("state")]
        return next(iter(own or (named if alone else [])), None)

    # Documents in Xero

    def _living(self, expected: Json) -> None:
        of = expected.get("of")
        found = self._books.living(str(self._orders[of].order_id) if of else "")
        told = f"living of {of or 'all'}: {[(x['number'], x['total']) for x in found]}"
        assert len(found) == expected.get("count", len(found)), told
        if "number" in expected:
            assert {x["number"] for x in found} <= set(self._numbers(expected["number"])), told
        if "total" in expected:
            assert sum(Decimal(x["total"]) for x in found) == Decimal(expected["total"]), told
        if "contact" in expected:
            assert {x["contact"] for x in found} == {expected["contact"]}, f"{told} {found}"

    def _document(self, expected: Json) -> None:
        found = self._world.walk.in_xero(expected["number"])
        told = f"{expected['number']} in Xero: {[(x['status'], x['total']) for x in found]}"
        assert len(found) == 1, told
        assert found[0]["status"] == expected["status"], told
        assert Decimal(found[0]["total"]) == Decimal(expected["total"]), told

    def _reconcile(self, expected: Json) -> None:
        findings = self.found["findings"]
        ids = {x["source_id"] for x in findings}
        for letter in expected.get("finds", ()):
            own = str(self._orders[letter].order_id)
            assert own in ids, f"reconcile does not find {letter}: {findings}"
        if expected.get("agrees"):
            assert not findings, f"reconcile finds {findings}"
        for words in expected.get("not", ()):
            for finding in findings:
                said = json.dumps(finding, ensure_ascii=False)
                assert not re.search(words, said, re.IGNORECASE), f"reconcile says {said}"

    # The connection

    def _health(self, expected: Json) -> None:
        points = [json.dumps(x, ensure_ascii=False) for x in self.points]
        for words in _several(expected.get("says", [])):
            found = any(re.search(words, x, re.IGNORECASE) for x in points)
            assert found, f"health does not say {words!r}: {points}"
        for words in _several(expected.get("silent", [])):
            found = any(re.search(words, x, re.IGNORECASE) for x in points)
            assert not found, f"health says {words!r}: {points}"

    def _said(self, expected: Json) -> None:
        said = " ".join([self._world.told, json.dumps(self.points, ensure_ascii=False)])
        for words in _several(expected["says"]):
            found = re.search(words, said, re.IGNORECASE)
            assert found, f"neither add nor health says {words!r}: {said}"

    def _connection(self, expected: Json) -> None:
        shown = self._world.walk.json("connection", "show", self._connection_name)
        told = f"the connection is {shown['state']}: {shown['why']}"
        assert shown["state"] == expected["state"], told
        self._says(expected.get("says", ()), shown["why"] or "", told)

    # The other way

    def _imported(self, expected: Json) -> None:
        row = self._world.walk.imported(self._connection_name).get(expected["number"])
        assert row is not None, f"{expected['number']} was not read"
        told = f"{expected['number']} is {row}"
        assert row["state"] == expected["state"], told
        assert row["code"] == expected.get("code", row["code"]), told
        said = f"{row['message'] or ''} {row['fix'] or ''}"
        self._says(expected.get("says", ()), said, told)
        for words in expected.get("not", ()):
            assert not re.search(words, said, re.IGNORECASE), told

    def _contacts(self, expected: Json) -> None:
        # As people read them: two spellings of one name are two contacts of that name.
        names = [unicodedata.normalize("NFC", x) for x in self._books.contact_names()]
        found = [x for x in names if re.search(expected["like"], x, re.IGNORECASE)]
        assert len(found) == expected["count"], f"contacts in Xero: {names}"

    def _asns(self, expected: Json) -> None:
        state = self._world.walk.ask(f"{self._world.walk.mintsoft_url}/_sandbox/state")
        assert int(state["asns"]) == expected["made"], f"{state['asns']} ASNs were made"

    def _either(self, expected: Json) -> None:
        faults = []
        for way in expected["of"]:
            try:
                for each in way:
                    self.holds(each)
            except AssertionError as error:
                faults.append(str(error))
            else:
                return
        raise AssertionError(" / ".join(faults))

    # What the commands say

    @cached_property
    def rows(self) -> Mapping[str, Json]:
        """What `outcomes` prints, by the order's id."""
        lines = self._world.walk.run(
            "outcomes", self._connection_name, "--json"
        ).stdout.splitlines()
        return {x["source_id"]: x for x in map(json.loads, lines)}

    @cached_property
    def causes(self) -> list[Json]:
        """What `errors` prints."""
        return list(self._world.walk.json("errors", self._connection_name))

    @cached_property
    def found(self) -> Json:
        """What `reconcile` prints."""
        done = self._world.walk.try_to("reconcile", self._connection_name, "--json")
        assert done.stdout, f"reconcile fails: {done.stderr}"
        return dict(json.loads(done.stdout))

    @cached_property
    def points(self) -> list[Json]:
        """The points of `connection health` that are not ok."""
        done = self._world.walk.try_to("connection", "health", self._connection_name, "--json")
        assert done.stdout, f"health fails: {done.stderr}"
        return [x for x in json.loads(done.stdout)["points"] if x["state"] != "ok"]

    def _numbers(self, asked: str | list[str]) -> list[str]:
        return [self.filled(x) for x in _several(asked)]

    def filled(self, words: str) -> str:
        """Words with the ids of orders in the place of ``{id:a}``."""
        for letter, own in self._orders.ids().items():
            words = words.replace(f"{{id:{letter}}}", own)
        return words

    def _says(self, asked: Iterable[str], said: str, told: str) -> None:
        for words in _several(asked):
            found = re.search(self.filled(words), said, re.IGNORECASE)
            assert found, f"not said: {words!r}; {told}"


def _several(asked: Any) -> list[str]:
    return [asked] if isinstance(asked, str) else list(asked)
