"""Snapshots: what is frozen, which version it gets, and that it stays unchanged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from club_package import made
from interopwatch import Store, diff, freeze, open_package
from interopwatch.errors import InteropwatchError, SnapshotError
from interopwatch.package.integrity import check_rows
from interopwatch.timeline.snapshots import open_store, shipped
from packages import Made, Spec, package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST = "source,work,title,published\nb1,book,Book,2020-06-30\n"
SECOND = f"{FIRST}b2,book,Book,2024-03-07\n"


def replaced(store: Store, new: Made) -> Store:
    """Return the store with other tables."""
    return new.store(store.package.root)


def written(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_the_last_observed_snapshot_needs_no_older_one(two_snapshots: Path) -> None:
    store = open_store(two_snapshots)
    older, newer = store.names()
    (store.folder / older / "datapackage.json").write_text("{")
    last = store.last_observed()
    assert last is not None
    assert last.label == newer


# Observed


def test_an_observed_snapshot_holds_what_the_tables_say(tmp_path: Path) -> None:
    store = made(sources=FIRST, clubs="club,founded\nb,2015\na,2014\n").store(tmp_path)
    found = freeze(store, "2020-06-30", "a first look")
    assert found.root == tmp_path / "snapshots" / "2020-06-30"
    assert [row["club"] for row in found.rows("clubs")] == ["a", "b"]
    frozen = found.descriptor.frozen
    assert frozen is not None
    assert (frozen.date, frozen.basis, frozen.why) == ("2020-06-30", "observed", "a first look")
    assert frozen.covers == ("book",)
    assert frozen.editions == {"book": "b1"}
    assert found.descriptor.version == "1.0.0"


def test_a_snapshot_is_a_complete_package_in_canonical_form(tmp_path: Path) -> None:
    table = spec("id;x\r\nb;2\r\na;1,5\r\n", dialect={"delimiter": ";"})
    store = package({"r": table}).store(tmp_path)
    found = freeze(store, "2020", "a look")
    content = (found.root / "tables" / "r.csv").read_bytes()
    assert content == b'id,x\na,"1,5"\nb,2\n'
    described = json.loads((found.root / "datapackage.json").read_bytes())["resources"][0]
    assert described["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert described["bytes"] == len(content)
    assert described["encoding"] == "utf-8"
    assert "dialect" not in described
    assert open_package(found.root).rows("r")[0] == {"id": "a", "x": "1,5"}


def test_a_snapshot_covers_the_works_of_its_sources(tmp_path: Path) -> None:
    sources = f"{SECOND}n1,news,News,2023\n"
    store = made(sources=sources, notes="note,source\nx,n1\n").store(tmp_path)
    frozen = freeze(store, "2024-03-07", "a look").descriptor.frozen
    assert frozen is not None
    assert frozen.covers == ("book", "news")
    assert frozen.editions == {"book": "b2", "news": "n1"}


def test_checked_and_nothing_changed_is_recorded_too(tmp_path: Path) -> None:
    store = made(sources=FIRST).store(tmp_path)
    one, two = freeze(store, "2020-06-30", "a look"), freeze(store, "2021", "another look")
    assert one.descriptor.version == two.descriptor.version == "1.0.0"
    assert store.names() == ("2020-06-30", "2021")


# Versions

BASE = "id,x,y\na,1,p\nb,2,q\n"


def tables(r: str | Spec, **more: str | Spec) -> Mapping[str, str | Spec]:
    return {"r": r, "s": spec("id,r\nz,a\n", refs={"r": "r.id"}), **more}


@pytest.mark.parametrize(
    ("after", "version"),
    [
        (tables(BASE), "1.0.0"),
        (tables("id,x,y\nb,2,q\na,1,p\n"), "1.0.0"),
        (tables("id,x,y\na,1,p\nb,2,Q\n"), "1.0.1"),
        (tables(BASE + "c,3,r\n"), "1.1.0"),
        (tables(BASE.replace("b,2,q", "b,2,Q") + "c,3,r\n"), "1.1.0"),
        (tables(BASE, t="id\n"), "1.1.0"),
        ({**tables(BASE), "s": spec("id,r\n", refs={"r": "r.id"})}, "1.1.0"),
        (tables("id,x,y\na,1,p\n"), "2.0.0"),  # another table refers to the removed row
        (tables("id,x,y,z\na,1,p,\nb,2,q,\n"), "2.0.0"),
        (tables("id,x\na,1\nb,2\n"), "2.0.0"),
        (tables("id,y,x\na,p,1\nb,q,2\n"), "2.0.0"),
        (tables(spec(BASE, types={"x": "integer"})), "2.0.0"),
        (tables(spec(BASE, ("id", "x"))), "2.0.0"),
        ({"r": BASE}, "2.0.0"),
    ],
    ids=["nothing", "order", "cell", "row-added", "row-and-cell", "resource-added",
         "row-removed", "referred-row-removed", "field-added", "field-removed", "field-moved",
         "field-retyped", "key-changed", "resource-removed"],
)  # fmt: skip
def test_the_version_follows_from_what_changed(
    tmp_path: Path, after: Mapping[str, str | Spec], version: str
) -> None:
    store = package(tables(BASE)).store(tmp_path)
    freeze(store, "2020", "a look")
    assert freeze(replaced(store, package(after)), "2021", "x").descriptor.version == version


def test_spelling_is_a_patch(tmp_path: Path) -> None:
    types = {"x": "number"}
    store = package({"r": spec(BASE, types=types)}).store(tmp_path)
    freeze(store, "2020", "a look")
    respelled = package({"r": spec(BASE.replace("a,1,", "a,1.0,"), types=types)})
    assert freeze(replaced(store, respelled), "2021", "x").descriptor.version == "1.0.1"


def test_versions_count_on_from_the_observed_snapshot_before(tmp_path: Path) -> None:
    store = made(sources=FIRST, clubs="club,founded\na,2014\n").store(tmp_path)
    freeze(store, "2020-06-30", "a look")
    more = made(sources=SECOND, clubs="club,founded,source\na,2014,b1\nb,2022,b2\n")
    assert freeze(replaced(store, more), "2024-03-07", "x").descriptor.version == "1.1.0"
    then = freeze(store, "2016", "then", "reconstructed")
    assert then.descriptor.version == "1.1.0+as-of.2016"
    fixed = made(sources=SECOND, clubs="club,founded,source\na,2015,b1\nb,2022,b2\n")
    assert freeze(replaced(store, fixed), "2024-04", "x").descriptor.version == "1.1.1"


# Reconstructed


def history(folder: Path) -> Store:
    """Return a store with two observed snapshots."""
    store = made(sources=FIRST, clubs="club,founded,closed\na,2014,2018\nb,2015,\n").store(folder)
    freeze(store, "2020-06-30", "a look")
    clubs = "club,founded,source\nb,2015,b1\nc,2022,b2\n"
    store = replaced(store, made(sources=SECOND, clubs=clubs))
    freeze(store, "2024-03-07", "another look")
    return store


def test_a_reconstruction_holds_what_later_snapshots_let_us_say(tmp_path: Path) -> None:
    store = history(tmp_path)
    then = freeze(store, "2016", "what was", "reconstructed")
    assert [(row["club"], row["closed"]) for row in then.rows("clubs")] == [("a", ""), ("b", "")]
    frozen = then.descriptor.frozen
    assert frozen is not None
    assert (frozen.basis, frozen.origin, frozen.covers) == (
        "reconstructed", "2024-03-07", ("book",),
    )  # fmt: skip
    later = freeze(store, "2023", "x", "reconstructed")
    # Clubs that had ended by then are known to have existed, with their end.
    assert [(row["club"], bool(row["closed"])) for row in later.rows("clubs")] == [
        ("a", True), ("b", False), ("c", False),
    ]  # fmt: skip


def test_a_reconstruction_can_be_made_from_an_earlier_snapshot(tmp_path: Path) -> None:
    store = history(tmp_path)
    frozen = freeze(store, "2016", "x", "reconstructed", "2020-06-30").descriptor.frozen
    assert frozen is not None
    assert frozen.origin == "2020-06-30"


def test_a_reconstruction_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    one = freeze(history(tmp_path / "a"), "2016", "x", "reconstructed")
    two = freeze(history(tmp_path / "b"), "2016", "x", "reconstructed")
    assert written(one.root) == written(two.root)


def test_a_reconstruction_is_sound(tmp_path: Path) -> None:
    then = freeze(history(tmp_path), "2016", "x", "reconstructed")
    assert list(check_rows(then)) == []


@pytest.mark.parametrize(
    ("date", "basis", "origin", "message"),
    [
        ("2016", "reconstructed", "2015", "there is no snapshot '2015'"),
        ("2024-03-07", "reconstructed", "", "snapshot '2024-03-07' exists already"),
        ("2024-03", "reconstructed", "", "'2024-03' is not before '2024-03-07'"),
        ("2030", "reconstructed", "", "'2030' is not before '2024-03-07'"),
        ("2022", "reconstructed", "2020-06-30", "'2022' is not before '2020-06-30'"),
        ("2016", "reconstructed", "2017", "'2017' is itself reconstructed"),
        ("2025", "observed", "2020-06-30", "taken from the tables, not from another snapshot"),
    ],
)
def test_reconstructions_that_cannot_be_made(
    tmp_path: Path, date: str, basis: str, origin: str, message: str
) -> None:
    store = history(tmp_path)
    freeze(store, "2017", "x", "reconstructed")
    before = written(store.folder)
    with pytest.raises(SnapshotError, match=message):
        freeze(
            store, date, "x", "reconstructed" if basis == "reconstructed" else "observed", origin
        )
    assert written(store.folder) == before


def test_nothing_is_reconstructed_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no observed snapshot to reconstruct from"):
        freeze(made(sources=FIRST).store(tmp_path), "2016", "x", "reconstructed")


# Refusals


@pytest.mark.parametrize(
    "date", ["2014~", "2035/2040", "201X", "2020-13", "tables", "", "..", "../x", "2020 ", "20"]
)
def test_only_plain_dates_name_snapshots(tmp_path: Path, date: str) -> None:
    store = made(sources=FIRST).store(tmp_path)
    with pytest.raises(SnapshotError, match="cannot name a snapshot"):
        freeze(store, date, "x")
    assert not store.folder.exists()


def test_an_existing_snapshot_is_never_overwritten(tmp_path: Path) -> None:
    store = made(sources=FIRST, clubs="club\na\n").store(tmp_path)
    before = written(freeze(store, "2020-06-30", "a look").root)
    with pytest.raises(SnapshotError, match="exists already, and snapshots are never overwritten"):
        freeze(replaced(store, made(sources=FIRST, clubs="club\nb\n")), "2020-06-30", "again")
    assert written(store.folder / "2020-06-30") == before


def test_even_an_empty_folder_of_that_name_is_left_alone(tmp_path: Path) -> None:
    store = made(sources=FIRST).store(tmp_path)
    (store.folder / "2020").mkdir(parents=True)
    with pytest.raises(SnapshotError, match="exists already"):
        freeze(store, "2020", "x")
    assert list((store.folder / "2020").iterdir()) == []


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"r": "id\na\na\n"}, "tables/r.csv:3:id: the key id='a' is already used on line 2"),
        ({"r": spec("id,x\na,b\n", types={"x": "integer"})}, "tables/r.csv:2:x: 'b' is no integer"),
        ({"r": "id\n\na,b\n"}, "tables/r.csv:3: 2 cells, but the header has 1"),
        ({"r": spec("id,x\na,b\n", refs={"x": "s.id"}), "s": "id\n"}, "'b' is not in s.id"),
        ({"r": spec("id,x\na,soon\n", types={"x": "edtf"})}, "tables/r.csv:2:x: 'soon' is not an"),
        (
            {"r": spec("id,x\na,\n", types={"x": {"constraints": {"required": True}}})},
            "tables/r.csv:2:x: the cell is empty, but a value is required",
        ),
        (
            {
                "r": spec(
                    "id,x,y\na,2020,2010\n",
                    types={"x": "edtf", "y": "edtf"},
                    ours={"lifecycle": {"begin": "x", "end": "y"}},
                )
            },
            "tables/r.csv:2:y: ends (2010) before it begins (2020)",
        ),
    ],
    ids=["key", "type", "cells", "reference", "date", "required", "period"],
)
def test_tables_that_are_not_fit_are_refused(
    tmp_path: Path, broken: Mapping[str, str | Spec], message: str
) -> None:
    store = package(broken).store(tmp_path)
    with pytest.raises(SnapshotError, match="tables cannot be frozen: 1 problem") as caught:
        freeze(store, "2020", "x")
    assert message in caught.value.message
    assert store.names() == ()


@pytest.mark.parametrize(
    "field",
    [
        {"constraints": {"pattern": "[a"}},
        {"type": "number", "constraints": {"minimum": 0}},
        {"type": "number", "constraints": {"enum": [1.5]}},
    ],
    ids=["pattern", "minimum", "enum"],
)
def test_constraints_that_no_value_can_be_held_against_are_no_crash(
    tmp_path: Path, field: Mapping[str, object]
) -> None:
    store = package({"r": spec("id,x\na,NaN\n", types={"x": field})}).store(tmp_path)
    with pytest.raises(InteropwatchError, match=r"r\.csv|pattern"):
        freeze(store, "2020", "x")


def test_an_observed_snapshot_cannot_know_what_came_out_later(tmp_path: Path) -> None:
    clubs = "club,founded,source\na,2014,b1\nb,2015,b2\n"
    store = made(sources=SECOND, clubs=clubs).store(tmp_path)
    with pytest.raises(SnapshotError, match="source published on 2024-03-07, after 2024-03-06"):
        freeze(store, "2024-03-06", "x")
    assert freeze(store, "2024-03", "x").label == "2024-03"


# Reading


def test_snapshots_are_listed_in_order_of_time(tmp_path: Path) -> None:
    store = made(sources=FIRST).store(tmp_path)
    for date in ("2023-12-31", "2021", "2023", "2020-12", "2020-06-30"):
        freeze(store, date, "x")
    assert store.names() == ("2020-06-30", "2020-12", "2021", "2023", "2023-12-31")
    (store.folder / "notes").mkdir()
    (store.folder / "2022").write_text("no folder")
    assert len(store.names()) == 5


def test_names_are_resolved(tmp_path: Path) -> None:
    store = history(tmp_path)
    assert store.resolve("tables") is store.package
    assert store.resolve("2020-06-30").label == "2020-06-30"
    package({"r": "id\n"}).write(tmp_path / "other")
    assert store.resolve(str(tmp_path / "other")).descriptor.name == "tiny"
    for name in ("2019", "nowhere", "2020-06"):
        with pytest.raises(SnapshotError, match="no snapshot or data package") as caught:
            store.resolve(name)
        assert "Snapshots: 2020-06-30, 2024-03-07;" in caught.value.hint


def test_a_flipped_byte_is_an_error_on_reading(tmp_path: Path) -> None:
    store = history(tmp_path)
    file = store.snapshot("2020-06-30").path("clubs")
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"clubs\.csv: changed since snapshot 2020-06-30"):
        store.snapshot("2020-06-30").rows("clubs")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_sha256sum_checks_a_snapshot_without_our_tool(tmp_path: Path) -> None:
    found = freeze(history(tmp_path), "2016", "x", "reconstructed")
    listed = {
        line.split("  ", 1)[1] for line in (found.root / "SHA256SUMS").read_text().split("\n")[:-1]
    }
    assert listed == set(written(found.root)) - {"SHA256SUMS"}
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(command, cwd=found.root, capture_output=True, check=False).returncode == 0
    (found.root / "tables" / "clubs.csv").write_bytes(b"")
    assert subprocess.run(command, cwd=found.root, capture_output=True, check=False).returncode == 1


def test_a_snapshot_can_be_read_by_others(tmp_path: Path) -> None:
    found = freeze(made(sources=FIRST).store(tmp_path), "2020-06-30", "x")
    umask = os.umask(0)
    os.umask(umask)
    assert found.root.stat().st_mode & 0o777 == 0o777 & ~umask
    for file in found.root.rglob("*.csv"):
        assert file.stat().st_mode & 0o777 == 0o666 & ~umask


def test_the_first_snapshot_has_the_version_of_the_publisher(tmp_path: Path) -> None:
    made = package({"r": "id,x\na,1\n"}, version="2.4.1").store(tmp_path)
    assert freeze(made, "2020", "x").descriptor.version == "2.4.1"
    (tmp_path / "tables/r.csv").write_text("id,x\na,1\nb,2\n")
    again = open_store(tmp_path)
    assert freeze(again, "2021", "x").descriptor.version == "2.5.0"
    (tmp_path / "tables/r.csv").write_text("id,x\na,1\nb,3\n")
    file = tmp_path / "datapackage.json"
    file.write_text(file.read_text().replace("2.4.1", "7.0.0"))
    assert freeze(open_store(tmp_path), "2022", "x").descriptor.version == "7.0.0"


def test_files_that_are_no_tables_are_frozen_byte_for_byte(tmp_path: Path) -> None:
    made = package({"r": "id,x\na,1\n"}).store(tmp_path)
    raw = json.loads(made.package.file.read_text())
    raw["resources"].append({"name": "notes", "path": "notes.json"})
    raw["resources"].append({"name": "parts", "path": ["p1.csv", "p2.csv"]})
    made.package.file.write_text(json.dumps(raw))
    others = {"notes.json": b'{"a":1}', "p1.csv": b"k,v\r\nb,1\r\n", "p2.csv": b"k,v\r\na,2\r\n"}
    for name, content in others.items():
        (tmp_path / name).write_bytes(content)
    frozen = freeze(open_store(tmp_path), "2020", "x")
    assert {name: (frozen.root / name).read_bytes() for name in others} == others
    assert not diff(frozen, open_store(tmp_path).package)
    (tmp_path / "notes.json").write_bytes(b'{"a":2}')
    assert [c.kind for c in diff(frozen, open_store(tmp_path).package).files] == ["changed"]


# Which package is opened


def test_without_a_path_the_nearest_package_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(sources=FIRST).store(tmp_path / "own")
    inner = tmp_path / "own" / "deep" / "er"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert open_store().package.root == (tmp_path / "own").resolve()
    monkeypatch.chdir(tmp_path)
    assert open_store().package.root == shipped()
