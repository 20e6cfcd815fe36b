"""The names on pages that a package already knows, and the codes of countries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Party, Vocabulary
from interopwatch.extras import extra

if TYPE_CHECKING:
    from interopwatch.capture.model import Row
    from interopwatch.package.package import Package


def vocabulary(package: Package, work: str) -> Vocabulary:
    """Collect what a package knows that helps to read an edition of a work.

    Args:
        package: The package; of its tables, only ``party_names`` need have rows.
        work: The work.
    """
    held = {row["party"]: row for row in package.rows("parties")}
    parties: dict[str, Party] = {}
    for row in package.rows("party_names"):
        party = row["party"]
        # Countries have ISO 3166-1 alpha-3 codes.
        kind = "country" if re.fullmatch("[A-Z]{3}", party) else "organisation"
        # Without its article and without an abbreviation after it
        plain = re.sub(r"^[Tt]he | \([^()]*\)$", "", row["name"])
        own = held.get(party, {"kind": kind, "name": plain})
        spellings = [row["name"], *(_inverted(plain) if kind == "country" else ())]
        known = Party(party, own["kind"], own["name"])
        parties |= {fold(spelling): known for spelling in spellings}
    located = [each for each in package.descriptor.resources if "locator" in each.by_name]
    places = (
        row["locator"]
        for each in located
        for row in package.rows(each.name)
        if package.work_of(each, row) == work
    )
    return Vocabulary(
        parties,
        projects={
            fold(name): row["project"]
            for row in package.rows("projects")
            for name in (row["name"], row["acronym"])
            if name
        },
        areas={fold(row["name"]): row["area"] for row in package.rows("areas")},
        locators=tuple(dict.fromkeys(places)),
        roles={p: row["alliance_role"] for p, row in held.items() if row["alliance_role"]},
        rows={each.name: package.rows(each.name) for each in located},
        keys={each.name: tuple(each.primary_key) for each in package.descriptor.resources},
    )


def _inverted(name: str) -> tuple[str, ...]:
    """Return the inverted spellings of a name such as "Republic of Korea", as in registers."""
    form = re.match(r"(?P<form>[^,()]+ of(?: the)?) (?P<place>[^,()]+)", name)
    if form is None:
        return ()
    return f"{form['place']}, {form['form']}", f"{form['place']} ({form['form']})"


def with_alpha2(party: Row) -> Row:
    """Return the row of a party with its ISO 3166-1 alpha-2 code; empty for an organisation.

    A country without a code gets no such field, so that the tables keep theirs.

    Raises:
        MissingExtraError: pycountry is not installed.
    """
    if party["kind"] != "country":
        return {**party, "iso_alpha2": ""}
    with extra("capture", "the codes of new countries"):
        import pycountry

    country = pycountry.countries.get(alpha_3=party["party"])
    return {**party, "iso_alpha2": country.alpha_2} if country else party
