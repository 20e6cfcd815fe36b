"""The package as one archive: every byte is there, and this tool and others open it."""

from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING

import frictionless
import pytest

import interopwatch as iw
from interopwatch.errors import SnapshotError
from interopwatch.export.formats import export
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store


def test_a_zip_differs_in_nothing_from_the_package(shipped: Store, tmp_path: Path) -> None:
    file = tmp_path / "shipped.zip"
    export(shipped.package, "zip", file)
    with iw.opened_package(str(file)) as found:
        changes = iw.diff(shipped.package, found)
    assert not changes
    assert not changes.schema
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            assert archive.read(name) == (shipped.package.root / name).read_bytes()


def test_frictionless_reads_it(two_snapshots: Path, tmp_path: Path) -> None:
    file = tmp_path / "clubs.zip"
    made = iw.open_package(two_snapshots)
    export(made, "zip", file)
    package = frictionless.Package(str(file))
    for resource in made.descriptor.resources:
        rows = [{k: v or None for k, v in row.items()} for row in made.rows(resource.name)]
        texts = [
            {name: None if row[name] is None else _written(row[name]) for name in row}
            for row in package.get_table_resource(resource.name).read_rows()
        ]
        assert texts == rows


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_all_that_a_descriptor_names_is_there_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("id\n1\n")
    (folder / "data" / "b.csv").write_text("id\n2\n")
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"id\n3\n", mtime=0))
    (folder / "notes.txt").write_text("notes")
    (folder / "secret.txt").write_text("secret")
    (folder / "schema.json").write_text('{"fields": [{"name": "id"}]}')
    (folder / "LICENCE.txt").write_text("as you like")
    resources = [
        {"name": "parts", "path": ["data/a.csv", "./data/b.csv"], "schema": "schema.json"},
        {"name": "packed", "path": "c.csv.gz", "schema": "schema.json"},
        {"name": "notes", "path": "notes.txt"},
        {"name": "inline", "data": [{"id": 4}]},
    ]
    said = {
        "licenses": [{"path": "LICENCE.txt"}, {"path": "https://example.org/"}],
        "contributors": [{"path": "../outside.txt"}, {"path": "nowhere.txt"}, {"path": 1}],
        "resources": resources,
    }
    (tmp_path / "outside.txt").write_text("outside")
    (folder / "datapackage.json").write_text(json.dumps(said))
    file = tmp_path / "made.zip"
    export(iw.open_package(folder), "zip", file)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [
            "datapackage.json", "data/a.csv", "data/b.csv", "c.csv.gz", "notes.txt", "schema.json",
            "LICENCE.txt",
        ]  # fmt: skip
    with iw.opened_package(str(folder)) as made, iw.opened_package(str(file)) as found:
        assert not iw.diff(made, found)
        assert [row["id"] for row in found.rows("parts")] == ["1", "2"]


def test_the_same_package_gives_the_same_bytes(two_snapshots: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    export(iw.open_package(two_snapshots), "zip", one)
    for file in two_snapshots.rglob("*.csv"):
        file.touch()
    export(iw.open_package(two_snapshots), "zip", other)
    assert one.read_bytes() == other.read_bytes()


def test_a_snapshot_brings_its_sums_and_is_refused_if_it_was_edited(
    two_snapshots: Path, tmp_path: Path
) -> None:
    file = tmp_path / "snapshot.zip"
    snapshot = iw.open(two_snapshots).resolve("2020-06-30")
    export(snapshot, "zip", file)
    with zipfile.ZipFile(file) as archive:
        assert archive.read("SHA256SUMS") == (snapshot.root / "SHA256SUMS").read_bytes()
    table = snapshot.root / "tables" / "clubs.csv"
    table.write_bytes(table.read_bytes() + b"x,X,,,,,,,\n")
    before = file.read_bytes()
    for form in ("zip", "sqlite"):
        with pytest.raises(SnapshotError, match=r"clubs\.csv: changed since snapshot"):
            export(iw.open(two_snapshots).resolve("2020-06-30"), form, file)
    assert file.read_bytes() == before


def test_rows_that_repeat_are_packed_so_that_the_archive_can_be_read(tmp_path: Path) -> None:
    made = package({"t": spec("id,v\n", "id")})
    made = type(made)({**made.files, "tables/t.csv": b"id,v\n" + b"a," + b"x" * 70_000_000 + b"\n"})
    file = tmp_path / "made.zip"
    export(made.write(tmp_path / "package"), "zip", file)
    with iw.opened_package(str(file)) as found:
        assert found.size("t") == 70_000_008


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    folder = package({"t": "id\na\n", "u": "id\nb\n"}).write(tmp_path / "package").root
    (folder / "tables" / "u.csv").unlink()
    notes: list[str] = []
    export(iw.open_package(folder), "zip", tmp_path / "made.zip", notes.append)
    assert notes == ["not exported: u: tables/u.csv: No such file or directory"]


def test_a_name_that_no_file_can_have_is_said(tmp_path: Path) -> None:
    folder = package({"t": "id\na\n"}).write(tmp_path / "package").root
    file = folder / "datapackage.json"
    raw = json.loads(file.read_text("utf-8"))
    raw["resources"].append({"name": "u", "path": "x" * 5000 + ".csv"})
    file.write_text(json.dumps(raw), "utf-8")
    for form in ("zip", "sqlite"):
        notes: list[str] = []
        with iw.opened_package(str(folder)) as made:
            export(made, form, tmp_path / form, notes.append)
        assert len(notes) == 1
        assert notes[0].startswith("not exported: u: ")
