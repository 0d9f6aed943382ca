"""The pages for people show what there is, as plain escaped text."""

import pytest
from flask.testing import FlaskClient

EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("/", "120 orders"),
        ("/order/9001", "Total GBP"),
        ("/asns", "PO-0102"),
        ("/asn/6114", "Example Potteries"),
        ("/products", "MUG-BLU"),
        ("/invoices", "Acme Homeware Ltd"),
        ("/invoice/301", "PickingCost"),
    ],
)
def test_pages_show_what_there_is(client: FlaskClient, address: str, text: str) -> None:
    """Each page answers without a key, forbids scripts, and has its facts."""
    client.environ_base.pop("HTTP_MS_APIKEY")
    answer = client.get(address)
    assert answer.status_code == 200
    assert text in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_order_as_a_person_sees_it(client: FlaskClient) -> None:
    """Rows, tags, comments and former statuses are on its page, escaped."""
    changes = {"OrderNumber": EVIL, "FirstName": EVIL, "OrderStatusId": 4}
    client.post("/_sandbox/edit", json={"id": 9001, "set": changes})
    client.put("/api/Order/9001/Tag", query_string={"Tag": EVIL})
    client.post("/api/Order/9001/Comments", json={"Comment": f"Invoice {EVIL}"})
    page = client.get("/order/9001").text
    assert page.count("&lt;script&gt;") >= 4
    assert "<script" not in page
    assert "DESPATCHED, now" in page


@pytest.mark.parametrize("address", ["/order/1", "/order/x", "/asn/1", "/invoice/1"])
def test_what_is_not_there(client: FlaskClient, address: str) -> None:
    """A page of something unknown says so."""
    answer = client.get(address)
    assert (answer.status_code, "There is no such" in answer.text) == (404, True)
