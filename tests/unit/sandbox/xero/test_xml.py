"""XML bodies and answers, which Xero knew before JSON (xero.md 2 and 3)."""

from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from .....plugin.sandbox.xero.protocol import reading
from .....plugin.sandbox.xero.protocol.envelope import RefusalError
from .conftest import API, Xero, an_invoice

INVOICES = """<?xml version="1.0" encoding="utf-8"?>
<Invoices>
  <Invoice>
    <Type>ACCREC</Type>
    <Contact><Name>Caf&#233; &amp; Co</Name></Contact>
    <Date>2026-11-20T00:00:00</Date><DueDate>2026-11-20T00:00:00</DueDate>
    <InvoiceNumber>X-1</InvoiceNumber><Status>AUTHORISED</Status>
    <LineAmountTypes>Exclusive</LineAmountTypes><SentToContact>true</SentToContact>
    <LineItems><LineItem>
      <Description>Thing</Description><Quantity>2.0000</Quantity><UnitAmount>10.00</UnitAmount>
      <AccountCode>200</AccountCode><DiscountRate/>
      <Tracking><TrackingCategory><Name>Channel</Name><Option>Shop</Option></TrackingCategory>
      </Tracking>
    </LineItem></LineItems>
  </Invoice>
</Invoices>"""


def sent(xero: Xero, method: str, path: str, body: Any, kind: str = "application/xml") -> Any:
    headers = xero.headers | {"Content-Type": kind}
    return xero.http.open(f"{API}/{path}", method=method, data=body, headers=headers)


def test_xml_body_is_as_good_as_json(xero: Xero) -> None:
    """A list in XML, as pyxero sends it, makes the invoice that its JSON would make."""
    answer = sent(xero, "PUT", "Invoices", INVOICES)
    assert answer.status_code == 200, answer.text
    (invoice,) = answer.json["Invoices"]
    assert (invoice["InvoiceNumber"], invoice["Total"]) == ("X-1", 24)
    assert invoice["Contact"]["Name"] == "Café & Co"
    (line,) = invoice["LineItems"]
    assert line["Tracking"][0]["Option"] == "Shop"


def test_form_and_single_element(xero: Xero) -> None:
    """A form's `xml`, as xeroizer sends it, and a single element without its list are taken."""
    single = INVOICES.partition("<Invoices>")[2].partition("</Invoices>")[0].strip()
    body = urlencode({"xml": single.replace("X-1", "X-2")})
    answer = sent(xero, "PUT", "Invoices", body, "application/x-www-form-urlencoded")
    assert answer.json["Invoices"][0]["InvoiceNumber"] == "X-2"
    path = f"Invoices/{answer.json['Invoices'][0]['InvoiceID']}/History"
    note = "<HistoryRecord><Details>From Mintsoft</Details></HistoryRecord>"
    assert sent(xero, "PUT", path, note).json["HistoryRecords"][0]["Details"] == "From Mintsoft"


@pytest.mark.parametrize(
    "body",
    [
        "<Invoices><Invoice>",
        "<Invoices/><Invoices/>",
        '<!DOCTYPE a [<!ENTITY b "c">]><Invoice><Type>&b;</Type></Invoice>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><Invoice/>',
        "<a>" * 100_000,
        '<?xml version="1.0" encoding="no-such"?><Invoice/>',
        b"<Invoice>\xff\xfe</Invoice>",
        "<Invoice>&nbsp;</Invoice>",
        "<Invoices><Invoice>text</Invoice></Invoices>",
        "<Invoice><Contact>text</Contact></Invoice>",
        "<Invoice><LineItems><LineItem>text</LineItem></LineItems></Invoice>",
    ],
)
def test_damaged_or_hostile_xml_is_refused(xero: Xero, body: Any) -> None:
    """Broken XML, any DOCTYPE, endless depth and wrong shapes are a 400 with error 14."""
    answer = sent(xero, "PUT", "Invoices", body)
    assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 14)


def test_nothing_is_built_from_a_doctype() -> None:
    """The parser stops at a DOCTYPE, before an entity could unfold."""
    with pytest.raises(RefusalError):
        reading.XmlBody.of(b"<!DOCTYPE a><a/>", "text/xml")


def test_answers_are_xml_unless_json_is_asked_for(xero: Xero) -> None:
    """Without JSON in Accept the envelope is a <Response>; dates are readable, amounts exact."""
    xero.put(an_invoice(InvoiceNumber="A", Contact={"Name": "Tom & Co"}))
    for accept in ("", "*/*", "application/xml"):
        answer = xero.call("GET", "Invoices/A", Accept=accept)
        assert answer.mimetype == "text/xml"
        root = ET.fromstring(answer.data)
        assert (root.tag, root.findtext("Status")) == ("Response", "OK")
        assert root.findtext("Id") == answer.headers["Xero-Correlation-Id"]
        assert root.findtext("Invoices/Invoice/Date") == "2026-11-20T00:00:00"
        assert root.findtext("Invoices/Invoice/Total") == "12.00"
        assert root.findtext("Invoices/Invoice/LineItems/LineItem/AccountCode") == "200"


def test_errors_in_xml(xero: Xero) -> None:
    """A refusal is an <ApiException> whose elements carry their sentences; 501 likewise."""
    refused = xero.call("PUT", "Invoices", an_invoice(Status="PAID"), Accept="")
    assert (refused.status_code, refused.mimetype) == (400, "text/xml")
    root = ET.fromstring(refused.data)
    assert (root.tag, root.findtext("ErrorNumber")) == ("ApiException", "10")
    element = root.find("Elements/DataContractBase")
    assert element is not None
    assert list(element.attrib.values()) == ["Invoice"]
    assert element.findtext("ValidationErrors/ValidationError/Message")
    missing = ET.fromstring(xero.call("DELETE", "Users", Accept="").data)
    assert missing.findtext("Type") == "ApiMethodNotImplementedException"
