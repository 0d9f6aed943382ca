"""What the commands of `notices` do."""

from ...domain.notifications.notice import Channel, Notice, NoticeKind, channels
from ...domain.notifications.notice_texts import sample_notice
from ...domain.times import local
from ...error_codes import CODES
from ...errors import SettingsError
from ...ports.notifications import Answer
from ...services.container import Container
from ...services.notifications.parts import notify_parts
from ...services.notifications.webhook import new_signing_secret
from ..output import note, print_json, say, table


def list_notices(plugin: Container, name: str | None, *, as_json: bool) -> None:
    """Print what was written, the newest first. Raises SettingsError for an unknown NAME."""
    connections = [plugin.connections.named(name)] if name else plugin.connections.all()
    of = {x.connection_id: x for x in connections}
    written = plugin.ledger.notices(connections[0] if name else None)
    if as_json:
        print_json(
            [
                {
                    "id": x.notice_id,
                    "connection": of[x.connection_id].name,
                    "kind": x.kind.value,
                    "channel": x.channel.value,
                    "subject": x.subject,
                    "text": x.text,
                    "state": x.state.value,
                    "attempts": x.attempts,
                    "answer": x.answer or None,
                    "created_at": x.created_at,
                    "sent_at": x.sent_at,
                    "again_at": x.again_at if x.state == "new" else None,
                }
                for x in written
            ]
        )
        return
    if not written:
        say("No notice was written yet.")
        return
    headings = ("Written", "What", "By", "State", "Attempts", "Next", "Answer")
    rows = [
        (
            local(x.created_at, of[x.connection_id].settings.timezone),
            x.subject,
            x.channel.value,
            x.state.value,
            str(x.attempts),
            local(x.again_at, of[x.connection_id].settings.timezone) if x.state == "new" else "-",
            x.answer,
        )
        for x in written
    ]
    table(headings, rows, right=[4])


def send_test(plugin: Container, name: str, *, as_json: bool) -> bool:
    """Send a notice by each way that is set; whether each was taken.

    Raises:
        SettingsError: there is no such connection, or no way is set.
    """
    connection = plugin.connections.named(name)
    ways = channels(connection.settings, NoticeKind.TEST)
    if not ways:
        raise SettingsError(
            f"Connection {name} has nobody to send notices to",
            fix=f"mintsoft-xero connection set {name} notify_email=ADDRESS, or"
            " notify_webhook=https://...",
        )
    parts, now = notify_parts(plugin), plugin.clock.now()
    note("Sending ...")
    answers: list[tuple[Channel, Notice, Answer]] = []
    for channel in ways:
        notice = plugin.ledger.write_notice(connection, sample_notice(connection, now), channel)
        answer = parts.senders[channel].send(connection, notice)
        # Whoever tries the way is here to read the answer: it is not tried again.
        parts.ledger.end_attempt(notice, answer.words, sent=answer.taken, gone=True)
        answers.append((channel, notice, answer))
    taken = all(answer.taken for _, _, answer in answers)
    if as_json:
        sent = [
            {
                "channel": channel.value,
                "id": notice.notice_id,
                "taken": answer.taken,
                "answer": answer.words,
                "code": answer.code or None,
                "fix": _fix(answer, name) or None,
            }
            for channel, notice, answer in answers
        ]
        print_json({"connection": name, "sent": sent})
        return taken
    for channel, _, answer in answers:
        word = "taken" if answer.taken else "not taken"
        say(f"{channel.value}: {word}: {answer.words}")
        if fix := _fix(answer, name):
            say(f"  {fix}")
    return taken


def make_secret(plugin: Container, name: str, *, as_json: bool) -> None:
    """Make a new signing secret and print it. Raises SettingsError for an unknown NAME."""
    connection = plugin.connections.named(name)
    secret = new_signing_secret(plugin.vault, connection.connection_id, plugin.clock.now())
    if as_json:
        print_json({"connection": name, "secret": secret})
        return
    note("Give it to the receiver now: it is not shown again. The one before it, if there")
    note("was one, signs too for another day.")
    say(secret)


def _fix(answer: Answer, name: str) -> str:
    return CODES[answer.code].fix.replace("NAME", name) if answer.code else ""
