"""Decision: what the rules say of one document, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .facts import Facts

#: The code of a decision that the rules could not come to, and when they are asked again.
UNDECIDABLE = "MX-604"
UNDECIDED_FOR = timedelta(minutes=15)


class Verdict(StrEnum):
    """What a rule, and so a decision, may say."""

    #: Build the invoice and send it.
    EXPORT = "export"
    #: Not yet: decided again when the document, the rules or the settings change.
    WAIT = "wait"
    #: Never, for a good reason; nobody needs to act.
    SKIP = "skip"
    #: A person must put something right first.
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One rule that fired, in words."""

    #: The rule's id in its book.
    rule: str
    verdict: Verdict
    #: Stable error code of a refusal; empty when the rule names none.
    code: str
    #: A sentence with the document's own values.
    message: str
    #: What to do about it; empty when there is nothing to do.
    fix: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The verdict on one document, with all that is needed to explain and replay it."""

    verdict: Verdict
    #: Id of the deciding rule; ``default`` when no rule fired.
    rule: str
    #: All rules that fired, the deciding one first.
    reasons: tuple[Reason, ...]
    #: SHA-256 of the book's text.
    book: str
    #: The facts that were read.
    facts: Facts
    #: Who evaluated: ``durable_rules and reference``, or ``reference``.
    decided_by: str
    #: When time alone may change the answer (UTC); None when it can't.
    decide_again_at: datetime | None = None

    @property
    def message(self) -> str:
        """The sentence of the deciding rule; empty for a plain export."""
        return self.reasons[0].message if self.reasons else ""

    @property
    def fix(self) -> str:
        """What the deciding rule says to do."""
        return self.reasons[0].fix if self.reasons else ""

    @property
    def code(self) -> str:
        """The stable code of the deciding rule."""
        return self.reasons[0].code if self.reasons else ""


@dataclass(frozen=True, kw_only=True)
class RuleTrace:
    """One rule of a book held against one document, fired or not: what `explain` shows."""

    rule: str
    verdict: Verdict
    fired: bool
    #: True for the rule that decided.
    deciding: bool
    #: The condition as a person reads it.
    condition: str
    #: The facts the condition reads, with their values as text.
    values: tuple[tuple[str, str], ...]
    #: What would change the answer for the document, else what would make this rule fire or not;
    #: empty when nothing simple would.
    would_change: str
