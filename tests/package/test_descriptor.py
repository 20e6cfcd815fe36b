"""Descriptors: what is parsed from them, and the place of every error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from interopwatch import open_package
from interopwatch.errors import DescriptorError, InteropwatchError, TableError
from interopwatch.package import parse as reader
from interopwatch.package.descriptor import MAX_BYTES, Descriptor
from interopwatch.package.meaning import Case, Words
from packages import Spec, package, spec

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = [{"name": "id"}, {"name": "x"}]


def with_resource(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    resource = {"name": "r", "path": "r.csv", "schema": {"fields": FIELDS}, **more}
    return {"name": "tiny", "resources": [resource]}


def with_schema(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return with_resource(schema={"fields": FIELDS, **more})


def with_ours(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return with_resource(interopwatch=more)


def parsed(raw: object) -> Descriptor:
    return reader.parse(json.dumps(raw), "datapackage.json")


def complaint(raw: object) -> str:
    with pytest.raises(DescriptorError) as caught:
        parsed(raw)
    return caught.value.message


KEY = {"fields": "x", "reference": {"resource": "r", "fields": "id"}}


@pytest.mark.parametrize(
    ("raw", "place", "what"),
    [
        ([], "/", "an object is expected"),
        ("text", "/", "an object is expected"),
        ({}, "/resources", "it is missing"),
        ({"resources": {}}, "/resources", "an array is expected"),
        ({"resources": ["r"]}, "/resources/0", "an object is expected"),
        ({"resources": [], "name": 1}, "/name", "a string is expected"),
        ({"resources": [], "version": 1.0}, "/version", "a string is expected"),
        ({"resources": [], "interopwatch": []}, "/interopwatch", "an object is expected"),
        (with_resource(name=None), "/resources/0/name", "a string is expected"),
        (with_resource(title=1), "/resources/0/title", "a string is expected"),
        (with_resource(encoding=8), "/resources/0/encoding", "a string is expected"),
        (with_resource(schema=5), "/resources/0/schema", "an object is expected"),
        (
            with_resource(schema={"fields": [{}]}),
            "/resources/0/schema/fields/0/name",
            "it is missing",
        ),
        (
            with_resource(schema={"fields": [*FIELDS, {"name": "y", "type": 5}]}),
            "/resources/0/schema/fields/2/type",
            "a string is expected",
        ),
        (
            with_resource(schema={"fields": [{"name": "y", "constraints": []}]}),
            "/resources/0/schema/fields/0/constraints",
            "an object is expected",
        ),
        (with_schema(primaryKey="y"), "/resources/0/schema/primaryKey", "there is no field 'y'"),
        (with_schema(primaryKey=["id", 2]), "/resources/0/schema/primaryKey/1", "a string is exp"),
        (with_schema(missingValues=[0]), "/resources/0/schema/missingValues/0", "a string is exp"),
        (
            with_schema(foreignKeys=[{**KEY, "fields": "y"}]),
            "/resources/0/schema/foreignKeys/0/fields",
            "there is no field 'y'",
        ),
        (
            with_schema(foreignKeys=[KEY, {"fields": "x"}]),
            "/resources/0/schema/foreignKeys/1/reference",
            "it is missing",
        ),
        (
            with_schema(foreignKeys=[{**KEY, "fields": ["id", "x"]}]),
            "/resources/0/schema/foreignKeys/0/reference/fields",
            "2 field(s) are expected",
        ),
        (
            with_resource(dialect={"delimiter": ";;"}),
            "/resources/0/dialect/delimiter",
            "exactly one character is expected",
        ),
        (
            with_resource(dialect={"quoteChar": ""}),
            "/resources/0/dialect/quoteChar",
            "exactly one character is expected",
        ),
        (
            with_resource(dialect={"doubleQuote": "yes"}),
            "/resources/0/dialect/doubleQuote",
            "a boolean is expected",
        ),
        (with_ours(belongs_to="y"), "/resources/0/interopwatch", "there is no field 'y'"),
        (with_ours(names=["id", "y"]), "/resources/0/interopwatch", "there is no field 'y'"),
        (with_ours(clerical=["y"]), "/resources/0/interopwatch", "there is no field 'y'"),
        (with_ours(names_of="y"), "/resources/0/interopwatch", "there is no field 'y'"),
        (with_ours(reference="yes"), "/resources/0/interopwatch/reference", "a boolean is"),
        (
            with_ours(lifecycle={"begin": "y"}),
            "/resources/0/interopwatch/lifecycle",
            "there is no field 'y'",
        ),
        (
            with_ours(lifecycle={"planned": {"y": "true"}}),
            "/resources/0/interopwatch/lifecycle",
            "there is no field 'y'",
        ),
        (
            with_ours(lifecycle={"planned": {"x": True}}),
            "/resources/0/interopwatch/lifecycle/planned/x",
            "a string is expected",
        ),
        (
            with_ours(words={"noun": ["one"]}),
            "/resources/0/interopwatch/words/noun",
            "two strings are expected",
        ),
        (
            with_ours(words={"headlines": {"began": ["a", "b", "c"]}}),
            "/resources/0/interopwatch/words/headlines/began",
            "two strings are expected",
        ),
        (
            with_ours(words={"cases": [{"when": {"x": 1}}]}),
            "/resources/0/interopwatch/words/cases/0/when/x",
            "a string is expected",
        ),
        (
            {"resources": [], "interopwatch": {"basis": "guessed", "date": "2014"}},
            "/interopwatch/basis",
            "'observed' or 'reconstructed' is expected",
        ),
        (
            {"resources": [], "interopwatch": {"basis": "observed"}},
            "/interopwatch/date",
            "it is missing",
        ),
        (
            {"resources": [], "interopwatch": {"provenance": {"field": "source"}}},
            "/interopwatch/provenance/resource",
            "it is missing",
        ),
        (
            {"resources": [], "interopwatch": {"counts": {"resource": "r", "kind": "x"}}},
            "/interopwatch/counts/kind",
            "unknown property",
        ),
        (
            with_ours(words={"sentences": {"began": "{x} began", "ended": 5, "added": "x"}}),
            "/resources/0/interopwatch/words/sentences/ended",
            "a string is expected",
        ),
        (
            with_ours(words={"folds": [{"name": "{x}", "sentences": {"a": "b", "c": []}}]}),
            "/resources/0/interopwatch/words/folds/0/sentences/c",
            "a string is expected",
        ),
    ],
)
def test_the_place_of_what_is_wrong(raw: object, place: str, what: str) -> None:
    assert complaint(raw).startswith(f"datapackage.json: {place}: {what}")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../secret.csv",
        "tables/../../secret.csv",
        "tables/..",
        "..\\secret.csv",
        "tables\\..\\..\\secret.csv",
        "\\\\server\\share.csv",
        "C:\\secret.csv",
        "c:secret.csv",
        "file:///etc/passwd",
        "javascript://r.csv",
        "r.csv\0.png",
    ],
)
def test_paths_that_leave_the_package_are_refused(path: str) -> None:
    said = complaint(with_resource(path=path))
    assert said.startswith("datapackage.json: /resources/0/path: ")
    assert "leads outside the package" in said


@pytest.mark.parametrize("path", [5, [], [5], {"a": 1}])
def test_a_path_is_a_text_or_a_list_of_some(path: object) -> None:
    assert complaint(with_resource(path=path)) == (
        "datapackage.json: /resources/0/path: "
        "one relative path to a file, or a list of them, is expected"
    )


def test_a_list_of_one_path_is_one_path() -> None:
    assert parsed(with_resource(path=["tables/r.csv"])).by_name["r"].path == "tables/r.csv"
    assert parsed(with_resource(path="a..b/r.csv")).by_name["r"].path == "a..b/r.csv"


def test_a_resource_that_stands_twice() -> None:
    one = with_resource()["resources"][0]
    said = complaint({"resources": [one, {**one, "name": "s"}, one]})
    assert said == "datapackage.json: /resources/2/name: 'r' is used twice"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"name": "a",\n "resources": [}', "datapackage.json:2:16: not JSON"),
        ("{'name': 1}", "datapackage.json:1:2: not JSON"),
        ('{"name": "a"} x', "datapackage.json:1:15: not JSON"),
    ],
)
def test_text_that_is_not_json_is_placed_by_line_and_column(text: str, place: str) -> None:
    with pytest.raises(DescriptorError) as caught:
        reader.parse(text, "datapackage.json")
    assert caught.value.message.startswith(place)
    assert "restore it from version control" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("datapackage.json", ""),
        ("datapackage.json", " \n"),
        ("datapackage.yml", ""),
        ("datapackage.yaml", "# to be written\n"),
    ],
)
def test_an_empty_file_is_no_descriptor(name: str, text: str) -> None:
    with pytest.raises(DescriptorError) as caught:
        reader.parse(text, name)
    said = f"{name}: empty; a descriptor is a JSON object with `resources`"
    assert caught.value.message == said


def test_nesting_beyond_reason_is_no_descriptor() -> None:
    with pytest.raises(DescriptorError, match="nested too deeply"):
        reader.parse('{"a":' * 100_000, "datapackage.json")


def test_aliases_that_stand_for_more_than_a_descriptor_can_hold_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    for end in ("resources: *j", "resources: [{<<: [*j, *j]}]"):
        with pytest.raises(DescriptorError, match=r"^datapackage\.yaml: its aliases expand to"):
            reader.parse("\n".join([*lines, end]), "datapackage.yaml")


def test_an_alias_of_what_it_stands_in_is_refused_with_its_line() -> None:
    with pytest.raises(
        DescriptorError, match="not YAML: an alias that refers to itself, on line 2"
    ):
        reader.parse("name: x\nresources: &a [*a]\n", "datapackage.yaml")


def test_what_several_resources_share_may_be_an_alias() -> None:
    text = "resources:\n- {name: a, path: a.csv, schema: &s {fields: [{name: id}]}}\n"
    found = reader.parse(f"{text}- {{name: b, path: b.csv, schema: *s}}\n", "datapackage.yaml")
    assert [[f.name for f in r.fields] for r in found.resources] == [["id"], ["id"]]


def test_a_number_of_thousands_of_digits_is_no_descriptor() -> None:
    with pytest.raises(DescriptorError, match=r"^datapackage\.json"):
        reader.parse('{"resources": [], "x": ' + "9" * 5000 + "}", "datapackage.json")


# What is read


def test_what_a_table_schema_says() -> None:
    of = parsed(
        with_schema(
            primaryKey="id",
            missingValues=["", {"value": "-", "label": "not stated"}],
            foreignKeys=[
                {"fields": ["x"], "reference": {"resource": "", "fields": ["id"]}},
                {"fields": "id", "reference": {"resource": "s", "fields": "key"}},
            ],
        )
    ).by_name["r"]
    assert of.header == ("id", "x")
    assert of.primary_key == ("id",)
    assert of.missing_values == ("", "-")
    assert of.references["x"].resource == "r"
    assert of.references["id"].resource == "s"
    assert of.references["id"].reference == ("key",)
    assert of.key_of({"id": "1", "x": "2"}) == ("1",)


def test_options_of_a_type_are_kept() -> None:
    field = {"name": "id", "type": "number", "decimalChar": ",", "title": "Id"}
    read = parsed(with_resource(schema={"fields": [field]})).by_name["r"].by_name["id"]
    assert read.options == {"decimalChar": ","}
    assert (read.type, read.title, read.format) == ("number", "Id", "default")


def test_a_case_inherits_the_words_it_does_not_replace() -> None:
    meaning = (
        parsed(
            with_ours(
                words={
                    "noun": ["thing", "things"],
                    "topic": "Things",
                    "cases": [{"when": {"x": "1"}, "noun": ["one", "ones"]}],
                }
            )
        )
        .by_name["r"]
        .meaning
    )
    assert meaning.cases == (Case({"x": "1"}, Words(topic="Things", noun=("one", "ones"))),)
    assert meaning.words_for({"id": "a", "x": "1"}).noun == ("one", "ones")
    assert meaning.words_for({"id": "a", "x": "2"}).noun == ("thing", "things")


def test_a_snapshot_says_what_it_is() -> None:
    said = {"basis": "reconstructed", "date": "2014", "covers": ["book"], "from": "2020"}
    frozen = parsed({"resources": [], "interopwatch": said}).frozen
    assert frozen is not None
    assert (frozen.date, frozen.basis, frozen.covers, frozen.origin) == (
        "2014", "reconstructed", ("book",), "2020",
    )  # fmt: skip
    assert parsed({"resources": []}).frozen is None


def test_unknown_properties_are_no_errors() -> None:
    raw = {**with_resource(mediatype="text/csv", profile={"a": [1]}), "keywords": ["x"]}
    assert parsed(raw).raw == raw


# On disk


def test_a_package_is_opened_by_folder_or_descriptor(tmp_path: Path) -> None:
    package({"r": "id,x\na,1\n"}).write(tmp_path)
    for place in (tmp_path, tmp_path / "datapackage.json", str(tmp_path)):
        assert open_package(place).rows("r") == ({"id": "a", "x": "1"},)


def test_a_byte_order_mark_before_the_descriptor_is_form(tmp_path: Path) -> None:
    file = tmp_path / "datapackage.json"
    file.write_bytes(b'\xef\xbb\xbf{"name": "marked", "resources": []}')
    assert open_package(tmp_path).descriptor.name == "marked"


def test_a_folder_without_a_descriptor_is_no_package(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "datapackage.json"):
        with pytest.raises(DescriptorError, match="there is no data package here"):
            open_package(place)


def test_a_descriptor_must_be_utf8_and_of_reasonable_size(tmp_path: Path) -> None:
    file = tmp_path / "datapackage.json"
    file.write_bytes(b'{"name": "T\xfcrkiye"}')
    with pytest.raises(DescriptorError, match=r"datapackage\.json: byte 11 is not UTF-8"):
        open_package(tmp_path)
    text = b'{"name": "large", "resources": []}'
    file.write_bytes(text.ljust(MAX_BYTES))
    assert open_package(tmp_path).descriptor.name == "large"
    file.write_bytes(text.ljust(MAX_BYTES + 1))
    with pytest.raises(DescriptorError, match="too large for a descriptor"):
        open_package(tmp_path)


def test_symbolic_links_may_not_lead_out_of_the_package(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,x\na,1\n")
    home = tmp_path / "home"
    made = package({"r": "id,x\na,1\n"})
    table = made.write(home).path("r")
    table.unlink()
    table.symlink_to(secret)
    with pytest.raises(DescriptorError, match="this file is outside the package"):
        open_package(home).table("r")
    table.unlink()
    table.parent.rmdir()
    table.parent.symlink_to(tmp_path)
    (tmp_path / "r.csv").write_text("id,x\na,1\n")
    with pytest.raises(DescriptorError, match="this file is outside the package"):
        open_package(home).table("r")


def test_symbolic_links_inside_the_package_are_followed(tmp_path: Path) -> None:
    table = package({"r": "id,x\na,1\n"}).write(tmp_path).path("r")
    table.rename(tmp_path / "real.csv")
    table.symlink_to(tmp_path / "real.csv")
    assert open_package(tmp_path).rows("r") == ({"id": "a", "x": "1"},)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    made = package({"r": "id,x\na,1\n"}).write(tmp_path)
    made.path("r").unlink()
    with pytest.raises(TableError, match=r"r\.csv: the file of resource 'r' is missing"):
        made.table("r")
    made.path("r").mkdir()
    with pytest.raises(TableError, match=r"r\.csv: "):
        made.table("r")


def test_a_resource_that_is_not_there_lists_those_that_are() -> None:
    found = package({"r": "id\n", "s": "id\n"}).memory("here")
    with pytest.raises(DescriptorError, match="here has no resource 't'") as caught:
        found.table("t")
    assert caught.value.hint == "It has: r, s."
    assert found.rows("t") == ()


@pytest.mark.parametrize("lacking", ["published", "work"])
def test_a_source_list_without_what_it_is_for_is_said(lacking: str) -> None:
    sources = "source,work,title,published\nb,book,Book,2014\n".replace(lacking, "other")
    made = package(
        {"sources": spec(sources, "source"), "r": "id,source\na,b\n"},
        ours={"provenance": {"resource": "sources"}},
    )
    with pytest.raises(InteropwatchError, match=lacking):
        _use(made.memory())


def test_a_source_list_that_is_not_there_is_said() -> None:
    made = package({"r": Spec(b"id\n", {})}, ours={"provenance": {"resource": "sources"}})
    with pytest.raises(DescriptorError, match="no resource 'sources'"):
        _use(made.memory())


def _use(made: Any) -> None:  # noqa: ANN401 - whatever package it is
    _ = made.as_of
    resource = made.resource("r")
    for row in made.rows("r"):
        made.work_of(resource, row)
        made.published(row)
