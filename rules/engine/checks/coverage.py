"""What a book's own examples leave open. None of it is a fault."""

from dataclasses import dataclass

from ..evaluation.reference import judge
from ..language.words import Book, Mode


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """What no example says."""

    #: Ids of the rules that no example is about: in mode `first` they decide none of them, in
    #: mode `collect` they fire in none.
    rules: tuple[str, ...]
    #: Names of the examples that do not say which rule decides.
    examples: tuple[str, ...]


def uncovered(book: Book) -> Uncovered:
    """The rules without an example, and the examples without a rule."""
    covered: set[str] = set()
    for example in book.examples:
        judgement = judge(book, example.facts)
        fired = {rule.id for rule in judgement.fired}
        covered |= {judgement.rule} if book.mode is Mode.FIRST else fired
    return Uncovered(
        rules=tuple(rule.id for rule in book.rules if rule.id not in covered),
        examples=tuple(example.name for example in book.examples if not example.by),
    )
