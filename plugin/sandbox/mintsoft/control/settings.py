"""What nobody knows of the real Mintsoft, as switches: `/_sandbox/settings` shows and sets them.

Each default is what mintsoft.md suggests; its section is named.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints
from zoneinfo import ZoneInfo

#: What a list makes of a `Limit` above its greatest: cut it, answer 400, or ignore `Limit`
#: and `PageNo` altogether and answer everything each time (1.3).
Limit = Literal["cap", "refuse", "ignore"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One way in which the real Mintsoft may behave."""

    # Lists
    #: Order/List.
    order_limit: Limit = "cap"
    #: Product/List and Product/Suppliers.
    product_limit: Limit = "cap"
    #: Client.
    client_limit: Limit = "cap"
    #: ASN/List, the only one that was seen (1.3).
    asn_limit: Limit = "refuse"
    #: Accounting/Invoice/List.
    invoice_limit: Limit = "cap"
    #: What Order/List is sorted by (2.1).
    order_sort: Literal["ID", "OrderDate", "LastUpdated"] = "ID"
    #: What `OrderItems` are in a list that was not asked for them (2.1).
    unasked_items: Literal["null", "absent", "present"] = "null"
    #: Whether a record of exactly the moment asked for is in (9.5).
    inclusive_bounds: bool = True
    #: What `ToDate` bounds: the date of the other filter, or always this one (2.1).
    to_date: Literal["same", "OrderDate", "LastUpdated", "DespatchDate", "ignored"] = "same"
    #: Whether parameters are found in any case (1.3).
    any_case: bool = True
    #: What Order/Search answers when nothing matches (1.5).
    search_miss: Literal["empty", "404"] = "empty"

    # Tags and comments
    #: Whether a tag or a comment moves the order's `LastUpdated` (8.6).
    tagging_touches: bool = True
    #: Between the tags of an order, and of a filter (2.3).
    tag_separator: str = ","
    #: Whether one tag of a filter is enough, or all must be there (9.4).
    tags_match: Literal["any", "all"] = "any"
    #: Whether to add a tag that is there is an error (9.4).
    tag_twice: Literal["fine", "refused"] = "fine"

    # Answers
    #: Whether members without value are written as null or left out (1.4).
    nulls: bool = True
    #: What PUT Order answers; old accounts may answer one object (1.5).
    created: Literal["array", "object"] = "array"
    #: The time zone that times are in (1.4).
    time_zone: str = "Europe/London"

    # Keys
    #: False: keys are set never to expire (1.2).
    keys_expire: bool = True
    #: Whether logging in ends the key before (9.10).
    login_rotates: bool = True
    #: Whether the old `?APIKey=` is still accepted (1.2).
    query_key: bool = False

    # Orders
    #: Whether an order that left the house keeps its despatch date when it is cancelled (2.2).
    cancelled_keeps_despatch_date: bool = True
    #: Whether a client's second order with one number is refused (2.4).
    duplicates: Literal["refused", "accepted"] = "refused"
    #: Whether an order for something that is not in stock keeping is refused.
    unknown_sku: Literal["refused", "accepted"] = "accepted"
    #: Whether `TotalVat` has the delivery's VAT in it (2.3).
    total_vat: Literal["all", "goods"] = "all"
    #: As they are; with totals that don't add up; or as marketplaces without VAT breakdown
    #: send them, whole gross prices as net (2.3).
    money: Literal["plain", "broken", "gross_as_net"] = "plain"
    #: Whether all customers' data is scrubbed (2.3).
    pii_removed: bool = False

    # The rest
    #: Whether the lines that an update of an ASN sends take the place of its own (4).
    asn_update_lines: Literal["replaced", "kept"] = "replaced"
    #: Whether the callback of an ASN is also made when it is partly booked in (2.6).
    partial_book_in_calls: bool = True
    #: Whether the callbacks of orders send `ExtraCode4` as Authorization as well (2.6).
    order_authorization: bool = False
    #: Whether `PostageCost` has the VAT-free postage in it (5).
    postage_includes_vat_free: bool = False

    def changed(self, given: Mapping[str, Any]) -> "Settings":
        """These with some changed.

        Raises:
            ValueError: there is no such setting, or it can't be that; the text says what can.
        """
        for name, value in given.items():
            if name not in _HINTS:
                raise ValueError(f"There is no setting {name!r}, only {', '.join(_HINTS)}.")
            _check(name, value)
        return replace(self, **given)

    def shown(self) -> dict[str, Any]:
        """By name."""
        return asdict(self)


_HINTS = {field.name: get_type_hints(Settings, globals())[field.name] for field in fields(Settings)}


def _check(name: str, value: Any) -> None:
    choices = get_args(_HINTS[name])
    if choices and (not isinstance(value, str) or value not in choices):
        raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}.")
    if not choices and type(value) is not _HINTS[name]:
        raise ValueError(f"{name} is {_HINTS[name].__name__}, not {value!r}.")
    if name == "tag_separator" and not value:
        raise ValueError("tag_separator can't be empty.")
    if name == "time_zone":
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone such as Europe/London.") from None
