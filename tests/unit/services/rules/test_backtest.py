"""Backtest: what another book or other settings would decide, from what is stored alone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from .....plugin.database.stored_facts import StoredFacts
from .....plugin.database.tables import export
from .....plugin.domain.decisions.decision import Decision
from .....plugin.domain.reconciliation.differences import Cause, Change, Differences, Standing
from .....plugin.errors import SettingsError
from .....plugin.exports.order_inputs import overrides
from .....plugin.services.rules.backtest import Pair, backtest, what_if
from .....rules.engine.books import packaged_rules, read_text
from .....rules.engine.decider import BookDecider
from .....rules.engine.evaluation.read_facts import reads
from .....rules.engine.language.words import Book
from .....rules.engine.read_book import load_book
from ...cli.installation import Installation
from ...orders import DAY, an_order
from ...rules.random_books import TEXTS, random_facts, valid_book
from ...world import World

DEFAULT = read_text(packaged_rules() / "orders.yaml")
#: The default book, without its examples: a test changes one rule of it.
RULES, _, _ = DEFAULT.partition("examples:\n")
SAMPLES = '  - {id: samples, then: skip, when: {channel: Samples}, message: "a sample"}\n'
ALL = "  - {id: all, then: skip, when: {country: GB}, message: m}\n"


def changed(old: str = "", new: str = "", more: str = "") -> Book:
    """The default book with one text replaced, and more rules at its end."""
    assert old in RULES
    return load_book(RULES.replace(old, new) + more, "orders.yaml")


def differences(world: World, after: Book, since: date | None = None, **how: Any) -> Differences:
    """What comes of holding the default book and another against what is stored."""
    return backtest(
        StoredFacts(world.database),
        world.connection,
        how.get("before", changed()),
        after,
        overrides=overrides(world.connection),
        since=since,
    )


def seen(found: Differences, standing: Standing = Standing.OPEN) -> Mapping[Any, Any]:
    """Documents and amounts by change, rule and whose rule."""
    return {
        (cause.change, cause.rule, cause.no_longer): (tally.documents, tally.amounts)
        for cause, tally in found.causes(standing)
    }


def test_changes_by_cause(world: World) -> None:
    """Each change is put down to the rule that decides now, or to the one that no longer does."""
    world.put(
        an_order("1"),
        an_order("2", channel="Samples", currency="EUR"),
        an_order("3", channel="Samples"),
        an_order("4", status="INVOICEFAILED"),
        an_order("5", status="NEW"),
        an_order("6", status="CANCELLED"),
    )
    world.sync()
    after = changed(
        "when: {status: {not in: $export_statuses}}",
        "when: {status: NEW}",
        more=SAMPLES,
    )
    found = differences(world, after)
    assert seen(found) == {
        (Change.EXPORTED, "order_status", True): (1, {"GBP": Decimal("24.00")}),
        (Change.SKIPPED, "samples", False): (
            2,
            {"EUR": Decimal("24.00"), "GBP": Decimal("24.00")},
        ),
    }
    assert (found.compared, found.in_xero, found.incomplete) == (6, 0, {})


def test_numbers(world: World) -> None:
    """A group names five orders at the most, and counts them all."""
    world.put(*(an_order(str(n), channel="Samples") for n in range(1, 9)))
    world.sync()
    ((cause, tally),) = differences(world, changed(more=SAMPLES)).causes(Standing.OPEN)
    assert cause == Cause(change=Change.SKIPPED, rule="samples", no_longer=False)
    assert (tally.documents, tally.numbers) == (8, [f"WEB-{n}" for n in range(1, 6)])


def test_message_only(world: World) -> None:
    """The same verdict with another sentence is no change of the order's way, and said so."""
    world.put(an_order("1", status="NEW"), an_order("2"))
    world.sync()
    words = 'message: "the status {status} is not among the statuses to export ({export_statuses})"'
    found = differences(world, changed(words, 'message: "not due yet: {status}"'))
    assert list(seen(found)) == [(Change.MESSAGE, "order_status", False)]
    assert differences(world, changed()).changes[Standing.OPEN] == {}


