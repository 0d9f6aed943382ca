"""Tax basis: whose words and whose "no tax" an invoice has, VAT's or GST's (xero.md 6).

It changes no rate and no account: which tax type stands for a rate is mapped. It names the tax
on summary lines, and chooses the tax type of what bears none, the rounding line: Australia's
BAS has BASEXCLUDED for that, everybody else NONE.
"""

from ..connections.mapping import NO_TAX
from ..connections.organisation import Organisation

#: What the setting `tax_basis` may be.
TAX_BASES = ("organisation", "VAT", "GST")

#: The tax type for what is left out of an Australian BAS (xero.md 6).
BAS_EXCLUDED = "BASEXCLUDED"

_COUNTRIES_WITH_GST = {"AU", "CA", "IN", "MY", "NZ", "SG"}


def tax_word(setting: str, country: str) -> str:
    """What the tax is called: the setting's word, else that of the organisation's country."""
    if setting == "organisation":
        return "GST" if country in _COUNTRIES_WITH_GST else "VAT"
    return setting


def no_tax_type(setting: str, organisation: Organisation) -> str:
    """The tax type of a line that bears no tax."""
    has = organisation.rate_of(BAS_EXCLUDED) is not None
    word = tax_word(setting, organisation.country)
    return BAS_EXCLUDED if has and word == "GST" else NO_TAX
