"""The clients of an account, for whom a fulfilment house keeps goods."""

from difflib import get_close_matches

from marshmallow import ValidationError

from ....plugin.errors import SettingsError
from ..api.calls import STATUSES
from ..api.client import MintsoftClient
from ..api.errors import NotAllowed
from ..api.paging import ALL_CLIENTS, walk
from ..api.shapes import CLIENT

#: So many known codes are shown.
SHOWN = 20


def find_client(client: MintsoftClient, code: str) -> str:
    """The id of the client with a code (case does not matter), to be given to a source.

    Raises:
        SettingsError: there is no such client, or the user may not list them (an
            administrator of the account may, mintsoft.md 1.2).
        TryLater, Disconnected: as `MintsoftClient.read_list`.
    """
    ids = _ids_by_code(client)
    known = {name.casefold(): name for name in ids}
    if code.strip().casefold() in known:
        return ids[known[code.strip().casefold()]]
    close = get_close_matches(code.strip().casefold(), known, n=1)
    hint = f" Did you mean {known[close[0]]}?" if close else ""
    names = ", ".join(sorted(ids)[:SHOWN]) + (", ..." if len(ids) > SHOWN else "")
    raise SettingsError(f"Mintsoft has no client {code}.{hint} Its clients: {names or 'none'}.")


def _ids_by_code(client: MintsoftClient) -> dict[str, str]:
    ids: dict[str, str] = {}
    try:
        rows = [row for page in walk(client, ALL_CLIENTS) for row in page]
    except NotAllowed:
        client.read_list(STATUSES)  # raises when it is the login that is wrong
        raise SettingsError(
            "This Mintsoft user may not list clients: leave the client out if the user is "
            "the client's own, or connect with an administrator."
        ) from None
    for row in rows:
        try:
            found = CLIENT.load(row)
        except ValidationError:
            continue
        if found["Code"]:
            ids[found["Code"]] = str(found["ID"])
    return ids
