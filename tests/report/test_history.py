"""Everything known of one subject, in chronological order."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import pytest

from club_package import made, world
from interopwatch import Entry, history
from interopwatch.errors import SubjectError
from packages import package, spec

if TYPE_CHECKING:
    from interopwatch import History, Package

FIRST = "source,work,title,published\nb1,book,Book,2020-06-30\n"
SECOND = f"{FIRST}b2,book,Book,2024-03-07\n"
PEOPLE = "person,name,knighted\np,Pat,2016\nq,Quin,\n"
NICKNAMES = "name,person\nPatty,p\nÉmile,q\n"
CLUBS = "club,name,founded\na,Alpha,2010-05\nb,Beta,2015\n"


STILL: Final = ("", "standing", "Alpha exists")
"""What a club is now is listed besides what happened to it."""


def first(**tables: str) -> Package:
    return world("2020-06-30", **{"sources": FIRST, "people": PEOPLE, "clubs": CLUBS, **tables})


def second(**tables: str) -> Package:
    known = {"sources": SECOND, "people": PEOPLE, "clubs": CLUBS, "nicknames": NICKNAMES}
    return world("2024-03-07", **{**known, **tables})


def reported(subject: str, *editions: Package) -> list[tuple[str, str, str]]:
    return [(e.date, e.kind, e.sentence) for e in history(editions, subject).entries]


# Who is meant


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("p", "Pat"),
        ("Pat", "Pat"),
        ("Patty", "Pat"),
        ("PAT", "Pat"),
        ("patty", "Pat"),
        ("ÉMILE", "Quin"),
        ("a", "Alpha"),
        ("alpha", "Alpha"),
    ],
)
def test_a_subject_goes_by_its_key_and_any_of_its_names(name: str, subject: str) -> None:
    assert history([second()], name).subject == subject


def test_an_unknown_subject_gets_suggestions() -> None:
    with pytest.raises(SubjectError, match="nothing is called 'Alfa'") as caught:
        history([second()], "Alfa")
    assert caught.value.hint == "Similar names: Alpha."
    with pytest.raises(SubjectError) as caught:
        history([second()], "Zzzzz")
    assert caught.value.hint == "Give a key, an acronym or a name."


def test_where_no_table_has_names_rows_go_by_their_keys() -> None:
    keyed = {"r": spec("id,x\na,1\nb,2\n", key="id"), "s": spec("id,y\nb,3\n", key="id")}
    editions = [package(keyed).memory("tables")]
    assert history(editions, "A").subject == "a"
    with pytest.raises(SubjectError) as caught:
        history(editions, "b")
    assert caught.value.hint == "Name one of them: r/b and s/b."
    assert [each.sentence for each in history(editions, "s/b").entries] == ["s: b, y 3"]


def test_a_row_without_words_is_called_by_what_stands_in_it() -> None:
    first = spec("id,Tree,Planted,Girth\na,Old Oak,by the mill,4\nb,Young Lime,in the yard,1\n")
    told = history([package({"trees": first}).memory("tables")], "a")
    assert told.subject == "Old Oak (a)"
    assert [each.sentence for each in told.entries] == ["trees: Old Oak (a), by the mill"]


def test_where_no_table_has_names_or_a_key_that_is_said() -> None:
    with pytest.raises(SubjectError) as caught:
        history([package({"r": spec("id,x\na,1\n", key=())}).memory("tables")], "a")
    assert caught.value.hint is not None
    assert "`names` in its descriptor" in caught.value.hint


def test_a_name_of_two_things_asks_for_the_key() -> None:
    both = second(clubs="club,name\na,Pat\n")
    with pytest.raises(SubjectError, match="'Pat' names more than one thing") as caught:
        history([both], "Pat")
    assert caught.value.hint == "Name one of them: people/p and clubs/a."
    assert history([both], "p").subject == "Pat"


def test_case_decides_only_where_nothing_matches_exactly() -> None:
    both = second(people="person,name\np,Pat\nx,PAT\n", nicknames="")
    assert reported("Pat", both) == reported("p", both)
    assert history([both], "PAT").subject == "PAT"
    with pytest.raises(SubjectError, match="more than one thing"):
        history([both], "pat")


def test_what_has_a_name_in_an_older_edition_only_can_be_asked_about() -> None:
    old = first(people="person,name\nz,Zoe\n", members="club,person,joined\na,z,2012\n")
    new = second(people="person,name\np,Pat\n", nicknames="")
    assert ("2012", "event", "Zoe joined Alpha (2012)") in reported("Zoe", old, new)


# What is listed


def test_entries_stand_in_order_of_time_and_undated_ones_last() -> None:
    edition = second(
        members="club,person,joined,left,reason\na,p,2012,2018,tired\nb,p,,,\n",
        games="club,game,date,planned\na,g,2016,false\n",
    )
    assert reported("Pat", edition) == [
        ("2012", "event", "Pat joined Alpha (2012)"),
        ("2016", "event", "Person: Pat"),
        ("2018", "event", "Pat left Alpha (2018): tired"),
        ("", "standing", "Pat is in Beta"),
    ]
    assert reported("a", edition) == [
        ("2010-05", "event", "Alpha was founded"),
        ("2012", "event", "Pat joined Alpha (2012)"),
        ("2016", "event", "Alpha played g (2016)"),
        ("2018", "event", "Pat left Alpha (2018): tired"),
        STILL,
    ]


def test_dates_are_ordered_by_their_last_day() -> None:
    games = "club,game,date,planned\na,w,2016,false\na,x,2016-02,false\n"
    games += "a,y,2015/2017,false\na,z,2016-02-03,false\n"
    dates = [date for date, _, _ in reported("a", second(games=games))]
    assert dates == ["2010-05", "2016-02-03", "2016-02", "2016", "2015/2017", ""]


def test_what_is_planned_is_expected() -> None:
    edition = second(games="club,game,date,planned\na,g,2030,true\n")
    assert reported("a", edition)[1:] == [("2030", "expected", "Planned game: Alpha / g"), STILL]


def test_each_entry_names_its_source_and_the_first_snapshot_that_holds_it() -> None:
    members = "club,person,joined,source,locator\na,p,2012,b1,Clubs > A\n"
    old = first(members=members)
    new = second(members=f"{members}b,p,2022,b2,Clubs > B\n")
    entries = [e for e in history([old, new, new], "p").entries if "joined" in e.sentence]
    assert entries == [
        Entry("2012", "Pat joined Alpha (2012)", "event", "b1", "Clubs > A", "2020-06-30"),
        Entry("2022", "Pat joined Beta (2022)", "event", "b2", "Clubs > B", "2024-03-07"),
    ]


def test_the_latest_statement_is_listed_once() -> None:
    old = first(members="club,person,joined\na,p,2012\n")
    new = second(members="club,person,joined,left,source\na,p,2012,2022,b2\n")
    assert [entry for entry in reported("p", old, new) if "Alpha" in entry[2]] == [
        ("2012", "event", "Pat joined Alpha (2012)"),
        ("2022", "event", "Pat left Alpha (2022)"),
    ]


# What the record itself went through


def test_a_row_that_a_later_edition_drops_is_listed_as_a_record() -> None:
    old = first(members="club,person,joined\na,p,2012\nb,p,\n", people="person,name\np,Pat\n")
    new = second(people="person,name\np,Pat\n", nicknames="")
    entries = reported("p", old, new)
    assert entries[:3] == [
        ("2012", "event", "Pat joined Alpha (2012)"),
        ("2024-03-07", "record", "Pat is no longer listed in Alpha"),
        ("2024-03-07", "record", "Pat is no longer listed in Beta"),
    ]
    (record, *_) = [e for e in history([old, new], "p").entries if e.kind == "record"]
    assert (record.recorded, record.source) == ("2024-03-07", "b1")


def test_what_a_later_edition_drops_is_not_listed_as_if_it_held() -> None:
    old = first(members="club,person\nb,p\n", people="person,name\np,Pat\n")
    new = second(people="person,name\np,Pat\n", nicknames="")
    assert [sentence for _, kind, sentence in reported("p", old, new) if kind == "standing"] == []


def test_an_edition_that_does_not_cover_the_work_drops_nothing() -> None:
    old = first(members="club,person\nb,p\n", people="person,name\np,Pat\n")
    silent = world(
        "2024-03-07",
        covers=("news",),
        sources="source,work,title,published\nn1,news,News,2024-03-07\n",
        people="person,name\np,Pat\n",
    )
    assert reported("p", old, silent)[-1] == ("", "standing", "Pat is in Beta")
    assert not [entry for entry in reported("p", old, silent) if entry[1] == "record"]


def test_a_table_that_a_later_edition_no_longer_has_is_a_record_too() -> None:
    def without_games(raw: dict[str, Any]) -> None:
        raw["resources"] = [r for r in raw["resources"] if r["name"] != "games"]

    clubs = {"sources": FIRST, "people": PEOPLE, "clubs": CLUBS}
    old = first(games="club,game,date\na,g,2016\n")
    new = made("2024-03-07", **{**clubs, "sources": SECOND}).edited(without_games)
    assert reported("a", old, new.memory("2024-03-07"))[-2:] == [
        ("2024-03-07", "record", "No longer listed: game Alpha / g"),
        STILL,
    ]


def test_a_correction_and_an_update_are_records() -> None:
    header = "club,name,founded,status,source\n"
    old = first(clubs=f"{header}a,Alpha,2010,small,b1\n")
    new = second(clubs=f"{header}a,Alpha,2011,big,b2\n")
    assert reported("a", old, new) == [
        ("2011", "event", "Alpha was founded"),
        (
            "2024-03-07",
            "record",
            "Alpha: founded changed from “2010” to “2011”; status changed from “small” to “big”",
        ),
        STILL,
    ]


def test_a_change_of_clerical_fields_is_no_history() -> None:
    header = "club,name,founded,position,locator\n"
    old = first(clubs=f"{header}a,Alpha,2010,1,p. 1\n")
    new = second(clubs=f"{header}a,Alpha,2010,2,p. 9\n")
    assert reported("a", old, new) == [("2010", "event", "Alpha was founded"), STILL]


# What a reader is told


FOLDS: Final = [
    {
        "by": ["club"],
        "name": "{person}",
        "noun": ["person", "people"],
        "sentences": {"holds": "Members: {count}: {names}", "history.began": "{names} joined"},
    }
]
THREE: Final = "person,name\nz,Zoe\np,Pat\nq,Quin\n"


def folding(date: str, sources: str, **tables: str) -> Package:
    """Return the clubs with words that fold several members."""

    def fold(raw: dict[str, Any]) -> None:
        (members,) = [each for each in raw["resources"] if each["name"] == "members"]
        members["interopwatch"]["words"]["folds"] = FOLDS

    return made(date, sources=sources, clubs=CLUBS, **tables).edited(fold).memory(date)


def told(found: History) -> list[tuple[str, str, str]]:
    """Return the lines of a history, each with its heading and the source below it."""
    return [
        (chapter.title, f"{item.when} {item.line.sentence}".strip(), source)
        for chapter in found.chapters
        for source, items in chapter.by_source()
        for item in items
    ]


def test_what_many_rows_say_of_a_subject_is_one_line_by_name() -> None:
    members = "club,person,joined\na,z,\na,p,\na,q,\nb,p,2016\nb,q,2016\nb,z,2016\n"
    edition = folding("2024-03-07", SECOND, people=THREE, members=members)
    standing = "True at last report (7 March 2024)"
    assert told(history([edition], "a")) == [
        ("In order of time", "May 2010 Alpha was founded", BOOK),
        (standing, "Alpha exists", BOOK),
        (standing, "Members: 3 people: Pat, Quin and Zoe", BOOK),
    ]
    assert ("In order of time", "2016 Pat, Quin and Zoe joined", BOOK) in told(
        history([edition], "b")
    )
    # For Pat, it is not a list of people; every row still has its entry.
    assert (standing, "Pat is in Alpha", BOOK) in told(history([edition], "p"))
    assert len(history([edition], "a").entries) == 5


BOOK: Final = "Book, 30 June 2020 (recorded since 7 March 2024)"


def test_two_rows_are_no_fold() -> None:
    edition = folding("2024-03-07", SECOND, people=THREE, members="club,person\na,z\na,p\n")
    sentences = [sentence for _, sentence, _ in told(history([edition], "a"))]
    assert sentences == [
        "May 2010 Alpha was founded", "Alpha exists", "Pat is in Alpha", "Zoe is in Alpha",
    ]  # fmt: skip


def test_the_same_said_by_two_rows_is_told_once() -> None:
    def say(raw: dict[str, Any]) -> None:
        (games,) = [each for each in raw["resources"] if each["name"] == "games"]
        games["interopwatch"]["words"]["sentences"]["reached"] = "{club} was founded"

    edition = made(
        "2024-03-07", clubs=CLUBS, games="club,game,date,planned\na,launch,2010-05,false\n"
    ).edited(say)
    found = history([edition.memory("2024-03-07")], "a")
    assert [sentence for _, sentence, _ in told(found)].count("May 2010 Alpha was founded") == 1
    assert len([entry for entry in found.entries if entry.date]) == 2


def test_what_two_rows_say_of_a_day_is_told_once_and_in_full() -> None:
    def say(raw: dict[str, Any]) -> None:
        (games,) = [each for each in raw["resources"] if each["name"] == "games"]
        games["interopwatch"]["words"]["sentences"]["reached"] = "{club} was founded: by {game}"

    games = "club,game,date,planned\na,friends,2010-05,false\nb,friends,2016,false\n"
    edition = made("2024-03-07", clubs=CLUBS, games=games).edited(say).memory("2024-03-07")
    assert [line for _, line, _ in told(history([edition], "a"))][:-1] == [
        "May 2010 Alpha was founded: by friends"
    ]
    # On another day, it is a different event.
    assert [line for _, line, _ in told(history([edition], "b"))][:-1] == [
        "2015 Beta was founded", "2016 Beta was founded: by friends",
    ]  # fmt: skip


def test_a_source_says_since_when_it_is_recorded_only_if_that_is_another_day() -> None:
    old = first(members="club,person,joined,source\na,p,2012,b1\n")
    new = second(members="club,person,joined,source\na,p,2012,b1\nb,p,2022,b2\n")
    sources = {sentence: source for _, sentence, source in told(history([old, new], "p"))}
    assert sources["2012 Pat joined Alpha (2012)"] == "Book, 30 June 2020"
    assert sources["2022 Pat joined Beta (2022)"] == "Book, 7 March 2024"
    working = made(sources=SECOND, people=PEOPLE, clubs=CLUBS).memory("tables")
    assert {source for *_, source in told(history([working], "a"))} == {
        "Book, 30 June 2020 (not yet frozen)"
    }


def test_a_revision_is_told_as_a_record() -> None:
    header = "club,name,founded,source\n"
    old = first(clubs=f"{header}a,Alpha,2010,b1\n")
    new = second(clubs=f"{header}a,Alpha,2011,b2\n")
    sentences = [sentence for _, sentence, _ in told(history([old, new], "a"))]
    assert "7 March 2024 on record: Alpha: founded changed from “2010” to “2011”" in sentences


# As a data frame


def test_a_history_is_a_frame_of_its_entries() -> None:
    found = history([first(), second()], "Alpha")
    frame = found.frame()
    assert list(frame.columns) == [each.name for each in fields(Entry)]
    assert set(map(str, frame.dtypes)) == {"string"}
    expected = [[getattr(e, name) for name in frame.columns] for e in found.entries]
    assert frame.fillna("").to_numpy().tolist() == expected
    assert expected[-1][1] == "Alpha exists"
