"""Country names as people write them, by pycountry: ISO 3166 and its translations.

A name is known in each language that the library has; one that stands for two countries is none.
"""

import gettext
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import pycountry

from ..domain.warehouse.delivery import plain_name

_DOMAIN = "iso3166-1"
#: The library has it for one of the two, people say it of both.
_OF_SEVERAL = frozenset({"congo"})


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Two-letter codes by plain name and by three letters; a second or so, then kept."""
    found: dict[str, set[str]] = defaultdict(set)
    for language in sorted(x.name for x in Path(pycountry.LOCALES_DIR).iterdir()):
        words = gettext.translation(_DOMAIN, pycountry.LOCALES_DIR, [language], fallback=True)
        for code, names in _english().items():
            for name in names:
                found[plain_name(words.gettext(name))].add(code)
    known = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    for code, names in _english().items():
        known |= {plain_name(name): code for name in names}
    known |= {x.alpha_3.casefold(): x.alpha_2 for x in pycountry.countries}
    return {name: code for name, code in known.items() if name and name not in _OF_SEVERAL}


def _english() -> dict[str, list[str]]:
    # A name that a country does not have is asked for in vain, with a warning.
    fields = ("name", "official_name", "common_name")
    return {
        x.alpha_2: [getattr(x, field) for field in fields if field in dir(x)]
        for x in pycountry.countries
    }
