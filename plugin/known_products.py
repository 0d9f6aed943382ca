"""KnownProducts: which SKUs are products of the warehouse, each asked for once."""

from .goods_in_ports import Products


class KnownProducts:
    """Kept for one run: a product may be added at any time."""

    def __init__(self, products: Products) -> None:
        """Makes no call."""
        self._products = products
        self._known: dict[str, bool] = {}

    def __contains__(self, sku: str) -> bool:
        """Whether there is such a product, whatever the case. Raises as `Products.find`."""
        key = sku.strip().casefold()
        if key and key not in self._known:
            self._known[key] = self._products.find(sku) is not None
        return self._known.get(key, False)
