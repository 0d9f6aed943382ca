"""Organisation, what may be done in it, and its CIS settings (xero.md 10)."""

from ..protocol.envelope import Answer, day_text, not_found, stamp_text
from ..protocol.routing import Call, Route
from . import chart


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


def cis_settings(call: Call) -> Answer:
    """The construction industry scheme of a British organisation: not used."""
    if call.ids[0].lower() != call.tenant.id or call.tenant.organisation["CountryCode"] != "GB":
        return not_found()
    row = {"CISContractorEnabled": False, "CISSubContractorEnabled": False, "Rate": "0.00"}
    return Answer(payload={"CISSettings": [row]})


_SCOPES = ("accounting.settings",)
# pyxero uses the plural (xero.md 2).
ROUTES = [
    route
    for name in ("Organisation", "Organisations")
    for route in (
        Route(template=name, scopes=_SCOPES, handlers={"GET": get}),
        Route(template=f"{name}/Actions", scopes=_SCOPES, handlers={"GET": actions}),
        Route(
            template=f"{name}/{{id}}/CISSettings", scopes=_SCOPES, handlers={"GET": cis_settings}
        ),
    )
]
