"""The house keeps its plan: what may import what, and what documents list."""

import ast
import configparser
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _imports(file: Path) -> set[str]:
    """Top-level names of the absolute imports of a file."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_domain_imports_the_standard_library_only() -> None:
    """The domain, the ports and the errors import nothing that must be installed."""
    plugin = ROOT / "plugin"
    files = [*(plugin / "domain").rglob("*.py"), *(plugin / "ports").rglob("*.py")]
    files += [plugin / name for name in ("errors.py", "error_codes.py", "exports/pipeline.py")]
    foreign = {
        file.relative_to(ROOT).as_posix(): _imports(file) - set(sys.stdlib_module_names)
        for file in files
    }
    assert {name: found for name, found in foreign.items() if found} == {}


def test_readme_lists_the_settings() -> None:
    """The README names each setting of an installation, and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    source = (ROOT / "plugin" / "config.py").read_text(encoding="utf-8")
    fields = re.findall(r"^    (\w+): (?:str|Path)\b", source, flags=re.MULTILINE)
    listed = re.findall(r"^\| `MINTSOFT_XERO_(\w+)`", readme, flags=re.MULTILINE)
    assert sorted(listed) == sorted(name.upper() for name in fields)


def test_links_lead_somewhere() -> None:
    """Each link of the README and the documents to a file of the project finds it."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_what_a_run_leaves_out_is_there() -> None:
    """Each folder that the Makefile or CI leaves out exists: pytest ignores one that does not."""
    ignored = re.findall(r"--ignore=(tests/\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    ci = ROOT / ".ci" / "run"
    if ci.exists():  # the source distribution has none
        lists = re.findall(r"^ours\+?=\((.+)\)$", ci.read_text(encoding="utf-8"), re.MULTILINE)
        assert lists
        ignored += [f"tests/unit/{name}" for names in lists for name in names.split()]
    assert [name for name in ignored if not (ROOT / name).is_dir()] == []


def test_what_comments_point_at_is_there() -> None:
    """Each `module.name`, `Class.member` and `module.py` that our comments name exists."""
    known, foreign = _named(), set(sys.stdlib_module_names).union(*map(_imports, _ours()))
    wrong = [
        f"{file.relative_to(ROOT).as_posix()}: {owner}.{name}"
        for file in _ours()
        for owner, name in re.findall(r"(?<!`)`(\w+)\.(\w+)`(?!`)", file.read_text("utf-8"))
        if owner not in foreign and name not in known.get(owner, ())
    ]
    assert wrong == []


def _ours() -> list[Path]:
    """The Python files of what ships."""
    parts = ("plugin", "adapters", "rules")
    return [path for part in parts for path in (ROOT / part).rglob("*.py")]


def _named() -> dict[str, set[str]]:
    """What each of our folders, modules and classes has; a module is a file too, by ``py``."""
    known: dict[str, set[str]] = defaultdict(set)
    for file in _ours():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        known[file.stem] |= {"py", *_defined(tree)}
        for place in (file, file.parent):
            known[place.parent.name].add(place.stem)
        for each in ast.walk(tree):
            if isinstance(each, ast.ClassDef):
                known[each.name] |= _defined(each)
    return known


def _defined(owner: ast.Module | ast.ClassDef) -> set[str]:
    names = set()
    for each in owner.body:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            names.add(each.name)
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            names |= {
                x.id for target in targets for x in ast.walk(target) if isinstance(x, ast.Name)
            }
    return names


def _folders() -> dict[str, int]:
    """How many Python files each folder of what ships holds itself."""
    return Counter(path.parent.relative_to(ROOT).as_posix() for path in _ours())


def test_no_folder_is_a_corridor() -> None:
    """A folder holds at most 25 Python files of its own; plugin/database, one a topic, may more."""
    assert {name: n for name, n in _folders().items() if n > 25}.keys() <= {"plugin/database"}


def test_plugin_is_read_at_a_glance() -> None:
    """What lies directly in plugin/ fits into one look: at most 20 names."""
    names = {path.name for path in (ROOT / "plugin").iterdir()} - {"__pycache__"}
    assert len(names) <= 20


def test_layers_can_be_kept_in_mind() -> None:
    """The contract that imports point downwards has at most 14 layers."""
    contract = _contract("downwards")
    assert len(contract["layers"].split("\n")) - 1 <= 14


def _contract(name: str) -> configparser.SectionProxy:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config[f"importlinter:contract:{name}"]
