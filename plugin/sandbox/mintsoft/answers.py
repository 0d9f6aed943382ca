"""The forms in which the API answers (mintsoft.md 1.4 and 1.5)."""

import json
from typing import Any, NoReturn

from flask import Response, abort


def answer(document: Any, status: int = 200) -> Response:
    """JSON as the API writes it: nulls are written, letters outside ASCII go as they are."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(
        text.encode("utf-8", "replace"), status, content_type="application/json; charset=utf-8"
    )


def result(*, success: bool = True, order_id: int = 0, message: str | None = None) -> Response:
    """A ToolkitResult, the answer to nearly every write."""
    return answer(
        {
            "ID": order_id,
            "Success": success,
            "SensitiveData": None,
            "Message": message,
            "WarningMessage": None,
            "AllocatedFromReplen": False,
        }
    )


def refused(message: str) -> Response:
    """A refused write: 200 all the same."""
    return result(success=False, message=message)


def framework_error(status: int, message: str, **more: str) -> Response:
    """An error of the framework, not of the application: ``{"Message": ...}``."""
    return answer({"Message": message, **more}, status)


def unauthorised() -> Response:
    """A missing, wrong or expired key, a bad login, or no administrator: an empty body."""
    return Response(status=401)


def invalid() -> NoReturn:
    """The request can't be read."""
    abort(framework_error(400, "The request is invalid."))


def not_found() -> NoReturn:
    """No such order, or not this user's."""
    abort(Response(status=404))


def broken() -> NoReturn:
    """The application failed."""
    abort(framework_error(500, "An error has occurred."))
