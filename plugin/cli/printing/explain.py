"""What `explain` prints: why an order is where it is, as far as anybody knows."""

from typing import Any

from ...database.history import Story
from ...domain.connections.connection import Connection
from ...domain.decisions.decision import RuleTrace
from ...domain.exports.drift import Difference
from ...domain.invoices.invoice import Invoice
from ...domain.money import ZERO
from ...domain.times import local
from ...exports.kinds import overrides_of
from ...services.container import Container
from ...services.documents import choose
from ..output import note, print_json, say, table
from .outcomes import outcome

#: What differs from an export: of the order, and of its invoice.
Drift = tuple[tuple[Difference, ...], tuple[Difference, ...]]


def explain(plugin: Container, name: str, number: str, *, as_json: bool) -> None:
    """Explain all documents of a connection that have this number.

    Raises:
        SettingsError: there is no such connection or order.
    """
    connection = plugin.connections.named(name)
    for said in plugin.rulebooks.notes():
        note(said)
    stories = [plugin.ledger.story(x.export_id) for x in choose(plugin, connection, [number])]
    explained = [
        (story, _traces(plugin, connection, story), plugin.ledger.drift(story.export.export_id))
        for story in stories
    ]
    if as_json:
        print_json([_view(story, traces, drift) for story, traces, drift in explained])
        return
    for position, (story, traces, drift) in enumerate(explained):
        if position:
            say()
        _print_standing(story, connection)
        if _book_changed(plugin, connection, story):
            say("  The rules have changed since: by those below the next export decides again.")
        _print_drift(drift)
        _print_rules(traces)
        _print_invoice(story.invoice)
        _print_events(story, connection.settings.timezone)


def _traces(plugin: Container, connection: Connection, story: Story) -> list[RuleTrace]:
    """Every rule of the book as it is now, on the facts as they were; none without facts."""
    if story.facts is None:
        return []
    values = overrides_of(connection, story.export.kind)
    return plugin.decider_of(connection.book).explain(story.facts, values)


def _book_changed(plugin: Container, connection: Connection, story: Story) -> bool:
    active = plugin.decider_of(connection.book).digest
    return bool(story.book) and story.book != active


def _view(story: Story, traces: list[RuleTrace], drift: Drift) -> dict[str, Any]:
    return {
        **outcome(story.export),
        "fix": story.export.fix or None,
        "evaluated_by": story.evaluated_by or None,
        "book": story.book or None,
        "rules": [
            {
                "rule": trace.rule,
                "verdict": trace.verdict,
                "fired": trace.fired,
                "deciding": trace.deciding,
                "condition": trace.condition,
                "values": dict(trace.values),
                "would_change": trace.would_change or None,
            }
            for trace in traces
        ],
        "invoice": _invoice(story.invoice) if story.invoice else None,
        "changed_in_mintsoft": [vars(x) for x in drift[0]],
        "changed_in_xero": [vars(x) for x in drift[1]],
        "events": [
            {
                "at": event.at,
                "who": event.who,
                "before": event.before or None,
                "after": event.after,
                "why": event.why or None,
            }
            for event in story.events
        ],
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "contact": invoice.contact,
        "reference": invoice.reference,
        "status": invoice.status,
        "date": invoice.date,
        "due_date": invoice.due_date,
        "currency": invoice.currency,
        "lines": [
            {**vars(line), "net": line.net, "tax": line.tax, "gross": line.net + line.tax}
            for line in invoice.lines
        ],
        "net": sum((line.net for line in invoice.lines), ZERO),
        "tax": sum((line.tax for line in invoice.lines), ZERO),
        "total": invoice.total,
        "note": invoice.note or None,
    }


def _print_standing(story: Story, connection: Connection) -> None:
    row = story.export
    what = row.kind.words.capitalize()
    say(f"{what} {row.number} (Mintsoft {row.source_id}): {row.state.label}")
    if row.invoice_number:
        say(f"  Invoice     {row.invoice_number} {row.invoice_id}")
    if row.currency:
        say(f"  Total       {row.total} {row.currency}")
    if row.message:
        say(f"  Why         {' '.join(filter(None, (row.code, row.message)))}")
    if row.fix:
        say(f"  What to do  {row.fix}")
    if row.again_at:
        say(f"  Again at    {local(row.again_at, connection.settings.timezone)}")
    if row.decided_by:
        say(f"  Decided by  {row.decided_by} ({story.evaluated_by}, book {story.book[:12]})")


def _print_drift(drift: Drift) -> None:
    """What differs from what was exported, on both sides."""
    for side, found in zip(("Mintsoft", "Xero"), drift, strict=True):
        if found:
            say()
            rows = [(x.what, x.exported, x.now) for x in found]
            table((f"Changed in {side}", "As exported", "Now"), rows)


def _print_rules(traces: list[RuleTrace]) -> None:
    if not traces:
        say("  The order could not be read, so no rule was held against it.")
        return
    say()
    rows = [
        (
            "decides" if trace.deciding else "fired" if trace.fired else "",
            trace.rule,
            trace.verdict,
            trace.condition,
            "; ".join(f"{name}: {value}" for name, value in trace.values),
            trace.would_change,
        )
        for trace in traces
    ]
    table(("", "Rule", "Says", "When", "With", "What would change it"), rows)
    for trace in traces:
        if trace.deciding and trace.would_change:
            say(f"{trace.rule} decides; it {trace.would_change}.")
    if not any(trace.fired for trace in traces):
        say("No rule fired: the default of the book decides.")


def _print_invoice(invoice: Invoice | None) -> None:
    if invoice is None:
        return
    say()
    say(f"Invoice to {invoice.contact}, {invoice.status}, dated {invoice.date},")
    held = "; its prices hold the tax" if invoice.prices_with_tax else ""
    say(f"due {invoice.due_date}, reference {invoice.reference}{held}")
    headings = ("Line", "Quantity", "Unit", "Discount", "Account", "Tax type", "Net", "Tax")
    rows = [
        (
            line.description,
            format(line.quantity, "f"),
            format(line.unit_amount, "f"),
            format(line.discount, "f"),
            line.account_code,
            f"{line.tax_type} {line.tax_rate} %",
            format(line.net, "f"),
            format(line.tax, "f"),
        )
        for line in invoice.lines
    ]
    net = sum((line.net for line in invoice.lines), ZERO)
    tax = sum((line.tax for line in invoice.lines), ZERO)
    total = ("Together", "", "", "", "", "", format(net, "f"), format(tax, "f"))
    table(headings, [*rows, total], right=[1, 2, 3, 6, 7])
    say(f"Total {invoice.total} {invoice.currency}")
    if invoice.note:
        say(f"Note: {invoice.note}")


def _print_events(story: Story, zone: str) -> None:
    say()
    rows = [
        (local(x.at, zone), x.who, f"{x.before or 'new'} -> {x.after}", x.why) for x in story.events
    ]
    table(("When", "Who", "State", "Why"), rows)
