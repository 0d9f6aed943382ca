"""FakeDocuments: the accounting side's own documents in memory, for tests of imports."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..domain.warehouse.delivery import Delivery
from ..errors import PluginError
from ..ports.clock import Clock


class FakeDocuments:
    """`ports.imports.ImportSource` and `ports.warehouse.Deliveries` in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        #: By id, as they are now.
        self.all: dict[str, Any] = {}
        #: Addresses by the id of their contact.
        self.addresses: dict[str, Delivery] = {}
        #: Every call raises this while it is set.
        self.failure: PluginError | None = None

    def put(self, source_id: str, document: Any, **changes: Any) -> None:
        """Write a document, changed now."""
        self.all[source_id] = replace(document, **{"changed_at": self._clock.now(), **changes})

    def changed_since(self, since: datetime | None) -> Iterator[list[Any]]:
        """As `ImportSource.changed_since`: one page."""
        self._call()
        yield [x for x in self.all.values() if since is None or x.changed_at >= since]

    def document(self, source_id: str) -> Any:
        """As `ImportSource.document`."""
        self._call()
        return self.all.get(source_id)

    def delivery(self, contact_id: str) -> Delivery | None:
        """As `Deliveries.delivery`."""
        self._call()
        return self.addresses.get(contact_id)

    def _call(self) -> None:
        if self.failure is not None:
            raise self.failure
