"""The forms in which the API answers (mintsoft.md 1.4 and 1.5)."""

import json
from typing import Any, NoReturn

from flask import Response, abort, g

#: In `flask.g` of a request whose answer leaves out what has no value.
NO_NULLS = "mintsoft_sandbox_no_nulls"


def answer(document: Any, status: int = 200) -> Response:
    """JSON as the API writes it; letters outside ASCII go as they are."""
    if g.get(NO_NULLS):
        document = without_nulls(document)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(
        text.encode("utf-8", "replace"), status, content_type="application/json; charset=utf-8"
    )


def without_nulls(value: Any) -> Any:
    """The document less every member that is null."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def outcome(*, success: bool = True, record_id: int = 0, message: str | None = None) -> Any:
    """A ToolkitResult as a document."""
    return {
        "ID": record_id,
        "Success": success,
        "SensitiveData": None,
        "Message": message,
        "WarningMessage": None,
        "AllocatedFromReplen": False,
    }


def result(record_id: int = 0) -> Response:
    """A ToolkitResult, the answer to nearly every write, with the ID of what was written."""
    return answer(outcome(record_id=record_id))


def refused(message: str) -> Response:
    """A refused write: 200 all the same."""
    return answer(outcome(success=False, message=message))


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """A write that can't be done; the text is the API's message."""


def refuse(message: str) -> NoReturn:
    """End the request as a refused write. Raises Refusal."""
    raise Refusal(message)


def framework_error(status: int, message: str, **more: str) -> Response:
    """An error of the framework, not of the application: ``{"Message": ...}``."""
    return answer({"Message": message, **more}, status)


def unauthorised() -> Response:
    """A missing, wrong or expired key, a bad login, or no administrator: an empty body."""
    return Response(status=401)


def invalid() -> NoReturn:
    """The request can't be read."""
    abort(framework_error(400, "The request is invalid."))


def forbidden() -> NoReturn:
    """What only administrators may do (mintsoft.md 1.5)."""
    abort(framework_error(403, "Invalid User Permissions to perform Request"))


def not_found() -> NoReturn:
    """No such record, or not this user's."""
    abort(Response(status=404))


def broken() -> NoReturn:
    """The application failed."""
    abort(framework_error(500, "An error has occurred."))
