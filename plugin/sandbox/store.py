"""Where a sandbox keeps its documents: in memory, or in a SQLite file that survives a kill.

Both sandboxes use it, so that a demo that is started again finds the orders and invoices of
its last run. It knows nothing of Mintsoft or Xero: tables of JSON documents by key.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]
#: Told of each `put`: the kind, the document that was there before, and the one that is now.
Listener = Callable[[str, Document | None, Document], None]


class Store:
    """Tables of documents, read from memory and written through to a file when one is given.

    ``with store.changing():`` holds the lock, and what was put or deleted inside becomes
    durable together at its end. Reading outside of it sees whole documents, since `put`
    replaces and never edits. Documents are kept as given: do not change one after `put`.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._tables: dict[str, dict[str, Document]] = {}
        self._file: sqlite3.Connection | None = None
        #: Told of each change inside of its transaction; what it puts becomes durable with it.
        self.listener: Listener | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS document (kind TEXT, key TEXT, body TEXT,"
                " PRIMARY KEY (kind, key))"
            )
            for kind, key, body in self._file.execute("SELECT kind, key, body FROM document"):
                self.table(kind)[key] = json.loads(body)

    def table(self, kind: str) -> dict[str, Document]:
        """The documents of one kind by key, in the order in which they were first put."""
        return self._tables.setdefault(kind, {})

    def kinds(self) -> list[str]:
        """Every kind that was ever used."""
        return list(self._tables)

    def changing(self) -> AbstractContextManager[None]:
        """Hold the lock, and make what is put inside durable together (nesting is allowed)."""
        return self._changing()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self.lock:
            outermost = self._file is not None and not self._file.in_transaction
            if self._file is not None and outermost:
                self._file.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                # Memory was changed already, so the file follows it even after an exception.
                if self._file is not None and outermost:
                    self._file.execute("COMMIT")

    def put(self, kind: str, key: str, document: Document) -> None:
        """Add or replace one document."""
        with self.lock:
            before = self.table(kind).get(key)
            self.table(kind)[key] = document
            if self._file is not None:
                self._file.execute(
                    "INSERT INTO document VALUES (?, ?, ?) ON CONFLICT (kind, key)"
                    " DO UPDATE SET body = excluded.body",
                    (kind, key, json.dumps(document)),
                )
            if self.listener is not None:
                self.listener(kind, before, document)

    def delete(self, kind: str, key: str) -> None:
        """Remove one document; an unknown one is no error."""
        with self.lock:
            self.table(kind).pop(key, None)
            if self._file is not None:
                self._file.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key))

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self._tables.clear()
            if self._file is not None:
                self._file.execute("DELETE FROM document")

    def close(self) -> None:
        """Close the file; the store can't be used afterwards."""
        with self.lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def part(self, name: str) -> "Store":
        """A Store inside this one: its kinds are kept apart, its lock and file are shared."""
        return _Part(self, name)


class _Part(Store):
    """The kinds of a Store that begin with a name, called by the rest of theirs."""

    def __init__(self, whole: Store, name: str) -> None:
        self.lock = whole.lock
        self._whole = whole
        self._start = f"{name} "

    def table(self, kind: str) -> dict[str, Document]:
        return self._whole.table(self._start + kind)

    def changing(self) -> AbstractContextManager[None]:
        return self._whole.changing()

    def put(self, kind: str, key: str, document: Document) -> None:
        self._whole.put(self._start + kind, key, document)

    def delete(self, kind: str, key: str) -> None:
        self._whole.delete(self._start + kind, key)

    def kinds(self) -> list[str]:
        starting = [kind for kind in self._whole.kinds() if kind.startswith(self._start)]
        return [kind.removeprefix(self._start) for kind in starting]

    def clear(self) -> None:
        with self.changing():
            for kind in self.kinds():
                for key in list(self.table(kind)):
                    self.delete(kind, key)

    def close(self) -> None:
        """Nothing: the file is the whole's."""
