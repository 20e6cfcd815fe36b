"""Texts are escaped in linear time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.changeset.model import JsonRow, Sense
from interopwatch.text import (
    as_json,
    distinguished,
    for_log,
    for_markdown,
    for_spreadsheet,
    for_terminal,
    json_for_log,
    texts_as_json_lines,
    without_folder,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 200_000
AWKWARD = st.text(
    st.sampled_from('aA1né"\\{}[], :-–\n\t\x7f\x9b\u0301\u0410\u200b\u202e\ufe0f\ud800')
    | st.characters(),
    max_size=8,
)
MEETING = '"}, {"resource": "'
"""The text between two objects, here within a cell."""


@pytest.mark.parametrize("escape", [for_log, for_markdown, for_terminal, json_for_log])
@pytest.mark.parametrize("unit", ["\n", " ", " \n", "[", "_", "www.", "1."])
def test_one_thing_many_times_is_escaped(escape: Callable[[str], str], unit: str) -> None:
    assert "x" in escape(unit * LONG + "x")  # in hours, if it were not linear


@pytest.mark.parametrize("digits", ["1" * LONG, "1" * LONG + "." + "1" * LONG])
def test_long_numbers_are_told_from_formulas(digits: str) -> None:
    assert for_spreadsheet(f"-{digits}") == f"-{digits}"
    assert for_spreadsheet(f"-{digits}x") != f"-{digits}x"


def test_a_command_is_escaped_on_each_line_of_a_log() -> None:
    assert for_log("a\n\n \t::set-env::b\n::stop::") == "a\n\n \t\\x3a:set-env::b\n\\x3a:stop::"


def test_only_the_folder_itself_is_taken_from_a_path() -> None:
    told = "s/tables/a.csv and other-s/b.csv, /s/c.csv, s\\d.csv"
    assert without_folder(told, "s") == "tables/a.csv and other-s/b.csv, /s/c.csv, d.csv"


@given(texts=st.lists(AWKWARD | st.just(MEETING), min_size=1, max_size=4))
def test_rows_are_written_as_one_by_one(texts: list[str]) -> None:
    rows = [
        JsonRow(t, {t: t}, "changed", Sense.UPDATED, t == "", {t: t}, None, (t, t), t, "", t)
        for t in texts
    ]
    expected = "".join(
        as_json(
            {
                "resource": t, "key": {t: t}, "kind": "changed", "sense": "updated",
                "clerical": t == "", "before": {t: t}, "after": None, "fields": [t, t],
                "sentence": t, "source": "", "locator": t,
            },
            indent=None,
        )
        for t in texts
    )  # fmt: skip
    assert texts_as_json_lines(rows) == expected.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "а"),
        ("1a", "1а"),
        ("at", "аt"),
        ("", "\u200b"),
        ("ab", "a\u200bb"),
        ("x\\n", "x"),
        ("", "\u200b\\\nt"),
        ("é x", "e\u0301 x"),
    ],
)
def test_texts_that_look_alike_are_told_apart(one: str, other: str) -> None:
    assert distinguished(one, other) != (one, other)
    assert distinguished(other, one) != (other, one)


@given(one=AWKWARD, other=AWKWARD, first=st.sampled_from("abn1"), last=st.sampled_from("xyt2"))
def test_texts_that_begin_or_end_otherwise_are_shown_as_they_are(
    one: str, other: str, first: str, last: str
) -> None:
    assert distinguished(f"{first}{one}", f"Z{other}") == (f"{first}{one}", f"Z{other}")
    assert distinguished(f"{one} {last}", f"{other} Z") == (f"{one} {last}", f"{other} Z")
