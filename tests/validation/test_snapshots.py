"""Snapshots are as they were frozen; anything else beside them is a finding, never an error."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from book_package import edited, places, reseal, shelf, tidy
from interopwatch import freeze, open_package
from interopwatch import open as open_store
from interopwatch.validation import validate, validate_package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from interopwatch import Finding

TABLE = "tables/books.csv"


@pytest.fixture(scope="module")
def frozen_shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package with an observed and a reconstructed snapshot."""
    folder = tmp_path_factory.mktemp("frozen")
    tidy(folder, shelf())
    freeze(open_store(folder), "2021", "first")
    freeze(open_store(folder), "2000", "back then", "reconstructed")
    return folder


@pytest.fixture
def folder(frozen_shelf: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to break."""
    return shutil.copytree(frozen_shelf, tmp_path / "shelf")


def found(folder: Path) -> tuple[Finding, ...]:
    return validate(open_store(folder))


def flip(file: Path) -> None:
    """Change one byte in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_nothing_is_wrong_with_snapshots_as_they_were_frozen(frozen_shelf: Path) -> None:
    assert found(frozen_shelf) == ()


def put(folder: Path) -> None:
    """Hide sums among the tables."""
    (folder / "SHA256SUMS").write_text("x\n")


BREAKS: list[tuple[str, str, str, Callable[[Path], object]]] = [
    ("flipped byte", "snapshot-edited", TABLE, lambda s: flip(s / TABLE)),
    ("missing table", "snapshot-edited", TABLE, lambda s: (s / TABLE).unlink()),
    ("added file", "snapshot-edited", "notes.txt", lambda s: (s / "notes.txt").touch()),
    ("sums in tables", "snapshot-edited", "tables/SHA256SUMS", lambda s: put(s / "tables")),
    ("link", "snapshot-edited", "more.csv", lambda s: (s / "more.csv").symlink_to(TABLE)),
    ("dangling link", "snapshot-edited", "tables/x", lambda s: (s / "tables/x").symlink_to("no")),
    ("link to a folder", "snapshot-edited", "more", lambda s: (s / "more").symlink_to("tables")),
    (
        "empty folder",
        "snapshot-edited",
        "more/less",
        lambda s: (s / "more/less").mkdir(parents=True),
    ),
    ("pipe", "snapshot-edited", "tables/pipe", lambda s: os.mkfifo(s / "tables/pipe")),
    ("missing sums", "snapshot-edited", "SHA256SUMS", lambda s: (s / "SHA256SUMS").unlink()),
    (
        "no descriptor",
        "descriptor-missing",
        "datapackage.json",
        lambda s: (s / "datapackage.json").unlink(),
    ),
    (
        "not JSON",
        "descriptor-unreadable",
        "datapackage.json",
        lambda s: (s / "datapackage.json").write_text("{\n  oh\n}"),
    ),
    (
        "not a package",
        "descriptor-unreadable",
        "datapackage.json",
        lambda s: (s / "datapackage.json").write_text('{"resources": [{}]}'),
    ),
    (
        "not text",
        "descriptor-unreadable",
        "datapackage.json",
        lambda s: (s / "datapackage.json").write_bytes(b"\xff\xfe\xff"),
    ),
    (
        "not a snapshot",
        "snapshot-undeclared",
        "datapackage.json",
        lambda s: shutil.copy(s / "../../datapackage.json", s),
    ),
]


@pytest.mark.parametrize("snapshot", ["2000", "2021"])
@pytest.mark.parametrize(
    ("code", "file", "change"), [b[1:] for b in BREAKS], ids=[b[0] for b in BREAKS]
)
def test_a_broken_snapshot_is_a_finding(
    folder: Path, snapshot: str, code: str, file: str, change: Callable[[Path], object]
) -> None:
    change(folder / "snapshots" / snapshot)
    there = [f for f in found(folder) if f.code == code]
    assert [f.file for f in there] == [f"snapshots/{snapshot}/{file}"]
    assert str(folder) not in str(there)


def test_a_broken_snapshot_that_was_mended_is_none(folder: Path, frozen_shelf: Path) -> None:
    for *_, change in BREAKS[::8]:
        change(folder / "snapshots/2021")
        assert found(folder)
        shutil.rmtree(folder)
        shutil.copytree(frozen_shelf, folder)
        assert found(folder) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"\n", rb"\r\n"),
        (rb"\n", b"\x0b"),
        (rb"\n", b"\x0c\n"),
        (rb"\A", b"\xef\xbb\xbf"),
        (rb"\n\Z", b""),
        (rb"  ", b" *"),
        (rb"\Z", b"\n"),
        (rb"([^\n]+\n)\Z", rb"\1\1"),
        (rb"([^\n]+\n)([^\n]+\n)\Z", rb"\2\1"),
        (rb"\A[0-9a-f]{64}", b"A" * 64),
        (rb"(?s).+", b""),
    ],
)
def test_sums_that_freeze_would_not_write_are_a_finding(
    folder: Path, old: bytes, new: bytes
) -> None:
    file = folder / "snapshots/2021/SHA256SUMS"
    file.write_bytes(re.sub(old, new, file.read_bytes()))
    assert ("snapshot-edited", "snapshots/2021/SHA256SUMS") in {
        (f.code, f.file) for f in found(folder)
    }


