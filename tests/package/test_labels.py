"""Names of rows and cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from club_package import world
from interopwatch.errors import TemplateError
from interopwatch.package.descriptor import Field
from interopwatch.package.labels import RowLabels, counted, format_value, joined, tally
from packages import package, spec

if TYPE_CHECKING:
    from interopwatch import Package


# Lists and numbers


def test_a_list_as_english_writes_it() -> None:
    assert joined([]) == ""
    assert joined(["a"]) == "a"
    assert joined(["a", "b"]) == "a and b"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert joined(["a", "b", "c", "d"], most=2) == "a, b and 2 more"
    assert joined(["a", "b", "c"], most=3) == "a, b and c"
    assert joined([str(i) for i in range(30)]).endswith("11 and 18 more")


@given(st.lists(st.sampled_from("abcd"), max_size=20), st.integers(1, 12))
def test_a_list_never_loses_count(texts: list[str], most: int) -> None:
    said = joined(texts, most)
    shown = said.replace(" and ", ", ").split(", ") if said else []
    if len(texts) > most:
        assert shown.pop() == f"{len(texts) - most} more"
    assert shown == texts[:most]


def test_a_number_with_its_noun() -> None:
    noun = ("row", "rows")
    assert [counted(n, noun) for n in (0, 1, 2, 1000)] == [
        "0 rows", "1 row", "2 rows", "1,000 rows",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "cell", "said"),
    [
        (Field("f"), "2014-05", "2014-05"),
        (Field("f", options={"rdfType": "http://id.loc.gov/datatypes/edtf/EDTF"}), "2014-05",
         "May 2014"),
        (Field("f", "date"), "2014-05-06", "6 May 2014"),
        (Field("f", "yearmonth"), "2014-05", "May 2014"),
        (Field("f", options={"categories": [{"value": "eop", "label": "Partner"}, "x"]}), "eop",
         "Partner"),
        (Field("f", options={"categories": [{"value": "eop"}]}), "eop", "eop"),
        (Field("f", options={"categories": ["eop"]}), "eop", "eop"),
        (Field("f", "number"), "16500000", "16500000"),
        (Field("f", "date"), "", ""),
    ],
)  # fmt: skip
def test_cells_in_words(field: Field, cell: str, said: str) -> None:
    assert format_value(field, cell) == said


# Rows


@pytest.fixture(scope="module")
def clubs() -> Package:
    return world(
        "2020",
        people="person,name,knighted\np,Pat,2016\nq,,\n",
        clubs="club,name,founded\na,Alpha,2014-05\nb,,\n",
        members="club,person,joined\na,p,2015\na,q,\nb,p,\n",
        games="club,game,date,planned\na,g,2016,false\na,h,2030,true\na,i,2031,true\n",
        rules="club,rule,text\na,r,No hats\nb,gone,\n",
    )


def say(package: Package, template: str, resource: str, index: int = 0) -> str:
    found = package.resource(resource)
    return RowLabels(package).say(template, found, package.rows(resource)[index])


def test_a_reference_is_said_by_its_label(clubs: Package) -> None:
    assert say(clubs, "{person} in {club}", "members") == "Pat in Alpha"
    assert say(clubs, "{club.founded}, {person.knighted}", "members") == "May 2014, 2016"
    assert say(clubs, "{person.name|person}", "members", 1) == "q"
    assert say(clubs, "{club}", "members", 2) == "b"


def test_a_label_without_words_is_the_key(clubs: Package) -> None:
    labels = RowLabels(clubs)
    people, games = clubs.resource("people"), clubs.resource("games")
    assert labels.label(people, clubs.rows("people")[1]) == "q"
    assert labels.label(games, clubs.rows("games")[0]) == "Alpha / g"
    assert labels.label(games, {"club": "", "game": "g"}) == "— / g"


def test_a_short_name_falls_back_to_the_label(clubs: Package) -> None:
    labels = RowLabels(clubs)
    members, rules = clubs.resource("members"), clubs.resource("rules")
    assert labels.short(members, clubs.rows("members")[0]) == "Pat"
    assert labels.short(rules, clubs.rows("rules")[0]) == "Alpha / r"


def test_rows_that_belong_to_a_row_are_counted(clubs: Package) -> None:
    assert say(clubs, "{members.count}", "clubs") == "2 members"
    assert say(clubs, "{members.count}", "clubs", 1) == "1 member"
    assert say(clubs, "{games.count}", "clubs") == "1 game and 2 planned games"
    assert say(clubs, "none[; {games.count}]", "clubs", 1) == "none"


def test_a_tally_of_rows_by_their_nouns(clubs: Package) -> None:
    assert tally(clubs.resource("games"), clubs.rows("games")) == "1 game and 2 planned games"
    assert tally(clubs.resource("games"), []) == ""


def test_a_missing_reference_is_said_as_it_is_written() -> None:
    dangling = world("2020", members="club,person\nnowhere,nobody\n")
    assert say(dangling, "{person} in {club}", "members") == "nobody in nowhere"
    assert say(dangling, "x[ {club.name}]", "members") == "x"
    assert say(dangling, "{club.name|club}", "members") == "nowhere"


@pytest.mark.parametrize(
    ("template", "resource", "what"),
    [
        ("{colour}", "clubs", "resource 'clubs' has no field 'colour'"),
        ("{club.colour}", "members", "resource 'clubs' has no field 'colour'"),
        ("{person.club}", "members", "resource 'people' has no field 'club'"),
        ("{club|colour}", "notes", "resource 'notes' has no field 'club'"),
        ("{pubs.count}", "clubs", "'pubs' is neither a field of 'clubs' nor a resource"),
        ("{notes.count}", "clubs", "'notes' is neither a field of 'clubs' nor a resource"),
        ("{rules.count}", "people", "the rows of 'rules' do not belong to 'people'"),
    ],
)
def test_a_template_that_refers_to_nothing(
    clubs: Package, template: str, resource: str, what: str
) -> None:
    if resource == "notes":
        clubs = world("2020", notes="note\nx\n")
    with pytest.raises(TemplateError) as caught:
        say(clubs, template, resource)
    assert caught.value.message.startswith(what)


def test_a_template_that_refers_to_nothing_lists_the_fields(clubs: Package) -> None:
    with pytest.raises(TemplateError) as caught:
        say(clubs, "{colour}", "rules")
    assert caught.value.hint.startswith("Its fields are: club, rule, text, source, locator. ")


def test_labels_that_name_each_other_come_to_an_end() -> None:
    refs, ours = {"other": "r.id"}, {"label": "{id} of {other}"}
    circle = package({"r": spec("id,other\na,b\nb,a\n", refs=refs, ours=ours)}).memory()
    said = say(circle, "{other}", "r")
    assert said.startswith("b of a of b")
    assert len(said) < 40


def test_amounts_have_commas_in_sentences_and_keys_do_not() -> None:
    text = "id,people,opened\n123456,16500000,2024\n2,-12345,1999\n"
    types = dict.fromkeys(("id", "people", "opened"), "integer")
    made = package({"r": spec(text, types=types)}).memory()
    labels, resource = RowLabels(made), made.resource("r")
    said = [labels.say("{id}: {people} in {opened}", resource, row) for row in made.rows("r")]
    assert said == ["123456: 16,500,000 in 2024", "2: -12,345 in 1999"]
