"""MintsoftGoodsIn: the ASNs of an account, or of one client of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ....plugin.domain.warehouse.goods_in import Asn, NewAsn
from ....plugin.ports.source import Unreadable
from ..api.calls import ASN, ASNS
from ..api.client import MintsoftClient
from ..api.fields import text_id
from ..api.paging import ASNS as LISTING
from ..api.paging import Row, belongs, read_row, walk
from ..api.shapes import made_id
from ..api.zone import account_zone, local_text
from .asns import RESULT, asn_body, read_asn

#: Mintsoft's clock and ours may differ, and the account's zone may be wrong by an hour or two.
OVERLAP = timedelta(hours=3)


class MintsoftGoodsIn:
    """Reads, finds, makes and changes ASNs."""

    def __init__(self, client: MintsoftClient, *, zone: str, client_id: str = "") -> None:
        """Makes no call. Arguments and errors as `MintsoftSource`."""
        self._client = client
        self._client_id = client_id
        self._zone = account_zone(zone)

    def changed_since(self, since: datetime | None) -> Iterator[list[Asn | Unreadable]]:
        """Pages of all ASNs changed at or after a moment (UTC), with their lines; None: all.

        An ASN may come twice. Raises as `MintsoftClient.read_list`.
        """
        query: dict[str, str | int] = {"IncludeASNItems": "true"}
        if self._client_id:
            query["ClientId"] = self._client_id
        if since is not None:
            query["SinceLastUpdated"] = local_text(since, self._zone)
        for rows in walk(self._client, LISTING, query):
            whole = [self._whole(row) for row in rows if belongs(row, self._client_id)]
            page = [read_asn(row, self._zone) for row in whole if row is not None]
            if page:
                yield page

    def asn(self, asn_id: str) -> Asn | Unreadable | None:
        """One ASN as it is now; None when it is gone, or another client's."""
        row = read_row(self._client, ASN, asn_id)
        return (
            None if row is None or not belongs(row, self._client_id) else read_asn(row, self._zone)
        )

    def find(self, origin: str, *, number: str, asked_at: datetime) -> Asn | None:
        """The ASN that was made from a document, where an answer was lost; None: there is none.

        There is no search and no idempotency key (mintsoft.md 1.5, 4): all ASNs changed since
        shortly before are looked through for the lines' marks. The oldest is it: part deliveries
        were split off it. Those that are cancelled are none.

        Args:
            origin: what all marks of the document begin with.
            number: of the purchase order, as it was sent.
            asked_at: when the first call for it went out (UTC), or earlier.

        Raises:
            NeedsPerson: one that may be it can't be read (MX-501).
            TryLater, Disconnected: as `MintsoftClient.read_list`.
        """
        found: dict[str, Asn] = {}
        for page in self.changed_since(asked_at - OVERLAP):
            for one in page:
                if isinstance(one, Asn) and one.made_from(origin):
                    found[one.asn_id] = one
                if isinstance(one, Unreadable) and one.number == number.strip():
                    raise one.error
        return min(found.values(), key=lambda one: int(one.asn_id), default=None)

    def make(self, new: NewAsn) -> str:
        """Make an ASN; its id.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502).
            Unknown: the answer was lost: `find` it before it is made again, some minutes later,
                since Mintsoft may still be at work on it.
            TryLater, Disconnected: nothing was made.
        """
        made = self._client.write("PUT", ASNS, body=asn_body(new), private=(new.supplier,))
        return made_id(made, RESULT, "ID", what="ASN", known_by="its purchase order and lines")

    def change(self, asn_id: str, new: NewAsn) -> None:
        """Let an ASN say this from now on.

        Whether its lines are changed with it is not known (mintsoft.md 4): read it afterwards.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502), or it is gone (MX-503).
            Unknown: the answer was lost: read the `asn` before it is changed again.
            TryLater, Disconnected: nothing was changed.
        """
        private = (new.supplier,)
        self._client.write("POST", ASN, document_id=asn_id, body=asn_body(new), private=private)

    def _whole(self, row: Row) -> Row | None:
        """The row with its lines, which a list may leave out; None when it is gone by now."""
        asn_id = text_id(row)
        if not asn_id or row.get("Items") is not None:
            return row
        return read_row(self._client, ASN, asn_id)
