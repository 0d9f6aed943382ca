from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from ....plugin.database.vault import Rotation, SqlVault
from ....plugin.domain.connections.connection import ConnectionState
from ....plugin.errors import SettingsError
from ....plugin.services.connections.access import chosen_organisation
from ..world import World


def test_disconnected_stays_so(world: World) -> None:
    """Neither resume nor a pause by a worker undoes a disconnection; connecting does."""
    connections, one = world.connections, world.connection
    connections.disconnect(one)
    connections.resume(one)
    connections.pause(one, "access has ended")
    gone = connections.named("one")
    assert gone.state is ConnectionState.DISCONNECTED
    assert "connection connect one" in gone.may_run()[1]
    connections.connected(gone, world.target.here, {})
    assert connections.named("one").may_run() == (True, "")


def test_same_organisation_goes_on_and_another_begins_anew(world: World) -> None:
    """The cursor stays for the same organisation; for another one all is read from the start."""
    connections, one, now = world.connections, world.connection, world.clock.now()
    connections.start(one)
    world.ledger.move_orders_cursor(one, now)
    connections.disconnect(one)
    connections.connected(one, world.target.here, {})
    assert world.ledger.orders_read_until(one) == now
    assert connections.named("one").started
    other = replace(world.target.here, organisation_id="another")
    connections.connected(connections.named("one"), other, {})
    assert world.ledger.orders_read_until(one) is None
    assert not connections.named("one").started


def test_a_person_chooses_among_several(world: World) -> None:
    """Of several organisations none is taken by itself; the sentence lists them."""
    found = {"a-1": "Alpha", "b-2": "Beta", "b-3": "Beta"}
    assert chosen_organisation(found, "") is None
    assert chosen_organisation(found, "", before="b-2") == "b-2"
    assert chosen_organisation(found, "alpha") == "a-1"
    assert chosen_organisation({"a-1": "Alpha"}, "") == "a-1"
    for wanted in ("Beta", "Gamma"):
        with pytest.raises(SettingsError) as caught:
            chosen_organisation(found, wanted)
        assert "Beta (b-3)" in caught.value.fix
    world.connections.ask_organisation(world.connection, found)
    waiting = world.connections.named("one")
    assert waiting.state is ConnectionState.NEEDS_ORGANISATION
    assert "Alpha (a-1)" in waiting.may_run()[1]
    assert "connection organisation one ID" in waiting.may_run()[1]


def test_rotation(world: World) -> None:
    """After a rotation the old key may go; what no key opens is counted and left."""
    old, new, lost = (Fernet.generate_key().decode() for _ in range(3))
    for name in ("a", "b"):
        SqlVault(world.database, old).keep(name, f"secret {name}")
    SqlVault(world.database, lost).keep("c", "gone")
    both = SqlVault(world.database, f"{new},{old}")
    both.keep("d", "kept by the new key already")
    assert both.rotate() == Rotation(secrets=4, rotated=2, unreadable=1)
    assert both.rotate() == Rotation(secrets=4, rotated=0, unreadable=1)
    assert SqlVault(world.database, new).read("b") == "secret b"
