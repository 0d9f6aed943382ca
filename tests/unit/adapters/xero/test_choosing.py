"""Lists to choose from when mapping, against the sandbox and beside the fake."""

import json
import uuid
from dataclasses import replace

import pytest

from .....adapters.xero.target import XeroTarget
from .....plugin.domain.exports.outcome import OutcomeKind
from .....plugin.ports.choices import TargetLists
from .....plugin.ports.target import Numbered
from .....plugin.testing.choices import ListingTarget
from .....plugin.testing.contracts.choices import Both, TargetListsContract
from .....plugin.testing.contracts.target import a_number, an_invoice, contact_of
from .....plugin.testing.infrastructure import FakeClock
from .sandbox import Sandbox


class TestXeroTarget(TargetListsContract):
    """The adapter keeps every promise of the port."""

    @pytest.fixture
    def target(self, sandbox: Sandbox) -> Both:
        return sandbox.target()


class TestListingTarget(TargetListsContract):
    """The fake keeps them too."""

    @pytest.fixture
    def target(self, clock: FakeClock) -> Both:
        return ListingTarget(clock)


def export(target: XeroTarget, contact_id: str, reference: str = "shop 17") -> str:
    """Send one invoice for a contact; return the contact that it came to."""
    number, organisation = a_number(), target.organisation()
    invoice = replace(an_invoice(organisation), contact_id=contact_id, reference=reference)
    body = target.prepare([Numbered(number=number, contact_id=contact_id, invoice=invoice)])
    outcome = target.send(body, uuid.uuid4().hex, [number])[number]
    assert outcome.kind is OutcomeKind.EXPORTED, outcome.message
    return target.find([number])[number].contact_id


def test_rename_does_not_break_a_mapping(sandbox: Sandbox) -> None:
    """A contact mapped by its id gets invoices after a rename, and is shown by its new name."""
    target, name = sandbox.target(), f"Acme {uuid.uuid4().hex[:8]}"
    contact_id = contact_of(target, name)
    assert export(target, contact_id) == contact_id
    sandbox.control("edit", contact=contact_id, set={"Name": f"{name} Holdings"})
    assert export(target, contact_id) == contact_id
    (known,) = target.contacts_with([contact_id])
    assert (known.name, known.active) == (f"{name} Holdings", True)
    assert target.find_contacts(name, most=5) == [known]


def test_archived_contact_is_shown_and_not_offered(sandbox: Sandbox) -> None:
    """A contact that was archived since can't be chosen, but is known by its id."""
    target, name = sandbox.target(), f"Gone {uuid.uuid4().hex[:8]}"
    contact_id = contact_of(target, name)
    sandbox.control("edit", contact=contact_id, set={"ContactStatus": "ARCHIVED"})
    (known,) = target.contacts_with([contact_id])
    assert not known.active
    assert target.find_contacts(name, most=5) == []


def test_past_lines_are_not_our_own(sandbox: Sandbox) -> None:
    """Lines of others' living invoices are read; ours would repeat the mapping."""
    target = sandbox.target()
    contact_id = contact_of(target, f"Past {uuid.uuid4().hex[:8]}")
    export(target, contact_id, reference="A person's own")
    export(target, contact_id, reference="17 (Mintsoft 17)")
    (line,) = [x for x in target.past_lines() if x.contact_id == contact_id]
    assert line.description == "Ein Stück, 一个"
    account = target.organisation().account(line.account_code)
    assert account is not None
    assert (account.account_class, account.tax_type) == ("REVENUE", line.tax_type)


def test_snapshot_has_tracking_and_themes(sandbox: Sandbox) -> None:
    """The organisation is read with its active tracking categories and its themes."""
    client, name = sandbox.client(), f"T{uuid.uuid4().hex[:8]}"
    assert isinstance(sandbox.target(), TargetLists)
    created = client.put("TrackingCategories", {}, json.dumps({"Name": name}).encode(), name)
    (category,) = created.body["TrackingCategories"]
    options = f"TrackingCategories/{category['TrackingCategoryID']}/Options"
    client.put(options, {}, json.dumps({"Name": "North"}).encode(), f"{name}-1")
    organisation = sandbox.target().organisation()
    found = {x.name: x.options for x in organisation.tracking or ()}
    assert found[name] == ("North",)
    assert all(theme.theme_id and theme.name for theme in organisation.branding_themes or ())
    assert organisation.branding_themes is not None
