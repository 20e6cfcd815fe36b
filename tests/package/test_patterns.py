"""Patterns match like Python's `re.fullmatch`, within a time limit."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch import freeze
from interopwatch import open as open_store
from interopwatch.errors import SnapshotError
from interopwatch.package.integrity import check_rows
from interopwatch.package.pattern_worker import mismatches
from interopwatch.package.patterns import (
    PatternMatcher,
    SlowPatternError,
    UnusablePatternError,
    compiled,
)
from interopwatch.validation import validate
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from packages import Made

HOSTILE = ["(a+)+$", "(a|aa)+", "(.*a){20}", "(a*)*b", r"([a-zA-Z]+)*", r"(\w+\s?)+!", "a*" * 40]
STUCK = ["(?=(a+)+$)a", r"(a+)+\1", "(?:(?!b)a+)+"]
"""Patterns that RE2 does not support, either."""
NEAR = "a" * 60 + "!?"


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_backtracks_is_matched(pattern: str) -> None:
    pytest.importorskip("re2")
    assert PatternMatcher(5).mismatches(pattern, [NEAR]) == {NEAR}


@pytest.mark.parametrize("pattern", STUCK)
def test_a_pattern_that_nothing_matches_in_time_is_given_up(pattern: str) -> None:
    with pytest.raises(SlowPatternError, match="seconds"):
        PatternMatcher(0.01).mismatches(pattern, [NEAR])


def test_patterns_share_the_time_that_a_package_has() -> None:
    matcher = PatternMatcher(0.01)
    with pytest.raises(SlowPatternError, match="seconds"):
        matcher.mismatches(STUCK[0], [NEAR])
    with pytest.raises(SlowPatternError, match="other patterns"):
        matcher.mismatches("(?=b)b", ["b"])
    assert matcher.mismatches("[a-z]+", ["b", "B"]) == {"B"}  # this one never needs it


@pytest.mark.parametrize("pattern", ["(", "a{2}{3}", "(" * 5000 + ")" * 5000, "a" * 20_000])
def test_what_cannot_be_compiled_is_no_pattern(pattern: str) -> None:
    with pytest.raises(UnusablePatternError):
        compiled(pattern)


ATOMS = st.sampled_from(
    ["a", "b", "é", ".", "[ab]", "[^a]", "^", "$", r"\d", r"\w", r"\W", r"\D", r"\s", r"[\d_]",
     r"[^\w]", r"\.", "1", " ", "", "x{", "{,2}", "]", r"[\]a]", "[]a]", r"\b", "(?=a)", r"\Z"]
)  # fmt: skip
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({}|{})".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
        st.builds(
            "(?:{}){}".format,
            inner,
            st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "++", "*+", "{1,2}+"]),
        ),
        st.builds("{}{}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "++", "?+"])),
    ),
    max_leaves=6,
)
CELLS = st.lists(st.text("ab1 .é٣½_ⅷ\n\u00a0ßx{,2}]", max_size=5), max_size=8, unique=True)


@settings(max_examples=examples(400), deadline=None)
@given(pattern=PATTERNS, cells=CELLS)
def test_a_pattern_means_the_same_wherever_it_is_matched(pattern: str, cells: list[str]) -> None:
    try:
        matches = compiled(pattern).fullmatch
    except UnusablePatternError:
        return
    try:
        wanted = {cell for cell in cells if matches(cell) is None}
    except SystemError:  # for groups inside a possessive repetition: python/cpython#101955
        return
    assert {cells[number] for number in mismatches(pattern, cells)} == wanted


def test_a_worker_finds_what_this_process_finds() -> None:
    cells = ["2024-05", "2024-5", "", "٢٠٢٤-٠٥", "2024-05\n", "\ud800"]
    pattern = r"(?=2)(\d+-?)+"
    wanted = {cell for cell in cells if re.fullmatch(pattern, cell) is None}
    assert PatternMatcher().mismatches(pattern, cells) == wanted


PLAIN = [
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    r"(?:\.\d+)+", r"(\.\d+)*\.", "(-a+)*-?", r"\w+(-\w*)*", "(-a)*(-b)*",
    "(-+)*!", "(-a*a*)*!", "(-[a-]+)*!", "(a|-a+)*!", "[ab]{2,3}(c|d)?", "(.a*)*!", "((-a+)*b)*",
    r"(\-a+)+(_b)*", "((-a+)*)*", "(?:-a){0,2}-?", "(-?a){2}(.|-){1,9}", "((-a){0,2}){3}",
    "(a*-?){9}!", "(a+){1,9}(-a*){0,9}!", "(-a){,2}", "(-a){2,}", "(-a){0,2}+",
]  # fmt: skip
"""Patterns, some of which look as if they matched in few steps."""


@pytest.mark.parametrize("pattern", PLAIN)
def test_patterns_of_identifiers_mean_the_same(pattern: str) -> None:
    cells = ["a", "a-1", "-a-a", "a--a", "-", ".1.22", "abc", "-a_b_b", "--a", "-a" * 40]
    wanted = {cell for cell in cells[:-1] if re.fullmatch(pattern, cell) is None}
    assert PatternMatcher(5).mismatches(pattern, cells[:-1]) == wanted
    with suppress(SlowPatternError):  # without RE2, some are slow
        PatternMatcher(0.2).mismatches(pattern, ["-aa" * 40 + "?", cells[-1]])


def listing(pattern: str) -> Made:
    codes = f"code\n{NEAR}\n"
    return package({"codes": spec(codes, "code", {"code": {"constraints": {"pattern": pattern}}})})


def test_cells_of_a_hostile_pattern_are_judged(tmp_path: Path) -> None:
    pytest.importorskip("re2")
    listing("(a+)+").write(tmp_path)
    found = [f for f in validate(open_store(tmp_path)) if f.level == "error"]
    assert [(f.code, f.file, f.line, f.field) for f in found] == [
        ("cell-constraint", "tables/codes.csv", 2, "code")
    ]
    with pytest.raises(SnapshotError, match="pattern"):
        freeze(open_store(tmp_path), "2020", "a test")


def test_a_pattern_that_is_too_slow_is_told(tmp_path: Path) -> None:
    listing(STUCK[0]).write(tmp_path)
    (found,) = check_rows(open_store(tmp_path).package, pattern_seconds=0.01)
    assert (found.code, found.file, found.field) == ("pattern-slow", "tables/codes.csv", "code")
    assert found.level == "error"
