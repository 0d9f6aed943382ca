"""Settings of a connection and entries of its mapping, as people type them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from .....plugin.domain.connections.connection import Connection, ConnectionState, Grant
from .....plugin.domain.connections.mapping import Entry
from .....plugin.domain.connections.mapping import Mapping as Entries
from .....plugin.domain.connections.setting import settings_of
from .....plugin.domain.connections.settings import Settings
from .....plugin.errors import SettingsError
from .....plugin.services.mapping.entries import checked_entry
from .....plugin.services.settings.schema import changed_settings, text_of
from .....plugin.testing.target import an_organisation

CURRENT = Settings(start_date=date(2026, 6, 1), number_prefix="MS-")
THEME = "22222222-2222-2222-2222-222222222222"
STATUSES = ("NEW", "DESPATCHED", "INVOICED", "INVOICEFAILED", "CANCELLED")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("export_statuses", " despatched, INVOICED,,Despatched ", ("DESPATCHED", "INVOICED")),
        ("export_statuses", "InvoiceFailedNoCourierPrice,INVOICEFAILED", ("INVOICEFAILED",)),
        ("start_date", "2026-11-01", date(2026, 11, 1)),
        ("start_date", "Any", None),
        ("invoice_status", "DRAFT", "DRAFT"),
        ("number_prefix", "", ""),
        ("number_prefix", "A" * 20, "A" * 20),
        ("warehouses", "MAIN, 4,main", ("main", "4")),
        ("channels", " 7 ,eBay UK", ("7", "eBay UK")),
        ("channels", "", ()),
        ("reference", "Shop {number} of {channel}", "Shop {number} of {channel}"),
        ("reference", "", ""),
        ("invoice_date", "exported", "exported"),
        ("due", "month_end", "month_end"),
        ("tax_basis", "bas/gst", "GST"),
        ("tax_basis", "Organisation", "organisation"),
        ("branding_theme", "", ""),
        ("branding_theme", THEME, THEME),
        ("timezone", "Australia/Sydney", "Australia/Sydney"),
        ("due_days", "30", 30),
        ("rounding_limit", "0", Decimal(0)),
        ("rounding_limit", "1.00", Decimal("1.00")),
        ("discount_repair", "cap", "cap"),
        ("gross_channels", "7, 8:20,8:us:0", ("7", "8:20", "8:US:0")),
        ("gross_channels", "", ()),
        ("items", "create", "create"),
        ("line_detail", "summary", "summary"),
        ("batch_size", "50", 50),
        ("tag", "", ""),
        ("write_pace", "0.1", Decimal("0.1")),
        ("write_pace", "1000", Decimal(1000)),
        ("sync_minutes", "0", 0),
    ],
)
def test_right_values(name: str, typed: str, value: object) -> None:
    """A right value is taken as it is meant, its limits included, and nothing else changes."""
    changed = changed_settings(CURRENT, {name: typed}, STATUSES)
    assert changed == replace(CURRENT, **{name: value})  # type: ignore[arg-type]
    assert type(getattr(changed, name)) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "problem"),
    [
        ("export_statuses", " , ", "must name at least one status"),
        ("export_statuses", "DESPACHED", "'DESPACHED' is not known, did you mean 'DESPATCHED'?"),
        ("start_date", "yesterday", "must be a date like 2026-11-01, or any"),
        ("start_date", "2026-02-30", "must be a date like 2026-11-01, or any"),
        ("invoice_status", "PAID", "must be DRAFT, SUBMITTED or AUTHORISED"),
        ("number_prefix", "A B", "must be at most 20 letters, digits or signs"),
        ("number_prefix", "É-", "must be at most 20 letters, digits or signs"),
        ("number_prefix", "A" * 21, "must be at most 20 letters, digits or signs"),
        ("contact_policy", "nobody", "must be channel, customer or fixed"),
        ("warehouses", "x" * 101, "must be names or ids separated by commas"),
        ("channels", "a\nb", "must be names or ids separated by commas"),
        ("reference", "{nummer}", "must name in braces only external, number"),
        ("reference", "{number.__class__}", "must name in braces only external, number"),
        ("reference", "{number", "must name in braces only external, number"),
        ("reference", "x (Mintsoft 5)", "that mark is put at its end by itself"),
        ("reference", "x" * 101, "must be at most 100 printable letters"),
        ("reference", "a\tb", "must be at most 100 printable letters"),
        ("invoice_date", "today", "must be despatched, ordered or exported"),
        ("due", "contact", "must be days, month_end, this_month, next_month or organisation"),
        ("due", "this_month", "due_days must be a day of the month, from 1 to 31"),
        ("due", "next_month", "due_days must be a day of the month, from 1 to 31"),
        ("tax_basis", "sales tax", "must be organisation, VAT or GST"),
        ("branding_theme", "Standard", "must be the id of a branding theme, or empty"),
        ("discount_repair", "ignore", "must be refuse, spread or cap"),
        ("gross_channels", "eBay:20", "must be like 7, 7:20 or 7:GB:20"),
        ("gross_channels", "7:120", "must be like 7, 7:20 or 7:GB:20"),
        ("gross_channels", "7:GBR:20", "must be like 7, 7:20 or 7:GB:20"),
        ("gross_channels", "7:20,7:5", "must not name a channel and country twice"),
        ("items", "all", "must be none, use or create"),
        ("line_detail", "short", "must be lines or summary"),
        ("timezone", "Mars/Olympus", "must be a time zone like Europe/London"),
        ("timezone", "Europe", "must be a time zone like Europe/London"),
        ("timezone", "", "must be a time zone like Europe/London"),
        ("timezone", "../../etc/passwd", "must be a time zone like Europe/London"),
        ("timezone", "A" * 5000, "must be a time zone like Europe/London"),
        ("due_days", "a week", "must be a whole number of days"),
        ("due_days", "1.5", "must be a whole number of days"),
        ("due_days", "-1", "must be from 0 to 365"),
        ("rounding_limit", "5p", "must be an amount like 0.05"),
        ("rounding_limit", "NaN", "must be an amount like 0.05"),
        ("rounding_limit", "Infinity", "must be an amount like 0.05"),
        ("rounding_limit", "1.01", "must be from 0 to 1.00"),
        ("rounding_limit", "-0.01", "must be from 0 to 1.00"),
        ("batch_size", "0", "must be from 1 to 50"),
        ("batch_size", "51", "must be from 1 to 50"),
        ("tag", "a,b", "must be one short word"),
        ("tag", "x" * 51, "must be one short word"),
        ("write_pace", "0", "must be from 0.1 to 1000"),
        ("write_pace", "fast", "must be a number like 2"),
        ("write_pace", "-Infinity", "must be a number like 2"),
        ("sync_minutes", "10081", "must be from 0 to 10080"),
        ("sync_minutes", "", "must be a whole number of minutes"),
        ("batchsize", "5", "'batchsize' is not known, did you mean 'batch_size'?"),
        ("colour", "red", "'colour' is not known"),
    ],
)
def test_wrong_values(name: str, typed: str, problem: str) -> None:
    """A wrong value is one sentence that names the setting and what would be right."""
    with pytest.raises(SettingsError) as caught:
        changed_settings(CURRENT, {name: typed}, STATUSES)
    assert problem in caught.value.message
    assert name in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.fix.startswith("Nothing was changed.")


def test_all_problems_at_once_and_nothing_changed() -> None:
    """When one of several is wrong none is changed, and all that is wrong is said at once."""
    given = {"due_days": "30", "batch_size": "0", "tag": "a,b", "colour": "red"}
    with pytest.raises(SettingsError) as caught:
        changed_settings(CURRENT, given)
    assert [x in caught.value.message for x in ("batch_size", "tag", "colour")] == [True] * 3
    assert "due_days" not in caught.value.message


def test_unknown_statuses_are_taken_where_the_account_is_not_known() -> None:
    """Without the account's own statuses any name is taken."""
    assert changed_settings(CURRENT, {"export_statuses": "odd"}).export_statuses == ("ODD",)
    assert changed_settings(CURRENT, {}) == CURRENT