def test_broken_json_is_reported_with_its_line_and_a_missing_property_with_its_place(
    folder: Path,
) -> None:
    descriptor = folder / "snapshots/2021/datapackage.json"
    descriptor.write_text("{\n  oh\n}")
    [there] = [f for f in found(folder) if f.code == "descriptor-unreadable"]
    assert (there.line, there.field) == (2, "")
    descriptor.write_text('{"resources": [{}]}')
    [there] = [f for f in found(folder) if f.code == "descriptor-unreadable"]
    assert (there.field, there.message) == ("/resources/0/name", "it is missing")


def test_an_edited_file_is_reported_once(folder: Path) -> None:
    replace(folder / "snapshots/2021" / TABLE, "Dusk", "Dust")
    assert [f.code for f in found(folder) if f.level == "error"] == ["snapshot-edited"]


def test_a_reconstruction_that_was_forged_with_care_is_found(folder: Path) -> None:
    snapshot = folder / "snapshots/2000"
    replace(snapshot / TABLE, "Dusk", "Dark")
    reseal(snapshot)
    there = found(folder)
    assert {f.code for f in there} == {"snapshot-irreproducible"}
    assert (f"snapshots/2000/{TABLE}", 3) in {(f.file, f.line) for f in there}
    assert "snapshots/2000/SHA256SUMS" not in {f.file for f in there}


def test_a_reconstruction_that_lacks_a_file_is_found(folder: Path) -> None:
    snapshot = folder / "snapshots/2000"
    raw = json.loads((snapshot / "datapackage.json").read_text())
    raw["resources"] = [r for r in raw["resources"] if r["name"] != "nicknames"]
    (snapshot / "datapackage.json").write_text(json.dumps(raw))
    (snapshot / "tables/nicknames.csv").unlink()
    reseal(snapshot)
    there = [f for f in found(folder) if f.file.endswith("nicknames.csv")]
    assert [f.code for f in there] == ["snapshot-irreproducible"]
    assert "missing" in there[0].message


def test_a_reconstruction_from_a_snapshot_that_is_not_there_is_found(folder: Path) -> None:
    snapshot = folder / "snapshots/2000"
    replace(snapshot / "datapackage.json", '"from": "2021"', '"from": "2022"')
    reseal(snapshot)
    [there] = found(folder)
    assert (there.code, there.file) == (
        "snapshot-irreproducible",
        "snapshots/2000/datapackage.json",
    )
    assert "'2022'" in there.message


def test_a_reconstruction_is_not_compared_with_what_is_broken(folder: Path) -> None:
    flip(folder / "snapshots/2021" / TABLE)
    [there] = [f for f in found(folder) if f.file.startswith("snapshots/2000")]
    assert (there.code, there.level) == ("snapshot-unchecked", "notice")
    assert "2021" in there.message


def test_a_folder_must_be_called_by_its_date(folder: Path) -> None:
    (folder / "snapshots/2021").rename(folder / "snapshots/2022")
    there = next(f for f in found(folder) if f.level == "error")
    assert places((there,))[0][:2] == ("snapshot-date", "snapshots/2022/datapackage.json")
    assert there.field == "/interopwatch/date"
    (folder / "snapshots/2022").rename(folder / "snapshots/2021")
    assert found(folder) == ()


def test_a_source_that_was_published_later_is_found(folder: Path) -> None:
    snapshot = folder / "snapshots/2021"
    replace(snapshot / "tables/sources.csv", "2020-03-01", "2022-01-01")
    reseal(snapshot)
    assert ("snapshot-later-source", "snapshots/2021/tables/sources.csv", 2, "published") in places(
        found(folder)
    )
    replace(snapshot / "tables/sources.csv", "2022-01-01", "2021-12-31")
    reseal(snapshot)
    assert "snapshot-later-source" not in {f.code for f in found(folder)}


def test_a_snapshot_is_checked_like_any_package(folder: Path) -> None:
    snapshot = folder / "snapshots/2021"
    replace(snapshot / "tables/counts.csv", "books,books,,2,", "books,books,,5,")
    reseal(snapshot)
    assert ("count-wrong", "snapshots/2021/tables/counts.csv", 2, "stated") in places(found(folder))


def test_a_file_that_is_called_snapshots_is_a_warning(folder: Path) -> None:
    (folder / "snapshots").rename(folder / "moved")
    (folder / "snapshots").touch()
    assert ("snapshot-ignored", "snapshots") in [(f.code, f.file) for f in found(folder)]


def test_what_a_stopped_freeze_left_is_a_notice_and_another_folder_a_warning(folder: Path) -> None:
    for name in (".incoming-2022-7", "drafts", ".cache"):
        (folder / "snapshots" / name).mkdir()
    (folder / "snapshots/README").touch()
    (folder / "snapshots/2023").touch()
    assert [(f.code, f.level, f.file) for f in found(folder)] == [
        ("snapshot-leftover", "notice", "snapshots/.incoming-2022-7"),
        ("snapshot-ignored", "warning", "snapshots/2023"),
        ("snapshot-ignored", "warning", "snapshots/drafts"),
    ]


def test_the_snapshots_of_a_package_are_no_part_of_the_package(folder: Path) -> None:
    flip(folder / "snapshots/2021" / TABLE)
    assert validate_package(open_package(folder)) == ()


def test_a_package_without_snapshots_is_checked_too(tmp_path: Path) -> None:
    broken = edited(shelf(), "books", ",bob,", ",bib,")
    assert ("reference-missing", TABLE, 3, "author") in places(validate(broken.store(tmp_path)))
