"""Reading a good object takes a short way; it must come to what marshmallow's own comes to."""

import copy
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from .....adapters.mintsoft.api.shapes import ORDER, Shape
from .raw import raw_item, raw_order

NAMED = raw_order(
    OrderItems=[raw_item(), raw_item(ID=70002)],
    Channel={"Name": "Shopify", "ID": 7},
    OrderNameValues=[{"Name": "MergedOrder", "Value": "true"}],
)
PLACES = [
    *((name,) for name in NAMED),
    *(("OrderItems", 1, name) for name in raw_item()),
    *(("OrderNameValues", 0, name) for name in ("Name", "Value")),
    *((name, inner) for name in ("Channel", "Country", "Currency") for inner in ("Name", "Code")),
    *(("OrderItems", 0), ("OrderNameValues", 0)),
]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=5)
) | st.sampled_from(["", " x ", "0001-01-01T00:00:00", "2026-06-15T10:00:00", 2**31, "1e9"])
ODD = st.recursive(
    SCALARS | st.just(Decimal("NaN")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=3,
)


def outcome(data: Any) -> Any:
    """What reading comes to: the fields, or all that is wrong."""
    try:
        return ORDER.load(data)
    except ValidationError as fault:
        return fault.messages


def marshmallows(data: Any) -> Any:
    """The same by marshmallow alone, also within."""
    own = Shape.load
    try:
        Shape.load = Schema.load  # type: ignore[method-assign,assignment]
        return outcome(data)
    finally:
        Shape.load = own  # type: ignore[method-assign]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(PLACES), ODD, max_size=3),
    st.sets(st.sampled_from(PLACES), max_size=2),
)
def test_the_short_way_is_marshmallows(
    changes: dict[tuple[Any, ...], Any], missing: set[tuple[Any, ...]]
) -> None:
    """Whatever an order looks like, it is read or refused just as marshmallow alone would."""
    data = copy.deepcopy(NAMED)
    for path in sorted({*changes, *missing}, key=len, reverse=True):
        within = data
        for step in path[:-1]:
            within = within[step] if step in within or isinstance(step, int) else {}
        if path in changes:
            within[path[-1]] = changes[path]
        elif isinstance(within, dict):
            within.pop(path[-1], None)
    assert repr(outcome(data)) == repr(marshmallows(data))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ODD)
def test_no_order_at_all(data: Any) -> None:
    """The same goes for what is no order."""
    assert repr(outcome(data)) == repr(marshmallows(data))
