"""The ASNs of the fake, and those of Mintsoft's sandbox, keep the contract of their port."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

import pytest

from .....plugin.domain.warehouse.goods_in import Asn, NewAsn
from .....plugin.domain.warehouse.product import Product
from .....plugin.errors import TryLater
from .....plugin.sandbox.mintsoft.control.settings import Settings
from .....plugin.testing.contracts.goods_in import GoodsInContract, GoodsInWorld
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.warehouse import FakeGoodsIn
from ...adapters.mintsoft.samples import NEW_ASN
from ...adapters.mintsoft.test_sandbox import Sandbox


class FakeWorld:
    """The fake, and what happens behind its back."""

    def __init__(self) -> None:
        self._clock = FakeClock()
        self.goods_in = FakeGoodsIn(self._clock)
        self.goods_in.skus = {line.sku for line in NEW_ASN.lines}

    def now(self) -> datetime:
        """See `GoodsInWorld`."""
        return self._clock.now()

    def new_asn(self) -> NewAsn:
        """See `GoodsInWorld`."""
        return NEW_ASN

    def receive(self, asn_id: str) -> None:
        """See `GoodsInWorld`."""
        self.goods_in.edit(asn_id, arrived=1)

    def lose_answer(self) -> None:
        """See `GoodsInWorld`."""
        self.goods_in.mishaps.append("lost")

    def cut(self) -> None:
        """See `GoodsInWorld`."""
        self.goods_in.failure = TryLater(code="MX-602", service="Mintsoft", after=30)


def receive(sandbox: Sandbox, asn_id: str) -> None:
    """Let a unit arrive, as somebody at the warehouse."""
    asn = sandbox.goods_in.asn(asn_id)
    assert isinstance(asn, Asn)
    rows = [{"ASNItemId": int(asn.lines[0].line_id), "Quantity": 1}]
    login = {"UserName": "sandbox", "Password": "sandbox"}
    key = sandbox.control.post("/api/Auth", json=login).get_json()
    path, headers = f"/api/ASN/{asn_id}/Items/Receive", {"ms-apikey": key}
    assert sandbox.control.post(path, json=rows, headers=headers).status_code == 200


class SandboxWorld:
    """Mintsoft's sandbox, and what happens behind its back."""

    def __init__(self, doing: ExitStack) -> None:
        self._sandbox = Sandbox(doing, Settings())
        self.goods_in = self._sandbox.goods_in

    def now(self) -> datetime:
        """See `GoodsInWorld`."""
        return self._sandbox.clock.now()

    def new_asn(self) -> NewAsn:
        """See `GoodsInWorld`."""
        page = next(self._sandbox.products.changed_since(None))
        skus = [x.sku for x in page if isinstance(x, Product)]
        lines = [replace(x, sku=sku) for x, sku in zip(NEW_ASN.lines, skus, strict=False)]
        return replace(
            NEW_ASN,
            client_id=self._sandbox.client_id,
            warehouse_id=self._sandbox.warehouse,
            goods_in_type=self._sandbox.lists.goods_in_types()[0].name,
            lines=tuple(lines),
        )

    def receive(self, asn_id: str) -> None:
        """See `GoodsInWorld`."""
        receive(self._sandbox, asn_id)

    def lose_answer(self) -> None:
        """See `GoodsInWorld`."""
        self._sandbox.fault("drop")

    def cut(self) -> None:
        """See `GoodsInWorld`."""
        rows = [{"kind": "drop_before", "method": "GET", "times": 100}]
        self._sandbox.do("faults", faults=rows)


class TestFakeGoodsIn(GoodsInContract):
    """The fake."""

    @pytest.fixture
    def world(self) -> GoodsInWorld:
        return FakeWorld()


class TestSandboxGoodsIn(GoodsInContract):
    """The adapter, over the sandbox."""

    @pytest.fixture
    def world(self) -> Iterator[GoodsInWorld]:
        with ExitStack() as doing:
            yield SandboxWorld(doing)
