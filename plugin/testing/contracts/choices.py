"""What every `TargetLists` must do. Subclass `TargetListsContract` and give it `target`.

The target is a `Target` too, so that the suite can make contacts; it may hold others already.
"""

import uuid
from typing import Protocol

from ...ports.choices import TargetLists
from ...ports.target import Target


class Both(Target, TargetLists, Protocol):
    """A target that has lists."""


class TargetListsContract:
    """The promises of `ports.choices.TargetLists`."""

    def test_contacts_are_found_by_any_part_of_their_name(self, target: Both) -> None:
        """Capitals don't count, an empty text holds for all, and there are at most so many."""
        word = uuid.uuid4().hex[:12]
        names = [f"Zoe {word.upper()} Ltd", f"Abe {word} & Co", f"Abe {word[:-1]}- other"]
        made = target.contacts(names)
        found = target.find_contacts(word, most=10)
        assert [x.name for x in found] == [names[1], names[0]]
        assert [x.id for x in found] == [made[names[1]], made[names[0]]]
        assert all(x.active for x in found)
        assert len(target.find_contacts(word, most=1)) == 1
        assert len(target.find_contacts("", most=2)) == 2

    def test_contacts_are_read_by_id(self, target: Both) -> None:
        """Those that are there are given, those that are not are left out."""
        name = f"Contact {uuid.uuid4().hex}"
        contact_id = target.contacts([name])[name]
        assert isinstance(contact_id, str)
        (found,) = target.contacts_with([contact_id, str(uuid.uuid4())])
        assert (found.id, found.name, found.active) == (contact_id, name, True)
        assert target.contacts_with([]) == []

    def test_past_lines_are_of_others(self, target: Both) -> None:
        """Each names an account; which there are depends on the organisation."""
        assert all(line.account_code for line in target.past_lines())
