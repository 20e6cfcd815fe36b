"""The numbers that sources state are compared with the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book_package import edited, findings, places, redescribed, shelf
from interopwatch.package.row_filter import Condition, matches, parse_filter

if TYPE_CHECKING:
    from pathlib import Path

BREAKS = [
    ("count-wrong", "books,books,,2,", "books,books,,3,", "stated"),
    ("count-resource", "books,books,,2,", "books,works,,2,", "resource"),
    ("count-filter", "books,books,,2,", "books,books,status,2,", "filter"),
    ("count-filter", "books,books,,2,", "books,books,=out,2,", "filter"),
    ("count-field", "books,books,,2,", "books,books,state!=x,2,", "filter"),
]


@pytest.mark.parametrize(("code", "old", "new", "column"), BREAKS)
def test_a_count_that_does_not_hold_is_found(
    tmp_path: Path, code: str, old: str, new: str, column: str
) -> None:
    broken = edited(shelf(), "counts", old, new)
    assert places(findings(tmp_path, broken)) == [(code, "tables/counts.csv", 2, column)]
    assert findings(tmp_path, shelf()) == ()


def test_a_disagreement_names_both_numbers(tmp_path: Path) -> None:
    [found] = findings(tmp_path, edited(shelf(), "counts", "ended=,1", "ended=,7"))
    assert found.line == 3
    assert found.message == "7 books (ended empty) stated, but 1 counted in tables/books.csv"


def test_a_stated_number_that_is_none_is_found(tmp_path: Path) -> None:
    texts = redescribed(
        shelf(), lambda raw: raw["resources"][5]["schema"]["fields"][3].update(type="string")
    )
    assert findings(tmp_path, texts) == ()
    broken = edited(texts, "counts", "books,books,,2,", "books,books,,two,")
    assert places(findings(tmp_path, broken)) == [
        ("count-stated", "tables/counts.csv", 2, "stated")
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 2),
        ("status=out", 1),
        ("status!=out", 1),
        ("status!=sold", 2),
        ("ended!=", 1),
        ("ended=&status=draft", 1),
        ("ended=&status=out", 0),
    ],
)
def test_a_filter_counts_the_rows_that_it_means(tmp_path: Path, text: str, number: int) -> None:
    for stated in range(3):
        made = edited(shelf(), "counts", "books,books,,2,", f"books,books,{text},{stated},")
        assert (not findings(tmp_path, made)) == (stated == number)


def test_a_cell_that_stands_for_a_missing_value_is_empty() -> None:
    assert matches(parse_filter("end="), {"end": "-"}, missing=("", "-"))
    assert not matches(parse_filter("end!="), {"end": "-"}, missing=("", "-"))
    assert not matches(parse_filter("end="), {"end": "-"})


NAMES = st.text("abc_", min_size=1)
VALUES = st.text("xyz=! ", max_size=4)


@given(st.lists(st.builds(Condition, NAMES, VALUES, st.booleans()), min_size=1))
def test_a_filter_is_read_as_it_is_written(conditions: list[Condition]) -> None:
    text = "&".join(f"{c.field}{'=' if c.equal else '!='}{c.value}" for c in conditions)
    assert parse_filter(text) == tuple(conditions)
