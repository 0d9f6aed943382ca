"""The commands of notices: what was told, whether the ways work, and what they are signed with."""

from ....plugin.domain.notifications.notice import Channel, NoticeState
from ....plugin.ports.notifications import Answer
from ....plugin.services.notifications.webhook import signing_keys
from ..world import World
from .installation import Installation

REFUSED = Answer(words="503 Service Unavailable", taken=False, code="MX-142")


def ways(here: Installation) -> None:
    """Tell the connection whom to tell."""
    address = "notify_webhook=https://example.com/notices"
    here.run("connection", "set", "one", "notify_email=a@example.com", address)


def test_test(here: Installation) -> None:
    """`notices test` sends one by each way and says what was answered."""
    ways(here)
    sent = here.json("notices", "test", "one")["sent"]
    assert [(x["channel"], x["taken"], x["answer"]) for x in sent] == [
        ("email", True, "200 OK"),
        ("webhook", True, "200 OK"),
    ]
    assert here.plugin.receivers[Channel.EMAIL].subjects() == ["one: a test"]
    assert "email: taken: 200 OK" in here.run("notices", "test", "one").stdout


def test_test_that_fails(here: Installation, world: World) -> None:
    """A way that does not work: exit 1, what to do, and no attempt by the clock."""
    ways(here)
    here.plugin.receivers[Channel.WEBHOOK].answer = REFUSED
    result = here.run("notices", "test", "one", code=1)
    assert "webhook: not taken: 503 Service Unavailable" in result.stdout
    assert "mintsoft-xero notices test one" in result.stdout
    sent = here.json("notices", "test", "one", code=1)["sent"]
    assert (sent[1]["code"], sent[0]["code"]) == ("MX-142", None)
    world.clock.advance(hours=1)
    assert world.ledger.take_notices(10) == []


def test_nobody_to_tell(here: Installation) -> None:
    """Without an address there is nothing to try: exit 2, and what to set."""
    result = here.run("notices", "test", "one", code=2)
    assert "notify_email=ADDRESS" in result.stderr
    here.run("notices", "test", "two", code=2)


def test_list(here: Installation) -> None:
    """`notices list` shows what was told and what became of it, of one connection or of all."""
    assert here.json("notices", "list") == []
    assert "No notice" in here.run("notices", "list", "one").stdout
    ways(here)
    here.plugin.receivers[Channel.WEBHOOK].answer = REFUSED
    here.run("notices", "test", "one", code=1)
    newest, oldest = here.json("notices", "list", "one")
    assert (oldest["state"], newest["state"]) == (NoticeState.SENT, NoticeState.FAILED)
    assert newest["answer"] == REFUSED.words
    assert len(here.json("notices", "list")) == 2
    assert "one: a test" in here.run("notices", "list").stdout
    here.run("notices", "list", "two", code=2)


def test_secret(here: Installation, world: World) -> None:
    """`notices secret` prints a new one, alone on standard output; nothing shows it again."""
    secret = here.run("notices", "secret", "one").stdout.strip()
    assert secret.startswith("whsec_")
    new = here.json("notices", "secret", "one")["secret"]
    assert new != secret
    assert len(signing_keys(here.plugin.vault, 1, world.clock.now())) == 2
    assert new not in here.run("connection", "show", "one", "--json").stdout
    here.run("notices", "secret", "two", code=2)


def test_settings(here: Installation) -> None:
    """What is wrong with an address or a switch is said, and nothing is changed."""
    for wrong in (
        "notify_webhook=http://example.com/",
        "notify_webhook=https://user:pass@example.com/",
        "notify_email=nobody",
        "notify_email=a@example.com\nBcc: b@example.com",
        "notify_errors=maybe",
        "digest_hour=24",
    ):
        result = here.run("connection", "set", "one", wrong, code=2)
        assert wrong.partition("=")[0] in result.stderr
        assert "pass@" not in result.stderr
    here.run("connection", "set", "one", "notify_email=a@example.com,b@example.com")
    here.run("connection", "set", "one", "notify_email=")
