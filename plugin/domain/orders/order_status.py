"""Order status: whether a sale that was exported has ended since, or was taken back."""

#: In these the goods have left, or are invoiced; what leaves them was taken back.
LEFT = frozenset({"DESPATCHED", "INVOICED", "INVOICEFAILED"})

#: In these nothing more comes of it.
DEAD = frozenset({"CANCELLED", "FAILED"})


def has_ended(exported_with: str, now: str, *, due: bool) -> bool:
    """Whether an exported order has ended, or went back to an unfinished status.

    One that was exported before it left the warehouse goes through many statuses on its way.

    Args:
        exported_with: its status when it was exported.
        now: its status now.
        due: whether orders with that status are exported.
    """
    before, after = exported_with.upper(), now.upper()
    if due or before == after:
        return False
    return after in DEAD or (before in LEFT and after not in LEFT)
