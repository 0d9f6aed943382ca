"""A stored client invoice: what its facts say of it, to try another mapping on it.

Facts hold amounts to the penny and not what each charge was made of, so it is not the invoice
itself: never export what is built from it.
"""

from typing import Any

from ..decisions.decided_document import Identity
from ..decisions.facts import Facts
from ..times import midnight
from .client_invoice import Client, ClientInvoice, CostCentre


def stored_client_invoice(
    identity: Identity, facts: Facts, zone: str
) -> tuple[ClientInvoice, Client | None]:
    """The invoice and the client that facts were read from, as far as they tell.

    Nobody keeps a client's name: its code stands for it. `zone`: of the connection.

    Raises:
        KeyError: a fact is missing, since an older version stored them.
    """
    known: dict[str, Any] = dict(facts)
    invoice = ClientInvoice(
        source_id=identity.source_id,
        client_id=known["client"],
        name=known["name"],
        comments=known["comments"],
        dated_on=known["document_date"],
        parcels=known["parcels"],
        items=known["items"],
        costs={centre: known[centre.value] for centre in CostCentre},
        changed_at=midnight(known["document_date"], zone),
    )
    client = Client(
        client_id=known["client"],
        code=known["client"],
        name=known["client"],
        currency=known["currency"],
        vat_exempt=known["vat_exempt"],
    )
    return invoice, client if known["client_known"] else None


def free_was_within(facts: Facts) -> bool:
    """Whether its postage was taken to hold the VAT-free postage when it was decided.

    Raises: as `stored_client_invoice`.
    """
    known: dict[str, Any] = dict(facts)
    apart = sum(known[centre.value] for centre in CostCentre)
    return bool(known["total_net"] != apart)
