"""A small share of the attacks that ``make attack`` runs in full."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from attack import flips, fuzz, interruptions, surface, writers
from attack.tally import Tally, merged, table
from attack.worlds import SCENARIOS

if TYPE_CHECKING:
    from attack.worlds import Scenario

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks")
QUICK: Final = [each for each in SCENARIOS if "capture" not in each.name]
"""Capture is slow, and writes in the same way."""


def good(tally: Tally) -> None:
    if tally.skipped:
        pytest.skip(tally.skipped)
    assert tally.tried
    assert not tally.bad.total(), tally.details


@pytest.mark.parametrize("scenario", QUICK[::3], ids=lambda each: each.name)
def test_a_command_that_fails_at_a_step_leaves_the_old_or_the_new(scenario: Scenario) -> None:
    good(interruptions.by_hook(scenario, 23))


@pytest.mark.parametrize("scenario", QUICK[1::3], ids=lambda each: each.name)
def test_a_command_whose_call_to_the_system_fails_leaves_the_old_or_the_new(
    scenario: Scenario,
) -> None:
    good(interruptions.by_strace(scenario, 23))


def test_writers_and_readers_at_once_lose_and_mix_nothing() -> None:
    good(writers.at_once(3, 1.5))


def test_a_flipped_byte_of_a_snapshot_is_noticed() -> None:
    good(flips.flipped(every=20))


@pytest.mark.parametrize("which", [0, 1, 2, 3, 5])
def test_a_damaged_input_is_refused_with_a_message(which: int) -> None:
    good(fuzz.fuzzed(which, 40, 1))


def test_pages_and_pictures_hold_no_more_than_plain_texts_bring() -> None:
    good(surface.cells(surface.CELLS[1:2], every=5))


def test_the_table_counts_what_was_bad() -> None:
    bad = Tally("writes", 2)
    bad.wrong("lost", "a.csv")
    skipped = Tally("traces", skipped="there is no strace")
    lines = table(merged([bad, Tally("writes", 1), skipped])).splitlines()
    assert [line.split() for line in lines] == [
        ["attack", "tried", "lost", "mixed", "untrue", "unnoticed", "tracebacks", "hangs"],
        ["writes", "3", "1", "0", "0", "0", "0", "0"],
        ["traces", "skipped:", "there", "is", "no", "strace"],
        ["in", "all", "3", "1", "0", "0", "0", "0", "0"],
    ]
