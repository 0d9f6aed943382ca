"""Attention and holds: what a crowd, a name or a person may not upset."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ....adapters.xero.api.client import Reply
from ....adapters.xero.api.errors import code_of
from ....adapters.xero.invoices.invoices import outcomes_of
from ....plugin import worker
from ....plugin.database.ledger import SqlLedger
from ....plugin.domain.connections.connection import Connection
from ....plugin.domain.exports.cause import cause_key
from ....plugin.domain.exports.claim import Claim
from ....plugin.domain.exports.export import Export
from ....plugin.errors import NeedsPerson, TryLater
from ....plugin.exports.pipeline import export_batch
from ....plugin.services import export_run as running
from ..orders import an_order
from ..test_worker import Installation
from ..world import World

TAKEN = (
    "The contact name {} is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)


class Robbed(SqlLedger):
    """A ledger in which somebody takes each claim away just before its call."""

    def start_call(self, connection: Connection, claims: Sequence[Claim], digest: str) -> str:
        """Fails as the real one does."""
        raise TryLater("A claim was taken away before its call began.", after=1)


class Silent:
    """A watcher that says nothing."""

    def step(self, words: str) -> None: ...

    def say(self, words: str) -> None: ...

    def counts(self, counts: object) -> None: ...


def started(world: World) -> Any:
    """An installation whose connection may run by the clock."""
    world.connections.start(world.connection)
    world.connection = world.connections.named("one")
    plugin = Installation(world)
    plugin.clock = world.clock
    return plugin


def some_row(world: World) -> Export:
    """Any refused row."""
    world.put(an_order(currency="SEK"))
    world.sync()
    return world.row()


def test_batches_that_fail_together_are_one_outage(world: World) -> None:
    """Five calls under way when the target goes away make the first hold no longer than two do."""
    held = [
        world.ledger.hold(world.connection, "It is away.", code="MX-602", after=60)
        for _ in range(5)
    ]
    last = held[-1]
    assert last is not None
    assert last.until - world.clock.now() <= timedelta(seconds=66)


def test_a_claim_that_was_taken_away_is_no_outage(world: World) -> None:
    """What workers do to each other says nothing of the target: nothing is held up by it."""
    world.put(an_order("1"), an_order("2"), an_order("3"))
    world.sync()
    parts = replace(world.parts, ledger=Robbed(world.database, world.clock, who="test"))
    for export_id in world.ledger.due_to_send(world.connection):
        export_batch(parts, world.connection, [export_id])
    assert world.ledger.held(world.connection) is None


def test_ticks_leave_a_side_alone_that_is_away(world: World) -> None:
    """While a connection holds no tick looks up, reads or sends; afterwards it does again."""
    plugin = started(world)
    worker.tick_all(plugin)
    world.put(an_order("1"), an_order("2"))
    world.sync()
    for export_id in world.ledger.due_to_send(world.connection):
        world.target.lose_answer = "after"
        world.send([export_id])
    world.ledger.hold(world.connection, "The day is used up.", code="MX-601", after=3600)
    plugin.celery.names()
    world.clock.advance(minutes=30)
    worker.tick_all(plugin)
    assert plugin.celery.names() == []
    world.clock.advance(hours=1)
    worker.tick_all(plugin)
    assert {"mintsoft_xero.settle", "mintsoft_xero.sync"} <= set(plugin.celery.names())


def test_a_persons_try_that_fails_ends_no_hold(world: World) -> None:
    """A person may try at once; while the target is away the connection stays held."""
    plugin = started(world)
    for _ in range(2):
        world.ledger.hold(world.connection, "It is away.", code="MX-602", after=60)
    world.target.down = True
    with pytest.raises(TryLater):
        running._run(plugin, world.connection, running.ExportRequest(), Silent())
    assert world.ledger.held(world.connection) is not None


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("MX-302", {"rate": "8.25"}, {"rate": "7.75"}),
        (
            "MX-415",
            {"answer": "Account code '4000.10' has been archived."},
            {"answer": "Account code '4000.20' has been archived."},
        ),
    ],
)
def test_what_tells_two_causes_apart(
    world: World, code: str, one: dict[str, str], other: dict[str, str]
) -> None:
    """Rates and account codes that look like amounts are things of their own to put right."""
    row = some_row(world)
    messages = (NeedsPerson(code=code, **names).message for names in (one, other))
    first, second = (cause_key(replace(row, code=code, message=x)) for x in messages)
    assert first != second


def test_an_order_numbered_like_an_account(world: World) -> None:
    """An order whose number is the account's code is of the same cause as the others."""
    row = replace(some_row(world), message="Account code '4101' has been archived.")
    keys = {cause_key(replace(row, number=x, invoice_number=x)) for x in ("4101", "4102")}
    assert len(keys) == 1


@pytest.mark.parametrize("name", ["Discount Tyres Ltd", "Item Code Ltd", "Lock Date & Sons"])
def test_a_contacts_name_chooses_no_code(name: str) -> None:
    """Words that a contact is called do not make its refusal another one."""
    assert code_of(TAKEN.format(name)) == "MX-405"


def test_no_customer_in_a_refusal() -> None:
    """What Xero quotes of a customer is left out; the rest of its words is shown as it is."""
    said = [TAKEN.format("Ada Byron"), "The address 'ada@example.com' is odd."]
    element = {
        "InvoiceNumber": "A",
        "HasErrors": True,
        "ValidationErrors": [{"Message": words} for words in said],
    }
    reply = Reply(status=200, body={"Invoices": [element]})
    message = outcomes_of(reply, ["A"])["A"].message
    assert "Ada" not in message
    assert message.endswith(f"{TAKEN.format('...')} The address '...' is odd.")


def test_an_account_that_is_active_again(world: World) -> None:
    """Once Xero shows that the cause has gone, its orders are decided again by themselves."""
    here = world.target.here
    accounts = tuple(replace(x, active=x.code != "200") for x in here.accounts)
    world.connections.keep_organisation(world.connection, replace(here, accounts=accounts))
    world.put(an_order())
    world.sync()
    assert world.states() == {"1": "refused"}
    world.connections.keep_organisation(world.connection, here)
    world.clock.advance(minutes=1)
    world.sync()
    assert world.states() == {"1": "ready"}
