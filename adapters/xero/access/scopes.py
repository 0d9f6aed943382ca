"""Scopes: what an app may ask for, and what a consent lacks (xero.md 1.4)."""

#: Asked for at a consent, never for a custom connection (xero.md 1.5). The granular names: apps
#: made since March 2026 may ask for no others.
SCOPES = (
    "offline_access openid profile email accounting.invoices accounting.contacts "
    "accounting.settings.read accounting.attachments"
)

#: The same for apps made before: their broad scopes work until September 2027.
LEGACY_SCOPES = SCOPES.replace("accounting.invoices", "accounting.transactions")

#: Without these something does not work, whatever was asked for.
NEEDED = "accounting.invoices accounting.contacts accounting.settings.read"

_PROFILES = {"": SCOPES, "granular": SCOPES, "legacy": LEGACY_SCOPES}

#: What each broad scope stands for.
_BROAD = {
    "accounting.transactions": ("invoices", "payments", "banktransactions", "manualjournals"),
}


def scopes_of(setting: str) -> str:
    """The scopes that a setting asks for: ``granular``, ``legacy``, or scopes themselves."""
    return _PROFILES.get(setting.strip().lower(), " ".join(setting.split()))


def lacking(granted: str, wanted: str) -> tuple[str, ...]:
    """The scopes of `wanted` that `granted` does not cover, in their order.

    Identity scopes are left out: without them everything works. So is all that is not known
    for sure: nothing is lacking where `granted` is empty.
    """
    if not granted.strip():
        return ()
    given = set(granted.split())
    for broad, names in _BROAD.items():
        for end in ("", ".read"):
            if broad + end in given:
                given |= {f"accounting.{name}{end}" for name in names}
    asked = [scope for scope in wanted.split() if scope.startswith("accounting.")]
    return tuple(x for x in asked if x not in given and x.removesuffix(".read") not in given)
