"""schema.org: a Dataset for search engines (“Dataset structured data”, Google)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.export.metadata.about import About, Contributor, File


def schema_org(about: About) -> str:
    """A Dataset with its downloads as JSON-LD."""
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": about.iri,
        "identifier": about.identifier,
        "name": about.title,
        # Google shows no data set without a description.
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
    """Somebody who contributed: a person if there is a family name."""
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
    """Where a file is, of what type and size, and its hash, as both vocabularies say it."""
    return {
        "contentUrl": file.url,
        "encodingFormat": file.media_type,
        # A text with a unit in both vocabularies, unlike `size` in CKAN and `dcat:byteSize`.
        "contentSize": "" if file.size is None else f"{file.size} B",
        "sha256": file.sha256,
    }