def test_what_is_in_xero_is_counted_apart(world: World) -> None:
    """What is in Xero is never said to be exported again, whatever B says of it."""
    world.put(an_order("1"), an_order("2", status="NEW"))
    world.export()
    world.put(an_order("3", channel="Samples"))
    world.sync()
    found = differences(world, changed(more=ALL))
    assert seen(found, Standing.IN_XERO) == {
        (Change.SKIPPED, "all", False): (1, {"GBP": Decimal("24.00")})
    }
    assert seen(found) == {(Change.SKIPPED, "all", False): (1, {"GBP": Decimal("24.00")})}
    assert (found.compared, found.in_xero) == (3, 1)
    back = differences(world, changed(), before=changed(more=ALL))
    assert list(seen(back, Standing.IN_XERO)) == [(Change.EXPORTED, "all", True)]
    assert back.sentence() == "1 order, GBP 24.00 would be exported", "the one that is ready"


def test_what_a_person_cleared_rests(world: World) -> None:
    """A cleared order is not said to move: the next export does not decide it again."""
    world.put(an_order("1", stated_gross=Decimal(99)))
    world.sync()
    world.ledger.clear(world.connection, [world.row().export_id])
    found = differences(world, changed("code: MX-205", "code: MX-200"))
    assert seen(found) == {}
    assert list(seen(found, Standing.CLEARED)) == [(Change.MESSAGE, "total_differs", False)]


def test_since_is_a_day_of_the_connection(world: World) -> None:
    """The first moment of the day counts as people at the connection have it, not as UTC has."""
    midnight = datetime(2026, 6, 14, 23, tzinfo=UTC)  # 15 June in London
    for source_id, moment in (("1", midnight), ("2", midnight - timedelta(seconds=1))):
        world.put(an_order(source_id, ordered_at=moment, despatched_at=moment))
    world.sync()
    assert differences(world, changed(), since=date(2026, 6, 15)).compared == 1
    assert differences(world, changed(), since=date(2026, 6, 14)).compared == 2
    assert differences(world, changed()).compared == 2


def test_incomplete_facts_are_counted_not_guessed(world: World) -> None:
    """A document whose stored facts lack one that a book reads is compared by neither."""
    world.put(*(an_order(number, client="Samples") for number in "123"))
    world.sync()
    with world.database.transaction() as transaction:
        kept = transaction.scalar(select(export.c.facts).where(export.c.source_id == "1"))
        assert kept is not None
        kept.pop("client")
        transaction.execute(update(export).where(export.c.source_id == "1").values(facts=kept))
        odd = {**kept, "client": 7}
        transaction.execute(update(export).where(export.c.source_id == "2").values(facts=odd))
    found = differences(world, changed(more=SAMPLES.replace("channel", "client")))
    assert found.incomplete == {"the fact client is missing": 2}
    assert (found.compared, [x.documents for _, x in found.causes(Standing.OPEN)]) == (1, [1])
    assert differences(world, changed()).compared == 3, "books that do not read it do not need it"


