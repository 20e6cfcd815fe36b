"""Texts are escaped in a time that grows as they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interopwatch.text import (
    for_log,
    for_markdown,
    for_spreadsheet,
    for_terminal,
    json_for_log,
    without_folder,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 200_000


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
