"""Xero's validation messages, word for word (xero.md 3.1), and below them those we assume.

Wording is the only error code that Xero has, so nothing here may be prettified.
"""

from datetime import date
from decimal import Decimal

# ------------------------------------------------------------- observed or documented

ACCOUNT_MISSING = "Account code must be specified"
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
DUE_DATE_MISSING = "The document DueDate field must be specified."
EMAIL = "Email address must be valid."
LINES_MISSING = "One or more line items must be specified"
NUMBER_TAKEN = "Invoice # must be unique."
PAID_FIXED = "This document cannot be edited as it has a payment or credit note allocated to it."
PLAN_LIMIT = "You have reached the limit of invoices you can approve"
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

CONTACT_FIXED = "Archived contacts cannot be edited."
CONTACT_NAME = "The contact name must be at most 255 characters without < or >."
CONTACT_UNKNOWN = "An existing Contact with the specified ContactID could not be found"
DESCRIPTION_MISSING = "Description must be specified"
DETAILS_LENGTH = "Details must be 1 to 2500 characters."
DISCOUNT_NOT_FOR_BILLS = "Discounts are only supported on ACCREC invoices and quotes"
INVOICE_NUMBER = "Invoice number must be at most 255 printable ASCII characters."
INVOICE_UNKNOWN = "The document with the supplied id was not found for this endpoint."
ITEM_CODE_LENGTH = "Code must be 1 to 30 characters."
ITEM_NOT_SOLD = "The item cannot be used on a sales document as it is not sold."
LINE_UNKNOWN = "The line item with the supplied LineItemID was not found on this document."
NEGATIVE_TOTAL = "The invoice total cannot be negative."
REFERENCE_LENGTH = "Reference must be at most 255 characters."
TRACKING_COUNT = "A line item can have at most 2 tracking categories."


def tracking_unknown(name: str) -> str:
    """A tracking category or option that does not exist."""
    return f"The tracking category or option '{name}' does not exist or is not active."
