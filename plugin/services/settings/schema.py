"""The settings of a connection, checked: what people type becomes `Settings`, or one sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as checked

from ...domain.client_invoices.client_invoice_building import LINES, POSTAGE
from ...domain.connections.connection import Settings
from ...domain.connections.organisation import Organisation
from ...domain.invoices.contact import POLICIES
from ...domain.invoices.discount_repair import REPAIRS
from ...domain.invoices.due import DUE_RULES, OF_ORGANISATION
from ...domain.invoices.reference import problem_of
from ...domain.invoices.tax_basis import TAX_BASES
from ...domain.notifications.webhook_address import posting_problem
from ...domain.orders.prices_with_tax import gross_channel
from ...errors import SettingsError

#: Both spellings are one entry: Mintsoft's guide uses the first, its API the second.
SAME_STATUS = {"INVOICEFAILEDNOCOURIERPRICE": "INVOICEFAILED"}

#: How many warehouses or channels may be named, and how long each name may be.
MOST_NAMES = 100
LONGEST_NAME = 100

#: What is said of a theme that is no id, where the organisation's are not known.
NO_THEME = "must be the id of a branding theme, or empty"

#: Marshmallow's names for a text that is no number, and for NaN and infinity.
_NO_NUMBER = ("invalid", "special")

_YES_OR_NO = validate.OneOf(["yes", "no"], error="must be yes or no")

_SHORT = validate.Regexp(
    r"\A[^,\x00-\x1f]{0,100}\Z", error="must be a name or an id without a comma, or empty"
)

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
#: Of people who are told by e-mail.
_MOST_ADDRESSES = 20

#: What a setting means, for the settings page and for `connection show`.
MEANINGS = {
    "export_statuses": "Order Statuses To Export Orders In, separated by commas",
    "start_date": "orders dated before this day are never exported: a date, or any",
    "invoice_status": "status of new invoices: DRAFT, SUBMITTED or AUTHORISED",
    "number_prefix": "put before the order's number to make the invoice's number",
    "warehouses": "codes or ids of the warehouses to export orders of; empty for all",
    "channels": "ids or names of the sales channels to export orders of; empty for all",
    "reference": "what the invoice's reference begins with; our mark (Mintsoft ID) follows it",
    "invoice_date": "what dates the invoice: despatched (else ordered), ordered, or exported",
    "due": "due_days after the date (days) or month_end, that day of this_month or next_month, "
    "or the organisation's own payment terms where it has any",
    "tax_basis": "words and no-tax type: VAT, GST (BAS), or organisation, as its country has it",
    "branding_theme": "the branding theme of new invoices; empty for the organisation's own",
    "contact_policy": "whose contact invoices get: channel, customer, or fixed (that of default)",
    "timezone": "time zone of dates, and of Mintsoft's own times",
    "due_days": "days to the due date, or its day of the month: see due",
    "rounding_limit": "the most that may go to a rounding line on one invoice",
    "discount_repair": "a discount larger than its line or order: refuse, spread or cap",
    "gross_channels": "channels whose prices hold the tax: ID, ID:RATE or ID:COUNTRY:RATE, ...",
    "items": "items by SKU on the lines: none, use (those in Xero) or create (what is missing)",
    "line_detail": "lines, or summary: one line for each account and tax rate",
    "quiet_seconds": "an order changed within so many seconds waits: somebody may be editing it",
    "batch_size": "invoices sent in one call, 1 to 50",
    "tag": "label put on an exported order in Mintsoft; empty for none",
    "write_pace": "writes to Mintsoft per second at the most",
    "sync_minutes": "minutes between two looks for documents (one job: schedule set); 0: none",
    "postage_includes_vat_free": "postage of client invoices holds the VAT-free part: yes, no, ask",
    "client_invoice_lines": "lines of a client invoice: cost_centres, or charges if there are any",
    "create_client_contacts": "a client without a contact gets a new one in Xero: yes or no",
    "notify_email": "e-mail addresses that notices go to, separated by commas; empty for none",
    "notify_webhook": "https address that notices are posted to, signed; empty for none",
    "notify_errors": "tell of each new kind of error: yes or no",
    "notify_paused": "tell when the connection stops or holds for long, and goes on: yes or no",
    "notify_digest": "tell the day's figures: yes or no",
    "import_warehouse": "Mintsoft warehouse of what is imported: id or code; empty: the only one",
    "import_invoice_statuses": "statuses of sales invoices in Xero that become orders in Mintsoft",
    "import_channel": "sales channel of orders made from invoices: id or name; empty for none",
    "import_courier": "courier service of orders made from invoices; AUTO: Mintsoft's rules choose",
    "import_purchase_order_statuses": "statuses of purchase orders in Xero that become ASNs",
    "goods_in_type": "in what ordered goods arrive, such as Pallet; empty: the only one",
    "asn_supplier": "supplier named on every ASN; empty for the purchase order's contact",
    "arrival_days": "days from order to arrival where a purchase order names no day; 0: refused",
    "digest_hour": "hour of the day's figures in the connection's timezone, 0 to 23",
}


class _StartDate(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """A date, or the word any."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date | None:
        if str(value).lower() == "any":
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError("must be a date like 2026-11-01, or any") from None


