"""Descriptors with one violation of the standard: it is ignored and reported, the rest is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from interopwatch import apply, diff, open_package
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import DescriptorError
from interopwatch.validation import validate_package

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.package.descriptor import Descriptor

FIELDS = [{"name": "id"}, {"name": "size", "type": "integer"}]


def resource(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": "shells", "path": "shells.csv", "schema": {"fields": FIELDS}, **more}


def schema(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return resource(schema={"fields": FIELDS, **more})


def written(folder: Path, *resources: object, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "shells.csv").write_text("id,size\na,1\nb,2\n")
    (folder / "crabs.csv").write_text("id,size\nc,3\n")
    raw = {"name": "shore", "resources": resources, **more}
    (folder / "datapackage.json").write_text(json.dumps(raw))
    return folder


def faulty(folder: Path, *resources: object, **more: object) -> Descriptor:
    return open_package(written(folder, *resources, **more)).descriptor


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (resource(title=5), ("title",)),
        (resource(description=None), ("description",)),
        (resource(dialect={"quoteChar": ""}), ("dialect", "quoteChar")),
        (schema(primaryKey="weight"), ("schema", "primaryKey")),
        (schema(primaryKey=["id", 2]), ("schema", "primaryKey")),
        (schema(missingValues=["-", 9]), ("schema", "missingValues", "1")),
        (
            schema(foreignKeys=[{"fields": ["id", "size"], "reference": {"fields": ["id"]}}]),
            ("schema", "foreignKeys", "0"),
        ),
        (
            schema(fields=[{"name": "id", "description": None}, FIELDS[1]]),
            ("schema", "fields", "0", "description"),
        ),
        (schema(fields=[{"id": "id"}, FIELDS[1]]), ("schema", "fields")),
    ],
)
def test_what_cannot_be_used_is_left_out_and_told(
    tmp_path: Path, item: dict[str, Any], path: tuple[str, ...]
) -> None:
    descriptor = faulty(tmp_path, item)
    assert [fault.path for fault in descriptor.faults] == [("resources", 0, *path)]
    assert [name for name, note in descriptor.notes] == ["shells"]
    assert "size" in descriptor.by_name["shells"].by_name


def test_a_schema_that_is_none_leaves_a_table_of_text(tmp_path: Path) -> None:
    (name,) = faulty(tmp_path, resource(schema=FIELDS)).by_name
    package = open_package(tmp_path)
    changes = diff(package, package)
    assert name == "shells"
    assert not changes.rows


def test_resources_of_one_name_are_told_apart_by_their_files(tmp_path: Path) -> None:
    twice = (resource(), resource(path="crabs.csv"), resource())
    descriptor = faulty(tmp_path, *twice)
    assert list(descriptor.by_name) == ["shells", "crabs", "shells-2"]
    assert [fault.path for fault in descriptor.faults] == [
        ("resources", 1, "name"),
        ("resources", 2, "name"),
    ]


@pytest.mark.parametrize("name", [None, 5, ""])
def test_a_resource_without_a_name_is_called_after_its_file(tmp_path: Path, name: object) -> None:
    assert list(faulty(tmp_path, resource(name=name)).by_name) == ["shells"]


def test_a_table_without_a_file_is_no_table(tmp_path: Path) -> None:
    descriptor = faulty(tmp_path, resource(path=5), resource(name="crabs", path="crabs.csv"))
    assert list(descriptor.by_name) == ["crabs"]
    assert list(descriptor.files_by_name) == ["shells"]


def test_a_version_that_is_a_number_is_kept(tmp_path: Path) -> None:
    descriptor = faulty(tmp_path, resource(), version=1.5, title=None)
    assert (descriptor.version, descriptor.title) == ("1.5", "")
    assert [fault.path for fault in descriptor.faults] == [("title",), ("version",)]


def test_what_was_left_out_is_an_error_with_its_line(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "datapackage.json").write_text(
        '{"resources": [\n'
        ' {"name": "shells", "path": "shells.csv", "schema": {"fields": [{"name": "id"},\n'
        '  {"name": "size"}],\n'
        '  "primaryKey": "weight"}}]}\n'
    )
    (found,) = (f for f in validate_package(open_package(folder)) if f.level == "error")
    assert (found.code, found.line, found.field, found.message) == (
        "descriptor-unreadable",
        4,
        "/resources/0/schema/primaryKey",
        "there is no field 'weight'",
    )


def test_an_edition_with_a_fault_is_compared_with_one_without(tmp_path: Path) -> None:
    old = open_package(written(tmp_path / "old", schema(primaryKey="weight"), version=1.0))
    new = open_package(written(tmp_path / "new", schema(primaryKey="id"), version="1.1"))
    (tmp_path / "new/shells.csv").write_text("id,size\na,1\nb,4\n")
    assert [(c.resource, c.kind) for c in diff(old, new).rows] == [("shells", "changed")]


@pytest.mark.parametrize(
    "item",
    [
        resource(path="../shells.csv"),
        resource(interopwatch={"clerical": ["weight"]}),
        "shells.csv",
    ],
    ids=["path", "vocabulary", "text"],
)
def test_paths_that_lead_out_and_wrong_vocabulary_are_refused_all_the_same(
    tmp_path: Path, item: object
) -> None:
    with pytest.raises(DescriptorError):
        faulty(tmp_path, item)


def test_a_table_that_goes_may_have_lacked_its_file(tmp_path: Path) -> None:
    gone = resource(name="algae", path="algae.csv")
    old = open_package(written(tmp_path / "old", resource(), gone))
    new = open_package(written(tmp_path / "new", resource()))
    made = apply(old, diff(old, new, options=DiffOptions(unread=lambda *_: None)))
    assert set(made) == {"shells.csv", "datapackage.json"}
