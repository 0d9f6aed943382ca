import os
import shutil
import subprocess
import sys
from pathlib import Path

from ....plugin.processes import launch

ROOT = Path(launch.__file__).parents[2]


def run(command: list[str], **environment: str) -> str:
    result = subprocess.run(
        command,
        env={**os.environ, **environment},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return result.stdout.strip()


def test_folder_of_any_name(tmp_path: Path) -> None:
    """A child finds the package by its place, whatever its folder is called; -P, no PYTHONPATH."""
    addon = tmp_path / "mintsoft-xero 2"
    for file in ("__init__.py", "plugin/__init__.py", "plugin/processes/launch.py"):
        (addon / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, addon / file)
    command_line = addon / "plugin" / "__main__.py"
    command_line.with_name("__init__.py").write_text("ANSWER = 42\n")
    command_line.write_text(
        "import sys\nfrom . import ANSWER\nprint(__name__, sys.argv[1:], ANSWER)"
    )

    command = launch.program_command("worker", "--queues", "a b")
    assert command[2] == str(Path(launch.__file__).resolve())
    command[2] = str(addon / "plugin" / "processes" / "launch.py")

    assert run(command) == "__main__ ['worker', '--queues', 'a b'] 42"


def test_same_interpreter() -> None:
    """A child runs in the environment of its parent."""
    assert launch.program_command("beat")[0] == sys.executable
