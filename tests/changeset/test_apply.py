"""Change sets are lossless: they apply, they invert, and they compose."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from examples import examples
from interopwatch import ChangeSet, diff, open_package
from interopwatch.changeset.apply import apply
from interopwatch.changeset.compose import compose
from interopwatch.changeset.model import DescriptorChange, RowChange
from interopwatch.changeset.serialise import read, to_lines
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import ChangeSetError, KeyProblemError, TableError
from packages import Made, Spec, package, spec
from small_packages import packages, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch import Package, Store


def opened(*every: Made | Mapping[str, Spec | str]) -> list[Package]:
    names = "abcdef"
    made = [each if isinstance(each, Made) else package(each) for each in every]
    return [each.memory(name) for name, each in zip(names, made, strict=False)]


def refused(base: Package, changes: ChangeSet) -> str:
    with pytest.raises(ChangeSetError) as caught:
        apply(base, changes)
    assert caught.value.hint
    return caught.value.message


GROUPS = [
    pytest.param("", "id", "x,1\nx,2\n", "x,1\nx,2\ny,3\n", id="key-declared-later"),
    pytest.param("id", "id", "x,1\nx,2\n", "x,1\nx,2\ny,3\n", id="shared-before"),
    pytest.param("id", "id", "x,1\n", "x,1\nx,2\n", id="shared-after"),
    pytest.param("id", "id", "x,1\nx,2\nx,2\n", "x,1\nx,3\n", id="shared-on-both-sides"),
    pytest.param("id", "", "x,1\nx,2\n", "x,1\nx,2\ny,3\n", id="key-given-up"),
    pytest.param("id", "id", ",1\n,2\n", ",1\n,2\ny,3\n", id="no-key-at-all"),
    pytest.param("id", "id", ",1\n", ",1\ny,3\n", id="one-row-without-a-key"),
]


@pytest.mark.parametrize(("was", "now", "before", "after"), GROUPS)
def test_rows_that_share_a_key_and_are_told_as_a_group_are_applied(
    was: str, now: str, before: str, after: str
) -> None:
    a, b = opened({"r": spec(f"id,n\n{before}", was)}, {"r": spec(f"id,n\n{after}", now)})
    made = apply(a, diff(a, b, options=DiffOptions(note=lambda _: None)))
    assert sorted(made["tables/r.csv"].decode().split()) == sorted(f"id,n\n{after}".split())


# Laws


@given(packages(), packages())
def test_a_diff_applied_to_the_older_package_makes_the_newer(old: Made, new: Made) -> None:
    a, b = opened(old, new)
    assert apply(a, diff(a, b)) == tidy(b)


@given(packages(), packages())
def test_nothing_differs_from_itself_and_a_diff_turned_round_is_that_of_the_other_way(
    old: Made, new: Made
) -> None:
    a, b = opened(old, new)
    nothing = diff(a, a)
    assert not nothing
    assert (nothing.form, nothing.descriptor) == ((), ())
    changes = diff(a, b)
    assert ~~changes == changes
    # With another primary key, rows have the key of the newer package.
    if not any(c.kind == "changed" and not c.field for c in changes.schema):
        assert ~changes == diff(b, a)


@given(packages(), packages())
def test_a_diff_turned_round_makes_the_older_package_of_the_newer(old: Made, new: Made) -> None:
    a, b = opened(old, new)
    assert apply(b, ~diff(a, b)) == tidy(a)


@given(packages(), packages(), packages())
def test_two_diffs_in_one_make_the_newest_package(one: Made, two: Made, three: Made) -> None:
    a, b, c = opened(one, two, three)
    both = diff(a, b) + diff(b, c)
    assert apply(a, both) == tidy(c)
    assert apply(c, ~both) == tidy(a)
    assert (both.old, both.new) == (diff(a, c).old, diff(a, c).new)


@given(packages(), packages(), packages())
def test_two_diffs_in_one_tell_what_their_diff_tells(one: Made, two: Made, three: Made) -> None:
    a, b, c = opened(one, two, three)
    both, at_once = diff(a, b) + diff(b, c), diff(a, c)
    # Renames are recognised by content, which may be different in between.
    assume(not any(x.renames for x in (diff(a, b), diff(b, c), both, at_once)))
    key = lambda change: (change.resource, change.field, change.kind)  # noqa: E731
    assert sorted(both.schema, key=key) == sorted(at_once.schema, key=key)
    said = {d.resource: (d.before, d.after) for d in both.descriptor}
    told = {d.resource: (d.before, d.after) for d in at_once.descriptor}
    assert {n: s for n, s in told.items() if s[0] != s[1]} == said


@given(packages(), packages())
def test_a_diff_and_its_inverse_come_to_nothing(old: Made, new: Made) -> None:
    a, b = opened(old, new)
    nothing = diff(a, b) + ~diff(a, b)
    assert not nothing
    assert nothing.descriptor == ()


@given(packages(), packages(), packages(), packages())
@settings(max_examples=examples(25))
def test_composition_does_not_mind_brackets(one: Made, two: Made, three: Made, four: Made) -> None:
    a, b, c, d = opened(one, two, three, four)
    left = (diff(a, b) + diff(b, c)) + diff(c, d)
    right = diff(a, b) + (diff(b, c) + diff(c, d))
    assert apply(a, left) == apply(a, right) == tidy(d)
    assert set(map(repr, left.descriptor)) == set(map(repr, right.descriptor))
    assert set(map(repr, left.schema)) == set(map(repr, right.schema))


def test_a_key_that_was_all_fields_for_a_while_composes() -> None:
    """A row that was its own key in between is not a duplicate."""
    described = [
        package({"s": spec("id,k\n0,\n1,\n", "id")}),
        package({"s": spec("id,k\n", ("id", "k"))}),
        package({"s": spec("k,id,n\n,0,\n", "id")}),
        package({}),
    ]
    a, b, c, d = opened(*described)
    both = diff(a, b) + diff(b, c)
    assert [(change.kind, dict(change.key)) for change in both.rows] == [
        ("removed", {"id": "1", "k": ""})
    ]
    assert apply(a, both + diff(c, d)) == tidy(d)


@given(packages(), packages(), st.data())
def test_no_touched_cell_may_stand_otherwise(old: Made, new: Made, data: st.DataObject) -> None:
    a, b = opened(old, new)
    changes = diff(a, b)
    touched = [c for c in (*changes.rows, *changes.reformatted) if c.before is not None]
    if not touched:
        return
    change = data.draw(st.sampled_from(touched))
    assert change.before is not None
    field = data.draw(st.sampled_from(sorted(change.before)))
    other = replace(change, before={**change.before, field: change.before[field] + "7"})
    swap = {id(change): other}
    wrong = replace(
        changes,
        rows=tuple(swap.get(id(c), c) for c in changes.rows),
        reformatted=tuple(swap.get(id(c), c) for c in changes.reformatted),
    )
    said = refused(a, wrong)
    if field not in change.key:
        assert f"field {field!r} has {change.before[field]!r}" in said


# Cases


def made_of(old: Mapping[str, Spec | str], new: Mapping[str, Spec | str]) -> dict[str, bytes]:
    a, b = opened(old, new)
    files = apply(a, diff(a, b))
    assert files == tidy(b)
    return files


def test_a_respelled_row_is_written_as_the_newer_package_has_it() -> None:
    types = {"id": "integer", "n": "number"}
    files = made_of(
        {"r": spec("id,n\n007,1\n10,2\n", types=types)},
        {"r": spec("id,n\n7,1.0\n10,2\n", types=types)},
    )
    assert files["tables/r.csv"] == b"id,n\n7,1.0\n10,2\n"


def test_fields_are_added_removed_moved_and_retyped() -> None:
    files = made_of(
        {"r": "id,x,y,z\n10,1,p,\n9,2,q,\n"},
        {"r": spec("new,id,y,x\n,9,q,2\n,10,p,1\n", types={"id": "integer"})},
    )
    assert files["tables/r.csv"] == b"new,id,y,x\n,9,q,2\n,10,p,1\n"


def test_a_resource_comes_with_all_that_is_said_of_it() -> None:
    ours = {"label": "{id}", "words": {"noun": ["thing", "things"]}}
    files = made_of(
        {"r": "id\n1\n", "s": "id\n"},
        {"t": spec("id,x\n1,2\n", ours=ours, refs={"x": "r.id"}, title="Things"), "r": "id\n1\n"},
    )
    assert set(files) == {"tables/t.csv", "tables/r.csv", "datapackage.json"}
    assert b'"Things"' in files["datapackage.json"]


def test_the_order_of_keys_follows_every_property_of_a_type() -> None:
    old = spec("id\n1.5\n12\n", types={"id": {"type": "number"}})
    new = spec("id\n1.5\n12\n", types={"id": {"type": "number", "groupChar": "."}})
    assert made_of({"r": old}, {"r": new})["tables/r.csv"] == b"id\n12\n1.5\n"
    assert made_of({"r": new}, {"r": old})["tables/r.csv"] == b"id\n1.5\n12\n"


def test_a_table_that_moved_to_another_file_is_written_there() -> None:
    a, b = opened({"r": "id\n1\n"}, {"r": "id\n1\n"})
    moved = package({"r": "id\n1\n"}).edited(lambda raw: raw["resources"][0].update(path="x/r.csv"))
    b = Made({"x/r.csv": b"id\n1\n", "datapackage.json": moved.files["datapackage.json"]}).memory()
    assert set(apply(a, diff(a, b))) == {"x/r.csv", "datapackage.json"}


@pytest.mark.parametrize(
    "form",
    [
        {"path": ["1.csv", "2.csv"], "dialect": {"delimiter": ";"}, "format": "csv"},
        {"path": "r.csv.gz", "compression": "gz", "dialect": {"delimiter": ";"}, "bytes": 9},
        {"data": [{"id": "1", "x": "p"}, {"id": "2", "x": "q"}], "format": "json"},
        {"path": "h.csv", "dialect": {"headerRows": [2], "delimiter": ";", "commentChar": "#"}},
        {"path": "n.csv", "dialect": {"header": False, "delimiter": ";"}, "encoding": "utf-8"},
    ],
    ids=["parts", "gzip", "inline", "title", "headless"],
)
def test_a_table_of_another_form_becomes_one_csv_file(form: Mapping[str, Any]) -> None:
    content = b"id;x\n1;p\n2;q\n"
    files = {
        "1.csv": b"id;x\n1;p\n",
        "2.csv": b"id;x\n2;q\n",
        "r.csv.gz": gzip.compress(content),
        "h.csv": b"all;\n" + content,
        "n.csv": content.removeprefix(b"id;x\n"),
    }
    plain = package({"r": "id,x\n1,p\n2,q\n"})
    made = plain.edited(
        lambda raw: raw["resources"].__setitem__(
            0, {"name": "r", "schema": raw["resources"][0]["schema"], **form}
        )
    )
    a = Made({**files, "datapackage.json": made.files["datapackage.json"]}).memory()
    (b,) = opened({"r": "id,x\n1,p\n2,z\n3,\n"})
    for changes, rows in ((diff(a, a), b"1,p\n2,q\n"), (diff(a, b), b"1,p\n2,z\n3,\n")):
        found = apply(a, changes)
        said = json.loads(found.pop("datapackage.json"))["resources"][0]
        assert set(said) == {"name", "path", "schema", "encoding", "bytes", "hash"}
        assert found == {said["path"]: b"id,x\n" + rows}
        assert (said["bytes"], said["encoding"]) == (len(b"id,x\n" + rows), "utf-8")


def test_a_row_that_is_its_key_cannot_stand_twice() -> None:
    a, b = opened(
        {"r": spec("id,x\n1,2\n", ["id", "x"])}, {"r": spec("id,x\n1,2\n1,2\n", ["id", "x"])}
    )
    notes: list[str] = []
    doubled = diff(a, b, options=DiffOptions(note=notes.append))
    with pytest.raises(ChangeSetError, match="id='1', x='2': it is to be added") as caught:
        apply(a, doubled)
    assert "declare fewer fields as its key, or none" in caught.value.hint


def test_a_diff_of_one_resource_changes_that_one() -> None:
    a, b = opened({"r": "id,x\n1,2\n", "s": "id\n1\n"}, {"r": "id,x\n1,3\n", "s": "id\n2\n"})
    files = apply(a, diff(a, b, ["s"]))
    assert (files["tables/r.csv"], files["tables/s.csv"]) == (b"id,x\n1,2\n", b"id\n2\n")
    a, b = opened({"r": "id\n1\n"}, {"s": "id\n2\n", "r": "id\n"})
    assert set(apply(a, diff(a, b, ["s"]))) == {"tables/r.csv", "tables/s.csv", "datapackage.json"}


def test_the_shipped_snapshots_follow_from_each_other(shipped: Store) -> None:
    every = shipped.observed()
    first, last = every[0], every[-1]
    changes = diff(first, first)
    for old, new in pairwise(every):
        changes += diff(old, new)
    assert apply(first, changes) == tidy(last)
    assert apply(last, ~changes) == tidy(first)


def test_applying_changes_neither_package_nor_change_set() -> None:
    a, b = opened({"r": "id,x\n1,2\n"}, {"r": "id,y\n1,3\n"})
    changes = diff(a, b)
    assert apply(a, changes) == apply(a, changes)
    assert changes == diff(a, b)
    assert a.descriptor.raw == package({"r": "id,x\n1,2\n"}).descriptor


# The wrong base


def test_a_cell_that_stands_otherwise_is_named() -> None:
    a, b, wrong = opened({"r": "id,x\n1,2\n"}, {"r": "id,x\n1,3\n"}, {"r": "id,x\n1,9\n"})
    assert refused(wrong, diff(a, b)) == (
        "the change set does not apply: r id='1': field 'x' has '9'; expected '2'"
    )


@pytest.mark.parametrize(
    ("old", "new", "base", "expected"),
    [
        ("id,x\n1,2\n", "id,x\n", "id,x\n", "r id='1': there is no such row"),
        ("id,x\n", "id,x\n1,2\n", "id,x\n1,2\n", "r id='1': it is to be added, but already exists"),
        ("id,x\n", "id\n", "id,x\n1,2\n", "field 'x' is to be removed, but is not empty in"),
        ("id,x\n", "id,y\n", "id,z\n", 'the descriptor has "z" at /schema/fields/1/name; exp'),
        ("id,x\n1,2\n", "id,x\n1,3\n", "id,y\n1,2\n", "r id='1': field 'x' is in the row or in"),
    ],
    ids=["no-row", "row-there", "field-not-empty", "other-field", "other-schema"],
)
def test_what_does_not_fit_is_named(old: str, new: str, base: str, expected: str) -> None:
    a, b, wrong = opened({"r": old}, {"r": new}, {"r": base})
    assert expected in refused(wrong, diff(a, b))


def test_a_resource_that_is_missing_or_stands_already_is_named() -> None:
    a, b, other = opened(
        {"r": "id\n1\n"}, {"r": "id\n1\n", "s": "id\n"}, {"t": "id\n", "r": "id\n2\n"}
    )
    assert 'descriptor: the descriptor has ["t", "r"] at /resources' in refused(other, diff(a, b))
    only_s = diff(a, b, ["s"])
    assert "s: it is to be added, but already exists" in refused(b, only_s)
    assert "s: the package has no such resource" in refused(a, ~only_s)
    a, b, other = opened({"r": "id\n1\n"}, {"r": "id\n2\n"}, {"s": "id\n"})
    assert "r: the package has no such resource" in refused(other, diff(a, b))
    a, b, fuller = opened({"r": "id\n1\n"}, {}, {"r": "id\n1\n2\n"})
    assert "r: it is to be removed, but still has the row {'id': '2'}" in refused(
        fuller, diff(a, b)
    )


def test_a_descriptor_that_says_otherwise_is_named() -> None:
    old, new = package({"r": "id\n"}, title="One"), package({"r": "id\n"}, title="Two")
    a, b = opened(old, new)
    assert 'the descriptor has "Two" at /title; expected "One"' in refused(b, diff(a, b))
    a, b = opened({"r": spec("id\n", title="One")}, {"r": spec("id\n")})
    assert 'r: the descriptor has nothing at /title; expected "One"' in refused(b, diff(a, b))


def test_what_a_change_set_does_not_speak_of_is_kept() -> None:
    a, b, other = opened(
        {"r": "id,x\n1,2\n"}, {"r": "id,x\n1,3\n"}, {"r": "id,x\n5,5\n1,2\n", "s": "id\n7\n"}
    )
    files = apply(other, diff(a, b))
    assert files["tables/r.csv"] == b"id,x\n1,3\n5,5\n"
    assert files["tables/s.csv"] == b"id\n7\n"


def test_keys_that_would_mean_one_value_are_refused() -> None:
    numbers = {"id": "integer"}
    a, b = opened({"r": spec("id\n", types=numbers)}, {"r": spec("id\n7\n", types=numbers)})
    (other,) = opened({"r": spec("id\n007\n", types=numbers)})
    with pytest.raises(KeyProblemError):
        apply(other, diff(a, b))


def test_a_cell_that_cannot_be_a_key_is_refused() -> None:
    (a,) = opened({"r": spec("id\n1\n", types={"id": "integer"})})
    row = {"id": "one"}
    with pytest.raises(TableError, match="'one' is no integer"):
        apply(a, replace(diff(a, a), rows=(RowChange("r", row, None, row, ("id",)),)))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"name": "s", "path": 5}, "path"),
        ({"name": "s", "path": "../x.csv"}, "leads outside"),
        ({"name": "s", "path": "datapackage.json"}, "belongs to another resource"),
        ({"name": "s", "path": "tables/r.csv"}, "belongs to another resource"),
    ],
)
def test_a_descriptor_that_is_none_is_refused(after: Mapping[str, Any], expected: str) -> None:
    (a,) = opened({"r": "id\n1\n"})
    with pytest.raises(ChangeSetError, match=expected):
        apply(a, replace(diff(a, a), descriptor=(DescriptorChange("s", None, after),)))


def test_a_list_of_resources_that_does_not_fit_is_refused() -> None:
    (a,) = opened({"r": "id\n1\n"})
    root = {"name": "tiny", "resources": ["r"]}
    for listed in (["r", "s"], ["r", "r"], [], "r", [1], ["r", None], None):
        change = DescriptorChange("", root, {**root, "resources": listed})
        assert "it lists the resources" in refused(a, replace(diff(a, a), descriptor=(change,)))


def test_a_table_without_declared_fields_is_left_alone() -> None:
    bare = package({"r": spec("id\n1\n", key=())}).edited(
        lambda raw: raw["resources"][0].pop("schema")
    )
    assert "r: the descriptor declares no fields" in refused(
        bare.memory(), diff(bare.memory(), bare.memory())
    )


# Change sets that do not follow on each other


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("1,2", "1,3"), ("1,4", "1,5"), "field 'x' has '3', but the second expects '4'"),
        (("1,2", ""), ("1,2", "1,5"), "the second expects it, but the first removes it"),
        (("", "1,2"), ("", "1,3"), "the second adds it, but it exists after the first"),
    ],
)
def test_change_sets_that_contradict_each_other_are_refused(
    first: tuple[str, str], second: tuple[str, str], expected: str
) -> None:
    a, b, c, d = opened(*({"r": f"id,x\n{row}\n"} for row in (*first, *second)))
    with pytest.raises(ChangeSetError, match="are not consecutive: r id='1': ") as caught:
        compose(diff(a, b), diff(c, d))
    assert expected in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("id\n", "id,x\n"), ("id,y\n", "id\n"), 'ends with "x" at /schema/fields/1/name'),
        (
            ("id\n", "id,x\n"),
            ("id,x\n1,2\n", "id,x\n"),
            "expects '2' in field 'x', which the first",
        ),
        (("id,x\n", "id,x\n1,2\n"), ("id,x\n", "id\n"), "has '2' in field 'x', which the second"),
        (("id\n", "id\n1\n"), ("id\n", None), "but the second does not remove it"),
        ((None, "id\n"), ("id\n1\n", "id\n"), "but the first does not add it"),
        (
            (None, "id\n"),
            (None, "id\n"),
            'ends with ["r"] at /resources, but the second expects []',
        ),
    ],
)
def test_schemas_that_contradict_each_other_are_refused(
    first: tuple[str | None, str], second: tuple[str | None, str | None], expected: str
) -> None:
    made = [{} if text is None else {"r": text} for text in (*first, *second)]
    a, b, c, d = opened(*made)
    with pytest.raises(ChangeSetError) as caught:
        compose(diff(a, b), diff(c, d))
    assert expected in caught.value.message


def test_rows_of_a_composition_are_in_the_order_of_their_keys() -> None:
    numbers = {"id": "integer"}
    a, b, c = opened(
        {"r": spec("id\n9\n", types=numbers), "s": "id\n"},
        {"r": spec("id\n9\n10\n", types=numbers), "s": "id\nb\n10\n"},
        {"r": spec("id\n10\n100\n", types=numbers), "s": "id\nb\n9\n10\n"},
    )
    both = diff(a, b) + diff(b, c)
    assert both == diff(a, c)
    assert [c.key["id"] for c in both.rows] == ["9", "10", "100", "10", "9", "b"]


def test_a_value_that_comes_back_in_another_spelling_counts_as_changed() -> None:
    a, b, c = opened(
        *({"r": spec(f"id,n\n1,{n}\n", types={"n": "number"})} for n in ("1", "2", "1.0"))
    )
    both = diff(a, b) + diff(b, c)
    assert [(x.before, x.after) for x in both.rows] == [
        ({"id": "1", "n": "1"}, {"id": "1", "n": "1.0"})
    ]
    assert both.reformatted == ()


def test_a_row_whose_two_keys_share_no_package_is_one_that_went_and_one_that_came() -> None:
    first = package({"r": spec("id,name\n1,Ash\n2,Elm\n", key=["id"])}).memory("first")
    second = package({"r": spec("code,id\n2,Elm\n", key=["code"])}).memory("second")
    third = package({"r": spec("code\n2\n", key=["code"])}).memory("third")
    both = diff(first, second) + diff(second, third)
    assert apply(first, both) == tidy(third)
    assert apply(third, ~both) == tidy(first)
    assert sorted(change.kind for change in both.rows) == ["added", "removed", "removed"]


def two_views(text: str, key: str) -> Made:
    """Return two resources with the same file, the second of which has a key."""
    made = package({"plain": spec(text, ""), "keyed": spec(text, key)})
    return made.edited(lambda raw: raw["resources"][1].update(path="tables/plain.csv"))


def test_two_resources_may_be_one_file() -> None:
    old, new = opened(two_views("id,n\nb,1\na,2\n", "id"), two_views("id,n\nb,1\na,3\n", "id"))
    changes = diff(old, new)
    written = apply(old, changes)
    assert sorted(written["tables/plain.csv"].splitlines()) == [b"a,3", b"b,1", b"id,n"]
    one_only = replace(changes, rows=tuple(c for c in changes.rows if c.resource == "keyed"))
    assert "its path tables/plain.csv belongs to another resource" in refused(old, one_only)


def test_a_table_whose_file_is_missing_stays_missing(tmp_path: Path) -> None:
    small = {"r": "id,n\nx,1\n"}
    package(small).write(tmp_path / "a")
    package({**small, "gone": "id\nx\n", "empty": "id\n"}).write(tmp_path / "b")
    (tmp_path / "b/tables/gone.csv").unlink()
    a, b = (open_package(tmp_path / name) for name in "ab")
    options = DiffOptions(unread=lambda _name, _why: None)
    changes = diff(a, b, options=options)
    assert changes.missing == ("gone",)
    again = read(to_lines(changes), "changes")
    assert again == changes
    files = apply(a, again)
    assert sorted(files) == ["datapackage.json", "tables/empty.csv", "tables/r.csv"]
    assert sorted(apply(b, ~changes)) == ["datapackage.json", "tables/r.csv"]
    assert not (changes + ~changes).missing
    package({**small, "gone": "id\nx\ny\n"}).write(tmp_path / "c")
    c = open_package(tmp_path / "c")
    whole = changes + diff(b, c, options=options)
    assert apply(a, whole)["tables/gone.csv"] == b"id\nx\ny\n"