class _Statuses(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """Status names separated by commas; at least one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        names = [name.strip().upper() for name in str(value).split(",") if name.strip()]
        if not names:
            raise ValidationError("must name at least one status")
        return tuple(dict.fromkeys(SAME_STATUS.get(name, name) for name in names))


class _InvoiceStatuses(_Statuses):
    """Names of Xero's statuses of sales invoices separated by commas; at least one."""

    def _deserialize(self, value: Any, *rest: Any, **named: Any) -> tuple[str, ...]:
        names = super()._deserialize(value, *rest, **named)
        if not set(names) <= {"DRAFT", "SUBMITTED", "AUTHORISED", "PAID"}:
            raise ValidationError("must be DRAFT, SUBMITTED, AUTHORISED or PAID")
        return names


class _PurchaseOrderStatuses(_Statuses):
    """Names of Xero's statuses of purchase orders separated by commas; at least one."""

    def _deserialize(self, value: Any, *rest: Any, **named: Any) -> tuple[str, ...]:
        names = super()._deserialize(value, *rest, **named)
        if not set(names) <= {"DRAFT", "SUBMITTED", "AUTHORISED", "BILLED"}:
            raise ValidationError("must be DRAFT, SUBMITTED, AUTHORISED or BILLED")
        return names


class _Names(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """Names or ids separated by commas; none is fine."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        texts = [text.strip() for text in str(value).split(",") if text.strip()]
        wrong = [x for x in texts if len(x) > LONGEST_NAME or not x.isprintable()]
        if wrong or len(texts) > MOST_NAMES:
            raise ValidationError("must be names or ids separated by commas, or empty for all")
        return tuple({text.casefold(): text for text in texts}.values())


class _TaxBasis(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """VAT, GST however Australia calls it, or the word organisation."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        word = {"BAS": "GST", "BAS/GST": "GST"}.get(str(value).upper(), str(value).upper())
        known = {basis.upper(): basis for basis in TAX_BASES}
        if word not in known:
            raise ValidationError("must be organisation, VAT or GST")
        return known[word]


class _GrossChannels(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """Channels separated by commas, each with a tax rate where it needs one; none is fine."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        texts = [text.strip().upper() for text in str(value).split(",") if text.strip()]
        try:
            found = {
                (x.channel_id, x.country): text for text in texts for x in [gross_channel(text)]
            }
        except ValueError:
            raise ValidationError("must be like 7, 7:20 or 7:GB:20, separated by commas") from None
        if len(found) < len(texts):
            raise ValidationError("must not name a channel and country twice")
        return tuple(texts)


def _reference(template: str) -> None:
    if problem := problem_of(template):
        raise ValidationError(problem)


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError("must be a time zone like Europe/London") from None


class _Addresses(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """E-mail addresses separated by commas; none is fine."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(x.strip() for x in str(value).split(",") if x.strip()))
        if len(found) > _MOST_ADDRESSES or not all(map(_ADDRESS.fullmatch, found)):
            raise ValidationError(
                f"must be at most {_MOST_ADDRESSES} addresses like books@example.com"
            )
        return found


def _may_be_posted_to(address: str) -> None:
    if address and (problem := posting_problem(address)):
        raise ValidationError(problem)


class SettingsSchema(Schema):
    """What `connection set` accepts; every value is text as people type it."""

    export_statuses = _Statuses()
    start_date = _StartDate()
    invoice_status = checked.String(
        validate=validate.OneOf(
            ["DRAFT", "SUBMITTED", "AUTHORISED"], error="must be DRAFT, SUBMITTED or AUTHORISED"
        )
    )
    number_prefix = checked.String(
        validate=validate.Regexp(
            r"\A[\x21-\x7e]{0,20}\Z", error="must be at most 20 letters, digits or signs"
        )
    )
    warehouses = _Names()
    channels = _Names()
    reference = checked.String(validate=_reference)
    invoice_date = checked.String(
        validate=validate.OneOf(
            ["despatched", "ordered", "exported"], error="must be despatched, ordered or exported"
        )
    )
    due = checked.String(
        validate=validate.OneOf(
            [*DUE_RULES, OF_ORGANISATION],
            error="must be days, month_end, this_month, next_month or organisation",
        )
    )
    tax_basis = _TaxBasis()
    branding_theme = checked.String()
    contact_policy = checked.String(
        validate=validate.OneOf(POLICIES, error="must be channel, customer or fixed"),
    )
    timezone = checked.String(validate=_known_zone)
    due_days = checked.Integer(
        validate=validate.Range(0, 365, error="must be from 0 to 365"),
        error_messages={"invalid": "must be a whole number of days"},
    )
    rounding_limit = checked.Decimal(
        validate=validate.Range(0, 1, error="must be from 0 to 1.00"),
        error_messages=dict.fromkeys(_NO_NUMBER, "must be an amount like 0.05"),
    )
    discount_repair = checked.String(
        validate=validate.OneOf(REPAIRS, error="must be refuse, spread or cap")
    )
    gross_channels = _GrossChannels()
    items = checked.String(
        validate=validate.OneOf(["none", "use", "create"], error="must be none, use or create")
    )
    line_detail = checked.String(
        validate=validate.OneOf(["lines", "summary"], error="must be lines or summary")
    )
    quiet_seconds = checked.Integer(
        validate=validate.Range(0, 86400, error="must be from 0 to 86400"),
        error_messages={"invalid": "must be a whole number of seconds"},
    )
    batch_size = checked.Integer(
        validate=validate.Range(1, 50, error="must be from 1 to 50"),
        error_messages={"invalid": "must be a whole number"},
    )
    tag = checked.String(
        validate=validate.Regexp(r"\A[^,\x00-\x1f]{0,50}\Z", error="must be one short word")
    )
    write_pace = checked.Decimal(
        validate=validate.Range(Decimal("0.1"), 1000, error="must be from 0.1 to 1000"),
        error_messages=dict.fromkeys(_NO_NUMBER, "must be a number like 2"),
    )
    sync_minutes = checked.Integer(
        validate=validate.Range(0, 10080, error="must be from 0 to 10080"),
        error_messages={"invalid": "must be a whole number of minutes"},
    )
    postage_includes_vat_free = checked.String(
        validate=validate.OneOf(POSTAGE, error="must be ask, yes or no")
    )
    client_invoice_lines = checked.String(
        validate=validate.OneOf(LINES, error="must be cost_centres or charges")
    )
    create_client_contacts = checked.String(validate=_YES_OR_NO)
    notify_email = _Addresses()
    notify_webhook = checked.String(validate=_may_be_posted_to)
    notify_errors = checked.String(validate=_YES_OR_NO)
    notify_paused = checked.String(validate=_YES_OR_NO)
    notify_digest = checked.String(validate=_YES_OR_NO)
    import_warehouse = checked.String(validate=_SHORT)
    import_invoice_statuses = _InvoiceStatuses()
    import_channel = checked.String(validate=_SHORT)
    import_courier = checked.String(
        validate=validate.Regexp(
            r"\A[^,\x00-\x1f]{1,100}\Z", error="must be AUTO, or a name or id without a comma"
        )
    )
    import_purchase_order_statuses = _PurchaseOrderStatuses()
    goods_in_type = checked.String(validate=_SHORT)
    asn_supplier = checked.String(
        validate=validate.Regexp(
            r"\A[^\x00-\x1f]{0,250}\Z", error="must be a name of at most 250 characters, or empty"
        )
    )
    arrival_days = checked.Integer(
        validate=validate.Range(0, 365, error="must be from 0 to 365"),
        error_messages={"invalid": "must be a whole number of days"},
    )
    digest_hour = checked.Integer(
        validate=validate.Range(0, 23, error="must be from 0 to 23"),
        error_messages={"invalid": "must be a whole hour"},
    )


def changed_settings(
    current: Settings,
    given: Mapping[str, str],
    statuses: Sequence[str] = (),
    organisation: Organisation | None = None,
) -> Settings:
    """The settings with some of them changed; all of them, or none.

    `statuses`: the names that the account has; where known, others are refused. `organisation`:
    where known, its branding themes are the ones to choose from.

    Raises:
        SettingsError: unknown names or wrong values, all of them in one sentence.
    """
    names = [field.name for field in fields(Settings)]
    problems = [_unknown(name, names) for name in given if name not in names]
    try:
        values = SettingsSchema().load({k: v for k, v in given.items() if k in names})
    except ValidationError as error:
        found = error.normalized_messages()  # type: ignore[no-untyped-call,unused-ignore]
        problems += [f"{name} {', '.join(texts)}" for name, texts in found.items()]
        values = {}
    known = [status.upper() for status in statuses]
    wrong = [x for x in values.get("export_statuses", ()) if known and x not in known]
    problems += [f"export_statuses: {_unknown(x, known)}" for x in wrong]
    changed = replace(current, **values)
    if "branding_theme" in values:
        theme, unknown = _theme_of(changed.branding_theme, organisation)
        changed, problems = replace(changed, branding_theme=theme), [*problems, *unknown]
    problems += _together(changed)
    if problems:
        raise SettingsError("; ".join(problems), fix="Nothing was changed. " + _all(names))
    return changed


def text_of(value: Any) -> str:
    """A setting's value as `connection set` takes it."""
    if value is None:
        return "any"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _together(settings: Settings) -> list[str]:
    """What is wrong with settings that are right each by itself."""
    of_month = settings.due in {"this_month", "next_month"}
    if of_month and settings.due_days not in range(1, 32):
        return [f"due_days must be a day of the month, from 1 to 31, while due is {settings.due}"]
    return []


def _theme_of(name: str, organisation: Organisation | None) -> tuple[str, list[str]]:
    """A branding theme's id, by its id or name; and what is wrong with it."""
    themes = organisation.branding_themes if organisation else None
    if not name or themes is None:
        return name, [] if not name or _is_id(name) else [f"branding_theme {NO_THEME}"]
    for theme in themes:
        if name.casefold() in {theme.theme_id.casefold(), theme.name.casefold()}:
            return theme.theme_id, []
    names = [theme.name for theme in themes]
    return name, [f"branding_theme: {_unknown(name, names)}; themes are {', '.join(names)}"]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _unknown(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"{name!r} is not known" + (f", did you mean {close[0]!r}?" if close else "")


def _all(names: Sequence[str]) -> str:
    return f"The settings are: {', '.join(names)}."
