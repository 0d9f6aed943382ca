"""All organisations of the sandbox: the demo company, and those that were added to it."""

from ..store import Document, Store
from .organisation.chart import fixed_id
from .tenant import KINDS, Clock, Tenant

_KIND = "xero_tenant"
_PERSON = "xero_person"


class Tenants:
    """Finds an organisation by its id; each keeps its documents in a part of the Store.

    The demo company's documents lie in the Store itself, as do tokens and connections.
    """

    def __init__(self, store: Store, clock: Clock, country: str = "GB") -> None:
        self._store = store
        self._clock = clock
        #: The demo company; it can't be removed.
        self.first = Tenant(store, clock, country)
        self._by_id = {self.first.id: self.first}
        for tenant_id, row in store.table(_KIND).items():
            self._by_id[tenant_id] = self._opened(tenant_id, row)

    def _opened(self, tenant_id: str, row: Document) -> Tenant:
        part = self._store.part(tenant_id)
        country, name = row["country"], row["name"]
        return Tenant(part, self._clock, country, tenant_id=tenant_id, name=name)

    def all(self) -> list[Tenant]:
        """Every organisation, the demo company first."""
        return list(self._by_id.values())

    def get(self, tenant_id: str) -> Tenant | None:
        """The organisation of an id in lower case."""
        return self._by_id.get(tenant_id)

    def add(self, country: str, name: str) -> Tenant:
        """A new organisation, not connected to any app yet; its id follows from its place."""
        with self._store.changing():
            tenant_id = fixed_id(f"tenant {len(self._by_id) + 1}")
            row: Document = {"country": country, "name": name}
            self._store.put(_KIND, tenant_id, row)
            self._by_id[tenant_id] = self._opened(tenant_id, row)
        return self._by_id[tenant_id]

    def person(self, name: str) -> list[Tenant]:
        """The organisations of a person; everybody who is not known has all of them."""
        known = self._store.table(_PERSON).get(name)
        return [x for x in self.all() if known is None or x.id in known["organisations"]]

    def people(self) -> list[str]:
        """The names of those who have organisations of their own."""
        return list(self._store.table(_PERSON))

    def add_person(self, name: str, tenant_ids: list[str]) -> None:
        """Let there be a person who has these organisations, and no others."""
        self._store.put(_PERSON, name, {"organisations": tenant_ids})

    def reset(self) -> None:
        """Begin anew: only a demo company, with what a new organisation holds, and another id."""
        with self._store.changing():
            for tenant in self.all():
                if tenant is not self.first:
                    tenant.store.clear()
                    del self._by_id[tenant.id]
            for kind in KINDS:
                for key in list(self._store.table(kind)):
                    self._store.delete(kind, key)
            del self._by_id[self.first.id]
            self.first.begin_anew()
            self._by_id[self.first.id] = self.first
