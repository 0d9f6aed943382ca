"""A supervisor to be run, and killed, by tests: `HOME NAME=COMMAND...`, each COMMAND as JSON."""

import json
import sys
from pathlib import Path

from ....plugin.processes.errors import ProcessError
from ....plugin.processes.supervisor import Program, Supervisor


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def main() -> int:
    programs = [argument.partition("=") for argument in sys.argv[2:]]
    try:
        with Supervisor(Path(sys.argv[1]), say=_say) as supervisor:
            for name, _, command in programs:
                supervisor.start(
                    Program(name=name, command=json.loads(command), environment={}, ready=None)
                )
            return supervisor.run(announce=lambda: _say("started"))
    except ProcessError as error:
        _say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
