"""The settings of a connection, checked: what people type becomes `Settings`, or one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as checked

from .domain.connection import Settings
from .domain.contact import POLICIES
from .domain.gross import gross_channel
from .domain.repair import REPAIRS
from .errors import SettingsError

#: Both spellings are one entry: Mintsoft's guide uses the first, its API the second.
SAME_STATUS = {"INVOICEFAILEDNOCOURIERPRICE": "INVOICEFAILED"}

#: Marshmallow's names for a text that is no number, and for NaN and infinity.
_NO_NUMBER = ("invalid", "special")

#: What a setting means, for the settings page and for `connection show`.
MEANINGS = {
    "export_statuses": "Order Statuses To Export Orders In, separated by commas",
    "start_date": "orders dated before this day are never exported: a date, or any",
    "invoice_status": "status of new invoices: DRAFT, SUBMITTED or AUTHORISED",
    "number_prefix": "put before the order's number to make the invoice's number",
    "contact_policy": "whose contact invoices get: channel, customer, or fixed (that of default)",
    "timezone": "time zone of dates, and of Mintsoft's own times",
    "due_days": "days from the invoice date to its due date",
    "rounding_limit": "the most that may go to a rounding line on one invoice",
    "discount_repair": "a discount larger than its line or order: refuse, spread or cap",
    "gross_channels": "channels whose prices hold the tax: ID, ID:RATE or ID:COUNTRY:RATE, ...",
    "items": "items by SKU on the lines: none, use (those in Xero) or create (what is missing)",
    "line_detail": "lines, or summary: one line for each account and tax rate",
    "quiet_seconds": "an order changed within so many seconds waits: somebody may be editing it",
    "batch_size": "invoices sent in one call, 1 to 50",
    "tag": "label put on an exported order in Mintsoft; empty for none",
    "write_pace": "writes to Mintsoft per second at the most",
    "sync_minutes": "minutes between two syncs by the schedule; 0 for none",
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


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError("must be a time zone like Europe/London") from None


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


def changed_settings(
    current: Settings, given: Mapping[str, str], statuses: Sequence[str] = ()
) -> Settings:
    """The settings with some of them changed; all of them, or none.

    `statuses`: the names that the account has; where known, others are refused.

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
    if problems:
        raise SettingsError("; ".join(problems), fix="Nothing was changed. " + _all(names))
    return replace(current, **values)


def _unknown(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"{name!r} is not known" + (f", did you mean {close[0]!r}?" if close else "")


def _all(names: Sequence[str]) -> str:
    return f"The settings are: {', '.join(names)}."
