"""Errors: each code has a sentence, a cause, a fix and its place in docs/errors.md."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ...plugin import errors
from ...plugin.error_codes import CODES
from ...plugin.errors import NeedsPerson, PluginError, RuleFault, RuleFileError, TryLater
from ...rules.engine.language.documentation import put_in

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "errors.md"

#: What a raiser says beside the names of its sentence.
OWN_WORDS = {"code", "fix", "detail", "after", "message"}

FAMILIES = {
    "1": "settings and connections",
    "2": "the rules",
    "3": "our own checks",
    "4": "Xero",
    "5": "Mintsoft",
    "6": "what time heals",
}


def sections() -> Mapping[str, str]:
    """The generated parts of the document: a section for each code, by its family's marker."""
    found = dict.fromkeys(FAMILIES.values(), "")
    for entry in CODES.values():
        # {names} are filled in where an error is raised; a document shows them as words.
        sentence, fix = (re.sub(r"\{(\w+)\}", r"*\1*", x) for x in (entry.sentence, entry.fix))
        if sentence == "*message*":
            sentence = "*Says itself what is wrong, and where.*"
        section = f"### {entry.code}\n\n{sentence}\n\n**Why:** {entry.cause}\n\n"
        section += f"**What to do:** {fix}\n\n**Where:** {entry.where}\n\n"
        found[FAMILIES[entry.code[3]]] += section
    return found


def test_document() -> None:
    """docs/errors.md has the sentence, the cause and the fix of each code, and no other codes.

    When this fails: ``DOCUMENT.write_text(put_in(DOCUMENT.read_text(), sections()))``.
    """
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == put_in(text, sections())
    assert re.findall(r"^### (MX-\d+)$", text, re.MULTILINE) == list(CODES)
    assert set(re.findall(r"MX-\d+", text)) == set(CODES)


def sources() -> Iterator[tuple[Path, str]]:
    """All files that may name a code, with their texts."""
    catalogue = {ROOT / "plugin" / "errors.py", ROOT / "plugin" / "error_codes.py"}
    for folder in ("plugin", "adapters", "rules"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml", ".html"} and path not in catalogue:
                yield path, path.read_text(encoding="utf-8")


def test_codes_in_use_are_those_of_the_catalogue() -> None:
    """Every code that the source names is in the catalogue, and each one there is used."""
    used = {
        code
        for path, text in sources()
        for code in re.findall(r"MX-\d{3}", _without_docs(path, text))
    }
    used |= {kind.default_code for kind in _kinds()}
    assert used == set(CODES)


def _without_docs(path: Path, text: str) -> str:
    """Python without its comments and docstrings, which are no use of a code."""
    return ast.unparse(_Bare().visit(ast.parse(text))) if path.suffix == ".py" else text


class _Bare(ast.NodeTransformer):
    """Takes out strings that stand alone."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        alone = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if alone else node


def _kinds() -> list[type[PluginError]]:
    return [x for x in vars(errors).values() if isinstance(x, type) and issubclass(x, PluginError)]


def raised() -> Iterator[tuple[str, ast.Call, str]]:
    """Each place that makes one of our errors: where, the call, and its code."""
    kinds = {kind.__name__: kind.default_code for kind in _kinds()}
    for path, text in sources():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = {x.arg: x.value for x in node.keywords}
                code = given.get("code", ast.Constant(kinds.get(node.func.id)))
                if node.func.id in kinds and isinstance(code, ast.Constant) and None not in given:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node, str(code.value)


def names_in(text: str) -> set[str]:
    """The ``{names}`` that a sentence needs."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_raiser_gives_what_the_sentence_needs() -> None:
    """No error is raised without a name that its sentence or fix needs."""
    checked, problems = 0, []
    for place, call, code in raised():
        names = {str(x.arg) for x in call.keywords} - OWN_WORDS
        says_itself = bool(call.args) or any(x.arg == "message" for x in call.keywords)
        if code == "None" or call.func.id == "RuleFileError":  # type: ignore[attr-defined]
            continue
        needed = set() if says_itself else names_in(CODES[code].sentence)
        if names and not any(x.arg == "fix" for x in call.keywords):
            needed |= names_in(CODES[code].fix)
        problems += [f"{place}: {code} lacks {x}" for x in needed - names]
        checked += 1
    assert problems == []
    assert checked > 40


@pytest.mark.parametrize("code", CODES)
def test_entry(code: str) -> None:
    """Each entry is a sentence that ends, says why, what to do, and where."""
    entry = CODES[code]
    assert entry.code == code
    assert entry.fix.strip()
    assert entry.where.strip()
    assert entry.cause[0].isupper()
    assert entry.cause[-1] == "."
    assert entry.sentence[-1] in ".}"
    assert entry.sentence[0].isupper() or entry.sentence[0] == "{"
    assert entry.fix[0].isupper()
    assert entry.fix[-1] == "." or entry.fix.endswith("...")


def test_error_carries_sentence_fix_code_and_detail() -> None:
    """An error says its sentence, and keeps the detail for the log."""
    error = NeedsPerson(code="MX-302", rate="12.5", detail="line 3")
    assert str(error) == error.message == "No tax type is mapped for a tax rate of 12.5 %."
    assert "tax_rate 12.5 TAXTYPE" in error.fix
    assert (error.code, error.detail) == ("MX-302", "line 3")
    assert "line 3" not in str(error)
    own = TryLater("Somebody else is at it.", after=5)
    assert (own.message, own.after, own.code) == ("Somebody else is at it.", 5, "MX-602")
    braces = NeedsPerson(code="MX-401", answer="{odd} {0} answer")
    assert "{odd} {0} answer" in braces.message


def test_rule_file_error_has_all_faults() -> None:
    """A rule file's faults are all said at once, each at its place."""
    faults = [RuleFault(path="a.yaml", line=x, column=1, message=f"fault {x}") for x in (1, 2)]
    assert str(RuleFileError(faults)) == "a.yaml:1:1: fault 1\na.yaml:2:1: fault 2"