def test_what_if(world: World) -> None:
    """A longer list of statuses says how many orders it lets go, and what they come to."""
    world.put(*(an_order(str(n), status="INVOICEFAILED") for n in range(1, 13)))
    world.put(an_order("13", status="PICKED"), an_order("14"))
    world.sync()
    before = overrides(world.connection)
    after = {**before, "export_statuses": ("DESPATCHED", "INVOICED", "INVOICEFAILED")}

    def sentence(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
        return what_if(
            StoredFacts(world.database),
            world.connection,
            changed(),
            overrides_before=first,
            overrides_after=second,
        ).sentence()

    assert sentence(before, after) == "12 orders, GBP 288.00 would be exported"
    fewer = {**before, "export_statuses": ("INVOICEFAILED",)}
    assert sentence(before, fewer) == (
        "12 orders, GBP 288.00 would be exported; 1 order, GBP 24.00 would wait"
    )
    assert sentence(before, before) == "no order would be decided otherwise"


def test_only_books_of_one_kind(world: World) -> None:
    """Books for different documents are not held against each other."""
    other = Book(**{**_fields(changed()), "kind": "client_invoices"})
    with pytest.raises(SettingsError, match="can't be compared"):
        differences(world, other)


def test_rules_diff(world: World, home: Path) -> None:
    """The command compares a file with the active book, for people and for programs."""
    here = Installation(world, home)
    draft = home / "draft.yaml"
    draft.write_text(RULES + SAMPLES)
    world.put(an_order("1"), an_order("2", channel="Samples"), an_order("3", status="NEW"))
    world.sync()
    words = ("rules", "diff", "active", str(draft), "--connection", "one", "--since", "2026-06-01")
    answer = here.json(*words)
    assert answer["changes"] == [
        {
            "change": "newly skipped",
            "rule": "samples",
            "of": "b",
            "documents": 1,
            "amounts": {"GBP": "24.00"},
            "numbers": ["WEB-2"],
        }
    ]
    shown = here.run(*words).stdout
    assert "3 orders since 2026-06-01 held against both: 1 decided otherwise by B." in shown
    assert "newly skipped" in shown
    assert "GBP 24.00" in shown
    digest = here.plugin.rulebooks.decider().digest[:12]
    assert here.json("rules", "diff", digest, *words[2:3], *words[4:])["changes"] == []
    here.run("rules", "diff", "no-such-book", *words[3:], code=2)
    here.run(*words[:5], "nobody", *words[6:], code=2)
    draft.write_text("book: orders\n")
    here.run(*words, code=1)
    here.plugin.rulebooks.close()


def test_as_the_rules_decide() -> None:
    """On random books and documents of the whole language, both sides are what is decided."""
    random = Random(4)
    for _ in range(40):
        before = load_book(valid_book(random), "random")
        other = before.settled({"one": tuple(random.sample(TEXTS, 3)), "small": Decimal("5.00")})
        after = random.choice([other, load_book(valid_book(random), "random")])
        pair = Pair(before, after)
        deciders = [BookDecider(book, engine=False) for book in (before, after)]
        for _ in range(25):
            facts = random_facts(random)
            old, new = (decider.decide([facts], {})[0] for decider in deciders)
            assert pair.cause(facts) == _expected(old, new)


def _expected(old: Decision, new: Decision) -> Cause | None:
    change = Change.to(new.verdict)
    if old.verdict is new.verdict:
        if (old.code, old.message, old.fix) == (new.code, new.message, new.fix):
            return None
        change = Change.MESSAGE
    no_longer = new.rule == "default"
    return Cause(change=change, rule=old.rule if no_longer else new.rule, no_longer=no_longer)


def test_replay_reads_what_the_rules_may_read(world: World) -> None:
    """What replay calls whole is what the rules take: nothing of a wrong type passes."""
    book = changed(more=SAMPLES)
    wanted = reads(book)
    odd: list[Any] = [
        None,
        True,
        1,
        1.5,
        "",
        "x",
        "1.005",
        "NaN",
        [],
        [None],
        {},
        [{}],
        "2026-02-30",
    ]
    world.put(*(an_order(str(n), ordered_at=DAY) for n in range(1, len(odd) * 3)))
    world.sync()
    random = Random(4)
    with world.database.transaction() as transaction:
        for row in transaction.execute(select(export.c.id, export.c.facts)).all():
            fact = random.choice(wanted.facts)
            facts = {**row.facts, fact.name: random.choice(odd)}
            transaction.execute(update(export).where(export.c.id == row.id).values(facts=facts))
    replay = StoredFacts(world.database)
    kinds = {"facts": wanted.facts, "line_facts": wanted.line_facts}
    found = list(replay.decided(world.connection, world.row().kind, since=None, **kinds))
    assert {document.whole for document in found} == {True, False}
    for document in found:
        assert document.whole is not bool(wanted.problem(document.facts))


def _fields(book: Book) -> dict[str, Any]:
    return {name: value for name, value in vars(book).items() if name != "folded"}
