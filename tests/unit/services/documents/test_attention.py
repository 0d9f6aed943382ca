"""Retry and clear are one function for page, command and resource: the same documents pass."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from .....plugin.database.tables import export
from .....plugin.domain.exports.export import RETRIED, Export, ExportState
from .....plugin.services.documents.attention import clear_documents, retry_documents
from .....plugin.services.documents.find import with_ids
from ...cli.installation import Installation
from ...orders import an_order
from ...web.filled import PREFIX, Filled, document, token_in
from ...world import World

PAGE = f"{PREFIX}/"

#: Each state, without and with a code.
STANDINGS = [(state, code) for state in ExportState for code in ("", "MX-504")]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Return the URL of an empty database; SQLite is enough for this."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def here(world: World, home: Path) -> Installation:
    """Return an installation with the connection `one`."""
    return Installation(world, home)


def stand(world: World, state: ExportState, code: str) -> Export:
    """Put an order into the ledger that stands so: its row."""
    world.put(an_order("1"))
    world.sync()
    with world.database.transaction() as transaction:
        transaction.execute(update(export).values(state=state, code=code))
    return world.row()


@pytest.mark.parametrize(("state", "code"), STANDINGS)
def test_command_and_service_agree(here: Installation, state: ExportState, code: str) -> None:
    """Command and service retry and clear the same documents: those that a row says may be."""
    row = stand(here.world, state, code)
    assert row.may_be_retried == (state in RETRIED)
    changed = state is ExportState.EXPORTED and bool(code)
    assert row.may_be_cleared == (state is ExportState.REFUSED or changed)
    for words, may, act in (
        ("retry", row.may_be_retried, retry_documents),
        ("clear", row.may_be_cleared, clear_documents),
    ):
        stand(here.world, state, code)
        assert here.json(words, "one", "WEB-1")["documents"][0]["changed"] == may
        stand(here.world, state, code)
        rows = with_ids(here.plugin, here.world.connection, [row.export_id])
        assert bool(act(here.plugin, here.world.connection, rows, who="web:ann")) == may
        assert (here.world.row() != rows[0]) == may


def test_who_acts_is_named(here: Installation) -> None:
    """An event says which person retried: the page's user, or who typed the command."""
    row = stand(here.world, ExportState.REFUSED, "MX-203")
    rows = with_ids(here.plugin, here.world.connection, [row.export_id])
    retry_documents(here.plugin, here.world.connection, rows, who="web:ann")
    assert here.world.ledger.story(row.export_id).events[-1].who == "web:ann"
    stand(here.world, ExportState.REFUSED, "MX-203")
    here.run("clear", "one", "WEB-1")
    assert " at " in here.world.ledger.story(row.export_id).events[-1].who


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Filled]:
    """Return pages over one connection, with a document for each of `STANDINGS`."""
    filled = Filled(tmp_path / "home")
    connection = filled.connect()
    filled.put(connection, *(document(str(x)) for x in range(len(STANDINGS))))
    stand_each(filled)
    yield filled
    filled.close()


def stand_each(filled: Filled) -> list[Export]:
    """Have each document stand as its place in `STANDINGS` says; all of them."""
    with filled.plugin.database.transaction() as transaction:
        for source_id, (state, code) in enumerate(STANDINGS):
            where = update(export).where(export.c.source_id == str(source_id))
            transaction.execute(where.values(state=state, code=code))
    (connection,) = filled.plugin.connections.all()
    return list(filled.plugin.ledger.exports(connection))


def test_the_page_offers_the_same(page: Filled) -> None:
    """The orders page has a button for a document exactly where it may be retried or cleared."""
    shown = page.logged_in().get(PAGE).text
    offered = {
        action: {int(x) for x in re.findall(rf"/exports/\d+/(\d+)/{action}", shown)}
        for action in ("retry", "clear")
    }
    rows = stand_each(page)
    assert offered["retry"] == {x.export_id for x in rows if x.may_be_retried}
    assert offered["clear"] == {x.export_id for x in rows if x.may_be_cleared}


def test_the_page_does_the_same(page: Filled) -> None:
    """A form that is sent for any document changes those alone that may be, however it came."""
    client = page.logged_in()
    form = {"csrf_token": token_in(client.get(PAGE))}
    for action in ("retry", "clear"):
        for row in stand_each(page):
            address = f"{PAGE}exports/{row.connection_id}/{row.export_id}/{action}"
            assert client.post(address, data=form).status_code == 303
            story = page.plugin.ledger.story(row.export_id)
            may = row.may_be_retried if action == "retry" else row.may_be_cleared
            assert (story.export != row) == may, (action, row.state, row.code)
            if story.export.state is not row.state:
                assert story.events[-1].who == "web:admin"


def test_a_page_clears_what_changed_after_its_export(page: Filled) -> None:
    """Clear takes the error of an exported document too, which stays exported."""
    (row,) = (x for x in stand_each(page) if x.state is ExportState.EXPORTED and x.code)
    client = page.logged_in()
    form = {"csrf_token": token_in(client.get(PAGE))}
    client.post(f"{PAGE}exports/{row.connection_id}/{row.export_id}/clear", data=form)
    now = page.plugin.ledger.story(row.export_id).export
    assert (now.state, now.code) == (ExportState.EXPORTED, "")


def test_what_was_renumbered_a_moment_ago_is_not_exported_again(here: Installation) -> None:
    """`retry --again` looks for a document under the number that it has, sync or no sync."""
    here.world.put(an_order())
    here.world.export()
    here.world.clock.advance(minutes=20)
    (made,) = here.world.target.documents
    now = here.world.clock.now()
    here.world.target.documents[0] = replace(made, number="INV-0099", changed_at=now)
    assert here.json("retry", "one", "WEB-1", "--again")["changed"] == 0
    here.world.export()
    assert list(here.world.invoices()) == ["INV-0099"]
