"""durable_rules beside the reference evaluator: they agree, or the document waits."""

import contextlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest

from ....plugin.domain.decisions.decision import Verdict
from ....plugin.domain.decisions.facts import Facts
from ....plugin.errors import SettingsError
from ....plugin.ports.decider import Decider, Overrides
from ....rules.engine.books import load_orders_book, packaged_rules
from ....rules.engine.decider import BOTH, REFERENCE, BookDecider
from ....rules.engine.evaluation.lower import Ruleset, lower
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.process.child import Rulesets
from ....rules.engine.process.durable import BATCH, Engine
from ....rules.engine.read_book import load_book
from ...conftest import service_missing
from .random_books import random_facts, valid_book
from .writing import HEAD, book

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="durable_rules can't be imported on Python 3.13"
)


@pytest.fixture(autouse=True)
def _engine_is_there() -> None:
    if find_spec("durable_rules_engine") is None:
        service_missing("durable_rules is not installed")


STRANGE = Path(__file__).with_name("strange_child.py")
NOT_HELD = "  - {id: new, then: wait, when: {status: NEW}, message: m}\n"


def order(**facts: object) -> Facts:
    return {**ORDERS.good, **facts}  # type: ignore[dict-item]


def kill(engine: Engine) -> None:
    pid = engine.pid
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def decider() -> Iterator[BookDecider]:
    decider = BookDecider(load_orders_book(packaged_rules()))
    yield decider
    decider.close()


@pytest.fixture
def strange() -> Iterator[BookDecider]:
    """The engine's child does odd things to orders with certain statuses."""
    decider = BookDecider(book(NOT_HELD), engine=Engine(script=STRANGE, limit=1.0))
    yield decider
    decider.close()


def test_it_is_a_decider(decider: BookDecider) -> None:
    """BookDecider is what the flow asks for."""
    asked: Decider = decider
    assert asked.digest == load_orders_book(packaged_rules()).digest
    assert not asked.note


class TestAgreement:
    def test_random_books(self) -> None:
        """On random documents and books, decisions are made by both: they always agree."""
        engine = Engine()
        counts: dict[str, int] = {}
        for seed in range(30):
            random = Random(seed)
            decider = BookDecider(load_book(valid_book(random), "random.yaml"), engine=engine)
            documents = [random_facts(random) for _ in range(40)]
            for decision in decider.decide(documents, {}):
                assert decision.decided_by == BOTH
                assert decision.rule != "not_decided", f"seed {seed}"
                counts[decision.verdict] = counts.get(decision.verdict, 0) + 1
        engine.close()
        assert min(counts.values()) > 20, counts

    def test_books_at_the_limits(self) -> None:
        """200 rules, a list of 600 statuses and deep conditions are decided alike."""
        many = ", ".join(f"S{n}" for n in range(600))
        rules = "".join(
            f"  - {{id: r{n}, then: skip, when: {{number: {{is not: N{n}}}}}, message: m}}\n"
            for n in range(198)
        )
        rules += "  - {id: list, then: wait, when: {status: {in: $many}}, message: m}\n"
        deep = "{all: [{any: [" * 5 + "{quantity: 7}" + ", {merged: yes}]}, {merged: no}]}" * 5
        rules += f"  - {{id: deep, then: wait, when: {deep}, message: m}}\n"
        head = HEAD.replace("lists: {", f"lists: {{many: [{many}], ").replace("first", "collect")
        large = load_book(f"{head}rules:\n{rules}", "x")
        decider = BookDecider(large)
        decisions = decider.decide([order(status="s599", quantity=7), order(number="N5")], {})
        decider.close()
        assert [decision.decided_by for decision in decisions] == [BOTH, BOTH]
        assert [len(decision.reasons) for decision in decisions] == [200, 197]

    def test_what_the_engine_is_given(self) -> None:
        """Pennies, days and folded texts, all of the fields and no float; rules begin with kind."""
        condition = "{total_net: {more than: $goods_net + 0.01}, status: NEW, tags: {has: vip}}"
        when = f"{{all: [{condition}, {{order_date: {{before: 2026-06-02}}}}]}}"
        one = book(f"  - {{id: a, then: skip, when: {when}, message: m}}\n")
        (ruleset,) = lower(one)
        assert ruleset.fact(order(status=" NEW", tags=("VIP",))) == {
            "kind": "order",
            "sid": "s",
            "f_total_net": 21000,
            "f_goods_net": 20000,
            "f_status": "new",
            "f_order_date": 20260601,
            "p0": True,
        }
        assert ruleset.rules.startswith('{"r0": {"all": [{"m": {"$and": [{"kind": "order"}, ')


