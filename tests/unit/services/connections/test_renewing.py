"""A password, a key or a secret that changed: the new one is tried, then takes its place."""

import pytest

from .....plugin.domain.connections.connection import LOGIN_REFUSED
from .....plugin.error_codes import CODES
from .consenting import Person

NEW = "changed-1"


def test_a_changed_password(person: Person) -> None:
    """It pauses all who use it; only one that works replaces it, and then all of them go on."""
    walk = person.walk
    shop = person.connected()
    walk.run("connection", "pause", person.connected("other").name)
    shared = ("--share-grant-of", "shop", "--mintsoft-username", "sandbox")
    walk.run("connection", "add", "third", *shared)
    walk.export()
    before = person.invoices(person.organisations()[0])
    walk.tell(f"{walk.mintsoft_url}/_sandbox/password", {"password": NEW})
    assert LOGIN_REFUSED in walk.run("export", "shop", "--inline", code=1).stderr
    assert CODES["MX-102"].sentence.format(service="Mintsoft") == person.named().paused_because
    refused = walk.run("export", "shop", "--inline", code=1).stderr
    assert "mintsoft-xero connection login shop" in refused
    assert LOGIN_REFUSED in walk.run("connection", "login", "shop", code=1).stderr
    assert person.named().state == "paused", "the old one is still wrong"
    walk.secrets["MINTSOFT_PASSWORD"] = NEW
    told = walk.json("connection", "login", "shop")
    assert told["connections"] == ["other", "shop", "third"]
    assert told["resumed"] == ["shop"], "what a person paused stays so"
    assert person.named("other").state == "paused"
    assert (person.named().state, person.named().mapping) == ("active", shop.mapping)
    walk.export()
    assert person.invoices(person.organisations()[0]) == before


def test_what_is_given_is_what_is_tried(person: Person) -> None:
    """A key takes a password's place, and a password a key's: neither helps out for the other."""
    walk = person.walk
    walk.secrets["XERO_CLIENT_SECRET"] = "custom"
    walk.add()
    del walk.secrets["MINTSOFT_PASSWORD"]
    ways = [
        ("MINTSOFT_API_KEY", walk.mintsoft_key(), "static_key"),
        ("MINTSOFT_PASSWORD", "sandbox", "password"),
    ]
    for variable, good, kept in ways:
        walk.secrets[variable] = "00000000-wrong"
        assert LOGIN_REFUSED in walk.run("connection", "login", "shop", code=1).stderr
        walk.secrets[variable] = good
        walk.run("connection", "login", "shop")
        del walk.secrets[variable]
        names = {f"mintsoft:sandbox:{name}" for name in ("static_key", "password")}
        held = {name for name in names if walk.plugin.vault.read(name) is not None}
        assert held == {f"mintsoft:sandbox:{kept}"}
        walk.export()


def test_a_key_that_is_refused(person: Person) -> None:
    """A never-expiring key that has ended holds the connection, which says how to go on."""
    walk = person.walk
    walk.secrets = {"MINTSOFT_API_KEY": walk.mintsoft_key(), "XERO_CLIENT_SECRET": "custom"}
    walk.add()
    newer = walk.mintsoft_key()
    walk.run("export", "shop", "--inline", code=1)
    refused = walk.run("export", "shop", "--inline", code=1).stderr
    assert "mintsoft-xero connection login shop" in refused
    walk.secrets["MINTSOFT_API_KEY"] = newer
    assert walk.json("connection", "login", "shop")["resumed"] == []
    walk.export()


@pytest.mark.parametrize("app", ["custom", "sandbox"])
def test_a_changed_secret_of_the_app(person: Person, app: str) -> None:
    """The app's new secret serves all its grants; their tokens and consents stay."""
    walk = person.walk
    names = ["one", "two"]
    for name in names:
        if app == "sandbox":
            person.connected(name)
        else:
            walk.secrets["XERO_CLIENT_SECRET"] = "custom"
            walk.add(name)
    walk.tell(f"{walk.xero_url}/_sandbox/secret", {"app": app, "secret": NEW})
    ended = {"faults": [{"kind": "expire_token"}]}
    walk.tell(f"{walk.xero_url}/_sandbox/faults", ended)
    assert "Xero did not accept" in walk.run("export", "one", "--inline", code=1).stderr
    refused = walk.run("export", "one", "--inline", code=1).stderr
    assert "mintsoft-xero connection login --xero one" in refused
    assert LOGIN_REFUSED in walk.run("connection", "login", "one", "--xero", code=1).stderr
    walk.secrets["XERO_CLIENT_SECRET"] = NEW
    assert walk.json("connection", "login", "one", "--xero")["resumed"] == ["one"]
    for name in names:
        walk.export(name)
