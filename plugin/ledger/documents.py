"""How domain objects are kept in JSON columns, and read back the same."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, cast

from ..domain.connection import Settings
from ..domain.contact import Customer
from ..domain.decision import Reason, Verdict
from ..domain.facts import CATALOGUE, LINE_CATALOGUE, Fact, Facts, FactType, FactValue
from ..domain.invoice import Invoice, InvoiceLine
from ..domain.moment import from_text, to_text
from ..domain.organisation import Account, Organisation, TaxRate

Json = dict[str, Any]

_MONEY_OF_LINE = ("quantity", "unit_amount", "discount", "tax_rate")


def invoice_to_json(invoice: Invoice) -> Json:
    """An invoice; amounts as text."""
    lines = [
        {key: str(value) if key in _MONEY_OF_LINE else value for key, value in vars(line).items()}
        for line in invoice.lines
    ]
    dates = {"date": invoice.date.isoformat(), "due_date": invoice.due_date.isoformat()}
    customer = dict(vars(invoice.customer)) if invoice.customer else None
    return {**vars(invoice), **dates, "lines": lines, "customer": customer}


def invoice_from_json(kept: Json) -> Invoice:
    """What `invoice_to_json` made."""
    lines = [
        InvoiceLine(
            **{
                **line,
                **{name: Decimal(line[name]) for name in _MONEY_OF_LINE},
                "tracking": tuple(line.get("tracking", ())),
            }
        )
        for line in kept["lines"]
    ]
    dates = {name: date.fromisoformat(kept[name]) for name in ("date", "due_date")}
    customer = Customer(**kept["customer"]) if kept.get("customer") else None
    return Invoice(**{**kept, **dates, "lines": tuple(lines), "customer": customer})


def facts_to_json(facts: Facts) -> Json:
    """Facts; money and dates as text."""
    return {name: _fact_to_json(value) for name, value in facts.items()}


def facts_from_json(kept: Json) -> dict[str, FactValue]:
    """What `facts_to_json` made, typed by the catalogue; facts of an older version are left out."""
    return {
        name: _fact_from_json(CATALOGUE[name], value)
        for name, value in kept.items()
        if name in CATALOGUE
    }


def _fact_to_json(value: FactValue | Mapping[str, Any]) -> Any:
    if isinstance(value, str | int):  # most are; asking for a Mapping is dear
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_fact_to_json(cast("FactValue", item)) for item in value]
    return {name: _fact_to_json(item) for name, item in value.items()}


def _fact_from_json(fact: Fact, value: Any) -> FactValue:
    if fact.type is FactType.MONEY:
        return Decimal(value)
    if fact.type is FactType.DATE:
        return date.fromisoformat(value)
    if fact.type is FactType.TEXTS:
        return tuple(value)
    if fact.type is FactType.LINES:
        return tuple(
            {name: _line_fact(name, item) for name, item in line.items() if name in LINE_CATALOGUE}
            for line in value
        )
    return cast("FactValue", value)


def _line_fact(name: str, value: Any) -> Any:
    return _fact_from_json(LINE_CATALOGUE[name], value)


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
    }


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
    return Organisation(
        **{
            **kept,
            "currencies": tuple(kept["currencies"]),
            "locked_until": _day(kept["locked_until"]),
            "year_locked_until": _day(kept.get("year_locked_until")),
            "accounts": tuple(Account(**account) for account in kept["accounts"]),
            "tax_rates": tuple(rates),
            "read_at": from_text(kept["read_at"]),
        }
    )


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def settings_to_json(settings: Settings) -> Json:
    """The settings of a connection."""
    start = settings.start_date
    return {
        **vars(settings),
        "export_statuses": list(settings.export_statuses),
        "start_date": start.isoformat() if start else None,
        "rounding_limit": str(settings.rounding_limit),
        "gross_channels": list(settings.gross_channels),
        "write_pace": str(settings.write_pace),
    }


def settings_from_json(kept: Json) -> Settings:
    """What `settings_to_json` made."""
    start = kept["start_date"]
    known = {field.name for field in fields(Settings)}
    return Settings(
        **{
            **{name: value for name, value in kept.items() if name in known},
            "export_statuses": tuple(kept["export_statuses"]),
            "gross_channels": tuple(kept.get("gross_channels", ())),
            "start_date": date.fromisoformat(start) if start else None,
            "rounding_limit": Decimal(kept["rounding_limit"]),
            "write_pace": Decimal(kept["write_pace"]),
        }
    )
