"""What a change would move, as programs read it."""

from typing import Any

from ...domain.reconciliation.differences import Standing, Tally
from ..change_preview import Preview


def preview(of: Preview) -> dict[str, Any] | None:
    """The change as programs read it; None where it can't be told."""
    found = of.impact
    if found is None:
        return None
    differences = found.differences
    return {
        "sentence": found.sentence(),
        "looked_at": differences.compared,
        "changes": [
            {"change": cause.change, "because": cause.rule, **_tally(tally)}
            for cause, tally in differences.causes(Standing.OPEN)
        ],
        "otherwise": _tally(found.otherwise) if found.otherwise.documents else None,
        "unforeseen": [
            *found.unforeseen,
            *(
                f"Of {count} stored {differences.kind.plural}: {why}."
                for why, count in differences.incomplete.items()
            ),
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    amounts = dict(sorted(tally.amounts.items()))
    return {"documents": tally.documents, "amounts": amounts, "numbers": tally.numbers}
