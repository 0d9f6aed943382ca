"""The options of a tracking category: PUT, POST and DELETE (xero.md 10)."""

import uuid
from collections.abc import Callable

from ...store import Document
from ..protocol import elements, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import NO_ID, Answer, not_found
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from . import tracking

_SHAPE = reading.Shape("TrackingOption", {"Name": "text", "Status": tracking.STATUSES})


def put(call: Call) -> Answer:
    """Add options to a category."""
    if tracking.category(call) is None:
        return not_found()

    def create(sent: Element) -> Outcome:
        option = _option(str(uuid.uuid4()), sent.get("Name", ""), sent.get("Status", "ACTIVE"))
        outcome = _option_kept(call, option)
        shown = outcome.shown | ({"TrackingOptionID": NO_ID} if outcome.errors else {})
        return Outcome(shown=shown, errors=outcome.errors)

    return elements.write(call, "Options", _SHAPE, create)


def post_one(call: Call) -> Answer:
    """Rename an option, or archive it, or make it active again."""

    def change(option: Document) -> Answer:
        def write(sent: Element) -> Outcome:
            now = option | sent
            return _option_kept(call, _option(now["TrackingOptionID"], now["Name"], now["Status"]))

        return elements.write_single(call, "Options", _SHAPE, write)

    return _of_option(call, change)


def delete(call: Call) -> Answer:
    """Delete an option that no document uses."""

    def remove(option: Document) -> Answer:
        option_id = option["TrackingOptionID"]
        if tracking.used(call.tenant, "TrackingOptionID", option_id):
            return tracking.refused(option)
        _put_options(call, [each for each in _options(call) if each is not option])
        return Answer(payload={"Options": [_option(option_id, option["Name"], "DELETED")]})

    return _of_option(call, remove)


def _option(option_id: str, name: str, status: str) -> Document:
    return {
        "TrackingOptionID": option_id,
        "Name": name,
        "Status": status,
        "HasValidationErrors": False,
        "IsDeleted": status == "DELETED",
        "IsArchived": status == "ARCHIVED",
        "IsActive": status == "ACTIVE",
    }


def _options(call: Call) -> list[Document]:
    category = tracking.category(call)
    return list(category["Options"]) if category else []


def _of_option(call: Call, answer: Callable[[Document], Answer]) -> Answer:
    """What `answer` says of the option that the path names; 404 for none."""
    wanted = call.ids[1].lower()
    for option in _options(call):
        if option["TrackingOptionID"] == wanted:
            return answer(option)
    return not_found()


def _option_kept(call: Call, option: Document) -> Outcome:
    """Put an option unless its name is bad."""
    before = _options(call)
    ids = [each["TrackingOptionID"] for each in before]
    others = [each for each in before if each["TrackingOptionID"] != option["TrackingOptionID"]]
    errors = tracking.name_faults(option, others)
    if errors:
        return Outcome(shown=option | {"HasValidationErrors": True}, errors=errors)
    if option["TrackingOptionID"] in ids:
        before[ids.index(option["TrackingOptionID"])] = option
    else:
        before.append(option)
    _put_options(call, before)
    return Outcome(shown=option, errors=[])


def _put_options(call: Call, options: list[Document]) -> None:
    category = tracking.category(call)
    if category is not None:
        key = category["TrackingCategoryID"]
        call.tenant.store.put("xero_tracking", key, category | {"Options": options})


_SCOPES = ("accounting.settings",)
_PATH = "TrackingCategories/{id}/Options"
ROUTES = [
    Route(template=_PATH, scopes=_SCOPES, handlers={"PUT": put}),
    Route(
        template=f"{_PATH}/{{option}}",
        scopes=_SCOPES,
        handlers={"POST": post_one, "DELETE": delete},
    ),
]
