"""New kinds of errors: told once, with what a person needs and nothing of a customer."""

import json
from dataclasses import replace

from .....plugin.database.imports import SqlImports
from .....plugin.domain.exports.export import DocumentKind
from .....plugin.domain.imports.imported import DecidedImport, ImportState, Incoming, Made
from .....plugin.domain.notifications.notice import Channel
from .....plugin.services.notifications.notify import look
from .conftest import Told

NEWS = "one: a new kind of error"


def test_each_kind_is_told_once(told: Told) -> None:
    """A new kind of error is news once, however many documents come to it; another one is again."""
    told.refused("1", "2")
    assert told.turn(minutes=1) == [NEWS]
    assert told.turn(minutes=1) == []
    told.refused("3")
    assert told.turn(minutes=5) == []
    told.refused("4", why="The TaxType code 'X' is not valid.")
    assert told.turn(minutes=1) == [NEWS]


def test_kinds_that_come_together(told: Told) -> None:
    """What is new at one look is one notice, with sums, order numbers, and what to do."""
    told.refused("1", "2")
    told.refused("3", why="The TaxType code 'X' is not valid.")
    assert told.turn(minutes=1) == ["one: 2 new kinds of errors"]
    notice = told.kept()[0]
    first, second = notice.data["errors"]
    assert (first["documents"], first["numbers"]) == (2, ["WEB-1", "WEB-2"])
    assert first["waiting"] == [{"currency": "GBP", "total": "48.00"}]
    assert second["message"].endswith("The TaxType code 'X' is not valid.")
    assert "GBP 48.00" in notice.text
    assert f"- {first['cause']}: 2 documents" in notice.text
    json.dumps(notice.payload())


def test_a_retry_is_no_news(told: Told) -> None:
    """An error that is gone for minutes, as by Retry, is the same one when it comes back."""
    told.refused("1")
    assert told.turn(minutes=1) == [NEWS]
    told.world.ledger.retry(told.world.connection, [told.world.row().export_id])
    assert told.turn(minutes=1) == []
    told.world.export()
    assert told.turn(minutes=1) == []


def test_what_comes_back_is_news(told: Told) -> None:
    """An error that was gone for an hour or more is told again."""
    told.refused("1")
    assert told.turn(minutes=1) == [NEWS]
    told.world.target.accept("WEB-1")
    told.retried()
    assert told.turn(minutes=1) == []
    assert told.turn(hours=2) == []
    told.refused("2")
    assert told.turn(minutes=1) == [NEWS]


def test_switches(told: Told) -> None:
    """Each connection's errors can be switched off; what came meanwhile is not told later."""
    told.world.change(notify_errors="no")
    told.refused("1")
    assert told.turn(minutes=1) == []
    told.world.change(notify_errors="yes")
    assert told.turn(minutes=5) == []
    told.world.change(notify_email=(), notify_webhook="https://example.com/notices")
    told.refused("2", why="Another thing.")
    assert told.turn(minutes=1) == []
    assert told.webhook.subjects() == [NEWS]


def test_two_that_look_at_once(told: Told) -> None:
    """Of two processes that see the same news one writes it, by each way once."""
    told.world.change(notify_webhook="https://example.com/notices")
    told.refused("1")
    ledger, world = told.world.ledger, told.world

    class Stale:
        """A ledger that another process overtakes between its reading and its writing."""

        def __getattr__(self, name: str) -> object:
            return getattr(ledger, name)

        def all_causes(self, connection: object) -> object:
            found = ledger.all_causes(world.connection)
            look(told.parts, world.connection, world.clock.now())
            return found

    look(replace(told.parts, ledger=Stale()), world.connection, world.clock.now())  # type: ignore[arg-type]
    assert [x.channel for x in told.kept()] == [Channel.EMAIL, Channel.WEBHOOK]


def test_an_import_that_needs_a_person(told: Told) -> None:
    """What is refused on its way in is told of once, and counted in the day's figures when made."""
    world, kind = told.world, DocumentKind.PURCHASE_ORDER
    imports = SqlImports(world.database, world.clock, who="test")
    incoming = Incoming(source_id="po1", number="PO-1", fingerprint="f", seen="s")
    refused = DecidedImport(
        incoming=incoming,
        state=ImportState.REFUSED,
        code="MX-529",
        message="The item WID-9 is no product in Mintsoft.",
        fix="Add it.",
        decision=None,
        document_date=None,
    )
    imports.record(world.connection, kind, [refused], "basis")
    begin = world.clock.now()
    for _ in range(2):
        look(told.parts, world.connection, world.clock.now())
    assert [x.channel for x in told.kept()] == [Channel.EMAIL]
    assert "WID-9 is no product" in told.kept()[0].text
    (row,) = imports.rows(world.connection)
    imports.made(row, Made(made_id="7", content="", fingerprint="f"), "")
    world.clock.advance(hours=1)
    (made,) = world.ledger.digest(world.connection, begin, world.clock.now()).imported
    assert (made.kind, made.documents) == ("ASN", 1)


def test_nothing_of_a_customer(told: Told) -> None:
    """The target's words about a contact, and any e-mail address, stay out of a notice."""
    world = told.world
    world.target.refuse("WEB-1", "The contact name 'Ada Lovelace' is assigned", code="MX-405")
    told.refused("2", why="The address ada@example.com is not valid.")
    told.refused("1", why="Account.")
    world.target.refuse("WEB-1", "The contact name 'Ada Lovelace' is assigned", code="MX-405")
    told.retried()
    told.turn(minutes=1)
    notices = told.kept()
    assert notices
    said = json.dumps([x.payload() for x in notices])
    assert "MX-405" in said
    assert "Lovelace" not in said
    assert "ada@" not in said
