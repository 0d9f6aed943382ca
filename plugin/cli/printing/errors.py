"""What `errors`, `retry` and `clear` print: orders that need a person's attention."""

from collections.abc import Sequence

from ...domain.exports.export import ExportState
from ...domain.times import local
from ...services.container import Container
from ...services.documents import attention
from ...services.documents.attention import Changed
from ...services.serializers import documents as serializers
from ..output import print_json, say, table
from ..person import person


def errors(plugin: Container, name: str, *, as_json: bool) -> None:
    """Print the causes, the most frequent first."""
    causes = attention.causes(plugin, name)
    if as_json:
        print_json([serializers.cause(cause) for cause in causes])
        return
    if not causes:
        say("Nothing needs attention.")
        return
    zone = plugin.connections.named(name).settings.timezone
    headings = ("Cause", "Documents", "Waiting", "Since", "First of them", "What", "What to do")
    rows = [
        (
            cause.key,
            cause.kind.counted(cause.documents),
            ", ".join(f"{total:,} {currency}" for currency, total in cause.waiting),
            local(cause.since, zone),
            ", ".join(cause.numbers),
            cause.message,
            cause.fix,
        )
        for cause in causes
    ]
    table(headings, rows)
    if any(cause.state is ExportState.REFUSED for cause in causes):
        say(f"After the fix: mintsoft-xero retry {name} --cause CAUSE")


def retry(
    plugin: Container,
    name: str,
    numbers: Sequence[str],
    code: str | None,
    cause: str | None,
    *,
    again: bool,
    single: bool,
    as_json: bool,
) -> None:
    """Have documents decided again. Raises as `attention.retry`, `retry_again`, `retry_single`."""
    reasons = "", ""
    if single:
        done = attention.retry_single(plugin, name, numbers, who=person())
    elif again:
        done = attention.retry_again(plugin, name, numbers, who=person())
        reasons = "its invoice is in Xero, not voided or deleted", "it is not exported"
    else:
        done = attention.retry(plugin, name, numbers, code=code, cause=cause, who=person())
        reasons = "it is already exported to Xero", "it is on its way to Xero"
    _tell(done, "decided again at the next export", reasons, as_json=as_json)


def clear(plugin: Container, name: str, numbers: Sequence[str], *, as_json: bool) -> None:
    """Clear the errors of documents. Raises SettingsError for an unknown NAME or NUMBER."""
    done = attention.clear(plugin, name, numbers, who=person())
    _tell(done, "cleared", ("it needs no attention",) * 2, as_json=as_json)


def _tell(done: Changed, what: str, reasons: tuple[str, str], *, as_json: bool) -> None:
    """Say what was changed; `reasons`: why others were not, exported ones and the rest."""
    if as_json:
        print_json(serializers.changed(done))
        return
    say(f"{done.connection.kind.counted(len(done.moved))}: {what}.")
    if done.incoming:
        one = len(done.incoming) == 1
        words = "1 document" if one else f"{len(done.incoming)} documents"
        say(f"{words} from Xero: decided again at the next import.")
    ids = {row.export_id for row in done.moved}
    for row in done.rows:
        if row.export_id not in ids:
            reason = reasons[row.state is not ExportState.EXPORTED]
            say(f"{row.number} (Mintsoft {row.source_id}) was left as it is: {reason}.")
