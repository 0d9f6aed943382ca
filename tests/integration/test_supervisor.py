"""The supervisor with the real broker and a real Celery worker with two pool processes."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery

from ...plugin.processes.broker import broker_command, broker_url, find_broker, redis_url
from ...plugin.processes.launch import module_command
from ..conftest import service_missing
from ..waiting import LONG, MARK, eventually, marked

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

#: A worker's application: notes each task's start and end in the broker itself.
PROBE = """
    import os, time
    import redis
    from celery import Celery

    app = Celery("probe", broker=os.environ["PROBE_BROKER"])
    app.conf.update(
        task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=1,
        task_default_queue="probe", broker_connection_retry_on_startup=True,
    )

    @app.task(name="probe.note")
    def note(word, seconds=0):
        with redis.Redis.from_url(os.environ["PROBE_REDIS"]) as client:
            client.rpush("started", f"{word} {os.getpid()}")
            time.sleep(seconds)
            client.rpush("ended", word)
"""


class Stack:
    """A supervisor in a process of its own, with the broker and a prefork worker under it."""

    def __init__(self, home: Path, folder: Path, mark: str) -> None:
        (folder / "probe.py").write_text(textwrap.dedent(PROBE))
        self.home, self.mark = home, mark
        self.redis = redis.Redis.from_url(redis_url(home), decode_responses=True)
        self.celery = Celery("probe", broker=broker_url(home), set_as_current=False)
        self.celery.conf.task_default_queue = "probe"
        self._environment = {
            **os.environ,
            MARK: mark,
            "PYTHONPATH": str(folder),
            "PROBE_BROKER": broker_url(home),
            "PROBE_REDIS": redis_url(home),
        }
        worker = [sys.executable, "-m", "celery", "-A", "probe", "worker", "--loglevel=WARNING"]
        worker += ["--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle"]
        self._programs = {"broker": broker_command(find_broker(), home), "worker": worker}

    @contextmanager
    def start(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the supervisor; what it says is shown if the test fails."""
        programs = [f"{name}={json.dumps(command)}" for name, command in self._programs.items()]
        with subprocess.Popen(
            module_command("tests.unit.processes.supervised", str(self.home), *programs),
            env=self._environment,
        ) as supervisor:
            try:
                yield supervisor
                supervisor.wait(timeout=LONG)
            finally:
                supervisor.kill()

    def send(self, word: str, seconds: float = 0) -> None:
        self.celery.send_task("probe.note", (word, seconds), ignore_result=True)

    def runs(self, word: str) -> list[int]:
        """The pids of the pool processes in which the task was started."""
        started = [line.split() for line in self.redis.lrange("started", 0, -1)]
        return [int(pid) for name, pid in started if name == word]

    def ended(self, word: str) -> bool:
        return word in self.redis.lrange("ended", 0, -1)

    def answers(self) -> bool:
        try:
            return bool(self.redis.ping())
        except redis.RedisError:
            return False

    def workers(self) -> set[int]:
        """The worker and its pool processes."""
        return {pid for pid, command in marked(self.mark).items() if "-A probe worker" in command}


@pytest.fixture
def stack(home: Path, tmp_path: Path) -> Iterator[Stack]:
    if find_broker() is None:
        service_missing("no Valkey or Redis server")
    stack = Stack(home, tmp_path, uuid.uuid4().hex)
    yield stack
    stack.celery.close()
    stack.redis.close()
    for pid in marked(stack.mark):
        os.kill(pid, signal.SIGKILL)


def test_killed_supervisor_leaves_nothing(stack: Stack) -> None:
    """SIGKILL takes the busy worker, its pool and the broker along; what was queued stays."""
    with stack.start() as supervisor:
        eventually(stack.answers, "the broker")
        stack.send("first", seconds=60)
        stack.send("second", seconds=60)
        eventually(lambda: stack.runs("first") and stack.runs("second"), "two tasks")
        stack.send("third")
        assert len(stack.workers()) == 3
        supervisor.kill()
    eventually(lambda: not marked(stack.mark), "the end of everything")

    with stack.start() as supervisor:
        eventually(stack.answers, "the broker")
        eventually(lambda: stack.ended("third"), "the task that was queued")
        supervisor.kill()
    eventually(lambda: not marked(stack.mark), "the end of everything")


def test_killed_worker_is_replaced(stack: Stack) -> None:
    """A worker whose main process is killed loses its pool too, and a new one does the tasks."""
    with stack.start() as supervisor:
        eventually(stack.answers, "the broker")
        stack.send("before", seconds=60)
        eventually(lambda: stack.runs("before"), "a task")
        workers = stack.workers()
        assert len(workers) == 3
        os.kill(min(workers), signal.SIGKILL)
        eventually(lambda: not workers & stack.workers(), "the end of the old pool")

        stack.send("after")
        eventually(lambda: stack.ended("after"), "a task at the new worker")
        supervisor.kill()
    eventually(lambda: not marked(stack.mark), "the end of everything")


def test_interrupted_supervisor_finishes_its_work(stack: Stack) -> None:
    """Ctrl-C lets a running task end before the worker, and the worker before the broker."""
    with stack.start() as supervisor:
        eventually(stack.answers, "the broker")
        stack.send("long", seconds=1)
        eventually(lambda: stack.runs("long"), "a task")
        supervisor.send_signal(signal.SIGINT)
    assert supervisor.returncode == 0
    assert not marked(stack.mark)

    with stack.start() as supervisor:
        eventually(stack.answers, "the broker")
        assert stack.ended("long")
        assert len(stack.runs("long")) == 1
        supervisor.kill()
    eventually(lambda: not marked(stack.mark), "the end of everything")
