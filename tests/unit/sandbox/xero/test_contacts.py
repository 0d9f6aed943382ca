"""What the sandbox does with contacts and their groups (xero.md 7)."""

from typing import Any

import pytest

from .conftest import Xero, a_line, an_invoice

NO_ID = "00000000-0000-0000-0000-000000000000"
TAKEN = (
    "The contact name Amazon is already assigned to another contact."
    " The contact name must be unique across all active contacts."
)


def _one(answer: Any) -> Any:
    """The only contact of an answer that went well."""
    assert answer.status_code == 200, answer.text
    (contact,) = answer.json["Contacts"]
    return contact


def _refused(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 10)
    (element,) = answer.json["Elements"]
    assert element["HasValidationErrors"]
    return [error["Message"] for error in element["ValidationErrors"]]


def _named(xero: Xero, where: str, **query: str) -> list[str]:
    query = {"where": where} | query if where else query
    answer = xero.http.get("/api.xro/2.0/Contacts", query_string=query, headers=xero.headers)
    assert answer.status_code == 200, answer.text
    return [contact["Name"] for contact in answer.json["Contacts"]]


def test_put_of_a_used_name_or_number_is_refused(xero: Xero) -> None:
    """PUT creates only: a name is unique among active contacts in any case, a number among all."""
    first = _one(xero.call("PUT", "Contacts", {"Name": "Amazon", "ContactNumber": "A-1"}))
    answer = xero.call("PUT", "Contacts", {"Name": "AMAZON"})
    assert _refused(answer) == [TAKEN.replace("Amazon", "AMAZON")]
    assert answer.json["Elements"][0]["ContactID"] == NO_ID
    xero.call("POST", f"Contacts/{first['ContactID']}", {"ContactStatus": "ARCHIVED"})
    assert _refused(xero.call("PUT", "Contacts", {"Name": "B", "ContactNumber": "a-1"})) == [
        "Another contact has this contact number. Please enter a different contact number."
    ]
    _one(xero.call("PUT", "Contacts", {"Name": "Amazon"}))


def test_post_by_name_overwrites(xero: Xero) -> None:
    """POST with only a used name answers 200 and overwrites that contact's e-mail."""
    first = _one(xero.call("PUT", "Contacts", {"Name": "Amazon", "EmailAddress": "a@b.example"}))
    second = _one(xero.call("POST", "Contacts", {"Name": "amazon", "EmailAddress": "c@d.example"}))
    assert second["ContactID"] == first["ContactID"]
    assert _one(xero.call("GET", f"Contacts/{first['ContactID']}"))["EmailAddress"] == "c@d.example"


def test_post_with_another_number_is_another_contact(xero: Xero) -> None:
    """The precedence of POST is assumed: an unknown number with a used name is refused."""
    xero.call("PUT", "Contacts", {"Name": "Amazon", "ContactNumber": "A-1"})
    answer = xero.call("POST", "Contacts", {"Name": "Amazon", "ContactNumber": "A-2"})
    assert _refused(answer) == [TAKEN]
    renamed = _one(xero.call("POST", "Contacts", {"Name": "Amazon EU", "ContactNumber": "a-1"}))
    assert renamed["Name"] == "Amazon EU"


def test_archived_contacts_stay_as_they_are(xero: Xero) -> None:
    """An archived contact can be neither edited nor un-archived; its name is free again."""
    path = f"Contacts/{_one(xero.call('PUT', 'Contacts', {'Name': 'Amazon'}))['ContactID']}"
    assert _one(xero.call("POST", path, {"ContactStatus": "ARCHIVED"}))["Name"] == "Amazon"
    for change in ({"ContactStatus": "ACTIVE"}, {"EmailAddress": "a@b.example"}):
        assert _refused(xero.call("POST", path, change)) == ["Archived contacts cannot be edited."]
    assert _refused(xero.call("PUT", "Contacts", {"Name": "B", "ContactStatus": "ARCHIVED"})) == [
        "The status 'ARCHIVED' is not valid for contacts"
    ]
    assert _named(xero, "") == []
    assert _named(xero, "", includeArchived="true") == ["Amazon"]
    _one(xero.call("POST", "Contacts", {"Name": "Amazon"}))
    assert len(_named(xero, "", includeArchived="true")) == 2


def test_documents_refuse_an_archived_name(xero: Xero) -> None:
    """A document for the name of an archived contact is refused, and creates none of that name."""
    contact = _one(xero.call("PUT", "Contacts", {"Name": "Amazon"}))
    xero.call("POST", f"Contacts/{contact['ContactID']}", {"ContactStatus": "ARCHIVED"})
    (message,) = xero.errors(Contact={"Name": "Amazon"})
    assert message.startswith("The contact with the specified contact details has been archived.")