def test_every_setting_can_be_typed() -> None:
    """Each setting says what it may be, and takes its own text."""
    for name, said in settings_of(Settings).items():
        assert said.meaning
        assert said.value.allowed
        value = getattr(Settings(start_date=None), name)
        assert changed_settings(CURRENT, {name: text_of(value)}) == replace(
            CURRENT, **{name: value}
        )


def connection(**changes: Any) -> Connection:
    """A connection to the usual organisation."""
    values: dict[str, Any] = {
        "connection_id": 1,
        "name": "one",
        "mode": "accounting",
        "state": ConnectionState.ACTIVE,
        "paused_because": "",
        "mintsoft_username": "user",
        "mintsoft_client": "",
        "grant": Grant(grant_id="g", kind="custom", client_id="app"),
        "settings": CURRENT,
        "mapping": Entries({}),
        "organisation": an_organisation(read_at=datetime(2026, 6, 1, tzinfo=UTC)),
    }
    return Connection(**{**values, **changes})


CONTACT = "11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        ("sales_account", "default", "200"),
        ("sales_account", "channel:7", "200"),
        ("sales_account", "sku:A:B", "200"),
        ("shipping_account", "default", "200"),
        ("rounding_account", "default", "860"),
        ("tax_rate", "20", "OUTPUT2"),
        ("tax_rate", "GB:20", "OUTPUT2"),
        ("tax_rate", "0", "NONE"),
        ("contact", "channel:7", CONTACT),
        ("contact", "default", CONTACT),
        ("item_account", "sku:A", "200"),
        ("tracking", "warehouse:MAIN", "Region=North"),
        ("currency", "STG", "GBP"),
    ],
)
def test_right_entries(kind: str, source: str, target: str) -> None:
    """A possible entry is taken as a person's own, not as an assumption."""
    assert checked_entry(connection(), kind, source, target) == Entry(target=target, assumed=False)


