"""Files that are not tables: compared, applied and composed by their bytes."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from interopwatch import tell
from interopwatch.changeset.apply import apply
from interopwatch.changeset.serialise import read, to_json, to_lines
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff, stat, stream_diff
from interopwatch.errors import ChangeSetError, TableError
from interopwatch.files import sha256_of
from interopwatch.package.package import Package, open_package
from interopwatch.report.formats import CHANGE_SETS
from interopwatch.report.stream import render_stream
from packages import Made, Spec, Unheld, frozen, package, spec

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {"fields": [{"name": "id"}], "primaryKey": "id"}


def made(folder: Path, files: dict[str, bytes]) -> Package:
    """Make a package of a table ``t`` and of files."""
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
    with pytest.raises(ChangeSetError, match="does not apply"):
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
    assert why.endswith("u.csv:2: 1 cell, but the header has 2")
    assert apply(a, changes)["u.csv"] == b"x,y\n1\n"
    with pytest.raises(TableError):
        diff(a, b)


def test_a_content_that_is_not_what_is_said_of_it_is_refused(tmp_path: Path) -> None:
    a, b = made(tmp_path / "a", {"g.json": b"1"}), made(tmp_path / "b", {"g.json": b"2"})
    text = to_json(diff(a, b))
    assert "Mg==" in text
    with pytest.raises(ChangeSetError, match="/files/0/after"):
        read(text.replace("Mg==", "Mw=="), "c")


def numbered(folder: Path, tables: dict[str, str]) -> Package:
    """Make a package of tables with an integer field ``v``, by name."""
    fields = [{"name": "id"}, {"name": "v", "type": "integer"}]
    schema = {"fields": fields, "primaryKey": "id"}
    folder.mkdir(parents=True)
    listed = [{"name": name, "path": f"{name}.csv", "schema": schema} for name in tables]
    raw = {"name": "p", "resources": listed}
    (folder / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_package(folder)


def rows(change: int, last: str = "") -> str:
    """Return forty rows, all of which differ by ``change``, and a last one."""
    return "id,v\n" + "".join(f"k{at:02},{at + change}\n" for at in range(40)) + last


BROKEN = {
    "a cell of another type": "k98,x\n",
    "a cell too many": "k98,1,2\n",
    "a quote that is never closed": 'k98,"1\n',
}


@pytest.mark.parametrize("last", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("form", CHANGE_SETS)
@pytest.mark.parametrize("in_memory", [-1, 1 << 30])
def test_what_was_written_of_a_table_that_turns_out_broken_is_taken_back(
    tmp_path: Path, form: str, in_memory: int, last: str
) -> None:
    was = {"a": rows(0), "b": rows(0, "k98,1\n"), "c": rows(0)}
    a = numbered(tmp_path / "a", was)
    b = numbered(tmp_path / "b", {"a": rows(1), "b": rows(1, last), "c": rows(2)})
    # The broken table as bytes, in a package with the two others.
    whole = numbered(tmp_path / "c", {"a": rows(1), "b": rows(0, "k98,1\n"), "c": rows(2)})
    told: list[tuple[str, str]] = []
    options = DiffOptions(
        in_memory=in_memory, held=10, unread=lambda name, why: told.append((name, why))
    )
    with (
        stream_diff(a, b, None, options) as flow,
        render_stream(flow, partial(tell, old=a, new=b), form) as found,
    ):
        text = b"".join(found.blocks).decode()
    [(name, why)] = told
    assert name == "b"
    assert "b.csv:42" in why
    if form.startswith("json"):
        changes = read(text, "c")
        assert [(f.resource, f.kind) for f in changes.files] == [("b", "changed")]
        assert changes.rows == diff(a, whole).rows
        assert apply(a, changes)["b.csv"] == (tmp_path / "b" / "b.csv").read_bytes()
    else:
        assert text.count("k05") == 2
    assert stat(a, b, options=options)[1].keys() == {"a", "c"}


def test_where_no_table_can_be_compared_the_first_error_is_raised(tmp_path: Path) -> None:
    a = numbered(tmp_path / "a", {"t": "id,v\na,1\n", "u": "id,v\na,1\n"})
    b = numbered(tmp_path / "b", {"t": "id,v\na,x\n", "u": "id,v\na\n"})
    told: list[str] = []
    options = DiffOptions(unread=lambda name, _: told.append(name))
    with pytest.raises(TableError, match="'x' is no integer"):
        diff(a, b, options=options)
    c = numbered(tmp_path / "c", {"t": "id\n", "u": "id,v\na\n"})
    with pytest.raises(TableError, match="the header lacks"):
        diff(c, c, options=options)


def test_tables_that_are_large_only_together_are_not_held_to_see_whether_they_can_be_read(
    tmp_path: Path,
) -> None:
    files = [b"id\n" + b"".join(b"%d\n" % i for i in range(100, end)) for end in (200, 201)]
    old, new = (Unheld(made(tmp_path / str(len(f)), {"t.csv": f})) for f in files)
    options = DiffOptions(in_memory=max(map(len, files)), unread=lambda _, why: pytest.fail(why))
    assert [change.key for change in diff(old, new, options=options).rows] == [{"id": "200"}]


def snapshot(date: str, tables: dict[str, str]) -> Made:
    """Make a frozen package, whose tables have the fields of their headers."""
    specs = {name: spec(text) for name, text in tables.items()}
    hashes = {name: f"sha256:{sha256_of(each.content)}" for name, each in specs.items()}
    hashed = {n: Spec(s.content, {**s.described, "hash": hashes[n]}) for n, s in specs.items()}
    return package(hashed, ours=frozen(date))


def test_a_frozen_table_that_both_have_is_not_read(tmp_path: Path) -> None:
    dates = ("2024", "2025")
    old, new = (Unheld(snapshot(d, {"t": "id\na\n"}).write(tmp_path / d, d)) for d in dates)
    assert not diff(old, new, options=DiffOptions(unread=lambda _, why: pytest.fail(why))).rows


def test_a_frozen_table_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    tables = {
        "2024": {"t": "id\na\n", "u": "id,x\n1,2\n"},
        "2025": {"t": "id\nb\n", "u": "id,x\n1\n"},
    }
    old, new = (snapshot(d, each).write(tmp_path / d, d) for d, each in tables.items())
    told: list[str] = []
    found = diff(old, new, options=DiffOptions(unread=lambda name, _: told.append(name)))
    assert told == ["u"]
    assert {change.resource for change in found.rows} == {"t"}
    assert [(f.resource, f.kind) for f in found.files] == [("u", "changed")]
