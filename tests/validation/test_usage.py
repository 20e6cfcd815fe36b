"""Rows have their required parts, and are used where they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book_package import edited, findings, of, places, redescribed, shelf
from packages import frozen

if TYPE_CHECKING:
    from pathlib import Path

    from packages import Made

LAST_CHAPTER = "dusk,1,10,list-2020,Books > Dusk\n"


def snapshot(made: Made, basis: str) -> Made:
    said = frozen("2020-12", ("list",), basis, "2021" if basis == "reconstructed" else "")
    return redescribed(made, lambda raw: raw["interopwatch"].update(said))


def test_a_row_without_the_parts_it_must_have_is_found(tmp_path: Path) -> None:
    broken = edited(shelf(), "chapters", LAST_CHAPTER, "")
    assert places(findings(tmp_path, broken)) == [("part-missing", "tables/books.csv", 3, "book")]
    assert findings(tmp_path, shelf()) == ()


def test_a_reconstruction_need_not_have_them_an_observation_must(tmp_path: Path) -> None:
    broken = edited(shelf(), "chapters", LAST_CHAPTER, "")
    assert findings(tmp_path, snapshot(broken, "reconstructed")) == ()
    assert [f.code for f in findings(tmp_path, snapshot(broken, "observed"))] == ["part-missing"]


def test_a_row_that_nothing_refers_to_is_found(tmp_path: Path) -> None:
    cat = "bob,Bob,1960,list-2020,Authors\ncat,Cat,1970,list-2020,Authors"
    broken = edited(shelf(), "people", "bob,Bob,1960,list-2020,Authors", cat)
    expected = [("row-unused", "tables/people.csv", 4, "person")]
    assert places(findings(tmp_path, broken)) == expected
    assert places(findings(tmp_path, snapshot(broken, "reconstructed"))) == expected
    used = edited(broken, "books", ",bob,", ",cat,")
    assert places(findings(tmp_path, used)) == [("row-unused", "tables/people.csv", 3, "person")]


def test_a_name_alone_is_no_use(tmp_path: Path) -> None:
    broken = edited(shelf(), "books", ",ann,", ",bob,")
    assert places(findings(tmp_path, broken)) == [("row-unused", "tables/people.csv", 2, "person")]


def test_a_row_does_not_use_itself(tmp_path: Path) -> None:
    def with_own_key(column: str) -> Made:
        own = {"fields": [column], "reference": {"resource": "", "fields": ["book"]}}

        def change(raw: dict[str, object]) -> None:
            of(raw, "books")["schema"]["foreignKeys"].append(own)
            of(raw, "books")["interopwatch"]["must_be_used"] = True
            chapters = of(raw, "chapters")
            chapters["schema"]["foreignKeys"].pop(0)
            chapters.pop("interopwatch")
            of(raw, "books")["interopwatch"].pop("must_have")
            of(raw, "books")["interopwatch"]["words"]["sentences"].pop("began")

        return redescribed(shelf(), change)

    in_a_circle = edited(with_own_key("locator"), "books", "Books\ndusk", "dusk\ndusk")
    in_a_circle = edited(in_a_circle, "books", "list-2020,Books", "list-2020,dawn")
    assert findings(tmp_path, in_a_circle) == ()
    itself = edited(with_own_key("locator"), "books", "Books\ndusk", "dawn\ndusk")
    itself = edited(itself, "books", "list-2020,Books", "list-2020,dusk")
    assert places(findings(tmp_path, itself)) == [
        ("row-unused", "tables/books.csv", 2, "book"),
        ("row-unused", "tables/books.csv", 3, "book"),
    ]
