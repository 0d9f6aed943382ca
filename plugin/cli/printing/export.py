"""What `export` prints: counts per state, and what became of the orders that were named."""

import contextlib
from dataclasses import replace
from typing import Any

from ...domain.connections.connection import Connection
from ...domain.exports.export import UNSETTLED, Export, ExportState
from ...domain.times import local
from ...errors import SettingsError
from ...processes.broker import broker_url, wait_for_broker
from ...processes.broker_socket import socket_path
from ...processes.errors import ProcessError
from ...services.container import Container
from ...services.export_run import ExportRequest, Report, run
from ..output import note, print_json, say, table
from .progress import Progress

#: What is said of an order that was named and is in Xero already.
ALREADY = "already exported to Xero"


def export(
    plugin: Container, name: str, kind: str | None, wish: ExportRequest, *, as_json: bool
) -> bool:
    """Run an export and print what came of it; whether an order needs attention.

    Raises as `export_run.run`.
    """
    connection = plugin.connections.named(name)
    use_running_broker(plugin)
    kind = required_kind(connection, kind)
    if said := plugin.decider_of(connection.book).note:
        note(said)
    for said in plugin.rulebooks.notes():
        note(said)
    with Progress() as progress:
        report = run(plugin, connection, wish, progress)
    if as_json:
        print_json({"connection": name, "kind": kind, **_view(report, wish)})
    else:
        _print(report, connection)
    _advise(name, report, wish)
    if hold := plugin.ledger.held(connection):
        until = local(hold.until, connection.settings.timezone)
        note(f"{hold.sentence(plugin.clock.now(), until)} Nothing has failed.")
    if wish.only:
        return any(x.state is ExportState.REFUSED for x in report.chosen)
    return bool(report.counts.get(ExportState.REFUSED))


def required_kind(connection: Connection, kind: str | None) -> str:
    """The kind that a connection exports. Raises SettingsError where another one was wanted."""
    if kind and kind != connection.kind:
        raise SettingsError(
            f"Connection {connection.name} has the mode {connection.mode} and exports "
            f"{connection.kind.plural}, not {kind.replace('_', ' ')}s",
            fix=f"Leave out --kind, or give --kind {connection.kind}.",
        )
    return connection.kind.value


def use_running_broker(plugin: Container) -> None:
    """Where the settings name no broker: that of `up` or `demo` in HOME, while it runs."""
    environment = plugin.environment
    if environment.redis_url or not socket_path(environment.home).exists():
        return
    url = broker_url(environment.home)
    with contextlib.suppress(ProcessError):
        wait_for_broker(url, 1.0)
        plugin.environment = replace(environment, redis_url=url)


def _view(report: Report, wish: ExportRequest) -> dict[str, Any]:
    return {
        "dry_run": wish.dry_run,
        "counts": {state.value: report.counts.get(state, 0) for state in ExportState},
        "documents": [
            {
                "number": x.number,
                "source_id": x.source_id,
                "state": x.state,
                "code": x.code or None,
                "message": x.message or None,
                "invoice_number": x.invoice_number or None,
                "already_exported": x.export_id in report.before,
            }
            for x in report.chosen
        ],
        "marks_owed": report.owed,
        "capacity": {
            "due": report.plan.documents,
            "calls": report.plan.calls,
            "minutes": report.plan.minutes,
            "calls_left_today": report.plan.left_today,
            "due_today": report.plan.documents_today,
        },
    }


def _print(report: Report, connection: Connection) -> None:
    zone = connection.settings.timezone
    rows = [(state.label, str(n)) for state, n in report.counts.items()]
    table(("State", connection.kind.plural.capitalize()), rows, right=[1])
    for document in report.chosen:
        say(f"{document.number}: {_standing(document, report, zone)}")


def _standing(document: Export, report: Report, zone: str) -> str:
    """Where a document that was named stands, in words."""
    if document.export_id in report.before:
        return f"{ALREADY} as {document.invoice_number}"
    words = document.state.label
    if document.state is ExportState.EXPORTED:
        words = f"Exported as {document.invoice_number}"
    elif document.state is ExportState.LATER and document.again_at:
        words = f"Retrying at {local(document.again_at, zone)}"
    return f"{words}: {document.message}" if document.message else words


def _advise(name: str, report: Report, wish: ExportRequest) -> None:
    """What is left to be done, on standard error."""
    refused = report.counts.get(ExportState.REFUSED, 0)
    if refused:
        note(f"{refused} need attention: mintsoft-xero errors {name}")
    left = sum(report.counts.get(state, 0) for state in UNSETTLED)
    if left and not wish.dry_run and not wish.only:
        goes_on = "the next export goes on with them" if wish.inline else "workers go on with them"
        note(f"{left} have no answer yet; {goes_on}")
    if report.owed and not wish.dry_run:
        by = "the next export or a worker does it" if wish.inline else "a worker does it"
        note(f"{report.owed} exported orders are still to be marked in Mintsoft; {by}")
