"""docs/rules.md says what is so: its tables are the code's own, its examples are books."""

import re
import textwrap
from pathlib import Path

from ....rules.engine.language.documentation import put_in, tables
from ....rules.engine.language.kinds import KINDS
from .writing import HEAD, faults

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "rules.md"


def test_tables() -> None:
    """The tables of facts and comparisons are those of the code.

    When this fails: ``DOCUMENT.write_text(put_in(DOCUMENT.read_text(), tables()))``.
    """
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == put_in(text, tables())
    facts = [fact for kind in KINDS.values() for fact in (*kind.facts, *kind.line_facts)]
    assert all(f"| `{fact}` |" in text for fact in facts)


def test_examples() -> None:
    """Every rule and every book in the document passes the check."""
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    rules = [block for block in blocks if block.startswith("- id")]
    examples = next(block for block in blocks if block.startswith("examples:"))
    books = [block for block in blocks if block.startswith("book:")]
    books += [f"{HEAD}rules:\n{textwrap.indent(block, '  ')}" for block in rules]
    books += [books[-2] + examples]
    assert len(books) == 7
    assert [fault for book in books for fault in faults(book)] == []
