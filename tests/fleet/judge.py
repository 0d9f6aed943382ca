"""The judgement of a fleet: each document once, in its own organisation, with its own total.

Read from the simulators' raw JSON. Whose a document at Xero is, says the id at the end of its
reference; no two accounts have one id in common. An order that was edited may be there with any
total that it had while it was due: how fine that is, chaos judges.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..chaos.judge import MOVING
from ..chaos.truth import Truth, truths
from .accountant import SALE
from .imported import imported
from .members import ACCOUNTING, BOTH, FLEET, Member

Seen = Mapping[str, Any]
Raw = Mapping[str, Any]

_MARK = re.compile(r"\(Mintsoft (invoice )?(\d+)\)$")
_PENNY = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a run came to."""

    #: Orders that belong into an organisation, each counted once for each; and client invoices.
    orders: int
    client_invoices: int
    #: What accountants typed into Xero: each is an order or an ASN afterwards.
    typed: int
    #: Documents of ours at Xero.
    there: int
    wrong: Sequence[str]


def judge(
    seen: Seen, rows: Sequence[Mapping[str, Any]], members: Sequence[Member] = FLEET
) -> Judgement:
    """Hold what is at Xero, and what the ledger says, against what the accounts have."""
    found = _documents(seen)
    wrong = [f"{number} was overwritten" for number in seen["overwritten"]]
    wrong += [f"{x} is nobody's" for x in _unmarked(seen)]
    wrong += imported(seen, members)
    belongs: set[tuple[str, str, str]] = set()
    due: Counter[str] = Counter()
    for member in members:
        of_member, count = _of_member(member, seen, found, belongs)
        wrong += of_member
        due[member.mode] += count
    wrong += [
        f"{kind} {key} is in {organisation}, where it does not belong"
        for organisation, kind, key in found.keys() - belongs
    ]
    wrong += _of_ledger(seen, rows, members)
    return Judgement(
        orders=due[ACCOUNTING],
        client_invoices=sum(due.values()) - due[ACCOUNTING],
        typed=len(seen["typed"]),
        there=sum(len(documents) for documents in found.values()),
        wrong=wrong,
    )


def _documents(seen: Seen) -> dict[tuple[str, str, str], list[Raw]]:
    """By organisation, kind and source id."""
    found: dict[tuple[str, str, str], list[Raw]] = defaultdict(list)
    for name, organisation in seen["organisations"].items():
        for document in organisation["invoices"]:
            if mark := _MARK.search(document.get("Reference") or ""):
                found[name, "client invoice" if mark[1] else "order", mark[2]].append(document)
    return found


def _unmarked(seen: Seen) -> list[str]:
    return [
        f"{document['InvoiceNumber']} in {name}"
        for name, organisation in seen["organisations"].items()
        for document in organisation["invoices"]
        if not _MARK.search(document.get("Reference") or "")
        and not str(document["InvoiceNumber"]).startswith(SALE)
    ]


def _of_member(
    member: Member,
    seen: Seen,
    found: Mapping[tuple[str, str, str], Sequence[Raw]],
    belongs: set[tuple[str, str, str]],
) -> tuple[list[str], int]:
    """What is wrong with a member's documents, and how many are due; notes where they belong."""
    account, place = seen["accounts"][member.account], member.organisation
    if member.mode == ACCOUNTING:
        mine = {k: v for k, v in account["versions"].items() if member.takes(v[-1][1])}
        known = truths(mine, seen["organisations"][place]["currencies"], (), account["unsound"])
        belongs |= {(place, "order", key) for key in known}
        wrong = [x for truth in known.values() for x in _of_order(member, truth, found)]
        return wrong, sum(truth.due for truth in known.values())
    invoices = [x for x in account["client_invoices"] if member.takes(x)]
    belongs |= {(place, "client invoice", str(x["ID"])) for x in invoices}
    due = [x for x in invoices if _comes_to(x)]
    groups: dict[str, list[Raw]] = defaultdict(list)
    for one in due:
        groups[_content(one)].append(one)
    wrong = [x for same in groups.values() for x in _of_client_invoices(member, same, found)]
    return wrong, len(groups)


