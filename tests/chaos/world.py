"""The processes of a session: simulators, broker, nursery and workers; each may be killed."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import redis
import requests
from cryptography.fernet import Fernet

from ...plugin.processes.broker import (
    broker_command,
    broker_url,
    find_broker,
    redis_url,
    wait_for_broker,
)
from ...plugin.processes.launch import module_command
from ..reserved_port import reserved_port
from .clock import SPEED
from .databases import Databases, prepare
from .worker import Worker, joined

#: Of a call to a simulator's control, in seconds.
TIMEOUT = 120.0
READY_WITHIN = 60.0
WORKERS, CHILDREN = 2, 2


class World:
    """All processes, from the making to `close`."""

    def __init__(
        self, folder: Path, databases: Databases, *, simulators: str = "tests.chaos.sandboxes"
    ) -> None:
        """`simulators`: the module that serves both sides."""
        self.folder, self.databases = folder, databases
        self.begun, self.speed = time.time(), SPEED
        self._environment_before = dict(os.environ)
        self._log = (folder / "processes.log").open("ab")
        self._held = contextlib.ExitStack()
        self.ports = {
            side: self._held.enter_context(reserved_port()) for side in ("mintsoft", "xero")
        }
        self.broker_home = folder / "broker"
        self.broker_home.mkdir(mode=0o700)
        self.workers: dict[int, Worker] = {}
        self._left: list[int] = []
        self._started: list[subprocess.Popen[bytes]] = []
        told = json.dumps({"begun": self.begun, "speed": self.speed, **self.ports})
        self._start(module_command(simulators, told), says="ready")
        self._nursery = self._start(
            module_command("tests.chaos.worker", str(self.speed)), says="ready"
        )
        self.start_broker()
        xero, key = self.url("xero"), Fernet.generate_key().decode()
        self.environment = {
            "MINTSOFT_XERO_HOME": str(folder / "home"),
            "MINTSOFT_XERO_RULES_DIR": str(folder / "rules"),
            "MINTSOFT_XERO_SECRET_KEY": key,
            "MINTSOFT_XERO_REDIS_URL": broker_url(self.broker_home),
            "MINTSOFT_XERO_MINTSOFT_URL": self.url("mintsoft"),
            **{f"MINTSOFT_XERO_{x}_URL": xero for x in ("XERO", "XERO_IDENTITY", "XERO_LOGIN")},
            "NO_PROXY": "127.0.0.1,localhost",
            **databases.environment,
        }
        self._prepare_first()

    def _prepare_first(self) -> None:
        """A database with its tables and the rule book that decides, to be copied."""
        url = self.databases.first()
        prepare(url)
        self.use(url)
        plugin = joined(self.begun, self.speed)
        plugin.decider.close()
        plugin.database.close()

    def use(self, database_url: str) -> None:
        """Have this process, and workers from now on, use a database."""
        self.environment["MINTSOFT_XERO_DATABASE_URL"] = database_url
        os.environ.update(self.environment)

    def url(self, side: str) -> str:
        """Address of a simulator."""
        return f"http://127.0.0.1:{self.ports[side]}"

    # Simulators

    def tell(self, side: str, path: str, document: Mapping[str, Any] | None = None) -> Any:
        """POST to a simulator's control; its answer."""
        answer = requests.post(self.url(side) + path, json=document or {}, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def ask(self, side: str, path: str) -> Any:
        """GET from a simulator's control; amounts as text, not float."""
        answer = requests.get(self.url(side) + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return json.loads(answer.content, parse_float=str)

    # Broker

    def start_broker(self) -> None:
        """Start it, and wait until it answers."""
        self._broker = self._start(broker_command(find_broker(), self.broker_home))
        wait_for_broker(broker_url(self.broker_home), READY_WITHIN)

    def kill_broker(self) -> None:
        """SIGKILL, and a new one that reads what the old one had kept."""
        self._broker.kill()
        self._broker.wait()
        self._started.remove(self._broker)
        self.start_broker()

    def flush_broker(self) -> None:
        """Forget all messages, and all that is known of limits."""
        with redis.Redis.from_url(redis_url(self.broker_home), socket_timeout=5) as client:
            client.flushall()

    # Workers

    def start_worker(self, worker: Worker) -> int:
        """Fork one; its process id, which is its group's too."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(worker.to_json().encode() + b"\n")
        self._nursery.stdin.flush()
        pid = int(self._nursery.stdout.readline())
        self.workers[pid] = worker
        return pid

    def keep_workers(self) -> int:
        """Start again those that have ended, as a supervisor does; how many."""
        ended = [pid for pid in self.workers if not _alive(pid)]
        for pid in ended:
            # Orphans of the dead may live on: they are still in its group, until the run's end.
            self._left.append(pid)
            self.start_worker(self.workers.pop(pid))
        return len(ended)

    def stop_workers(self) -> None:
        """Kill all of them, with their children and their orphans."""
        for pid in [*self.workers, *self._left]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        end = time.monotonic() + TIMEOUT
        while any(_alive(pid) for pid in self.workers) and time.monotonic() < end:
            time.sleep(0.01)
        self.workers.clear()
        self._left.clear()

    def close(self) -> None:
        """End everything."""
        self.stop_workers()
        for process in reversed(self._started):
            process.kill()
            process.communicate()
        self.databases.close()
        self._held.close()
        self._log.close()
        # Whoever runs after this in the same process has its own.
        os.environ.clear()
        os.environ.update(self._environment_before)

    def _start(self, command: Sequence[str], *, says: str = "") -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if says else subprocess.DEVNULL,
            stdout=subprocess.PIPE if says else self._log,
            stderr=self._log,
        )
        self._started.append(process)
        if says:
            stdout: IO[bytes] | None = process.stdout
            assert stdout is not None
            line = stdout.readline().decode().strip()
            if line != says:
                raise RuntimeError(f"{command[-2]} did not start: see {self._log.name}")
        return process


def _alive(pid: int) -> bool:
    """Whether a worker still runs (a zombie does not)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def children(pid: int) -> list[int]:
    """The prefork children of a worker's main process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
    return found
