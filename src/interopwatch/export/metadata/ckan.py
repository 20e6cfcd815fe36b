"""CKAN: the input of ``package_create`` (“API guide”, CKAN documentation), without an owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.export.metadata.about import About, Contributor, File

# CKAN refuses the complete data set if a tag has any other character.
_NOT_IN_TAGS: Final = re.compile(r"[^\w .-]+")
_LONGEST: Final = 100
"""The maximum length of a name or tag; the minimum is 2."""


def ckan(about: About) -> str:
    """Return a data set with its resources as input for CKAN's ``package_create``."""
    # CKAN takes only one licence, one author and one maintainer.
    first = about.licenses[0] if about.licenses else None
    maintainers = [c for c in about.contributors if "maintainer" in c.roles]
    found: dict[str, Any] = {
        "name": about.name[:_LONGEST].ljust(2, "-"),
        "title": about.title,
        "notes": about.description,
        "version": about.version,
        "url": about.homepage,
        "license_id": first.name if first else "",
        "license_title": first.title if first else "",
        "license_url": first.url if first else "",
        **_person("author", about.authors[:1]),
        **_person("maintainer", maintainers[:1]),
        "tags": [{"name": tag} for tag in dict.fromkeys(map(_tag, about.keywords)) if len(tag) > 1],
        "extras": [
            {"key": key, "value": value}
            for key, value in (
                ("identifier", about.identifier),
                ("issued", about.issued),
                ("modified", about.modified),
                ("sources", ", ".join(each.url or each.title for each in about.originals)),
            )
            if value
        ],
        "resources": [_resource(file) for file in about.files],
    }
    return as_json({name: value for name, value in found.items() if value})


def _person(role: str, people: tuple[Contributor, ...] | list[Contributor]) -> dict[str, str]:
    return {
        key: text
        for person in people
        for key, text in ((role, person.name), (f"{role}_email", person.email))
    }


def _tag(keyword: str) -> str:
    return " ".join(_NOT_IN_TAGS.sub(" ", keyword).split())[:_LONGEST]


def _resource(file: File) -> dict[str, Any]:
    found = {
        "name": file.title,
        "description": file.description,
        "url": file.url,
        "format": file.url.rpartition(".")[2].upper() if "." in file.url else "",
        "mimetype": file.media_type,
        "size": file.size,
        "hash": f"sha256:{file.sha256}" if file.sha256 else "",
    }
    return {name: value for name, value in found.items() if value not in ("", None)}
