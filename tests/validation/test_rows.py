"""Errors in rows are found on their line and in their field, and gone after the repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from book_package import edited, findings, of, places, redescribed, shelf
from packages import Made

if TYPE_CHECKING:
    from pathlib import Path

BREAKS = [
    ("cell-type", "chapters", ",30,", ",many,", 3, "pages"),
    ("cell-required", "books", ",Dusk,", ",,", 3, "title"),
    ("cell-constraint", "books", ",out,", ",sold,", 2, "status"),
    ("cell-constraint", "people", "1950", "1850", 2, "born"),
    ("cell-unique", "books", ",Dusk,", ",Dawn,", 3, "title"),
    ("date-syntax", "books", "1992-05", "1992-15", 2, "ended"),
    ("key-duplicate", "chapters", "dawn,2", "dawn,1", 3, "book"),
    ("reference-missing", "chapters", "dusk,1", "noon,1", 4, "book"),
    ("period-backwards", "books", "1992-05", "1982-05", 2, "ended"),
    ("provenance-missing", "people", "1960,list-2020,", "1960,,", 3, "source"),
    ("provenance-missing", "books", "Books\ndusk", "\ndusk", 2, "locator"),
    ("table-unreadable", "books", "status", "state", 1, ""),
    ("table-unreadable", "books", "dawn,Dawn", "dawn,the,Dawn", 2, ""),
]


@pytest.mark.parametrize(
    ("code", "name", "old", "new", "line", "column"),
    BREAKS,
    ids=[f"{code} {name}" for code, name, *_ in BREAKS],
)
def test_a_fault_is_found_in_its_cell(
    tmp_path: Path, code: str, name: str, old: str, new: str, line: int, column: str
) -> None:
    found = places(findings(tmp_path, edited(shelf(), name, old, new)))
    assert (code, f"tables/{name}.csv", line, column) in found
    assert findings(tmp_path, shelf()) == ()


@pytest.mark.parametrize("code", ["cell-type", "cell-constraint", "cell-unique", "key-duplicate"])
def test_a_fault_of_one_cell_is_reported_once(tmp_path: Path, code: str) -> None:
    name, old, new = next((n, o, w) for c, n, o, w, *_ in BREAKS if c == code)
    assert [f.code for f in findings(tmp_path, edited(shelf(), name, old, new))] == [code]


def test_a_fault_that_repeats_is_found_on_each_line(tmp_path: Path) -> None:
    broken = edited(edited(shelf(), "books", ",out,", ",sold,"), "books", ",draft,", ",sold,")
    found = [(f.code, f.line, f.message) for f in findings(tmp_path, broken)]
    message = "'sold' is not one of draft, out"
    assert found == [("cell-constraint", line, message) for line in (2, 3)]


def test_a_key_that_is_written_in_two_ways_is_a_duplicate(tmp_path: Path) -> None:
    found = places(findings(tmp_path, edited(shelf(), "chapters", "dawn,2", "dawn,01")))
    assert ("key-duplicate", "tables/chapters.csv", 3, "") in found


def test_a_reference_to_a_resource_that_is_not_there_is_found(tmp_path: Path) -> None:
    broken = redescribed(
        shelf(),
        lambda raw: of(raw, "chapters")["schema"]["foreignKeys"][1]["reference"].update(
            resource="works"
        ),
    )
    assert places(findings(tmp_path, broken)) == [
        ("reference-unknown", "tables/chapters.csv", 0, "source")
    ]


def test_a_missing_table_is_reported_once_whatever_refers_to_it(tmp_path: Path) -> None:
    shelf().write(tmp_path)
    (tmp_path / "tables/people.csv").unlink()
    without = Made({n: c for n, c in shelf().files.items() if n != "tables/people.csv"})
    [found] = findings(tmp_path, without)
    assert (found.code, found.file, found.line) == ("table-unreadable", "tables/people.csv", 0)
    assert str(tmp_path) not in str(found)


def test_text_that_is_not_utf_8_is_reported_with_its_line(tmp_path: Path) -> None:
    content = shelf().files["tables/books.csv"].replace(b"Dusk", b"D\xfcsk")
    broken = Made({**shelf().files, "tables/books.csv": content})
    [found] = findings(tmp_path, broken)
    assert (found.code, found.file, found.line) == ("table-unreadable", "tables/books.csv", 3)
    assert "0xfc" in found.message


def test_a_file_outside_the_package_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("nickname,person\n")
    folder = tmp_path / "package"
    package = shelf().write(folder)
    (folder / "tables/nicknames.csv").unlink()
    (folder / "tables/nicknames.csv").symlink_to(outside)
    without = Made({n: c for n, c in shelf().files.items() if "nicknames" not in n})
    assert package.descriptor.by_name["nicknames"]
    [found] = findings(folder, without)
    assert (found.code, found.file) == ("table-unreadable", "tables/nicknames.csv")
    assert "is outside the package" in found.message


def test_a_cell_over_several_lines_does_not_shift_the_lines_of_later_rows(tmp_path: Path) -> None:
    long = edited(
        shelf(), "chapters", "dawn,1,20,list-2020,Books > Dawn", 'dawn,1,20,list-2020,"x\ny"'
    )
    broken = edited(long, "chapters", ",30,", ",many,")
    assert places(findings(tmp_path, broken)) == [("cell-type", "tables/chapters.csv", 4, "pages")]


def test_provenance_is_asked_for_only_where_the_package_declares_it(tmp_path: Path) -> None:
    bare = redescribed(shelf(), lambda raw: raw["interopwatch"].pop("provenance"))
    assert findings(tmp_path, edited(bare, "people", "list-2020,Authors\nbob", ",\nbob")) == ()


def test_a_required_source_that_is_missing_is_reported_once(tmp_path: Path) -> None:
    def require(raw: dict[str, Any]) -> None:
        of(raw, "people")["schema"]["fields"][3]["constraints"] = {"required": True}

    broken = edited(redescribed(shelf(), require), "people", "1960,list-2020,", "1960,,")
    assert places(findings(tmp_path, broken)) == [
        ("cell-required", "tables/people.csv", 3, "source")
    ]


def test_a_source_need_not_say_where_it_stands_itself(tmp_path: Path) -> None:
    def add_locator(raw: dict[str, Any]) -> None:
        of(raw, "sources")["schema"]["fields"].append({"name": "locator", "type": "string"})

    located = redescribed(shelf(), add_locator)
    located = edited(located, "sources", "title,published", "title,published,locator")
    located = edited(located, "sources", "2020-03-01", "2020-03-01,")
    assert findings(tmp_path, located) == ()
