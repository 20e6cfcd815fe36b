"""The codes of countries: ISO 3166-1."""

from __future__ import annotations


def alpha2(party: str, kind: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country; empty if there is none.

    Args:
        party: Its alpha-3 code.
        kind: Whether it is a ``country`` at all.
    """
    if kind != "country":
        return ""
    import pycountry

    country = pycountry.countries.get(alpha_3=party)
    return str(country.alpha_2) if country else ""
