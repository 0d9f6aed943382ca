"""The Xero sandbox in this process, as a client sees it: JSON over its routes, nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ...adapters.xero.api.fields import write_json
from ...adapters.xero.invoices.arithmetic import UnitPlaces
from ...adapters.xero.invoices.chart import Chart
from ...plugin.domain.connections.organisation import Account
from ...plugin.sandbox.store import Store
from ...plugin.sandbox.xero import create_app

#: The sandbox's time stands still.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

_CLASSES = {
    "REVENUE": "CanApplyToRevenue",
    "EXPENSE": "CanApplyToExpenses",
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "LIABILITY": "CanApplyToLiabilities",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the sandbox says of one invoice: its amounts, or its sentences."""

    #: SubTotal, TotalTax, Total; then LineAmount and TaxAmount of each line.
    amounts: tuple[Decimal, ...] = ()
    sentences: tuple[str, ...] = ()


class Sandbox:
    """A new organisation of a country, and a client of it that may do everything."""

    def __init__(self, country: str = "GB") -> None:
        app = create_app(Store(), clock=lambda: NOW, limits=False, country=country)
        # Any, since Flask's type for an answer's JSON says that it may be None.
        self._http: Any = app.test_client()
        form = {"grant_type": "client_credentials"}
        answer: Any = self._http.post("/connect/token", data=form, auth=("custom", "custom"))
        self._headers = {
            "Authorization": f"Bearer {answer.json['access_token']}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }

    def lock(self, *, period: date, year: date) -> None:
        """Lock what is dated on or before these days."""
        body = {"PeriodLockDate": period.isoformat(), "EndOfYearLockDate": year.isoformat()}
        answer = self._http.post("/_sandbox/organisation", json=body)
        assert answer.status_code == 200, answer.text

    def put(self, invoices: Sequence[Mapping[str, Any]], unitdp: UnitPlaces) -> list[Answer]:
        """Create invoices in one call, each answered for by itself; in their order."""
        answer = self._http.put(
            f"/api.xro/2.0/Invoices?summarizeErrors=false&unitdp={unitdp}",
            data=write_json({"Invoices": list(invoices)}),
            headers=self._headers,
        )
        assert answer.status_code == 200, answer.text
        elements = json.loads(answer.data, parse_float=Decimal)["Invoices"]
        assert len(elements) == len(invoices)
        return [_answer(element) for element in elements]

    def add(self, name: str, element: Mapping[str, Any]) -> dict[str, Any]:
        """Add a tax rate or a currency to the organisation; as it is then."""
        path, body = f"/api.xro/2.0/{name}", write_json(element)
        answer = self._http.put(path, data=body, headers=self._headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json[name][0]
        return found

    def get(self, name: str) -> dict[str, Any]:
        """What the organisation lists under a name, as a client is answered."""
        answer = self._http.get(f"/api.xro/2.0/{name}", headers=self._headers)
        found: dict[str, Any] = json.loads(answer.data, parse_float=Decimal)
        return found

    def chart(self, *, period: date | None = None, year: date | None = None) -> Chart:
        """What the organisation lists of itself, with the lock dates that were set."""
        accounts = self._listed("Accounts")
        rates = [each for each in self._listed("TaxRates") if each["Status"] == "ACTIVE"]
        return Chart(
            accounts={each["Code"]: _account(each) for each in accounts},
            reserved=frozenset(
                each["Code"]
                for each in accounts
                if each["Type"] == "BANK" or each.get("SystemAccount", "ROUNDING") != "ROUNDING"
            ),
            rates={each["TaxType"]: Decimal(str(each["EffectiveRate"])) for each in rates},
            unfit=frozenset(
                (each["TaxType"], word)
                for each in rates
                for word, flag in _CLASSES.items()
                if not each[flag]
            ),
            currencies=frozenset(each["Code"] for each in self._listed("Currencies")),
            period_lock=period,
            year_lock=year,
        )

    def _listed(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._http.get(
            f"/api.xro/2.0/{name}", headers=self._headers
        ).json[name]
        return found


def _account(entry: Mapping[str, Any]) -> Account:
    return Account(
        code=entry["Code"],
        name=entry["Name"],
        account_class=entry["Class"],
        active=entry["Status"] == "ACTIVE",
        system_account=entry.get("SystemAccount", ""),
        tax_type=entry["TaxType"],
    )


def _answer(element: Mapping[str, Any]) -> Answer:
    said = tuple(error["Message"] for error in element.get("ValidationErrors") or [])
    if said:
        return Answer(sentences=said)
    lines = ((line["LineAmount"], line.get("TaxAmount", 0)) for line in element["LineItems"])
    found = [element[name] for name in ("SubTotal", "TotalTax", "Total")]
    return Answer(amounts=tuple(Decimal(str(x)) for x in (*found, *(y for z in lines for y in z))))
