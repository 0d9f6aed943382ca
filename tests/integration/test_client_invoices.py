"""Client invoices between both simulators: judged from the documents that are in Xero."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ...plugin.domain.client_invoices.client_invoice import CostCentre
from ..guide.walk import Walk, walking

pytestmark = pytest.mark.integration


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """Yield a fulfilment house whose clients have their contacts, and whose centres are mapped."""
    with walking(tmp_path / "home") as found:
        found.add("house", "--mode", "fulfilment")
        for centre in CostCentre:
            tax = "ZERORATEDOUTPUT" if centre is CostCentre.POSTAGE_VAT_FREE else "OUTPUT2"
            words = ("connection", "map", "house", "cost_centre", centre.value, f"200/{tax}")
            found.run(*words)
        yield found


def expected(invoice: Any) -> Decimal:
    """What an invoice comes to, computed from Mintsoft's own figures alone."""
    total = Decimal(0)
    for name, value in invoice.items():
        if name.endswith("Cost") or name == "AdminFee":
            rate = Decimal(0) if name == "VatFreePostageCost" else Decimal("0.2")
            amount = Decimal(str(value or 0))
            total += amount + (amount * rate).quantize(Decimal("0.01"))
    return total


@pytest.mark.parametrize("fault", ["", "error500_after", "truncate"])
def test_each_invoice_is_in_xero_once(walk: Walk, fault: str) -> None:
    """Confirmed invoices of all clients go out once each, to the penny, whatever answer is lost."""
    clients = {str(x["ID"]): x["Name"] for x in walk.mintsoft("/api/Client")}
    confirmed = {str(x["ID"]): x for x in walk.mintsoft("/api/Accounting/Invoice/All")}
    assert confirmed
    report = walk.export("house", "--dry-run")
    assert report["counts"]["refused"] == len(confirmed), "no contact has a client's name"
    walk.add_contacts(sorted(set(clients.values())))
    walk.run("retry", "house", "--all")
    if fault:
        faults = [{"kind": fault, "path": "/Invoices$", "method": "PUT", "times": 1}]
        walk.tell(f"{walk.xero_url}/_sandbox/faults", {"faults": faults})
    for _ in range(3):
        report = walk.json("export", "house", "--inline", "--wait", "20")
        if report["counts"]["exported"] == len(confirmed):
            break
    assert report["counts"]["exported"] == len(confirmed)
    walk.export("house")
    marks = Counter(
        x["reference"].rpartition("(Mintsoft invoice ")[2].rstrip(")")
        for x in walk.invoices()
        if "(Mintsoft invoice " in x["reference"]
    )
    assert marks == dict.fromkeys(confirmed, 1)
    totals = {x["number"]: Decimal(x["total"]) for x in walk.invoices()}
    rows = walk.json("client-invoices", "list", "house")
    for row in rows:
        assert totals[row["invoice_number"]] == expected(confirmed[row["source_id"]])
        assert row["link"]
    shown = walk.json("client-invoices", "show", "house", rows[0]["source_id"])
    assert all(x["difference"] in {None, "0.00", "0"} for x in shown["breakdown"])
