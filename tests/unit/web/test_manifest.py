"""The manifest says what the code does."""

import configparser
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from .... import __version__
from ....plugin.config import Environment
from ....plugin.database.tables import metadata
from ....plugin.services.celery_app import QUEUES
from ....plugin.web.guard import NEEDS
from ....plugin.web.users import Role
from .filled import Filled

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Return what a host reads."""
    found: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_manifest_agrees_with_the_packaging(manifest: dict[str, Any]) -> None:
    """Version, Python and dependencies are those of the package."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["install_requires"].splitlines()
    wanted = [re.split(r"[^\w-]", line, maxsplit=1)[0] for line in lines if line.strip("# ")]
    assert manifest["version"] == __version__
    assert manifest["summary"] == config["metadata"]["description"]
    assert manifest["license"] == config["metadata"]["license"]
    assert manifest["python"] == config["options"]["python_requires"]
    assert manifest["external_dependencies"]["python"] == [name for name in wanted if name]


def test_manifest_lists_what_there_is(manifest: dict[str, Any]) -> None:
    """Settings, tasks, queues, tables, roles and files are those of the code."""
    read = {field.name for field in fields(Environment)} - {"embedded_database", "others"}
    assert set(manifest["settings"]) == {f"MINTSOFT_XERO_{name.upper()}" for name in read}
    assert set(manifest["celery"]["tasks"]) == set(QUEUES)
    assert set(manifest["celery"]["queues"]) == set(QUEUES.values())
    assert [entry["role"] for entry in manifest["permissions"]] == list(Role)
    assert all(name.startswith(manifest["tables"]) for name in metadata.tables)
    assert all((ROOT / path).exists() for path in [*manifest["rules"], *manifest["data"]])


def test_menu_leads_to_pages(manifest: dict[str, Any], filled: Filled) -> None:
    """Each entry of the menu is a view that needs the role which the entry names."""
    for entry in manifest["menu"]:
        view = filled.app.view_functions[entry["endpoint"]]
        assert getattr(view, NEEDS) == entry["needs"]
