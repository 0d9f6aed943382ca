"""E-mail: a notice to people, through the mail server of MINTSOFT_XERO_SMTP_URL."""

import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP

from ...domain.connections.connection import Connection
from ...domain.notifications.mail_server import MailServer, read_mail_server
from ...domain.notifications.notice import Notice
from ...error_codes import CODES
from ...ports.notifications import Answer
from .deadline import deadline

#: Seconds for each answer of the server, and for all of an attempt.
TIMEOUT, WHOLE = 5.0, 15.0


class Mailer:
    """Implements `ports.notifications.Sender` by SMTP."""

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        whole: float = WHOLE,
    ) -> None:
        """`url`: empty where there is no mail server. `tls`: whom to believe.

        Raises:
            SettingsError: the URL is wrong.
        """
        self._server = read_mail_server(url) if url else None
        self._tls = tls
        self._timeout = timeout
        self._whole = whole

    def send(self, connection: Connection, notice: Notice) -> Answer:
        """See `ports.notifications.Sender`."""
        receivers = connection.settings.notify_email
        if self._server is None:
            return Answer(words=CODES["MX-141"].sentence, taken=False, code="MX-141")
        if not receivers:
            return _refused("no address is set")
        message = _message(self._server.sender, receivers, notice)
        try:
            return self._hand_over(self._server, message, receivers)
        except (OSError, smtplib.SMTPException) as error:
            return _refused(_reason(error, self._timeout))

    def _hand_over(
        self, server: MailServer, message: EmailMessage, receivers: tuple[str, ...]
    ) -> Answer:
        tls = self._tls or ssl.create_default_context()
        smtp: smtplib.SMTP | None = None

        def found() -> socket.socket | None:
            return smtp.sock if smtp is not None else None

        with deadline(found, self._whole):
            where = (server.host, server.port, _our_name())
            if server.tls_at_once:
                smtp = smtplib.SMTP_SSL(*where, timeout=self._timeout, context=tls)
            else:
                smtp = smtplib.SMTP(*where, timeout=self._timeout)
            try:
                _greet(smtp, server, tls)
                refused = smtp.send_message(message, server.sender, list(receivers))
            finally:
                _end(smtp)
        words = f"handed to {server.host}"
        if refused:
            words += f", which refused {len(refused)} of {len(receivers)} addresses"
        return Answer(words=words, taken=True)


class UnencryptedError(OSError):
    """The server can't encrypt, and must."""


_WORDS: dict[type[Exception], str] = {
    UnencryptedError: "the server offers no encryption (STARTTLS)",
    smtplib.SMTPRecipientsRefused: "every address was refused",
}


def _reason(error: Exception, timeout: float) -> str:
    """Why it was not handed over; few words of the server's: it may quote what it was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    # smtplib makes a lost connection of a time-out.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, (UnencryptedError, smtplib.SMTPRecipientsRefused)):
        return _WORDS[type(error)]
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{error.smtp_code}, user or password is not accepted"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server said {error.smtp_code}"
    return f"no answer ({type(error).__name__})"


def _our_name() -> str:
    """What we call ourselves; smtplib would ask a name server, without any time-out."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _greet(smtp: smtplib.SMTP, server: MailServer, tls: ssl.SSLContext) -> None:
    """Encrypt, and log in."""
    smtp.ehlo_or_helo_if_needed()
    if not server.tls_at_once:
        if smtp.has_extn("starttls"):
            smtp.starttls(context=tls)
        elif server.tls_needed:
            raise UnencryptedError
    if server.user:
        smtp.login(server.user, server.password)


def _end(smtp: smtplib.SMTP) -> None:
    # The mail is handed over by now, whatever comes of the good-bye.
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    with suppress(OSError):
        smtp.close()


def _message(sender: str, receivers: tuple[str, ...], notice: Notice) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Mintsoft to Xero <{sender}>"
    message["To"] = ", ".join(receivers)
    message["Subject"] = " ".join(notice.subject.split())
    message["Date"] = notice.created_at
    # The same on each attempt: mail programs show one that came twice once.
    message["Message-ID"] = f"<{notice.notice_id}@{sender.rpartition('@')[2]}>"
    # Out-of-office answers are not wanted.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text + "\n")
    return message


def _refused(words: str) -> Answer:
    return Answer(words=words, taken=False, code="MX-142")