class TestDecisions:
    def test_odd_texts_cost_nobody_else(self, decider: BookDecider) -> None:
        """Separators, quotes and signs of every kind are decided by both; half a sign waits."""
        odd = ["A\x1eB\n", "\x00", "\u2028é\U0001f600", 'q"\\', "\ud800x", "plain"]
        decisions = decider.decide([order(number=text, status=text) for text in odd], {})
        held = [odd[n] for n, decision in enumerate(decisions) if decision.code == "MX-604"]
        assert held == ["\ud800x"]

    def test_a_thousand_orders_are_decided_by_both(self, decider: BookDecider) -> None:
        """Many orders go through both evaluators, a batch after the other, and all agree."""
        documents = [order(number=str(n), discount_net=Decimal(n)) for n in range(1_000)]
        decisions = decider.decide(documents, {})
        assert {decision.decided_by for decision in decisions} == {BOTH}

    def test_overrides(self, decider: BookDecider) -> None:
        """A connection's lists and amounts take the place of the book's; others are ignored."""
        late = order(status="INVOICEFAILED", total_difference=Decimal("0.50"))
        statuses = ("DESPATCHED", "InvoiceFailed")
        more: Overrides = {
            "export_statuses": statuses,
            "rounding_limit": Decimal(1),
            "other": ("x",),
        }
        (own,), (overridden,) = decider.decide([late], {}), decider.decide([late], more)
        (none,) = decider.decide([order()], {"export_statuses": ()})
        assert [own.verdict, overridden.verdict] == [Verdict.WAIT, Verdict.EXPORT]
        assert "(DESPATCHED, INVOICED)" in own.message
        assert "(none)" in none.message
        with pytest.raises(SettingsError, match="export_statuses must be a list"):
            decider.decide([late], {"export_statuses": Decimal(1)})

    def test_incomplete_facts_are_not_decided(self, decider: BookDecider) -> None:
        """A document with a missing or mistyped fact waits with MX-604; the others are decided."""
        missing = {name: value for name, value in order().items() if name != "status"}
        documents = [missing, order(total_difference=0.0), order(merged=None), order(lines=({},))]
        decisions = decider.decide([*documents, order(already_in_xero=1)], {})
        assert [decision.code for decision in decisions] == ["MX-604"] * 2 + [""] + ["MX-604"] * 2
        assert decisions[0].message == "The rules can't be applied: the fact status is missing."
        assert "is missing on line 1" in decisions[3].message
        assert decider.explain(missing, {})[0].would_change.endswith("status is missing")

    def test_time_alone_may_change_the_answer(self) -> None:
        """A document that a book with `today` does not export is decided again the next day."""
        when = "{order_date: {after: $today - 30}}"
        one = book(f"  - {{id: young, then: wait, when: {when}, message: m}}\n")
        (decision,) = BookDecider(one, engine=False).decide([order()], {})
        assert str(decision.decide_again_at) == "2026-06-04 12:00:00+00:00"

    def test_collect(self) -> None:
        """In mode `collect` the strongest verdict decides, and all reasons are kept."""
        rules = "".join(
            f"  - {{id: {then}_it, then: {then}, when: {{quantity: {{less than: {n}}}}},"
            " message: m}\n"
            for n, then in enumerate(("export", "wait", "refuse", "skip"), start=3)
        )
        collecting = book(rules, HEAD.replace("first", "collect"))
        (decision,) = BookDecider(collecting, engine=False).decide([order()], {})
        assert (decision.rule, decision.decided_by) == ("refuse_it", REFERENCE)
        assert [reason.verdict for reason in decision.reasons] == [
            "refuse",
            "skip",
            "wait",
            "export",
        ]


