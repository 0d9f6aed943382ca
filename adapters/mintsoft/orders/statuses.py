"""Names of order statuses by their ids (mintsoft.md 2.2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from ..api.shapes import STATUS

#: As every account that was seen has them. The outside name (``ExternalName``) can be changed
#: by an account and hides INVOICED and INVOICEFAILED, so it is never read.
STATUS_NAMES: Mapping[int, str] = {
    1: "NEW",
    2: "PRINTED",
    3: "CANCELLED",
    4: "DESPATCHED",
    5: "INVOICED",
    6: "INVOICEFAILED",
    7: "HOLDING",
    8: "FAILED",
    9: "ONBACKORDER",
    10: "AWAITINGCONFIRMATION",
    11: "AWAITINGDOCUMENTATION",
    12: "AWAITINGPAYMENT",
    13: "QUERYRAISED",
    14: "PACKANDHOLD",
    15: "AWAITINGPICKING",
    16: "PICKINGSTARTED",
    17: "PICKED",
    18: "FRAUDRISK",
    19: "PICKINGSKIPPED",
    20: "PACKED",
    21: "AWAITINGREPLEN",
    22: "PROCESSING",
    23: "REBINNED",
}


def status_name(status_id: int, names: Mapping[int, str]) -> str:
    """The status's name; an unknown one is called ``STATUS-<id>``."""
    return names.get(status_id) or f"STATUS-{status_id}"


def read_statuses(rows: Iterable[Any]) -> dict[int, str]:
    """Names by id from the answer of ``GET /api/Order/Statuses``; rows without one are left out."""
    names: dict[int, str] = {}
    for row in rows:
        try:
            status = STATUS.load(row)
        except ValidationError:
            continue
        names[status["ID"]] = status["Name"]
    return names
