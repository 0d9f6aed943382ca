"""Health: both simulators asked, and each thing that is missing said with its fix."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from .....plugin.services.connections.access import consent_address
from .....plugin.services.connections.access import health as check_health
from .....plugin.services.container import join
from ...cli.installation import check
from .consenting import Person

EVERYTHING = {
    "Mintsoft": {"login", "user", "statuses"},
    "Xero": {
        *("access", "scopes", "actions", "organisation", "lock_dates"),
        *("currencies", "accounts", "tax_rates", "limits"),
    },
}


def test_all_is_well(person: Person) -> None:
    """What is allowed is said point by point, and nothing is missing."""
    person.connected()
    told = health(person, code=0)
    assert told["ok"]
    for side, names in EVERYTHING.items():
        assert names <= {x["name"] for x in told["points"] if x["side"] == side}
    assert "Sandbox Trading Ltd" in person.walk.run("connection", "health", "shop").stdout


def organisation(person: Person, **document: Any) -> None:
    """Change the organisation."""
    person.walk.tell(f"{person.walk.xero_url}/_sandbox/organisation", document)


def account(person: Person, code: str, **changes: str) -> None:
    """Change an account."""
    told = {"account": code, "set": changes}
    person.walk.tell(f"{person.walk.xero_url}/_sandbox/edit", told)


def another_password(person: Person) -> None:
    """As if the password had been changed in Mintsoft."""
    for name in _secrets(person):
        if name.startswith("mintsoft:") and name.endswith(":password"):
            person.walk.plugin.vault.keep(name, "of yesterday")
        elif name.startswith("mintsoft:"):
            person.walk.plugin.vault.forget(name)


def _secrets(person: Person) -> list[str]:
    with person.walk.plugin.database.transaction() as transaction:
        rows = transaction.exec_driver_sql("SELECT name FROM mintsoft_xero_secret").all()
    return [str(name) for (name,) in rows]


def down(person: Person) -> None:
    """Mintsoft does not answer."""
    faults = {"faults": [{"kind": "unavailable", "times": None}]}
    person.walk.tell(f"{person.walk.mintsoft_url}/_sandbox/faults", faults)


def revoked(person: Person) -> None:
    """A person ends the access in Xero."""
    faults = {"faults": [{"kind": "revoke_tenant", "path": "/Organisation", "times": 1}]}
    person.walk.tell(f"{person.walk.xero_url}/_sandbox/faults", faults)


MISSING: dict[str, tuple[Callable[[Person], object], str, str, str]] = {
    "password": (another_password, "Mintsoft", "access", "secret"),
    "mintsoft down": (down, "Mintsoft", "reached", "by itself"),
    "status": (
        lambda x: x.walk.plugin.connections.keep_settings(
            x.named(), changed(x, export_statuses=("GONE",))
        ),
        *("Mintsoft", "statuses", "connection set shop export_statuses"),
    ),
    "revoked": (revoked, "Xero", "access", "connection connect shop"),
    "approval": (
        lambda x: organisation(x, RefusedActions=["CreateApprovedInvoice"]),
        *("Xero", "actions", "invoice_status"),
    ),
    "account": (
        lambda x: account(x, "200", Status="ARCHIVED"),
        *("mapping", "sales_account", "connection map shop sales_account"),
    ),
    "paused": (
        lambda x: x.walk.run("connection", "pause", "shop"),
        *("connection", "state", "connection resume shop"),
    ),
    "disconnected": (
        lambda x: x.walk.run("connection", "disconnect", "shop"),
        *("connection", "state", "connection connect shop"),
    ),
}


def changed(person: Person, **values: Any) -> Any:
    """Settings with what no command would take: the account has changed since."""
    return replace(person.named().settings, **values)


@pytest.mark.parametrize("missing", MISSING)
def test_each_missing_thing_has_its_fix(person: Person, missing: str) -> None:
    """Whatever is missing exits with 1, is a point of its side, and names the way out."""
    change, side, name, fix = MISSING[missing]
    person.connected()
    change(person)
    told = health(person, code=1)
    found = {(x["side"], x["name"]): x for x in told["points"] if x["state"] == "missing"}
    assert (side, name) in found, found
    point = found[side, name]
    assert fix in point["fix"], point
    assert all(x["fix"] and x["sentence"] for x in found.values())
    assert point["fix"] in person.walk.run("connection", "health", "shop", code=1).stdout


def test_scopes_that_are_not_granted(person: Person) -> None:
    """Scopes that the consent lacks are named, also where nobody has asked for them."""
    narrow = "offline_access accounting.settings.read accounting.contacts"
    settings = {**person.walk.settings, "MINTSOFT_XERO_XERO_SCOPES": narrow}
    address = person.add("shop")
    plugin = join(settings)
    address = consent_address(plugin, person.named())
    person.allow(address, person.organisations()[0])
    asked_for_little = check_health(plugin, person.named())
    plugin.database.close()
    (told,) = [x for x in asked_for_little if x.name == "scopes"]
    (point,) = [x for x in health(person, code=1)["points"] if x["name"] == "scopes"]
    assert told.sentence == point["sentence"]
    assert "accounting.invoices" in point["sentence"]
    assert "connection connect shop" in point["fix"]


def test_before_consent(person: Person) -> None:
    """Before anybody allowed access, that is what is missing in Xero."""
    person.add("shop")
    points = health(person, code=1)["points"]
    assert [x["name"] for x in points if x["side"] == "Xero"] == ["access"]
    assert "connection connect shop" in points[-1]["fix"]


def test_few_calls_left(person: Person) -> None:
    """A day that is nearly used up is worth knowing, and nothing is missing for it."""
    person.connected()
    person.walk.tell(f"{person.walk.xero_url}/_sandbox/limits", {"day": 60})
    (point,) = [x for x in health(person, code=0)["points"] if x["name"] == "limits"]
    assert point["state"] == "note"
    assert "Wait" in point["fix"]


def health(person: Person, code: int) -> Any:
    """Ask for the health of the one connection; held against its schema."""
    told = person.walk.json("connection", "health", "shop", code=code)
    check("connection-health", told)
    return told
