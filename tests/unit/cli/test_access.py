"""The commands of access and of the vault: what they print, and how they exit."""

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from ....plugin.domain.connections.health import Point, PointState
from .installation import Installation
from .test_connection import ADD, SECRETS

LOGIN = Point(side="Mintsoft", name="login", state=PointState.OK, sentence="The login works.")
SCOPES = Point(
    side="Xero",
    name="scopes",
    state=PointState.MISSING,
    sentence="These scopes are not granted: accounting.invoices.",
    fix="Consent again: mintsoft-xero connection connect one",
)


def test_disconnect(here: Installation) -> None:
    """A disconnected connection says so everywhere, and is not resumed but connected again."""
    here.world.connect("two")
    told = here.json("connection", "disconnect", "one")
    assert (told["state"], told["consent_address"]) == ("disconnected", None)
    assert "is disconnected" in here.run("connection", "list").stdout
    refused = here.run("connection", "resume", "one", code=1).stderr
    assert "is disconnected from Xero." in refused
    assert "Run: mintsoft-xero connection connect one" in refused
    assert "orders, settings and mapping stay" in here.run("connection", "disconnect", "one").stdout
    assert here.json("connection", "connect", "one")["state"] == "active"


def test_organisation_to_choose(here: Installation) -> None:
    """One that needs its organisation lists them, is not resumed, and runs once it is chosen."""
    known = here.world.target.organisation()
    found = {known.organisation_id: known.name, "b": "Beta"}
    here.world.connections.ask_organisation(here.world.connection, found)
    refused = here.run("connection", "resume", "one", code=1).stderr
    assert "Beta (b)" in refused
    assert "connection organisation one ID" in refused
    assert here.json("connection", "organisation", "one", known.name)["state"] == "active"


def test_health(here: Installation) -> None:
    """Something that is missing exits with 1 and is shown with its fix; a note does not."""
    here.plugin.source_side.points, here.plugin.target_side.points = [LOGIN], [SCOPES]
    assert not here.json("connection", "health", "one", code=1)["ok"]
    shown = here.run("connection", "health", "one", code=1)
    assert SCOPES.sentence in shown.stdout
    assert SCOPES.fix in shown.stdout
    here.plugin.target_side.points = [replace(SCOPES, state=PointState.NOTE)]
    assert here.json("connection", "health", "one")["ok"]


@pytest.mark.parametrize(
    ("more", "side", "given"),
    [
        ((), "source", {"MINTSOFT_PASSWORD": "hunter3"}),
        (("--xero",), "target", {"XERO_CLIENT_SECRET": "hunter3"}),
    ],
)
def test_login(here: Installation, more: tuple[str, ...], side: str, given: dict[str, str]) -> None:
    """One side's secret alone is asked for, and not shown; a refused one exits with 1."""
    words = ("connection", "login", "one", *more)
    assert next(iter(given)) in here.run(*words, code=2).stderr
    result = here.run(*words, secrets=given)
    assert "hunter3" not in result.output + result.stderr
    asked = here.plugin.source_side if side == "source" else here.plugin.target_side
    assert list(asked.given.values()) == ["hunter3"]
    assert "kept for: one." in result.stdout
    here.run("connection", "login", "one", code=1, secrets={"MINTSOFT_PASSWORD": "wrong"})


def test_rotate(here: Installation) -> None:
    """It says how many until none is left; what can't be opened is not done, and exits with 1."""
    for name in ("one", "two", "three"):
        here.plugin.vault.keep(name, "secret")
    here.rotated_by(Fernet.generate_key().decode())
    assert here.json("vault", "rotate")["rotated"] == 3
    assert "None is left" in here.run("vault", "rotate").stdout
    here.rotated_by(Fernet.generate_key().decode(), forget=True)
    result = here.run("vault", "rotate", code=1)
    assert "can't be opened" in result.stderr
    assert "may be taken out" not in result.stdout


@pytest.mark.parametrize("given", [(), ("--xero-client-id", "id", "--share-grant-of", "one")])
def test_one_way_in(here: Installation, given: tuple[str, ...]) -> None:
    """A connection has an app of its own, or shares another's access: not both, nor neither."""
    here.run(*ADD[:5], *given, code=2, secrets=SECRETS)
    assert [x.name for x in here.world.connections.all()] == ["one"]


def test_sharing_asks_for_no_secret_of_xero(here: Installation) -> None:
    """Who shares an access needs the source's secret alone."""
    known = here.world.target.here.name
    only = {"MINTSOFT_PASSWORD": "hunter2"}
    here.run(*ADD[:5], "--share-grant-of", "one", "--organisation", known, secrets=only)
    assert here.plugin.source_side.given == {"mintsoft_password": "hunter2"}
    assert here.plugin.target_side.given == {}
    one, two = (here.world.connections.named(name) for name in ("one", "two"))
    assert two.grant == one.grant
    assert two.organisation_known.organisation_id == one.organisation_known.organisation_id
