"""The guide's sentences on why orders fail to export, and on what to do then."""

from decimal import Decimal

import pytest

from .walk import Walk, words_of

pytestmark = pytest.mark.integration


def test_import_and_export_sales_orders_exports(walk: Walk) -> None:
    """Sales orders of all channels go to Xero as invoices, with their totals to the penny."""
    walk.add()
    report = walk.export()
    invoices = {x["number"]: Decimal(x["total"]) for x in walk.invoices()}
    for row in walk.day.orders:
        expected = walk.day.expected[str(row["ID"])]
        if expected.state == "exported":
            found = walk.row(row["ID"])
            assert invoices[found["invoice_number"]] == Decimal(str(row["TotalOrderGross"]))
    assert report["counts"]["exported"] > 10


def test_understanding_common_causes_of_export_failures(walk: Walk) -> None:
    """Each order that is not in Xero says why, and what is to be done."""
    walk.add()
    walk.export()
    for row in walk.day.orders:
        found = walk.row(row["ID"])
        assert found["state"] == walk.day.expected[str(row["ID"])].state
        if found["state"] != "exported":
            assert found["message"], found
    causes = walk.json("errors", "shop")
    assert causes
    assert all(x["code"] and x["fix"] and x["why"] and x["where"] for x in causes)


def test_xero_system_errors_can_prevent_exports(walk: Walk) -> None:
    """An outage of Xero delays orders and fails none: they go when Xero is back, once each."""
    walk.add()
    fault = {"kind": "error500_after", "path": "Invoices", "method": "PUT", "times": 1}
    walk.tell(f"{walk.xero_url}/_sandbox/faults", {"faults": [fault]})
    walk.export()
    (counted,) = walk.ask(f"{walk.xero_url}/_sandbox/faults")["faults"]
    assert counted["fired"] == 1
    # The batch whose answer was lost is looked up before anything is sent again.
    counts = walk.json("export", "shop", "--inline", "--wait", "60")["counts"]
    assert not any(counts[state] for state in ("later", "unknown", "claimed", "ready"))
    assert counts["exported"] > 10
    numbers = [x["number"].lower() for x in walk.invoices()]
    assert len(numbers) == len(set(numbers))


def test_multiple_users_edit_an_order_simultaneously(walk: Walk) -> None:
    """An order that somebody is editing waits until he is done; then it goes as it is then."""
    walk.add()
    walk.run("connection", "set", "shop", "quiet_seconds=3600")
    order = walk.orders("despatched")[0]
    walk.edit(order["ID"], Comments="somebody is at it")
    walk.export()
    waits = walk.row(order["ID"])
    assert (waits["state"], walk.in_xero(order["OrderNumber"])) == ("waiting", [])
    assert "changed a moment ago" in waits["message"]
    walk.run("connection", "set", "shop", "quiet_seconds=0")
    walk.export()
    assert len(walk.in_xero(order["OrderNumber"])) == 1


def test_a_discount_exceeds_the_order_total(walk: Walk) -> None:
    """It is refused unsent in the words that people know, with the figures and the fix."""
    walk.add()
    walk.export()
    words = []
    for case in ("discount_above_line", "discount_above_order"):
        row = walk.row(walk.orders(case)[0]["ID"])
        assert (row["state"], walk.in_xero(row["number"])) == ("refused", [])
        words.append(words_of(walk.run("explain", "shop", row["number"]).stdout))
    known = "the line total -14.00 does not match the expected line total 0.00"
    assert all(known in text for text in words), words


def test_an_order_that_already_exists_in_xero(walk: Walk) -> None:
    """Another export attempt sends nothing, and says "already exported to Xero"."""
    walk.add()
    walk.export()
    order = walk.orders("despatched")[0]
    before = len(walk.invoices())
    again = walk.run("export", "shop", "--inline", "--only", order["OrderNumber"])
    assert "already exported to Xero" in again.stdout + again.stderr
    typed = walk.row(walk.orders("already_in_xero")[0]["ID"])
    assert (typed["state"], typed["code"]) == ("refused", "MX-203")
    assert len(walk.invoices()) == before


def test_navigate_to_the_error_logs_and_identify_failed_exports(walk: Walk) -> None:
    """One command lists what failed by cause, with the orders and the money that waits."""
    walk.add()
    walk.export()
    refused = {str(x["ID"]) for x in walk.day.orders} & {
        key for key, expected in walk.day.expected.items() if expected.state == "refused"
    }
    causes = [x for x in walk.json("errors", "shop") if x["state"] == "refused"]
    assert sum(x["documents"] for x in causes) == len(refused)
    assert all(x["waiting"] for x in causes)


