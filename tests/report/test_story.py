"""The history of a complete package in about ten lines: by its dates, or else by its editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from club_package import made, world
from interopwatch import history
from interopwatch.errors import SubjectError
from packages import package, spec

if TYPE_CHECKING:
    from interopwatch import Package

PEOPLE = "person,name\np,Pat\nq,Quin\n"


def told(*editions: Package) -> dict[str, list[tuple[str, str]]]:
    """Return the lines of the story of a package, by heading."""
    return {
        chapter.title: [(each.when, each.line.sentence) for each in chapter.items]
        for chapter in history(editions).chapters
    }


def test_each_year_is_told_by_what_happened_in_it() -> None:
    edition = world(
        "2024-03-07",
        people=PEOPLE,
        clubs="club,name,founded\na,Alpha,2010-05\nb,Beta,2010\nc,Gamma,2012~\n",
        members="club,person,joined,left,reason\na,p,2011,2015,tired\n",
    )
    assert told(edition)["Year by year"] == [
        ("2010", "Two new clubs: Alpha and Beta."),
        ("2012", "New club: Gamma."),
        ("2015", "Pat left (tired)."),
    ]


def test_a_package_without_headlines_is_told_in_its_nouns() -> None:
    edition = world(
        "2024-03-07",
        clubs="club,name,founded\na,Alpha,\n",
        games="club,game,date,planned\na,x,2016,false\na,y,2016-05,false\na,z,2030,true\n",
    )
    assert told(edition)["Year by year"] == [("2016", "Two games took place.")]


def test_what_began_with_what_it_belongs_to_is_told_with_that() -> None:
    edition = world(
        "2024-03-07",
        clubs="club,name,founded\na,Alpha,2016\n",
        games="club,game,date,planned\na,x,2016,false\na,y,2017,false\n",
    )
    assert told(edition)["Year by year"] == [
        ("2016", "New club: Alpha."),
        ("2017", "One game took place."),
    ]


def test_what_a_later_edition_no_longer_states_is_no_part_of_the_story() -> None:
    old = world("2020-06-30", clubs="club,name,founded\na,Alpha,2010\nb,Beta,2012\n")
    new = world("2024-03-07", clubs="club,name,founded\na,Alpha,2010\n")
    assert told(old, new)["Year by year"] == [("2010", "New club: Alpha.")]


def test_what_is_heavier_comes_first_and_a_year_has_three_sentences() -> None:
    def weigh(raw: dict[str, Any]) -> None:
        for resource in raw["resources"]:
            weights = {"games": 9, "members": 5}
            if resource["name"] in weights:
                words = resource["interopwatch"]["words"]
                words["weight"] = weights[resource["name"]]
                words["headlines"] = {
                    "began": ["joined: {names}", "joined: {names}"],
                    "ended": ["left: {names}", "left: {names}"],
                    "reached": ["game {game}", "{count} games"],
                }

    edition = made(
        "2024-03-07",
        people=PEOPLE,
        clubs="club,name,founded\na,Alpha,2016\nb,Beta,2010\n",
        members="club,person,joined,left\nb,p,2016-01,2016-02\n",
        games="club,game,date,planned\nb,x,2016,false\n",
    ).edited(weigh)
    assert told(edition.memory("2024-03-07"))["Year by year"][-1] == (
        "2016", "Game x. Joined: Pat. Left: Pat.",
    )  # fmt: skip


def test_more_years_than_are_read_at_a_glance_share_the_first_line() -> None:
    rows = "".join(f"c{year},Club {year},{year}\n" for year in range(1990, 2020))
    lines = told(world("2024-03-07", clubs=f"club,name,founded\n{rows}"))["Year by year"]
    assert len(lines) == 12
    assert lines[0][0] == "1990 to 2008"
    assert lines[0][1].startswith("19 new clubs: Club 1990, Club 1991,")
    assert lines[1] == ("2009", "New club: Club 2009.")


def test_what_holds_is_told_with_the_day_of_its_last_report() -> None:
    def count(raw: dict[str, Any]) -> None:
        (clubs,) = [each for each in raw["resources"] if each["name"] == "clubs"]
        clubs["interopwatch"]["words"]["headlines"]["unchanged"] = ["{count} club", "{count} clubs"]

    edition = made("2024-03-07", clubs="club,name,founded,closed\na,A,2010,2012\nb,B,2011,\n")
    found = history([edition.edited(count).memory("2024-03-07")])
    assert found.subject == "The story since 2010"
    now = found.chapters[-1]
    assert now.title == "True at last report"
    assert [(each.when, each.line.sentence) for each in now.items] == [("7 March 2024", "1 club.")]


def test_without_dates_it_is_told_what_each_edition_changed() -> None:
    names = ("2020", "2021", "2022")
    texts = ("id,name\n1,one\n", "id,name\n1,one\n2,two\n", "id,name,size\n1,one,\n2,two,\n")
    editions = [
        package({"shops": spec(text)}, title="Shops").memory(name)
        for name, text in zip(names, texts, strict=True)
    ]
    found = history(editions)
    assert found.subject == "Shops: the story since 2020"
    assert [(each.date, each.sentence) for each in found.entries] == [
        ("2021", "1 row added."),
        ("2022", "Column size is new, and empty."),
    ]


def test_there_may_be_no_story() -> None:
    with pytest.raises(SubjectError, match="no history to show: no row is dated") as caught:
        history([package({"shops": spec("id\n1\n")}).memory("tables")])
    assert "SUBJECT" in caught.value.hint