def _of_order(
    member: Member, truth: Truth, found: Mapping[tuple[str, str, str], Sequence[Raw]]
) -> list[str]:
    place = member.organisation
    called = f"{member.name}: order {truth.source_id} ({truth.number})"
    documents = found.get((place, "order", truth.source_id), ())
    twins = sum(len(found.get((place, "order", key), ())) for key in truth.same)
    if not documents:
        return [f"{called} is not in {place}"] if truth.due and not twins else []
    wrong = [f"{called} is in {place} {len(documents)} times"] if len(documents) > 1 else []
    if len(documents) == 1 and twins > 1:
        wrong.append(f"{called} is in {place} together with its duplicate")
    totals = {version.total for version in truth.versions if version.eligible}
    wrong += [
        f"{called} is in {place} with {document['Total']}, not {sorted(map(str, totals))}"
        for document in documents
        if Decimal(document["Total"]) not in totals
    ]
    return wrong


def _content(invoice: Raw) -> str:
    """Client, day and charges: of two that have these in common one is held to be a mistake."""
    charges = {k: str(v) for k, v in invoice.items() if k.endswith("Cost") or k == "AdminFee"}
    return repr((invoice["ClientId"], str(invoice["Date"])[:10], sorted(charges.items())))


def _of_client_invoices(
    member: Member, same: Sequence[Raw], found: Mapping[tuple[str, str, str], Sequence[Raw]]
) -> list[str]:
    """Of client invoices that are the same one is there, once, with its total."""
    place, wanted = member.organisation, _comes_to(same[0])
    called = f"{member.name}: client invoice {' or '.join(str(one['ID']) for one in same)}"
    documents = [
        document
        for one in same
        for document in found.get((place, "client invoice", str(one["ID"])), ())
    ]
    if len(documents) != 1:
        return [f"{called} is in {place} {len(documents)} times"]
    total = Decimal(documents[0]["Total"])
    return [f"{called} is in {place} with {total}, not {wanted}"] if total != wanted else []


def _comes_to(invoice: Raw) -> Decimal:
    """With VAT of 20 % on all but the VAT-free postage."""
    total = Decimal(0)
    for name, value in invoice.items():
        if name.endswith("Cost") or name == "AdminFee":
            amount = Decimal(str(value or 0))
            rate = Decimal(0) if name == "VatFreePostageCost" else Decimal("0.2")
            total += amount + (amount * rate).quantize(_PENNY)
    return total


def _of_ledger(
    seen: Seen, rows: Sequence[Mapping[str, Any]], members: Sequence[Member]
) -> list[str]:
    """Whether the ledger says what is: each row in its member's organisation, none on its way."""
    by_name = {member.name: member for member in members}
    held = {
        (organisation["id"], document["InvoiceID"]): Decimal(document["Total"])
        for organisation in seen["organisations"].values()
        for document in organisation["invoices"]
    }
    left = Counter((row["member"], row["state"]) for row in rows if row["state"] in MOVING)
    wrong = [f"{member}: {count} rows are left {state}" for (member, state), count in left.items()]
    have: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        member, key = by_name[row["member"]], row["source_id"]
        if row["kind"] in BOTH:
            if row["state"] != "imported" and row["code"]:
                wrong.append(f"{member.name}: {key} was refused with {row['code']}")
            continue
        have[member.name].add(key)
        organisation = seen["organisations"][member.organisation]["id"]
        if row["organisation_id"] != organisation:
            wrong.append(f"{member.name}: the ledger has {key} in another organisation")
        elif (
            row["state"] == "exported"
            and held.get((organisation, row["invoice_id"])) != row["total"]
        ):
            wrong.append(f"{member.name}: the ledger has exported {key}, but it is not there")
    for member in members:
        account = seen["accounts"][member.account]
        if member.mode == ACCOUNTING:
            seen_there = {
                k
                for k, v in account["versions"].items()
                if not member.client or v[-1][1]["CLIENT_CODE"] == member.client
            }
        else:
            seen_there = {str(x["ID"]) for x in account["client_invoices"] if member.takes(x)}
        wrong += [
            f"{member.name}: {key} has no row" for key in sorted(seen_there - have[member.name])
        ]
    return wrong
