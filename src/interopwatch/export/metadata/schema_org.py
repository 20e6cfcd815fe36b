"""schema.org: a Dataset for search engines (“Dataset structured data”, Google)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.export.metadata.about import About, Contributor, File


def schema_org(about: About) -> str:
    """Return a Dataset with its downloads as JSON-LD."""
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": about.iri,
        "identifier": about.identifier,
        "name": about.title,
        # Google ignores a data set without a description.
        "description": about.description or about.title,
        "version": about.version,
        "keywords": list(about.keywords),
        "license": [each.url or each.title for each in about.licenses],
        "creator": [agent(each) for each in about.authors],
        "contributor": [agent(each) for each in about.contributors if each not in about.authors],
        "isBasedOn": [each.url for each in about.originals if each.url],
        "url": about.homepage,
        "dateCreated": about.issued,
        "dateModified": about.modified,
        "distribution": [_download(file) for file in about.files],
    }
    return as_json({name: value for name, value in found.items() if value})


def agent(person: Contributor) -> dict[str, str]:
    """Return a contributor: a person if there is a family name, otherwise an organisation."""
    found = {
        "@type": "Person" if person.family else "Organization",
        "name": person.name,
        "url": person.url,
        "email": person.email,
    }
    return {key: text for key, text in found.items() if text}


def _download(file: File) -> dict[str, Any]:
    found = {
        "@type": "DataDownload",
        "name": file.title,
        "description": file.description,
        **content_of(file),
    }
    return {key: value for key, value in found.items() if value}


def content_of(file: File) -> dict[str, str]:
    """Return a file's address, media type, size and hash in the terms of both vocabularies."""
    return {
        "contentUrl": file.url,
        "encodingFormat": file.media_type,
        # Both vocabularies use a text with a unit, unlike `size` in CKAN and `dcat:byteSize`.
        "contentSize": "" if file.size is None else f"{file.size} B",
        "sha256": file.sha256,
    }
