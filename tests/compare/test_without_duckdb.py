"""Large unsorted tables without DuckDB: in memory, as far as they fit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.errors import MissingExtraError
from packages import package

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package

OLD = "id,name\n3,c\n1,a\n2,b\n"
NEW = "id,name\n2,b\n3,x\n1,a\n"
LARGE = 8
"""The size in bytes from which these tables count as large."""


@pytest.fixture
def editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Package, Package]:
    """Return two editions of a table in different orders; DuckDB cannot be imported."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    old, new = (package({"people": text}) for text in (OLD, NEW))
    return old.write(tmp_path / "old"), new.write(tmp_path / "new")


def test_tables_that_memory_holds_are_matched_there_and_a_note_says_so(
    editions: tuple[Package, Package],
) -> None:
    notes: list[str] = []
    found = diff(*editions, options=DiffOptions(in_memory=LARGE, note=notes.append))
    assert [(change.kind, change.key) for change in found.rows] == [("changed", {"id": "3"})]
    assert len(notes) == 1
    assert "compared in memory" in notes[0]
    assert "pip install 'interopwatch[duckdb]'" in notes[0]


def test_tables_beyond_the_memory_allowed_need_the_extra(
    editions: tuple[Package, Package],
) -> None:
    with pytest.raises(MissingExtraError, match="need duckdb, which is not installed") as caught:
        diff(*editions, options=DiffOptions(in_memory=LARGE), memory=100)
    assert "interopwatch[duckdb]" in caught.value.hint


def test_tables_in_the_order_of_their_keys_need_none(
    tmp_path: Path, editions: tuple[Package, Package]
) -> None:
    del editions  # needed only because it hides DuckDB
    old, new = (
        package({"people": text}).write(tmp_path / name)
        for name, text in (("a", "id,name\n1,a\n2,b\n"), ("b", "id,name\n1,a\n2,x\n"))
    )
    notes: list[str] = []
    options = DiffOptions(in_memory=LARGE, note=notes.append)
    assert len(diff(old, new, options=options, memory=100).rows) == 1
    assert notes == []
