"""Xero's own addresses on this machine: an HTTPS proxy that ends at the sandbox.

Other people's programs have Xero's addresses built in. Behind this proxy ``https://api.xero.com``,
``https://identity.xero.com`` and ``https://login.xero.com`` are the sandbox, with a certificate
that only the program under test trusts. So nothing in the programs has to be changed.
"""

import contextlib
import datetime as dt
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOSTS = ("api.xero.com", "identity.xero.com", "login.xero.com")
#: Seconds without a byte after which a connection is closed.
_IDLE = 60
_PIECE = 65536


@dataclass(frozen=True, kw_only=True)
class Front:
    """A proxy that runs."""

    #: The proxy's address.
    url: str
    #: The file with the certificate to trust.
    certificate: Path


@contextlib.contextmanager
def front_of(sandbox_port: int, folder: Path) -> Iterator[Front]:
    """Run the proxy before the sandbox on that port; its certificate is kept in `folder`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            words = self.rfile.readline().split()
            while self.rfile.readline().strip():
                pass
            host = words[1].decode().partition(":")[0] if words[:1] == [b"CONNECT"] else ""
            if host not in HOSTS:
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with (
                contextlib.suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as program,
                socket.create_connection(("127.0.0.1", sandbox_port), timeout=_IDLE) as sandbox,
            ):
                _pass_on(program, sandbox)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        port = server.server_address[1]
        yield Front(url=f"http://127.0.0.1:{port}", certificate=folder / "xero.pem")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pass_on(program: ssl.SSLSocket, sandbox: socket.socket) -> None:
    """Carry bytes both ways until one side closes."""
    while True:
        if program.pending():
            ready: list[socket.socket] = [program]
        else:
            ready, _, _ = select.select([program, sandbox], [], [], _IDLE)
        if not ready:
            return
        for side in ready:
            piece = side.recv(_PIECE)
            if not piece:
                return
            (sandbox if side is program else program).sendall(piece)


def _certificate(folder: Path) -> Path:
    """Make a certificate of Xero's three hosts, signed by itself; returns its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Xero sandbox")])
    now = dt.datetime.now(dt.UTC)
    unused = (
        *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("crl_sign", "encipher_only", "decipher_only"),
    )
    usage = dict.fromkeys(unused, False)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(x) for x in HOSTS]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), True)
        .add_extension(identifier, False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "xero.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return file
