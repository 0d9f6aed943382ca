"""The tables of docs/rules.md, made from the catalogues and the language themselves."""

from collections.abc import Iterable, Mapping

from ....plugin.domain.decisions.facts import Fact, FactType
from .kinds import KINDS, Kind
from .words import COMPARISONS

_HEAD = ("fact", "type", "unit", "meaning", "for example")


def tables() -> Mapping[str, str]:
    """Each generated table as Markdown, by the name of its markers in the document."""
    made = {"comparisons": _table(("type of fact", "comparisons"), _comparisons())}
    for kind in KINDS.values():
        made |= _tables_of(kind)
    return made


def put_in(document: str, generated: Mapping[str, str]) -> str:
    """The document with each table between its markers."""
    for name, table in generated.items():
        start, end = f"<!-- {name}: generated -->\n", f"<!-- {name}: end -->"
        before, _, rest = document.partition(start)
        _, _, after = rest.partition(end)
        document = f"{before}{start}{table}{end}{after}"
    return document


def _tables_of(kind: Kind) -> Mapping[str, str]:
    return {
        f"facts of {kind.name}": _table(_HEAD, _facts(kind.facts)),
        f"line facts of {kind.name}": _table(_HEAD, _facts(kind.line_facts)),
    }


def _comparisons() -> Iterable[tuple[str, str]]:
    for fact_type in FactType:
        words = ", ".join(f"`{word}`" for word in COMPARISONS[fact_type])
        yield str(fact_type), words or "`any line:` and `all lines:`"


def _facts(facts: Mapping[str, Fact]) -> Iterable[tuple[str, ...]]:
    for fact in facts.values():
        example = f"`{fact.example}`" if fact.example else ""
        yield f"`{fact.name}`", str(fact.type), fact.unit, fact.meaning, example


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
