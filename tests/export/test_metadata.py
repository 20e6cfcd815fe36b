"""Metadata for catalogues: the descriptor in the vocabulary of each, whatever it contains."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import interopwatch as iw
from examples import examples
from interopwatch.export.formats import export
from interopwatch.export.metadata import FILES, top_files
from packages import package, spec

rdflib = pytest.importorskip("rdflib", reason="metadata of catalogues need the extra `metadata`")

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package, Store
    from packages import Made

# rdflib's parser itself uses what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
TERMS = rdflib.Namespace("http://purl.org/dc/terms/")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
TEXT = "\n  Shops & <b>staff</b>  "
SAID: dict[str, Any] = {
    "id": "10.1234/shops.1",
    "title": "Shops",
    "description": TEXT,
    "version": "2.1",
    "created": "2024-03-07T12:00:00Z",
    "keywords": ["shops", "open/closed", "x"],
    "licenses": [
        {"name": "ODC-BY-1.0", "title": "ODC", "path": "https://opendatacommons.org/licenses/by/"}
    ],
    "contributors": [
        {"title": "Ann Smith", "givenName": "Ann", "familyName": "Smith", "roles": ["creator"],
         "organization": "Shop Trust"},
        {"title": "Shop Trust", "roles": ["publisher"], "path": "https://example.org/trust"},
    ],
    "sources": [{"title": "A list", "path": "https://example.org/a list.html"}, {"title": "Talk"}],
}  # fmt: skip


def shops() -> Made:
    staff = spec("id,shop\na,s\n", refs={"shop": "shops.id"})
    return package({"shops": spec("id\ns\n", title="All shops"), "staff": staff}, **SAID)


def metadata(made: Package, place: Path) -> tuple[dict[str, Any], list[str]]:
    notes: list[str] = []
    export(made, "metadata", place, notes.append)
    read: dict[str, Any] = {}
    for name in FILES:
        text = (place / name).read_text("utf-8")
        read[name] = yaml.safe_load(text) if name.endswith(".cff") else text
        if "json" in name:
            read[name] = json.loads(text)
    return read, notes


def graph(place: Path, name: str) -> Any:  # noqa: ANN401 - rdflib's
    form = "turtle" if name.endswith("ttl") else "json-ld"
    return rdflib.Graph().parse(place / name, format=form, publicID="https://example.org/d/")


def test_dcat_says_what_the_descriptor_says(tmp_path: Path) -> None:
    made = shops().write(tmp_path / "package")
    metadata(made, tmp_path / "out")
    turtle, jsonld = (graph(tmp_path / "out", name) for name in ("dcat.ttl", "dcat.jsonld"))
    assert turtle.isomorphic(jsonld)
    (dataset,) = turtle.subjects(rdflib.RDF.type, DCAT.Dataset)
    assert str(dataset) == "https://doi.org/10.1234/shops.1"
    assert str(turtle.value(dataset, TERMS.title)) == "Shops"
    assert str(turtle.value(dataset, TERMS.license)) == "https://opendatacommons.org/licenses/by/"
    assert str(turtle.value(dataset, rdflib.URIRef(f"{DCAT}version"))) == "2.1"
    assert {str(each) for each in turtle.objects(dataset, DCAT.keyword)} == set(SAID["keywords"])
    sources = {str(each) for each in turtle.objects(dataset, TERMS.source)}
    assert "https://example.org/a%20list.html" in sources
    files = list(turtle.objects(dataset, DCAT.distribution))
    sums = {str(turtle.value(turtle.value(f, SPDX.checksum), SPDX.checksumValue)) for f in files}
    assert sums == {
        hashlib.sha256((made.root / resource.path).read_bytes()).hexdigest()
        for resource in made.descriptor.resources
    }
    assert {str(turtle.value(file, DCAT.downloadURL)) for file in files} == {
        "https://example.org/d/tables/shops.csv",
        "https://example.org/d/tables/staff.csv",
    }


def test_people_and_licences_are_told_as_each_vocabulary_does(tmp_path: Path) -> None:
    read, notes = metadata(shops().write(tmp_path / "package"), tmp_path / "out")
    assert notes == []
    zenodo = read["zenodo.json"]
    assert zenodo["creators"] == [{"name": "Smith, Ann", "affiliation": "Shop Trust"}]
    assert zenodo["contributors"] == [{"name": "Shop Trust", "type": "Other"}]
    assert zenodo["description"] == "<p>Shops &amp; &lt;b&gt;staff&lt;/b&gt;</p>"
    assert (zenodo["license"], zenodo["publication_date"]) == ("odc-by-1.0", "2024-03-07")
    assert zenodo["related_identifiers"][0]["relation"] == "isDerivedFrom"
    ckan = read["ckan.json"]
    assert ckan["author"] == "Ann Smith"
    assert [tag["name"] for tag in ckan["tags"]] == ["shops", "open closed"]
    assert [each["format"] for each in ckan["resources"]] == ["CSV", "CSV"]
    found = read["schema.org.jsonld"]
    assert found["creator"] == [{"@type": "Person", "name": "Ann Smith"}]
    assert found["contributor"][0]["url"] == "https://example.org/trust"
    assert read["CITATION.cff"]["authors"] == [
        {"family-names": "Smith", "given-names": "Ann", "affiliation": "Shop Trust"}
    ]
    assert read["CITATION.cff"]["license"] == "ODC-By-1.0"
    assert read["CITATION.cff"]["identifiers"] == [{"type": "doi", "value": "10.1234/shops.1"}]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_dplib_reads_what_catalogues_are_told(tmp_path: Path) -> None:
    ckan_models = pytest.importorskip("dplib.plugins.ckan.models", reason="dplib reads metadata")
    dcat_models = pytest.importorskip("dplib.plugins.dcat.models")
    read, _ = metadata(shops().write(tmp_path / "package"), tmp_path / "out")
    ckan = ckan_models.CkanPackage.from_dict(read["ckan.json"]).to_dp()
    text = (tmp_path / "out" / "dcat.ttl").read_text("utf-8")
    dcat = dcat_models.DcatPackage.from_text(text, format="turtle").to_dp()
    for found in (ckan, dcat):
        assert (found.title, found.version) == ("Shops", "2.1")
        assert found.description == TEXT.strip()
        assert {each.bytes for each in found.resources} == {5, 12}
    assert [each.name for each in ckan.licenses] == ["ODC-BY-1.0"]
    assert [each.path for each in ckan.resources] == ["tables/shops.csv", "tables/staff.csv"]


def test_croissant_describes_files_and_records(tmp_path: Path) -> None:
    read, _ = metadata(shops().write(tmp_path / "package"), tmp_path / "out")
    found = read["croissant.json"]
    files = {each["@id"]: each for each in found["distribution"]}
    staff = next(each for each in found["recordSet"] if each["name"] == "staff")
    assert staff["key"] == [{"@id": "staff/id"}]
    shop = next(each for each in staff["field"] if each["name"] == "shop")
    assert shop["source"] == {
        "fileObject": {"@id": "file/staff"}, "extract": {"column": "shop"}
    }  # fmt: skip
    assert files["file/staff"]["contentUrl"] == "tables/staff.csv"
    assert found["citeAs"] == "Ann Smith (2024). Shops. Version 2.1."


def test_the_shipped_package_can_be_cited(shipped: Store, root: Path, tmp_path: Path) -> None:
    read, notes = metadata(shipped.package, tmp_path / "out")
    assert notes == []
    schema = json.loads(
        (root / "tests/data/schemas/citation-file-format-1.2.0.json").read_text("utf-8")
    )
    for text in ((tmp_path / "out" / "CITATION.cff"), (root / "CITATION.cff")):
        jsonschema.Draft7Validator(schema).validate(yaml.safe_load(text.read_text("utf-8")))
    raw = shipped.package.descriptor.raw
    assert read["CITATION.cff"]["version"] == raw["version"]
    assert len(read["croissant.json"]["recordSet"]) == len(raw["resources"])


def test_the_files_at_the_top_say_what_the_descriptor_says(shipped: Store, root: Path) -> None:
    raw = shipped.package.descriptor.raw
    cited = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    zenodo = json.loads((root / ".zenodo.json").read_text("utf-8"))
    assert cited["title"] == zenodo["title"] == raw["title"]
    assert cited["abstract"] == raw["description"]
    assert raw["description"] in zenodo["description"]
    assert cited["keywords"] == zenodo["keywords"] == raw["keywords"]
    assert cited["url"] == raw["homepage"]
    assert cited["license"].lower() == zenodo["license"] == raw["licenses"][0]["name"].lower()
    names = [each["title"] for each in raw["contributors"]]
    assert [each["name"] for each in cited["authors"]] == names
    assert [each["name"] for each in zenodo["creators"]] == names
    assert cited["identifiers"][0]["value"] == raw["id"]
    for name, text in top_files(shipped.package).items():
        assert (root / name).read_text("utf-8") == text, "run `make docs`"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.sampled_from(['https://example.org/<a>"b', "javascript:alert(1)", "../x", "20", "\x00"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(["title", "name", "path", "roles", "role", "email", "familyName"]), inner,
        max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip
NAMES = ["id", "title", "description", "version", "created", "homepage", "keywords", "licenses",
         "contributors", "sources", "name"]  # fmt: skip


@settings(max_examples=examples(25))
@given(st.dictionaries(st.sampled_from(NAMES), ODD))
def test_whatever_a_descriptor_says_the_files_are_well_formed(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    file = folder / "datapackage.json"
    (folder / "t.csv").write_text("id\na\n")
    table = {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "id"}]}}
    file.write_text(json.dumps({**said, "resources": [table]}))
    read, _ = metadata(iw.open_package(folder), folder / "out")
    turtle, jsonld = (graph(folder / "out", name) for name in ("dcat.ttl", "dcat.jsonld"))
    assert len(list(turtle.subjects(rdflib.RDF.type, DCAT.Dataset))) == 1
    assert turtle.isomorphic(jsonld)
    links = json.dumps([read["schema.org.jsonld"].get("isBasedOn"), read["ckan.json"].get("url")])
    assert "javascript:" not in links
    assert not read["CITATION.cff"].get("date-released") or datetime.fromisoformat(
        read["CITATION.cff"]["date-released"]
    )


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    folder = shops().write(tmp_path / "package").root
    (folder / "tables" / "staff.csv").unlink()
    read, notes = metadata(iw.open_package(folder), tmp_path / "out")
    assert notes == ["staff: without size and hash: tables/staff.csv: No such file or directory"]
    assert len(read["schema.org.jsonld"]["distribution"]) == 2


def test_the_hash_seed_changes_nothing(two_snapshots: Path, tmp_path: Path) -> None:
    texts = []
    for seed in ("1", "2"):
        place = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "interopwatch", "--package", str(two_snapshots),
             "export", "metadata", str(place)],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True,
        )  # fmt: skip
        texts.append({name: (place / name).read_bytes() for name in FILES})
    assert texts[0] == texts[1]
