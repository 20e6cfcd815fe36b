"""CITATION.cff: how to cite a data set (Citation File Format 1.2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from interopwatch.export.metadata.about import day_of

if TYPE_CHECKING:
    from interopwatch.export.metadata.about import About, Contributor

_LICENSES: Final = {
    name.lower(): name
    for name in (
        "Apache-2.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0",
        "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "MIT", "ODC-By-1.0",
        "ODbL-1.0", "OGL-UK-3.0", "PDDL-1.0",
    )
}  # fmt: skip
"""Data licences that the format allows by SPDX id; others are given by their address."""
_WIDE: Final = 100
"""The column at which long texts are wrapped, as is usual in repositories."""


def citation(about: About) -> str:
    """Return CITATION.cff for a data set."""
    names = [
        _LICENSES[each.name.lower()] for each in about.licenses if each.name.lower() in _LICENSES
    ]
    urls = [each.url for each in about.licenses if each.url]
    found: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": about.title,
        "abstract": about.description,
        # The format requires at least one author.
        "authors": [_author(each) for each in about.authors] or [{"name": about.title}],
        "keywords": list(about.keywords),
        "url": about.homepage,
        "version": about.version,
        "date-released": day_of(about.issued),
        # A list means that users may choose one of the licences (Citation File Format, `license`).
        "license": names[0] if len(names) == 1 else names,
        "license-url": "" if names or not urls else urls[0],
        "identifiers": _identifiers(about),
    }
    present = {name: value for name, value in found.items() if value}
    text: str = yaml.safe_dump(present, sort_keys=False, allow_unicode=True, width=_WIDE)
    return text


def _author(person: Contributor) -> dict[str, str]:
    if not person.family:
        found = {"name": person.name, "website": person.url, "email": person.email}
    else:
        found = {
            "family-names": person.family,
            "given-names": person.given,
            "affiliation": person.organization,
            "website": person.url,
            "email": person.email,
        }
    return {key: text for key, text in found.items() if text}


def _identifiers(about: About) -> list[dict[str, str]]:
    if not about.identifier:
        return []
    doi = about.iri.partition("doi.org/")[2]
    if doi.startswith("10."):
        return [{"type": "doi", "value": doi}]
    kind = "url" if about.identifier.startswith("http") else "other"
    return [{"type": kind, "value": about.identifier, "description": "The id of the data package"}]
