"""MintsoftProducts: the products of an account, or of one client of it."""

from collections.abc import Iterator
from datetime import datetime

from ....plugin.domain.warehouse.product import NewProduct, Product
from ....plugin.errors import NeedsPerson
from ....plugin.ports.source import Unreadable
from ..api.calls import PRODUCT, PRODUCT_ID, PRODUCT_SEARCH, PRODUCTS
from ..api.client import MintsoftClient
from ..api.errors import GONE
from ..api.fields import text_id
from ..api.paging import PRODUCTS as LISTING
from ..api.paging import Row, belongs, read_row, search, walk
from ..api.shapes import made_id
from ..api.zone import account_zone, local_text
from .products import RESULT, changed_product_body, new_product_body, read_product


class MintsoftProducts:
    """Reads, finds, makes and changes products."""

    def __init__(self, client: MintsoftClient, *, zone: str, client_id: str = "") -> None:
        """Makes no call. Arguments and errors as `MintsoftSource`."""
        self._client = client
        self._client_id = client_id
        self._zone = account_zone(zone)

    def changed_since(self, since: datetime | None) -> Iterator[list[Product | Unreadable]]:
        """Pages of all products changed at or after a moment (UTC); None: all there are.

        A product may come twice. Raises as `MintsoftClient.read_list`.
        """
        query: dict[str, str | int] = {}
        if self._client_id:
            query["ClientId"] = self._client_id
        if since is not None:
            query["SinceLastUpdated"] = local_text(since, self._zone)
        for rows in walk(self._client, LISTING, query):
            page = [read_product(row, self._zone) for row in rows if belongs(row, self._client_id)]
            if page:
                yield page

    def product(self, product_id: str) -> Product | Unreadable | None:
        """One product as it is now; None when it is gone, or another client's."""
        row = read_row(self._client, PRODUCT, product_id)
        if row is None or not belongs(row, self._client_id):
            return None
        return read_product(row, self._zone)

    def find(self, sku: str) -> Product | Unreadable | None:
        """The product with exactly this SKU, whatever its case; None: there is none.

        A look-up answers with a number, and also for a SKU of another system; a search matches
        loosely. So the product itself is looked at, and only if both find nothing is nothing
        there. Raises as `MintsoftClient.read_list`.
        """
        sku = sku.strip()
        query: dict[str, str | int] = {"SKU": sku}
        if self._client_id:
            query["ClientId"] = self._client_id
        found = self._client.read_number(PRODUCT_ID, query=query)
        row = read_row(self._client, PRODUCT, str(found)) if found and found > 0 else None
        rows = [row] if row is not None else []
        if not any(self._has(one, sku) for one in rows):
            everything = {"IncludeDiscontinued": "true", "IncludeBundles": "true"}
            rows = search(self._client, PRODUCT_SEARCH, {"Search": sku, **everything})
        return next((read_product(one, self._zone) for one in rows if self._has(one, sku)), None)

    def make(self, new: NewProduct) -> str:
        """Make a product; its id.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502).
            Unknown: the answer was lost: `find` it by its SKU before it is made again, some
                minutes later, since Mintsoft may still be at work on it.
            TryLater, Disconnected: nothing was made.
        """
        made = self._client.write("PUT", PRODUCTS, body=new_product_body(new))
        return made_id(made, RESULT, "ProductId", what="product", known_by="its SKU")

    def change(self, product_id: str, new: NewProduct) -> None:
        """Let a product say this from now on; what `new` doesn't know stays.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502), or it is gone (MX-503).
            Unknown: the answer was lost: read the `product` before it is changed again.
            TryLater, Disconnected: nothing was changed.
        """
        row = read_row(self._client, PRODUCT, product_id)
        if row is None:
            raise NeedsPerson("The product is gone from Mintsoft.", code=GONE)
        self._client.write("POST", PRODUCTS, body=changed_product_body(row, new))

    def _has(self, row: Row, sku: str) -> bool:
        """Whether the row is our product with this SKU."""
        own = row.get("SKU") if isinstance(row, dict) and text_id(row) else None
        same = isinstance(own, str) and own.strip().casefold() == sku.casefold()
        return same and belongs(row, self._client_id)
