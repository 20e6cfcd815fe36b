"""Changes in sentences, by a descriptor's vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from club_package import made, world
from interopwatch import diff, tell
from interopwatch.errors import TemplateError
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch import Package


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


def test_without_words_a_row_is_named_by_its_noun_and_label() -> None:
    notes = {"notes": "note,text\nx,hello\n"}
    assert both({}, notes) == {"x": "New note x"}
    assert both(notes, {}) == {"x": "No longer listed: note x"}


def test_a_changed_cell_is_narrated_with_both_values() -> None:
    header = "club,name,founded,status\n"
    reported = both(
        {"clubs": f"{header}a,Alpha,2014,small\nb,Beta,2014,\nc,Gamma,2014,big\n"},
        {"clubs": f"{header}a,Alpha,2014,big\nb,Beta,2014,big\nc,Gamma,2014,\n"},
    )
    assert reported == {
        "a": "Alpha: status changed from “small” to “big”",
        "b": "Beta: status is now stated: “big”",
        "c": "Gamma: status is no longer stated (it was “big”)",
    }


def test_a_field_is_called_by_its_title() -> None:
    types = {"x": {"title": "Head of state"}, "y": {"title": "ISO code"}}
    old = package({"r": spec("id,x,y,z\na,1,1,1\n", types=types)}).memory("old")
    new = package({"r": spec("id,x,y,z\na,2,2,2\n", types=types)}).memory("new")
    assert sentences(old, new) == {
        "a": "a: Head of state changed from “1” to “2”; ISO code changed from “1” to “2”; "
        "z changed from “1” to “2”"
    }


def test_a_field_may_have_words_of_its_own() -> None:
    reported = both({"people": "person,name,rank\np,Pat,low\n"},
                {"people": "person,name,rank,knighted\np,Pat,high,2022\n"})  # fmt: skip
    assert reported == {"p": "Pat was knighted (2022); Pat: rank changed from “low” to “high”"}


def test_clerical_fields_are_narrated_only_if_nothing_else_changed() -> None:
    header = "club,name,position,status,locator\n"
    reported = both(
        {"clubs": f"{header}a,Alpha,1,small,p. 1\nb,Beta,2,big,p. 2\n"},
        {"clubs": f"{header}a,Alpha,2,big,p. 3\nb,Beta,1,big,p. 2\n"},
    )
    assert reported == {
        "a": "Alpha: status changed from “small” to “big”",
        "b": "Beta: position changed from “2” to “1”",
    }


def test_a_change_of_clerical_fields_alone_is_clerical() -> None:
    header = "club,name,position,status,locator\n"
    old = world("2020", sources=BOOK, clubs=f"{header}a,A,1,s,p\nb,B,1,s,p\nc,C,1,s,p\n")
    new = world("2024", sources=BOOK, clubs=f"{header}a,A,2,s,q\nb,B,1,t,q\nd,D,1,s,p\n")
    clerical = {item.change.key["club"]: item.clerical for item in tell(diff(old, new), old, new)}
    assert clerical == {"a": True, "b": False, "c": False, "d": False}


@pytest.mark.parametrize(
    ("basis", "reported"),
    [
        ("observed", "Beta: name changed from “Alpha” to “Beta”; status is now stated: “big”"),
        ("reconstructed", "Beta: name changed from “Alpha” to “Beta”"),
    ],
)
def test_what_a_reconstruction_could_not_state_is_not_narrated_as_new(
    basis: str, reported: str
) -> None:
    header = "club,name,founded,status\n"
    old = world("2020", basis=basis, sources=BOOK, clubs=f"{header}a,Alpha,2014,\n")
    new = world("2024", sources=BOOK, clubs=f"{header}a,Beta,2014,big\n")
    assert sentences(old, new) == {"a": reported}


def test_a_removed_field_is_narrated_in_the_words_of_the_older_package() -> None:
    old = package({"r": "id,x\na,1\n"}).memory("old")
    new = package({"r": "id\na\n"}).memory("new")
    assert sentences(old, new) == {"a": "a: x is no longer stated (it was “1”)"}


def test_a_bad_template_is_an_error_of_the_descriptor() -> None:
    def edit(raw: dict[str, Any]) -> None:
        (notes,) = (r for r in raw["resources"] if r["name"] == "notes")
        notes["interopwatch"] = {"words": {"sentences": {"added": "{note"}}}

    old, new = made("2020"), made("2024", notes="note\nx\n").edited(edit)
    with pytest.raises(TemplateError, match=r"an unmatched \{"):
        sentences(old.memory(), new.memory())
