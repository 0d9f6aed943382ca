"""Users: who looks at the pages, and what they may do. A host brings its own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What a person may do. None of them includes another."""

    #: See orders, and why they are where they are.
    VIEW = "view"
    #: Retry and clear.
    OPERATE = "operate"
    #: Change connections, settings, mappings and rules.
    CONFIGURE = "configure"


@dataclass(frozen=True, kw_only=True)
class User:
    """One person at the pages."""

    #: Stands in the events of what this person does.
    name: str
    #: Roles, by their words: ``frozenset({"view"})``.
    roles: frozenset[str]


class Users(Protocol):
    """Where people come from: a host's own, or `LocalUsers`."""

    def current(self) -> User | None:
        """Who makes the request that is being answered; None for nobody known."""

    def login_address(self) -> str:
        """Where somebody unknown is sent to log in."""
