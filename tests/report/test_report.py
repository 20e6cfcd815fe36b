"""The report: what comes first, what is listed, and what is only counted."""

from __future__ import annotations

import pytest

from club_package import world
from interopwatch import Package, Report, build_report
from interopwatch.report.formats import render_report
from packages import frozen, package, spec

OLD = "source,work,title,published\nb1,book,The Book,2020-06-30\n"
NEW = f"{OLD}b2,book,The Book,2024-03-07\n"


def older(**tables: str) -> Package:
    return world("2020-06-30", **{"sources": OLD, **tables})


def newer(**tables: str) -> Package:
    return world("2024-03-07", **{"sources": NEW, **tables})


def sections(made: Report) -> dict[str, dict[str, list[str]]]:
    """Return the sentences of a report by section and topic."""
    return {
        section.title: {g.topic: [line.sentence for line in g.lines] for g in section.groups}
        for section in made.sections
    }


# Headline


def test_the_headline_says_what_happened_and_then_what_did_not() -> None:
    people = "person,name\np,Pat\nq,Quin\n"
    members = "club,person,joined,left,reason\na,p,2015,{},moved away\na,q,2015,{},moved away\n"
    clubs = "club,name,founded,source\na,Alpha,2014,b1\n"
    old = older(people=people, clubs=clubs, members=members.format("", ""))
    new = newer(people=people, clubs=clubs, members=members.format("2022", "2023"))
    assert build_report(old, new).headline == (
        "Pat and Quin left (moved away).",
        "No change of clubs (1).",
    )


def test_the_headline_counts_and_names_what_is_new() -> None:
    old = older(clubs="club,name,founded\na,Alpha,2014\n")
    added = "b,Beta,2022,b2\nc,Gamma,2023,b2\nd,Delta,2014,b2\n"
    new = newer(clubs=f"club,name,founded,source\na,Alpha,2014,b1\n{added}")
    assert build_report(old, new).headline == (
        "2 new clubs: Beta and Gamma; 1 older club: Delta; none closed.",
    )
    one = newer(clubs="club,name,founded,source\na,Alpha,2014,b1\nb,Beta,2022,b2\n")
    assert build_report(old, one).headline == ("New club: Beta; none closed.",)


def test_a_headline_counts_only_what_its_words_are_for() -> None:
    header = "club,name,founded,source\na,Alpha,2014,b1\n"
    people = "person,name\np,Pat\n"
    old = older(people=people, clubs=header)
    new = newer(
        people=people,
        clubs=f"{header}b,Beta,2022,b2\n",
        members="club,person,joined,source\na,p,2022,b2\n",
    )
    assert build_report(old, new).headline == (
        "New club: Beta; none closed.",
        "Pat joined Alpha (2022).",
    )


def test_a_reason_is_given_for_several_rows_only_if_they_share_it() -> None:
    clubs, people = "club,founded\na,2014\n", "person,name\np,Pat\nq,Quin\n"
    members = "club,person,joined,left,reason\na,p,2015,{},tired\na,q,2015,{},moved\n"
    old = older(people=people, clubs=clubs, members=members.format("", ""))
    new = newer(people=people, clubs=clubs, members=members.format("2022", "2023"))
    assert build_report(old, new).headline[0] == "Pat and Quin left."


def test_steady_counts_only_what_holds() -> None:
    clubs = "club,founded,closed\na,2010,\nb,2010,2016\nc,2010,2035\n"
    old = older(clubs=clubs, notes="note\nx\n")
    assert build_report(old, newer(clubs=clubs)).headline == (
        "One note was removed.",  # a new source is no news
        "No change of clubs (2).",
    )


