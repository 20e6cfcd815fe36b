"""Leftovers of killed commands are reported, but nothing that others may still be writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book_package import shelf, tidy
from interopwatch import open as open_store
from interopwatch.files import incoming_path
from interopwatch.updates import JOURNAL
from interopwatch.validation import validate

if TYPE_CHECKING:
    from pathlib import Path


def test_leftovers_of_any_command_are_notices(tmp_path: Path) -> None:
    tidy(tmp_path, shelf())
    names = (
        "tables/.incoming-books.csv",
        "tables/.books.csv-abcdef01",
        ".incoming-datapackage.json",
        f"{JOURNAL}-new",
    )
    for name in names:
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "tables/.incoming-mine").write_bytes(b"")
    found = validate(open_store(tmp_path))
    assert [(f.code, f.level) for f in found] == [("file-leftover", "notice")] * 4
    assert {f.file for f in found} == set(names)


def test_what_is_being_written_is_not_left_over(tmp_path: Path) -> None:
    tidy(tmp_path, shelf())
    incoming_path(tmp_path / "tables/books.csv").write_bytes(b"")
    (tmp_path / "snapshots").mkdir()
    incoming_path(tmp_path / "snapshots/2024").mkdir()
    assert validate(open_store(tmp_path)) == ()


def test_a_journal_of_somebody_else_is_a_warning(tmp_path: Path) -> None:
    tidy(tmp_path, shelf())
    (tmp_path / JOURNAL).write_text('[["x", ".git/config"]]')
    found = validate(open_store(tmp_path))
    assert [(f.code, f.level, f.file) for f in found] == [("journal-unknown", "warning", JOURNAL)]
