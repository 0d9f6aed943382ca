"""Where a day's orders come from: a range of products, customers, and plausible baskets."""

import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from . import reference as ref
from .reference import Document
from .shape import ZERO, Amount, Customer, Draft, Line, to_pennies

FULL_RATE = Decimal(20)
#: A plain order's total and the sum of its rows, each rounded for itself, stay this close.
CLOSE = Decimal("0.03")


@dataclass(frozen=True, kw_only=True)
class Product:
    """Something on the shelf."""

    product_id: int
    sku: str
    name: str
    #: The shop price, VAT included, two places.
    price: Decimal
    #: VAT in percent.
    rate: Decimal


def _product(product_id: int, sku: str, name: str, price: str, rate: int) -> Product:
    return Product(
        product_id=product_id, sku=sku, name=name, price=Decimal(price), rate=Decimal(rate)
    )


PRODUCTS = (
    _product(501, "MUG-BLU", "Stoneware mug, blue", "19.99", 20),
    _product(502, "MUG-GRN", "Stoneware mug, green", "19.99", 20),
    _product(503, "LAMP-01", "Desk lamp", "44.50", 20),
    _product(504, "CUSH-45", "Cushion 45 cm", "14.95", 20),
    _product(505, "THROW-L", "Wool throw, large", "79.00", 20),
    _product(506, "CANDLE-3", "Candle set of 3", "9.99", 20),
    _product(507, "PLANTER-M", "Planter, medium", "27.49", 20),
    _product(508, "TRAY-OAK", "Oak tray", "35.00", 20),
    _product(509, "CARSEAT-1", "Child car seat, group 1", "129.99", 5),
    _product(510, "CARSEAT-B", "Booster seat", "24.99", 5),
    _product(511, "GRAB-RAIL", "Grab rail 60 cm", "18.75", 5),
    _product(512, "BOOK-COOK", "Cookery book", "12.99", 0),
    _product(513, "BOOK-KIDS", "Picture book", "6.99", 0),
    _product(514, "KIDS-TEE", "Child's T-shirt", "8.50", 0),
    _product(515, "TEA-ASSAM", "Assam tea 250 g", "5.25", 0),
)


def product(sku: str) -> Product:
    """The product of this SKU."""
    return next(one for one in PRODUCTS if one.sku == sku)


#: Made-up people; names from several alphabets come round in turn.
PEOPLE = (
    ("Ada", "Example"),
    ("Zoë", "Brontë-Sample"),
    ("Tomasz", "Łukaszewski"),
    ("Siobhán", "Ó Sampla"),
    ("花子", "見本"),
    ("نور", "مثال"),
    ("Grace", "Placeholder"),
    ("O'Neil", "D'Exemple <b>"),
    ("María José", "Ejemplo"),
    ("Sam 🌻", "Specimen"),
)
COMPANIES = ("Corner Shop (Sample) Ltd", "株式会社みほん", "Müller & Söhne Muster GmbH")


