import socket
from collections.abc import Iterator

import pytest

from ....plugin.processes.errors import PortInUse
from ....plugin.processes.ports import free_port, require_port
from ...reserved_port import has_ipv6, reserved_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_preferred_port() -> None:
    """The preferred port is taken when it is free, but never given out twice."""
    with reserved_port() as preferred:
        assert free_port(preferred) == preferred
        assert free_port(preferred) != preferred


def test_other_port(taken: int) -> None:
    """Another port, which can be opened, replaces one in use."""
    port = free_port(taken)
    assert port != taken
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_required_port(taken: int) -> None:
    """A port that must be had and is in use is one sentence with the setting that helps."""
    with pytest.raises(PortInUse, match=rf"port {taken} for web is in use: .* --port"):
        require_port(taken, "web", "--port")


@pytest.mark.skipif(not has_ipv6(), reason="nobody can listen at ::1")
def test_port_of_another_localhost() -> None:
    """A port is in use where another program has it under the address that browsers try first."""
    with reserved_port() as port:
        with socket.create_server(("::1", port), family=socket.AF_INET6):
            assert free_port(port) != port
            with pytest.raises(PortInUse):
                require_port(port, "web", "--port")
        require_port(port, "web", "--port")


def test_port_of_closed_connections() -> None:
    """A port whose server has just stopped counts as free, its old connections or not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        connection, _ = server.accept()
        connection.close()  # the server's side closes first: TIME_WAIT is its
        client.close()
    require_port(port, "web", "--port")
