"""What an account of the chart may be, and whether anything uses it (xero.md 10)."""

from collections.abc import Iterator

from ...store import Document
from ..protocol import messages
from ..protocol.reading import Element
from ..tenant import KINDS, Tenant

#: The class of each type of account.
CLASSES = (
    dict.fromkeys(["BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"], "ASSET")
    | dict.fromkeys(["DEPRECIATN", "DIRECTCOSTS", "EXPENSE", "OVERHEADS"], "EXPENSE")
    | dict.fromkeys(["CURRLIAB", "LIABILITY", "PAYG", "TERMLIAB"], "LIABILITY")
    | dict.fromkeys(["OTHERINCOME", "REVENUE", "SALES"], "REVENUE")
    | {"EQUITY": "EQUITY"}
)
#: Which property of a tax rate says that it may go on accounts of a class.
TAX_FLAGS = {
    "REVENUE": "CanApplyToRevenue",
    "EXPENSE": "CanApplyToExpenses",
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "LIABILITY": "CanApplyToLiabilities",
}
_LONGEST_CODE = 10
_LONGEST_NAME = 150
_LONGEST_DESCRIPTION = 4000


def own_faults(document: Document) -> Iterator[str]:
    """What is wrong with an account by itself."""
    bank = document["Type"] == "BANK"
    if document["Type"] is None:
        yield messages.ACCOUNT_TYPE
    code = document["Code"] or ""
    if len(code) > _LONGEST_CODE or not (code or bank):
        yield messages.ACCOUNT_CODE
    if not document["Name"].strip() or len(document["Name"]) > _LONGEST_NAME:
        yield messages.ACCOUNT_NAME
    if len(document.get("Description", "")) > _LONGEST_DESCRIPTION:
        yield messages.too_long("Description", _LONGEST_DESCRIPTION)
    if bank and not document.get("BankAccountNumber"):
        yield messages.ACCOUNT_BANK_NUMBER


def shared_faults(tenant: Tenant, document: Document) -> Iterator[str]:
    """Names and codes are unique; the tax type fits the class."""
    others = [
        row for row in tenant.rows("xero_account") if row["AccountID"] != document["AccountID"]
    ]
    if any(row["Name"].lower() == document["Name"].lower() for row in others):
        yield messages.ACCOUNT_NAME_TAKEN
    code = document["Code"]
    if code and any((row["Code"] or "").lower() == code.lower() for row in others):
        yield messages.ACCOUNT_CODE_TAKEN
    rate = tenant.find("xero_tax_rate", document["TaxType"])
    if rate is None or rate["Status"] != "ACTIVE":
        yield messages.tax_type_unknown(document["TaxType"])
    elif document["Class"] and not rate[TAX_FLAGS[document["Class"]]]:
        yield messages.tax_type_not_for(document["TaxType"], str(code))
    currency = document["CurrencyCode"]
    if currency and tenant.find("xero_currency", currency) is None:
        yield messages.currency(currency)


def status_faults(sent: Element, existing: Document | None) -> list[str]:
    """What is wrong with a change of status or type.

    [A] An archived account stays as it is: Xero describes no way back.
    """
    status = sent.get("Status", "ACTIVE")
    if existing is None:
        return [] if status == "ACTIVE" else [messages.ACCOUNT_STATUS]
    if existing["Status"] != "ACTIVE":
        return [messages.ACCOUNT_FIXED]
    kind = sent.get("Type", existing["Type"])
    if existing["SystemAccount"] and (status != "ACTIVE" or kind != existing["Type"]):
        return [messages.ACCOUNT_SYSTEM]
    if "BANK" in {kind, existing["Type"]} and kind != existing["Type"]:
        return [messages.ACCOUNT_TYPE_FIXED]
    return [messages.ACCOUNT_STATUS] if status == "DELETED" else []


def used(tenant: Tenant, account: Document) -> bool:
    """Whether a document's line, a payment or an item names the account."""
    for kind in KINDS:
        if kind == "xero_account":
            continue
        for row in tenant.rows(kind):
            for part in [row, *row.get("LineItems", ()), *_details(row)]:
                if part.get("AccountID") == account["AccountID"]:
                    return True
                if account["Code"] and account["Code"] in {
                    part.get("AccountCode"),
                    part.get("COGSAccountCode"),
                    part.get("InventoryAssetAccountCode"),
                }:
                    return True
    return False


def _details(row: Document) -> Iterator[Document]:
    for name in ("SalesDetails", "PurchaseDetails", "Account"):
        part = row.get(name)
        if isinstance(part, dict):
            yield part
