"""Our prediction and the sandbox, written independently from xero.md, say the same.

`MINTSOFT_XERO_INVOICES=100000` makes it the long run (about a minute; at least 1000, or the kinds
are not seen often enough), `MINTSOFT_XERO_SEED` another one.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from ...adapters.xero.api.fields import write_json
from ...adapters.xero.invoices.arithmetic import Prediction, Refusal, UnitPlaces
from ...adapters.xero.invoices.chart import Chart
from ...adapters.xero.invoices.refusals import answer_to
from .random_invoices import RandomInvoices, Trial
from .sandbox import TODAY, Answer, Sandbox
from .spoilers import PERIOD_LOCK, SPOILERS, YEAR_LOCK

COUNT = int(os.environ.get("MINTSOFT_XERO_INVOICES", "4000"))
SEED = int(os.environ.get("MINTSOFT_XERO_SEED", "1"))
BATCH = 50
#: Invoices after which a new sandbox takes over, so that none grows large.
SANDBOX_LIFE = 5000

#: How the sentences begin that an invoice can be refused with, one for each kind.
KINDS = (
    "Invoice not of valid status for creation",
    "The document date cannot be before the period lock date",
    "The document date cannot be before the end of year lock date",
    "Invoice number must be",
    "Organisation is not subscribed to currency",
    "A Contact must be specified",
    "The Contact must contain at least 1",
    "One or more line items must be specified",
    "The TaxType field is mandatory",
    "Account code must be specified",
    "is not a valid code for this document.",
    "has been archived, or has been deleted.",
    "does not exist or cannot be used",
    "cannot be used with account code",
    "Description must be specified",
    "The discount rate",
    "does not match the expected line total",
    "Tax amount cannot be greater",
    "The document DueDate field must be specified.",
    "The document total does not equal",
    "The invoice total cannot be negative.",
)


def predicted(trial: Trial, chart: Chart) -> Answer:
    """Return what we say of an invoice."""
    found = answer_to(trial.payload, chart, today=TODAY, unitdp=trial.unitdp)
    if isinstance(found, Refusal):
        return Answer(sentences=found.sentences)
    return Answer(amounts=amounts_of(found))


def amounts_of(found: Prediction) -> tuple[Any, ...]:
    pairs = zip(found.line_amounts, found.taxes, strict=True)
    return (found.subtotal, found.tax, found.total, *(x for pair in pairs for x in pair))


def new_sandbox() -> Sandbox:
    sandbox = Sandbox()
    sandbox.lock(period=PERIOD_LOCK, year=YEAR_LOCK)
    return sandbox


def smaller(trial: Trial) -> Iterator[Trial]:
    """Return the same invoice with one thing less, for each of its things."""
    payload, lines = trial.payload, trial.payload.get("LineItems", [])
    fewer = [payload | {"LineItems": [*lines[:n], *lines[n + 1 :]]} for n in range(len(lines))]
    for n, line in enumerate(lines):
        for name in line:
            less = {key: line[key] for key in line if key != name}
            fewer.append(payload | {"LineItems": [*lines[:n], less, *lines[n + 1 :]]})
    fewer += [
        {key: payload[key] for key in payload if key != name} for name in payload if name != "Type"
    ]
    for less in fewer:
        yield Trial(payload=less, unitdp=trial.unitdp, spoiled=trial.spoiled)


def disagree(trial: Trial, chart: Chart) -> str:
    """Return both sides where they differ, else nothing; in a sandbox of its own."""
    said = new_sandbox().put([trial.payload], trial.unitdp)[0]
    ours = predicted(trial, chart)
    if said == ours:
        return ""
    text = write_json(trial.payload)
    return f"unitdp={trial.unitdp} {text}\n  predicted {ours}\n  sandbox   {said}"


def smallest(trial: Trial, chart: Chart) -> str:
    """Return what is left of a difference when everything was left out that can be."""
    found = disagree(trial, chart)
    smallest_yet = trial
    shrinking = bool(found)
    while shrinking:
        shrinking = False
        for less in smaller(smallest_yet):
            difference = disagree(less, chart)
            if difference:
                found, smallest_yet, shrinking = difference, less, True
                break
    return found or f"only in its batch: {write_json(trial.payload)}"


def test_every_invoice_is_predicted() -> None:
    """Totals are predicted to the penny and refusals word for word, each kind often enough."""
    sandbox = new_sandbox()
    chart = sandbox.chart(period=PERIOD_LOCK, year=YEAR_LOCK)
    invoices = RandomInvoices(SEED, chart)
    seen: Counter[str] = Counter()
    for start in range(0, COUNT, BATCH):
        if start % SANDBOX_LIFE == 0:
            sandbox = new_sandbox()
        unitdp: UnitPlaces = invoices.random.choice((2, 4))
        trials = [invoices.trial(unitdp) for _ in range(min(BATCH, COUNT - start))]
        answers = sandbox.put([trial.payload for trial in trials], unitdp)
        for trial, said in zip(trials, answers, strict=True):
            ours = predicted(trial, chart)
            if ours != said:
                pytest.fail(smallest(trial, chart), pytrace=False)
            seen.update(kind for kind in KINDS if any(kind in x for x in ours.sentences))
            seen.update(trial.spoiled)
            seen["accepted" if ours.amounts else "refused"] += 1
    rare = {kind: seen[kind] for kind in (*KINDS, *SPOILERS) if seen[kind] < COUNT / 100}
    assert not rare
    assert seen["accepted"] > COUNT / 4
