"""A process that decides by the active rules: `HOME DATABASE_URL`.

It says the digest and the verdict of a good order, and again each time the digest has changed.
"""

import sys

from .....plugin.config import read_environment
from .....plugin.services.container import Container
from .....rules.engine.language.kinds import ORDERS

home, url = sys.argv[1:]
settings = {"MINTSOFT_XERO_HOME": home, "MINTSOFT_XERO_DATABASE_URL": url}
plugin = Container(read_environment(settings))
sys.stdout.write("ready\n")
sys.stdout.flush()
sys.stdin.readline()
said = ""
for _ in range(2):
    decider = plugin.decider
    while decider.digest == said:
        plugin.clock.sleep(0.02)
        decider = plugin.decider
    (decision,) = decider.decide([ORDERS.good], {})
    said = decision.book
    sys.stdout.write(f"{decision.book} {decision.verdict}\n")
    sys.stdout.flush()