def test_what_one_side_does_not_cover_stands_last_in_the_headline() -> None:
    sources = f"{NEW}n1,news,The News,2023-08-01\n"
    old = older(clubs="club,founded\na,2014\n")
    tables = {"clubs": "club,founded,source\na,2014,b1\n", "notes": "note,source\nx,n1\ny,n1\n"}
    new = world("2024-03-07", covers=("book", "news"), sources=sources, **tables)
    assert build_report(old, new).headline[-1] == (
        "“The News” was read for the first time: 2 notes."
    )
    # The order of the arguments does not decide which is the older one.
    assert build_report(new, old).headline[-1] == build_report(old, new).headline[-1]
    silent = world("2025", sources=NEW, clubs="club,founded,source\na,2014,b1\n")
    assert build_report(new, silent).headline[-1] == (
        "The newer edition does not cover “The News”: 2 notes cannot be compared."
    )


def test_what_neither_side_covers_is_not_in_the_headline() -> None:
    sources = f"{NEW}n1,news,The News,2023-08-01\n"
    old = older(clubs="club,founded\na,2014\n")
    new = newer(sources=sources, clubs="club,founded,source\na,2014,b1\nb,2022,b2\n")
    assert build_report(old, new).headline == ("New club: b; none closed.",)


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("id,x\na,1\nb,2\n", "Nothing changed."),
        ("id,x\nb,2\na,1\n", "Nothing changed but the form."),
        ("id,x\na,1.0\nb,2\n", "Nothing changed but the form."),
        ("id,x\na,1\nb,3\n", "1 row changed."),
        ("id,x\na,5\nc,2\nd,2\n", "2 rows added, 1 removed and 1 changed."),
    ],
)
def test_a_package_without_words_is_summed_up_in_numbers(text: str, headline: str) -> None:
    types = {"x": "number"}
    old = package({"r": spec("id,x\na,1\nb,2\n", types=types)}).memory("old")
    new = package({"r": spec(text, types=types)}).memory("new")
    assert build_report(old, new).headline == (headline,)


def test_a_change_of_schema_alone_is_in_the_headline() -> None:
    old = package({"r": "id,x\na,\n"}).memory("old")
    new = package({"r": "id,y,z\na,,\n"}).memory("new")
    made = build_report(old, new)
    assert made.headline == (
        "Column x is gone; it was empty.",
        "Column y is new, and empty.",
        "Column z is new, and empty.",
    )


# Sections


def test_sections_stand_in_order_of_interest() -> None:
    header = "club,name,founded,closed,status,source\n"
    old = older(clubs=f"{header}a,Alpha,2014,,s,b1\nb,Beta,2014,,s,b1\nc,Gamma,2014,,s,b1\n")
    new = newer(
        clubs=f"{header}a,Alpha,2015,,s,b1\nb,Beta,2014,,t,b1\n"
        "d,Delta,2022,,s,b2\ne,Epsilon,2014,,s,b2\nf,Phi,,,s,b2\n"
    )
    assert sections(build_report(old, new)) == {
        "News": {"Clubs": ["New club: Delta, founded 2022"]},
        "Newly listed": {"Clubs": ["New club Phi"]},
        "No longer listed": {"Clubs": ["No longer listed: club Gamma"]},
        "Corrected": {"Clubs": ["Alpha: founded changed from “2014” to “2015”"]},
        "Updated": {"Clubs": ["Beta: status changed from “s” to “t”"]},
        "Already true before, recorded now": {"Clubs": ["Epsilon, founded 2014"]},
    }
    assert [section.title for section in build_report(old, new).sections] == [
        "News",
        "Newly listed",
        "No longer listed",
        "Corrected",
        "Updated",
        "Already true before, recorded now",
    ]


def test_lines_stand_in_the_order_of_their_names() -> None:
    new = newer(clubs="club,name,founded,source\na,Zeta,2022,b2\nb,Alpha,2022,b2\n")
    assert sections(build_report(older(), new))["News"]["Clubs"] == [
        "New club: Alpha, founded 2022",
        "New club: Zeta, founded 2022",
    ]


