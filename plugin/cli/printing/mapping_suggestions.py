"""What `mapping complete` prints."""

from collections.abc import Sequence

from ...services.container import Container
from ...services.mapping.completion import Completion, complete_mapping
from ...services.mapping.gaps import Gap
from ...services.serializers.mapping import completion, suggestion
from ..output import note, print_json, say, table
from .impact import note_untold, say_moved


def complete(plugin: Container, name: str, *, apply: bool, least: str, as_json: bool) -> None:
    """Suggest entries, with `apply` make those that are sure enough, and say what is missing."""
    done = complete_mapping(plugin, name, apply=apply, least=least)
    note_untold(done.preview)
    for sentence in done.notes:
        note(sentence)
    if as_json:
        print_json(completion(done))
        return
    _say_suggestions(done)
    say_moved(done.preview, whole=not apply)
    _say_missing(done.missing)
    if apply:
        say(f"{len(done.sure)} entries were made." if done.sure else "Nothing was changed.")
    elif done.sure:
        say(
            f"To make those that are {least} or surer: "
            f"mintsoft-xero mapping complete {name} --apply"
        )


def _say_suggestions(done: Completion) -> None:
    if not done.suggestions:
        say("There is nothing to suggest.")
        return
    rows = []
    for each in done.suggestions:
        called = suggestion(done.connection, each)["target_name"]
        target = " ".join(x for x in (each.target, called) if x)
        sure, orders = str(each.confidence), str(each.orders)
        rows.append((each.kind, each.source, target, sure, orders, each.because))
    table(("Mapping", "From", "To", "Confidence", "Orders", "Because"), rows, right=[4])


def _say_missing(missing: Sequence[Gap]) -> None:
    for gap in missing:
        orders = f" ({gap.orders} order{'' if gap.orders == 1 else 's'})" if gap.orders else ""
        say(f"{'Missing' if gap.blocks else 'Advice'}: {gap.sentence}{orders}")
        say(f"         {gap.fix}")
