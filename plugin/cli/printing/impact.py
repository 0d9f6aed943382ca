"""What a change would move, as `connection set`, `map`, `import-settings` and `clone` say it."""

from typing import Any

from ...services.change_preview import Preview
from ...services.serializers import change_preview as serializers
from ..output import note, say, table


def note_untold(preview: Preview) -> None:
    """Say beside the answer why it can't be told what a change moves, where that is so."""
    if preview.problem:
        note(preview.problem)


def say_moved(preview: Preview, *, whole: bool) -> None:
    """The change for people: one line, and with `whole` its causes; what can't be told too."""
    found, view = preview.impact, serializers.preview(preview)
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


def _row(change: str, because: str, tally: dict[str, Any]) -> tuple[str, str, str, str, str]:
    amounts = ", ".join(f"{currency} {x:.2f}" for currency, x in tally["amounts"].items())
    more = ", ..." if tally["documents"] > len(tally["numbers"]) else ""
    numbers = ", ".join(tally["numbers"]) + more
    return change, because, str(tally["documents"]), amounts, numbers
