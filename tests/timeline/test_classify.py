"""The sense of a change: every row of the table of senses, and its edge cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from club_package import made, senses, world
from interopwatch import Sense, diff, tell
from interopwatch.errors import TableError
from packages import package, spec

Tables = dict[str, str]

OLD = "source,work,published\nb1,book,2020-06-30\n"
NEW = f"{OLD}b2,book,2024-03-07\nb0,book,2019-05\nn1,news,2023-08-01\n"


Options = Mapping[str, Any]


def found(
    old: Tables, new: Tables, *, older: Options | None = None, newer: Options | None = None
) -> dict[str, Sense]:
    """Return the senses of the changes from a snapshot of 2020-06-30 to one of 2024-03-07."""
    before = world("2020-06-30", **{"sources": OLD, **old}, **(older or {}))
    after = world("2024-03-07", **{"sources": NEW, **new}, **(newer or {}))
    return {k: s for k, s in senses(before, after).items() if not k.startswith("sources")}


def test_all_senses_are_the_ones_of_the_table() -> None:
    assert {sense.value for sense in Sense} == {
        "began", "ended", "reached", "backfilled", "corrected",
        "retracted", "uncovered", "updated", "undated",
    }  # fmt: skip


# Rows that are added


@pytest.mark.parametrize(
    ("founded", "source", "sense"),
    [
        ("2022", "b2", Sense.BEGAN),
        ("2020-07", "b2", Sense.BEGAN),
        ("2020-07-01", "b2", Sense.BEGAN),
        ("2024", "b2", Sense.BEGAN),
        ("2021/2023", "b2", Sense.BEGAN),
        ("2014", "b2", Sense.BACKFILLED),
        ("2014~", "b2", Sense.BACKFILLED),
        ("2020-06-30", "b2", Sense.BACKFILLED),
        ("2020-06", "b2", Sense.BACKFILLED),
        ("../2019", "b2", Sense.BACKFILLED),
        ("2020", "b2", Sense.UNDATED),  # in the year of the older snapshot, before or after it
        ("2020", "b1", Sense.BACKFILLED),  # reported as past when that was published
        ("2019/2021", "b2", Sense.UNDATED),
        ("202X", "b2", Sense.UNDATED),
        ("", "b2", Sense.UNDATED),
        ("", "b1", Sense.BACKFILLED),  # its source was published by the older date
        ("", "b0", Sense.BACKFILLED),
        ("2030", "b2", Sense.UNDATED),  # announced, not done
        ("2024-03-08", "b2", Sense.UNDATED),
    ],
)
def test_a_row_is_placed_by_its_own_date(founded: str, source: str, sense: Sense) -> None:
    new = {"clubs": f"club,founded,source\na,{founded},{source}\n"}
    assert found({}, new) == {"clubs a": sense}


@pytest.mark.parametrize(
    ("published", "sense"),
    [("2024-03-07", Sense.BACKFILLED), ("2023-11", Sense.BEGAN), ("2025-03-03", Sense.UNDATED)],
)
def test_a_year_against_a_day_inside_it(published: str, sense: Sense) -> None:
    # A page of 2024-03-07 that reports 2024 as past reports what happened by 2024-03-07. One
    # of 2023 can only have announced it; one of 2025 may mean the rest of the year.
    sources = f"source,work,published\nb1,book,{published}\n"
    old = world("2023-12-31" if sense is Sense.BEGAN else "2024-03-07", sources=sources)
    new = world("2025-03-03", sources=sources, clubs="club,founded\na,2024\n")
    assert senses(old, new) == {"clubs a": sense}


def test_events_are_reached() -> None:
    new = {
        "clubs": "club,founded\na,2014\n",
        "games": "club,game,date\na,late,2022\na,early,2016\na,some,2020\na,open,\n",
    }
    assert found({"clubs": new["clubs"]}, {**new, "games": new["games"]}) == {
        "games a/late": Sense.REACHED,
        "games a/early": Sense.BACKFILLED,
        "games a/some": Sense.BACKFILLED,  # its source is the older one
        "games a/open": Sense.BACKFILLED,
    }


def test_what_is_planned_has_not_happened() -> None:
    clubs = {"clubs": "club,founded\na,2014\n"}
    games = "club,game,date,planned,source\na,g,2022,true,b2\na,h,2030,true,b2\na,i,2016,true,b1\n"
    assert found(clubs, {**clubs, "games": games}) == {
        "games a/g": Sense.UNDATED,
        "games a/h": Sense.UNDATED,
        "games a/i": Sense.BACKFILLED,  # a source of that time had already planned it
    }


def test_a_part_is_no_older_than_what_it_belongs_to() -> None:
    new = {
        "clubs": "club,founded,source\na,2022,b2\n",
        "people": "person\np\n",
        "members": "club,person,source\na,p,b2\n",
        "rules": "club,rule,source\na,r,b2\n",
        "games": "club,game,date,planned,source\na,g,2030,true,b2\n",
    }
    assert found({"people": "person\np\n"}, new) == {
        "clubs a": Sense.BEGAN,
        "members a/p": Sense.BEGAN,
        "rules a/r": Sense.BEGAN,
        "games a/g": Sense.UNDATED,
    }


def test_a_part_of_something_old_may_be_new() -> None:
    clubs = {"clubs": "club,founded\na,2014\n"}
    rules = {"rules": "club,rule,source\na,r,b2\n"}
    assert found(clubs, {**clubs, **rules}) == {"rules a/r": Sense.UNDATED}


@pytest.mark.parametrize(
    ("games", "sense"),
    [
        ("a,g,2016,false\n", Sense.BACKFILLED),
        ("a,g,2022,false\na,h,2016,false\n", Sense.BACKFILLED),
        ("a,g,2022,false\n", Sense.UNDATED),  # it may have existed long before its first game
        ("a,g,2016,true\n", Sense.UNDATED),  # a plan proves nothing
    ],
)
def test_what_a_dated_row_needs_was_there_by_then(games: str, sense: Sense) -> None:
    text = "club,game,date,planned,source\n" + games.replace("\n", ",b2\n")
    new = {"clubs": "club,source\na,b2\n", "games": text}
    assert found({}, new)["clubs a"] is sense


# Rows that are removed


def test_a_fact_that_is_no_longer_stated_is_retracted() -> None:
    old = {
        "clubs": "club,founded,closed\na,2014,\nb,,\nc,2014,2016\n",
        "games": "club,game,date\na,g,2016\n",
    }
    assert set(found(old, {}).values()) == {Sense.RETRACTED}
    assert len(found(old, {})) == 4


# Coverage


def test_what_only_one_snapshot_covers_is_uncovered() -> None:
    notes = {"notes": "note,source\nx,n1\ny,b2\n"}
    both: Options = {"covers": ("book", "news")}
    assert found({}, notes, newer=both) == {"notes x": Sense.UNCOVERED, "notes y": Sense.UNDATED}
    assert found({}, notes, older=both, newer=both)["notes x"] is Sense.UNDATED
    was = {"sources": NEW, "notes": "note,source\nx,n1\ny,b1\n"}
    assert found(was, {}, older=both) == {"notes x": Sense.UNCOVERED, "notes y": Sense.RETRACTED}
    assert found(was, {}, older=both, newer=both)["notes x"] is Sense.RETRACTED


def test_dates_come_before_coverage() -> None:
    both: Options = {"covers": ("book", "news")}
    clubs = "club,founded,source\nnew,2022,n1\nold,2014,n1\nsome,2020,n1\nplain,,n1\n"
    rules = "club,rule,source\nnew,r,n1\nold,r,n1\n"
    assert found({}, {"clubs": clubs, "rules": rules}, newer=both) == {
        "clubs new": Sense.BEGAN,
        "clubs old": Sense.BACKFILLED,
        "clubs some": Sense.UNDATED,
        "clubs plain": Sense.UNCOVERED,
        "rules new/r": Sense.BEGAN,
        "rules old/r": Sense.UNCOVERED,
    }


def test_a_row_without_a_source_is_never_uncovered() -> None:
    assert found({}, {"notes": "note,source\nx,\n"}, older={"covers": ()}) == {
        "notes x": Sense.UNDATED
    }


# Rows that change


@pytest.mark.parametrize(
    ("before", "after", "sense"),
    [
        ("", "2022", Sense.ENDED),
        ("", "2014", Sense.BACKFILLED),
        ("", "2020", Sense.BACKFILLED),  # its source is of 2020-06-30
        ("", "2030", Sense.UPDATED),  # announced
        ("2018", "2019", Sense.CORRECTED),
        ("2018", "2018-05", Sense.CORRECTED),
        ("2018", "", Sense.CORRECTED),
        ("2018", "2022", Sense.CORRECTED),
        ("2022", "2021", Sense.ENDED),  # announced then, done now
        ("2030", "2031", Sense.UPDATED),
        ("2030", "2022", Sense.ENDED),
        ("2030", "", Sense.UPDATED),
        ("2030", "2019", Sense.BACKFILLED),
    ],
)
def test_an_end_is_stated_corrected_or_announced(before: str, after: str, sense: Sense) -> None:
    people = {"people": "person\np\n", "clubs": "club,founded\na,2010\n"}
    old = {**people, "members": f"club,person,joined,left\na,p,2011,{before}\n"}
    new = {**people, "members": f"club,person,joined,left\na,p,2011,{after}\n"}
    assert found(old, new) == {"members a/p": sense}


@pytest.mark.parametrize(
    ("before", "after", "sense"),
    [
        ("", "2022", Sense.BEGAN),
        ("", "2014", Sense.BACKFILLED),
        ("2014", "2015", Sense.CORRECTED),
        ("2014", "2022", Sense.CORRECTED),
        ("2014", "", Sense.CORRECTED),
        ("2022", "2023", Sense.BEGAN),  # it was announced for 2022
    ],
)
def test_a_begin_is_stated_or_corrected(before: str, after: str, sense: Sense) -> None:
    old = {"clubs": f"club,founded\na,{before}\n"}
    assert found(old, {"clubs": f"club,founded\na,{after}\n"}) == {"clubs a": sense}


def test_a_moment_is_reached() -> None:
    old, new = "person,knighted\np,\nq,\nr,2016\n", "person,knighted\np,2022\nq,2014\nr,2015\n"
    assert found({"people": old}, {"people": new}) == {
        "people p": Sense.REACHED,
        "people q": Sense.BACKFILLED,
        "people r": Sense.CORRECTED,
    }


@pytest.mark.parametrize(
    ("before", "after", "sense"),
    [
        ("2022,true", "2022,false", Sense.REACHED),
        ("2022,true", "2023,false", Sense.REACHED),
        ("2022,true", "2019,false", Sense.BACKFILLED),
        ("2022,true", "2020,false", Sense.UNDATED),
        ("2022,true", ",false", Sense.UNDATED),
        ("2022,true", "2025,true", Sense.UPDATED),
        (",true", "2025,true", Sense.UPDATED),
        ("2019,false", "2025,true", Sense.CORRECTED),
        ("2019,false", "2018,false", Sense.CORRECTED),
        (",false", "2022,false", Sense.REACHED),
    ],
)
def test_a_plan_is_carried_out_moved_or_withdrawn(before: str, after: str, sense: Sense) -> None:
    old = {"games": f"club,game,date,planned,source\na,g,{before},b1\n"}
    new = {"games": f"club,game,date,planned,source\na,g,{after},b2\n"}
    assert found(old, new) == {"games a/g": sense}


def test_a_field_that_holds_no_date_is_updated() -> None:
    old = {"clubs": "club,founded,name,status\na,2014,A,small\n", "notes": "note,text\nx,one\n"}
    new = {"clubs": "club,founded,name,status\na,2014,A,big\n", "notes": "note,text\nx,two\n"}
    assert found(old, new) == {"clubs a": Sense.UPDATED, "notes x": Sense.UPDATED}


def test_of_several_senses_the_strongest_counts() -> None:
    header = "club,founded,closed,status\n"
    old = {"clubs": f"{header}a,2014,,small\nb,2014,,small\nc,,,small\n"}
    new = {"clubs": f"{header}a,2015,2022,gone\nb,2015,,big\nc,2022,2023,big\n"}
    assert found(old, new) == {
        "clubs a": Sense.ENDED,
        "clubs b": Sense.CORRECTED,
        "clubs c": Sense.ENDED,
    }


# Reconstructions


def test_what_a_reconstruction_lacks_may_have_been_there() -> None:
    guessed: Options = {"basis": "reconstructed"}
    old = {"clubs": "club,founded,status\na,2014,\n"}
    new = {
        "clubs": "club,founded,status\na,2014,big\nb,,\nc,2022,\nd,2014,\n",
        "notes": "note,source\nx,b2\n",
    }
    assert found(old, new, older=guessed) == {
        "clubs a": Sense.UNDATED,
        "clubs b": Sense.BACKFILLED,  # its source is the older one
        "clubs c": Sense.BEGAN,
        "clubs d": Sense.BACKFILLED,
        "notes x": Sense.UNDATED,
    }
    assert found(old, new)["clubs a"] is Sense.UPDATED


def test_a_row_that_a_reconstruction_lacks_is_not_retracted() -> None:
    guessed: Options = {"basis": "reconstructed"}
    old = {"clubs": "club\na\n"}
    assert found(old, {}, newer=guessed) == {"clubs a": Sense.UNDATED}
    assert found(old, {}) == {"clubs a": Sense.RETRACTED}


# The order of the arguments, and packages that are no snapshots


def test_senses_follow_the_order_of_time_whichever_package_comes_first() -> None:
    old = world("2020-06-30", sources=OLD, clubs="club,founded\na,2014\nb,2014\n")
    new = world(
        "2024-03-07",
        sources=NEW,
        clubs="club,founded,closed\na,2014,2022\nc,2022,\nd,2014,\n",
    )
    forwards, backwards = senses(old, new), senses(new, old)
    assert forwards == backwards
    assert forwards["clubs a"] is Sense.ENDED
    assert forwards["clubs b"] is Sense.RETRACTED
    assert forwards["clubs c"] is Sense.BEGAN
    kinds = {c.key["club"]: c.kind for c in diff(new, old).rows if c.resource == "clubs"}
    assert kinds == {"a": "changed", "b": "added", "c": "removed", "d": "removed"}


def test_a_working_edition_stands_for_the_day_of_its_latest_source() -> None:
    old = world("2020-06-30", sources=OLD)
    tables = {"sources": NEW, "clubs": "club,founded\na,2022\nb,2030\n"}
    found = senses(old, made(**tables).memory("tables"))
    assert found["clubs a"] is Sense.BEGAN
    assert found["clubs b"] is Sense.UNDATED


def test_without_any_date_to_compare_with_the_source_cannot_tell() -> None:
    types = {"since": "edtf"}
    ours = {"lifecycle": {"begin": "since"}}
    old = package({"r": spec("id,since,x\na,2014,1\nb,2014,1\n", types=types, ours=ours)})
    new = package({"r": spec("id,since,x\na,2014,2\nc,2014,1\n", types=types, ours=ours)})
    one, other = old.memory("old"), new.memory("new")
    sentences = tell(diff(one, other), one, other)
    assert {t.change.key["id"]: t.sense for t in sentences} == {
        "a": Sense.UPDATED,
        "b": Sense.RETRACTED,
        "c": Sense.UNDATED,
    }


def test_a_date_that_takes_the_place_of_a_text_is_a_correction() -> None:
    types = {"since": "edtf"}
    ours = {"lifecycle": {"begin": "since"}}
    old = package({"r": spec("id,since\na,in spring\nb,2014\n")})
    new = package({"r": spec("id,since\na,2014\nb,2014\n", types=types, ours=ours)})
    one, other = old.memory("old"), new.memory("new")
    assert [t.sense for t in tell(diff(one, other), one, other)] == [Sense.CORRECTED]


def test_a_text_where_an_edition_says_that_dates_stand_is_an_error() -> None:
    types = {"since": "edtf"}
    ours = {"lifecycle": {"begin": "since"}}
    old = package({"r": spec("id,since\na,in spring\n", types=types, ours=ours)})
    new = package({"r": spec("id,since\na,2014\n", types=types, ours=ours)})
    one, other = old.memory("old"), new.memory("new")
    with pytest.raises(TableError, match="since: 'in spring' is not an EDTF date"):
        tell(diff(one, other), one, other)
