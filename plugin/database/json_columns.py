"""How domain objects are kept in JSON columns, and read back the same."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, cast

from ..domain.client_invoices import client_invoice_facts
from ..domain.connections.organisation import (
    Account,
    BrandingTheme,
    Organisation,
    TaxRate,
    TrackingCategory,
)
from ..domain.connections.settings import Settings
from ..domain.decisions.decision import Reason, Verdict
from ..domain.decisions.facts import Fact, Facts, FactType, FactValue
from ..domain.exports.export import DocumentKind
from ..domain.invoices.contact import Customer
from ..domain.invoices.invoice import Invoice, InvoiceLine
from ..domain.orders.order_facts import CATALOGUE, LINE_CATALOGUE
from ..domain.times import from_text, to_text

Json = dict[str, Any]

#: The facts of the documents of each kind of rule book, and of their lines.
CATALOGUES = {
    DocumentKind.ORDER.traits.book: (CATALOGUE, LINE_CATALOGUE),
    DocumentKind.CLIENT_INVOICE.traits.book: (
        client_invoice_facts.CATALOGUE,
        client_invoice_facts.LINE_CATALOGUE,
    ),
}

_MONEY_OF_LINE = ("quantity", "unit_amount", "discount", "tax_rate", "sent_tax")


def invoice_to_json(invoice: Invoice) -> Json:
    """An invoice; amounts as text."""
    lines = [
        {
            key: str(value) if key in _MONEY_OF_LINE and value is not None else value
            for key, value in vars(line).items()
        }
        for line in invoice.lines
    ]
    dates = {"date": invoice.date.isoformat(), "due_date": invoice.due_date.isoformat()}
    customer = dict(vars(invoice.customer)) if invoice.customer else None
    rate = invoice.exchange_rate
    more = {"customer": customer, "exchange_rate": None if rate is None else str(rate)}
    return {**vars(invoice), **dates, "lines": lines, **more}


def invoice_from_json(kept: Json) -> Invoice:
    """What `invoice_to_json` made."""
    lines = [
        InvoiceLine(
            **{
                **line,
                **{x: Decimal(line[x]) for x in _MONEY_OF_LINE if line.get(x) is not None},
                "tracking": tuple(line.get("tracking", ())),
            }
        )
        for line in kept["lines"]
    ]
    dates = {name: date.fromisoformat(kept[name]) for name in ("date", "due_date")}
    customer = Customer(**kept["customer"]) if kept.get("customer") else None
    rate = kept.get("exchange_rate")
    more = {
        "lines": tuple(lines),
        "customer": customer,
        "exchange_rate": None if rate is None else Decimal(rate),
        "workings": tuple(kept.get("workings", ())),
    }
    return Invoice(**{**kept, **dates, **more})


#: Types of facts that JSON has too; None: it could not be told.
_AS_THEY_ARE = frozenset({str, int, bool, NoneType})


def facts_to_json(facts: Facts) -> Json:
    """Facts; money and dates as text."""
    # A call for each fact would be dear.
    return {
        name: value if type(value) in _AS_THEY_ARE else _fact_to_json(value)
        for name, value in facts.items()
    }


def facts_from_json(kept: Json, kind: str = DocumentKind.ORDER) -> dict[str, FactValue]:
    """What `facts_to_json` made, typed by the catalogue; facts of an older version are left out."""
    catalogue, of_lines = CATALOGUES[DocumentKind(kind).traits.book]
    return {
        name: _fact_from_json(catalogue[name], value, of_lines)
        for name, value in kept.items()
        if name in catalogue
    }


def _fact_to_json(value: FactValue | Mapping[str, Any] | None) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_fact_to_json(cast("FactValue", item)) for item in value]
    return {
        name: item if type(item) in _AS_THEY_ARE else _fact_to_json(item)
        for name, item in value.items()
    }


def _fact_from_json(fact: Fact, value: Any, of_lines: Mapping[str, Fact]) -> FactValue:
    if fact.type is FactType.MONEY:
        return Decimal(value)
    if fact.type is FactType.DATE:
        return date.fromisoformat(value)
    if fact.type is FactType.TEXTS:
        return tuple(value)
    if fact.type is FactType.LINES:
        return tuple(
            {
                name: cast("Any", _fact_from_json(of_lines[name], item, {}))
                for name, item in line.items()
                if name in of_lines
            }
            for line in value
        )
    return cast("FactValue", value)


def reasons_to_json(reasons: tuple[Reason, ...]) -> list[Json]:
    """The reasons of a decision."""
    return [dict(vars(reason)) for reason in reasons]


def reasons_from_json(kept: list[Json]) -> tuple[Reason, ...]:
    """What `reasons_to_json` made."""
    return tuple(Reason(**{**item, "verdict": Verdict(item["verdict"])}) for item in kept)


def organisation_to_json(organisation: Organisation) -> Json:
    """A snapshot of an organisation."""
    return {
        **vars(organisation),
        "currencies": list(organisation.currencies),
        "locked_until": _day_text(organisation.locked_until),
        "year_locked_until": _day_text(organisation.year_locked_until),
        "accounts": [dict(vars(account)) for account in organisation.accounts],
        "tax_rates": [
            {**vars(rate), "rate": str(rate.rate), "account_classes": list(rate.account_classes)}
            for rate in organisation.tax_rates
        ],
        "read_at": to_text(organisation.read_at),
        "tracking": _rows(organisation.tracking),
        "branding_themes": _rows(organisation.branding_themes),
    }


def _rows(entries: Sequence[TrackingCategory] | Sequence[BrandingTheme] | None) -> Any:
    """Entries of a list; None where it was not read."""
    return None if entries is None else [dict(vars(entry)) for entry in entries]


def organisation_from_json(kept: Json) -> Organisation:
    """What `organisation_to_json` made, by this version or an earlier one."""
    rates = [
        TaxRate(
            **{
                **rate,
                "rate": Decimal(rate["rate"]),
                "account_classes": tuple(rate.get("account_classes", ())),
            }
        )
        for rate in kept["tax_rates"]
    ]
    tracking, themes = kept.get("tracking"), kept.get("branding_themes")
    terms = kept.get("sales_terms")
    return Organisation(
        **{
            **kept,
            "currencies": tuple(kept["currencies"]),
            "locked_until": _day(kept["locked_until"]),
            "year_locked_until": _day(kept.get("year_locked_until")),
            "accounts": tuple(Account(**account) for account in kept["accounts"]),
            "tax_rates": tuple(rates),
            "read_at": from_text(kept["read_at"]),
            "tracking": None
            if tracking is None
            else tuple(TrackingCategory(**{**x, "options": tuple(x["options"])}) for x in tracking),
            "branding_themes": None
            if themes is None
            else tuple(BrandingTheme(**theme) for theme in themes),
            "sales_terms": tuple(terms) if terms else None,
        }
    )


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def settings_to_json(settings: Settings) -> Json:
    """The settings of a connection; amounts and days as text."""
    return {name: _setting_to_json(value) for name, value in vars(settings).items()}


def settings_from_json(kept: Json) -> Settings:
    """What `settings_to_json` made, by this version or an earlier one."""
    start = kept["start_date"]
    known = {field.name: field.default for field in fields(Settings)}
    values = {
        name: _setting_from_json(known[name], value)
        for name, value in kept.items()
        if name in known
    }
    return Settings(**{**values, "start_date": date.fromisoformat(start) if start else None})


def _setting_to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _setting_from_json(default: Any, value: Any) -> Any:
    """A value of the type that the setting's default has."""
    if isinstance(default, Decimal):
        return Decimal(value)
    return tuple(value) if isinstance(default, tuple) else value


def without_customer(invoice: Invoice) -> Invoice:
    """The invoice as it is kept once it is in the target, where its contact has the key."""
    key = invoice.customer.key if invoice.customer else invoice.contact
    return replace(invoice, contact=key, customer=None)
