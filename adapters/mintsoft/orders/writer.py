"""MintsoftOrders: makes and changes orders, each at most once although no call is idempotent."""

from ....plugin.domain.warehouse.new_order import MadeOrder, NewOrder, OrderChange
from ....plugin.errors import NeedsPerson
from ..api.calls import NEW_ORDER, ORDER, ORDER_SEARCH
from ..api.client import MintsoftClient
from ..api.paging import Row, belongs, search
from .new_orders import (
    already_there,
    made_order,
    new_order_body,
    order_change_body,
    other_order,
    same_order,
)


class MintsoftOrders:
    """Orders of one account, or of one client of it, as far as they are written."""

    def __init__(self, client: MintsoftClient, *, client_id: str = "") -> None:
        """Makes no call.

        Args:
            client: logged in as a user that may make orders.
            client_id: whose orders they are; empty where the login is the client's own.
        """
        self._client = client
        self._client_id = client_id

    def make(self, new: NewOrder) -> MadeOrder:
        """Make an order; the one that is there under our reference counts as made.

        Raises:
            NeedsPerson: Mintsoft refuses it, perhaps because the client has another order with
                this number (MX-502).
            Unknown: the answer was lost: `find` it before it is made again, some minutes later,
                since Mintsoft may still be at work on it.
            TryLater, Disconnected: nothing was made.
        """
        body, private = new_order_body(new), new.recipient.private
        try:
            answer = self._client.write("PUT", NEW_ORDER, body=body, private=private)
        except NeedsPerson as refused:
            if not already_there(refused.message):
                raise
            order_id = self.find(new)
            if not order_id:
                raise
            return MadeOrder(order_id=order_id, found=True)
        return made_order(answer)

    def find(self, new: NewOrder) -> str:
        """The id of the order that was made from the same document; empty: there is none.

        Searched for by its exact number, then loosely: an order that was merged with another
        one meanwhile is called ``a+b`` (mintsoft.md 2.1). The part that a supplier sends is
        found only if it carries our reference too.

        Raises:
            TryLater, Disconnected: as `MintsoftClient.read_list`.
        """
        return self._find(new.number, new.external_reference, new.client_id)

    def find_made(self, number: str, reference: str) -> str:
        """As `find`, by the number and our reference."""
        return self._find(number, reference, self._client_id)

    def _find(self, number: str, reference: str, client_id: str) -> str:
        for exact in ("true", "false"):
            found = same_order(reference, self._with_number(number, exact, client_id))
            if found:
                return found
        return ""

    def holds_number(self, number: str, reference: str) -> bool:
        """Whether the client has an order of exactly this number that is not of our reference.

        Raises:
            TryLater, Disconnected: as `MintsoftClient.read_list`.
        """
        rows = self._with_number(number, "true", self._client_id)
        return other_order(number, reference, rows)

    def _with_number(self, number: str, exact: str, client_id: str) -> list[Row]:
        query = {"OrderNumber": number, "exactMatch": exact}
        rows = search(self._client, ORDER_SEARCH, query)
        return [row for row in rows if belongs(row, client_id)]

    def change(self, order_id: str, change: OrderChange) -> None:
        """Change a few fields of an order; the others, and its lines, stay.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502), or the order is gone (MX-503).
            Unknown: the answer was lost: read the order before it is changed again.
            TryLater, Disconnected: nothing was changed.
        """
        body = order_change_body(change)
        private = change.recipient.private if change.recipient else ()
        self._client.write("POST", ORDER, document_id=order_id, body=body, private=private)
