"""A package's metadata in the vocabularies of catalogues, archives and search engines.

One module for each vocabulary. ``rdflib`` writes the graphs of DCAT; the others are plain JSON or
YAML. dplib's models of some of them leave out what catalogues require, such as licences (DCAT) or
the kind and date of a record (Zenodo).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.export.metadata.about import described
from interopwatch.export.metadata.citation import citation
from interopwatch.export.metadata.ckan import ckan
from interopwatch.export.metadata.croissant import croissant
from interopwatch.export.metadata.dcat import dcat_jsonld, dcat_turtle
from interopwatch.export.metadata.schema_org import schema_org
from interopwatch.export.metadata.zenodo import zenodo
from interopwatch.files import made_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from interopwatch.export.metadata.about import About
    from interopwatch.export.tables import Note
    from interopwatch.package.package import Package

TOP_FILES: Final = {".zenodo.json": zenodo, "CITATION.cff": citation}
"""Files for the top of a package's repository, where archives look for them, without a version."""
FILES: Final[Mapping[str, Callable[[About], str]]] = {
    "CITATION.cff": citation,
    "ckan.json": ckan,
    "croissant.json": croissant,
    "dcat.jsonld": dcat_jsonld,
    "dcat.ttl": dcat_turtle,
    "schema.org.jsonld": schema_org,
    "zenodo.json": zenodo,
}
"""The function that makes each file."""


def top_files(package: Package) -> dict[str, str]:
    """Return the metadata files for the top of a package's repository, the same for every version.

    Whoever archives a version states which it is.
    """
    about = replace(described(package, lambda _: None), version="", issued="", modified="")
    return {name: make(about) for name, make in TOP_FILES.items()}


def write(package: Package, place: Path, note: Note, ready: Callable[[], None]) -> None:
    """Write the metadata of a package; see :class:`interopwatch.export.formats.Writer`."""
    about = described(package, note)
    texts = {name: make(about) for name, make in FILES.items()}
    with made_folder(place) as incoming:
        for name, text in texts.items():
            (incoming / name).write_bytes(text.encode())
        ready()
