"""Rotation of the vault's key, while others read, keep and refresh, and killed anywhere."""

import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from .....plugin.database.database import Database
from .....plugin.database.vault import SqlVault
from .....plugin.processes.launch import module_command
from .....plugin.testing.infrastructure import FakeClock
from ...adapters.xero.sandbox import Sandbox, serving
from ...adapters.xero.test_refreshing import refreshes
from .consenting import Person

SECRETS, ROUNDS, KILLS = 300, 12, 6


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Yield a Xero whose clock stands still."""
    with serving(FakeClock()) as found:
        yield found


class Keeper(threading.Thread):
    """Keeps a secret again and again, and reads it: nobody else may change what it says."""

    def __init__(self, url: str, keys: str) -> None:
        super().__init__()
        self._database, self.kept, self.wrong = Database(url), 0, list[str]()
        self._vault, self._ends = SqlVault(self._database, keys), threading.Event()

    def run(self) -> None:
        """Until it is told to end."""
        while not self._ends.is_set():
            self.kept += 1
            self._vault.keep("counter", str(self.kept))
            for _ in range(3):
                if (read := self._vault.read("counter")) != str(self.kept):
                    self.wrong.append(f"{read} instead of {self.kept}")
        self._database.close()

    def end(self) -> None:
        """Have it end, and wait for that."""
        self._ends.set()
        self.join(60)


def rotated(url: str, keys: str, kill_after: float | None = None) -> int | None:
    """Rotate in a process of its own: how many secrets, None where it was killed."""
    command = module_command("tests.unit.services.connections.rotating", url, keys)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        told = process.stdout.readline()
    assert process.returncode == 0 or kill_after is not None
    return int(told) if told else None


def test_others_refresh_meanwhile_and_it_is_killed(sandbox: Sandbox, tmp_path: Path) -> None:
    """Killed again and again while eight processes refresh, it ends with the new key alone.

    No reader fails, no later word is lost, each refresh is made once, and every secret is there.
    """
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    database, both = Database(url), f"{new},{old}"
    database.upgrade()
    vault = SqlVault(database, old)
    for number in range(SECRETS):
        vault.keep(f"secret:{number}", f"word {number}")
    vault.keep("grant:1:client_secret", "sandbox")
    login = sandbox.consented(vault=vault)
    before = refreshes(sandbox)
    # These still encrypt with the old key, and read both.
    keeper = Keeper(url, f"{old},{new}")
    keeper.start()
    command = module_command(
        "tests.unit.adapters.xero.refreshing", url, f"{old},{new}", sandbox.url, str(ROUNDS)
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as refreshing:
        chance = random.Random(7)
        ends = [rotated(url, both, chance.uniform(0, 0.4)) for _ in range(KILLS)]
        told, _ = refreshing.communicate(timeout=120)
    keeper.end()
    assert None in ends, "it was never killed while it worked"
    tokens = [line.split() for line in told.splitlines()]
    assert [len(each) for each in tokens] == [1] * ROUNDS
    assert refreshes(sandbox) - before in {ROUNDS, ROUNDS + 1}
    assert (keeper.wrong, keeper.kept > ROUNDS) == ([], True)
    for _ in range(3):
        if rotated(url, both) == 0:
            break
    else:
        pytest.fail("there is always one left")
    alone = SqlVault(database, new)
    words = [alone.read(f"secret:{number}") for number in range(SECRETS)]
    assert words == [f"word {number}" for number in range(SECRETS)]
    assert alone.read("counter") == str(keeper.kept)
    assert login.connections(json.loads(alone.read("grant:1:tokens") or "")["access_token"])
    database.close()


class Overtaken(SqlVault):
    """Somebody keeps a later word whenever a secret was read and is not yet put back."""

    def __init__(self, other: SqlVault, *given: Any) -> None:
        super().__init__(*given)
        self._other, self._later = other, ["third", "second"]

    def _encrypted_anew(self, kept: str) -> str | None:
        if self._later:
            self._other.keep("word", self._later.pop())
        return super()._encrypted_anew(kept)


def test_later_word_stays(tmp_path: Path) -> None:
    """A word that was kept between the rotation's reading and writing is the one that stays."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    database.upgrade()
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    worker = SqlVault(database, f"{old},{new}")
    worker.keep("word", "first")
    done = Overtaken(worker, database, f"{new},{old}").rotate()
    assert (done.secrets, done.rotated) == (1, 1)
    assert SqlVault(database, new).read("word") == "third"
    database.close()


def test_command(person: Person, home: Path) -> None:
    """`vault rotate` says how many until none is left; then the old key may go."""
    person.connected()
    walk, old = person.walk, (home / "secret.key").read_text(encoding="ascii")
    new = Fernet.generate_key().decode()
    walk.plugin.database.close()
    settings = {**walk.settings, "MINTSOFT_XERO_SECRET_KEY": f"{new},{old}"}
    later = Person(type(walk)(settings, walk.xero_url, walk.day))
    first = later.walk.json("vault", "rotate")
    assert first["rotated"] == first["secrets"] > 0
    assert later.walk.json("vault", "rotate")["rotated"] == 0
    assert "may be taken out" in later.walk.run("vault", "rotate").stdout
    settings["MINTSOFT_XERO_SECRET_KEY"] = new
    alone = Person(type(walk)(settings, walk.xero_url, walk.day))
    assert alone.walk.json("connection", "health", "shop")["ok"]
    assert alone.walk.export()["counts"]["exported"]
    settings["MINTSOFT_XERO_SECRET_KEY"] = Fernet.generate_key().decode()
    lost = Person(type(walk)(settings, walk.xero_url, walk.day))
    told = lost.walk.run("vault", "rotate", code=1)
    assert "can't be opened" in told.stderr
    assert os.linesep not in told.stdout.strip()
    for each in (later, alone, lost):
        each.walk.plugin.decider.close()
        each.walk.plugin.database.close()
