"""A kind of exported document that is added to a copy of the plugin."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: The one module: returns, which this source tells as orders.
MODULE = """
from dataclasses import replace

from ..domain.decisions.decided_document import Identity
from ..domain.exports.export import DocumentKind
from .orders import OrderKind


class CreditNoteKind(OrderKind):
    @classmethod
    def of(cls, source, means, connection):
        return cls()

    def identity(self, document):
        return replace(Identity.of(document), kind=DocumentKind.CREDIT_NOTE)

    def build(self, parts, connection, document):
        mark = DocumentKind.CREDIT_NOTE.mark(document.source_id)
        return replace(super().build(parts, connection, document), reference=mark)
"""

#: What the tables have of it: the file, after which line, and the line.
LINES = (
    (
        "domain/exports/export.py",
        '    SALES_INVOICE = "sales_invoice"',
        """    CREDIT_NOTE = "credit_note", ExportTraits(
        mode="returns", book="orders", told_apart_by="channel", marked_back=True,
        states_gross=True, mark="(Mintsoft return {id})",
    )""",
    ),
    (
        "exports/kinds.py",
        "from .context import ExportKind",
        "from .credit_notes import CreditNoteKind",
    ),
    (
        "exports/kinds.py",
        "    DocumentKind.ORDER: OrderKind,",
        "    DocumentKind.CREDIT_NOTE: CreditNoteKind,",
    ),
)

#: What a person does with it then.
SCRIPT = """
import json
import sys
from dataclasses import replace
from pathlib import Path

from mintsoft_xero.plugin.exports.kinds import kind_of
from mintsoft_xero.tests.unit.cli.installation import Installation
from mintsoft_xero.tests.unit.orders import an_order
from mintsoft_xero.tests.unit.world import World


class Returns(World):
    def connect(self, name, mode="returns", **settings):
        return super().connect(name, mode=mode, **settings)


home = Path(sys.argv[1])
world = Returns(f"sqlite:///{home / 'ledger.db'}")
here = Installation(world, home)
adapter, means = here.plugin.source_adapter("mintsoft"), here.plugin.means(here.plugin.vault)
world.parts = replace(world.parts, kind=kind_of(adapter, means, world.connection))
world.put(an_order("1"), an_order("2", status="PACKED"))
answer = {}
exported = here.run("export", "one", "--kind", "credit_note", "--inline", "--json")
answer["exported"] = json.loads(exported.stdout)["kind"]
answer["table"] = here.run("export", "one", "--dry-run").stdout.split()[:2]
answer["other"] = here.run("export", "one", "--kind", "order", code=2).stderr
answer["was"] = world.states()
change = ("connection", "set", "one", "export_statuses=DESPATCHED,PACKED")
answer["foreseen"] = here.run(*change, "--dry-run").stdout
here.run(*change)
world.sync()
answer["became"] = world.states()
answer["rows"] = sorted({row.kind for row in world.rows().values()})
answer["references"] = [x.reference for x in world.target.documents]
print(json.dumps(answer))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package that has one kind more."""
    package = tmp_path / "mintsoft_xero"
    package.mkdir()
    shutil.copytree(ROOT / "plugin", package / "plugin", ignore=shutil.ignore_patterns("*.pyc"))
    for name in ("__init__.py", "adapters", "rules", "tests", "docs"):
        (package / name).symlink_to(ROOT / name)
    (package / "plugin/exports/credit_notes.py").write_text(MODULE)
    for name, after, line in LINES:
        file = package / "plugin" / name
        text = file.read_text()
        assert text.count(f"{after}\n") == 1
        file.write_text(text.replace(f"{after}\n", f"{after}\n{line}\n"))
    return tmp_path


def test_a_kind_of_its_own(copy: Path) -> None:
    """A module and its lines in the tables: command, preview and redecision know a new kind."""
    command = [sys.executable, "-c", SCRIPT, str(copy)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["exported"] == "credit_note"
    assert answer["table"] == ["State", "Credit"]
    assert "exports credit notes, not orders" in answer["other"]
    assert answer["was"] == {"1": "exported", "2": "waiting"}
    assert "1 credit note, GBP 24.00 would be exported" in answer["foreseen"]
    assert answer["became"] == {"1": "exported", "2": "ready"}
    assert answer["rows"] == ["credit_note"]
    assert answer["references"] == ["(Mintsoft return 1)"]
