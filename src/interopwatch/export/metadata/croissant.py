"""Croissant, the vocabulary for machine-learning data sets (MLCommons, version 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from interopwatch.export.metadata.about import day_of
from interopwatch.export.metadata.schema_org import agent, content_of
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.export.metadata.about import About, File

_OTHER_TERMS: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
}
_CONTEXT: Final = {
    name: _OTHER_TERMS.get(name, f"cr:{name}")
    for name in (
        "@language", "@vocab", "citeAs", "column", "conformsTo", "cr", "rai", "data",
        "dataType", "dct", "equivalentProperty", "examples", "extract", "field",
        "fileProperty", "fileObject", "fileSet", "format", "includes", "isLiveDataset",
        "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
        "repeated", "replace", "samplingRate", "sc", "separator", "source", "subField",
        "transform",
    )
}  # fmt: skip
"""The context that the specification requires ("Appendix 1: JSON-LD context")."""
_TYPES: Final = {
    "integer": "sc:Integer",
    "year": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}
_UNKNOWN: Final = "application/octet-stream"


def croissant(about: About) -> str:
    """Return a data set with its files and the record set of each plain table.

    References between fields are left out: mlcroissant 1.1 would try to join the tables and fail.
    """
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": about.name,
        "alternateName": about.title,
        "description": about.description or about.title,
        "identifier": about.identifier,
        "url": about.homepage or about.iri,
        "version": about.version,
        "keywords": list(about.keywords),
        "citeAs": cite_as(about),
        "license": [each.url or each.title for each in about.licenses],
        "creator": [agent(each) for each in about.authors],
        "isBasedOn": [each.url for each in about.originals if each.url],
        "datePublished": day_of(about.issued),
        "dateModified": about.modified,
        "distribution": [_file(file) for file in about.files],
        "recordSet": [_records(file) for file in about.files if file.columns],
    }
    return as_json({name: value for name, value in found.items() if value})


def cite_as(about: About) -> str:
    """Return a package's bibliographic reference: authors, year, title, version."""
    authors = ", ".join(each.name for each in about.authors)
    year = f"({about.issued[:4]})" if about.issued else ""
    version = f"Version {about.version}" if about.version else ""
    return ". ".join(filter(None, (f"{authors} {year}".strip(), about.title, version))) + "."


def _file(file: File) -> dict[str, Any]:
    found = {
        "@type": "cr:FileObject",
        "@id": f"file/{file.name}",
        "name": file.name,
        "description": file.description,
        **content_of(file),
    }
    # Unlike schema.org, Croissant requires a type.
    found["encodingFormat"] = file.media_type or _UNKNOWN
    return {name: value for name, value in found.items() if value}


def _records(file: File) -> dict[str, Any]:
    found = {
        "@type": "cr:RecordSet",
        "@id": file.name,
        "name": file.name,
        "description": file.description,
        "key": [{"@id": f"{file.name}/{name}"} for name in file.key],
        "field": list(_fields(file)),
    }
    return {name: value for name, value in found.items() if value}


def _fields(file: File) -> Iterator[dict[str, Any]]:
    for column in file.columns:
        found = {
            "@type": "cr:Field",
            "@id": f"{file.name}/{column.name}",
            "name": column.name,
            "description": column.description or column.title,
            "dataType": _TYPES.get(column.type, "sc:Text"),
            "source": {
                "fileObject": {"@id": f"file/{file.name}"},
                "extract": {"column": column.name},
            },
        }
        yield {name: value for name, value in found.items() if value}
