from dataclasses import replace

import pytest

from .installation import Installation

ADD = ("connection", "add", "two", "--mintsoft-username", "u", "--xero-client-id", "id")
SECRETS = {"MINTSOFT_PASSWORD": "hunter2", "XERO_CLIENT_SECRET": "swordfish"}


def test_add(here: Installation) -> None:
    """A connection is added with the secrets of the environment, which are shown nowhere."""
    result = here.run(*ADD, "--set", "due_days=14", "--json", secrets=SECRETS)
    assert here.plugin.source_side.given == {"mintsoft_password": "hunter2"}
    assert here.plugin.target_side.given == {"xero_client_secret": "swordfish"}
    assert here.world.connections.named("two").settings.due_days == 14
    shown = result.output + result.stderr + here.run("connection", "show", "two").stdout
    assert "hunter2" not in shown
    assert "swordfish" not in shown
    here.run(*ADD, code=2, secrets=SECRETS)


def test_add_with_key(here: Installation) -> None:
    """A never-expiring key of Mintsoft takes the place of the password."""
    here.run(*ADD, secrets={"MINTSOFT_API_KEY": "key", "XERO_CLIENT_SECRET": "swordfish"})
    assert here.plugin.source_side.given == {"mintsoft_api_key": "key"}
    assert here.plugin.target_side.given == {"xero_client_secret": "swordfish"}


@pytest.mark.parametrize("missing", list(SECRETS))
def test_add_without_secrets(here: Installation, missing: str) -> None:
    """Without a terminal a secret that is not given is wrong usage, and nothing is added."""
    given = {name: value for name, value in SECRETS.items() if name != missing}
    assert missing in here.run(*ADD, code=2, secrets=given).stderr
    assert [x.name for x in here.world.connections.all()] == ["one"]


def test_add_wrong(here: Installation) -> None:
    """A wrong setting is wrong usage, a refused password is not; neither adds anything."""
    assert "due_days" in here.run(*ADD, "--set", "due_dayz=1", code=2, secrets=SECRETS).stderr
    here.run(*ADD, "--set", "due_days", code=2, secrets=SECRETS)
    wrong = {**SECRETS, "MINTSOFT_PASSWORD": "wrong"}
    assert "did not accept the login" in here.run(*ADD, code=1, secrets=wrong).stderr
    assert [x["name"] for x in here.json("connection", "list")] == ["one"]


def test_show(here: Installation) -> None:
    """State, settings with their meaning, mapping with what was assumed, and what is missing."""
    view = here.json("connection", "show", "one")
    assert view["settings"]["start_date"]["text"] == "any"
    entry = {"kind": "tax_rate", "source": "20", "target": "OUTPUT2", "assumed": True}
    assert {**entry, "problem": None} in view["mapping"]
    assert view["missing"] == []
    here.world.connections.keep_entries(here.world.connection, {})
    shown = here.run("connection", "show", "one").stdout
    assert "Order Statuses To Export Orders In" in shown
    assert "from the first export on" in shown
    assert "did you mean 'one'?" in here.run("connection", "show", "onr", code=2).stderr


def test_show_what_is_missing(here: Installation) -> None:
    """Before consent nothing is known of the organisation, and show says so."""
    here.needs_consent()
    view = here.json("connection", "show", "one")
    assert (view["state"], view["organisation"]) == ("needs_consent", None)
    assert "consent" in view["missing"][0]


def test_set(here: Installation) -> None:
    """All settings that are given are changed, or none."""
    changed = here.json("connection", "set", "one", "due_days=30", "start_date=2026-06-01")
    assert changed["settings"]["due_days"]["value"] == 30
    assert changed["settings"]["start_date"]["value"] == "2026-06-01"
    result = here.run("connection", "set", "one", "due_days=7", "due_dais=1", code=2)
    assert "did you mean 'due_days'?" in result.stderr
    assert here.world.connections.named("one").settings.due_days == 30
    here.run("connection", "set", "one", "due_days", code=2)
    here.run("connection", "set", "one", "due_days=1", "due_days=2", code=2)


def test_map(here: Installation) -> None:
    """A mapping that is possible is kept; an impossible one is wrong usage."""
    kept = here.json("connection", "map", "one", "sales_account", "channel:7", "200")
    words = {"name": "one", "kind": "sales_account", "source": "channel:7", "target": "200"}
    assert {key: kept[key] for key in words} == words
    here.run("connection", "map", "one", "sales_account", "channel:7", "999", code=2)
    result = here.run("connection", "map", "one", "sale_account", "default", "200", code=2)
    assert "did you mean 'sales_account'?" in result.stderr


def test_map_of_what_was_made_a_moment_ago(here: Installation) -> None:
    """An account that is not known yet is looked for in Xero before it is refused."""
    target = here.world.target
    new = replace(target.here.accounts[0], code="4711", name="Web sales")
    target.here = replace(target.here, accounts=(*target.here.accounts, new))
    here.run("connection", "map", "one", "sales_account", "default", "4711")
    assert here.world.connections.named("one").mapping.sales_account("", "") == "4711"


def test_pause_and_resume(here: Installation) -> None:
    """A paused connection says why it does not run, until it is resumed."""
    paused = here.json("connection", "pause", "one")
    assert paused["state"] == "paused"
    assert "stopped by a person" in paused["why"]
    assert "stopped by a person" in here.run("connection", "list").stdout
    assert here.json("connection", "resume", "one")["why"] is None


def test_connect(here: Installation) -> None:
    """The consent address is shown where a person must allow access, and only there."""
    assert "needs no consent" in here.run("connection", "connect", "one", code=1).stderr
    here.world.connect("three")
    with here.world.database.transaction() as transaction:
        transaction.exec_driver_sql("UPDATE mintsoft_xero_grant SET kind = 'consent'")
    told = here.json("connection", "connect", "three")
    assert told["consent_address"].startswith("https://login.example/")
