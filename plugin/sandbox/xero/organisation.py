"""Organisation and Organisation/Actions (xero.md 10)."""

from . import chart
from .envelope import Answer, day_text, stamp_text
from .routing import Call, Route


def get(call: Call) -> Answer:
    """The one organisation, in a list."""
    document = dict(call.tenant.organisation)
    document["PeriodLockDate"] = day_text(document["PeriodLockDate"])
    document["EndOfYearLockDate"] = day_text(document["EndOfYearLockDate"])
    document["CreatedDateUTC"] = stamp_text(document["CreatedDateUTC"])
    return Answer(payload={"Organisations": [document]})


def actions(call: Call) -> Answer:
    """What the connected person may do."""
    refused = set(call.tenant.organisation.get("RefusedActions", ()))
    rows = [
        {"Name": name, "Status": "NOT-ALLOWED" if name in refused else "ALLOWED"}
        for name in chart.ACTIONS
    ]
    return Answer(payload={"Actions": rows})


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="Organisation", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="Organisations", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="Organisation/Actions", scopes=_SCOPES, handlers={"GET": actions}),
]
