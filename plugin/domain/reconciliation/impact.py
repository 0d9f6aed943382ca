"""Impact: what a change of a connection would do to its stored documents."""

from dataclasses import dataclass, field

from .differences import Change, Differences, Standing, Tally


@dataclass(kw_only=True)
class Impact:
    """What a change would do."""

    #: Those that would stand elsewhere, by what becomes of them and why.
    differences: Differences = field(default_factory=Differences)
    #: Those that are exported in both cases, but with another invoice.
    otherwise: Tally = field(default_factory=Tally)
    #: What can't be told from what is stored, a sentence each.
    unforeseen: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """The change in words: ``12 orders, GBP 420.00 would be exported``."""
        causes = self.differences.changes[Standing.OPEN]
        moves = any(cause.change is not Change.MESSAGE for cause in causes)
        said = self.differences.sentence() if moves else ""
        count = self.otherwise.documents
        if count:
            amounts = f"{self.differences.kind.counted(count)}, {self.otherwise.said()}"
            said += "; " * bool(said) + f"{amounts} would be exported with another invoice"
        return said or f"no stored {self.differences.kind.words} would be moved"
