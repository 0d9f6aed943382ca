"""The child process in which durable_rules runs, alone with what it may do to a process.

A plain script: it imports the standard library and the engine's C module, nothing of this
package. One line of JSON comes in, one goes out; it ends when its input ends.

    in   {"load": [[key, rules as JSON text], ...], "decide": [key, ...], "limit": seconds}
         and behind it, each after a record separator, the facts: JSON texts without an id, as many
         for each document as there are keys
    out  {"ready": true}                       once, or false where the engine can't be imported
         {"fired": [["r0", "r3"], null, ...]}  null where the engine failed on that fact
"""

import contextlib
import importlib
import itertools
import json
import resource
import signal
import sys
from typing import Any

#: A fact may start this many actions at most; more is a loop.
MAX_ACTIONS = 1_000
#: Bytes that this process may take; it takes about 15 MB.
MAX_MEMORY = 1 << 30
NOT_HANDLED = 1

#: Between the request and its facts.
SEPARATOR = "\x1e"


class Rulesets:
    """The rulesets of this process, by the key that the parent gave them."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._handles: dict[str, int] = {}
        self._ids = itertools.count(1)

    def load(self, key: str, rules: str) -> None:
        """Make one ruleset; its name must be new in the process."""
        self._handles[key] = self._engine.create_ruleset(f"rules{len(self._handles)}", rules)

    def decide(self, key: str, fact: str) -> list[str] | None:
        """Names of the rules that match one fact, a JSON object; None when the engine fails."""
        handle = self._handles[key]
        text = f'{fact[:-1]}, "id": "{next(self._ids)}"}}'
        try:
            return self._fired(handle, text)
        except Exception:  # noqa: BLE001 - its text holds the fact, so nobody may see it
            return None
        finally:
            self._engine.retract_fact(handle, text)

    def _fired(self, handle: int, text: str) -> list[str] | None:
        code, state = self._engine.assert_fact(handle, text)
        if code == NOT_HANDLED:
            return []
        if code:
            return None
        fired: set[str] = set()
        started = self._engine.start_action_for_state(handle, state)
        action = started[1] if started else None
        for _ in range(MAX_ACTIONS):
            if not action:
                return sorted(fired)
            fired.update(json.loads(action))
            action = self._engine.complete_and_start_action(handle, state)
        return None


def say(answer: dict[str, Any]) -> None:
    """Write one line to the parent."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def serve(rulesets: Rulesets) -> None:
    """Answer lines until there are no more."""
    for line in sys.stdin.buffer:  # text would be read as the machine's own settings say
        head, *facts = line.decode("utf-8").rstrip("\n").split(SEPARATOR)
        request = json.loads(head)
        signal.alarm(request["limit"])  # ends even a loop inside the engine, parent or not
        for key, rules in request["load"]:
            rulesets.load(key, rules)
        asked = zip(itertools.cycle(request["decide"]), facts, strict=False)
        say({"fired": [rulesets.decide(key, fact) for key, fact in asked]})
        signal.alarm(0)


def main(folders: list[str]) -> None:
    """Import the engine from where the parent found it, and serve."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold orders
    with contextlib.suppress(ValueError, OSError):  # some systems have no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    sys.path.extend(folders)
    try:
        engine = importlib.import_module("durable_rules_engine")
    except ImportError:
        say({"ready": False})
        return
    say({"ready": True})
    serve(Rulesets(engine))


if __name__ == "__main__":
    main(sys.argv[1:])
