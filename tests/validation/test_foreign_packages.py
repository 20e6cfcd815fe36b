"""Packages of strangers: what their descriptors leave open is reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from interopwatch.package.package import open_package
from interopwatch.validation import validate_package

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.findings import Finding

SCHEMA = {"fields": [{"name": "id"}, {"name": "n", "type": "integer"}], "primaryKey": "id"}
ADDRESS = "https://shore.example/part.json"


def found(root: Path, files: dict[str, str], *resources: dict[str, Any]) -> list[Finding]:
    for name, text in files.items():
        (root / name).write_text(text)
    raw = {"name": "shore", "resources": resources}
    (root / "datapackage.json").write_text(json.dumps(raw, indent=1))
    return list(validate_package(open_package(root)))


@pytest.mark.parametrize("part", ["schema", "dialect"])
@pytest.mark.parametrize(
    ("place", "level", "why"),
    [
        (ADDRESS, "notice", f"{ADDRESS} was not read"),
        ("part.json", "error", "the file is missing"),
        ("list.json", "error", "it is not a JSON object"),
        ("t.csv", "error", "it is not JSON"),
    ],
)
def test_what_is_kept_where_it_is_not_read(
    tmp_path: Path, part: str, place: str, level: str, why: str
) -> None:
    item = {"name": "t", "path": "t.csv", "profile": "tabular-data-resource", "schema": SCHEMA}
    files = {"t.csv": "id,n\na,1\n", "list.json": "[]"}
    [one] = [f for f in found(tmp_path, files, {**item, part: place}) if f.code != "key-undeclared"]
    assert (one.code, one.level, one.field) == (f"{part}-unread", level, f"/resources/0/{part}")
    assert (why in one.message, one.line > 1, bool(one.hint)) == (True, True, True)


def test_a_schema_in_a_file_of_the_package_is_held_to(tmp_path: Path) -> None:
    files = {"t.csv": "id,n\na,x\n", "s.json": json.dumps(SCHEMA)}
    [one] = found(tmp_path, files, {"name": "t", "path": "t.csv", "schema": "s.json"})
    assert (one.code, one.place) == ("cell-type", "t.csv:2:n")


@pytest.mark.parametrize("item", [{}, {"name": ""}])
def test_a_name_that_had_to_be_made_up(tmp_path: Path, item: dict[str, Any]) -> None:
    item = {**item, "path": "t.csv", "schema": SCHEMA}
    [one] = found(tmp_path, {"t.csv": "id,n\na,1\n"}, item)
    assert (one.code, one.level) == ("name-made-up", "warning")
    assert one.field == "/resources/0/name"


def test_a_descriptor_in_yaml_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "datapackage.yaml").write_text("resources:\n- path: t.csv\n")
    (tmp_path / "t.csv").write_text("id\na\n")
    files = {f.file for f in validate_package(open_package(tmp_path))}
    assert files == {"datapackage.yaml"}


@pytest.mark.parametrize(
    ("header", "matching", "said"),
    [
        ("id,n,more", None, "its header also has 'more'"),
        ("id,n,more", "subset", ""),
        ("id,n,more", "superset", "its header also has 'more'"),
        ("id", "partial", ""),
        ("id", "equal", "its header lacks 'n'"),
        ("more,id", None, "its header lacks 'n' and also has 'more'"),
    ],
)
@pytest.mark.parametrize("is_list", [True, False])
def test_a_header_is_held_to_what_its_schema_allows(
    tmp_path: Path, header: str, matching: str | None, said: str, *, is_list: bool
) -> None:
    """Frictionless, which also checks the package, finds the same; here it is one finding."""
    schema = {**SCHEMA, "fieldsMatch": [matching] if is_list else matching}
    item = {"name": "t", "path": "t.csv", "schema": schema if matching else SCHEMA}
    text = f"{header}\n" + ",".join("1" for _ in header.split(",")) + "\n"
    found_there = [(f.code, f.line, f.message) for f in found(tmp_path, {"t.csv": text}, item)]
    assert found_there == ([("header-differs", 1, said)] if said else [])


def test_columns_that_are_declared_are_checked_beside_others(tmp_path: Path) -> None:
    item = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    text = "more,id,n\nx,a,1\ny,a,one\n"
    places = [(f.code, f.place) for f in found(tmp_path, {"t.csv": text}, item)]
    assert places == [
        ("header-differs", "t.csv:1"),
        ("key-duplicate", "t.csv:3:id"),
        ("cell-type", "t.csv:3:n"),
    ]


def test_a_package_that_says_what_its_rows_mean_has_the_header_that_it_declares(
    tmp_path: Path,
) -> None:
    item = {"name": "t", "path": "t.csv", "schema": SCHEMA, "interopwatch": {"label": "{id}"}}
    [one] = found(tmp_path, {"t.csv": "id,n,more\na,1,x\n"}, item)
    assert (one.code, one.level) == ("table-unreadable", "error")


def test_a_field_that_is_declared_badly_is_known_where_the_header_differs(tmp_path: Path) -> None:
    fields = [{"name": "gone"}, {"name": "n", "type": "strng"}, {"name": "id", "type": "integer"}]
    item = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    some = found(tmp_path, {"t.csv": "id,n\nx,y\n"}, item)
    places = {(f.code, f.field) for f in some if f.level == "error"}
    assert places == {
        ("descriptor-profile", "/resources/0/schema/fields/1/type"),
        ("header-differs", ""),
        ("cell-type", "id"),
    }


@pytest.mark.parametrize("path", [ADDRESS, ["t.csv", ADDRESS]])
def test_a_table_at_an_address_is_not_read_and_no_error(tmp_path: Path, path: object) -> None:
    item = {"name": "t", "path": path, "format": "csv", "schema": SCHEMA}
    other = {"name": "u", "path": "u.csv", "schema": SCHEMA}
    some = found(tmp_path, {"t.csv": "id,n\na,1\n", "u.csv": "id,n\na,x\n"}, item, other)
    ours = [(f.code, f.level) for f in some if not f.code.startswith("frictionless")]
    assert ours == [("table-unread", "notice"), ("cell-type", "error")]
    assert {f.level for f in some if f.code.startswith("frictionless")} <= {"warning"}


def test_a_delimiter_that_is_not_declared_is_a_warning_and_rows_are_checked(tmp_path: Path) -> None:
    files = {"t.csv": "id;n\na;1\nb;x\n"}
    every = found(tmp_path, files, {"name": "t", "path": "t.csv", "schema": SCHEMA})
    assert [(f.code, f.level, f.line) for f in every] == [
        ("delimiter-undeclared", "warning", 1),
        ("cell-type", "error", 3),
    ]


def test_fields_that_are_unique_together(tmp_path: Path) -> None:
    keys = [["id", "n"], ["gone"], "id", [], [["id"]]]
    fields = [*SCHEMA["fields"], {"name": "k"}]
    schema = {"fields": fields, "uniqueKeys": keys, "primaryKey": "k"}
    files = {"t.csv": "id,n,k\na,1,1\na,2,2\na,01,3\na,,4\na,,5\nb,x,6\nb,x,7\n"}
    every = found(tmp_path, files, {"name": "t", "path": "t.csv", "schema": schema})
    (one,) = [each for each in every if each.code == "cell-unique"]
    assert (one.place, one.message) == ("t.csv:4:id", "'a, 01' is already used on line 2")


@pytest.mark.parametrize(
    ("kind", "cell", "faults"),
    [
        ("integer", "7", []),
        ("integer", "007", []),
        ("integer", "NA", []),
        ("integer", "", []),
        ("integer", "8", ["reference-missing"]),
        ("string", "7", ["reference-missing"]),
        ("integer", "x", ["cell-type", "reference-missing"]),
    ],
)
def test_a_reference_is_to_a_value_however_it_is_written(
    tmp_path: Path, kind: str, cell: str, faults: list[str]
) -> None:
    number = {"name": "n", "type": kind}
    one = {"fields": [number], "primaryKey": "n"}
    key = {"fields": "n", "reference": {"resource": "one", "fields": "n"}}
    fields = [number, {"name": "more"}]  # a row of only missing values is an error of its own
    other = {"fields": fields, "missingValues": ["", "NA"], "foreignKeys": [key]}
    every = found(
        tmp_path,
        {"one.csv": "n\n07\n", "other.csv": f"n,more\n{cell},x\n"},
        {"name": "one", "path": "one.csv", "schema": one},
        {"name": "other", "path": "other.csv", "schema": other},
    )
    assert [each.code for each in every if each.level == "error"] == faults


def test_a_row_without_a_key_is_found_in_its_place(tmp_path: Path) -> None:
    item = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    every = found(tmp_path, {"t.csv": "id,n\na,1\n,2\n"}, item)
    assert ("key-duplicate", "t.csv:3:id") in [(each.code, each.place) for each in every]