def test_each_line_names_its_source_and_the_place_in_it() -> None:
    new = newer(clubs="club,name,founded,source,locator\na,Alpha,2022,b2,Clubs > A\n")
    (line,) = build_report(older(), new).sections[0].groups[0].lines
    assert (line.source, line.locator, line.source_id) == (
        "The Book, 7 March 2024", "Clubs > A", "b2",
    )  # fmt: skip


def test_a_removed_row_names_the_source_that_had_stated_it() -> None:
    (section,) = build_report(older(clubs="club,locator\na,p. 7\n"), newer()).sections
    (line,) = section.groups[0].lines
    assert (line.source, line.locator) == ("The Book, 30 June 2020", "p. 7")


def test_a_source_that_is_not_listed_is_named_by_its_id() -> None:
    new = newer(clubs="club,name,founded,source\na,Alpha,2022,lost\n")
    (line,) = build_report(older(), new).sections[0].groups[0].lines
    assert (line.source, line.source_id) == ("lost", "lost")


# Folding


def test_parts_that_come_with_the_whole_are_counted() -> None:
    new = newer(
        people="person,name\np,Pat\n",
        clubs="club,name,founded,source\na,Alpha,2022,b2\n",
        members="club,person,joined,source\na,p,2022,b2\n",
        games="club,game,date,planned,source\na,g,2023,false,b2\na,h,2030,true,b2\n",
        rules="club,rule,source\na,r,b2\n",
    )
    made = build_report(older(), new)
    assert sections(made) == {"News": {"Clubs": ["New club: Alpha, founded 2022; 1 member"]}}
    assert made.remarks[0] == (
        "Not listed one by one: 1 member, 1 game, 1 planned game and 1 rule."
    )


def test_news_of_an_old_row_stays_news() -> None:
    new = newer(
        people="person,name\np,Pat\nq,Quin\n",
        clubs="club,name,founded,source\na,Alpha,2014,b2\n",
        members="club,person,joined,source\na,p,2022,b2\na,q,2015,b2\n",
        games="club,game,date,source\na,g,2023,b2\n",
    )
    made = build_report(older(), new)
    assert sections(made) == {
        "News": {"Members": ["Pat joined Alpha (2022)"], "Games": ["Alpha played g (2023)"]},
        "Already true before, recorded now": {"Clubs": ["Alpha, founded 2014; 2 members"]},
    }
    assert made.remarks[0] == "Not listed one by one: 1 member."


def test_parts_that_go_with_the_whole_are_counted() -> None:
    old = older(clubs="club,name\na,Alpha\nb,Beta\n", rules="club,rule\na,r\nb,s\n")
    made = build_report(old, newer(clubs="club,name,source\nb,Beta,b1\n"))
    assert sections(made) == {
        "No longer listed": {
            "Clubs": ["No longer listed: club Alpha"],
            "rules": ["No longer listed: rule Beta / s"],
        }
    }
    assert made.remarks[0] == "Not listed one by one: 1 rule."


def test_a_changed_part_is_listed() -> None:
    old = older(clubs="club,name\na,Alpha\n", rules="club,rule,text\na,r,one\n")
    new = newer(clubs="club,name\na,Alpha\n", rules="club,rule,text\na,r,two\n")
    assert sections(build_report(old, new)) == {
        "Updated": {"rules": ["Alpha / r: text changed from “one” to “two”"]}
    }


def test_reference_rows_are_counted_unless_they_are_news() -> None:
    old = older(people="person,name,rank\np,Pat,low\nq,Quin,low\n")
    new = newer(people="person,name,rank,knighted\np,Pat,low,2022\nr,Rae,,\n")
    made = build_report(old, new)
    assert sections(made) == {"News": {"People": ["Pat was knighted (2022)"]}}
    assert made.remarks == ("1 source and 1 person were added; 1 person was removed.",)


def test_clerical_changes_are_counted() -> None:
    header = "club,name,founded,position\n"
    made = build_report(
        older(clubs=f"{header}a,Alpha,2014,1\n"), newer(clubs=f"{header}a,Alpha,2014,2\n")
    )
    assert made.sections == ()
    assert "Reworded without a change of substance: 1 club." in made.remarks