@pytest.mark.parametrize(
    ("kind", "source", "target", "problem"),
    [
        ("sale_account", "default", "200", "did you mean 'sales_account'?"),
        ("sales_account", "channel:", "200", "'channel:' can't be mapped as sales_account"),
        ("sales_account", "shop:7", "200", "'shop:7' can't be mapped"),
        ("shipping_account", "channel:7", "200", "'channel:7' can't be mapped"),
        ("sales_account", "default", "2000", "Account '2000' of Example Ltd is unknown"),
        ("sales_account", "default", "201", "did you mean '200'?"),
        ("tax_rate", "twenty", "OUTPUT2", "'twenty' can't be mapped as tax_rate"),
        ("tax_rate", "NaN", "OUTPUT2", "'NaN' can't be mapped"),
        ("tax_rate", "-20", "OUTPUT2", "'-20' can't be mapped"),
        # What no order would ever be looked up by.
        ("tax_rate", "20.0", "OUTPUT2", "'20.0' can't be mapped"),
        ("tax_rate", "2E1", "OUTPUT2", "'2E1' can't be mapped"),
        ("tax_rate", "gb:20", "OUTPUT2", "'gb:20' can't be mapped"),
        ("tax_rate", ":20", "OUTPUT2", "':20' can't be mapped"),
        ("tax_rate", "20", "OUTPUT9", "no tax type 'OUTPUT9', did you mean 'OUTPUT2'?"),
        ("tax_rate", "5", "OUTPUT2", "OUTPUT2 stands for 20 %, not for 5 %"),
        ("tax_rate", "12.5", "NONE", "NONE stands for 0 %, not for 12.5 %"),
        ("contact", "channel:7", "Shopify", "'Shopify' is not a contact's id"),
        ("contact", "sku:A", CONTACT, "'sku:A' can't be mapped as contact"),
        ("item_account", "channel:7", "200", "'channel:7' can't be mapped"),
        ("tracking", "default", "North", "'North' is not a tracking category with its option"),
        ("currency", "pound", "GBP", "'pound' can't be mapped"),
        ("currency", "STG", "USD", "Example Ltd does not use the currency 'USD'"),
    ],
)
def test_wrong_entries(kind: str, source: str, target: str, problem: str) -> None:
    """An impossible entry is one sentence that says which part is wrong, with a fix."""
    with pytest.raises(SettingsError) as caught:
        checked_entry(connection(), kind, source, target)
    assert problem in caught.value.message
    assert caught.value.fix


def test_archived_account_and_no_organisation_yet() -> None:
    """An archived account can't be mapped; before consent only the source can be checked."""
    here = an_organisation()
    archived = replace(here, accounts=tuple(replace(x, active=False) for x in here.accounts))
    with pytest.raises(SettingsError, match="'200' of Example Ltd is archived"):
        checked_entry(connection(organisation=archived), "sales_account", "default", "200")
    waiting = connection(organisation=None)
    assert checked_entry(waiting, "sales_account", "default", "999").target == "999"


def test_mapping_of_names_is_not_needed() -> None:
    """What is given may be any mapping of names to texts."""
    given: Mapping[str, str] = dict.fromkeys(["due_days"], "1")
    assert changed_settings(CURRENT, given).due_days == 1
