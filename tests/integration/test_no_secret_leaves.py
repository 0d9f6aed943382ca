"""No secret leaves the vault: planted everywhere, used under faults, and looked for everywhere."""

import logging
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis
from flask import Flask

from ...plugin.processes.broker import broker_command, broker_url, find_broker, wait_for_broker
from ...plugin.processes.launch import program_command
from ...plugin.register import register
from ...plugin.services.container import redis_client_url
from ..conftest import service_missing
from ..guide.walk import ORDERS, Somebody, Walk, walking
from ..unit.services.connections.consenting import ADD, PREFIX, Person
from ..waiting import LONG, MARK, eventually, marked
from .leavings import Doorkeeper, Monitor, Records, files_in, kept_by, kept_in, places_with

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

PASSWORD, CLIENT_SECRET, API_KEY, WRONG, WEBHOOK_KEY, SMTP = PLANTED = (
    "Marker-password-7f3a",
    "Marker-client-secret-91c2",
    "Marker-api-key-5d0e",
    "Marker-wrong-word-c4b8",
    "Marker-webhook-key-e871",
    "Marker-smtp-password-20aa",
)
FAULTS = {
    "xero": ["expire_token", "error500_before", "drop_after", "truncate", "html502"],
    "mintsoft": ["expire_key", "error", "drop", "truncate", "html502"],
}
#: In the file of the installation's own key, and nowhere else.
KEY_FILE = "secret.key"
APP = ("--xero-client-id", "sandbox", "--set", "write_pace=1000")
COMMANDS = (
    *("connection list", "connection show shop", "connection settings shop"),
    *("connection health shop", "connection export-settings shop", "mapping list shop"),
    *("mapping complete shop", "errors shop", "outcomes shop", "reconcile shop"),
    *("schedule list", "notices list", "notices test shop", "rules show"),
    *("schedule run shop keep_alive --inline", "schedule run shop catalogue --inline"),
)
PAGES = ("/", "/healthz", "/readyz", "/login", "/connect/xero", "/connect/xero?state=a&code=b")


class Scene(Person):
    """An installation with a broker and a worker, and all that comes out of it."""

    def __init__(self, walk: Walk, home: Path, files: Path, door: Doorkeeper) -> None:
        super().__init__(walk)
        self.home, self.files, self.door, self.mark = home, files, door, uuid.uuid4().hex
        self.said, self.pages, self.arguments = list[str](), list[str](), set[str]()
        self.records, self.own = Records(), set[str]()
        self.redis = redis.Redis.from_url(redis_client_url(broker_url(home)))
        self.monitor = Monitor(self.redis)
        walk.secrets |= {"MINTSOFT_PASSWORD": PASSWORD, "XERO_CLIENT_SECRET": CLIENT_SECRET}

    def say(self, words: str) -> str:
        """Type a command and keep what it says, whatever that is; its standard output."""
        for key in self.redis.scan_iter("mintsoft_xero:{*"):
            self.redis.delete(key)  # or most of the time would be spent on Xero's minute
        result = self.walk.try_to(*words.split())
        self.said += [result.output, result.stderr]
        return str(result.stdout)

    def fault(self, side: str, kind: str, **more: str) -> None:
        """Have calls of one side fail; no `kind`: none any more."""
        url = self.walk.xero_url if side == "xero" else self.walk.mintsoft_url
        # Mintsoft is asked for a key every 25 seconds at most, so one is lost and no more.
        times = 1 if kind == "expire_key" or more else 3
        told = {"faults": [{"kind": kind, "times": times, **more}] if kind else []}
        self.walk.tell(f"{url}/_sandbox/faults", told)

    def read_pages(self) -> None:
        """Read all pages that need no form."""
        app = Flask("host")
        app.secret_key = "scene"
        settings = self.walk.settings
        plugin = register(app, settings=settings, users=Somebody(), prefix=PREFIX)
        browser = app.test_client()
        self.pages += [browser.get(PREFIX + page).text for page in PAGES]
        for signature in ("wrong", WRONG):
            headers = {"x-xero-signature": signature}
            told = browser.post(f"{PREFIX}/webhooks/xero", data=b"{}", headers=headers)
            self.pages.append(told.text)
        plugin.database.close()

    def left(self) -> dict[str, bytes]:
        """All that was left so far, by place."""
        self.arguments |= set(marked(self.mark).values())
        texts = {
            "commands": self.said,
            "pages": self.pages,
            "logs": self.records.told,
            "arguments": self.arguments,
            "database": kept_in(self.walk.plugin.database),
            "redis": [*self.monitor.seen, *kept_by(self.redis)],
        }
        found = {place: "\n".join(each).encode() for place, each in texts.items()}
        found["files"] = b"\n".join(files_in(self.home, self.files, but=(KEY_FILE, "worker.log")))
        found["worker's log"] = (self.files / "worker.log").read_bytes()
        return found

    def secrets(self) -> set[str]:
        """All secrets that there were so far."""
        key = (self.home / KEY_FILE).read_text(encoding="ascii")
        return {*PLANTED, *self.door.issued, *self.own, key}

    def worker_did(self, words: str) -> bool:
        """Whether the worker's log says so."""
        return words in (self.files / "worker.log").read_text(encoding="utf-8")


