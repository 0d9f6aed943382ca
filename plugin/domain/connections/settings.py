"""The settings of a connection: each is declared here, once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..client_invoices.client_invoice_building import LINES, POSTAGE
from ..exports.export import DocumentKind
from ..invoices.contact import POLICIES
from ..invoices.discount_repair import REPAIRS
from ..invoices.due import DUE_RULES, OF_ORGANISATION
from . import setting_values as values
from .setting import EXPORTED, NOTHING, declared

_ALL = frozenset(DocumentKind)
_BILLED = frozenset({DocumentKind.CLIENT_INVOICE})
#: Orders, and each kind to come until it is known better: decided once too often is no harm.
_ORDERED = EXPORTED - _BILLED
_SOLD = frozenset({DocumentKind.SALES_INVOICE})
_BOUGHT = frozenset({DocumentKind.PURCHASE_ORDER})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a user may change on a connection, by the names of the settings page."""

    export_statuses: tuple[str, ...] = declared(
        ("DESPATCHED", "INVOICED"),
        group="orders",
        meaning="Order Statuses To Export Orders In, separated by commas",
        value=values.statuses("Status names separated by commas"),
        decides=_ORDERED,
        shapes=NOTHING,
    )
    #: None exports any (``any``).
    start_date: date | None = declared(
        group="orders",
        meaning="orders dated before this day are never exported: a date, or any",
        value=values.day_or_any(),
        decides=_ALL,
        shapes=NOTHING,
    )
    oldest_year: int = declared(
        2000,
        group="orders",
        meaning="an order dated before this year is refused, as nobody can mean it",
        value=values.whole(1, 2100, "year like 2000"),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    days_ahead: int = declared(
        366,
        group="orders",
        meaning="an order dated more than so many days ahead is refused, as nobody can mean it",
        value=values.whole(0, 36500, "whole number of days"),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    #: All where there are none.
    warehouses: tuple[str, ...] = declared(
        (),
        group="orders",
        meaning="codes or ids of the warehouses to export orders of; empty for all",
        value=values.names(),
        decides=_ORDERED,
        shapes=NOTHING,
    )
    #: All where there are none.
    channels: tuple[str, ...] = declared(
        (),
        group="orders",
        meaning="ids or names of the sales channels to export orders of; empty for all",
        value=values.names(),
        decides=_ORDERED,
        shapes=NOTHING,
    )
    quiet_seconds: int = declared(
        10,
        group="orders",
        meaning="an order changed within so many seconds waits: somebody may be editing it",
        value=values.whole(0, 86400, "whole number of seconds"),
        decides=_ORDERED,
        shapes=NOTHING,
    )
    invoice_status: str = declared(
        "AUTHORISED",
        group="invoice",
        meaning="status of new invoices: DRAFT, SUBMITTED or AUTHORISED",
        value=values.one_of("DRAFT", "SUBMITTED", "AUTHORISED"),
        decides=NOTHING,
        shapes=EXPORTED,
    )
    #: A number that is taken decides; the invoice itself gets its number when it is claimed.
    number_prefix: str = declared(
        "",
        group="invoice",
        meaning="put before the order's number to make the invoice's number",
        value=values.text(r"[\x21-\x7e]{0,20}", "at most 20 letters, digits or signs"),
        decides=EXPORTED,
        shapes=NOTHING,
    )
    #: `reference.WORDS`.
    reference: str = declared(
        "{external}",
        group="invoice",
        meaning="what the invoice's reference begins with; our mark (Mintsoft ID) follows it",
        value=values.reference(),
        decides=NOTHING,
        shapes=_ORDERED,
    )
    invoice_date: str = declared(
        "despatched",
        group="invoice",
        meaning="what dates the invoice: despatched (else ordered), ordered, or exported",
        value=values.one_of("despatched", "ordered", "exported"),
        decides=EXPORTED,
        shapes=EXPORTED,
    )
    due: str = declared(
        "days",
        group="invoice",
        meaning="due_days after the date (days) or month_end, that day of this_month or "
        "next_month, or the organisation's own payment terms where it has any",
        value=values.one_of(*DUE_RULES, OF_ORGANISATION),
        decides=NOTHING,
        shapes=EXPORTED,
    )
    due_days: int = declared(
        0,
        group="invoice",
        meaning="days to the due date, or its day of the month: see due",
        value=values.whole(0, 365, "whole number of days"),
        decides=NOTHING,
        shapes=EXPORTED,
    )
    line_detail: str = declared(
        "lines",
        group="invoice",
        meaning="lines, or summary: one line for each account and tax rate",
        value=values.one_of("lines", "summary"),
        decides=NOTHING,
        shapes=_ORDERED,
    )
    items: str = declared(
        "none",
        group="invoice",
        meaning="items by SKU on the lines: none, use (those in Xero) or create (what is missing)",
        value=values.one_of("none", "use", "create"),
        decides=NOTHING,
        shapes=_ORDERED,
    )
    #: A theme's id.
    branding_theme: str = declared(
        "",
        group="invoice",
        meaning="the branding theme of new invoices; empty for the organisation's own",
        value=values.any_text("id or name of a branding theme, or empty"),
        decides=NOTHING,
        shapes=EXPORTED,
    )
    #: One contact per sales channel, one for each customer, or the one mapped as ``default``.
    contact_policy: str = declared(
        "channel",
        group="contacts",
        meaning="whose contact invoices get: channel, customer, or fixed (that of default)",
        value=values.one_of(*POLICIES),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    tax_basis: str = declared(
        "organisation",
        group="money",
        meaning="words and no-tax type: VAT, GST (BAS), or organisation, as its country has it",
        value=values.tax_basis(),
        decides=NOTHING,
        shapes=_ORDERED,
    )
    #: ID, ID:RATE or ID:COUNTRY:RATE each.
    gross_channels: tuple[str, ...] = declared(
        (),
        group="money",
        meaning="channels whose prices hold the tax: ID, ID:RATE or ID:COUNTRY:RATE, ...",
        value=values.gross_channels(),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    discount_repair: str = declared(
        "refuse",
        group="money",
        meaning="a discount larger than its line or order: refuse, spread or cap",
        value=values.one_of(*REPAIRS),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    #: Each an id of a channel, a country, or CHANNEL:COUNTRY.
    tax_not_ours: tuple[str, ...] = declared(
        (),
        group="money",
        meaning="where a marketplace collects and pays the tax itself, so that the invoice is "
        "without: channels, countries or CHANNEL:COUNTRY",
        value=values.tax_not_ours(),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    default_currency: str = declared(
        "",
        group="money",
        meaning="currency of orders that do not say theirs, three letters; empty to refuse them",
        value=values.text(r"([A-Z]{3})?", "three capital letters, or empty"),
        decides=_ORDERED,
        shapes=_ORDERED,
    )
    tax_amounts: str = declared(
        "computed",
        group="money",
        meaning="tax of a line that its rate does not give: computed by Xero, or sent as stated",
        value=values.one_of("computed", "sent"),
        decides=NOTHING,
        shapes=_ORDERED,
    )
    #: In the invoice's currency.
    rounding_limit: Decimal = declared(
        Decimal("0.00"),
        group="money",
        meaning="pennies of one invoice that are accepted beyond what rounding explains",
        value=values.decimal(
            Decimal(0), Decimal(1), like="an amount like 0.05", bounds="from 0 to 1.00"
        ),
        decides=EXPORTED,
        shapes=EXPORTED,
    )
    #: IANA name.
    timezone: str = declared(
        "Europe/London",
        group="mintsoft",
        meaning="time zone of dates, and of Mintsoft's own times",
        value=values.time_zone(),
        decides=_ALL,
        shapes=_ALL,
    )
    tag: str = declared(
        "xero",
        group="mintsoft",
        meaning="label put on an exported order in Mintsoft; empty for none",
        value=values.text(r"[^,\x00-\x1f]{0,50}", "one short word"),
        decides=NOTHING,
        shapes=NOTHING,
    )
    write_pace: Decimal = declared(
        Decimal(2),
        group="mintsoft",
        meaning="writes to Mintsoft per second at the most",
        value=values.decimal(
            Decimal("0.1"), Decimal(1000), like="a number like 2", bounds="from 0.1 to 1000"
        ),
        decides=NOTHING,
        shapes=NOTHING,
    )
    #: Of jobs that look for documents and have no interval of their own (`job.every`).
    sync_minutes: int = declared(
        15,
        group="schedule",
        meaning="minutes between two looks for documents (one job: schedule set); 0: none",
        value=values.whole(0, 10080, "whole number of minutes"),
        decides=NOTHING,
        shapes=NOTHING,
    )
    batch_size: int = declared(
        50,
        group="schedule",
        meaning="invoices sent in one call, 1 to 50",
        value=values.whole(1, 50, "whole number"),
        decides=NOTHING,
        shapes=NOTHING,
    )
    import_warehouse: str = declared(
        "",
        group="imports",
        meaning="Mintsoft warehouse of what is imported: id or code; empty: the only one",
        value=values.name_or_nothing(),
        decides=_SOLD | _BOUGHT,
        shapes=_SOLD | _BOUGHT,
    )
    import_invoice_statuses: tuple[str, ...] = declared(
        ("AUTHORISED", "PAID"),
        group="imports",
        meaning="statuses of sales invoices in Xero that become orders in Mintsoft",
        value=values.statuses(
            "Names of Xero's statuses of sales invoices separated by commas",
            *("DRAFT", "SUBMITTED", "AUTHORISED", "PAID"),
        ),
        decides=_SOLD,
        shapes=NOTHING,
    )
    import_channel: str = declared(
        "",
        group="imports",
        meaning="sales channel of orders made from invoices: id or name; empty for none",
        value=values.name_or_nothing(),
        decides=_SOLD,
        shapes=_SOLD,
    )
    import_courier: str = declared(
        "AUTO",
        group="imports",
        meaning="courier service of orders made from invoices; AUTO: Mintsoft's rules choose",
        value=values.text(r"[^,\x00-\x1f]{1,100}", "AUTO, or a name or id without a comma"),
        decides=_SOLD,
        shapes=_SOLD,
    )
    import_purchase_order_statuses: tuple[str, ...] = declared(
        ("AUTHORISED",),
        group="imports",
        meaning="statuses of purchase orders in Xero that become ASNs",
        value=values.statuses(
            "Names of Xero's statuses of purchase orders separated by commas",
            *("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED"),
        ),
        decides=_BOUGHT,
        shapes=NOTHING,
    )
    goods_in_type: str = declared(
        "",
        group="imports",
        meaning="in what ordered goods arrive, such as Pallet; empty: the only one",
        value=values.name_or_nothing(),
        decides=_BOUGHT,
        shapes=_BOUGHT,
    )
    asn_supplier: str = declared(
        "",
        group="imports",
        meaning="supplier named on every ASN; empty for the purchase order's contact",
        value=values.text(r"[^\x00-\x1f]{0,250}", "a name of at most 250 characters, or empty"),
        decides=_BOUGHT,
        shapes=_BOUGHT,
    )
    arrival_days: int = declared(
        0,
        group="imports",
        meaning="days from order to arrival where a purchase order names no day; 0: refused",
        value=values.whole(0, 365, "whole number of days"),
        decides=_BOUGHT,
        shapes=_BOUGHT,
    )
    postage_includes_vat_free: str = declared(
        "ask",
        group="client_invoices",
        meaning="postage of client invoices holds the VAT-free part: yes, no, ask",
        value=values.one_of(*POSTAGE),
        decides=_BILLED,
        shapes=_BILLED,
    )
    client_invoice_lines: str = declared(
        "cost_centres",
        group="client_invoices",
        meaning="lines of a client invoice: cost_centres, or charges if there are any",
        value=values.one_of(*LINES),
        decides=NOTHING,
        shapes=_BILLED,
    )
    create_client_contacts: str = declared(
        "no",
        group="client_invoices",
        meaning="a client without a contact gets a new one in Xero: yes or no",
        value=values.yes_or_no(),
        decides=_BILLED,
        shapes=_BILLED,
    )
    notify_email: tuple[str, ...] = declared(
        (),
        group="notices",
        meaning="e-mail addresses that notices go to, separated by commas; empty for none",
        value=values.addresses(),
        decides=NOTHING,
        shapes=NOTHING,
    )
    #: Such an address may hold a token.
    notify_webhook: str = declared(
        "",
        group="notices",
        meaning="https address that notices are posted to, signed; empty for none",
        value=values.webhook(),
        decides=NOTHING,
        shapes=NOTHING,
        private=True,
    )
    notify_errors: str = declared(
        "yes",
        group="notices",
        meaning="tell of each new kind of error: yes or no",
        value=values.yes_or_no(),
        decides=NOTHING,
        shapes=NOTHING,
    )
    notify_paused: str = declared(
        "yes",
        group="notices",
        meaning="tell when the connection stops or holds for long, and goes on: yes or no",
        value=values.yes_or_no(),
        decides=NOTHING,
        shapes=NOTHING,
    )
    notify_digest: str = declared(
        "yes",
        group="notices",
        meaning="tell the day's figures: yes or no",
        value=values.yes_or_no(),
        decides=NOTHING,
        shapes=NOTHING,
    )
    digest_hour: int = declared(
        7,
        group="notices",
        meaning="hour of the day's figures in the connection's timezone, 0 to 23",
        value=values.whole(0, 23, "whole hour"),
        decides=NOTHING,
        shapes=NOTHING,
    )
