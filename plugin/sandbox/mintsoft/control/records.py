"""What a person changes or deletes in Mintsoft beside orders: clients, invoices, products, ASNs."""

from flask import Blueprint, Response

from ..account import this_account
from ..protocol.answers import answer
from .control import Complaint, body, complain

records = Blueprint("mintsoft_sandbox_records", __name__, url_prefix="/_sandbox")
records.register_error_handler(Complaint, complain)


@records.post("/record")
def change_record() -> Response:
    """Change members of a record: ``{"kind": "client", "id": 3, "set": {...}}``.

    With ``"set": null`` it is deleted; one that is not there is made.
    """
    asked, account = body(), this_account()
    kind, key, changes = str(asked.get("kind")), str(asked.get("id")), asked.get("set")
    with account.store.changing():
        record = account.store.table(kind).get(key, {})
        if not isinstance(changes, dict | None) or not (record or changes):
            raise Complaint('Send {"kind": "client", "id": 3, "set": {...}}, or null to delete it.')
        if changes is None:
            account.store.delete(kind, key)
        else:
            account.store.put(kind, key, {**record, **changes, **account.stamps("person")})
    return answer(record)