def test_merged_contacts_point_to_the_one_that_stays(xero: Xero) -> None:
    """A merged contact is archived, says where it went (paged or alone), has no documents."""
    gone, stays = (
        _one(xero.call("PUT", "Contacts", {"Name": name}))["ContactID"] for name in ("A", "B")
    )
    (invoice,) = xero.put(an_invoice(Contact={"ContactID": gone}))
    xero.control("merge", {"from": gone, "to": stays})
    alone = _one(xero.call("GET", f"Contacts/{gone}"))
    assert (alone["ContactStatus"], alone["MergedToContactID"]) == ("ARCHIVED", stays)
    for query, told in (("", False), ("&page=1", True)):
        found = xero.call("GET", f"Contacts?IDs={gone}&includeArchived=true{query}")
        assert ("MergedToContactID" in _one(found)) is told
    moved = xero.call("GET", f"Invoices/{invoice['InvoiceID']}").json["Invoices"][0]
    assert moved["Contact"]["ContactID"] == stays
    assert xero.http.post("/_sandbox/merge", json={"from": gone, "to": stays}).status_code == 400


def test_duplicates_can_exist_and_are_counted_by_where(xero: Xero) -> None:
    """Two active contacts may share a name (merged books); the path picks one, ``where`` all."""
    ids = [
        _one(xero.call("PUT", "Contacts", {"Name": name, "ContactNumber": name}))["ContactID"]
        for name in ("A", "B")
    ]
    xero.control("edit", {"contact": "B", "set": {"Name": "A"}})
    assert _named(xero, 'Name=="A"') == ["A", "A"]
    assert _one(xero.call("GET", "Contacts/B"))["ContactID"] == ids[1]
    # What doesn't touch the name goes on.
    assert _one(xero.call("POST", f"Contacts/{ids[1]}", {"FirstName": "Bea"}))["Name"] == "A"
    assert xero.errors(Contact={"ContactID": ids[1]}) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Name": "x" * 256}, "The contact name must be"),
        ({"Name": "A <b>"}, "The contact name must be"),
        ({"Name": " A"}, "The contact name must be"),
        ({"Name": "A  B"}, "The contact name must be"),
        ({"Name": ""}, "The Contact must contain at least 1 of the following elements"),
        ({"EmailAddress": "jürgen@shop.example"}, "Email address must be valid."),
        ({"EmailAddress": "a" * 250 + "@b.example"}, "Email address must be valid."),
        ({"ContactPersons": [{"EmailAddress": "nobody"}]}, "Email address must be valid."),
        ({"ContactPersons": [{"FirstName": "A"}] * 6}, "A contact can have at most 5"),
        ({"Website": "shop"}, "Website must be valid"),
        ({"ContactNumber": "1" * 51}, "ContactNumber must be at most 50 characters."),
        ({"Addresses": [{"City": "x" * 256}]}, "City must be at most 255 characters."),
        ({"Addresses": [{"Country": "UK1"}]}, "Country must be letters only."),
        ({"Phones": [{"PhoneAreaCode": "0" * 11}]}, "PhoneAreaCode must be at most 10"),
        ({"DefaultCurrency": "JPY"}, "Organisation is not subscribed to currency JPY"),
        ({"PaymentTerms": {"Sales": {"Day": 32}}}, "The day of a payment term"),
        ({"ContactID": NO_ID[:-1] + "1"}, "An existing Contact with the specified ContactID"),
    ],
)
def test_what_a_contact_cannot_be(xero: Xero, wrong: Any, message: str) -> None:
    """Each bad property is refused with its sentence, and no contact is made."""
    (found,) = _refused(xero.call("POST", "Contacts", {"Name": "Amazon"} | wrong))
    assert found.startswith(message)
    assert _named(xero, "") == []


def test_slots_are_always_all_there(xero: Xero) -> None:
    """Answers have 4 phones and 2 addresses; sending one leaves the others as they were."""
    postal = {"AddressType": "POBOX", "City": "Leeds", "Country": "United Kingdom"}
    body = {"Name": "Amazon", "Addresses": [postal], "Phones": [{"PhoneNumber": "5"}]}
    contact = _one(xero.call("PUT", "Contacts", body))
    change = {"Addresses": [{"AddressType": "STREET", "City": "York"}]}
    contact = _one(xero.call("POST", f"Contacts/{contact['ContactID']}", change))
    assert [(each["AddressType"], each["City"]) for each in contact["Addresses"]] == [
        ("STREET", "York"),
        ("POBOX", "Leeds"),
    ]
    assert [(each["PhoneType"], each["PhoneNumber"]) for each in contact["Phones"]] == [
        ("DDI", ""), ("DEFAULT", "5"), ("FAX", ""), ("MOBILE", ""),
    ]  # fmt: skip


