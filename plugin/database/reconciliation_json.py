"""A reconciliation as JSON: what ``reconcile --json`` prints, and what the ledger keeps of it."""

from datetime import date
from typing import Any

from ..domain.reconciliation.reconciliation import ControlLine, Finding, Reconciliation, Tally
from ..domain.times import to_text

Json = dict[str, Any]


def result_to_json(name: str, result: Reconciliation) -> Json:
    """The result of a connection of this name; amounts as text."""
    return {
        "connection": name,
        "since": result.first.isoformat(),
        "until": result.last.isoformat(),
        "at": to_text(result.at),
        "findings": [_finding(finding, name) for finding in result.findings],
        "control": [
            {"day": _day(x.day), "channel": x.channel or None, **_sums(x)} for x in result.lines
        ],
        "totals": [_sums(line) for _, line in sorted(result.totals.items())],
        "mintsoft": [
            {
                "currency": currency or None,
                "all": _tally(whole),
                "standing": [
                    {"state": state, **_tally(tally)}
                    for (state, of), tally in result.standing.items()
                    if of == currency
                ],
            }
            for currency, whole in sorted(result.of_mintsoft.items())
        ],
    }


def _finding(finding: Finding, name: str) -> Json:
    return {
        "class": finding.what,
        "message": finding.what.label,
        "fix": finding.fix(name),
        "source_id": finding.source_id or None,
        "number": finding.number or None,
        "invoice_number": finding.invoice_number or None,
        "invoice_id": finding.invoice_id or None,
        "day": _day(finding.day),
        "channel": finding.channel or None,
        "currency": finding.currency or None,
        "total": format(finding.total, ".2f"),
        "differences": [
            {"what": x.what, "expected": x.exported, "found": x.now} for x in finding.differences
        ],
    }


def _sums(line: ControlLine) -> Json:
    return {
        "currency": line.currency or None,
        "mintsoft": _tally(line.mintsoft),
        "ledger": _tally(line.ledger),
        "xero": _tally(line.xero),
        "difference": _tally(line.difference),
        "agrees": line.agrees,
    }


def _tally(tally: Tally) -> Json:
    return {"count": tally.count, "total": format(tally.total, ".2f")}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
