"""What follows from the limits of a target, wherever the calls are counted."""

#: The least of a day that workers leave to people, and the part of it in per cent.
DAY_RESERVED, DAY_PART = 20, 2


def day_reserve(most: int) -> int:
    """Calls of a day that are left to people.

    How many a day has is nowhere said (5,000, or 1,000 on the Starter tier, xero.md 2.3), so
    it is judged by `most`, the highest number left that the target has ever told.
    """
    return max(DAY_RESERVED, most * DAY_PART // 100)


def place(organisation_id: str, app: str) -> str:
    """The name under which the calls of one app to one organisation are counted."""
    return f"{app}/{organisation_id}" if app else organisation_id
