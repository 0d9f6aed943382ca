"""What `explain` prints: why an order is where it is, as far as anybody knows."""

from collections.abc import Sequence

from ...domain.connections.connection import Connection
from ...domain.decisions.decision import RuleTrace
from ...domain.exports.drift import Difference
from ...domain.exports.story import Story
from ...domain.invoices.invoice import Invoice
from ...domain.money import ZERO
from ...domain.times import local
from ...services.container import Container
from ...services.documents.explain import explain as work
from ...services.serializers.documents import explanation
from ..output import note, print_json, say, table


def explain(plugin: Container, name: str, number: str, *, as_json: bool) -> None:
    """Explain all documents of a connection that have this number.

    Raises:
        SettingsError: there is no such connection or order.
    """
    connection = plugin.connections.named(name)
    for said in plugin.rulebooks.notes():
        note(said)
    explained = work(plugin, name, number)
    if as_json:
        print_json([explanation(x) for x in explained])
        return
    for position, found in enumerate(explained):
        if position:
            say()
        _print_standing(found.story, connection)
        if found.book_changed:
            say("  The rules have changed since: by those below the next export decides again.")
        _print_drift((found.changed_at_source, found.changed_in_target))
        _print_rules(found.rules)
        _print_invoice(found.story.invoice)
        _print_events(found.story, connection.settings.timezone)


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
    if story.single:
        who, at = story.single
        said = f"says {who}, {local(at, connection.settings.timezone)}"
        say(f"  Single      A sale of its own, though it equals another: {said}")
    if row.again_at:
        say(f"  Again at    {local(row.again_at, connection.settings.timezone)}")
    if row.decided_by:
        say(f"  Decided by  {row.decided_by} ({story.evaluated_by}, book {story.book[:12]})")


def _print_drift(drift: tuple[tuple[Difference, ...], ...]) -> None:
    """What differs from what was exported, on both sides."""
    for side, found in zip(("Mintsoft", "Xero"), drift, strict=True):
        if found:
            say()
            rows = [(x.what, x.exported, x.now) for x in found]
            table((f"Changed in {side}", "As exported", "Now"), rows)


def _print_rules(traces: Sequence[RuleTrace]) -> None:
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
    for said in (invoice.note, invoice.remark):
        if said:
            say(f"Note: {said}")
    for working in invoice.workings:
        say(f"  {working}")


def _print_events(story: Story, zone: str) -> None:
    say()
    rows = [
        (local(x.at, zone), x.who, f"{x.before or 'new'} -> {x.after}", x.why) for x in story.events
    ]
    table(("When", "Who", "State", "Why"), rows)
