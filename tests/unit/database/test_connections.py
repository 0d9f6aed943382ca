"""Connections: made whole or not at all, and found by name."""

from dataclasses import replace

import pytest

from ....plugin.database.tables import access_grant, mapping
from ....plugin.domain.connections.connection import ConnectionState, Grant
from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.connections.settings import Settings
from ....plugin.errors import SettingsError
from ..world import World
from .at_once import at_once


def counts(world: World) -> tuple[int, int, int]:
    """How many connections, grants and entries there are."""
    with world.database.transaction() as transaction:
        grants, entries = (
            len(list(transaction.execute(x.select()))) for x in (access_grant, mapping)
        )
    return len(world.connections.all()), grants, entries


def test_failed_add_leaves_nothing(world: World) -> None:
    """A connection that can't be added leaves neither a grant nor entries behind."""
    before = counts(world)
    with pytest.raises(SettingsError, match="'one' already"):
        world.connect("one")
    assert counts(world) == before


def test_one_of_many_gets_the_name(world: World) -> None:
    """Of many that add a connection of one name at once, one succeeds."""

    def add() -> str:
        try:
            return world.connect("two").name
        except SettingsError:
            return "taken"

    assert sorted(at_once(*[add] * 6)) == ["taken"] * 5 + ["two"]
    assert counts(world)[:2] == (2, 2)


def test_unknown_name(world: World) -> None:
    """An unknown name is refused with the one that was probably meant."""
    with pytest.raises(SettingsError, match=r"'oen', did you mean 'one'\?"):
        world.connections.named("oen")
    with pytest.raises(SettingsError, match=r"no connection 'something else'$"):
        world.connections.named("something else")


def test_is_read_back_as_it_was_kept(world: World) -> None:
    """Settings, mapping and organisation come back equal; entries are replaced one by one."""
    settings = replace(Settings(start_date=None), tag="", due_days=30)
    world.connections.keep_settings(world.connection, settings)
    organisation = replace(world.target.here, name="Another Ltd")
    world.connections.keep_organisation(world.connection, organisation)
    mine = {("tax_rate", "20"): Entry(target="OUTPUT3"), ("tax_rate", "GB:5"): Entry(target="X")}
    world.connections.keep_entries(world.connection, mine)
    kept = world.connections.named("one")
    assert (kept.settings, kept.organisation) == (settings, organisation)
    assert kept.mapping.entries == {**world.connection.mapping.entries, **mine}
    assert world.connections.with_id(kept.connection_id) == kept
    assert world.connections.with_id(kept.connection_id + 1) is None


def test_waits_for_consent_without_an_organisation(world: World) -> None:
    """Without an organisation it waits for consent, paused and resumed too, and then is active."""
    new = world.connections.add(
        name="two",
        mode="accounting",
        grant=Grant.new("consent", "app"),
        mintsoft_username="user",
        mintsoft_client="",
        settings=Settings(start_date=None),
        organisation=None,
        entries={},
    )
    assert "connection connect two" in new.may_run()[1]
    world.connections.pause(new, "a person said so")
    assert "a person said so" in world.connections.named("two").may_run()[1]
    world.connections.resume(world.connections.named("two"))
    new = world.connections.named("two")
    assert new.state is ConnectionState.NEEDS_CONSENT
    world.connections.keep_organisation(new, world.target.here)
    assert world.connections.named("two").may_run() == (True, "")
