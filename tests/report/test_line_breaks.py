"""Running text is wrapped to the width of its lines, and no word is cut."""

from __future__ import annotations

from unicodedata import east_asian_width

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch import build_report
from interopwatch.report.formats import render_report
from interopwatch.report.line_breaks import columns, wrapped
from packages import package, spec

WORDS = st.lists(st.text("abcxyz-/é—“”", min_size=1, max_size=12), min_size=1, max_size=30)


@given(WORDS, st.integers(20, 100))
def test_lines_have_whole_words_and_keep_to_the_width(words: list[str], width: int) -> None:
    lines = list(wrapped(" ".join(words), width, "  • "))
    assert " ".join(lines).replace("•", " ").split() == words
    assert all(columns(line) <= width for line in lines)
    assert lines[0].startswith("  • ")
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_word_longer_than_a_line_stands_on_a_line_of_its_own() -> None:
    address = "https://example.org/a/very/long/address"
    assert list(wrapped(f"see {address} there", 20)) == ["see", address, "there"]


@given(st.text("東京都渋谷区、。한국어", min_size=1, max_size=80), st.integers(20, 60))
def test_wide_characters_take_two_columns_and_may_part_anywhere(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert "".join(lines) == text
    # Closing punctuation may exceed the width, since it cannot begin a line.
    assert all(columns(line.rstrip("、。")) <= width for line in lines)
    assert not any(line.startswith(("、", "。")) for line in lines[1:])


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("東京", 4), ("e\u0301", 1), ("→ “x”", 5), ("ｱ", 1), ("Ａ", 2)]
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_colours_do_not_count_and_each_line_ends_its_own() -> None:
    lines = list(wrapped("one two three", 8, bold=True))
    assert [click.unstyle(line) for line in lines] == ["one two", "three"]
    assert all(line.startswith("\x1b[1m") and line.endswith("\x1b[0m") for line in lines)
    assert "\x1b[22m" not in "".join(lines)  # which would end the bold


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_of_a_report_is_wider_than_it_may_be(width: int) -> None:
    cells = ["short", "東京都渋谷区神宮前三丁目" * 4, "a sentence of some length that goes on"]
    old = package({"places": spec("id,name,note\n1,a,b\n")}).memory("old")
    rows = "".join(f"{n},{cell},{cell}\n" for n, cell in enumerate(cells, 1))
    new = package({"places": spec(f"id,name,note\n{rows}")}).memory("new")
    text = click.unstyle(render_report(build_report(old, new), "terminal", width))
    assert all(columns(line) <= width for line in text.splitlines())
    assert (
        max(sum(2 if east_asian_width(c) == "W" else 1 for c in x) for x in text.splitlines()) > 30
    )
