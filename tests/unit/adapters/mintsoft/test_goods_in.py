from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.goods_in.asns import read_asn
from .....adapters.mintsoft.goods_in.goods_in import MintsoftGoodsIn
from .....plugin.domain.warehouse.goods_in import Asn
from .....plugin.errors import NeedsPerson, Unknown
from .....plugin.ports.source import Unreadable
from .raw import LONDON, PERSONAL, utc
from .samples import NEW_ASN, raw_asn
from .server import Scripted, answered, dropped

ASKED_AT = utc(2026, 6, 8, 12)
LOOKED_FOR: dict[str, Any] = {"number": "PO-1", "asked_at": ASKED_AT}


def goods_in(client: MintsoftClient, client_id: str = "") -> MintsoftGoodsIn:
    return MintsoftGoodsIn(client, zone="Europe/London", client_id=client_id)


def serving_asns(server: Scripted, *rows: dict[str, Any]) -> list[dict[str, str]]:
    """Let the list answer with these on its first page; the parameters of each call."""
    asked: list[dict[str, str]] = []

    def answer(request: Request) -> Response:
        if request.path != "/api/ASN/List":
            by_id = {f"/api/ASN/{row['ID']}": row for row in rows}
            found = by_id.get(request.path)
            return Response(status=404) if found is None else answered({**raw_asn(), **found})
        asked.append(request.args.to_dict())
        return answered(list(rows) if request.args["PageNo"] == "1" else [])

    server.answer = answer
    return asked


def test_an_asn_in_our_words() -> None:
    """Quantity counts packages, dates are days, and what may be null may be null."""
    found = read_asn(raw_asn(), LONDON)
    assert isinstance(found, Asn)
    assert (found.asn_id, found.client_id, found.po_reference) == ("6114", "3", "PO-1")
    assert (found.supplier, found.status, found.packages) == ("", "AWAITINGDELIVERY", 1)
    assert found.expected_on == date(2026, 10, 1)
    assert found.changed_at == utc(2026, 6, 8, 11, 13, 13, 706135)
    first, second = found.lines
    assert (first.sku, first.expected, first.received, first.booked) == ("WID-1", 20, 3, 0)
    assert (second.sku, second.source_line_id) == ("", "")
    assert found.marks == {"xero:po1:1"}
    assert not found.untouched


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"LastUpdated": PERSONAL}, "LastUpdated is not a date and time."),
        ({"Items": [{"ID": None}]}, "Items[0].ID is missing."),
        ({"Quantity": PERSONAL}, "Quantity is not a whole number."),
    ],
)
def test_an_unreadable_asn_names_the_field(changes: Any, sentence: str) -> None:
    """What can't be read is said by field and problem, without the value."""
    found = read_asn(raw_asn(**changes), LONDON)
    assert isinstance(found, Unreadable)
    assert found.error.message == f"The ASN can't be read: {sentence}"
    assert (found.source_id, found.number) == ("6114", "PO-1")


def test_a_status_without_a_name_has_its_usual_one() -> None:
    """Names come with the row, else from the table, Mintsoft's own spelling included."""
    for status, name in ((2, "AWAITNGAPPROVAL"), (99, "STATUS-99")):
        found = read_asn(raw_asn(ASNStatusId=status, ASNStatus=None), LONDON)
        assert isinstance(found, Asn)
        assert found.status == name


def test_changed_asns_come_with_their_lines(server: Scripted, client: MintsoftClient) -> None:
    """Lines are asked for by the right name, and fetched where a list leaves them out."""
    asked = serving_asns(server, {**raw_asn(), "Items": None}, raw_asn(ID=2, ClientId=8))
    server_row = raw_asn(ID=6114)
    answer = server.answer
    server.answer = lambda r: answered(server_row) if r.path == "/api/ASN/6114" else answer(r)
    (page,) = goods_in(client, "3").changed_since(ASKED_AT)
    (found,) = page
    assert isinstance(found, Asn)
    assert len(found.lines) == 2
    assert asked[0]["IncludeASNItems"] == "true"
    assert asked[0]["SinceLastUpdated"] == "2026-06-08T13:00:00"
    assert asked[0]["ClientId"] == "3"


