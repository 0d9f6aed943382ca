"""What our clients send, against what Xero and Mintsoft say that they take.

Judged is what leaves: all requests that the tests of the adapters cause, and an export of the
sandbox's day by the command line.
"""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from waitress import create_server, wasyncore

from ...plugin.processes.launch import program_command
from ...plugin.sandbox.serve import STORE, Beginning, mintsoft_app, xero_app
from ..conftest import ROOT
from .described import Description
from .exchange import Exchange, Fault
from .recording import Recorded
from .swagger import Swagger

DAY = Beginning(orders=60, seed=5, today="2026-11-20")
_WITHIN = 240
#: Their tests send what nobody would send: bodies of one letter, planted secrets, no requests.
_SENDING_NONSENSE = ("test_client", "test_secrets", "test_arithmetic", "test_documentation")


@dataclass(frozen=True)
class Odd:
    """Where what Xero takes differs from its description, or a test makes up an id."""

    #: What an operation begins with.
    operation: str
    #: What the problem ends with.
    problem: str
    #: How it is known.
    why: str


#: Each is needed by some request; a test tells which is not.
ODD = [
    Odd("GET /api.xro/2.0/Organisations", "no such operation", "xero.md 2: the plural works"),
    Odd("GET /", "is not a 'date-time'", "xero.md 2.2: If-Modified-Since has no zone"),
    Odd("PUT /Invoices/{InvoiceID}/Attachments", "not of type 'string'", "xero.md 4: raw bytes"),
    Odd("PUT /Invoices/{InvoiceID}/Attachments", "is not a 'byte'", "xero.md 4: raw bytes"),
    Odd("GET /api.xro/2.0/NoSuchThing", "no such operation", "a test of what isn't there"),
    Odd("PUT /Invoices", "'c-1' is not a 'uuid'", "a test's own id"),
]


@pytest.fixture(scope="module")
def by_tests(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Exchange]:
    """Every request that the adapters' tests make the clients send."""
    sent = tmp_path_factory.mktemp("sent") / "requests"
    here = Path(__file__).resolve().parent
    names = [f"tests/unit/adapters/{side}" for side in ("mintsoft", "xero")]
    left_out = [f"--ignore={folder}/{name}.py" for folder in names for name in _SENDING_NONSENSE]
    done = subprocess.run(
        [
            sys.executable,
            *["-m", "pytest", "-q", "-p", "sent", "-p", "no:cacheprovider"],
            *names,
            *left_out,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(here), "MINTSOFT_XERO_SENT": str(sent)},
        capture_output=True,
        text=True,
        timeout=_WITHIN,
        check=False,
    )
    assert sent.exists(), done.stdout + done.stderr
    with sent.open(encoding="utf-8") as lines:
        return [_exchange(json.loads(line)) for line in lines]


def _exchange(line: dict[str, Any]) -> Exchange:
    address = urlsplit(line["url"])
    return Exchange(
        method=line["method"],
        path=unquote(address.path),
        query=address.query,
        headers=line["headers"],
        body=base64.b64decode(line["body"]),
    )


@contextmanager
def _served(app: Any) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(60)


@pytest.fixture(scope="module")
def by_export(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Exchange]:
    """Every request of an export of the sandbox's day."""
    home = tmp_path_factory.mktemp("home")
    apps = mintsoft_app(DAY, None), xero_app(DAY, None, limits=False)
    orders, invoices = Recorded(apps[0].wsgi_app), Recorded(apps[1].wsgi_app)
    with _served(orders) as mintsoft_url, _served(invoices) as xero_url:
        secrets = {"MINTSOFT_PASSWORD": "sandbox", "XERO_CLIENT_SECRET": "custom"}
        addresses = dict.fromkeys(("XERO", "XERO_IDENTITY", "XERO_LOGIN"), xero_url)
        environment = {**os.environ, **secrets, "MINTSOFT_XERO_HOME": str(home)} | {
            f"MINTSOFT_XERO_{name}_URL": url
            for name, url in (addresses | {"MINTSOFT": mintsoft_url}).items()
        }
        added = "--mintsoft-username sandbox --xero-client-id custom --set start_date=2026-01-01"
        for words in (f"connection add shop {added}", "export shop --inline --wait 3"):
            done = subprocess.run(
                program_command(*words.split()),
                env=environment,
                capture_output=True,
                text=True,
                timeout=_WITHIN,
                check=False,
            )
            assert done.returncode in {0, 1}, done.stderr
    for app in apps:
        app.extensions[STORE].close()
    return orders.requests + invoices.requests


@pytest.fixture(scope="module")
def of_xero(by_tests: list[Exchange], by_export: list[Exchange]) -> list[Exchange]:
    """All requests to the accounting API."""
    return [each for each in by_tests + by_export if each.path.startswith("/api.xro/")]


@pytest.fixture(scope="module")
def of_mintsoft(by_tests: list[Exchange], by_export: list[Exchange]) -> list[Exchange]:
    """All requests to Mintsoft."""
    return [each for each in by_tests + by_export if each.path.startswith("/api/")]


@pytest.fixture(scope="module")
def found(accounting: Description, of_xero: list[Exchange]) -> list[Fault]:
    """What is wrong with the requests to the accounting API."""
    return [fault for each in of_xero for fault in accounting.request_faults(each)]


def _is(fault: Fault, odd: Odd) -> bool:
    return fault.operation.startswith(odd.operation) and fault.problem.endswith(odd.problem)


def test_xero_takes_what_we_send(found: list[Fault]) -> None:
    """Each request has a described path, parameters, headers and body, or a known exception."""
    assert {fault for fault in found if not any(_is(fault, odd) for odd in ODD)} == set()


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.why)
def test_each_exception_is_needed(found: list[Fault], odd: Odd) -> None:
    """An exception from the description that no request needs any more is taken off the list."""
    assert any(_is(fault, odd) for fault in found)


def test_connections_are_asked_for_as_described(
    identity: Description, by_tests: list[Exchange], by_export: list[Exchange]
) -> None:
    """Connections are listed and ended as described; the ids of some tests are their own."""
    asked = [each for each in by_tests + by_export if each.path.startswith("/connections")]
    assert {each.method for each in asked} == {"GET", "DELETE"}
    faults = {fault for each in asked for fault in identity.request_faults(each)}
    assert {fault for fault in faults if not fault.problem.endswith("is not a 'uuid'")} == set()


def test_mintsoft_takes_what_we_send(swagger: Any, of_mintsoft: list[Exchange]) -> None:
    """Each request has a described path, with those parameters and those names in its body."""
    description = Swagger(swagger)
    assert {x for each in of_mintsoft for x in description.request_faults(each)} == set()


def test_an_export_is_all_there(by_export: list[Exchange]) -> None:
    """The export that is judged did all that an export does."""
    calls = {(each.method, each.path.rpartition("/")[2]) for each in by_export}
    assert {("POST", "Auth"), ("GET", "List"), ("POST", "token"), ("PUT", "Invoices")} <= calls
    assert {("POST", "Comments"), ("PUT", "Tag"), ("PUT", "Contacts")} <= calls
