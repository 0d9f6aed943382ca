"""How a call writes its elements one after another, and answers for all of them (xero.md 2.4)."""

from collections.abc import Callable
from dataclasses import dataclass

from ...store import Document
from . import reading
from .envelope import Answer, invalid, validation_errors
from .reading import Element
from .routing import Call


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one element."""

    #: As it is now, or as far as it got; in Xero's words.
    shown: Document
    #: Why nothing of it was stored; empty where it was.
    errors: list[str]


def read(call: Call, plural: str, shape: reading.Shape) -> list[Element]:
    """The elements of a body, all of them before one is written: a bad value refuses the call."""
    return [
        shape.read(element, f"{plural}[{position}]")
        for position, element in enumerate(reading.elements(call.body, plural))
    ]


def write(
    call: Call,
    plural: str,
    shape: reading.Shape,
    write_one: Callable[[Element], Outcome],
    *,
    summarizes: bool = False,
) -> Answer:
    """Write each element by itself: a bad one never undoes the good ones.

    `summarizes` says whether the endpoint knows ``summarizeErrors=false``; without it the answer
    is a 400 with the elements that failed.
    """
    shown, failed = [], []
    told = summarizes and not call.summarize_errors
    for element in read(call, plural, shape):
        outcome = write_one(element)
        answer = outcome.shown
        if outcome.errors:
            answer = answer | {"ValidationErrors": validation_errors(outcome.errors)}
            failed.append(answer)
        if told:
            status = "ERROR" if outcome.errors else "OK"
            answer = answer | {"StatusAttributeString": status}
        shown.append(answer)
    if failed and not told:
        return invalid(failed)
    return Answer(payload={plural: shown})


def write_single(
    call: Call, plural: str, shape: reading.Shape, write_one: Callable[[Element], Outcome]
) -> Answer:
    """Write the only element of a body, as a call to one document's own address does."""
    (element, *_more) = read(call, plural, shape) or [{}]
    outcome = write_one(element)
    if outcome.errors:
        return invalid([outcome.shown | {"ValidationErrors": validation_errors(outcome.errors)}])
    return Answer(payload={plural: [outcome.shown]})
