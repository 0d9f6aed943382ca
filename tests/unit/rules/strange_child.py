"""Stands in for the engine's child: the real one, except for orders with certain statuses."""

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

#: There once the child was killed; a test names the file.
MARKER = Path(os.environ.get("STRANGE_CHILD_MARKER", os.devnull))
ENGINE = Path(__file__).resolve().parents[3] / "rules" / "engine" / "process"
sys.path += [str(ENGINE), *sys.argv[1:]]
child: Any = importlib.import_module("child")


class Strange(child.Rulesets):  # type: ignore[misc]
    """Dies, hangs, fails or lies when it is told to."""

    def decide(self, key: str, fact: str) -> list[str] | None:
        """As the real one, or not."""
        status = json.loads(fact).get("f_status")
        if status == "killed once" and not MARKER.exists():
            MARKER.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if status == "kills":
            os._exit(11)
        if status == "hangs":
            time.sleep(60)
        if status == "fails":
            return None
        answer: list[str] = ["r0"] if status == "lies" else super().decide(key, fact)
        return answer


if __name__ == "__main__":
    child.say({"ready": True})
    child.serve(Strange(importlib.import_module("durable_rules_engine")))
