"""Change sets are written as JSON and JSON Lines, and read back unchanged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from interopwatch import ChangeSet, diff, tell
from interopwatch.changeset.model import FORMAT, FileChange, FileState, RowChange, Sense
from interopwatch.changeset.serialise import read, to_dict, to_json, to_lines, unnarrated
from interopwatch.errors import ChangeSetError
from interopwatch.validation.profiles import published
from packages import Made, frozen, package, spec
from rendered import render_changes
from small_packages import packages

if TYPE_CHECKING:
    from collections.abc import Callable

    from interopwatch import Package, Store

WHOLE: Final = Draft202012Validator(published("changes"))


def problems(name: str, line: object) -> list[str]:
    """Return what one of the schema's definitions does not allow."""
    known = {key: published("changes")[key] for key in ("$schema", "$defs", "properties")}
    # Besides a reference, `properties` is only there to be referred to.
    held = {"$defs": {**known["$defs"], "whole": {"properties": known["properties"]}}}
    text = json.dumps({**held, "$schema": known["$schema"], "$ref": f"#/$defs/{name}"})
    schema = json.loads(text.replace("#/properties/", "#/$defs/whole/properties/"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(line)]


def pair() -> tuple[Package, Package]:
    """Return two packages that differ in every way that a change set can express."""
    types = {"n": "number"}
    old = package(
        {"r": spec("id,n,x\na,1,p\nb,2,q\nc,3,\n", types=types), "s": "id\n1\n", "f": "id\na\nb\n"},
        version="1.0.0",
        ours=frozen("2014", ["book"]),
    )
    new = package(
        {
            "r": spec("n,id,x,y\n1.0,a,p,\n2,b,Q,\n5,d,'\u2028\x9b,\n", types={"n": "number"}),
            "t": spec("id\nü\n", title="Things"),
            "f": "id\nb\na\n",
        }
    )
    return old.memory("old"), new.memory("new")


@pytest.fixture(scope="module")
def changes() -> ChangeSet:
    return diff(*pair())


@pytest.fixture(scope="module")
def written(changes: ChangeSet) -> str:
    return json.dumps(to_dict(changes, unnarrated(changes)))


def refused(text: str) -> str:
    with pytest.raises(ChangeSetError) as caught:
        read(text, "x.json")
    assert caught.value.message.startswith("x.json:")
    assert caught.value.hint
    return caught.value.message.removeprefix("x.json:").strip()


# There and back


def test_the_pair_differs_in_every_way(changes: ChangeSet) -> None:
    assert all(
        (changes.schema, changes.rows, changes.reformatted, changes.form, changes.descriptor)
    )
    assert {c.kind for c in changes.schema} == {"added", "removed", "moved"}
    assert {c.kind for c in changes.rows} == {"added", "removed", "changed"}


@given(packages(), packages())
def test_what_is_written_is_read_back_as_it_was(old: Made, new: Made) -> None:
    found = diff(old.memory("old"), new.memory("new"))
    for each in (found, ~found, found + ~found):
        assert read(to_json(each), "x") == each
        assert read(to_lines(each), "x") == each
        assert [e.message for e in WHOLE.iter_errors(json.loads(to_json(each)))] == []


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_what_diff_writes_is_read_back_with_or_without_words(form: str) -> None:
    old, new = pair()
    found = diff(old, new)
    text = render_changes(found, tell(found, old, new), form)
    assert read(text, "x") == found
    assert text != (to_json if form == "json" else to_lines)(found)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_diffs_of_the_shipped_snapshots_are_read_back(shipped: Store, form: str) -> None:
    old, new = shipped.snapshot("2020-06"), shipped.snapshot("2024-03-07")
    found = diff(old, new)
    assert read(render_changes(found, tell(found, old, new), form), "x") == found


def test_json_may_be_written_on_one_line_or_on_many(changes: ChangeSet, written: str) -> None:
    assert "\n" not in written
    assert read(written, "x") == changes
    assert read(json.dumps(json.loads(written), indent=1), "x") == changes


def test_the_lines_are_a_head_then_rows_then_respelled_rows(changes: ChangeSet) -> None:
    old, new = pair()
    text = to_lines(changes, tell(changes, old, new))
    lines = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
    head, rows, respelled = lines[0], lines[1:-1], lines[-1]
    assert head["format"] == FORMAT
    assert head["counts"] == {"rows": len(changes.rows), "respelled": 1}
    whole = json.loads(to_json(changes, tell(changes, old, new)))
    assert rows == whole["rows"]
    assert respelled == {**whole["respelled"][0], "kind": "respelled"}
    names = ["head", *("row_change" for _ in rows), "respelled_line"]
    for name, line in zip(names, lines, strict=True):
        assert problems(name, line) == []
    assert problems("row_change", respelled)
    assert problems("head", {**head, "rows": []})


def test_lines_hold_nothing_that_would_command_a_terminal_or_end_a_line(
    changes: ChangeSet,
) -> None:
    text = to_lines(changes)
    assert len(text.splitlines()) == text.count("\n")
    assert "\x9b" not in text
    assert "ü" in text


def test_an_empty_change_set_in_lines_is_one_line() -> None:
    old, _ = pair()
    nothing = diff(old, old)
    assert to_lines(nothing).count("\n") == 1
    assert read(to_lines(nothing), "x") == nothing


def test_without_the_packages_nothing_is_said_of_what_rows_mean(changes: ChangeSet) -> None:
    assert {(told.sense, told.sentence) for told in unnarrated(changes)} == {(Sense.UNDATED, "")}
    assert [told.change for told in unnarrated(changes)] == list(changes.rows)


# What is refused


SPOILS: Final[list[tuple[Callable[[Any], object], str]]] = [
    (lambda c: c.pop("format"), "/format: nothing; expected 'interopwatch-changes/2'"),
    (
        lambda c: c.update(format="interopwatch-changes/1"),
        "/format: 'interopwatch-changes/1'; expected",
    ),
    (lambda c: c.update(format=1), "/format: 1; expected"),
    (lambda c: c.pop("form"), "/: Object missing required field `form`"),
    (lambda c: c.update(extra=1), "/: Object contains unknown field `extra`"),
    (lambda c: c.update(rows={}), "/rows: Expected `array`, got `object`"),
    (lambda c: c.update(old=None), "/old: Expected `object`, got `null`"),
    (lambda c: c["old"].update(basis="guessed"), "/old/basis: Invalid enum value 'guessed'"),
    (lambda c: c["old"].update(date="2014~"), "/old: the date '2014~' is not a day, month or year"),
    (lambda c: c["old"].update(covers=[1]), "/old/covers/0: Expected `str`, got `int`"),
    (lambda c: c["new"].pop("label"), "/new: Object missing required field `label`"),
    (lambda c: c["rows"].append(1), "/rows/5: Expected `object`, got `int`"),
    (lambda c: c["rows"][0].update(kind="moved"), "/rows/0/kind: Invalid value 'moved'"),
    (lambda c: c["rows"][0].update(kind="added"), "/rows/0/before: Expected `null`, got `object`"),
    (lambda c: c["rows"][0].update(kind=None), "/rows/0/kind: Expected `str`, got"),
    (lambda c: c["rows"][0].update(after=None), "/rows/0/after: Expected `object`, got `null`"),
    (lambda c: c["rows"][0].update(sense="news"), "/rows/0/sense: Invalid enum value 'news'"),
    (lambda c: c["rows"][0].update(sense=[]), "/rows/0/sense: Expected `str`, got `array`"),
    (lambda c: c["rows"][0].update(clerical=0), "/rows/0/clerical: Expected `bool`, got `int`"),
    (lambda c: c["rows"][0].update(sentence=None), "/rows/0/sentence: Expected `str`, got `null`"),
    (lambda c: c["rows"][0].update(key={}), "/rows/0/key: Expected `object` of length >= 1"),
    (lambda c: c["rows"][0]["key"].update(id="z"), "/rows/0: the key has 'z' in field 'id', but"),
    (lambda c: c["rows"][0]["after"].update(x=1), "/rows/0/after/x: Expected `str`, got `int`"),
    (lambda c: c["rows"][0]["fields"].append("zz"), "/rows/0: the row has no field 'zz', which"),
    (lambda c: c["rows"][0].update(fields=["x", "x"]), "/rows/0: a string is repeated in `fields`"),
    (lambda c: c["rows"][0].update(resource=""), "/rows/0/resource: Expected `str` of length >= 1"),
    (
        lambda c: c["respelled"][0].update(before=None),
        "/respelled/0/before: Expected `object`, got `null`",
    ),
    (
        lambda c: c["respelled"][0].update(kind="respelled"),
        "/respelled/0: Object contains unknown field `kind`",
    ),
    (lambda c: c["schema"][0].update(kind="gone"), "/schema/0/kind: Invalid enum value 'gone'"),
    (
        lambda c: c["schema"][0].update(before=1, after=1),
        "/schema/0/before: Expected `object | null`",
    ),
    (
        lambda c: c["descriptor"][0].update(before=None),
        "/descriptor/0: `before` or `after` is missing",
    ),
    (
        lambda c: c["descriptor"][1].update(before=None, after=None),
        "/descriptor/1: `before` or `after` is",
    ),
    (
        lambda c: c["descriptor"][1].update(before=1),
        "/descriptor/1/before: Expected `object | null`, got `int`",
    ),
    (
        lambda c: c["descriptor"][1].update(resource="q"),
        "/descriptor/1: `before` or `after` names another resource than 'q'",
    ),
    (
        lambda c: c["descriptor"].append(c["descriptor"][0]),
        "/descriptor: two changes of the same resource",
    ),
    (
        lambda c: c["schema"][0].update(field="q"),
        "/schema/0: /descriptor does not have this change",
    ),
    (
        lambda c: c["schema"].append(c["schema"][0]),
        "/schema/5: /descriptor does not have this change",
    ),
    (lambda c: c["schema"].pop(), "/schema: /descriptor has more changes of schemas"),
    (lambda c: c["descriptor"][1]["after"].pop("path"), "/descriptor: the descriptor that the"),
    (lambda c: c["form"].append(None), "/form/1: Expected `str`, got `null`"),
]


@pytest.mark.parametrize(("spoil", "expected"), SPOILS)
def test_what_is_written_otherwise_is_refused_by_its_place(
    written: str, spoil: Callable[[Any], object], expected: str
) -> None:
    value = json.loads(written)
    spoil(value)
    assert refused(json.dumps(value)).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: not JSON"),
        ("{\n  nonsense", "2:3: not JSON"),
        ("[]", "/: Expected `object`, got `array`"),
        ("null", "/: Expected `object`, got `null`"),
        (
            '{"format": "a", "\\u0066ormat": "b"}',
            "not a change set: duplicate member 'format'",
        ),
        ('{"format": "a", "format": "b"}', "not a change set: duplicate member 'format'"),
        ('{"format": NaN}', "not a change set: NaN is not JSON"),
        ('{"format": "\\ud800"}', "it has an unpaired surrogate"),
        ("[" * 100_000, "not a change set: nested too deeply"),
        ('{"format": ' + "9" * 5000 + "}", "not a change set: Exceeds the limit"),
    ],
    ids=["empty", "broken", "list", "null", "escaped", "twice", "nan", "half", "deep", "digits"],
)
def test_what_is_no_change_set_is_refused(text: str, expected: str) -> None:
    assert refused(text).startswith(expected)


