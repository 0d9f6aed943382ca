"""The project's tree as the packaging tests read it: what should ship, computed, not listed."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

#: The folders whose content ships, beside the root's own files.
PARTS = ("adapters", "plugin", "rules")

#: The root's own files that ship.
ROOT_FILES = ("__init__.py", "manifest.json", "py.typed")

#: What running and building leave behind.
LEFTOVERS = (".*", "__pycache__", "*.pyc", "*.egg-info", "build", "dist", "instance")


def files_that_ship() -> set[str]:
    """Return every file that belongs in an installation, as paths below the root."""
    parts = (path for part in PARTS for path in (ROOT / part).rglob("*"))
    inside = {
        path.relative_to(ROOT).as_posix()
        for path in parts
        if path.is_file() and not any(path.match(pattern) for pattern in LEFTOVERS)
    }
    return inside | set(ROOT_FILES)


def packages() -> set[str]:
    """Return the dotted name of every folder that Python sees as a package and that ships."""
    folders = {Path(name).parent for name in files_that_ship() if Path(name).name == "__init__.py"}
    return {".".join(("mintsoft_xero", *folder.parts)) for folder in folders}


def modules(*parts: str) -> list[Path]:
    """Return the Python files below the given parts of the tree."""
    return sorted(path for part in parts for path in (ROOT / part).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, int, str]]:
    """Yield (line, dots, name) of each import of a file, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.level, node.module or ""
