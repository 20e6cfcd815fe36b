"""Whether tables are canonical, and are the files that the descriptor describes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from book_package import edited, findings, of, places, redescribed, shelf, tidy
from interopwatch import open_package
from interopwatch.package.tidy import tidied
from interopwatch.validation import validate_package
from packages import Made, package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMS: list[tuple[str, Callable[[bytes], bytes], int]] = [
    ("byte order mark", lambda b: b"\xef\xbb\xbf" + b, 1),
    ("line ends", lambda b: b.replace(b"\n", b"\r\n"), 1),
    ("quotes", lambda b: b.replace(b"Dusk", b'"Dusk"'), 3),
    ("no last line end", lambda b: b.removesuffix(b"\n"), 4),
    (
        "order",
        lambda b: b"".join(b.splitlines(keepends=True)[i] for i in (0, 2, 1)),
        2,
    ),
]


@pytest.mark.parametrize(("change", "line"), [f[1:] for f in FORMS], ids=[f[0] for f in FORMS])
def test_the_first_line_that_is_not_canonical_is_named(
    tmp_path: Path, change: Callable[[bytes], bytes], line: int
) -> None:
    tidy(tmp_path, shelf())
    table = tmp_path / "tables/books.csv"
    table.write_bytes(change(table.read_bytes()))
    found = {f.code: f for f in validate_package(open_package(tmp_path))}
    assert set(found) - {"bytes-wrong"} == {"form-not-canonical", "hash-wrong"}
    formed = found["form-not-canonical"]
    assert places((formed,)) == [("form-not-canonical", "tables/books.csv", line, "")]
    assert "interopwatch tidy" in formed.hint


def in_other_form() -> Made:
    content = shelf().files["tables/books.csv"].replace(b"\n", b"\r\n")
    return Made({**shelf().files, "tables/books.csv": content})


def test_a_package_that_was_never_tidied_is_written_as_its_publisher_likes(tmp_path: Path) -> None:
    assert findings(tmp_path, in_other_form()) == ()


def test_a_package_that_has_snapshots_is_to_be_canonical(tmp_path: Path) -> None:
    (tmp_path / "snapshots/2020-01-01").mkdir(parents=True)
    found = findings(tmp_path, in_other_form())
    assert places(found) == [("form-not-canonical", "tables/books.csv", 1, "")]


def test_size_and_hash_of_another_publisher_are_no_sign_of_tidying(tmp_path: Path) -> None:
    content = in_other_form().files["tables/books.csv"]
    given = {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    made = redescribed(in_other_form(), lambda raw: of(raw, "books").update(given))
    assert findings(tmp_path, made) == ()


def test_a_table_without_a_key_is_noticed(tmp_path: Path) -> None:
    made = redescribed(
        package({"notes": "id,text\nb,B\na,A\n"}),
        lambda raw: of(raw, "notes")["schema"].pop("primaryKey"),
    )
    [found] = findings(tmp_path, made)
    assert (found.code, found.file, found.level) == ("key-undeclared", "tables/notes.csv", "notice")


def test_tidying_mends_form_hash_and_size(tmp_path: Path) -> None:
    tidy(tmp_path, shelf())
    table = tmp_path / "tables/books.csv"
    table.write_bytes(table.read_bytes().replace(b"Dusk", b'"Dusk"'))
    found = validate_package(open_package(tmp_path))
    assert {(f.code, f.file, f.line) for f in found} == {
        ("form-not-canonical", "tables/books.csv", 3),
        ("hash-wrong", "tables/books.csv", 0),
        ("bytes-wrong", "tables/books.csv", 0),
    }
    for file, content in tidied(open_package(tmp_path)).items():
        file.write_bytes(content)
    assert validate_package(open_package(tmp_path)) == ()


def test_a_hash_without_an_algorithm_is_md5_as_the_standard_says(tmp_path: Path) -> None:
    digest = hashlib.md5(shelf().files["tables/books.csv"], usedforsecurity=False).hexdigest()
    right = redescribed(shelf(), lambda raw: of(raw, "books").update(hash=digest))
    assert findings(tmp_path, right) == ()
    wrong = redescribed(shelf(), lambda raw: of(raw, "books").update(hash=digest[::-1]))
    assert [f.code for f in findings(tmp_path, wrong)] == ["hash-wrong"]


def test_a_hash_that_cannot_be_compared_is_a_warning(tmp_path: Path) -> None:
    odd = redescribed(shelf(), lambda raw: of(raw, "books").update(hash="crc:12ab"))
    [found] = findings(tmp_path, odd)
    assert (found.code, found.file, found.level) == ("hash-unknown", "tables/books.csv", "warning")


def test_rows_that_cannot_be_sorted_have_no_canonical_form_to_compare_with(tmp_path: Path) -> None:
    broken = edited(shelf(), "chapters", "dawn,2", "dawn,two")
    assert places(findings(tmp_path, broken)) == [
        ("cell-type", "tables/chapters.csv", 3, "chapter")
    ]


def test_a_table_without_a_schema_has_no_canonical_form(tmp_path: Path) -> None:
    made = redescribed(
        package({"notes": "id,text\nb,B\na,A\n"}), lambda raw: of(raw, "notes").pop("schema")
    )
    assert findings(tmp_path, made) == ()