def test_uncovered_rows_are_counted_not_listed() -> None:
    sources = f"{NEW}n1,news,The News,2023-08-01\n"
    new = world("2024-03-07", covers=("book", "news"), sources=sources, notes="note,source\nx,n1\n")
    made = build_report(older(), new)
    assert made.sections == ()
    assert made.headline == ("“The News” was read for the first time: 1 note.",)


def test_what_a_reconstruction_could_not_know_is_counted() -> None:
    old = world("2020-06-30", basis="reconstructed", sources=OLD)
    new = newer(notes="note,source\nx,b2\n", clubs="club,name,founded,source\na,A,2022,b2\n")
    made = build_report(old, new)
    assert sections(made) == {"News": {"Clubs": ["New club: A, founded 2022"]}}
    assert made.remarks[0].startswith("One of the two editions is reconstructed")
    assert made.remarks[0].endswith("1 note.")


def test_form_and_spelling_are_remarks() -> None:
    types = {"x": "number"}
    old = package({"r": spec("id,x\na,1\n", types=types), "s": "id\nb\na\n"}).memory("old")
    new = package({"r": spec("id,x\na,1.0\n", types=types), "s": "id\na\nb\n"}).memory("new")
    assert build_report(old, new).remarks == (
        "Spelled differently, same values: 1 row.",
        "Form only (order, quoting, line ends): s.",
    )


def test_what_did_not_change_is_one_line() -> None:
    old = package({"r": "id,x\na,1\nb,2\nc,3\n", "s": "id\na\n"}).memory("old")
    new = package({"r": "id,x\na,1\nb,9\nd,4\n", "s": "id\na\n"}).memory("new")
    assert (
        build_report(old, new).unchanged == "Unchanged: 2 rows; nothing changed in 1 of 2 tables."
    )


@pytest.mark.parametrize(
    ("tables", "line"),
    [
        ({"r": "id,x\na,1\nb,2\n", "s": "id\na\n"}, "Unchanged: all 3 rows."),
        ({"r": "id,x\na,1\nb,3\n", "s": "id\na\nb\n"}, "Unchanged: 2 rows."),
        ({"r": "id,x\na,2\nb,3\n", "s": "id\nb\n"}, ""),
    ],
)
def test_of_what_did_not_change_only_what_helps_is_said(tables: dict[str, str], line: str) -> None:
    old = package({"r": "id,x\na,1\nb,2\n", "s": "id\na\n"}).memory("old")
    report = build_report(old, package({**tables}).memory("new"))
    assert report.unchanged == line
    assert not render_report(report, "markdown").endswith("\n\n")


# The other way round


def test_a_report_backwards_has_the_same_senses() -> None:
    old = older(clubs="club,name,founded\na,Alpha,2014\n")
    new = newer(clubs="club,name,founded,source\na,Alpha,2014,b1\nb,Beta,2022,b2\n")
    back = build_report(new, old)
    assert [section.title for section in back.sections] == ["News"]
    assert (back.old.label, back.new.label) == ("2020-06-30", "2024-03-07")
    assert "given first" in back.remarks[0]
    assert back.sections == build_report(old, new).sections


def test_a_source_list_without_titles_is_named_by_its_works() -> None:
    ours = {"provenance": {"resource": "sources"}}
    listed = spec("source,work,published\nn1,news,2023\n", "source", ours={"reference": True})
    rows = spec("id,source\na,n1\n", refs={"source": "sources.source"})
    meta = {**ours, **frozen("2020")}
    empty = spec("source,work,published\n", "source", ours={"reference": True})
    old = package({"sources": empty, "r": spec("id,source\n")}, ours=meta).memory("2020")
    new = package({"sources": listed, "r": rows}, ours={**ours, **frozen("2023", ("news",))})
    made = build_report(old, new.memory("2023"))
    assert made.headline[-1] == ("“news” was read for the first time: 1 row.")