def test_persons_are_replaced_when_sent(xero: Xero) -> None:
    """ContactPersons that aren't sent again are gone; without the property they stay."""
    persons = [{"FirstName": name} for name in ("Ann", "Ben")]
    contact = _one(xero.call("PUT", "Contacts", {"Name": "Amazon", "ContactPersons": persons}))
    own = {"ContactID": contact["ContactID"]}
    xero.put(an_invoice(Contact=own | {"ContactPersons": persons[:1]}))
    xero.put(an_invoice(Contact=own))
    found = _one(xero.call("GET", f"Contacts/{contact['ContactID']}"))
    assert found["ContactPersons"] == persons[:1]


def test_a_batch_keeps_the_good_ones(xero: Xero) -> None:
    """With summarizeErrors=false each contact says what became of it, in the order sent."""
    batch = {"Contacts": [{"Name": "A"}, {"Name": "A"}, {"Name": "B", "Website": "x"}]}
    answer = xero.call("PUT", "Contacts?summarizeErrors=false", batch).json["Contacts"]
    assert [each["StatusAttributeString"] for each in answer] == ["OK", "ERROR", "ERROR"]
    assert [each["HasValidationErrors"] for each in answer] == [False, True, True]
    assert _named(xero, "") == ["A"]


def test_lists_are_searched_ordered_and_paged(xero: Xero) -> None:
    """A searchTerm looks into names, number and e-mail; order and pages go together."""
    contacts = [
        {"Name": "Ann", "FirstName": "Zoe"},
        {"Name": "Ben", "EmailAddress": "zoe@b.example"},
        {"Name": "Cid", "ContactNumber": "Z-1"},
    ]
    xero.call("PUT", "Contacts", {"Contacts": contacts})
    assert sorted(_named(xero, "", searchTerm="ZOE")) == ["Ann", "Ben"]
    assert _named(xero, 'EmailAddress!=null AND EmailAddress.StartsWith("zoe")') == ["Ben"]
    assert _named(xero, "", order="Name DESC", page="1", pageSize="2") == ["Cid", "Ben"]
    (ann,) = xero.call("GET", 'Contacts?where=Name=="Ann"').json["Contacts"]
    dashless = ann["ContactID"].replace("-", "").upper()
    assert _named(xero, "", IDs=f"{dashless},{NO_ID}") == ["Ann"]
    answer = xero.call("GET", "Contacts?summaryOnly=true&pageSize=5000")
    assert answer.json["pagination"]["pageSize"] == 1000
    assert all("Balances" not in each for each in answer.json["Contacts"])


def test_balances_are_what_is_owed(xero: Xero) -> None:
    """Outstanding counts approved invoices and bills; overdue those whose due date has passed."""
    for due, status in (
        ("2026-11-21", "AUTHORISED"),
        ("2026-11-22", "AUTHORISED"),
        (None, "DRAFT"),
    ):
        xero.put(an_invoice(DueDate=due, Status=status))
    bill = an_invoice(Type="ACCPAY", LineItems=[a_line(AccountCode="429", TaxType="INPUT2")])
    (contact,) = [each["Contact"] for each in xero.put(bill)]
    assert _one(xero.call("GET", f"Contacts/{contact['ContactID']}"))["Balances"] == {
        "AccountsReceivable": {"Outstanding": 24, "Overdue": 12},
        "AccountsPayable": {"Outstanding": 12, "Overdue": 12},
    }


def test_groups_hold_contacts(xero: Xero) -> None:
    """A contact says which groups it is in; a deleted group is gone from all of them."""
    contact = _one(xero.call("PUT", "Contacts", {"Name": "Amazon"}))["ContactID"]
    group = xero.call("PUT", "ContactGroups", {"Name": "VIP"}).json["ContactGroups"][0]
    path = f"ContactGroups/{group['ContactGroupID']}"
    assert xero.call("PUT", "ContactGroups", {"Name": "vip"}).status_code == 400
    xero.call("PUT", f"{path}/Contacts", {"Contacts": [{"ContactID": contact}]})
    inside = xero.call("GET", path).json["ContactGroups"][0]["Contacts"]
    assert [each["Name"] for each in inside] == ["Amazon"]
    assert _one(xero.call("GET", f"Contacts/{contact}"))["ContactGroups"][0]["Name"] == "VIP"
    assert xero.call("DELETE", f"{path}/Contacts/{contact}").status_code == 204
    assert xero.call("GET", path).json["ContactGroups"][0]["Contacts"] == []
    xero.call("PUT", f"{path}/Contacts", {"ContactID": contact})
    assert xero.call("POST", path, {"Status": "DELETED"}).status_code == 200
    assert xero.call("GET", path).status_code == 404
    assert _one(xero.call("GET", f"Contacts/{contact}"))["ContactGroups"] == []
