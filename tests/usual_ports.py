"""Takes all usual ports of this machine, so that no test can rely on one being free.

``python -m mintsoft_xero.tests.usual_ports`` holds them until it is ended, and says which. CI runs
the tests beside it; so does whoever has a demo running.
"""

import ast
import contextlib
import signal
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


#: Those of the servers that others run: Redis, PostgreSQL.
OTHERS = (6379, 5432)


def usual_ports() -> list[int]:
    """The ports that our programs take when nobody says otherwise: constants named ``..._PORT``."""
    found = set(OTHERS)
    for path in (ROOT / "plugin").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = [x.id for x in node.targets if isinstance(x, ast.Name)]
                if any(name.endswith("PORT") for name in names) and type(node.value.value) is int:
                    found.add(node.value.value)
    return sorted(found)


def take(ports: list[int]) -> list[socket.socket]:
    """Listen on each of them on loopback; one that somebody has is taken as it should be."""
    held = []
    for port in ports:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):
                held.append(socket.create_server((address, port), family=family))
    return held


def main() -> None:
    """Hold them until somebody ends it."""
    ports = usual_ports()
    held = take(ports)
    sys.stdout.write(f"Taken: {', '.join(map(str, ports))}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
    for each in held:
        each.close()


if __name__ == "__main__":
    main()
