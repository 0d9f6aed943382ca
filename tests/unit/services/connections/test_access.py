"""Access begins, ends and begins again; between both simulators, by commands and pages."""

import pytest

from .....plugin.domain.connections.connection import ACCESS_HAS_ENDED, ConnectionState
from .....plugin.error_codes import CODES
from .consenting import ADD, Person


def test_revoked_pauses_and_goes_on(person: Person) -> None:
    """Access that a person ends in Xero pauses the connection; nothing fails, nothing doubles."""
    shop = person.connected()
    here = person.organisations()[0]
    walk = person.walk
    before = person.invoices(here)
    walk.run("export", "shop", "--dry-run")
    decided = person.rows()
    assert "ready" in decided.values()
    faults = {"faults": [{"kind": "revoke_tenant", "path": "/Invoices$", "method": "PUT"}]}
    walk.tell(f"{walk.xero_url}/_sandbox/faults", faults)
    walk.run("export", "shop", "--inline", "--wait", "5", code=1)
    paused = person.named()
    assert paused.state == "paused"
    assert CODES["MX-103"].sentence.startswith(ACCESS_HAS_ENDED)
    assert "connection connect" in walk.run("export", "shop", "--inline", code=1).stderr
    assert person.rows() == decided, "nothing failed meanwhile"
    assert person.invoices(here) == before
    address = walk.json("connection", "connect", "shop")["consent_address"]
    assert "is connected" in person.allow(address, here)
    assert person.named().mapping == shop.mapping
    counts = walk.export()["counts"]
    assert counts["exported"] == list(decided.values()).count("ready")
    sent = person.invoices(here)
    assert len(sent) == len(set(sent)) == len(before) + counts["exported"]


def test_disconnected_and_connected_again(person: Person) -> None:
    """Disconnecting keeps rows and mapping; the same organisation goes on where it was."""
    person.connected()
    walk, (here, *_) = person.walk, person.organisations()
    walk.run("connection", "map", "shop", "sales_account", "channel:1", "200")
    walk.export()
    before, rows, sent = person.named(), person.rows(), person.invoices(here)
    read_until = walk.plugin.ledger.orders_read_until(before)
    told = walk.json("connection", "disconnect", "shop")
    assert (told["state"], told["shared_with"]) == ("disconnected", [])
    assert left(person) == [], "it has ended in Xero too"
    assert "connection connect shop" in walk.run("connection", "resume", "shop", code=1).stderr
    assert "is disconnected" in walk.run("export", "shop", "--inline", code=1).stderr
    assert "is disconnected" in walk.run("schedule", "run", "shop", "keep_alive", code=1).stderr
    walk.run("connection", "disconnect", "shop")
    person.allow(walk.json("connection", "connect", "shop")["consent_address"], here)
    after = person.named()
    assert (after.mapping, after.started, person.rows()) == (before.mapping, True, rows)
    assert walk.plugin.ledger.orders_read_until(after) == read_until
    walk.export()
    assert (person.rows(), person.invoices(here)) == (rows, sent)


def test_another_organisation_is_confirmed_first(person: Person) -> None:
    """Another organisation than before is refused; confirmed, it begins anew beside the former."""
    person.connected()
    walk, (here, *_) = person.walk, person.organisations()
    walk.export()
    sent, other = person.invoices(here), person.found("Other Ltd")
    walk.run("connection", "disconnect", "shop")
    address = walk.json("connection", "connect", "shop")["consent_address"]
    page = person.allow(address, other, status=400)
    assert "belongs to" in page
    assert "--another-organisation" in page
    assert person.named().state == "disconnected"
    connect = ("connection", "connect", "shop", "--another-organisation")
    assert "Other Ltd" in person.allow(walk.json(*connect)["consent_address"], other)
    moved = person.named()
    assert moved.organisation_known.organisation_id == other
    assert not moved.started, "the schedules wait for a person"
    assert walk.plugin.ledger.orders_read_until(moved) is None
    walk.export()
    there = person.invoices(other)
    assert there
    assert set(there) <= set(sent), "the same orders, in the other organisation"
    assert person.invoices(here) == sent, "the former keeps what it has"


