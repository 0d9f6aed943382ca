"""Country names: what people write is understood, what may be two countries is not guessed."""

import unicodedata

import pytest

from .....plugin.domain.warehouse.delivery import Delivery
from .....plugin.imports.country_names import country_names

WRITTEN = {
    **dict.fromkeys(("UK", "U.K.", "United Kingdom", "the united  kingdom", "England"), "GB"),
    **dict.fromkeys(("USA", "U.S.A.", "United States", "\u00c9tats-Unis"), "US"),
    **dict.fromkeys(("Deutschland", "Allemagne", "DEU", "de"), "DE"),
    **dict.fromkeys(("C\u00f4te d'Ivoire", "Cote d\u2019Ivoire", "Ivory Coast"), "CI"),
    **dict.fromkeys(("Holland", "The Netherlands", "Niederlande"), "NL"),
    **dict.fromkeys(("Republic of Ireland", "Ireland", "\u00c9ire"), "IE"),
}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "code"), WRITTEN.items())
def test_what_people_write(typed: str, code: str, form: str) -> None:
    """Codes, other languages, accents in either form, dots, case and "the" make no difference."""
    written = unicodedata.normalize(form, typed)  # type: ignore[arg-type]
    assert Delivery(name="x", country=written).country_code(country_names()) == code


@pytest.mark.parametrize("typed", ["Korea", "Congo", "Guniea", ""])
def test_none_is_guessed(typed: str) -> None:
    """What may be two countries, or is mistyped, is nobody's."""
    assert Delivery(name="x", country=typed).country_code(country_names()) == ""