def test_a_new_asn_is_sent_whole(server: Scripted, client: MintsoftClient) -> None:
    """Everything that the help page wants is there, each line with its mark; the id comes back."""
    server.answer = lambda _: answered({"ID": 6200, "Success": True})
    assert goods_in(client).make(NEW_ASN) == "6200"
    (body,) = server.bodies
    assert (body["POReference"], body["Quantity"], body["GoodsInType"]) == ("PO-1", 2, "Pallet")
    assert body["EstimatedDelivery"] == "2026-10-01T00:00:00"
    assert body["Items"][0] == {"SKU": "WID-1", "Quantity": 100, "SourceLineId": "xero:po1:1"}


@pytest.mark.parametrize("answer", [{"Success": True}, {"Success": True, "ID": 0}])
def test_an_asn_without_an_id_is_unknown(
    server: Scripted, client: MintsoftClient, answer: Any
) -> None:
    """Made without an id is for the look-up."""
    server.answer = lambda _: answered(answer)
    with pytest.raises(Unknown):
        goods_in(client).make(NEW_ASN)


def test_a_lost_asn_is_found_by_its_lines(server: Scripted, client: MintsoftClient) -> None:
    """After a lost answer the ASN is found by its marks; of several, the oldest is it."""
    store = goods_in(client, "3")
    server.answer = dropped
    with pytest.raises(Unknown, match="the ASN may have been written"):
        store.make(NEW_ASN)
    other = raw_asn()["Items"][1]
    asked = serving_asns(
        server,
        raw_asn(ID=1, Items=[{**other, "SourceLineId": "xero:po9:1"}]),
        raw_asn(ID=2, ASNStatusId=14, ASNStatus={"Name": "CANCELLED"}),
        raw_asn(ID=3, ClientId=8),
    )
    assert store.find("xero:po1:", **LOOKED_FOR) is None
    assert asked[0]["SinceLastUpdated"] == "2026-06-08T10:00:00"
    serving_asns(server, raw_asn(ID=5), raw_asn(ID=4), raw_asn(ID=6))
    found = store.find("xero:po1:", **LOOKED_FOR)
    assert found is not None
    assert found.asn_id == "4", "the oldest"


def test_an_unreadable_asn_is_not_no_asn(server: Scripted, client: MintsoftClient) -> None:
    """One of the same number that can't be read may be it, so nothing is made again."""
    serving_asns(server, raw_asn(LastUpdated=None))
    with pytest.raises(NeedsPerson) as raised:
        goods_in(client).find("xero:po1:", **LOOKED_FOR)
    assert raised.value.code == "MX-501"


def test_an_asn_is_changed_by_its_id(server: Scripted, client: MintsoftClient) -> None:
    """An update says the whole ASN; one that is gone is said to be."""
    server.answer = lambda _: answered({"Success": True})
    goods_in(client).change("6114", replace(NEW_ASN, supplier="New"))
    assert server.calls[-1] == "POST /api/ASN/6114"
    assert server.bodies[0]["Supplier"] == "New"
    server.answer = lambda _: Response(status=404)
    with pytest.raises(NeedsPerson, match="The ASN is gone from Mintsoft") as gone:
        goods_in(client).change("6114", NEW_ASN)
    assert gone.value.code == "MX-503"
    assert goods_in(client).asn("6114") is None


def test_a_refusal_does_not_tell_who_the_supplier_is(
    server: Scripted, client: MintsoftClient
) -> None:
    """A supplier may be a person, whose name is in no message."""
    server.answer = lambda _: answered({"Success": False, "Message": "Jane Doe is no supplier"})
    with pytest.raises(NeedsPerson) as refused:
        goods_in(client).make(replace(NEW_ASN, supplier="Jane Doe"))
    assert refused.value.code == "MX-502"
    assert "Jane" not in f"{refused.value.message} {refused.value.detail}"