def test_clear_the_errors(walk: Walk) -> None:
    """A cleared order is no error any more, and rests."""
    walk.add()
    walk.export()
    row = walk.row(walk.orders("unsubscribed_currency")[0]["ID"])
    walk.run("clear", "shop", row["number"])
    walk.export()
    assert walk.row(row["source_id"])["state"] == "cleared"


def test_retry_the_exports(walk: Walk) -> None:
    """Once the cause is gone, one command retries all that waited for it."""
    walk.add()
    walk.export()
    (cause,) = [x for x in walk.json("errors", "shop") if x["code"] == "MX-206"]
    walk.add_currency("SEK")
    walk.run("retry", "shop", "--cause", cause["cause"])
    walk.export()
    row = walk.row(walk.orders("unsubscribed_currency")[0]["ID"])
    assert row["state"] == "exported"


def test_adjust_discounts_and_reexport_after_correcting(walk: Walk) -> None:
    """An order whose discount was lowered in Mintsoft goes with the next export, unasked."""
    walk.add()
    walk.export()
    order = walk.orders("discount_above_order")[0]
    assert walk.row(order["ID"])["state"] == "refused"
    net, tax = (Decimal(str(order[f"Discount{x}"])) for x in ("TotalExVat", "TotalVat"))
    changes = {
        "DiscountTotalExVat": 0,
        "DiscountTotalVat": 0,
        "DiscountNet": 0,
        "DiscountTax": 0,
        "TotalOrderNet": float(Decimal(str(order["TotalOrderNet"])) + net),
        "TotalOrderTax": float(Decimal(str(order["TotalOrderTax"])) + tax),
        "TotalOrderGross": float(Decimal(str(order["TotalOrderGross"])) + net + tax),
    }
    walk.edit(order["ID"], **{k: v for k, v in changes.items() if k in order})
    walk.export()
    found = walk.row(order["ID"])
    assert found["state"] == "exported", found
    (invoice,) = walk.in_xero(order["OrderNumber"])
    assert float(invoice["total"]) == changes["TotalOrderGross"]


def test_verify_in_both_mintsoft_and_xero(walk: Walk) -> None:
    """Either side says that an order was exported: a tag and a comment there, the number here."""
    walk.add()
    walk.export()
    order = walk.orders("despatched")[0]
    there = walk.order(order["ID"])
    assert "xero" in (there["Tags"] or "").lower()
    (invoice,) = walk.in_xero(order["OrderNumber"])
    assert invoice["reference"].endswith(f"(Mintsoft {order['ID']})")


def test_avoid_reexporting_previously_exported_orders(walk: Walk) -> None:
    """A second export sends nothing."""
    walk.add()
    walk.export()
    before = len(walk.invoices())
    walk.export()
    assert len(walk.invoices()) == before


def test_invoice_failed_no_courier_price_is_exported_once_it_is_in_the_list(walk: Walk) -> None:
    """Despatched and Invoiced are the default; the backtest says what adding the status does."""
    walk.add()
    shown = walk.json("connection", "show", "shop")["settings"]
    assert shown["export_statuses"]["value"] == ["DESPATCHED", "INVOICED"]
    walk.export()
    failed = walk.orders("invoice_failed")
    assert {walk.row(x["ID"])["state"] for x in failed} == {"waiting"}
    statuses = "export_statuses=DESPATCHED,INVOICED,InvoiceFailedNoCourierPrice"
    walk.run("connection", "set", "shop", statuses)
    walk.export()
    assert {walk.row(x["ID"])["state"] for x in failed} == {"exported"}


def test_a_small_xero_logo_in_the_tags_column(walk: Walk) -> None:
    """The overview of orders marks those that are in Xero."""
    walk.add()
    walk.export()
    order = walk.orders("despatched")[0]
    page = words_of(walk.page(f"/?number={order['OrderNumber']}"))
    assert '<span class="mark" aria-hidden="true">X</span>in Xero' in page
    waiting = walk.orders("in_progress")[0]
    page = words_of(walk.page(f"/?number={waiting['OrderNumber']}"))
    assert waiting["OrderNumber"] in page
    assert 'class="mark"' not in page


def test_validate_order_data_before_exporting(walk: Walk) -> None:
    """A dry run decides, builds and checks everything, and sends nothing."""
    walk.add()
    before = len(walk.invoices())
    report = walk.export("shop", "--dry-run")
    assert report["counts"]["refused"] > 0
    assert report["counts"]["ready"] > 10
    assert len(walk.invoices()) == before