class Shop:
    """Deals out numbers, people and baskets; the same seed deals the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - invents data, guards nothing
        self._numbers = count(1001)
        self._people = count()
        self._turns: dict[str, int] = {}

    def turn(self, name: str) -> int:
        """How often `turn` was asked with this name before: 0, 1, 2, ..."""
        self._turns[name] = self._turns.get(name, -1) + 1
        return self._turns[name]

    def order_number(self, channel: Document | None = None) -> str:
        """A number that no other order has, in the manner of its channel."""
        number = next(self._numbers)
        if channel is ref.AMAZON:
            return f"203-{self.random.randrange(10**7):07d}-{number:07d}"
        if channel is ref.EBAY:
            return f"12-{number:05d}-{self.random.randrange(10**5):05d}"
        prefix = {"Shopify": "WEB", "Wholesale portal": "TRADE", "Phone": "TEL"}
        return f"{prefix[channel['Name']] if channel else 'MAN'}-{number}"

    def guid(self) -> str:
        """A random identifier in the form that Xero gives its documents."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def customer(self, *, company: bool = False) -> Customer:
        """The next invented person, or a firm's buyer."""
        turn = next(self._people)
        first, last = PEOPLE[turn % len(PEOPLE)]
        return Customer(
            first_name=first,
            last_name=last,
            company=COMPANIES[turn % len(COMPANIES)] if company else None,
            email=f"customer{turn}@mail.example",
            phone="07700 900123",
            address=f"{1 + turn % 90} Sample Street",
            town="Anytown",
            postcode="ZZ3 3CC",
        )

    def retail_line(self, product: Product, quantity: int, *, vat: bool = True) -> Line:
        """A row at the shop price: the net of one unit has four places, the gross has two."""
        rate = product.rate if vat else ZERO
        net = round(product.price * 100 / (100 + rate), 4)
        tax = product.price - net
        return self._line(product, quantity, net=net, tax=tax, rate=rate)

    def trade_line(self, product: Product, quantity: int) -> Line:
        """A row at a trade price, which is net and has two places."""
        net = to_pennies(product.price * Decimal("0.55"))
        return self._line(
            product, quantity, net=net, tax=net * product.rate / 100, rate=product.rate
        )

    def _line(
        self, product: Product, quantity: int, *, net: Decimal, tax: Decimal, rate: Decimal
    ) -> Line:
        return Line(
            sku=product.sku,
            product_id=product.product_id,
            details=product.name,
            quantity=quantity,
            net=net,
            tax=tax,
            rate=rate,
            stated_rate=float(rate),
        )

    def trade_lines(self, rates: tuple[int, ...]) -> tuple[Line, ...]:
        """One row at a trade price for each VAT rate named."""
        return tuple(
            self.trade_line(
                self.random.choice([one for one in PRODUCTS if one.rate == rate]),
                self.random.randint(1, 6),
            )
            for rate in rates
        )

    def order(self, status: int, **changes: Any) -> Draft:
        """An ordinary order at a status; its figures agree with its rows to `CLOSE`."""
        channel = self.random.choices(ref.CHANNELS, weights=(45, 22, 13, 14, 6))[0]
        while True:
            draft = self._basket(status, channel)
            if abs(drift(draft)) <= CLOSE:
                break
        return replace(draft, **{"number": self.order_number(channel), **changes})

    def exact_order(self, status: int, **changes: Any) -> Draft:
        """A pound order whose figures agree with its rows to the penny, however one rounds."""
        trade = changes.get("channel") or ref.WHOLESALE
        draft = Draft(
            number="",
            client=self.random.choice(ref.CLIENTS),
            currency=ref.GBP,
            warehouse=ref.WAREHOUSES[0],
            courier=ref.COURIER_SERVICES[0],
            customer=self.customer(company=True),
            lines=self.trade_lines((20, 20)),
            status=status,
            channel=trade,
            country=ref.UNITED_KINGDOM,
            shipping=Amount(net=Decimal("5.00"), tax=Decimal("1.00")),
        )
        return replace(draft, **{"number": self.order_number(trade), **changes})

    def _basket(self, status: int, channel: Document) -> Draft:
        trade = channel in (ref.WHOLESALE, ref.PHONE)
        currency, country = (ref.GBP, ref.UNITED_KINGDOM) if trade else self._market()
        rows = self.random.choices((1, 2, 3, 4), weights=(50, 28, 15, 7))[0]
        at_home = country is ref.UNITED_KINGDOM
        lines = [
            self.trade_line(product, self.random.randint(1, 12))
            if trade
            else self.retail_line(product, self.random.choice((1, 1, 1, 2, 3)), vat=at_home)
            for product in self.random.sample(PRODUCTS, rows)
        ]
        if self.random.random() < 0.15:  # noqa: PLR2004 - one basket in seven
            lines[0] = self._discounted(lines[0])
        return Draft(
            number="",
            client=self.random.choice(ref.CLIENTS),
            currency=currency,
            courier=self.random.choice(ref.COURIER_SERVICES[:3])
            if at_home
            else ref.COURIER_SERVICES[3],
            customer=self.customer(company=trade),
            lines=tuple(lines),
            status=status,
            channel=channel,
            country=country,
            warehouse=self.random.choice(ref.WAREHOUSES),
            shipping=self._shipping(vat=at_home and any(line.rate for line in lines)),
        )

    def _market(self) -> tuple[Document, Document]:
        return self.random.choices(
            (
                (ref.GBP, ref.UNITED_KINGDOM),
                (ref.EUR, self.random.choice((ref.IRELAND, ref.GERMANY, ref.FRANCE))),
                (ref.USD, ref.UNITED_STATES),
                (ref.GBP, ref.JAPAN),
            ),
            weights=(86, 8, 5, 1),
        )[0]

    def _discounted(self, line: Line) -> Line:
        """The row with 10 or 15 percent off."""
        off = to_pennies(line.gross * self.random.choice((10, 15)) / 100)
        net = to_pennies(off * 100 / (100 + line.rate))
        return replace(line, discount=Amount(net=net, tax=off - net))

    def _shipping(self, *, vat: bool) -> Amount:
        gross = Decimal(self.random.choice(("0.00", "0.00", "3.60", "4.99", "6.00", "9.95")))
        net = to_pennies(gross / Decimal("1.2")) if vat else gross
        return Amount(net=net, tax=gross - net)


def share_by_rate(lines: tuple[Line, ...], amount: Decimal) -> dict[Decimal, Decimal]:
    """An amount spread over the VAT rates of the rows as the rows are, to the penny."""
    rows: dict[Decimal, Decimal] = {}
    for line in lines:
        rows[line.rate] = rows.get(line.rate, ZERO) + line.net_paid
    whole = sum(rows.values(), ZERO)
    if not whole:
        return {}
    shares = {rate: to_pennies(amount * part / whole) for rate, part in rows.items()}
    last = next(reversed(shares))
    shares[last] += amount - sum(shares.values(), ZERO)
    return shares


def drift(draft: Draft) -> Decimal:
    """The stated total less the sum of the rows, where each row and its VAT are rounded alone."""
    total = draft.shipping.net - draft.discount.net
    if draft.shipping.tax:
        total += to_pennies(draft.shipping.net * FULL_RATE / 100)
    for rate, part in share_by_rate(draft.lines, draft.discount.net).items():
        total -= to_pennies(part * rate / 100)
    for line in draft.lines:
        net = to_pennies(line.net_paid)
        total += net + to_pennies(net * line.rate / 100)
    return draft.gross - total
