"""Due: from the date of an invoice to the day on which it must be paid.

The rules are those of payment terms in Xero. An organisation's own are read with it; those of
single contacts are not, Xero itself goes by them only for what is entered there by hand.
"""

from calendar import monthrange
from datetime import date, timedelta

#: What the setting `due` may be: from where `due_days` counts.
DUE_RULES = {
    "days": "so many days after the invoice date",
    "month_end": "so many days after the end of its month",
    "this_month": "that day of the month, or its last; not before the invoice date",
    "next_month": "that day of the following month, or its last",
}

#: Stands for the organisation's own rule.
OF_ORGANISATION = "organisation"


def due_date(dated: date, rule: str, days: int) -> date:
    """The due date of an invoice of this date; as a day of a month, `days` is from 1 on."""
    if rule == "month_end":
        return _end_of_month(dated) + timedelta(days=days)
    if rule == "next_month":
        first = _end_of_month(dated) + timedelta(days=1)
        return min(first + timedelta(days=max(days, 1) - 1), _end_of_month(first))
    if rule == "this_month":
        return max(dated, dated.replace(day=min(max(days, 1), _end_of_month(dated).day)))
    return dated + timedelta(days=days)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
