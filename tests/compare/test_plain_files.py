"""Files that are no tables: compared, carried and composed by their bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from interopwatch.changeset.apply import apply
from interopwatch.changeset.serialise import read, to_json, to_lines
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.errors import ChangeSetError, TableError
from interopwatch.package.package import Package, open_package

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {"fields": [{"name": "id"}], "primaryKey": "id"}


def made(folder: Path, files: dict[str, bytes]) -> Package:
    """A package of a table ``t``, and of files."""
    folder.mkdir(parents=True)
    listed = [{"name": "t", "path": "t.csv", "schema": SCHEMA}]
    listed += [{"name": name.partition(".")[0], "path": name} for name in files if name != "t.csv"]
    raw = {"name": "p", "resources": listed}
    (folder / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    for name, content in {"t.csv": b"id\na\n", **files}.items():
        (folder / name).write_bytes(content)
    return open_package(folder)


def test_the_laws_of_change_sets_hold_for_files(tmp_path: Path) -> None:
    a = made(tmp_path / "a", {"g.json": b'{"a":1}', "old.bin": b"\0\xff"})
    b = made(tmp_path / "b", {"g.json": b'{"a":2}', "t.csv": b"id\nb\n"})
    c = made(tmp_path / "c", {"g.json": b'{"a":1}', "new.txt": b"\r\n"})
    assert not diff(a, a)
    one, other = diff(a, b), diff(b, c)
    assert [(f.resource, f.kind) for f in one.files] == [("g", "changed"), ("old", "removed")]
    assert (~one).files == diff(b, a).files
    for written in (to_json, to_lines):
        assert read(written(one), "c").files == one.files
    assert apply(a, one)["g.json"] == b'{"a":2}'
    assert apply(b, ~one)["old.bin"] == b"\0\xff"
    assert apply(a, one + other)["new.txt"] == b"\r\n"
    assert [f.resource for f in (one + other).files] == ["old", "new"]
    with pytest.raises(ChangeSetError, match="does not fit"):
        apply(b, one)


def test_a_broken_table_does_not_stop_the_others(tmp_path: Path) -> None:
    a = made(tmp_path / "a", {"u.csv": b"x,y\n1,2\n"})
    b = made(tmp_path / "b", {"u.csv": b"x,y\n1\n", "t.csv": b"id\nb\n"})
    told: list[tuple[str, str]] = []
    changes = diff(a, b, options=DiffOptions(unread=lambda name, why: told.append((name, why))))
    assert {change.resource for change in changes.rows} == {"t"}
    assert [(f.resource, f.kind) for f in changes.files] == [("u", "changed")]
    [(name, why)] = told
    assert name == "u"
    assert why.endswith("u.csv:2: 1 cells, but the header has 2")
    assert apply(a, changes)["u.csv"] == b"x,y\n1\n"
    with pytest.raises(TableError):
        diff(a, b)


def test_a_content_that_is_not_what_is_said_of_it_is_refused(tmp_path: Path) -> None:
    a, b = made(tmp_path / "a", {"g.json": b"1"}), made(tmp_path / "b", {"g.json": b"2"})
    text = to_json(diff(a, b))
    assert "Mg==" in text
    with pytest.raises(ChangeSetError, match="/files/0/after"):
        read(text.replace("Mg==", "Mw=="), "c")
