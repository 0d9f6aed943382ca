"""Notices by e-mail: what is sent, over what, and whatever the mail server does."""

import logging
from email import message_from_string
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from .....plugin.config import read_environment
from .....plugin.domain.notifications.mail_server import read_mail_server
from .....plugin.errors import SettingsError
from .....plugin.services.notifications.email import Mailer
from ....waiting import LONG
from .receivers import certificate, mail_server
from .test_posting import a_connection, a_notice

TO = ("books@example.com", "me@example.com")


def connection() -> Any:
    """A connection whose notices go to two people."""
    return a_connection(notify_email=TO)


def read(text: str) -> Message:
    """A mail as a program reads it."""
    return message_from_string(text, policy=default)


def test_a_mail() -> None:
    """A mail goes to everybody, under an id that is the same on each attempt, as plain text."""
    with mail_server() as got:
        mailer = Mailer(f"smtp://localhost:{got.port}?from=xero@example.com")
        notice = a_notice(text="Account '200': £ 1,000.00\n.\n" + "x" * 2000, subject="a\nb")
        for _ in range(2):
            answer = mailer.send(connection(), notice)
            assert (answer.taken, answer.words) == (True, "handed to localhost")
    (to, text), again = got.mails
    assert to == [f"<{x}>" for x in TO]
    mail = read(text)
    assert mail["From"] == "Mintsoft to Xero <xero@example.com>"
    assert (mail["Subject"], mail["Message-ID"]) == ("a b", "<notice_1@example.com>")
    assert read(again[1])["Message-ID"] == mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "£ 1,000.00" in mail.get_content()  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_encrypted_with_a_password(
    tmp_path: Path, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By STARTTLS or TLS from the start: text and password go encrypted, to a believed server."""
    caplog.set_level(logging.DEBUG)
    server, believing = certificate(tmp_path)
    with mail_server(server, at_once=scheme == "smtps") as got:
        url = f"{scheme}://user%40example.com:hunt%40er2@localhost:{got.port}"
        assert Mailer(url, tls=believing).send(connection(), a_notice()).taken
        assert (got.encrypted, len(got.logins)) == ([True], 1)
        answer = Mailer(url).send(connection(), a_notice())
    assert answer.words.startswith("its certificate is not trusted")
    assert len(got.mails) == len(got.logins) == 1
    assert read(got.mails[0][1])["From"].endswith("<user@example.com>")
    assert "hunt" not in caplog.text + repr(read_mail_server(url)) + answer.words


@pytest.mark.usefixtures("names")
def test_no_encryption() -> None:
    """Elsewhere a server that offers no encryption gets nothing, unless it was said that it may."""
    with mail_server() as got:
        url = f"smtp://receiver.example:{got.port}"
        answer = Mailer(url).send(connection(), a_notice())
        assert answer.words == "the server offers no encryption (STARTTLS)"
        assert got.mails == []
        assert Mailer(f"{url}?tls=none").send(connection(), a_notice()).taken


@pytest.mark.parametrize(
    ("says", "manner", "words"),
    [
        ({"RCPT": "550 nobody"}, "", "every address was refused"),
        ({"AUTH": "535 ada: hunter2"}, "", "535, user or password is not accepted"),
        ({"DATA": "554 hunter2"}, "", "the server said 554"),
        ({"MAIL": "451 later"}, "", "the server said 451"),
        ({}, "hang", "no answer within 0.3 seconds"),
    ],
)
def test_bad_servers(says: dict[str, str], manner: str, words: str) -> None:
    """What a server refuses is said in few words, without what it may quote."""
    with mail_server() as got:
        got.says, got.manner = says, manner
        # Whoever answers has the time for it.
        timeout, whole = (0.3, 1.0) if manner == "hang" else (LONG, LONG)
        url = f"smtp://ada:hunter2@localhost:{got.port}"
        mailer = Mailer(url, timeout=timeout, whole=whole)
        answer = mailer.send(connection(), a_notice())
    assert (answer.taken, answer.words, answer.code) == (False, words, "MX-142")


def test_no_server() -> None:
    """Without a mail server the notice waits, and it is said what to set."""
    answer = Mailer("").send(connection(), a_notice())
    assert (answer.taken, answer.code) == (False, "MX-141")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "smtp://",
        "smtp://hunter2@[host",
        "smtp://ada:hunter2@host?tls=none",
        "smtp://ada:hunter2@host?tls=no",
        "smtp://ada:hunter2@host?form=a@b.example",
        "smtp://ada:hunter2@host?from=nobody",
        "smtp://ada:hunter2@host:99999",
        "smtp://ada:hunter2@host/path",
    ],
)
def test_wrong_addresses(home: Path, url: str) -> None:
    """A wrong address stops the start, in a sentence without it: there is a password in it."""
    with pytest.raises(SettingsError) as caught:
        read_environment({"MINTSOFT_XERO_HOME": str(home), "MINTSOFT_XERO_SMTP_URL": url})
    assert "MINTSOFT_XERO_SMTP_URL" in caught.value.message
    assert "hunter2" not in caught.value.message + caught.value.fix + caught.value.detail
