"""Rule books, their files and their differences as programs read them."""

from typing import Any

from ...domain.reconciliation.differences import Differences, Standing
from ...ports.rulebooks import Activation
from ..rules.diff import BookDifferences, NamedBook
from ..rules.files import TriedFile


def version(activation: Activation, *, active: bool) -> dict[str, Any]:
    """One version of a book, and whether it decides now."""
    return {**vars(activation), "note": activation.note or None, "active": active}


def checked_file(file: TriedFile) -> dict[str, Any]:
    """A file and its faults."""
    return {"path": str(file.path), "faults": [vars(fault) for fault in file.faults]}


def tried_file(file: TriedFile) -> dict[str, Any]:
    """A file, its faults, and what came of its examples."""
    return {
        **checked_file(file),
        "examples": [
            {
                "name": x.name,
                "passed": x.passed,
                "expected": x.expected,
                "expected_by": x.expected_by or None,
                "verdict": x.verdict,
                "rule": x.rule,
            }
            for x in file.examples
        ],
        "uncovered": list(file.uncovered),
    }


def differences(held: BookDifferences) -> dict[str, Any]:
    """What one book decides otherwise than another."""
    found = held.found
    return {
        "connection": held.connection.name,
        "since": held.since,
        "a": _book(held.a),
        "b": _book(held.b),
        "compared": found.compared,
        "changes": _causes(found, Standing.OPEN),
        "in_xero": {"documents": found.in_xero, "changes": _causes(found, Standing.IN_XERO)},
        "cleared": {"changes": _causes(found, Standing.CLEARED)},
        "incomplete": [
            {"problem": problem, "documents": count} for problem, count in found.problems()
        ],
    }


def _book(book: NamedBook) -> dict[str, Any]:
    return {"name": book.name, "digest": book.digest}


def _causes(found: Differences, standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "change": cause.change,
            "rule": cause.rule,
            "of": "a" if cause.no_longer else "b",
            "documents": tally.documents,
            "amounts": dict(sorted(tally.amounts.items())),
            "numbers": tally.numbers,
        }
        for cause, tally in found.causes(standing)
    ]
