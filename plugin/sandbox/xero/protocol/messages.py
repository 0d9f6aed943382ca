"""Xero's validation messages, word for word (xero.md 3.1), and below them those we assume.

Wording is the only error code that Xero has, so nothing here may be prettified.
"""

from datetime import date
from decimal import Decimal

# ------------------------------------------------------------- observed or documented

ACCOUNT_MISSING = "Account code must be specified"
ACCOUNT_NAME_TAKEN = "Please enter a unique Name."
ACCOUNT_UNKNOWN = "Account could not be found"
ALLOCATION_TOO_HIGH = "Credit Note cannot be allocated as amount is greater than amount outstanding"
ALLOCATION_PAID_OFF = "The invoice you are trying to allocate to has already been paid off"
CONTACT_ARCHIVED = (
    "The contact with the specified contact details has been archived."
    " The contact must be un-archived before creating new invoices or credit notes."
)
CONTACT_MISSING = "A Contact must be specified for this type of transaction"
CONTACT_NUMBER_TAKEN = (
    "Another contact has this contact number. Please enter a different contact number."
)
CONTACT_UNIDENTIFIED = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)
CREDIT_NOTE_NUMBER_TAKEN = "Credit Note # must be unique."
CREDIT_NOTE_UNKNOWN = "An existing Credit Note with the specified CreditNoteID could not be found"
DUE_DATE_MISSING = "The document DueDate field must be specified."
EMAIL = "Email address must be valid."
INVOICE_TYPE = "Invoice not of valid type for creation"
INVOICE_UNKNOWN = "The document with the supplied id was not found for this endpoint."
LINES_MISSING = "One or more line items must be specified"
NUMBER_TAKEN = "Invoice # must be unique."
ORDER_NUMBER_TAKEN = "Order number must be unique"
ORDER_NOT_SENT = "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."
PAID_FIXED = "This document cannot be edited as it has a payment or credit note allocated to it."
PAYMENT_NOT_AUTHORISED = "Payments can only be made against Authorised documents"
PAYMENT_TOO_HIGH = "Payment amount exceeds the amount outstanding on this document"
PLAN_LIMIT = "You have reached the limit of invoices you can approve"
SALE_NOT_SENT = "Only AUTHORISED invoices may have SentToContact updated."
STATUS_FOR_CREATION = "Invoice not of valid status for creation"
STATUS_FOR_MODIFICATION = "Invoice not of valid status for modification"
TAX_TOO_HIGH = "Tax amount cannot be greater than the line amount"
TAX_TYPE_MISSING = "The TaxType field is mandatory"
TOTAL_DIFFERS = "The document total does not equal the sum of the lines."
URL = "Url must be a valid absolute url"
VOIDED_WITH_PAYMENTS = (
    "The status VOIDED cannot be applied to the invoice because it has payments or credit notes"
    " allocated to it."
)
WEBSITE = "Website must be valid"


def account_not_valid(code: str) -> str:
    """An unknown account, a bank or system account."""
    return f"Account code '{code}' is not a valid code for this document."


def account_archived(code: str) -> str:
    """An archived account."""
    return (
        f"Account code '{code}' has been archived, or has been deleted."
        " Each line item must reference a valid account."
    )


def contact_name_taken(name: str) -> str:
    """A name that another active contact has."""
    return (
        f"The contact name {name} is already assigned to another contact."
        " The contact name must be unique across all active contacts."
    )


def currency(code: str) -> str:
    """A currency that the organisation has not added."""
    return f"Organisation is not subscribed to currency {code}"


def discount(value: Decimal) -> str:
    """A discount above what the line comes to."""
    return (
        f"The discount rate '{value}' is invalid. Discount must not be greater than the line total."
    )


def item_code(code: str) -> str:
    """An item that does not exist."""
    return f"Item code '{code}' is not valid"


def item_exists(code: str) -> str:
    """PUT of an item that exists; the doubled quotes are Xero's."""
    return f"Price List Item with Code ''{code}'' already exists"


def key_reused(key: str) -> str:
    """An Idempotency-Key that came before with another request."""
    return f"Idempotency Key: {key} is used with a different request."


def line_total(sent: Decimal, expected: Decimal) -> str:
    """A LineAmount that is not what Xero computes."""
    return f"The line total {sent} does not match the expected line total {expected}"


def locked(which: str, day: date) -> str:
    """A document in a locked period; `which` is "period" or "end of year"."""
    return (
        f"The document date cannot be before the {which} lock date, currently set at {day:%d-%b-%Y}"
    )


def tax_type_unknown(tax_type: str) -> str:
    """A tax type that does not exist here."""
    return f"TaxType code {tax_type} does not exist or cannot be used for this type of transaction"


def tax_type_not_for(tax_type: str, code: str) -> str:
    """A tax type that does not go with the account's class."""
    return f"The TaxType code '{tax_type}' cannot be used with account code '{code}'"


def not_a_date(text: str) -> str:
    """A date that Xero cannot read."""
    return f"The string '{text}' is not a valid AllXsd value."


def not_convertible(text: str, kind: str, path: str) -> str:
    """A value of the wrong type, with the path of the property."""
    return f"Error converting value {text} to type '{kind}'. Path '{path}'."


# ------------------------------------------------------------------- assumed wording

