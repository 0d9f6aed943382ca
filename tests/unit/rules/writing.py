"""Small books for tests: one rule, or several, with the rest filled in."""

from ....plugin.domain.decisions.facts import FactValue
from ....plugin.errors import RuleFault, RuleFileError
from ....rules.engine.evaluation.reference import holds
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.words import Book
from ....rules.engine.read_book import load_book, read_book

HEAD = """\
book: orders
mode: first
default: export
lists: {export_statuses: [DESPATCHED, INVOICED]}
amounts: {rounding_limit: 0.05}
"""


def book(rules: str, head: str = HEAD) -> Book:
    return load_book(f"{head}rules:\n{rules}", "orders.yaml")


def fires(condition: str, **facts: FactValue) -> bool:
    """Whether a condition, even a pointless one, is true of the good order with these facts."""
    one, _ = read_book(f"{HEAD}rules:\n  - {{id: a, then: export, when: {condition}}}\n", "a.yaml")
    assert one
    return holds(one.rules[0].condition, {**ORDERS.good, **facts}, one)


def faults(text: str) -> list[str]:
    """What is wrong with a file, as its author reads it."""
    found: tuple[RuleFault, ...] = ()
    try:
        load_book(text, "orders.yaml")
    except RuleFileError as error:
        found = error.faults
    assert all(fault.line > 0 and fault.column > 0 for fault in found)
    return [str(fault).removeprefix("orders.yaml:") for fault in found]


def fault_of(condition: str) -> str:
    """The only fault of a book with this condition, without its place."""
    found = faults(f"{HEAD}rules:\n  - {{id: a, then: export, when: {condition}}}\n")
    assert len(found) == 1, found
    return found[0].split(": ", 1)[1]