def test_a_consent_by_the_wrong_person_changes_nothing(person: Person) -> None:
    """Somebody whose Xero opens another organisation is refused; the access goes on as it was."""
    connection, walk = person.connected(), person.walk
    other = person.found("Other Ltd")
    told = {"name": "bob", "organisations": [other]}
    walk.tell(f"{walk.xero_url}/_sandbox/people", told)
    before = walk.plugin.vault.read(f"grant:{connection.grant.grant_id}:tokens")
    address = walk.json("connection", "connect", "shop")["consent_address"]
    page = person.allow(f"{address}&person=bob", other, status=400)
    assert "Other Ltd" in page
    assert walk.plugin.vault.read(f"grant:{connection.grant.grant_id}:tokens") == before
    assert person.named().state is ConnectionState.ACTIVE
    assert walk.export()["counts"]["exported"]
    assert person.invoices(other) == []


def test_none_is_taken_among_several(person: Person) -> None:
    """Where a consent opens several organisations a person chooses, by command or beforehand."""
    walk, (here, *_) = person.walk, person.organisations()
    other = person.found("Other Ltd")
    page = person.allow(person.add("shop"), here, other)
    assert "connection organisation shop ID" in page
    assert f"Other Ltd ({other})" in page
    assert "Choose one" in walk.run("connection", "resume", "shop", code=1).stderr
    walk.run("export", "shop", "--inline", code=1)
    assert (
        "opens no organisation"
        in walk.run("connection", "organisation", "shop", "Nobody", code=2).stderr
    )
    assert walk.json("connection", "organisation", "shop", "other ltd")["state"] == "active"
    assert person.named().organisation_known.organisation_id == other
    person.allow(person.add("two", "--organisation", here), here, other)
    assert person.named("two").organisation_known.organisation_id == here


def test_shared_access(person: Person) -> None:
    """Two connections share one access; one ends without taking the other's along."""
    person.connected()
    walk, (here, *_) = person.walk, person.organisations()
    del walk.secrets["XERO_CLIENT_SECRET"]
    share = ("connection", "add", "two", *ADD, "--share-grant-of", "shop")
    assert "--xero-client-id, or" in walk.run(*share, "--xero-client-id", "x", code=2).stderr
    assert walk.json(*share)["state"] == "active"
    assert person.named("two").grant == person.named().grant
    told = walk.json("connection", "disconnect", "shop")
    assert told["shared_with"] == ["two"]
    assert walk.export("two")["counts"]["exported"]
    assert "is disconnected" in walk.run("connection", "add", "three", *share[3:], code=2).stderr
    assert walk.json("connection", "disconnect", "two")["shared_with"] == []
    assert left(person) == []
    assert person.invoices(here)


def test_custom_connection(person: Person) -> None:
    """A custom connection is connected again without anybody's consent."""
    walk = person.walk
    walk.secrets["XERO_CLIENT_SECRET"] = "custom"
    walk.add()
    assert "needs no consent" in walk.run("connection", "connect", "shop", code=1).stderr
    assert "Connected apps" in walk.run("connection", "disconnect", "shop").stdout
    told = walk.json("connection", "connect", "shop")
    assert (told["state"], told["consent_address"]) == ("active", None)
    assert walk.export()["counts"]["exported"]


@pytest.mark.parametrize("again", [False, True])
def test_a_code_works_once(person: Person, *, again: bool) -> None:
    """An answer of Xero's that was used, or that nobody asked for, changes nothing."""
    address = person.add("shop")
    if again:
        person.allow(address, person.organisations()[0])
    else:
        address = address.replace("state=", "state=x")
    assert "no consent that was asked for" in person.allow(
        address, person.organisations()[0], status=400
    )


def left(person: Person) -> list[str]:
    """Return what of the app's access is left: the kept tokens, and what they open."""
    plugin = person.walk.plugin
    grant = person.named().grant
    return [] if plugin.vault.read(f"grant:{grant.grant_id}:tokens") is None else ["tokens"]
