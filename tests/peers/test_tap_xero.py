"""tap-xero before the sandbox: what it copies is what is there.

It is licensed under the AGPL: it runs as a program and nothing of ours imports it.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from .conftest import Peer, PeerOf

#: Stream of the tap, and the key of its records, by endpoint of the API.
STREAMS = {
    "Accounts": ("accounts", "AccountID"),
    "BrandingThemes": ("branding_themes", "BrandingThemeID"),
    "Contacts": ("contacts", "ContactID"),
    "CreditNotes": ("credit_notes", "CreditNoteID"),
    "Currencies": ("currencies", "Code"),
    "Invoices": ("invoices", "InvoiceID"),
    "Items": ("items", "ItemID"),
    "Organisations": ("organisations", "OrganisationID"),
    "Payments": ("payments", "PaymentID"),
    "PurchaseOrders": ("purchase_orders", "PurchaseOrderID"),
    "Quotes": ("quotes", "QuoteID"),
    "TaxRates": ("tax_rates", "TaxType"),
    "TrackingCategories": ("tracking_categories", "TrackingCategoryID"),
    "Users": ("users", "UserID"),
}


@dataclass
class Api:
    """The sandbox's API by plain HTTP, as a custom connection."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def login(self) -> None:
        """Get a new token."""
        form = {"grant_type": "client_credentials"}
        answer = requests.post(
            f"{self.url}/connect/token", form, auth=("custom", "custom"), timeout=60
        )
        token = answer.json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The elements of the answer."""
        url = f"{self.url}/api.xro/2.0/{path}"
        answer = requests.request(method, url, json=body, headers=self.headers, timeout=60)
        answer.raise_for_status()
        return answer.json()[path.partition("?")[0]]

    def invoice(self, *numbers: str) -> list[str]:
        """Make invoices; returns their ids."""
        line = {
            "Description": "Cup",
            "Quantity": 1,
            "UnitAmount": 5,
            "AccountCode": "200",
            "TaxType": "OUTPUT2",
        }
        invoice = {
            "Type": "ACCREC",
            "Contact": {"Name": "Tap Ltd"},
            "Date": "2026-11-20",
            "DueDate": "2026-12-20",
            "Status": "AUTHORISED",
            "LineItems": [line],
        }
        body = {"Invoices": [invoice | {"InvoiceNumber": number} for number in numbers]}
        return [each["InvoiceID"] for each in self.call("PUT", "Invoices", body)]

    def keys(self, endpoint: str, key: str) -> list[str]:
        """The keys of all that there is."""
        paged = endpoint in {"Contacts", "CreditNotes", "Invoices", "Payments", "PurchaseOrders"}
        query = "?page=1&pageSize=1000" if paged else ""
        return sorted(each[key] for each in self.call("GET", endpoint + query))


@dataclass
class Tap:
    """The tap, with its configuration in files."""

    peer: Peer

    def configure(self, tenant: str) -> None:
        """Write the configuration, and the catalog with our streams selected."""
        config = {
            "start_date": "2000-01-01T00:00:00Z",
            "client_id": "sandbox",
            "client_secret": "sandbox",
            "tenant_id": tenant,
            "refresh_token": self.peer.tokens()["refresh_token"],
        }
        (self.peer.home / "config.json").write_text(json.dumps(config))
        catalog = json.loads(self.peer.run("tap-xero", "--config", "config.json", "--discover"))
        wanted = {stream for stream, _ in STREAMS.values()}
        for stream in catalog["streams"]:
            for each in stream["metadata"]:
                if not each["breadcrumb"]:
                    each["metadata"]["selected"] = stream["tap_stream_id"] in wanted
                else:
                    each["metadata"]["selected"] = True
        assert wanted <= {stream["tap_stream_id"] for stream in catalog["streams"]}
        (self.peer.home / "catalog.json").write_text(json.dumps(catalog))

    def sync(self, state: Any) -> tuple[dict[str, list[Any]], Any]:
        """Copy what changed since the state; returns the records by stream, and the new state."""
        (self.peer.home / "state.json").write_text(json.dumps(state))
        files = ["--config", "config.json", "--catalog", "catalog.json", "--state", "state.json"]
        records = defaultdict(list)
        for line in self.peer.run("tap-xero", *files).splitlines():
            said = json.loads(line)
            if said["type"] == "RECORD":
                records[said["stream"]].append(said["record"])
            elif said["type"] == "STATE":
                state = said["value"]
        return records, state


@pytest.fixture(scope="module")
def tap(peer_of: PeerOf) -> Tap:
    return Tap(peer_of("tap-xero"))


def test_everything_then_what_changed(tap: Tap) -> None:
    """The first sync copies each record once, over all pages; the next one what has changed."""
    api = Api(tap.peer.sandbox_url)
    api.login()
    api.invoice(*(f"TAP-{n}" for n in range(150)))
    now = datetime.fromisoformat(tap.peer.control("clock")["now"])
    tap.peer.control("clock", now=(now + timedelta(minutes=10)).isoformat())
    (last,) = api.invoice("TAP-LAST")

    (organisation,) = api.keys("Organisations", "OrganisationID")
    tap.configure(organisation)
    records, state = tap.sync({})
    for endpoint, (stream, key) in STREAMS.items():
        assert sorted(each[key] for each in records[stream]) == api.keys(endpoint, key), stream
    assert len(records["invoices"]) > 150
    (one,) = [each for each in records["invoices"] if each["InvoiceID"] == last]
    assert (one["Total"], one["Date"]) == (6, "2026-11-20T00:00:00.000000Z")

    tap.peer.control("clock", now=(now + timedelta(minutes=20)).isoformat())
    (newest,) = api.invoice("TAP-NEWEST")
    records, after = tap.sync(state)
    changed = {each["InvoiceID"] for each in records["invoices"]}
    assert newest in changed <= {newest, last}
    before, now_at = (x["bookmarks"]["invoices"]["UpdatedDateUTC"] for x in (state, after))
    assert before < now_at
