"""What the commands of `notices` print."""

from ...domain.times import local
from ...services.container import Container
from ...services.notifications.notices import (
    WrittenNotice,
    new_secret,
    send_test,
    ways,
    written_notices,
)
from ...services.serializers import notices as serializers
from ..output import note, print_json, say, table


def list_notices(plugin: Container, name: str | None, *, as_json: bool) -> None:
    """Print what was written, the newest first. Raises SettingsError for an unknown NAME."""
    written = written_notices(plugin, name)
    if as_json:
        print_json([serializers.notice(x) for x in written])
    elif written:
        headings = ("Written", "What", "By", "State", "Attempts", "Next", "Answer")
        table(headings, [_row(x) for x in written], right=[4])
    else:
        say("No notice was written yet.")


def _row(written: WrittenNotice) -> tuple[str, ...]:
    zone, one = written.connection.settings.timezone, written.notice
    return (
        local(one.created_at, zone),
        one.subject,
        one.channel.value,
        one.state.value,
        str(one.attempts),
        local(one.again_at, zone) if one.state == "new" else "-",
        one.answer,
    )


def try_ways(plugin: Container, name: str, *, as_json: bool) -> bool:
    """Send a notice by each way that is set; whether each was taken.

    Raises:
        SettingsError: there is no such connection, or no way is set.
    """
    ways(plugin, name)
    note("Sending ...")
    attempts = send_test(plugin, name)
    if as_json:
        print_json({"connection": name, "sent": [serializers.attempt(x) for x in attempts]})
    else:
        for each in attempts:
            word = "taken" if each.answer.taken else "not taken"
            say(f"{each.notice.channel.value}: {word}: {each.answer.words}")
            if each.fix:
                say(f"  {each.fix}")
    return all(x.answer.taken for x in attempts)


def make_secret(plugin: Container, name: str, *, as_json: bool) -> None:
    """Make a new signing secret and print it. Raises SettingsError for an unknown NAME."""
    secret = new_secret(plugin, name)
    if as_json:
        print_json({"connection": name, "secret": secret})
        return
    note("Give it to the receiver now: it is not shown again. The one before it, if there")
    note("was one, signs too for another day.")
    say(secret)
