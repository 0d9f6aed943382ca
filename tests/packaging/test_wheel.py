"""What pip installs is the whole tree, and works far away from it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from .tree import LEFTOVERS, ROOT, files_that_ship


def _run(*command: object, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command with nothing of the checkout on Python's path; return what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a clean copy: a `build/` left in the checkout would slip into it."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "mintsoft-xero"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFTOVERS))
    # The environment's own setuptools, without isolation: nothing is downloaded.
    build = f"from setuptools import build_meta as b; b.build_wheel({str(folder)!r})"
    _run(sys.executable, "-c", build, cwd=copy)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment that borrows this one's dependencies."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install")
    _run(*pip, "--quiet", "--no-index", "--no-deps", wheel, cwd=folder)
    # A folder named in a .pth file is searched, but the .pth files inside it are not read: the
    # hook of an editable install, which would lead back to the checkout, stays behind.
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = Path(_run(python, "-c", find, cwd=folder).strip())
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    return folder


def test_wheel_holds_the_tree(wheel: Path) -> None:
    """Rule files, migrations, templates and the manifest ship; tests and leftovers do not."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {f"mintsoft_xero/{name}" for name in files_that_ship()}


def test_installed_package_is_the_wheels(elsewhere: Path) -> None:
    """The package that the fresh environment imports is the installed one, not the checkout."""
    show = "import mintsoft_xero; print(mintsoft_xero.__file__)"
    found = _run(elsewhere / "venv" / "bin" / "python", "-c", show, cwd=elsewhere).strip()
    assert Path(found).is_relative_to(elsewhere / "venv")


def test_command_runs_from_the_wheel(elsewhere: Path) -> None:
    """The installed command explains itself and opens a ledger of its own, migrations and all."""
    command = elsewhere / "venv" / "bin" / "mintsoft-xero"
    assert "export" in _run(command, "--help", cwd=elsewhere)
    home = elsewhere / "home"
    home.mkdir(mode=0o700)
    settings = {"MINTSOFT_XERO_HOME": str(home)}
    _run(command, "db", "upgrade", cwd=elsewhere, env=settings)
    _run(command, "connection", "list", "--json", cwd=elsewhere, env=settings)
