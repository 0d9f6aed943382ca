"""Branding themes: how documents look; there is the standard one and one more."""

from ...store import Document
from ..protocol.envelope import Answer, not_found, stamp_text
from ..protocol.routing import Call, Route
from .chart import fixed_id

_NAMES = ("Standard", "Wholesale")


def _rows(call: Call) -> list[Document]:
    created = stamp_text(call.tenant.organisation["CreatedDateUTC"])
    return [
        {
            "BrandingThemeID": fixed_id(f"branding theme {name}"),
            "Name": name,
            "Type": "INVOICE",
            "SortOrder": position,
            "CreatedDateUTC": created,
        }
        for position, name in enumerate(_NAMES)
    ]


def get(call: Call) -> Answer:
    """All themes."""
    return Answer(payload={"BrandingThemes": _rows(call)})


def get_one(call: Call) -> Answer:
    """One theme by id."""
    found = [row for row in _rows(call) if row["BrandingThemeID"] == call.ids[0].lower()]
    return Answer(payload={"BrandingThemes": found}) if found else not_found()


_SCOPES = ("accounting.settings",)
ROUTES = [
    Route(template="BrandingThemes", scopes=_SCOPES, handlers={"GET": get}),
    Route(template="BrandingThemes/{id}", scopes=_SCOPES, handlers={"GET": get_one}),
]
