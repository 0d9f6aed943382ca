"""Random invoices of every kind that Xero takes or refuses, from a seed: whole payloads."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ...adapters.xero.invoices.arithmetic import UnitPlaces, predict_line
from ...adapters.xero.invoices.chart import Chart
from .sandbox import TODAY
from .spoilers import PERIOD_LOCK, SPOILERS, random_price, random_quantity

Json = dict[str, Any]

CONTACTS = ("Amazon", "eBay", "Web shop")
AMOUNT_TYPES = ("Exclusive", "Exclusive", "Inclusive", "Inclusive", "NoTax", None)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One invoice to send, and what was done to it."""

    payload: Json
    unitdp: UnitPlaces
    #: The names of SPOILERS that were at work; none for one that should be accepted.
    spoiled: tuple[str, ...]


class RandomInvoices:
    """Makes trials for an organisation; the same seed makes the same ones."""

    def __init__(self, seed: int, chart: Chart) -> None:
        self.random = Random(seed)
        self.chart = chart
        self._usable = [
            account
            for code, account in chart.accounts.items()
            if account.active and code not in chart.reserved
        ]
        self._fitting = {
            account.code: [
                rate for rate in chart.rates if (rate, account.account_class) not in chart.unfit
            ]
            for account in self._usable
        }
        self._made = 0

    def trial(self, unitdp: UnitPlaces) -> Trial:
        """Make the next one: about half are spoiled, some of them in several ways."""
        random = self.random
        payload = self._sound(unitdp)
        count = random.choices((0, 1, 2, 3), (45, 38, 12, 5))[0]
        spoiled = random.sample(list(SPOILERS), count)
        for name in spoiled:
            SPOILERS[name](random, payload)
        return Trial(payload=payload, unitdp=unitdp, spoiled=tuple(spoiled))

    def _sound(self, unitdp: UnitPlaces) -> Json:
        random = self.random
        self._made += 1
        status = random.choice(("DRAFT", "SUBMITTED", "AUTHORISED", "AUTHORISED", None))
        types = random.choice(AMOUNT_TYPES)
        day = TODAY - timedelta(days=random.randrange((TODAY - PERIOD_LOCK).days))
        lines = [
            self._line(status, types, unitdp) for _ in range(random.choice((1, 1, 2, 2, 3, 4, 8)))
        ]
        return _without_none(
            Type="ACCREC",
            InvoiceNumber=f"N-{self._made}" if random.random() < 0.9 else None,
            Contact={"Name": random.choice(CONTACTS)},
            Date=day.isoformat() if random.random() < 0.95 else None,
            DueDate=(day + timedelta(days=random.randrange(60))).isoformat(),
            LineAmountTypes=types,
            CurrencyCode=random.choice((None, "GBP", "GBP", "EUR")),
            Status=status,
            LineItems=lines,
        )

    def _line(self, status: str | None, types: Any, unitdp: UnitPlaces) -> Json:
        random = self.random
        if random.random() < 0.04:
            return {"Description": "Only words"}
        account = random.choice(self._usable)
        tax_type = random.choice(self._fitting[account.code])
        bare = status in {"DRAFT", None} and random.random() < 0.1
        line = _without_none(
            Description="Thing",
            Quantity=random_quantity(random),
            UnitAmount=random_price(random),
            AccountCode=None if bare else account.code,
            TaxType=tax_type if random.random() < 0.85 else None,
            **self._discount(),
        )
        return self._with_sent_amounts(line, types, unitdp)

    def _discount(self) -> Json:
        random = self.random
        rate = Decimal(random.choice(("0", "10", "50", "100", "12.5", "33.33", "99.99", "12.345")))
        amount = Decimal(random.randrange(30)).scaleb(-random.choice((0, 2, 3)))
        if random.random() < 0.7:
            return {}
        return random.choice(
            (
                {"DiscountRate": rate},
                {"DiscountRate": rate},
                {"DiscountAmount": amount},
                {"DiscountRate": rate, "DiscountAmount": amount},
            )
        )

    def _with_sent_amounts(self, line: Json, types: Any, unitdp: UnitPlaces) -> Json:
        """Sometimes with its line total, instead of price or quantity too, or with its tax."""
        random = self.random
        rate = self.chart.rates.get(line.get("TaxType", ""), Decimal(0))
        amount = predict_line(line, rate, types or "Exclusive", unitdp).amount
        kind = random.random()
        if kind < 0.15:
            line["LineAmount"] = amount
        elif kind < 0.25:
            line["LineAmount"] = amount
            del line["UnitAmount"]
        elif kind < 0.28 and line["UnitAmount"]:
            line["LineAmount"] = amount
            line.pop("Quantity", None)
        if random.random() < 0.12:
            line["TaxAmount"] = amount * Decimal(random.randrange(101)).scaleb(-2)
        return line


def _without_none(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}
