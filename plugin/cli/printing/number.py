"""What `number` prints: the invoice number that an order has now."""

from ...services.container import Container
from ...services.documents.number import give_number as work
from ...services.serializers.documents import number_given
from ..output import print_json, say
from ..person import person


def give_number(plugin: Container, name: str, order: str, number: str, *, as_json: bool) -> None:
    """Give an order another number. Raises as the service."""
    given = work(plugin, name, order, number, who=person())
    if as_json:
        print_json(number_given(given))
        return
    say(f"{given.row.number} (Mintsoft {given.row.source_id}) goes out as invoice {given.number}.")
