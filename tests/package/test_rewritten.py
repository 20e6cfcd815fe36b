"""A package with other rows or open questions, in memory, and the files that would differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from book_package import shelf
from interopwatch.findings import Finding
from interopwatch.package.integrity import check_rows
from interopwatch.package.rewritten import changed_files, with_rows, with_unresolved

if TYPE_CHECKING:
    from pathlib import Path

WRONG = Finding("page", 3, "ended", "lost", "it is not said any more")


def test_a_package_with_other_rows_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    made = shelf().write(tmp_path)
    before = made.rows("books")
    rows = [{**row, "status": "out"} for row in reversed(before)]
    other = with_rows(made, {"books": rows})
    assert {row["status"] for row in other.rows("books")} == {"out"}
    assert [row["book"] for row in other.rows("books")] == ["dawn", "dusk"]
    assert made.rows("books") == before
    assert list(check_rows(other)) == []


def test_only_what_differs_would_be_written_and_is_described(tmp_path: Path) -> None:
    made = shelf().write(tmp_path)
    assert changed_files(made, with_rows(made, {"books": made.rows("books")})) == {}
    files = changed_files(made, with_rows(made, {"books": made.rows("books")[:1]}))
    assert [file.name for file in files] == ["books.csv", "datapackage.json"]
    books = next(r for r in json.loads(files[made.file])["resources"] if r["name"] == "books")
    assert books["bytes"] == len(files[made.path("books")])


def test_errors_are_listed_in_place_of_those_of_earlier_editions_of_the_work(
    tmp_path: Path,
) -> None:
    made = shelf().write(tmp_path)
    one = with_unresolved(made, {"list-2020": [WRONG, Finding("p", 0, "", "x", "y", "", "notice")]})
    (left,) = one.descriptor.unresolved
    assert dict(left) == {
        "code": "lost", "file": "page", "field": "ended", "message": WRONG.message,
        "source": "list-2020",
    }  # fmt: skip
    assert {file.name for file in changed_files(made, one)} == {"datapackage.json"}
    assert with_unresolved(one, {"list-2020": [WRONG]}) is one
    assert with_unresolved(one, {"list-2020": []}).descriptor.unresolved == ()
