"""Receivers on this machine: a web server and a mail server that do as a test wants."""

import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ....waiting import LONG

#: After ten seconds an answer that drips has come.
_DRIPS = 200


class Received:
    """What a server got, and how it answers."""

    def __init__(self) -> None:
        self.port = 0
        #: Headers and raw body of each POST, or envelope and text of each mail.
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.mails: list[tuple[list[str], str]] = []
        #: Status of the web server's answer.
        self.status = 204
        #: ``hang``: says nothing; ``drip``: answers for a long time;
        #: ``drop``: hangs up.
        self.manner = ""
        #: What the mail server answers to a command, in place of its own answer.
        self.says: dict[str, str] = {}
        #: Set when a test is over: whoever hangs goes home.
        self.over = threading.Event()
        #: Whether a mail's text came over TLS, and the words of each login.
        self.encrypted: list[bool] = []
        self.logins: list[str] = []


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[Received]:
    """A web server that answers POSTs."""
    got = Received()

    class Handler(BaseHTTPRequestHandler):
        timeout = LONG

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.posts.append(({k.lower(): v for k, v in self.headers.items()}, body))
            if got.manner == "hang":
                got.over.wait(LONG)
            if got.manner == "drip":
                with suppress(OSError):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                    for _ in range(_DRIPS):
                        if got.over.wait(0.05):
                            break
                        self.wfile.write(b"x")
                        self.wfile.flush()
                    self.wfile.write(b"\r\nContent-Length: 0\r\n\r\n")
            if got.manner:
                self.close_connection = True
                return
            self.send_response(got.status)
            if 300 <= got.status < 400:
                self.send_header("Location", f"http://localhost:{got.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _served(server, got):
        yield got


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> Iterator[Received]:
    """A mail server: with TLS from the start, or by STARTTLS, or without."""
    got = Received()

    class Handler(_Mail):
        received, context, encrypted = got, tls, at_once

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), got):
        yield got


class _Mail(socketserver.StreamRequestHandler):
    """One conversation with the mail server."""

    timeout = LONG
    received: Received
    context: ssl.SSLContext | None
    #: At the beginning, whether it speaks TLS from the start.
    encrypted: bool

    def handle(self) -> None:
        self.to: list[str] = []
        with suppress(OSError):
            if self.encrypted:
                self.encrypt()
            self.say("220 here")
            while (line := self.rfile.readline()) and self.answer(line.decode().strip()):
                pass

    def answer(self, words: str) -> bool:
        """Answer a command; whether to go on."""
        command, got = words.split(" ", maxsplit=1)[0].upper(), self.received
        if got.manner == "hang":
            got.over.wait(LONG)
            return False
        if command in got.says:
            self.say(got.says[command])
        else:
            getattr(self, command.lower(), self.fine)(words)
        return command != "QUIT"

    def fine(self, _words: str) -> None:
        self.say("250 fine")

    def ehlo(self, _words: str) -> None:
        offers = ["250-here", "250-AUTH PLAIN"]
        offers += ["250-STARTTLS"] if self.context and not self.encrypted else []
        self.say("\r\n".join([*offers, "250 SIZE 100000"]))

    def starttls(self, _words: str) -> None:
        self.say("220 go on")
        self.encrypt()

    def auth(self, words: str) -> None:
        self.received.logins.append(words)
        self.say("235 welcome")

    def rcpt(self, words: str) -> None:
        self.to.append(words.partition(":")[2])
        self.say("250 fine")

    def data(self, _words: str) -> None:
        self.say("354 go on")
        text = b""
        while (part := self.rfile.readline()) not in (b".\r\n", b""):
            text += part
        self.received.mails.append((self.to, text.decode()))
        self.received.encrypted.append(self.encrypted)
        self.say("250 taken")

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
        self.wfile.flush()

    def encrypt(self) -> None:
        assert self.context is not None
        self.request = self.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
        self.encrypted = True

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()


@contextmanager
def _served(server: socketserver.TCPServer, got: Received) -> Iterator[None]:
    got.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        got.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate of localhost: what a server shows, and what believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.fromtimestamp(time.time(), tz=dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "certificate.pem", folder / "key.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(shown, secret)
    return server, ssl.create_default_context(cafile=str(shown))
