"""What a change would move, as `connection set`, `map`, `import-settings` and `clone` say it."""

from typing import Any

from ...domain.connections.connection import Connection
from ...domain.exports.export import DocumentKind
from ...domain.reconciliation.differences import Standing, Tally
from ...errors import Disconnected, RuleFileError, TryLater
from ...exports.impact import Impact, moved
from ...services.container import Container
from ..output import note, say, table

#: The setting, and the fact by which the rules look at it.
_LOOKED_AT_BY = {"warehouses": "outside_warehouses", "channels": "outside_channels"}


def foreseen(plugin: Container, before: Connection, after: Connection) -> Impact | None:
    """What changing a connection would move; None where that can't be told, which is said."""
    if before.organisation is None:
        return Impact()
    try:
        found = moved(plugin.parts(before), before, after)
    except (TryLater, Disconnected, RuleFileError) as error:
        note(f"What this moves can't be told: {error.message}")
        return None
    found.unforeseen += _not_looked_at(plugin, after)
    return found


def moved_view(found: Impact | None) -> dict[str, Any] | None:
    """The change as programs read it; None where it could not be told."""
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


def say_moved(found: Impact | None, *, whole: bool) -> None:
    """The change for people: one line, and with `whole` its causes; what can't be told too."""
    view = moved_view(found)
    if found is None or view is None:
        return
    count, sentence = view["looked_at"], view["sentence"]
    if count:
        kind = found.differences.kind
        words = kind.words if count == 1 else kind.plural
        say(f"Of {count} stored {words} not in Xero yet: {sentence}.")
    else:
        say(f"{sentence.capitalize()}.")
    rows = [_row(x["change"], x["because"], x) for x in view["changes"]]
    if view["otherwise"]:
        rows.append(_row("another invoice", "", view["otherwise"]))
    if whole and rows:
        documents = found.differences.kind.plural.capitalize()
        headings = ("What changes", "Because of", documents, "With tax", "For example")
        table(headings, rows, right=[2])
    for sentence in view["unforeseen"]:
        say(sentence)


def _tally(tally: Tally) -> dict[str, Any]:
    amounts = dict(sorted(tally.amounts.items()))
    return {"documents": tally.documents, "amounts": amounts, "numbers": tally.numbers}


def _row(change: str, because: str, tally: dict[str, Any]) -> tuple[str, str, str, str, str]:
    amounts = ", ".join(f"{currency} {x:.2f}" for currency, x in tally["amounts"].items())
    more = ", ..." if tally["documents"] > len(tally["numbers"]) else ""
    numbers = ", ".join(tally["numbers"]) + more
    return change, because, str(tally["documents"]), amounts, numbers


def _not_looked_at(plugin: Container, after: Connection) -> list[str]:
    """Settings that the active rules pass by: they were written, or activated, before them."""
    if after.kind is not DocumentKind.ORDER:
        return []
    active = plugin.rulebooks.books.active("orders")
    text = plugin.rulebooks.text(active) if active else None
    return [
        f"The active rules do not look at {fact}, so {name} does nothing: copy the rule {fact} "
        "of the packaged orders.yaml, then run mintsoft-xero rules activate."
        for name, fact in _LOOKED_AT_BY.items()
        if text is not None and getattr(after.settings, name) and fact not in text
    ]
