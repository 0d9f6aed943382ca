"""Billed: a client invoice as the ledger has it."""

from dataclasses import dataclass

from ..decisions.facts import Facts
from ..exports.export import Export


@dataclass(frozen=True, kw_only=True)
class Billed:
    """A client invoice as the ledger has it."""

    export: Export
    #: Empty for one that could not be read.
    facts: Facts
