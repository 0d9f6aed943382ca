"""Every call that may be made to Mintsoft, by path: nothing else goes out.

About twenty GETs of this API change something (mintsoft.md 1.5), so reads are an allow-list, and
a test holds it against those GETs. What stands in braces is the id of the document asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import Side

Query = Mapping[str, str | int]

LOGIN = "/api/Auth"

# Orders (mintsoft.md 2)
ORDER_LIST = "/api/Order/List"
ORDER = "/api/Order/{id}"
ORDER_SEARCH = "/api/Order/Search"
NEW_ORDER = "/api/Order"
COMMENTS = "/api/Order/{id}/Comments"
TAG = "/api/Order/{id}/Tag"

# Lists to choose from (mintsoft.md 3)
STATUSES = "/api/Order/Statuses"
CHANNELS = "/api/Order/Channels"
CLIENTS = "/api/Client"
WAREHOUSES = "/api/Warehouse"
COUNTRIES = "/api/RefData/Countries"
CURRENCIES = "/api/RefData/Currencies"
COURIER_SERVICES = "/api/Courier/Services"

# Products (mintsoft.md 3)
PRODUCT_LIST = "/api/Product/List"
PRODUCT = "/api/Product/{id}"
PRODUCT_ID = "/api/Product/LookupProductId"
PRODUCT_SEARCH = "/api/Product/Search"
PRODUCTS = "/api/Product"

# Goods in (mintsoft.md 4)
ASN_LIST = "/api/ASN/List"
ASN = "/api/ASN/{id}"
ASNS = "/api/ASN"
ASN_STATUSES = "/api/ASN/Statuses"
GOODS_IN_TYPES = "/api/ASN/GoodsInTypes"

# What a fulfilment house bills (mintsoft.md 5)
INVOICE_LIST = "/api/Accounting/Invoice/List"
INVOICE = "/api/Accounting/Invoice/{id}"
INVOICE_ORDERS = "/api/Accounting/Invoice/{id}/Orders"
INVOICE_RETURNS = "/api/Accounting/Invoice/{id}/Returns"
INVOICE_GOODS_IN = "/api/Accounting/Invoice/{id}/GoodsIn"
INVOICE_COLLECTIONS = "/api/Accounting/Invoice/{id}/Collections"
INVOICE_OTHER = "/api/Accounting/Invoice/{id}/Other"
INVOICE_OF_ORDER = "/api/Accounting/Invoice/Orders/{OrderId}"

#: Everything that may be read. Whatever is added must not change anything at Mintsoft.
READS = frozenset(
    {
        *(ORDER_LIST, ORDER, ORDER_SEARCH, COMMENTS),
        *(STATUSES, CHANNELS, CLIENTS, WAREHOUSES, COUNTRIES, CURRENCIES, COURIER_SERVICES),
        *(PRODUCT_LIST, PRODUCT, PRODUCT_ID, PRODUCT_SEARCH),
        *(ASN_LIST, ASN, ASN_STATUSES, GOODS_IN_TYPES),
        *(INVOICE_LIST, INVOICE, INVOICE_ORDERS, INVOICE_RETURNS, INVOICE_GOODS_IN),
        *(INVOICE_COLLECTIONS, INVOICE_OTHER, INVOICE_OF_ORDER),
    }
)

#: Reads that look for something: a 404 may say that there is none (mintsoft.md 1.5, 9.8).
SEARCHES = frozenset({ORDER_SEARCH, PRODUCT_ID, PRODUCT_SEARCH})

#: Writes that may be sent again without harm: a comment is looked for first, a tag is put once.
MARKS = frozenset({("POST", COMMENTS), ("PUT", TAG)})

#: Writes that must be looked up when their answer is lost, before anything is sent again.
CHANGES = frozenset(
    {
        *(("PUT", NEW_ORDER), ("POST", ORDER)),
        *(("PUT", ASNS), ("POST", ASN)),
        *(("PUT", PRODUCTS), ("POST", PRODUCTS)),
    }
)

#: Everything that may be written, with its method.
WRITES = MARKS | CHANGES

#: Beginnings of paths, and what a person calls the documents below them.
_NOUNS = (("/api/ASN", "ASN"), ("/api/Product", "product"), ("/api/Accounting", "client invoice"))


def noun(path: str) -> str:
    """What a path is about, as the end of "the ..."."""
    return next((word for start, word in _NOUNS if path.startswith(start)), "order")


_BRACES = re.compile(r"\{\w+\}")


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked."""

    side: Side
    method: str
    #: The path with ``{id}`` in place of a document's id; this is what logs say.
    template: str
    #: The id for it; empty when the template has none.
    document_id: str = ""
    query: Query | None = None
    #: Sent as JSON; never logged.
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    #: What of the body must not be repeated, should Mintsoft quote it when it refuses.
    private: tuple[str, ...] = field(default=(), repr=False)
    #: What the answer to a read must be.
    shape: type = dict

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def path(self) -> str:
        """The path to ask for."""
        return _BRACES.sub(self.document_id, self.template)

    @property
    def may_find_nothing(self) -> bool:
        """Whether a 404 may be about what is asked for, and not about the path."""
        return bool(self.document_id) or self.template in SEARCHES

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.side in {Side.MARK, Side.CHANGE}
