"""Rows as the records of a picture: names, dates with their bounds, and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from club_package import first, second, world
from interopwatch import Package, build_report
from interopwatch.package.picture import Series
from interopwatch.report.series import records

if TYPE_CHECKING:
    from interopwatch.report.series import Record

MEMBERS = Series(
    "members",
    {"who": "{person}", "club": "{club.name|club}"},
    dates={"start": "joined", "end": "left"},
)
CLUBS = Series("clubs", {"name": "{name|club}", "status": "{status}"}, dates={"start": "founded"})


def compared(series: Series, old: Package, new: Package) -> tuple[Record, ...]:
    found = build_report(old, new).comparison
    assert found is not None
    return records(series, found.new, found.old, found.items)


def test_a_record_has_names_and_not_keys() -> None:
    found = records(
        MEMBERS,
        world(
            "2024-03-07",
            people="person,name\np,Pat\n",
            clubs="club,name\na,Alpha\n",
            members="club,person\na,p\n",
        ),
    )
    assert [(each["who"], each["club"]) for each in found] == [("Pat", "Alpha")]


@pytest.mark.parametrize(
    ("text", "first_", "last", "rough", "said"),
    [
        ("2014", 2014.0, 2015.0, False, "2014"),
        ("2014~", 2014.0, 2015.0, True, "about 2014"),
        ("2014/2016", 2014.0, 2017.0, False, "between 2014 and 2016"),
        ("../2016", None, 2017.0, False, "by the end of 2016"),
        ("2015-07-02", 2015.4986, 2015.5014, False, "2 July 2015"),
        ("", None, None, False, ""),
    ],
)
def test_a_date_is_as_wide_as_its_source_leaves_it(
    text: str,
    first_: float | None,
    last: float | None,
    rough: bool,  # noqa: FBT001 - a value to be found
    said: str,
) -> None:
    (found,) = records(CLUBS, world("2024-03-07", clubs=f"club,founded\na,{text}\n"))
    shown = [found[f"start_{part}"] for part in ("first", "last", "rough", "text")]
    assert shown == [first_, last, rough, said]


def test_nothing_is_later_than_the_source_that_reports_it_as_past() -> None:
    (found,) = records(CLUBS, world("2024-07-01", clubs="club,founded\na,2024\n"))
    assert found["start_last"] == found["until"] == 2024.5


def test_what_is_expected_by_a_date_lies_after_its_source() -> None:
    series = Series("games", {"game": "{game}"}, dates={"day": "date"})
    games = "club,game,date,planned\na,final,../2030,true\n"
    (found,) = records(series, world("2024-12-31", clubs="club\na\n", games=games))
    assert (found["planned"], found["day_first"], found["day_last"]) == (True, 2024.9973, 2031.0)


def test_only_the_rows_that_are_asked_for_are_shown() -> None:
    clubs = "club,status\na,big\nb,small\nc,big\n"
    series = Series("clubs", {"club": "{club}"}, where="status=big&club!=c")
    assert [each["club"] for each in records(series, world("2024-03-07", clubs=clubs))] == ["a"]


def test_what_changed_is_marked() -> None:
    old = first(clubs="club,status,founded\na,small,2010\nb,small,2011\nd,small,2012\n")
    new = second(
        clubs="club,status,founded,source\na,big,2010,b2\nb,small,2011,b1\nc,new,2022,b2\n"
    )
    shown = [
        (each["name"], each["change"], each["sense"], each["was_status"], each["status"])
        for each in compared(CLUBS, old, new)
    ]
    assert shown == [
        ("a", "changed", "updated", "small", "big"),
        ("b", "", "", "small", "small"),
        ("c", "added", "began", "new", "new"),
        ("d", "removed", "retracted", "small", "small"),
    ]


def test_what_is_only_recorded_now_is_no_change() -> None:
    new = second(clubs="club,founded,source\na,2010,b2\n")
    assert [each["change"] for each in compared(CLUBS, first(), new)] == [""]


def test_what_a_picture_does_not_show_is_no_change_of_it() -> None:
    old = first(clubs="club,hall\na,one\n")
    new = second(clubs="club,hall\na,two\n")
    assert [each["change"] for each in compared(CLUBS, old, new)] == [""]


def test_columns_are_ranked_where_that_is_asked_for() -> None:
    series = Series("members", {"who": "{person}", "club": "{club}"}, order=("who", "club"))
    found = records(
        series,
        world(
            "2024-03-07",
            people="person\np\nq\nr\n",
            clubs="club\na\nb\n",
            members="club,person\na,p\nb,q\na,r\n",
        ),
    )
    rank = {each["who"]: int(str(each["who_rank"])) for each in found}
    assert sorted(rank.values()) == [0, 1, 2]
    assert abs(rank["p"] - rank["r"]) == 1
