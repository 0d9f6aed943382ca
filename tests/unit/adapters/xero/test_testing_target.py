from decimal import Decimal

import pytest

from .....plugin.domain.exports.outcome import OutcomeKind
from .....plugin.errors import Disconnected, TryLater
from .....plugin.ports.target import Target
from .....plugin.testing.contracts.target import TargetContract, an_invoice, send
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.target import FakeTarget


class TestFakeTarget(TargetContract):
    """The fake keeps every promise of the port."""

    @pytest.fixture
    def target(self) -> Target:
        return FakeTarget(FakeClock())


@pytest.fixture
def fake() -> FakeTarget:
    return FakeTarget(FakeClock())


@pytest.mark.parametrize(("lose", "there"), [("before", set()), ("after", {"N-1"})])
def test_lost_answer(fake: FakeTarget, lose: str, there: set[str]) -> None:
    """An answer lost before the commit leaves nothing, one lost after it leaves the document."""
    invoice = an_invoice(fake.organisation())
    fake.lose_answer = "before" if lose == "before" else "after"
    assert send(fake, ["N-1"], invoice)["N-1"].kind is OutcomeKind.UNKNOWN
    assert set(fake.find(["N-1"])) == there


def test_refusal_on_demand(fake: FakeTarget) -> None:
    """A number is refused with the given words until it is accepted again."""
    invoice = an_invoice(fake.organisation())
    fake.refuse("N-1", "No such thing.")
    outcomes = send(fake, ["N-1", "N-2"], invoice)
    assert (outcomes["N-1"].code, outcomes["N-1"].message) == ("MX-401", "No such thing.")
    assert outcomes["N-2"].kind is OutcomeKind.EXPORTED
    fake.accept("N-1")
    assert send(fake, ["N-1"], invoice)["N-1"].kind is OutcomeKind.EXPORTED


def test_down_and_ended(fake: FakeTarget) -> None:
    """While it is down everything is later; when access has ended everything says so."""
    invoice = an_invoice(fake.organisation())
    contact_id = fake.contacts(["A"])["A"]
    fake.down = True
    assert contact_id
    with pytest.raises(TryLater):
        fake.find(["N-1"])
    assert fake.send(fake.prepare([]), "k", ["N-1"])["N-1"].kind is OutcomeKind.LATER
    fake.down, fake.access_ended = False, True
    with pytest.raises(Disconnected):
        send(fake, ["N-1"], invoice)


def test_people_change_documents(fake: FakeTarget) -> None:
    """Somebody else's document takes its number; a voided one is not alive."""
    fake.add("N-1", Decimal("12.50"))
    assert send(fake, ["n-1"], an_invoice(fake.organisation()))["n-1"].code == "MX-402"
    fake.set_status("N-1", "VOIDED")
    assert not fake.find(["N-1"])["N-1"].alive
