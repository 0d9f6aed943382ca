"""Errors, grouped by what is to be done about them.

    PluginError
    ├── TryLater        time heals it: limits, outages; `after` says when
    ├── NeedsPerson     an order, a mapping or a rule must be changed first
    ├── Disconnected    the connection pauses, nothing fails
    ├── Unknown         a write whose answer was lost; look it up before sending again
    ├── RuleFileError   a rule file is wrong; the active book stays
    └── SettingsError   a setting is wrong, or a command was told something impossible

Each carries a sentence for people (`message`), what to do (`fix`), a stable code, and a
`detail` for the log; none of them holds a secret or a customer's data. Anything else that is
raised is our own bug and is not swallowed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class ErrorCode:
    """One entry of the catalogue: what a stable code means and what mends it."""

    code: str
    #: The sentence, with ``{names}`` filled in where it is raised.
    sentence: str
    #: What to do, and where.
    fix: str


def _catalogue(*entries: tuple[str, str, str]) -> dict[str, ErrorCode]:
    return {code: ErrorCode(code=code, sentence=text, fix=fix) for code, text, fix in entries}


#: All codes that a person can see. 1xx settings and connections, 2xx the rules, 3xx our own
#: checks, 4xx what Xero refuses, 5xx Mintsoft, 6xx what time heals.
CODES = _catalogue(
    ("MX-101", "{message}", "Correct the setting and run the command again."),
    ("MX-102", "{service} did not accept the login.", "Check the user name and the secret."),
    (
        "MX-103",
        "The connection to Xero has ended: {reason}.",
        "Connect again: mintsoft-xero connection connect NAME.",
    ),
    ("MX-104", "{message}", "Correct the rule file, then run the command again."),
    (
        "MX-105",
        "{service} can't be reached: {reason}.",
        "Check its address and the network; nothing is lost, run the command again.",
    ),
    ("MX-200", "{message}", "Change the order in Mintsoft or the rule that refuses it."),
    (
        "MX-201",
        "A discount is larger than its line.",
        "Lower the line's discount in Mintsoft, then retry.",
    ),
    (
        "MX-202",
        "The discount is larger than the order.",
        "Lower the order's discount in Mintsoft, then retry.",
    ),
    (
        "MX-203",
        "The order is already exported to Xero.",
        "Nothing to do if the invoice in Xero is right; else void it there and retry.",
    ),
    (
        "MX-204",
        "Another order of this client has the same number and content.",
        "Cancel one of the two in Mintsoft, or clear this error.",
    ),
    (
        "MX-205",
        "The order's total is not what its lines come to.",
        "Correct the lines or the total in Mintsoft, then retry.",
    ),
    (
        "MX-206",
        "The Xero organisation does not use the order's currency.",
        "Add the currency in Xero (Settings > Currencies), then retry.",
    ),
    (
        "MX-207",
        "The invoice's date lies in a period that is locked in Xero.",
        "Move the lock date in Xero, or account for the order by hand and clear this error.",
    ),
    (
        "MX-208",
        "The discounts are larger than all that they could be taken off, by {excess}.",
        "Lower the discount in Mintsoft, or set discount_repair to cap; then retry.",
    ),
    (
        "MX-209",
        "The prices of channel {channel} hold tax, and its rate for {country} is not known.",
        "Add it to gross_channels, as CHANNEL:COUNTRY:RATE, or CHANNEL:RATE for all countries.",
    ),
    (
        "MX-301",
        "No account is mapped for {what}.",
        "Map one: mintsoft-xero connection map NAME {kind} {source} ACCOUNT.",
    ),
    (
        "MX-302",
        "No tax type is mapped for a tax rate of {rate} %.",
        "Map one: mintsoft-xero connection map NAME tax_rate {rate} TAXTYPE.",
    ),
    (
        "MX-303",
        "The tax of {what} ({tax}) fits none of the mapped tax rates.",
        "Correct the tax in Mintsoft, or map its rate.",
    ),
    (
        "MX-304",
        "The invoice would come to {built}, the order says {stated}.",
        "Correct the order in Mintsoft, or raise rounding_limit if pennies are meant.",
    ),
    (
        "MX-305",
        "The invoice would be negative ({built}).",
        "Lower the discount in Mintsoft, or make a credit note in Xero and clear this error.",
    ),
    (
        "MX-306",
        "Xero would answer: {answer}",
        "Correct the order in Mintsoft, then retry.",
    ),
    (
        "MX-307",
        "The order has no lines.",
        "Add its lines in Mintsoft, or cancel it.",
    ),
    (
        "MX-310",
        "All invoices are to go to one contact, and none is mapped.",
        "Map it: mintsoft-xero connection map NAME contact default CONTACT_ID.",
    ),
    (
        "MX-311",
        "The invoice is to go to the customer, whom the order does not name.",
        "Enter the customer in Mintsoft, or map one: connection map NAME contact default ID.",
    ),
    (
        "MX-401",
        "Xero refused the invoice: {answer}",
        "Put right what Xero names, then retry.",
    ),
    (
        "MX-402",
        "Xero has another document with the number {number}.",
        "Look at that document in Xero. If it is the same sale, clear this error.",
    ),
    (
        "MX-403",
        "Xero refused an account: {answer}",
        "Map an active account: mintsoft-xero connection map NAME sales_account default ACCOUNT.",
    ),
    (
        "MX-404",
        "Xero refused a tax type: {answer}",
        "Map a tax type that fits the account: mintsoft-xero connection map NAME tax_rate ...",
    ),
    (
        "MX-405",
        "Xero refused the contact: {answer}",
        "Put the contact right in Xero, then retry.",
    ),
    (
        "MX-406",
        "Xero refused the date: {answer}",
        "Move the lock date in Xero, then retry.",
    ),
    (
        "MX-407",
        "Xero made the invoice {number} with a total of {total} instead of {expected}.",
        "Compare the invoice in Xero with the order; correct it there.",
    ),
    (
        "MX-408",
        "Xero has {count} active contacts that may be the order's.",
        "Merge or rename them in Xero so that one is left, then retry.",
    ),
    (
        "MX-409",
        "Another contact in Xero has the name or the number of the order's contact.",
        "Rename or archive that contact in Xero, then retry.",
    ),
    (
        "MX-410",
        "The invoice {number} was voided in Xero.",
        "Nothing if that was meant: clear this; else: mintsoft-xero retry NAME NUMBER --again.",
    ),
    (
        "MX-411",
        "The invoice {number} was deleted in Xero.",
        "Nothing if that was meant: clear this; else: mintsoft-xero retry NAME NUMBER --again.",
    ),
    (
        "MX-412",
        "The invoice {number} was changed in Xero: it comes to {total}, {exported} were exported.",
        "Compare it with the order; correct one of them, or clear this.",
    ),
    (
        "MX-413",
        "The invoice {number} has another number in Xero now: {now}.",
        "Give it back its number in Xero, or clear this.",
    ),
    (
        "MX-414",
        "Xero refused the currency: {answer}",
        "Add the currency in Xero (Settings > Currencies), then retry.",
    ),
    (
        "MX-415",
        "Xero refused an archived account: {answer}",
        (
            "Restore the account in Xero (Accounting > Chart of accounts), or map another one: "
            "mintsoft-xero connection map NAME sales_account default ACCOUNT."
        ),
    ),
    (
        "MX-416",
        "Xero refused an item: {answer}",
        (
            "Add the item in Xero (Business > Products and services), or export without items: "
            "mintsoft-xero connection set NAME items=none."
        ),
    ),
    (
        "MX-417",
        "Xero computes the invoice otherwise: {answer}",
        "Compare the order's lines with its total in Mintsoft, and correct them; then retry.",
    ),
    (
        "MX-418",
        "Xero refused a discount: {answer}",
        (
            "Lower the discount in Mintsoft, or choose a repair: "
            "mintsoft-xero connection set NAME discount_repair=cap."
        ),
    ),
    (
        "MX-419",
        "Xero refused a document without lines: {answer}",
        "Add its lines in Mintsoft, or cancel it; then retry.",
    ),
    (
        "MX-420",
        "Xero does not allow the document's status: {answer}",
        "Look at the document in Xero; what is paid or voided there can't be changed from here.",
    ),
    (
        "MX-421",
        "The plan in Xero is used up: {answer}",
        "Approve invoices in Xero by hand or raise the plan there, then retry.",
    ),
    (
        "MX-422",
        "Xero refused a web address: {answer}",
        "Correct the address that Xero names, then retry.",
    ),
    (
        "MX-423",
        "Xero refused a payment: {answer}",
        "Look at the invoice's payments in Xero; record the payment there by hand.",
    ),
    (
        "MX-424",
        "Xero has no such document: {answer}",
        "Run mintsoft-xero reconcile NAME: it shows what is missing, and what to do.",
    ),
    (
        "MX-425",
        "Xero has another entry of that name or number: {answer}",
        "Rename one of the two in Xero, then retry.",
    ),
    (
        "MX-501",
        "The order can't be read: {field} {problem}.",
        "Correct it in Mintsoft, then retry.",
    ),
    (
        "MX-502",
        "Mintsoft refused: {answer}",
        "Put right what Mintsoft names, then retry.",
    ),
    (
        "MX-503",
        "The order is gone from Mintsoft (merged or deleted there).",
        "Nothing to do if that was meant; else clear this error.",
    ),
    (
        "MX-504",
        "The order was changed in Mintsoft after its export.",
        "Compare it with the invoice in Xero and correct one of them.",
    ),
    ("MX-601", "{service} asks to wait until {time}.", "Nothing: it is tried again by itself."),
    ("MX-602", "{service} did not answer as it should.", "Nothing: it is tried again by itself."),
    (
        "MX-603",
        "Xero's answer was lost; the invoice may exist.",
        "Nothing: Xero is asked by number before anything is sent again.",
    ),
    (
        "MX-604",
        "The two evaluators of the rules do not agree on this order.",
        "Nothing is exported meanwhile. Report it with the output of mintsoft-xero explain.",
    ),
)


class PluginError(Exception):
    """An error that a person can understand: a sentence, a fix, a stable code."""

    #: Used when the raiser names no code.
    default_code: ClassVar[str] = "MX-101"

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        fix: str = "",
        detail: str = "",
        **names: object,
    ) -> None:
        """Take the sentence itself, or a code and the names that its sentence needs."""
        entry = CODES[code or self.default_code]
        self.code = entry.code
        self.message = message or entry.sentence.format(**names)
        self.fix = fix or _fill(entry.fix, names)
        #: For the log only: technical, never with a secret or a customer's data.
        self.detail = detail
        #: Which side it is about ("Xero"); empty where it is about none.
        self.service = str(names.get("service", ""))
        super().__init__(self.message)


def _fill(text: str, names: Mapping[str, object]) -> str:
    """Fill the names that are known; a fix may be shown without them."""
    return text.format(**names) if names and "{" in text else text


class TryLater(PluginError):  # noqa: N818 - named after what is to be done
    """Nothing was done; the same may work in `after` seconds."""

    default_code = "MX-602"

    def __init__(self, message: str = "", *, after: float, **rest: object) -> None:
        """`after`: seconds from now, as far as is known."""
        super().__init__(message, **rest)  # type: ignore[arg-type]
        self.after = after


class NeedsPerson(PluginError):  # noqa: N818
    """This document will not pass until a person changes something."""

    default_code = "MX-401"


class Disconnected(PluginError):  # noqa: N818
    """The connection has no access any more: it pauses, and asks to be connected again."""

    default_code = "MX-103"


class Unknown(PluginError):  # noqa: N818
    """A write went out and its answer was lost: it may have been carried out or not."""

    default_code = "MX-603"


class SettingsError(PluginError):
    """A setting, or something given to a command, is wrong. Nothing was changed."""

    default_code = "MX-101"


@dataclass(frozen=True, kw_only=True)
class RuleFault:
    """One fault of a rule file, at its place."""

    #: As the user named it.
    path: str
    #: Both from 1.
    line: int
    column: int
    #: What is wrong, and the likely mistake ("did you mean ...?").
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class RuleFileError(PluginError):
    """All faults of a rule file at once. The book that was active stays active."""

    default_code = "MX-104"

    def __init__(self, faults: Sequence[RuleFault]) -> None:
        """`faults`: at least one."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
