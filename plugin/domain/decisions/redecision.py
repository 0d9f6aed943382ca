"""Redecision: when a document that has a row is decided again, whichever way it goes."""

from dataclasses import replace
from datetime import datetime

from .decision import UNDECIDABLE, UNDECIDED_FOR, Decision


def needs_decision(*, settled: bool, changed: bool, outdated: bool, cleared: bool) -> bool:
    """Whether anything that the decision of a row rests on is new.

    Args:
        settled: it is out of reach: done, or in a worker's hands.
        changed: the document is another one.
        outdated: rules, settings or time changed.
        cleared: a person has cleared it: only a change of the document brings it back.
    """
    if settled:
        return False
    return changed or (outdated and not cleared)


def is_time(moment: datetime | None, now: datetime) -> bool:
    """Whether the moment has come at which time alone may change an answer."""
    return moment is not None and moment <= now


def asked_again_soon(decision: Decision, now: datetime) -> Decision:
    """A decision; what the rules could not decide is asked again soon: it may have been a crash."""
    if decision.code != UNDECIDABLE:
        return decision
    return replace(decision, decide_again_at=now + UNDECIDED_FOR)