def test_cells_that_look_like_members_are_read() -> None:
    said = {"id": "1", "x": 'he said "yes": so', "y": ":", "z": '":'}
    old, new = package({"r": "id\n"}).memory(), package({"r": "id\n"}).memory()
    found = replace(diff(old, new), rows=(RowChange("r", {"id": "1"}, None, said, ("x",)),))
    assert read(to_lines(found), "x") == read(to_json(found), "x") == found


def test_a_file_that_is_not_what_its_sums_say_is_refused(changes: ChangeSet) -> None:
    file = FileChange("f", None, FileState("f.txt", b"text"))
    value = json.loads(to_json(replace(changes, files=(file,))))
    assert read(json.dumps(value), "x").files == (file,)
    for name, wrong, expected in (
        ("bytes", 5, ": `bytes` or `sha256` does not match `content`"),
        ("sha256", "0", ": `bytes` or `sha256` does not match `content`"),
        ("content", "?", "/content: Invalid base64 encoded string"),
        ("path", 1, "/path: Expected `str`, got `int`"),
    ):
        spoiled = json.loads(json.dumps(value))
        spoiled["files"][0]["after"][name] = wrong
        assert refused(json.dumps(spoiled)) == f"/files/0/after{expected}"


def test_the_place_of_a_wrong_key_is_told(written: str) -> None:
    value = json.loads(written)
    for keys, expected in (
        ({"r": ["id"], "s/t": 1}, "/keys/s~1t: Expected `array`, got `int`"),
        ({"r": ["id", "id"]}, "/: a string is repeated in `keys/r`"),
        ({"r": [1]}, "/keys"),
    ):
        assert refused(json.dumps({**value, "keys": keys})).startswith(expected)


