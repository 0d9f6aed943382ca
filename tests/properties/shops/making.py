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
        if number % _UNMAPPED == 0 or number % _SPOILT == 0:
            yield spoilt(shop, number)
        else:
            yield shop.order(number)


def spoilt(shop: Shop, number: int) -> ShopOrder:
    """An order that can't be exported as it is, or not by what is mapped."""
    found = unmapped(shop, number) if number % _UNMAPPED == 0 else None
    return found or spoil(shop.random, shop.order(number))


def all_spoilt(random: Random, count: int) -> Iterator[ShopOrder]:
    """Only such orders, of each kind as many as among so many of all shops."""
    numbers = (x for x in range(1, count + 1) if x % _UNMAPPED == 0 or x % _SPOILT == 0)
    return (spoilt(Shop.some(random), number) for number in numbers)
