"""The tree is a package that installs, imports and reads alike wherever it lies."""

import configparser
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import PARTS, ROOT, imports, modules, packages

CONFIG = configparser.ConfigParser()
CONFIG.read(ROOT / "setup.cfg", encoding="utf-8")


def test_package_list_is_the_tree() -> None:
    """The hand-kept list in setup.cfg names every package of the tree, and no other."""
    listed = CONFIG["options"]["packages"].split()
    assert sorted(listed) == sorted(packages())


def test_root_has_one_python_file() -> None:
    """A Python file at the root would be packed: only the package's own may lie there."""
    assert [path.name for path in ROOT.glob("*.py")] == ["__init__.py"]


def test_only_relative_imports() -> None:
    """No file imports the package by name: its name differs by host, and a copy would be loaded."""
    by_name = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(*PARTS, "tests")
        for line, dots, name in imports(path)
        if not dots and name.split(".")[0] in {"mintsoft_xero", ROOT.name, *PARTS, "tests"}
    ]
    assert by_name == []


def test_domain_needs_the_standard_library_only() -> None:
    """The domain and the errors are made of the standard library, whatever is installed."""
    foreign = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in [*modules("plugin/domain"), ROOT / "plugin" / "errors.py"]
        for line, dots, name in imports(path)
        if not dots and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []


def test_import_is_cheap() -> None:
    """Importing the root loads none of its parts, so a host pays only for what it uses."""
    assert list(imports(ROOT / "__init__.py")) == []


@pytest.mark.parametrize("folder", ["mintsoft-xero", "tmp.aB3xY", "a path with spaces"])
def test_bare_checkout_loads_from_any_folder(tmp_path: Path, folder: str) -> None:
    """A host can load a checkout that lies in a folder of any name."""
    (tmp_path / folder).symlink_to(ROOT, target_is_directory=True)
    load = (
        "import importlib, importlib.util, sys\n"
        "folder = sys.argv[1]\n"
        "spec = importlib.util.spec_from_file_location('mintsoft_xero', folder + '/__init__.py',"
        " submodule_search_locations=[folder])\n"
        "package = importlib.util.module_from_spec(spec)\n"
        "sys.modules['mintsoft_xero'] = package\n"
        "spec.loader.exec_module(package)\n"
        "part = importlib.import_module('mintsoft_xero.plugin.domain')\n"
        "print(package.__version__, part.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", load, str(tmp_path / folder)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / folder / "plugin" / "domain" / "__init__.py") in done.stdout


def test_manifest_names_what_exists() -> None:
    """The manifest's entry point, relative to the addon, can be called; its version is ours."""
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    package = __name__.removesuffix(".tests.packaging.test_layout")
    assert manifest["version"] == importlib.import_module(package).__version__
    module, _, attribute = manifest["register"].partition(":")
    assert callable(getattr(importlib.import_module(f"{package}.{module}"), attribute))
