"""The tokens of a Grant, as the vault holds them."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from ....plugin.domain.times import from_text, to_text


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What the vault holds for a Grant."""

    access_token: str = field(repr=False)
    #: Empty for a custom connection, which just asks again.
    refresh_token: str = field(repr=False)
    #: End of the access token (UTC).
    ends_at: datetime
    #: What the consent allows, as Xero said it; empty when it did not.
    scope: str = ""

    def to_json(self) -> str:
        """Text for the vault."""
        return json.dumps(
            {
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "ends_at": to_text(self.ends_at),
                "scope": self.scope,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Tokens":
        """Read what `to_json` wrote."""
        kept = json.loads(text)
        return cls(
            access_token=kept["access_token"],
            refresh_token=kept["refresh_token"],
            ends_at=from_text(kept["ends_at"]),
            scope=kept.get("scope", ""),
        )
