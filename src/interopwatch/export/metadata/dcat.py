"""DCAT, the vocabulary of data catalogues (W3C, “Data Catalog Vocabulary”, version 3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from interopwatch.export.metadata.about import day_of
from interopwatch.extras import library
from interopwatch.text import as_json

if TYPE_CHECKING:
    from interopwatch.export.metadata.about import About, Contributor, File

_DCAT: Final = "http://www.w3.org/ns/dcat#"
_TERMS: Final = "http://purl.org/dc/terms/"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_OWL: Final = "http://www.w3.org/2002/07/owl#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"


def dcat_turtle(about: About) -> str:
    """Return a data set and its distributions as Turtle.

    Raises:
        MissingExtraError: rdflib is not installed; the hint names the extra.
    """
    text: str = _graph(about).serialize(format="turtle")
    return f"{text.strip()}\n"


def dcat_jsonld(about: About) -> str:
    """Return a data set and its distributions as JSON-LD.

    Raises:
        MissingExtraError: rdflib is not installed; the hint names the extra.
    """
    text = _graph(about).serialize(format="json-ld", auto_compact=True)
    return as_json(_sorted(json.loads(text)))


def _sorted(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Sort JSON-LD, of which neither objects nor arrays have an order (JSON-LD 1.1, 4.3)."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def _graph(about: About) -> Any:  # noqa: ANN401 - rdflib says it when it is there
    graph = _Graph()
    # Without an id, references are relative to the location of the file.
    dataset, base = about.iri or "#dataset", about.iri
    graph.type(dataset, f"{_DCAT}Dataset")
    graph.text(dataset, f"{_TERMS}identifier", about.identifier)
    graph.text(dataset, f"{_TERMS}title", about.title)
    graph.text(dataset, f"{_TERMS}description", about.description)
    graph.text(dataset, f"{_DCAT}version", about.version)
    graph.text(dataset, f"{_OWL}versionInfo", about.version)  # the property that version 2 uses
    graph.text(dataset, f"{_TERMS}issued", day_of(about.issued), "date")
    graph.text(dataset, f"{_TERMS}modified", about.modified, "date")
    graph.link(dataset, f"{_TERMS}conformsTo", _PROFILE)
    graph.link(dataset, f"{_DCAT}landingPage", about.homepage)
    for keyword in about.keywords:
        graph.text(dataset, f"{_DCAT}keyword", keyword)
    for number, each in enumerate(about.licenses, 1):
        node = each.url or f"{base}#license-{number}"
        graph.link(dataset, f"{_TERMS}license", node)
        graph.type(node, f"{_TERMS}LicenseDocument")
        graph.text(node, f"{_TERMS}title", each.title)
    for number, person in enumerate(about.contributors, 1):
        _add_contributor(graph, dataset, f"{base}#contributor-{number}", person, about)
    for number, original in enumerate(about.originals, 1):
        node = original.url or f"{base}#source-{number}"
        graph.link(dataset, f"{_TERMS}source", node)
        graph.text(node, f"{_TERMS}title", original.title)
    for number, file in enumerate(about.files, 1):
        node = f"{base}#file-{number}"
        graph.link(dataset, f"{_DCAT}distribution", node)
        _add_file(graph, node, file, about)
    return graph.made


class _Graph:
    """A graph builder that skips empty values.

    Raises:
        MissingExtraError: rdflib is not installed; the hint names the extra.
    """

    def __init__(self) -> None:
        self._rdflib = library("rdflib", "metadata", "metadata of catalogues")
        self.made = self._rdflib.Graph()
        for prefix, name in (("dcterms", _TERMS), ("dcat", _DCAT), ("spdx", _SPDX)):
            self.made.bind(prefix, name)

    def type(self, subject: str, kind: str) -> None:
        """State the type of a node."""
        self.link(subject, str(self._rdflib.RDF.type), kind)

    def link(self, subject: str, predicate: str, target: str) -> None:
        """Link a node to another."""
        if target:
            iri = self._rdflib.URIRef
            self.made.add((iri(subject), iri(predicate), iri(target)))

    def text(self, subject: str, predicate: str, text: str, kind: str = "") -> None:
        """Add a literal property to a node; ``kind`` is a type of XML Schema."""
        if text:
            iri = self._rdflib.URIRef
            literal = self._rdflib.Literal(text, datatype=iri(f"{_XSD}{kind}") if kind else None)
            self.made.add((iri(subject), iri(predicate), literal))


def _add_contributor(
    graph: _Graph, dataset: str, node: str, person: Contributor, about: About
) -> None:
    role = "creator" if person in about.authors else "contributor"
    graph.link(dataset, f"{_TERMS}{role}", node)
    if "publisher" in person.roles:
        graph.link(dataset, f"{_TERMS}publisher", node)
    graph.type(node, f"{_FOAF}Agent")
    graph.text(node, f"{_FOAF}name", person.name)
    graph.link(node, f"{_FOAF}homepage", person.url)


def _add_file(graph: _Graph, node: str, file: File, about: About) -> None:
    graph.type(node, f"{_DCAT}Distribution")
    graph.text(node, f"{_TERMS}title", file.title)
    graph.text(node, f"{_TERMS}description", file.description)
    graph.link(node, f"{_DCAT}downloadURL", file.url)
    # The same, since DCAT-AP, which catalogues use for harvesting, requires this one.
    graph.link(node, f"{_DCAT}accessURL", file.url)
    graph.link(node, f"{_DCAT}mediaType", file.media_type and f"{_MEDIA}{file.media_type}")
    size = "" if file.size is None else str(file.size)
    graph.text(node, f"{_DCAT}byteSize", size, "nonNegativeInteger")
    if file.sha256:
        graph.link(node, f"{_SPDX}checksum", f"{node}-checksum")
        graph.type(f"{node}-checksum", f"{_SPDX}Checksum")
        graph.link(f"{node}-checksum", f"{_SPDX}algorithm", f"{_SPDX}checksumAlgorithm_sha256")
        graph.text(f"{node}-checksum", f"{_SPDX}checksumValue", file.sha256, "hexBinary")
    for each in about.licenses:
        graph.link(node, f"{_TERMS}license", each.url)