@contextmanager
def running(scene: Scene) -> Iterator[None]:
    """A broker that is listened to, and a worker that says all it can."""
    environment = {**os.environ, **scene.walk.settings, MARK: scene.mark}
    with ExitStack() as stack, (scene.files / "worker.log").open("ab") as log:

        def start(command: list[str]) -> None:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)

        start(broker_command(find_broker(), scene.home))
        wait_for_broker(broker_url(scene.home), 10)
        stack.callback(scene.redis.close)
        scene.monitor.start()
        assert scene.monitor.listens.wait(LONG)
        start(program_command("worker", "--concurrency", "1", "--log-level", "DEBUG"))
        root = logging.getLogger()
        root.addHandler(scene.records)
        stack.callback(root.removeHandler, scene.records)
        yield
    eventually(lambda: not marked(scene.mark), "the end of all processes", 20)


@pytest.fixture
def scene(home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Scene]:
    """Yield an installation that runs, whose logs say all they can."""
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    caplog.set_level(logging.DEBUG)
    files = tmp_path / "files"
    files.mkdir()
    door = Doorkeeper({PASSWORD: "sandbox", CLIENT_SECRET: "sandbox"})
    more = {
        "MINTSOFT_XERO_REDIS_URL": broker_url(home),
        "MINTSOFT_XERO_WEBHOOK_KEY": WEBHOOK_KEY,
        "MINTSOFT_XERO_SMTP_URL": f"smtp://u:{SMTP}@localhost:9?from=a@example.com",
    }
    with walking(home, None, door, ORDERS, **more) as walk:
        found = Scene(walk, home, files, door)
        with running(found):
            yield found


def live_through(scene: Scene) -> None:
    """Refused logins, consent, settings, exports under all faults, every command and page."""
    secrets = dict(scene.walk.secrets)
    add = " ".join(("connection add shop", *ADD, *APP))
    for wrong in (
        {"MINTSOFT_PASSWORD": WRONG},
        {"XERO_CLIENT_SECRET": WRONG},
        {"MINTSOFT_API_KEY": API_KEY},
    ):
        scene.walk.secrets = {**secrets, **wrong}
        scene.say(add)
    scene.walk.secrets = secrets
    scene.pages.append(scene.allow(scene.add("shop"), scene.organisations()[0]))
    scene.say("connection set shop notify_email=a@example.com")
    told = scene.walk.json("notices", "secret", "shop")
    scene.own |= {str(told["secret"])}  # shown this once, as it is meant to be
    for side, kinds in FAULTS.items():
        for kind in kinds:
            for command in ("connection health shop", "export shop --dry-run"):
                scene.fault(side, kind)
                scene.say(command)
                scene.say("connection resume shop")
        scene.fault(side, "")
    scene.say("connection set shop batch_size=5")
    scene.fault("xero", "error500_before", method="PUT", path="/Invoices$")
    scene.say("export shop --wait 5")
    scene.fault("xero", "")
    for command in COMMANDS:
        scene.say(command)
        scene.say(f"{command} --json")
    for name in ("shop.yaml", "shop.json"):
        scene.say(f"connection export-settings shop {scene.files / name}")
    scene.read_pages()
    scene.left()
    scene.say("vault rotate")


def test_no_secret_leaves_the_vault(scene: Scene) -> None:
    """No password, key, token, code or verifier is in any output, log, file, message or argument.

    And the search can fail: a secret that is put into each of these places is found there.
    """
    live_through(scene)
    exported = [state for state in scene.rows().values() if state == "exported"]
    assert exported, "nothing was exported, so nothing was tried"
    assert len(scene.door.issued) > len(FAULTS["xero"])
    before = scene.left()
    assert all(before.values()), [place for place, content in before.items() if not content]
    assert places_with(scene.secrets(), before) == {}
    plant(scene, PASSWORD)
    found = places_with([PASSWORD], scene.left())
    assert set(found) == set(before)


def plant(scene: Scene, word: str) -> None:
    """Put a secret into every place, by the ways that lead there."""
    plugin = scene.walk.plugin
    scene.say(f"connection set shop reference={word}-{{number}}")
    scene.say(f"connection export-settings shop {scene.files / 'planted.yaml'}")
    logging.getLogger("mintsoft_xero").debug("logged in with %s", word)
    plugin.celery.send_task("mintsoft_xero.settle", [word])
    eventually(lambda: scene.worker_did(word), "the worker's word on it", 20)
    scene.pages.append(scene.walk.page(f"/?number={word}"))
    command = [sys.executable, "-c", "input()", word]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={MARK: scene.mark}) as process:
        eventually(lambda: any(word in x for x in marked(scene.mark).values()), "its arguments")
        scene.left()
        process.communicate(b"\n")
