"""durable_rules as the second evaluator: in a child of its own, asked in batches.

A fact on which the child dies or hangs is found by halving the batch: it alone stays without
an answer. No exception's text is kept or logged, since the engine's hold the document.
"""

import contextlib
import importlib.util
import json
import os
import sys
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..evaluation.lower import Ruleset
from .process import Child, ChildDied

CHILD = Path(__file__).with_name("child.py")
#: Between the request and its facts, each of them JSON.
SEPARATOR = "\x1e"
#: Made once: `json.dumps` would make it anew for each fact. The engine reads UTF-8, no escapes.
_as_text = json.JSONEncoder(ensure_ascii=False).encode
#: Documents that are sent at once.
BATCH = 100
#: Seconds in which a batch is answered; it takes milliseconds.
LIMIT = 5.0
#: Seconds for the parts of a batch that was not answered: less each time, but never less than this.
LEAST_LIMIT = 1.0
#: Seconds in which a child starts; it takes a tenth of one, on a busy machine more.
START_LIMIT = 20.0
#: Starts of the child while one batch is decided: halving needs about a dozen.
MAX_STARTS = 40
#: Rulesets that one child may hold before it is replaced by a fresh one.
MAX_RULESETS = 200

#: For each ruleset of the book, the document as it was lowered for it.
LoweredDocument = Sequence[dict[str, Any]]
Documents = Sequence[LoweredDocument]
#: Positions in the book of the rules that fired; None when the engine gave no answer.
Fired = frozenset[int] | None

ABSENT = (
    "The rules are decided by the reference evaluator alone: durable_rules can't be imported"
    " here (it needs Python 3.11 or 3.12 and a C compiler to install)."
)
OFF = "The rules are decided by the reference evaluator alone: durable_rules is switched off."

_ENGINES: "weakref.WeakSet[Engine]" = weakref.WeakSet()


class Engine:
    """Decides batches of lowered documents; safe to use from several threads and after a fork."""

    def __init__(self, *, script: Path = CHILD, limit: float = LIMIT) -> None:
        """Nothing is started yet.

        Args:
            script: what the child runs.
            limit: seconds in which it must answer.
        """
        self._script = script
        self._limit = limit
        self._forget()
        _ENGINES.add(self)

    def _forget(self) -> None:
        """Begin without a child: a process forked from ours has none of its own yet."""
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._loaded: set[str] = set()
        self._importable: bool | None = None
        self._starts = 0

    @property
    def note(self) -> str:
        """Empty, or a sentence that says why the engine does not take part."""
        with self._lock:
            return "" if self._can_import() else ABSENT

    @property
    def pid(self) -> int | None:
        """Process id of the child; None when it does not run."""
        return self._child.pid if self._child else None

    def fired(self, rulesets: Sequence[Ruleset], documents: Documents) -> list[Fired]:
        """Which rules fire for each document; None for one on which the engine fails."""
        with self._lock:
            answers: list[Fired] = []
            for start in range(0, len(documents), BATCH):
                self._starts = 0
                batch = documents[start : start + BATCH]
                answers += self._batch(rulesets, batch, self._limit)
            return answers

    def close(self) -> None:
        """End the child; the next use starts another."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._child:
            self._child.close()
        self._child = None
        self._loaded = set()

    def _can_import(self) -> bool:
        if self._importable is None:
            with contextlib.suppress(ChildDied):
                self._start()
        # Not known, because it does not even start: then the documents are held until it does.
        return self._importable is not False

    def _batch(
        self,
        rulesets: Sequence[Ruleset],
        documents: Documents,
        limit: float,
        *,
        tried: int = 0,
    ) -> list[Fired]:
        """Ask; when the child dies, ask again by halves, and twice for a single document."""
        try:
            return self._ask(rulesets, documents, limit)
        except ChildDied:
            self._stop()
        if self._starts >= MAX_STARTS or (len(documents) == 1 and tried):
            return [None] * len(documents)
        less = max(min(LEAST_LIMIT, limit), limit / 2)
        if len(documents) == 1:
            return self._batch(rulesets, documents, less, tried=1)
        half = len(documents) // 2
        first = self._batch(rulesets, documents[:half], less)
        return first + self._batch(rulesets, documents[half:], less)

    def _ask(self, rulesets: Sequence[Ruleset], documents: Documents, limit: float) -> list[Fired]:
        if len(self._loaded) > MAX_RULESETS:
            self._stop()
        child = self._child or self._start()
        new = [ruleset for ruleset in rulesets if ruleset.key not in self._loaded]
        request = {
            "load": [(ruleset.key, ruleset.rules) for ruleset in new],
            "decide": [ruleset.key for ruleset in rulesets],
            "limit": int(limit) + 1,
        }
        facts = [_as_text(fact) for document in documents for fact in document]
        answer = json.loads(child.ask(_line(json.dumps(request), facts), limit))
        self._loaded.update(ruleset.key for ruleset in new)
        size = len(rulesets)
        parts = [answer["fired"][n : n + size] for n in range(0, len(documents) * size, size)]
        return [_positions(part) for part in parts]

    def _start(self) -> Child:
        """Start the child and hear whether it has the engine."""
        self._stop()
        self._starts += 1
        command = [_interpreter(), "-I", "-S", str(self._script), *_engine_folder()]
        child = Child(command)
        ready = json.loads(child.ask(b"", START_LIMIT))["ready"]
        self._importable = ready
        if not ready:
            child.close()
            raise ChildDied
        self._child = child
        return child


def _line(request: str, facts: Sequence[str]) -> bytes:
    """What the child is asked: in JSON no control character stands by itself."""
    # Half of a character, which no UTF-8 can hold, is sent as JSON spells it.
    return SEPARATOR.join([request, *facts]).encode("utf-8", "backslashreplace") + b"\n"


def _positions(fired: list[list[str] | None]) -> Fired:
    """The rules of one document, from the answers of all its rulesets."""
    if None in fired:
        return None
    if not any(fired):
        return frozenset()
    return frozenset(int(name.removeprefix("r")) for names in fired if names for name in names)


def _engine_folder() -> list[str]:
    """Where this process finds the engine: the child looks there too, in every kind of install."""
    spec = importlib.util.find_spec("durable_rules_engine")
    return [str(Path(spec.origin).parent)] if spec and spec.origin else []


def _interpreter() -> str:
    """Python itself; in some web servers ``sys.executable`` is the server."""
    if Path(sys.executable).name.startswith(("python", "pypy")):
        return sys.executable
    return str(Path(sys.prefix) / "bin" / "python3")


def _after_fork() -> None:
    for engine in list(_ENGINES):
        if engine._child:  # noqa: SLF001 - the same file
            engine._child.close()  # noqa: SLF001
        engine._forget()  # noqa: SLF001


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
