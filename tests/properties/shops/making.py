"""How many orders are made, and in which order."""

import os
from collections.abc import Iterator
from random import Random

from .shop import Shop, ShopOrder
from .spoilt import spoil, unmapped

COUNT = int(os.environ.get("MINTSOFT_XERO_SHOP_ORDERS", "2000"))
SEED = int(os.environ.get("MINTSOFT_XERO_SEED", "1"))
#: One of so many orders is spoilt, and one of so many bears a rate that is not mapped.
_SPOILT = 20
_UNMAPPED = 30


def orders(random: Random, count: int) -> Iterator[ShopOrder]:
    """Orders of all shops in turn, a few of them spoilt."""
    for number in range(1, count + 1):
        shop = Shop.some(random)
        if number % _UNMAPPED == 0 and (found := unmapped(shop, number)):
            yield found
        elif number % _SPOILT == 0:
            yield spoil(random, shop.order(number))
        else:
            yield shop.order(number)
