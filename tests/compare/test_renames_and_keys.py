"""Changes are recognised for what they are: renamed, reformatted, re-keyed, ignored."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import assume, given, reject, settings

from examples import examples
from interopwatch import ChangeSet, diff, tell
from interopwatch.changeset.apply import apply
from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.serialise import read, to_json
from interopwatch.compare.key_spellings import reformatted_keys
from interopwatch.errors import DescriptorError, KeyProblemError
from interopwatch.package.keys import with_keys
from interopwatch.package.tolerance import Tolerance
from interopwatch.report.build import build
from interopwatch.report.narrate import describe_schema_change
from packages import Made, Spec, package, spec
from rendered import render_changes
from small_packages import revisions, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from interopwatch import Package

PEOPLE = "id,name,born\n1,Ada,1815\n2,Grace,1906\n3,Alan,1912\n"


def opened(
    old: Mapping[str, Spec | str] | Spec | str, new: Mapping[str, Spec | str] | Spec | str
) -> tuple[Package, Package]:
    sides = ({"r": side} if isinstance(side, (str, Spec)) else side for side in (old, new))
    a, b = (package(side).memory(label) for side, label in zip(sides, ("old", "new"), strict=True))
    return a, b


def between(
    old: Mapping[str, Spec | str] | Spec | str, new: Mapping[str, Spec | str] | Spec | str
) -> ChangeSet:
    """Return the diff, after checking its laws."""
    a, b = opened(old, new)
    found = diff(a, b)
    assert apply(a, found) == tidy(b)
    assert apply(b, ~found) == tidy(a)
    assert ~found == diff(b, a)
    assert ~~found == found
    assert read(to_json(found), "x") == found
    return found


def shape(found: ChangeSet) -> list[tuple[str, str, str]]:
    return [(c.kind, c.resource, c.field) for c in found.schema]


def lines(old: Package, new: Package, tolerance: Tolerance | None = None) -> list[str]:
    found = diff(old, new, tolerances={"r": tolerance} if tolerance else {})
    text = render_changes(found, tell(found, old, new), "terminal")
    return click.unstyle(text).splitlines()


# Laws


@given(revisions())
@settings(max_examples=examples(300), deadline=None)
def test_what_was_renamed_and_rekeyed_is_told_without_loss(made: tuple[Made, ...]) -> None:
    a, b, c = (each.memory(name) for each, name in zip(made, "abc", strict=True))
    try:
        one, then = diff(a, b), diff(b, c)
    except KeyProblemError:  # the key was renamed, and its values do not show it
        reject()
    # If a key was lost, change sets have keys that do not compose.
    assume(not (one.keys or then.keys))
    for old, new, found in ((a, b, one), (b, c, then), (a, c, one + then)):
        assert apply(old, found) == tidy(new)
        assert apply(new, ~found) == tidy(old)
        assert read(to_json(found), "x") == found
    assert ~one == diff(b, a)
    assert (one + then).renames == ~((~then + ~one).renames)


# Fields


def test_a_renamed_field_is_no_change_of_any_row() -> None:
    found = between(PEOPLE, PEOPLE.replace("name", "full_name"))
    assert shape(found) == [("renamed", "r", "full_name")]
    assert found.schema[0].before == {"name": "name"}
    assert found.rows == ()
    a, b = opened(PEOPLE, PEOPLE.replace("name", "full_name"))
    assert lines(a, b) == ["schema field r.full_name renamed (it was name)"]
    assert "Column name was renamed full_name." in build(a, b).headline


def test_a_row_that_changed_beside_is_told_under_the_new_name() -> None:
    new = PEOPLE.replace("name", "full_name").replace("Ada", "Ada L.").replace("1906", "1907")
    old = PEOPLE + "".join(f"{n},Person {n},19{n}\n" for n in range(10, 30))
    new += "".join(f"{n},Person {n},19{n}\n" for n in range(10, 30))
    found = between(old, new)
    assert shape(found) == [("renamed", "r", "full_name")]
    assert [(c.key["id"], c.fields) for c in found.rows] == [
        ("1", ("full_name",)),
        ("2", ("born",)),
    ]
    a, b = opened(old, new)
    assert tell(found, a, b)[0].sentence == "1: full_name changed from “Ada” to “Ada L.”"
    back = diff(b, a)
    assert tell(back, b, a)[0].sentence == "1: name changed from “Ada L.” to “Ada”"


@pytest.mark.parametrize("changed", [0, 3])
def test_many_renamed_fields_are_recognised_in_seconds(changed: int) -> None:
    number = 1500
    headers = [["id", *(f"{side}{n}" for n in range(number))] for side in "cd"]
    texts = []
    for names, end in zip(headers, ("", "x"), strict=True):
        lines = []
        for row in range(40):
            last = end if row < changed else ""
            lines.append(",".join([str(row), *(f"{row}-{n}{last}" for n in range(number))]))
        texts.append("\n".join([",".join(names), *lines, ""]))
    old, new = (package({"r": text}).memory(side) for text, side in zip(texts, "ab", strict=True))
    begin = process_time()
    changes = diff(old, new)
    assert process_time() - begin < 10
    assert changes.renames.of("r").pairs == {f"c{n}": f"d{n}" for n in range(number)}
    assert changes.count("changed") == changed
    assert len(diff(new, old).renames.of("r").pairs) == number


def test_a_renamed_key_is_recognised_by_its_values() -> None:
    found = between(spec(PEOPLE, "id"), spec(PEOPLE.replace("id", "code"), "code"))
    assert shape(found) == [("renamed", "r", "code")]
    assert found.rows == ()


PLACES = "city code,Full_Name,height\n" + "".join(f"{n},Town {n},{n * 7 % 31}\n" for n in range(40))


@pytest.mark.parametrize(
    ("old", "new", "renamed"),
    [
        # The header was normalised: no key is needed to see that.
        ("city code,Full_Name", "City-Code,full name", {"Full_Name": "full name"}),
        ("city code,Full_Name", "CITY_CODE,Full_Name", {}),
        # With such a column as the key, a column with a completely different name is found.
        ("city code,Full_Name", "City_Code,label", {"Full_Name": "label"}),
    ],
)
@pytest.mark.parametrize("key", ["", "city code"])
def test_a_header_that_is_spelled_otherwise_has_the_same_columns(
    old: str, new: str, renamed: dict[str, str], key: str
) -> None:
    names = [each.split(",")[0] for each in (old, new)]
    texts = (PLACES, PLACES.replace(old, new))
    sides = (spec(text, name if key else "") for text, name in zip(texts, names, strict=True))
    found = between(*sides)
    assert found.renames.of("r").pairs == {names[0]: names[1], **renamed}
    assert found.rows == ()
    assert found.keys == ({} if key else {"r": (names[1],)})


def test_what_was_renamed_is_found_beside_a_key_that_is_found() -> None:
    rows = [f"Town {n},{n}000,{n * 7 % 31}\n" for n in range(1, 41)]
    old = "no,town,people,height\n" + "".join(f"{n:03},{row}" for n, row in enumerate(rows))
    new = "code,name,people,height\n" + "".join(f"{n},{row}" for n, row in enumerate(rows))
    found = between(spec(old, "no"), spec(new, "code"))
    assert found.keys == {"r": ("people",)}
    assert found.renames.of("r").pairs == {"town": "name"}


def test_a_key_that_was_said_to_be_renamed_shows_what_else_was() -> None:
    text = PLACES.replace("city code,Full_Name,height", "id,town,metres")
    old, new = opened(spec(PLACES, ""), spec(text, ""))
    found = diff(*with_keys(old, new, ["city code=id"]))
    pairs = {"city code": "id", "Full_Name": "town", "height": "metres"}
    assert found.renames.of("r").pairs == pairs
    assert found.rows == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id,a,A\n1,x,y\n2,z,u\n", "id,A B,a b\n1,p,q\n2,r,s\n"),  # two with the same normal form
        (spec("id,a x\n1,1\n2,2\n", types={"a x": "integer"}), "id,a_x\n1,7\n2,8\n"),  # of a type
        ("id,price\n1,5\n2,6\n", "id,price %\n1,7\n2,8\n"),  # a sign may be a unit
    ],
)
def test_other_columns_are_not_taken_for_a_spelling(old: Spec | str, new: Spec | str) -> None:
    assert {kind for kind, _, _ in shape(between(old, new))} == {"added", "removed"}


def test_a_name_that_another_field_takes_over_is_told_apart() -> None:
    a, b, c = (
        package({"r": text}).memory(label)
        for text, label in (
            ("id,x,y\n1,p,q\n2,r,s\n", "a"), ("id,y\n1,q\n2,s\n", "b"), ("id,x\n1,q\n2,s\n", "c")
        )
    )  # fmt: skip
    both = diff(a, b) + diff(b, c)
    assert both.renames.of("r").pairs == {"y": "x"}
    assert both.rows[0].before == {"id": "1", "x′": "p", "x": "q"}
    assert apply(a, both) == tidy(c)
    assert apply(c, ~both) == tidy(a)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id,a\n1,x\n2,y\n3,z\n", "id,b\n1,p\n2,q\n3,r\n"),  # different cells
        ("id,a\n1,x\n2,x\n3,x\n", "id,b\n1,x\n2,x\n3,x\n"),  # one value shows nothing
        ("id,a,b\n1,x,x\n2,y,y\n", "id,c,d\n1,x,x\n2,y,y\n"),  # either could be either
        (spec("id,a\n1,1\n2,2\n", types={"a": "integer"}), "id,b\n1,1\n2,2\n"),  # another type
        ("id,a\n1,\n2,\n", "id,b\n1,\n2,\n"),  # nothing to compare
    ],
)
def test_a_field_is_not_taken_for_renamed_on_little_evidence(
    old: Spec | str, new: Spec | str
) -> None:
    assert {kind for kind, _, _ in shape(between(old, new))} == {"added", "removed"}


# Resources


def test_a_renamed_resource_is_compared_as_one() -> None:
    found = between({"people": PEOPLE}, {"persons": PEOPLE.replace("1815", "1816")})
    assert shape(found) == [("renamed", "persons", "")]
    assert [(c.resource, c.key["id"], c.fields) for c in found.rows] == [
        ("persons", "1", ("born",))
    ]
    a, b = opened({"people": PEOPLE}, {"persons": PEOPLE})
    assert lines(a, b) == ["schema resource persons renamed (it was people)"]


def test_a_resource_with_other_rows_is_another() -> None:
    found = between({"people": PEOPLE}, {"ships": "id,name,born\n8,Argo,1900\n9,Beagle,1820\n"})
    assert {kind for kind, _, _ in shape(found)} == {"added", "removed"}


# Keys


def test_a_row_whose_key_changed_is_one_change() -> None:
    found = between(PEOPLE, PEOPLE.replace("2,Grace", "102,Grace"))
    (change,) = found.rows
    assert (change.kind, change.key, change.fields) == ("changed", {"id": "102"}, ("id",))
    assert change.before is not None
    assert change.before["id"] == "2"
    a, b = opened(PEOPLE, PEOPLE.replace("2,Grace", "102,Grace"))
    assert lines(a, b)[1:] == ["  ~ 2 → 102  updated", "      id: “2” → “102”"]


def test_rows_that_refer_to_it_follow_a_row_whose_key_changed() -> None:
    text = "person,job,since\n2,a,1\n2,b,1\n3,a,1\n"
    jobs = spec(text, ["person", "job"], refs={"person": "people.id"})
    then = replace(jobs, content=jobs.content.replace(b"2,", b"102,"))
    found = between(
        {"jobs": jobs, "people": PEOPLE},
        {"jobs": then, "people": PEOPLE.replace("2,Grace", "102,Grace")},
    )
    assert [(c.resource, c.kind, c.fields) for c in found.rows] == [
        ("jobs", "changed", ("person",)),
        ("jobs", "changed", ("person",)),
        ("people", "changed", ("id",)),
    ]


def test_another_name_in_the_key_is_another_row() -> None:
    text = "person,since,why\n1,2001,because\n"
    old = spec(text, "person", refs={"person": "people.id"})
    new = replace(old, content=old.content.replace(b"1,2001", b"2,2001"))
    found = between({"j": old, "people": PEOPLE}, {"j": new, "people": PEOPLE})
    assert [c.kind for c in found.rows] == ["removed", "added"]


def test_what_many_rows_say_does_not_tell_one_of_them() -> None:
    old = "id,status,place\n1,active,here\n2,active,here\n3,closed,there\n"
    found = between(old, old.replace("2,active", "9,active"))
    assert [c.kind for c in found.rows] == ["removed", "added"]


@pytest.mark.parametrize(
    ("spell", "spelling"),
    [
        (lambda n: f"{n:05}", "leading zeros"),
        (lambda n: f" k{n} ", "white space"),
        (lambda n: f"K{n}", "case"),
    ],
)
def test_keys_spelled_otherwise_throughout_are_one_finding(
    spell: Callable[[int], str], spelling: str
) -> None:
    plain = str if spelling == "leading zeros" else lambda n: f"k{n}"
    old, new = (
        "id,x\n" + "".join(f"{name(n)},{n % 7}\n" for n in range(1, 2000))
        for name in (plain, spell)
    )
    found = between(old, new.replace(f"{spell(5)},5", f"{spell(5)},8"))
    assert [(c.kind, c.fields) for c in found.rows] == [("changed", ("id", "x"))]
    assert len(found.reformatted) == 1998
    (told,) = reformatted_keys((*found.rows, *found.reformatted))
    assert (told.rows, told.spellings, told.fields) == (1999, (spelling,), ("id",))
    a, b = opened(old, new)
    (line,) = lines(a, b)
    assert line.startswith(f"key reformatted: r.id of 1,999 rows, by {spelling}: “")
    assert line.count("is now") == 3


def test_a_key_that_only_changed_its_type_is_no_change_of_its_row() -> None:
    found = between(PEOPLE, spec(PEOPLE, types={"id": "integer"}))
    assert shape(found) == [("changed", "r", "id")]
    assert found.rows == found.reformatted == ()
    a, b = opened(PEOPLE, spec(PEOPLE, types={"id": "integer"}))
    assert lines(a, b) == ["schema field r.id changed: type from string to integer"]


# Ignored fields and tolerances

NUMBERS = {"n": "number", "m": "integer"}


def within(old: str, new: str, tolerance: Tolerance) -> tuple[list[str], list[str]]:
    a, b = opened(spec(old, types=NUMBERS), spec(new, types=NUMBERS))
    told = lines(a, b, tolerance)
    return [x for x in told if "ignored" not in x], [x for x in told if "ignored" in x]


def test_an_ignored_field_is_not_compared() -> None:
    told, aside = within("id,n,m,s\na,1,1,x\nb,1,1,x\n", "id,n,m,s\na,1,1,y\nb,2,1,y\n",
                         Tolerance(frozenset("s")))  # fmt: skip
    assert told == ["r", "  ~ b  updated", "      n: “1” → “2”"]
    assert aside == ["ignored: 1 row of r differs only in s"]


@pytest.mark.parametrize(
    ("tolerance", "was", "now", "same"),
    [
        ("0.01", "1", "1.01", True),
        ("0.01", "1", "1.0101", False),
        ("1%", "100", "101", True),
        ("1%", "100", "102", False),
        ("0", "1", "1.5", False),
        ("1", "", "1", False),
        ("1", "INF", "INF", True),
        ("1", "1", "NaN", False),
    ],
)
def test_numbers_within_a_tolerance_count_as_one(
    tolerance: str, was: str, now: str, *, same: bool
) -> None:
    old, new = f"id,n,m,s\na,{was},1,\n", f"id,n,m,s\na,{now},1,\n"
    told, _ = within(old, new, Tolerance(tolerances={"n": tolerance}))
    assert (told == []) is same
    turned, _ = within(new, old, Tolerance(tolerances={"n": tolerance}))
    assert (turned == []) is same


def test_a_descriptor_declares_ignored_fields_and_tolerances() -> None:
    meaning = {"ignored": ["s"], "tolerances": {"n": 0.5}}
    old = spec("id,n,s\na,1,x\n", types={"n": "number"}, ours=meaning)
    new = replace(old, content=b"id,n,s\na,1.5,y\n")
    a, b = opened(old, new)
    found = diff(a, b)
    assert not found
    assert [(x.resource, x.ignored, x.rows) for x in found.ignored] == [("r", ("s",), 1)]
    assert read(to_json(found), "x") == found
    assert diff(b, a) == ~found


@pytest.mark.parametrize(
    ("tolerance", "message"),
    [
        (Tolerance(frozenset(["id"])), "a field of the primary key must be compared exactly"),
        (Tolerance(tolerances={"s": "1"}), "a field of type string cannot have a tolerance"),
    ],
)
def test_fields_of_a_key_cannot_be_ignored(tolerance: Tolerance, message: str) -> None:
    with pytest.raises(DescriptorError, match=message):
        within("id,n,m,s\na,1,1,\n", "id,n,m,s\na,1,1,\n", tolerance)


# Clerical texts


@pytest.mark.parametrize(
    ("was", "now", "clerical"),
    [
        ("Air defence, land", "Air defence – land.", True),
        ("co-operation", "cooperation", True),
        ("A  text", "A text", True),
        ("“quoted”", '"quoted"', True),
        ("version 1.5", "version 15", False),
        ("1 000", "1 0000", False),
        ("below -5", "below 5", False),
        ("Air", "Sea", False),
        ("cheap", "Cheap", False),
        ("!", "?", False),
        ("no\N{NO-BREAK SPACE}break", "no break", True),
        ("zero\N{ZERO WIDTH SPACE}width", "zerowidth", False),
        ("soft\N{SOFT HYPHEN}hyphen", "softhyphen", False),
        ("\N{ZERO WIDTH NO-BREAK SPACE}mark", "mark", False),
        ("p\N{CYRILLIC SMALL LETTER A}y", "pay", False),
    ],
)
def test_texts_that_differ_in_punctuation_only_are_clerical(
    was: str, now: str, *, clerical: bool
) -> None:
    header = "id,s\n"
    a, b = opened(f"{header}a,{quoted(was)}\n", f"{header}a,{quoted(now)}\n")
    (told,) = tell(diff(a, b), a, b)
    assert told.clerical is clerical


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def test_a_date_or_a_code_is_no_text() -> None:
    sides = (spec(f"id,d\na,{day}\n", types={"d": "edtf"}) for day in ("2014~", "2014"))
    a, b = opened(*sides)
    assert [t.clerical for t in tell(diff(a, b), a, b)] == [False]


# Words of the descriptor


def test_other_words_of_a_descriptor_are_told_apart_from_rows() -> None:
    old, new = (
        package(
            {
                "r": spec(
                    "id,x\n1,a\n",
                    types={"x": {"type": "string", "title": f"X {verb}"}},
                    description=verb,
                )
            },
            title=title,
        )
        for title, verb in (("Old title", "Was."), ("New title", "Is."))
    )
    found = diff(old.memory("old"), new.memory("new"))
    assert not found
    told = [(w.place, w.before, w.after) for w in words_of(found)]
    assert told == [
        ("package: title", "“Old title”", "“New title”"),
        ("r.x: title", "“X Was.”", "“X Is.”"),
        ("r: description", "“Was.”", "“Is.”"),
    ]


def test_a_row_without_a_key_is_named() -> None:
    a, b = opened("id,x\n1,a\n", "id,x\n1,a\n,b\n")
    with pytest.raises(KeyProblemError, match=r"r\.csv:3:id: the row has no key"):
        diff(a, b)


@pytest.mark.parametrize(("was", "now"), [("string", "integer"), ("integer", "string")])
def test_a_key_field_is_renamed_and_of_another_type_in_one_step(was: str, now: str) -> None:
    old = spec("id,name\n1,Ann\n2,Bob\n3,Cid\n10,Dee\n", types={"id": was})
    new = spec("name,code\nCyd,3\nAnn,1\nBob,2\nEve,11\n", "code", types={"code": now})
    found = between(old, new)
    assert {("renamed", "r", "code"), ("changed", "r", "code")} <= {*shape(found)}
    assert {(c.key["code"], c.kind) for c in found.rows} == {
        ("3", "changed"),
        ("10", "removed"),
        ("11", "added"),
    }
    a, c = opened(old, spec("code,name\n1,Ann\n3,Cyd\n", "code", types={"code": now}))
    b = package({"r": new}).memory("between")
    assert apply(a, found + diff(b, c)) == tidy(c)


def test_key_fields_that_share_few_values_are_two_fields() -> None:
    old = spec("id,name\na,Ann\nb,Bob\nc,Cid\n")
    new = spec("code,name\n1,Ann\n2,Bob\n3,Cid\n", "code", types={"code": "integer"})
    assert ("renamed", "r", "code") not in shape(between(old, new))


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("caf\u00e9", "cafe\u0301", "field r.caf\\u00e9 renamed (it was cafe\\u0301)"),
        ("v\u200b", "v", "field r.v renamed (it was v\\u200b)"),
        ("a\u00a0b", "a b", "field r.a\\u0020b renamed (it was a\\u00a0b)"),
    ],
)
def test_a_field_whose_name_only_looks_the_same_was_renamed(was: str, now: str, shown: str) -> None:
    found = between(f"id,{was}\nx,1\ny,2\n", f"id,{now}\nx,1\ny,3\n")
    assert shape(found) == [("renamed", "r", now)]
    assert [(c.kind, c.key["id"]) for c in found.rows] == [("changed", "y")]
    backwards = describe_schema_change((~found).schema[0])
    forwards = describe_schema_change(found.schema[0])
    assert shown in (forwards, backwards)
