"""Sentences out of a descriptor's vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from club_package import made, world
from interopwatch import diff, tell
from interopwatch.errors import TemplateError
from interopwatch.package.descriptor import Field
from interopwatch.report.wording import (
    Optional,
    Reference,
    Speaker,
    counted,
    fill,
    joined,
    parse,
    references,
    spoken,
    tally,
)
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch import Package


def filled(template: str, **cells: str) -> str:
    def value(reference: Reference) -> str:
        return next(filter(None, (cells[".".join(path)] for path in reference.paths)), "")

    return fill(parse(template), value)


# Templates


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain text", "plain text"),
        ("", ""),
        ("{a}", "one"),
        ("{a}{b}", "onetwo"),
        ("{empty}", ""),
        ("{empty|a}", "one"),
        ("{a|b}", "one"),
        ("{empty|empty}", ""),
        ("x[ ({a})]", "x (one)"),
        ("x[ ({empty})]", "x"),
        ("x[ ({a}, {empty})]y", "xy"),
        ("x[ ({empty|b})]", "x (two)"),
        ("[always]", "always"),
        ("[{a}][{empty}][{b}]", "onetwo"),
        ("{{{a}}}", "{one}"),
        ("[[{a}]]", "[one]"),
        ("[ {{x}} {a}]", " {x} one"),
        ("{a}: 100% & <b>", "one: 100% & <b>"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert filled(template, a="one", b="two", empty="") == text


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{a", "a { without its partner"),
        ("a}", "a } without its partner"),
        ("{a{b}}", "a { without its partner"),
        ("x [y", "a [ without its ]"),
        ("x] y", "a ] without its ["),
        ("[a [b] c]", "optional parts cannot be nested"),
        ("{}", "an empty reference {}"),
        ("{a.}", "an empty reference {a.}"),
        ("{.a}", "an empty reference {.a}"),
        ("{a||b}", "an empty reference {a||b}"),
        ("{|a}", "an empty reference {|a}"),
    ],
)
def test_templates_that_cannot_be_read(template: str, what: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(template)
    assert what in caught.value.message
    assert repr(template) in caught.value.message


def test_references_of_a_template() -> None:
    found = list(references(parse("{a} and {b.c|d}[ in {e}] or {{f}}")))
    assert found == [
        Reference((("a",),)),
        Reference((("b", "c"), ("d",))),
        Reference((("e",),)),
    ]
    assert parse("x[{e}]") == ("x", Optional((Reference((("e",),)),)))


@given(st.text())
def test_any_text_can_be_quoted(text: str) -> None:
    quoted = "".join(char * 2 if char in "{}[]" else char for char in text)
    assert filled(quoted) == text


@given(st.text(alphabet="{}[]|.ab "))
def test_a_template_is_read_or_refused_as_such(text: str) -> None:
    try:
        parts = parse(text)
    except TemplateError:
        with pytest.raises(TemplateError, match=re.escape(repr(text))):
            parse(text)
    else:
        braces = [match.group(0) for match in re.finditer(r"\{\{|\}\}|\{[^{}\[\]]*\}", text)]
        named = [found for found in braces if found not in ("{{", "}}")]
        assert len(list(references(parts))) == len(named)


# Lists and numbers


def test_joined() -> None:
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


def test_counted() -> None:
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
    assert spoken(field, cell) == said


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
    return Speaker(package).say(template, found, package.rows(resource)[index])


def test_a_reference_is_said_by_its_label(clubs: Package) -> None:
    assert say(clubs, "{person} in {club}", "members") == "Pat in Alpha"
    assert say(clubs, "{club.founded}, {person.knighted}", "members") == "May 2014, 2016"
    assert say(clubs, "{person.name|person}", "members", 1) == "q"
    assert say(clubs, "{club}", "members", 2) == "b"


def test_a_label_without_words_is_the_key(clubs: Package) -> None:
    speaker = Speaker(clubs)
    people, games = clubs.resource("people"), clubs.resource("games")
    assert speaker.label(people, clubs.rows("people")[1]) == "q"
    assert speaker.label(games, clubs.rows("games")[0]) == "Alpha / g"
    assert speaker.label(games, {"club": "", "game": "g"}) == "— / g"


def test_a_short_name_falls_back_to_the_label(clubs: Package) -> None:
    speaker = Speaker(clubs)
    members, rules = clubs.resource("members"), clubs.resource("rules")
    assert speaker.short(members, clubs.rows("members")[0]) == "Pat"
    assert speaker.short(rules, clubs.rows("rules")[0]) == "Alpha / r"


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
        ("{pubs.count}", "clubs", "'pubs' is no field of 'clubs' and no resource"),
        ("{notes.count}", "clubs", "'notes' is no field of 'clubs' and no resource"),
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
    assert caught.value.hint == "Its fields are: club, rule, text, source, locator."


def test_labels_that_name_each_other_come_to_an_end() -> None:
    refs, ours = {"other": "r.id"}, {"label": "{id} of {other}"}
    circle = package({"r": spec("id,other\na,b\nb,a\n", refs=refs, ours=ours)}).memory()
    said = say(circle, "{other}", "r")
    assert said.startswith("b of a of b")
    assert len(said) < 40


# Changes


def sentences(old: Package, new: Package) -> dict[str, str]:
    return {
        "/".join(item.change.key.values()): item.sentence
        for item in tell(diff(old, new), old, new)
        if item.change.resource != "sources"
    }


BOOK = "source,work,published\nb,book,2024\n"


def both(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    old, new = world("2020", sources=BOOK, **before), world("2024", sources=BOOK, **after)
    return sentences(old, new)


def test_words_for_a_sense_come_before_words_for_a_kind() -> None:
    people = {"people": "person,name\np,Pat\n", "clubs": "club,name,founded\na,Alpha,2014\n"}
    rows = "club,person,joined,left,reason\n"
    assert both(people, {**people, "members": f"{rows}a,p,2022,,\n"}) == {
        "a/p": "Pat joined Alpha (2022)"
    }
    assert both(
        {**people, "members": f"{rows}a,p,2015,,\n"},
        {**people, "members": f"{rows}a,p,2015,2022-03,moved away\n"},
    ) == {"a/p": "Pat left Alpha (March 2022): moved away"}
    assert both({**people, "members": f"{rows}a,p,2015,,\n"}, people) == {
        "a/p": "Pat is no longer listed in Alpha"
    }


def test_without_words_a_row_is_told_by_its_noun_and_label() -> None:
    notes = {"notes": "note,text\nx,hello\n"}
    assert both({}, notes) == {"x": "New note x"}
    assert both(notes, {}) == {"x": "No longer listed: note x"}


def test_a_changed_cell_is_told_with_both_values() -> None:
    header = "club,name,founded,status\n"
    told = both(
        {"clubs": f"{header}a,Alpha,2014,small\nb,Beta,2014,\nc,Gamma,2014,big\n"},
        {"clubs": f"{header}a,Alpha,2014,big\nb,Beta,2014,big\nc,Gamma,2014,\n"},
    )
    assert told == {
        "a": "Alpha: status changed from “small” to “big”",
        "b": "Beta: status is now stated: “big”",
        "c": "Gamma: status is no longer stated (it was “big”)",
    }


def test_a_field_is_called_by_its_title() -> None:
    types = {"x": {"title": "Head of state"}, "y": {"title": "ISO code"}}
    old = package({"r": spec("id,x,y,z\na,1,1,1\n", types=types)}).memory("old")
    new = package({"r": spec("id,x,y,z\na,2,2,2\n", types=types)}).memory("new")
    assert sentences(old, new) == {
        "a": "a: head of state changed from “1” to “2”; ISO code changed from “1” to “2”; "
        "z changed from “1” to “2”"
    }


def test_a_field_may_have_words_of_its_own() -> None:
    told = both({"people": "person,name,rank\np,Pat,low\n"},
                {"people": "person,name,rank,knighted\np,Pat,high,2022\n"})  # fmt: skip
    assert told == {"p": "Pat was knighted (2022); Pat: rank changed from “low” to “high”"}


def test_paperwork_is_told_only_if_there_is_nothing_else() -> None:
    header = "club,name,position,status,locator\n"
    told = both(
        {"clubs": f"{header}a,Alpha,1,small,p. 1\nb,Beta,2,big,p. 2\n"},
        {"clubs": f"{header}a,Alpha,2,big,p. 3\nb,Beta,1,big,p. 2\n"},
    )
    assert told == {
        "a": "Alpha: status changed from “small” to “big”",
        "b": "Beta: position changed from “2” to “1”",
    }


def test_paperwork_is_clerical_and_nothing_else_is() -> None:
    header = "club,name,position,status,locator\n"
    old = world("2020", sources=BOOK, clubs=f"{header}a,A,1,s,p\nb,B,1,s,p\nc,C,1,s,p\n")
    new = world("2024", sources=BOOK, clubs=f"{header}a,A,2,s,q\nb,B,1,t,q\nd,D,1,s,p\n")
    clerical = {item.change.key["club"]: item.clerical for item in tell(diff(old, new), old, new)}
    assert clerical == {"a": True, "b": False, "c": False, "d": False}


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ("observed", "Beta: name changed from “Alpha” to “Beta”; status is now stated: “big”"),
        ("reconstructed", "Beta: name changed from “Alpha” to “Beta”"),
    ],
)
def test_what_a_reconstruction_could_not_state_is_not_told_as_new(basis: str, told: str) -> None:
    header = "club,name,founded,status\n"
    old = world("2020", basis=basis, sources=BOOK, clubs=f"{header}a,Alpha,2014,\n")
    new = world("2024", sources=BOOK, clubs=f"{header}a,Beta,2014,big\n")
    assert sentences(old, new) == {"a": told}


def test_a_removed_field_is_told_in_the_words_of_the_older_package() -> None:
    old = package({"r": "id,x\na,1\n"}).memory("old")
    new = package({"r": "id\na\n"}).memory("new")
    assert sentences(old, new) == {"a": "a: x is no longer stated (it was “1”)"}


def test_a_bad_template_is_an_error_of_the_descriptor() -> None:
    def edit(raw: dict[str, Any]) -> None:
        (notes,) = (r for r in raw["resources"] if r["name"] == "notes")
        notes["interopwatch"] = {"words": {"sentences": {"added": "{note"}}}

    old, new = made("2020"), made("2024", notes="note\nx\n").edited(edit)
    with pytest.raises(TemplateError, match="without its partner"):
        sentences(old.memory(), new.memory())
