"""What was true on a day: yes, no, and what the sources cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from club_package import first, second, world
from interopwatch import Package, State, as_of
from interopwatch.errors import DateError, DescriptorError, TableError
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Sequence


def answer(editions: Sequence[Package], day: str, resource: str, *key: str) -> str:
    """Return whether a row held: yes, no or unknown, or the day of the last report that says so."""
    state = as_of(editions, day)
    of = editions[-1].resource(resource)
    held = [row for row in state.held[resource] if of.key_of(row) == key]
    unknown = [row for row in state.unknown[resource] if of.key_of(row) == key]
    reported = [each for each in state.reported[resource] if of.key_of(each.row) == key]
    assert len(held) + len(reported) + len(unknown) <= 1
    if reported:
        return reported[0].day.isoformat()
    return "yes" if held else "unknown" if unknown else "no"


def held(state: State, resource: str) -> list[str]:
    return [next(iter(row.values())) for row in state.held[resource]]


# Rows with dates


@pytest.mark.parametrize(
    ("founded", "day", "expected"),
    [
        ("2014", "2013", "no"),
        ("2014", "2013-12-31", "no"),
        ("2014", "2014-01-01", "unknown"),
        ("2014", "2014-06", "unknown"),
        ("2014", "2014-12-31", "yes"),
        ("2014", "2014", "yes"),
        ("2014~", "2014-06", "unknown"),
        ("2014-05", "2014-05-30", "unknown"),
        ("2014-05", "2014-05", "yes"),
        ("2014-05-06", "2014-05-05", "no"),
        ("2014-05-06", "2014-05-06", "yes"),
        ("2014-05-06", "2020-06-30", "yes"),
        ("2014-05-06", "2035", "2020-06-30"),
        ("../2014", "1900", "unknown"),
        ("2014/2016", "2015", "unknown"),
        ("2020", "2020-06-29", "unknown"),
        ("2020", "2020-06-30", "yes"),  # its source had reported it as past by then
        ("2030", "2029", "no"),
        ("2030", "2030-06", "unknown"),
    ],
)
def test_a_row_holds_from_its_begin(founded: str, day: str, expected: str) -> None:
    assert answer([first(clubs=f"club,founded\na,{founded}\n")], day, "clubs", "a") == expected


@pytest.mark.parametrize(
    ("left", "day", "expected"),
    [
        ("", "2019", "yes"),
        ("2018", "2017", "yes"),
        ("2018", "2018-06", "unknown"),
        ("2018", "2018", "no"),
        ("2018-05-06", "2018-05-05", "yes"),
        ("2018-05-06", "2018-05-06", "no"),
        ("2018/..", "2017", "yes"),
        ("2018/..", "2020-06-29", "unknown"),
        ("2018/..", "2020-06-30", "no"),
        ("2030", "2020-06-30", "yes"),
        ("2030", "2029", "2020-06-30"),
    ],
)
def test_a_row_holds_until_its_end(left: str, day: str, expected: str) -> None:
    edition = first(
        clubs="club,founded\na,2010\n", members=f"club,person,joined,left\na,p,2011,{left}\n"
    )
    assert answer([edition], day, "members", "a", "p") == expected


def test_an_event_has_happened_from_its_day() -> None:
    games = "club,game,date,planned\na,g,2016-05,false\n"
    edition = first(clubs="club,founded\na,2010\n", games=games)
    days = ("2016-04", "2016-05-10", "2016-05", "2019")
    assert [answer([edition], day, "games", "a", "g") for day in days] == [
        "no", "unknown", "yes", "yes",
    ]  # fmt: skip


# Rows without dates


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2013", "no"), ("2014-06", "unknown"), ("2015", "unknown"), ("2020-06-29", "unknown"),
     ("2020-06-30", "yes"), ("2022", "2020-06-30")],
)  # fmt: skip
def test_a_part_is_no_older_than_the_whole_and_attested_by_its_source(
    day: str, expected: str
) -> None:
    edition = first(clubs="club,founded\na,2014\n", members="club,person\na,p\n")
    assert answer([edition], day, "members", "a", "p") == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("1900", "unknown"), ("2015", "unknown"), ("2016-04", "unknown"), ("2016-05", "yes")],
)
def test_a_row_is_attested_by_the_earliest_dated_row_that_needs_it(day: str, expected: str) -> None:
    games = "club,game,date,planned\na,late,2018,false\na,g,2016-05,false\na,h,2012,true\n"
    edition = first(clubs="club\na\n", games=games)
    assert answer([edition], day, "clubs", "a") == expected


def test_a_member_who_joined_attests_the_club() -> None:
    edition = first(clubs="club\na\nb\n", members="club,person,joined\na,p,2016\n")
    assert answer([edition], "2016", "clubs", "a") == "yes"
    assert answer([edition], "2016", "clubs", "b") == "unknown"


def test_failing_that_a_row_is_attested_by_its_source() -> None:
    edition = second(notes="note,source\nx,b1\ny,b2\n")
    assert answer([edition], "2020-06-29", "notes", "x") == "unknown"
    assert answer([edition], "2020-06-30", "notes", "x") == "yes"
    assert answer([edition], "2020-06-30", "notes", "y") == "unknown"
    assert answer([edition], "2024-03-07", "notes", "y") == "yes"


def test_a_part_ends_with_the_whole() -> None:
    edition = first(
        clubs="club,founded,closed\na,2010,2016\n",
        members="club,person,joined,left\na,p,2011,\na,q,2011,2013\n",
        rules="club,rule\na,r\n",
    )
    assert answer([edition], "2015", "members", "a", "p") == "yes"
    assert answer([edition], "2016", "members", "a", "p") == "no"
    assert answer([edition], "2014", "members", "a", "q") == "no"
    assert answer([edition], "2015", "rules", "a", "r") == "unknown"
    assert answer([edition], "2016", "rules", "a", "r") == "no"


def test_a_plan_is_a_statement_of_the_day_of_its_source() -> None:
    games = "club,game,date,planned\na,g,2030,true\na,h,2012,true\n"
    edition = first(clubs="club,founded\na,2010\n", games=games)
    for game in ("g", "h"):
        assert answer([edition], "2013", "games", "a", game) == "unknown"
        assert answer([edition], "2020-06-30", "games", "a", game) == "yes"


# What a row says of a day


def test_an_end_after_the_day_was_not_known_on_it() -> None:
    edition = first(
        clubs="club,founded\na,2010\n",
        members="club,person,joined,left,reason\na,p,2011,2018,moved away\n",
    )
    row = as_of([edition], "2015").held["members"][0]
    assert (row["joined"], row["left"], row["reason"]) == ("2011", "", "")


def test_a_moment_after_the_day_is_blank() -> None:
    people = "person,name,knighted\np,Pat,2016-05\n"
    edition = first(
        people=people, clubs="club,founded\na,2010\n", members="club,person,joined\na,p,2011\n"
    )
    knighted = [
        as_of([edition], day).held["people"][0]["knighted"]
        for day in ("2015", "2016-05-30", "2016-05", "2019")
    ]
    assert knighted == ["", "", "2016-05", "2016-05"]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2019", ""),  # nothing says anything about that day
        ("2020-06-30", "small"),
        ("2022", ""),  # between small and big
        ("2024-03-07", "big"),
        ("2030", "big"),
    ],
)
def test_a_momentary_field_speaks_of_the_days_of_its_editions(day: str, status: str) -> None:
    editions = [
        first(clubs="club,founded,status,source\na,2014,small,b1\n"),
        second(clubs="club,founded,status,source\na,2014,big,b2\n"),
    ]
    state = as_of(editions, day)
    rows = [*state.held["clubs"], *(each.row for each in state.reported["clubs"])]
    assert [row["status"] for row in rows] == [status]


def test_a_momentary_field_holds_between_two_editions_that_agree() -> None:
    editions = [
        first(clubs="club,founded,status\na,2014,small\n"),
        second(clubs="club,founded,status\na,2014,small\n"),
    ]
    days = ("2019", "2022", "2024-03-07")
    assert [as_of(editions, day).held["clubs"][0]["status"] for day in days] == [
        "", "small", "small",
    ]  # fmt: skip


# Rows that a later edition drops


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2013", "no"), ("2019", "yes"), ("2020-06-30", "yes"), ("2020-07-01", "unknown"),
     ("2024-03-06", "unknown"), ("2024-03-07", "no"), ("2030", "no")],
)  # fmt: skip
def test_a_row_that_a_later_edition_drops(day: str, expected: str) -> None:
    editions = [
        first(clubs="club,founded\na,2014\nb,2010\n"),
        second(clubs="club,founded\nb,2010\n"),
    ]
    assert answer(editions, day, "clubs", "a") == expected
    assert answer(editions, "2019", "clubs", "b") == "yes"


def test_an_edition_that_does_not_cover_the_work_drops_nothing() -> None:
    old = first(clubs="club,founded\na,2014\n")
    silent = world(
        "2024-03-07",
        covers=("news",),
        sources="source,work,published\nn1,news,2024-03-07\n",
        notes="note\nx\n",
    )
    assert answer([old, silent], "2030", "clubs", "a") == "2020-06-30"
    assert answer([old, silent, second()], "2024-03-07", "clubs", "a") == "no"


def test_what_has_happened_stays_true_and_what_was_planned_was_last_reported() -> None:
    games = "club,game,date,planned\na,done,2016-05-06,\na,later,2028,true\n"
    edition = first(clubs="club,founded\na,2014\n", games=games)
    assert answer([edition], "2035", "games", "a", "done") == "yes"
    assert answer([edition], "2035", "games", "a", "later") == "2020-06-30"


def test_a_check_that_found_nothing_changed_moves_the_horizon() -> None:
    clubs = "club,founded\na,2014\n"
    checks = "work,checked\nbook,2022-05-01\nbook,2021\nnews,2024-01-01\n"
    edition = first(clubs=clubs, checks=checks)
    assert answer([edition], "2022-05-01", "clubs", "a") == "yes"
    assert answer([edition], "2022-05-02", "clubs", "a") == "2022-05-01"


def test_a_package_without_sources_has_no_horizon() -> None:
    clubs = spec(
        "id,since\na,2014\n", types={"since": "edtf"}, ours={"lifecycle": {"begin": "since"}}
    )
    edition = package({"clubs": clubs}).memory()
    assert answer([edition], "2035", "clubs", "a") == "yes"


def test_a_row_that_ended_before_it_was_dropped() -> None:
    editions = [first(clubs="club,founded,closed\na,2014,2016\n"), second()]
    assert [answer(editions, day, "clubs", "a") for day in ("2015", "2017", "2022")] == [
        "yes", "no", "no",
    ]  # fmt: skip


def test_a_row_of_an_older_edition_has_the_fields_of_the_latest() -> None:
    types, ours = {"since": "edtf"}, {"lifecycle": {"begin": "since"}}
    refs = {"source": "sources.source"}

    def edition(day: str, text: str) -> Package:
        listed = f"source,work,title,published\nb,book,Book,{day}\n"
        sources = spec(listed, "source", ours={"reference": True})
        rows = spec(text, types=types, refs=refs, ours=ours)
        meta = {"provenance": {"resource": "sources"}, "basis": "observed", "date": day}
        made = package({"sources": sources, "r": rows}, ours={**meta, "covers": ["book"]})
        return made.memory(day)

    old = edition("2020", "id,since,source\na,2014,b\n")
    new = edition("2024", "id,since,source,colour\nb,2014,b,red\n")
    rows = as_of([old, new], "2019").held["r"]
    assert {row["id"] for row in rows} == {"a", "b"}
    assert all(tuple(row) == new.resource("r").header for row in rows)


# References and orphans


def test_what_held_rows_name_is_included_and_nothing_else() -> None:
    edition = second(
        people="person,name,source\np,Pat,b1\nq,Quin,b2\n",
        nicknames="name,person\nPatty,p\nQ,q\n",
        clubs="club,founded,source\na,2014,b1\n",
        members="club,person,joined,source\na,p,2015,b1\na,q,2022,b2\n",
    )
    state = as_of([edition], "2016")
    assert held(state, "people") == ["p"]
    assert held(state, "nicknames") == ["Patty"]
    assert held(state, "sources") == ["b1"]
    later = as_of([edition], "2023")
    assert held(later, "people") == ["p", "q"]
    assert held(later, "nicknames") == ["Patty", "Q"]
    assert sorted(held(later, "sources")) == ["b1", "b2"]


def test_what_an_older_edition_names_comes_with_it() -> None:
    old = first(
        people="person,name\nz,Zoe\n",
        clubs="club,founded\na,2010\n",
        members="club,person,joined\na,z,2011\n",
    )
    new = second(clubs="club,founded\na,2010\n", people="person,name\np,Pat\n")
    state = as_of([old, new], "2019")
    assert held(state, "members") == ["a"]
    assert [row["name"] for row in state.held["people"]] == ["Zoe"]


def test_what_refers_to_a_row_that_did_not_certainly_hold_is_uncertain() -> None:
    editions = [
        first(clubs="club,founded\na,2014\n", rules="club,rule\na,r\n"),
        second(rules="club,rule\na,r\n"),
    ]
    assert answer(editions, "2020-06-30", "rules", "a", "r") == "yes"
    assert answer(editions, "2024-03-07", "clubs", "a") == "no"
    assert answer(editions, "2024-03-07", "rules", "a", "r") == "unknown"


def test_orphans_of_orphans_are_uncertain_too() -> None:
    types, ours = {"since": "edtf"}, {"lifecycle": {"begin": "since"}}
    edition = package(
        {
            "c": spec("id,since,b\nz,2010,y\n", types=types, refs={"b": "b.id"}, ours=ours),
            "b": spec("id,since,a\ny,2010,x\n", types=types, refs={"a": "a.id"}, ours=ours),
            "a": spec("id,since\nx,2014\n", types=types, ours=ours),
        }
    ).memory("tables")
    assert [answer([edition], day, "c", "z") for day in ("2009", "2012", "2014")] == [
        "no", "unknown", "yes",
    ]  # fmt: skip


# Questions


def test_only_the_resources_asked_for_are_answered() -> None:
    edition = first(clubs="club,founded\na,2014\n")
    assert set(as_of([edition], "2015", ["clubs"]).held) == {"clubs"}
    with pytest.raises(DescriptorError, match="has no resource 'pubs'"):
        as_of([edition], "2015", ["pubs"])


@pytest.mark.parametrize("day", ["2019/..", "soon", ""])
def test_a_question_needs_a_date_that_has_an_end(day: str) -> None:
    with pytest.raises(DateError):
        as_of([first()], day)


def test_a_date_that_is_none_is_named_where_it_stands() -> None:
    edition = first(clubs="club,founded\na,2014\nb,last year\n")
    with pytest.raises(TableError, match=r"clubs\.csv:3:founded: 'last year' is not an EDTF date"):
        as_of([edition], "2015")


# As a data frame


def test_what_is_known_of_rows_comes_as_a_typed_frame() -> None:
    clubs = "club,founded,closed\na,2010,\nb,2014,2015\nc,,\nd,2030,\n"
    found = as_of([first(clubs=clubs)], "2021").frame("clubs")
    assert list(zip(found["club"], found["holds"], strict=True)) == [
        ("a", "at_last_report"),
        ("c", "at_last_report"),
        ("b", "no_longer"),
    ]
    assert found["last_report"][0] == pd.Timestamp(2020, 6, 30)
    assert found["last_report"].isna().tolist() == [False, False, True]
    assert {str(found[name].dtype) for name in ("club", "founded", "holds")} == {"string"}
