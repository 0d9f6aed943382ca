"""Retry and clear are one function for page, command and resource: the same documents pass."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from .....plugin.database.tables import export
from .....plugin.domain.exports.export import RETRIED, Export, ExportState
from .....plugin.services.documents.attention import clear_documents, retry_documents
from .....plugin.services.documents.find import with_ids
from ...cli.installation import Installation
from ...orders import an_order
from ...web.filled import Filled, document
from ...world import World

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


def test_the_page_offers_the_same(tmp_path: Path) -> None:
    """The orders page has a button for a document exactly where it may be retried or cleared."""
    filled = Filled(tmp_path / "home")
    connection = filled.connect()
    filled.put(connection, *(document(str(x)) for x in range(len(STANDINGS))))
    with filled.plugin.database.transaction() as transaction:
        for source_id, (state, code) in enumerate(STANDINGS):
            where = update(export).where(export.c.source_id == str(source_id))
            transaction.execute(where.values(state=state, code=code))
    page = filled.logged_in().get("/mintsoft-xero/").text
    offered = {
        action: {int(x) for x in re.findall(rf"/exports/\d+/(\d+)/{action}", page)}
        for action in ("retry", "clear")
    }
    rows = list(filled.plugin.ledger.exports(connection))
    assert offered["retry"] == {x.export_id for x in rows if x.may_be_retried}
    assert offered["clear"] == {x.export_id for x in rows if x.may_be_cleared}
    filled.close()