class FakeModule:
    """durable_rules_engine with the answers that it is told to give; it notes what is retracted."""

    def __init__(self, code: int, actions: list[str]) -> None:
        self.code, self.actions = code, actions
        self.retracted: list[str] = []

    def create_ruleset(self, _name: str, _rules: str) -> int:
        return 1

    def assert_fact(self, _handle: int, _fact: str) -> tuple[int, int]:
        if self.code < 0:
            raise RuntimeError
        return self.code, 1

    def start_action_for_state(self, _handle: int, _state: int) -> tuple[str, str]:
        return "{}", self.actions[0]

    def complete_and_start_action(self, _handle: int, _state: int) -> str | None:
        self.actions = [*self.actions[1:], self.actions[0]]
        return self.actions[0] or None

    def retract_fact(self, _handle: int, fact: str) -> None:
        self.retracted.append(fact)


@pytest.mark.parametrize(
    ("code", "actions", "fired"),
    [
        (0, ['{"r1": {}}', '{"r0": {}}', '{"r1": {}}', ""], ["r0", "r1"]),
        (1, [""], []),
        (2, [""], None),
        (-1, [""], None),
        (0, ['{"r0": {}}'], None),
    ],
    ids=["fired, one twice", "none fired", "unknown code", "raised", "endless"],
)
def test_every_fact_is_retracted(code: int, actions: list[str], fired: list[str] | None) -> None:
    """Whatever the engine answers, the fact is taken out again; what is not clear is no answer."""
    module = FakeModule(code, actions)
    rulesets = Rulesets(module)
    rulesets.load("key", "{}")
    assert rulesets.decide("key", '{"kind": "order"}') == fired
    assert module.retracted == ['{"kind": "order", "id": "1"}']


