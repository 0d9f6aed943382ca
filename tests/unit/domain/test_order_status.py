"""Order status: when a sale has ended after its export."""

import pytest

from ....plugin.domain.orders.order_status import has_ended


@pytest.mark.parametrize(
    ("before", "now", "due", "ended"),
    [
        ("DESPATCHED", "CANCELLED", False, True),
        ("INVOICED", "Failed", False, True),
        ("DESPATCHED", "AWAITINGPICKING", False, True),
        ("DESPATCHED", "SENT ABROAD", False, True),
        ("DESPATCHED", "INVOICEFAILED", False, False),
        ("DESPATCHED", "INVOICED", True, False),
        # Exported before it left: it is on its way.
        ("NEW", "PICKED", False, False),
        ("PRINTED", "QUERYRAISED", False, False),
        ("NEW", "CANCELLED", False, True),
        ("CANCELLED", "CANCELLED", False, False),
        ("NEW", "CANCELLED", True, False),
    ],
)
def test_what_has_ended(before: str, now: str, due: bool, ended: bool) -> None:  # noqa: FBT001
    """Cancelled, failed, or back from the road it has ended; on its way there it has not."""
    assert has_ended(before, now, due=due) is ended