def test_lines_that_are_missing_are_noticed(changes: ChangeSet) -> None:
    lines = to_lines(changes).splitlines(keepends=True)
    respelled = "1: /counts/respelled: 1 lines are stated, but 0 follow"
    assert refused("".join(lines[:-1])) == respelled
    rows = f"1: /counts/rows: {len(changes.rows)} lines are stated, but 0 follow"
    assert refused(lines[0]) == rows
    assert refused("".join([*lines, lines[-1]])).startswith("1: /counts/respelled: 1 lines")
    assert refused("".join(lines)[:-20]).startswith(f"{len(lines)}:1:")


def test_a_line_that_is_wrong_is_named(changes: ChangeSet) -> None:
    lines = to_lines(changes).splitlines(keepends=True)
    broken = [lines[0], lines[1].replace('"clerical": false', '"clerical": 0'), *lines[2:]]
    assert refused("".join(broken)) == "2: /clerical: Expected `bool`, got `int`"
    assert refused("".join([lines[0], "\n", *lines[1:]])).startswith("2:1:1: not JSON")
    doubled = lines[1].replace('"clerical": false', '"clerical": true, "clerical" : false')
    twice = "2: not a change set: duplicate member 'clerical'"
    assert refused("".join([lines[0], doubled, *lines[2:]])) == twice
    quoted = doubled.replace('"sentence": ""', '"sentence": "he said \\"yes\\": so"')
    assert refused("".join([lines[0], quoted, *lines[2:]])) == twice
    swapped = [lines[0], lines[-1], *lines[1:-1]]
    assert refused("".join(swapped)) == "3: /: a row after respelled ones"
    head = lines[0].replace(FORMAT, "interopwatch-changes/0")
    assert refused("".join([head, *lines[1:]])).startswith("1: /format: 'interopwatch-changes/0'")
