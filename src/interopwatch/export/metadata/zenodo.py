"""Zenodo: the metadata of a deposit, also used as ``.zenodo.json`` in a repository.

(Zenodo, “REST API”, deposit metadata.) Descriptions are HTML.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from interopwatch.export.metadata.about import day_of
from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.export.metadata.about import About, Contributor


def zenodo(about: About) -> str:
    """Return the metadata of a data set's deposit."""
    found: dict[str, Any] = {
        "title": about.title,
        "upload_type": "dataset",
        "description": f"<p>{escape(about.description or about.title, quote=False)}</p>",
        "access_right": "open",
        # Zenodo's licence ids are in lower case.
        "license": about.licenses[0].name.lower() if about.licenses else "",
        "creators": [_person(each) for each in about.authors],
        "contributors": [
            {**_person(each), "type": "Other"}
            for each in about.contributors
            if each not in about.authors
        ],
        "keywords": list(about.keywords),
        "version": about.version,
        "publication_date": day_of(about.issued),
        "related_identifiers": [
            {"identifier": each.url, "relation": "isDerivedFrom", "scheme": "url"}
            for each in about.originals
            if each.url
        ],
    }
    return as_json({name: value for name, value in found.items() if value})


def _person(person: Contributor) -> dict[str, str]:
    """Return a person as ``Family, Given``; anyone else by name."""
    name = f"{person.family}, {person.given}" if person.family and person.given else person.name
    found = {"name": name}
    if person.organization:
        found["affiliation"] = person.organization
    return found
