"""What the sandbox does with accounts and currencies (xero.md 10)."""

from typing import Any

import pytest

from .conftest import Xero, a_line, an_invoice

NEW = {"Code": "444", "Name": "Shop takings", "Type": "REVENUE", "TaxType": "OUTPUT2"}


def _account(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    (account,) = answer.json["Accounts"]
    return account


def _refused(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 10)
    (element,) = answer.json["Elements"]
    return [error["Message"] for error in element["ValidationErrors"]]


def _path(xero: Xero, code: str) -> str:
    (account,) = xero.call("GET", f'Accounts?where=Code=="{code}"').json["Accounts"]
    return f"Accounts/{account['AccountID']}"


def test_a_new_account_can_be_used_at_once(xero: Xero) -> None:
    """PUT makes an account whose class follows from its type; lines may use it."""
    account = _account(xero.call("PUT", "Accounts", NEW))
    assert (account["Class"], account["Status"]) == ("REVENUE", "ACTIVE")
    assert _account(xero.call("GET", f"Accounts/{account['AccountID']}")) == account
    assert xero.errors(LineItems=[a_line(AccountCode="444")]) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Name": "SALES"}, "Please enter a unique Name."),
        ({"Code": "200"}, "Please enter a unique Code."),
        ({"Code": "x" * 11}, "Please enter a Code of at most 10 characters."),
        ({"Name": "x" * 151}, "Please enter a Name of at most 150 characters."),
        ({"Type": None}, "Account type must be specified."),
        ({"Type": "BANK", "TaxType": "NONE"}, "A bank account must have a BankAccountNumber."),
        ({"TaxType": "INPUT2"}, "The TaxType code 'INPUT2' cannot be used with account code '444'"),
        ({"Status": "ARCHIVED"}, "Account status can only be updated from ACTIVE to ARCHIVED."),
    ],
)
def test_what_an_account_cannot_be(xero: Xero, wrong: Any, message: str) -> None:
    """Each bad property is refused with its sentence, and no account is made."""
    assert _refused(xero.call("PUT", "Accounts", NEW | wrong)) == [message]
    assert xero.call("GET", 'Accounts?where=Code=="444"').json["Accounts"] == []


def test_accounts_come_one_at_a_time(xero: Xero) -> None:
    """Two accounts in one PUT are refused together; an unknown type can't even be read."""
    answer = xero.call("PUT", "Accounts", {"Accounts": [NEW, NEW | {"Code": "445", "Name": "B"}]})
    assert answer.json["ErrorNumber"] == 14
    answer = xero.call("PUT", "Accounts", NEW | {"Type": "PIGGYBANK"})
    assert answer.json["ErrorNumber"] == 14
    assert "PIGGYBANK" in answer.json["Message"]


def test_a_code_can_change(xero: Xero) -> None:
    """POST changes the account's code: the old one is unknown from then on."""
    path = f"Accounts/{_account(xero.call('PUT', 'Accounts', NEW))['AccountID']}"
    xero.call("POST", path, {"Code": "445"})
    assert xero.errors(LineItems=[a_line(AccountCode="445")]) == []
    assert xero.errors(LineItems=[a_line(AccountCode="444")]) == [
        "Account code '444' is not a valid code for this document."
    ]
    assert _refused(xero.call("POST", path, {"Name": "Sales"})) == ["Please enter a unique Name."]


def test_archived_accounts_stay_archived(xero: Xero) -> None:
    """ACTIVE to ARCHIVED is the only way; that there is none back is an assumption."""
    path = _path(xero, "260")
    assert _account(xero.call("POST", path, {"Status": "ARCHIVED"}))["Status"] == "ARCHIVED"
    assert _refused(xero.call("POST", path, {"Status": "ACTIVE"})) == [
        "Archived accounts cannot be edited."
    ]
    (message,) = xero.errors(LineItems=[a_line(AccountCode="260")])
    assert message.startswith("Account code '260' has been archived, or has been deleted.")


def test_system_accounts_cannot_be_archived_or_deleted(xero: Xero) -> None:
    """What Xero keeps its own books with stays, but may be renamed."""
    path = _path(xero, "610")
    wanted = "System accounts cannot be archived or deleted, and their type cannot be changed."
    assert _refused(xero.call("POST", path, {"Status": "ARCHIVED"})) == [wanted]
    assert _refused(xero.call("DELETE", path)) == [wanted]
    assert _account(xero.call("POST", path, {"Name": "Debtors"}))["Name"] == "Debtors"


def test_only_unused_accounts_can_be_deleted(xero: Xero) -> None:
    """DELETE answers the account as DELETED and forgets it, unless a document uses it."""
    path = f"Accounts/{_account(xero.call('PUT', 'Accounts', NEW))['AccountID']}"
    xero.put(an_invoice())
    assert _refused(xero.call("DELETE", _path(xero, "200"))) == [
        "The account cannot be deleted as it is used."
    ]
    assert _account(xero.call("DELETE", path))["Status"] == "DELETED"
    assert xero.call("GET", path).status_code == 404


def test_a_bank_account_needs_no_code(xero: Xero) -> None:
    """A bank account is known by its number; several may have no code."""
    for name in ("Savings", "Cash box"):
        body = {"Name": name, "Type": "BANK", "BankAccountNumber": "12345678"}
        account = _account(xero.call("PUT", "Accounts", body))
        assert "Code" not in account
        assert account["CurrencyCode"] == "GBP"
    banks = xero.call("GET", 'Accounts?where=Type=="BANK"&order=Name').json["Accounts"]
    assert [each["Name"] for each in banks] == ["Business Bank Account", "Cash box", "Savings"]


def test_currencies_can_be_added(xero: Xero) -> None:
    """A currency that was added can be invoiced in; an unknown code can't be read."""
    assert xero.errors(CurrencyCode="JPY") == ["Organisation is not subscribed to currency JPY"]
    answer = xero.call("PUT", "Currencies", {"Code": "JPY"})
    assert answer.json["Currencies"] == [{"Code": "JPY", "Description": "Japanese Yen"}]
    assert xero.errors(CurrencyCode="JPY") == []
    assert xero.call("PUT", "Currencies", {"Code": "JPY"}).status_code == 400
    assert xero.call("PUT", "Currencies", {"Code": "XXX"}).json["ErrorNumber"] == 14
    found = xero.call("GET", 'Currencies?where=Code=="JPY"').json["Currencies"]
    assert found == answer.json["Currencies"]
