"""Look-ups in the warehouse: the entry of a list that a setting names, and products by SKU."""

from collections.abc import Sequence

from ..errors import NeedsPerson
from ..ports.choices import Listed
from ..ports.warehouse import Products


def chosen(known: Sequence[Listed], wanted: str, code: str) -> Listed:
    """The entry by its id, code or name, whatever the case; the only one where none is named.

    Raises:
        NeedsPerson: there is none such, or none is named and there are several.
    """
    active = [x for x in known if x.active]
    word = wanted.strip().casefold()
    found = [x for x in active if not word or word in {x.id, x.code.casefold(), x.name.casefold()}]
    by_id = [x for x in found if x.id == word]
    if len(by_id or found) == 1:
        return (by_id or found)[0]
    names = ", ".join(f"{x.name} ({x.id})" for x in active) or "there is none"
    raise NeedsPerson(code=code, chosen=wanted, known=names)


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
