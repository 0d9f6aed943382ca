"""What `reconcile` prints: what does not agree, what to do, and totals to tick off."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from ...domain.connections.connection import Connection
from ...domain.exports.export import DocumentKind, ExportState
from ...domain.reconciliation.reconciliation import (
    ControlLine,
    Finding,
    FindingClass,
    Reconciliation,
    Tally,
)
from ...services.container import Container
from ...services.export_wait import refuse_unless_it_may_run
from ...services.reconciliation import reconcile_now
from ...services.serializers.reconciliation import reconciliation
from ..output import note, print_json, say, table

_STATES = {state.value: state.label for state in ExportState}


def reconcile(
    plugin: Container, name: str, first: date | None, last: date | None, *, as_json: bool
) -> int:
    """Reconcile and print; how many findings.

    Raises:
        SettingsError: there is no such connection.
        PluginError: it may not run.
        TryLater, Disconnected: a side can't be read, or another reconciliation runs.
    """
    connection = plugin.connections.named(name)
    refuse_unless_it_may_run(connection, "Nothing was read.")
    note("Reading Mintsoft, Xero and the ledger ...")
    result = reconcile_now(plugin, name, first=first, last=last)
    if as_json:
        print_json(reconciliation(name, result))
    else:
        _print(connection, result)
    return len(result.findings)


def _print(connection: Connection, result: Reconciliation) -> None:
    say(f"{connection.name} from {result.first} to {result.last}: Mintsoft, ledger and Xero")
    say()
    if result.lines:
        lines = [_line(str(x.day), x.channel or "-", x) for x in result.lines]
        lines += [_line("Total", "", x) for _, x in sorted(result.totals.items())]
        # Eligible: exported or on their way. Each side by its own date.
        headings = (
            *("Day", _channel(connection), ""),
            connection.kind.plural.capitalize(),
            *("Mintsoft", "Rows", "Ledger", "Invoices", "Xero", "Difference", ""),
        )
        table(headings, lines, right=range(3, 10))
        say()
    for currency, whole in sorted(result.of_mintsoft.items()):
        _print_standing(connection, result, currency, whole)
    if not result.findings:
        say("Everything agrees.")
        return
    for what, count in sorted(Counter(x.what for x in result.findings).items(), key=_rank):
        some = [x for x in result.findings if x.what is what]
        _print_findings(connection, what, count, some)


def _rank(entry: tuple[FindingClass, int]) -> int:
    return list(FindingClass).index(entry[0])


def _line(day: str, channel: str, line: ControlLine) -> Sequence[str]:
    sums = [x for tally in (line.mintsoft, line.ledger, line.xero) for x in _cells(tally)]
    difference = format(line.difference.total, ".2f")
    return (day, channel, line.currency, *sums, difference, "" if line.agrees else "!")


def _cells(tally: Tally) -> tuple[str, str]:
    return str(tally.count), format(tally.total, ".2f")


def _print_standing(
    connection: Connection, result: Reconciliation, currency: str, whole: Tally
) -> None:
    """All that Mintsoft has, and where it stands: the parts add up to the whole."""
    kind = connection.kind
    say(f"All {kind.plural} in Mintsoft: {_said(kind, whole, currency)}")
    for (state, of), tally in result.standing.items():
        if of == currency:
            say(f"  {_STATES.get(state, state.capitalize())}: {_said(kind, tally, currency)}")
    say()


def _said(kind: DocumentKind, tally: Tally, currency: str) -> str:
    return f"{kind.counted(tally.count)}, {currency} {tally.total:.2f}"


def _channel(connection: Connection) -> str:
    return connection.kind.traits.told_apart_by.capitalize()


def _print_findings(
    connection: Connection, what: FindingClass, count: int, findings: Sequence[Finding]
) -> None:
    documents = "1 document" if count == 1 else f"{count} documents"
    say(f"{what.replace('_', ' ').capitalize()}, {documents}: {what.label}")
    rows = [
        (
            f"  {x.number or x.source_id}",
            x.invoice_number,
            str(x.day or ""),
            x.channel,
            format(x.total, ".2f"),
            x.currency,
            "; ".join(f"{d.what} {d.exported} -> {d.now}" for d in x.differences),
        )
        for x in findings
    ]
    first = f"  {connection.kind.words.capitalize()}"
    headings = (first, "Invoice", "Day", _channel(connection), "Total", "", "What differs")
    table(headings, rows, right=[4])
    single = findings[0].fix(connection.name) if count == 1 else ""
    say(f"  What to do: {single or what.fix.replace('NAME', connection.name)}")
    say()
