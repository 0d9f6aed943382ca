import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ....plugin.processes.supervisor import Program, Supervisor


@pytest.fixture
def said() -> list[str]:
    """The sentences of the supervisor."""
    return []


@pytest.fixture
def supervisor(home: Path, said: list[str]) -> Iterator[Supervisor]:
    with Supervisor(
        home, say=said.append, log_directory=home / "logs", first_delay=0.01
    ) as supervisor:
        yield supervisor


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., Program]:
    """Make a program of a few lines of Python, ready when something is in the file `NAME.up`."""

    def make(name: str, code: str, *, waits: bool = True, **options: float) -> Program:
        up = tmp_path / f"{name}.up"
        begin = f"import os, signal, sys, time, pathlib\nup = pathlib.Path({str(up)!r})\n"
        return Program(
            name=name,
            command=[sys.executable, "-S", "-c", begin + code],
            environment={},
            ready=(lambda: up.exists() and up.stat().st_size > 0) if waits else None,
            **options,  # type: ignore[arg-type]
        )

    return make
