"""Properties of what was true on a day, over random clubs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from club_package import first, second
from interopwatch import State, as_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DATES = st.sampled_from(["", "2012", "2014-05", "2016", "2018~", "2019-03-04", "2021", "2026"])
NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def tables(draw: st.DrawFn, source: str) -> dict[str, str]:
    """Draw clubs, some of which have members, rules and games, without dangling references."""
    clubs = draw(st.dictionaries(NAMES, st.tuples(DATES, NAMES), max_size=3))
    text = {"clubs": "club,founded,status,source\n", "rules": "club,rule,source\n"}
    text["members"] = "club,person,joined,left,source\n"
    text["games"] = "club,game,date,planned,source\n"
    for club, (founded, status) in clubs.items():
        text["clubs"] += f"{club},{founded},{status},{source}\n"
        if draw(st.booleans()):
            text["rules"] += f"{club},r,{source}\n"
        if draw(st.booleans()):
            person = draw(st.sampled_from(["p", "q"]))
            text["members"] += f"{club},{person},{draw(DATES)},{draw(DATES)},{source}\n"
        if draw(st.booleans()):
            planned = draw(st.sampled_from(["true", "false"]))
            text["games"] += f"{club},g,{draw(DATES)},{planned},{source}\n"
    return text


DAYS = st.dates(min_value=date(2011, 1, 1), max_value=date(2030, 12, 31))


@given(tables("b1"), tables("b2"), DAYS)
def test_what_held_is_contained_in_what_any_edition_says(
    old: dict[str, str], new: dict[str, str], day: date
) -> None:
    editions = [first(**old), second(**new)]
    state = as_of(editions, day.isoformat())
    for resource in editions[-1].descriptor.resources:
        name = resource.name
        stated = [row for edition in editions for row in edition.rows(name)]
        keys = [resource.key_of(row) for row in (*_true(state, name), *state.unknown[name])]
        assert len(keys) == len(set(keys))
        for row in _true(state, name):
            assert any(_is_within(row, known) for known in stated)
            for field, key in resource.references.items():
                there = {found[key.reference[0]] for found in _true(state, key.resource)}
                assert row[field] in there


def _true(state: State, name: str) -> list[Mapping[str, str]]:
    """Return the rows that held, on the day or at the last report before it."""
    return [*state.held[name], *(each.row for each in state.reported[name])]


def _is_within(row: Mapping[str, str], known: Mapping[str, str]) -> bool:
    return all(cell in ("", known[field]) for field, cell in row.items())


@given(tables("b1"), DAYS)
def test_the_same_edition_twice_says_nothing_new(old: dict[str, str], day: date) -> None:
    once, twice = first(**old), [first(**old), first(**old)]
    assert as_of([once], day.isoformat()) == as_of(twice, day.isoformat())


@given(tables("b1"), DAYS)
def test_a_row_that_held_did_not_first_hold_later(old: dict[str, str], day: date) -> None:
    """What certainly held and has no end also holds on every later day."""
    edition = first(**old)
    now, later = (as_of([edition], d.isoformat()) for d in (day, day + timedelta(days=500)))
    then = {row["club"] for row in _true(later, "clubs")}
    assert {row["club"] for row in _true(now, "clubs")} <= then