ACCOUNT_BANK_NUMBER = "A bank account must have a BankAccountNumber."
ACCOUNT_CODE = "Please enter a Code of at most 10 characters."
ACCOUNT_CODE_TAKEN = "Please enter a unique Code."
ACCOUNT_FIXED = "Archived accounts cannot be edited."
ACCOUNT_NAME = "Please enter a Name of at most 150 characters."
ACCOUNT_STATUS = "Account status can only be updated from ACTIVE to ARCHIVED."
ACCOUNT_SYSTEM = "System accounts cannot be archived or deleted, and their type cannot be changed."
ACCOUNT_TYPE = "Account type must be specified."
ACCOUNT_TYPE_FIXED = "The type of a bank account, or to a bank account, cannot be changed."
ACCOUNT_USED = "The account cannot be deleted as it is used."
ALLOCATION_CONTACT = "Credit Note cannot be allocated to an invoice of another contact"
ALLOCATION_CURRENCY = "Credit Note cannot be allocated to an invoice of another currency"
ALLOCATION_NOT_POSITIVE = "Allocation amount must be greater than zero"
ALLOCATION_STATUS = "Credit Note cannot be allocated as it or the invoice is not AUTHORISED"
ALLOCATION_TYPE = "Credit Note cannot be allocated to an incorrect invoice type"
CONTACT_FIXED = "Archived contacts cannot be edited."
CONTACT_GROUP_NAME = "Please enter a unique Name for the contact group."
CONTACT_NAME = (
    "The contact name must be at most 255 characters without < or >, and without spaces"
    " before, after or next to each other."
)
CONTACT_PERSONS = "A contact can have at most 5 contact persons."
CONTACT_UNKNOWN = "An existing Contact with the specified ContactID could not be found"
COUNTRY = "Country must be letters only."
CREDIT_NOTE_CREATION = "Credit note not of valid status for creation"
CREDIT_NOTE_MODIFICATION = "Credit note not of valid status for modification"
CREDIT_NOTE_TYPE = "Credit note not of valid type for creation"
CREDIT_NOTE_VOIDED = (
    "The status VOIDED cannot be applied to the credit note because it has payments or allocations."
)
DESCRIPTION_MISSING = "Description must be specified"
DETAILS_LENGTH = "Details must be 1 to 2500 characters."
DISCOUNT_NOT_FOR_BILLS = "Discounts are only supported on ACCREC invoices and quotes"
INVOICE_NUMBER = "Invoice number must be at most 255 printable ASCII characters."
ITEM_CODE_LENGTH = "Code must be 1 to 30 characters."
ITEM_NOT_SOLD = "The item cannot be used on a sales document as it is not sold."
ITEM_INVENTORY_ACCOUNT = "The inventory asset account must be an active account of type INVENTORY."
ITEM_TRACKED_ACCOUNT = "AccountCode cannot be used in the purchase details of a tracked item."
ITEM_TRACKED_BOTH = (
    "InventoryAssetAccountCode and COGSAccountCode must both be specified for a tracked item."
)
ITEM_UNKNOWN = "An existing Item with the specified ItemID could not be found"
LINE_UNKNOWN = "The line item with the supplied LineItemID was not found on this document."
ITEM_NOT_PURCHASED = "The item cannot be used on a purchase document as it is not purchased."
NEGATIVE_TOTAL = "The invoice total cannot be negative."
ORDER_CREATION = "Purchase order not of valid status for creation"
ORDER_MODIFICATION = "Purchase order not of valid status for modification"
ONE_ACCOUNT = "Only one account can be created per request."
PAYMENT_ACCOUNT = "Account must be a bank account or have payments to it enabled"
PAYMENT_DELETED = "Payment has already been deleted"
PAYMENT_NOT_POSITIVE = "Payment amount must be greater than zero"
PAYMENT_STATUS = "Payments can only be updated to DELETED"
PAYMENT_TERM_DAY = "The day of a payment term must be from 0 to 31."
QUOTE_CREATION = "Quote not of valid status for creation"
QUOTE_MODIFICATION = "Quote not of valid status for modification"
QUOTE_NUMBER_TAKEN = "Quote number must be unique"
TAX_COMPONENTS = "A tax rate must have at least one component, each with a Name and a Rate."
TAX_RATE_NAME = "Please enter a unique Name for the tax rate."
TAX_RATE_SYSTEM = "System defined tax rates cannot be updated."
TAX_RATE_UNKNOWN = "An existing tax rate with the specified TaxType could not be found"
TRACKING_CATEGORIES_FULL = (
    "An organisation can have at most 2 active tracking categories, and 4 with the archived ones."
)
TRACKING_COUNT = "A line item can have at most 2 tracking categories."


def tracking_unknown(name: str) -> str:
    """A tracking category or option that does not exist."""
    return f"The tracking category or option '{name}' does not exist or is not active."


def contact_status(status: str) -> str:
    """A status that a new contact cannot have; observed for ARCHIVED."""
    return f"The status '{status}' is not valid for contacts"


def currency_known(code: str) -> str:
    """A currency that the organisation has already."""
    return f"Organisation is already subscribed to currency {code}"


def tracking_name(name: str) -> str:
    """A name of a tracking category or option that is not possible, or taken."""
    return f"The name '{name}' must be unique, of 1 to 100 characters, without spaces around it."


def tracking_used(name: str) -> str:
    """A tracking category or option that cannot be deleted any more."""
    return f"'{name}' is used on documents: it can be archived but not deleted."


def too_long(name: str, most: int) -> str:
    """A text that is longer than Xero keeps."""
    return f"{name} must be at most {most} characters."


def too_many(most: int) -> str:
    """A list that the high volume limit refuses (xero.md 2.2)."""
    return f"The request would return or filter more than {most} records. Use paging and filters."
