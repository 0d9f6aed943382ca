"""What settings are for, and what they may be: for the help, the settings page, and pages of ours.

A setting that no group lists stands under `other`; nothing is lost where one is added.
"""

from collections.abc import Collection

from marshmallow import validate

from ...domain.invoices.reference import WORDS
from .schema import SettingsSchema

#: What settings are for, in the order in which people see them; the rest stands under `other`.
GROUPS = {
    "orders": ("export_statuses", "start_date", "warehouses", "channels", "quiet_seconds"),
    "invoice": (
        *("invoice_status", "number_prefix", "reference", "invoice_date", "due", "due_days"),
        *("line_detail", "items", "branding_theme"),
    ),
    "contacts": ("contact_policy",),
    "money": ("tax_basis", "gross_channels", "discount_repair", "rounding_limit"),
    "mintsoft": ("timezone", "tag", "write_pace"),
    "schedule": ("sync_minutes", "batch_size"),
    "imports": (
        *("import_warehouse", "import_invoice_statuses", "import_channel", "import_courier"),
        *("import_purchase_order_statuses", "goods_in_type"),
        *("asn_supplier", "arrival_days"),
    ),
    "client_invoices": (
        *("postage_includes_vat_free", "client_invoice_lines", "create_client_contacts"),
    ),
}

#: What settings may be whose checks do not say it in one phrase.
ALLOWED = {
    "reference": f"words, and {', '.join('{' + word + '}' for word in WORDS)}",
    "branding_theme": "id or name of a branding theme, or empty",
    "timezone": "a time zone like Europe/London",
}

#: What people read above each group.
GROUP_TITLES = {
    "orders": "Which orders",
    "invoice": "What the invoice looks like",
    "contacts": "Whom it goes to",
    "money": "Tax, discounts and pennies",
    "mintsoft": "Mintsoft",
    "schedule": "How often, and how many at once",
    "imports": "What comes from Xero",
    "client_invoices": "Invoices to clients",
    "notices": "What you are told of",
    "other": "Other",
}

#: What begins the names of settings that belong together though no group lists them.
_PREFIXES = {
    "notify": "notices",
    "digest": "notices",
    "import": "imports",
    "asn": "imports",
}


def group_of(name: str) -> str:
    """What a setting is for: its group, or `other`."""
    listed = (group for group, names in GROUPS.items() if name in names)
    return next(listed, _PREFIXES.get(name.partition("_")[0], "other"))


def in_order(group: str, names: Collection[str]) -> list[str]:
    """Those of the names that belong to a group: as it lists them, then the others."""
    listed = GROUPS.get(group, ())
    others = [name for name in names if group_of(name) == group and name not in listed]
    return [*(name for name in listed if name in names), *others]


def choices(name: str) -> tuple[str, ...]:
    """The words that a setting may be; empty where it is not one of a few."""
    found = SettingsSchema().fields[name].validators
    return next((tuple(x.choices) for x in found if isinstance(x, validate.OneOf)), ())


def allowed(name: str) -> str:
    """What a setting may be, in words."""
    known = SettingsSchema().fields[name]
    for validator in known.validators:
        said = getattr(validator, "error", None)
        if said:
            return str(said).removeprefix("must be ")
    return ALLOWED.get(name) or (type(known).__doc__ or "").partition(".")[0].partition(";")[0]
