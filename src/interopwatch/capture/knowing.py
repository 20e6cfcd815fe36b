"""What a package knows already of the names that pages use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.capture.english import fold
from interopwatch.capture.model import Known, Party

if TYPE_CHECKING:
    from interopwatch.package import Package

_COUNTRY_CODE = 3


def knowledge(package: Package, work: str) -> Known:
    """What a package knows that helps to read an edition of a work.

    Args:
        package: The package, as far as it is filled; ``party_names`` is all that is needed.
        work: The work.
    """
    kinds = {row["party"]: row["kind"] for row in package.rows("parties")}
    parties = {
        fold(row["name"]): Party(
            row["party"], kinds.get(row["party"]) or _kind(row["party"]), row["name"]
        )
        for row in package.rows("party_names")
    }
    projects: dict[str, str] = {}
    for row in package.rows("projects"):
        for name in (row["name"], row["acronym"]):
            if name:
                projects[fold(name)] = row["project"]
    areas = {fold(row["name"]): row["area"] for row in package.rows("areas")}
    return Known(parties, projects, areas, _locators(package, work))


def _kind(party: str) -> str:
    """What a party is by its id: countries have ISO 3166-1 alpha-3 codes, in capitals."""
    return "country" if len(party) == _COUNTRY_CODE and party.isupper() else "organisation"


def _locators(package: Package, work: str) -> tuple[str, ...]:
    """Every place of a work that rows name."""
    found: dict[str, None] = {}
    for resource in package.descriptor.resources:
        if "locator" not in resource.by_name:
            continue
        for row in package.rows(resource.name):
            if package.work_of(resource, row) == work:
                found[row["locator"]] = None
    return tuple(found)