class TestFailures:
    def test_a_fact_that_kills_the_child(self, strange: BookDecider) -> None:
        """It alone is held, found by halving; every other of its batch is decided."""
        documents = [order() for _ in range(BATCH)]
        documents[37] = order(status="kills")
        decisions = strange.decide(documents, {})
        held = [n for n, decision in enumerate(decisions) if decision.verdict is not Verdict.EXPORT]
        assert held == [37]
        assert (decisions[37].verdict, decisions[37].code) == (Verdict.WAIT, "MX-604")

    @pytest.mark.parametrize("status", ["hangs", "fails", "lies"])
    def test_an_engine_that_is_wrong(
        self, strange: BookDecider, status: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """No answer or another answer than the reference's: held, and logged without the order."""
        secret = order(status=status, number="SECRET-1")
        with caplog.at_level(logging.ERROR, "mintsoft_xero.rules"):
            first, second = strange.decide([secret, order()], {})
        assert (first.verdict, first.code) == (Verdict.WAIT, "MX-604")
        assert second.verdict is Verdict.EXPORT
        (alert,) = caplog.records
        assert "MX-604" in alert.getMessage()
        assert "SECRET-1" not in caplog.text

    def test_facts_that_crash_the_engine_itself(self) -> None:
        """A division by zero kills durable_rules: sent past all checks, it costs that one alone."""
        rules = {
            "r0": {"all": [{"m": {"$lt": {"f_one": {"$div": {"$l": 9, "$r": {"$m": "f_two"}}}}}}]}
        }
        crashing = Ruleset(key="k", rules=json.dumps(rules), plain=(), computed=())
        documents = [[{"kind": "order", "sid": "s", "f_one": 1, "f_two": 2}] for _ in range(BATCH)]
        documents[61][0]["f_two"] = 0
        engine = Engine()
        answers = engine.fired([crashing], documents)
        engine.close()
        assert [n for n, answer in enumerate(answers) if answer is None] == [61]
        assert answers.count(frozenset([0])) == BATCH - 1

    def test_killed_in_the_middle_of_a_batch(
        self, strange: BookDecider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A child that is killed while it decides costs nobody a decision, not even that order."""
        monkeypatch.setenv("STRANGE_CHILD_MARKER", str(tmp_path / "killed"))
        documents = [order(status="NEW" if n % 2 else "killed once") for n in range(BATCH)]
        decisions = strange.decide(documents, {})
        assert (tmp_path / "killed").exists()
        assert [x.verdict for x in decisions] == [Verdict.EXPORT, Verdict.WAIT] * (BATCH // 2)
        assert not [x for x in decisions if x.code]

    def test_a_killed_child_is_replaced(self) -> None:
        """When the child is killed between or during batches, all orders are decided even so."""
        engine = Engine()
        decider = BookDecider(load_orders_book(packaged_rules()), engine=engine)
        decider.decide([order()], {})
        first = engine.pid
        kill(engine)
        killer = threading.Timer(0.05, kill, [engine])
        killer.start()
        decisions = decider.decide([order() for _ in range(2_000)], {})
        killer.join()
        assert {decision.verdict for decision in decisions} == {Verdict.EXPORT}
        assert engine.pid != first
        decider.close()

    def test_threads_share_one_child(self, decider: BookDecider) -> None:
        """Several threads get the right answers at once."""
        wrong: list[str] = []

        def decide(status: str, expected: Verdict) -> None:
            for _ in range(20):
                verdicts = {d.verdict for d in decider.decide([order(status=status)] * 10, {})}
                if verdicts != {expected}:
                    wrong.append(status)

        wanted = {"NEW": Verdict.WAIT, "CANCELLED": Verdict.SKIP, "INVOICED": Verdict.EXPORT}
        threads = [threading.Thread(target=decide, args=item) for item in wanted.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong

    def test_a_forked_process_starts_its_own_child(self, decider: BookDecider) -> None:
        """After a fork, even in the middle of a decision, each process has a child of its own."""
        decider.decide([order()], {})
        engine = decider.engine
        assert engine
        before = engine.pid
        engine._lock.acquire()
        pid = os.fork()
        if pid:
            engine._lock.release()
        else:
            signal.alarm(30)
            try:
                (decision,) = decider.decide([order(status="NEW")], {})
                good = decision.verdict is Verdict.WAIT and engine.pid not in (None, before)
                decider.close()
                os._exit(0 if good else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert decider.decide([order()], {})[0].decided_by == BOTH
        assert engine.pid == before

    def test_without_the_engine(self, tmp_path: Path) -> None:
        """Where durable_rules can't be imported the reference decides alone, and a note says so."""
        script = tmp_path / "child.py"
        script.write_text("print('{\"ready\": false}', flush=True)")
        decider = BookDecider(book(NOT_HELD), engine=Engine(script=script))
        (decision,) = decider.decide([order(status="NEW")], {})
        assert (decision.verdict, decision.decided_by) == (Verdict.WAIT, REFERENCE)
        assert "can't be imported" in decider.note
        assert "switched off" in BookDecider(book(NOT_HELD), engine=False).note

    def test_a_child_that_never_starts(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """An engine that does not start holds the documents; nothing is exported on one opinion."""
        script = tmp_path / "child.py"
        script.write_text("raise SystemExit(1)")
        decider = BookDecider(book(NOT_HELD), engine=Engine(script=script))
        decisions = decider.decide([order(), order()], {})
        assert [decision.code for decision in decisions] == ["MX-604", "MX-604"]
        (alert,) = caplog.records
        assert "no answer on 2 documents" in alert.getMessage()
