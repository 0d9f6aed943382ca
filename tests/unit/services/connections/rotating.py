"""A process that rotates the vault, as ``vault rotate`` does: `DATABASE KEYS`.

Says that it begins, and then how many secrets it has encrypted anew.
"""

import sys

from .....plugin.database.database import Database
from .....plugin.database.vault import SqlVault


def main(url: str, keys: str) -> None:
    """Rotate once."""
    vault = SqlVault(Database(url), keys)
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    sys.stdout.write(f"{vault.rotate().rotated}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
