"""The diff of two packages: what is a change, what is form, and which laws hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch import ChangeSet, diff
from interopwatch.changeset.model import Side
from interopwatch.changeset.serialise import to_json
from interopwatch.errors import DescriptorError, KeyProblemError, TableError
from packages import Spec, frozen, package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping

Change = tuple[str, str, tuple[str, ...]]


def compared(old: Mapping[str, Spec | str], new: Mapping[str, Spec | str]) -> ChangeSet:
    return diff(package(old).memory("old"), package(new).memory("new"))


def of_r(old: Spec | str, new: Spec | str) -> ChangeSet:
    return compared({"r": old}, {"r": new})


def told(changes: ChangeSet) -> list[Change]:
    """Return each change as kind, key and fields."""
    return [(c.kind, "/".join(c.key.values()), c.fields) for c in changes.rows]


def schema(changes: ChangeSet) -> set[tuple[str, str, str]]:
    return {(c.resource, c.field, c.kind) for c in changes.schema}


# Rows


def test_rows_are_added_removed_and_changed() -> None:
    changes = of_r("id,x,y\na,1,p\nb,2,q\nc,3,r\n", "id,x,y\na,1,p\nb,2,Q\nd,4,s\n")
    assert told(changes) == [
        ("changed", "b", ("y",)),
        ("removed", "c", ("id", "x", "y")),
        ("added", "d", ("id", "x", "y")),
    ]
    changed, removed, added = changes.rows
    assert changed.before == {"id": "b", "x": "2", "y": "q"}
    assert changed.after == {"id": "b", "x": "2", "y": "Q"}
    assert (removed.before, removed.after) == ({"id": "c", "x": "3", "y": "r"}, None)
    assert (added.before, added.after) == (None, {"id": "d", "x": "4", "y": "s"})
    assert [changes.count(kind) for kind in ("added", "removed", "changed")] == [1, 1, 1]
    assert not changes.schema
    assert not changes.form


def test_changes_stand_in_the_order_of_the_keys() -> None:
    numbers = {"id": "integer"}
    old, new = spec("id\n", types=numbers), spec("id\n10\n9\n-1\n100\n", types=numbers)
    assert [key for _, key, _ in told(of_r(old, new))] == ["-1", "9", "10", "100"]


def test_values_compare_as_their_types_say() -> None:
    types: dict[str, Any] = {"n": "number", "b": "boolean"}
    types["d"] = {"type": "date", "format": "%Y-%m-%d"}
    old = spec("id,n,d,b,s\na,1.0,2024-3-7,true,1.0\nb,5,2024-03-08,0,x\n", types=types)
    new = spec("id,n,d,b,s\na,1,2024-03-07,1,1\nb,5.00,2024-3-8,FALSE,x\n", types=types)
    changes = of_r(old, new)
    assert told(changes) == [("changed", "a", ("s",))]  # as texts, 1.0 and 1 differ
    assert [(c.key["id"], c.fields) for c in changes.reformatted] == [("b", ("n", "d", "b"))]
    assert changes.reformatted[0].before == {
        "id": "b", "n": "5", "d": "2024-03-08", "b": "0", "s": "x",
    }  # fmt: skip
    assert changes


def test_a_missing_value_is_missing_however_it_is_written() -> None:
    old = spec("id,x\na,-\nb,-\n")
    old.described["schema"]["missingValues"] = ["", "-"]
    changes = of_r(old, "id,x\na,\nb,1\n")
    assert told(changes) == [("changed", "b", ("x",))]
    assert [c.key["id"] for c in changes.reformatted] == ["a"]


def test_keys_are_read_by_the_type_that_their_own_side_gives_them() -> None:
    new = spec("id,x\n1/2/2004,1\n", types={"id": {"type": "date", "format": "%m/%d/%Y"}})
    assert {(c.kind, c.key["id"]) for c in of_r("id,x\n2004-01-02,1\n", new).rows} == {
        ("removed", "2004-01-02"),
        ("added", "1/2/2004"),
    }


def test_keys_match_by_value() -> None:
    numbers = {"id": "integer"}
    changes = of_r(
        spec("id,x\n007,a\n8,b\n", types=numbers), spec("id,x\n7,a\n08,c\n", types=numbers)
    )
    assert told(changes) == [("changed", "08", ("x",))]
    assert [c.key["id"] for c in changes.reformatted] == ["7"]
    assert told(of_r("id,x\n007,a\n", "id,x\n7,b\n")) == [
        ("removed", "007", ("id", "x")),
        ("added", "7", ("id", "x")),
    ]


def test_composite_keys() -> None:
    key = ("x", "id")
    old, new = spec("id,x,y\na,1,p\na,2,q\n", key), spec("id,x,y\na,2,Q\nb,1,P\n", key)
    changes = of_r(old, new)
    assert [(c.kind, dict(c.key)) for c in changes.rows] == [
        ("removed", {"x": "1", "id": "a"}),
        ("added", {"x": "1", "id": "b"}),
        ("changed", {"x": "2", "id": "a"}),
    ]


def test_a_cell_of_the_wrong_type_is_named_where_it_stands() -> None:
    old = spec("id,n\na,1\n", types={"n": "number"})
    new = spec("id,n\nb,2\na,one\n", types={"n": "number"})
    with pytest.raises(TableError, match=r"r\.csv:3:n: 'one' is no number"):
        of_r(old, new)


# Form


@pytest.mark.parametrize(
    "same",
    [
        "id,x,y\nb,2,q\na,1,p\n",
        'id,x,y\n"a","1",p\nb,2,"q"\n',
        "id,x,y\r\na,1,p\r\nb,2,q\r\n",
        "\ufeffid,x,y\na,1,p\nb,2,q\n",
        "id,x,y\na,1,p\n\nb,2,q",
        "y,id,x\np,a,1\nq,b,2\n",
    ],
)
def test_order_quoting_and_line_ends_are_form(same: str) -> None:
    plain = spec("id,x,y\na,1,p\nb,2,q\n")
    changes = of_r(plain, Spec(same.encode(), plain.described))
    assert (changes.rows, changes.reformatted, changes.schema) == ((), (), ())
    assert changes.form == ("r",)
    assert not changes


def test_a_dialect_is_form() -> None:
    semicolons = spec("id;x\na;1,5\n", dialect={"delimiter": ";"})
    assert of_r('id,x\na,"1,5"\n', semicolons).form == ("r",)


def test_what_is_said_about_a_table_is_not_in_its_rows() -> None:
    changes = of_r(spec("id,x\na,1\n", title="One"), spec("id,x\na,1\n", title="Another"))
    assert not changes
    assert changes.form == ()


# Schemas


def test_a_field_is_added_and_another_removed() -> None:
    changes = of_r("id,x\na,1\nb,\n", "id,y\na,2\nb,\n")
    assert schema(changes) == {("r", "x", "removed"), ("r", "y", "added")}
    assert [(kind, key) for kind, key, _ in told(changes)] == [("changed", "a")]
    assert set(changes.rows[0].fields) == {"x", "y"}
    removed = next(c for c in changes.schema if c.kind == "removed")
    assert removed.before is not None
    assert removed.before["name"] == "x"
    assert removed.after is None


def test_a_field_is_moved() -> None:
    changes = of_r("id,x,y,z\na,1,2,3\n", "id,y,x,z\na,2,1,3\n")
    assert schema(changes) == {("r", "x", "moved"), ("r", "y", "moved")}
    assert not changes.rows
    places = {c.field: (c.before, c.after) for c in changes.schema}
    assert places["x"] == ({"position": 1}, {"position": 2})
    assert changes.form == ("r",)


def test_a_field_that_only_gives_way_to_a_new_one_is_not_moved() -> None:
    changes = of_r("id,x\na,1\n", "new,id,x\n,a,1\n")
    assert schema(changes) == {("r", "new", "added")}
    assert not changes.rows


def test_a_field_is_retyped() -> None:
    changes = of_r("id,x\na,1\n", spec("id,x\na,1\n", types={"x": "integer"}))
    assert schema(changes) == {("r", "x", "changed")}
    assert changes.schema[0].before is not None
    assert changes.schema[0].after is not None
    assert changes.schema[0].before["type"] == "string"
    assert changes.schema[0].after["type"] == "integer"
    assert not changes.rows
    assert changes


def test_a_resource_is_added_and_another_removed() -> None:
    changes = compared({"r": "id\na\n", "s": "id\nb\n"}, {"r": "id\na\n", "t": "id\nc\n"})
    assert schema(changes) == {("s", "", "removed"), ("t", "", "added")}
    assert {(c.resource, c.kind, c.key["id"]) for c in changes.rows} == {
        ("s", "removed", "b"),
        ("t", "added", "c"),
    }


def test_only_the_resources_asked_for_are_compared() -> None:
    old = package({"r": "id\na\n", "s": "id\nb\n"}).memory("old")
    new = package({"r": "id\n", "s": "id\n"}).memory("new")
    assert {c.resource for c in diff(old, new, ["s"]).rows} == {"s"}
    with pytest.raises(DescriptorError, match="new has no resource 't'") as caught:
        diff(old, new, ["t"])
    assert caught.value.hint == "It has: r, s."


# Keys that do not tell rows apart


def test_without_a_primary_key_rows_match_by_the_fields_that_tell_them_apart() -> None:
    changes = of_r(spec("id,x\na,1\n", key=()), spec("id,x\na,2\n", key=()))
    assert told(changes) == [("changed", "a", ("x",))]
    assert changes.keys == {"r": ("id",)}
    assert not changes.schema


def test_equal_tables_need_no_key() -> None:
    assert not of_r(spec("id,x\na,1\n", key=()), spec("id,x\na,1\n", key=()))


def test_a_duplicate_key_is_an_error_that_names_both_rows() -> None:
    with pytest.raises(KeyProblemError, match=r"r\.csv:4: the key id='a' .* on line 2"):
        of_r("id,x\na,1\n", "id,x\na,1\nb,1\na,2\n")
    with pytest.raises(KeyProblemError, match=r"r\.csv:3: the key id='a' .* on line 2"):
        of_r("id,x\na,1\na,2\n", "id,x\na,1\n")


def test_rows_match_by_the_newer_key() -> None:
    old, new = spec("id,x,y\na,1,p\nb,2,q\n", "x"), spec("id,x,y\na,1,p\nb,3,q\n", "id")
    changes = of_r(old, new)
    assert told(changes) == [("changed", "b", ("x",))]
    assert schema(changes) == {("r", "", "changed")}
    assert changes.schema[0].before == {"primaryKey": ["x"]}
    assert changes.schema[0].after == {"primaryKey": ["id"]}


def test_a_new_key_that_the_older_table_cannot_have() -> None:
    new = spec("id,code\na,1\nb,2\n", "code")
    assert told(of_r("id\na\nb\n", new)) == [
        ("changed", "a", ("code",)), ("changed", "b", ("code",)),
    ]  # fmt: skip
    lost = of_r("id,x\na,1\nb,2\n", spec("code,x\n7,1\n9,2\n", "code"))
    assert lost.keys == {"r": ("x",)}


def test_an_older_table_without_rows_needs_no_key() -> None:
    changes = of_r(spec("id,x\n", key=()), "id,x\na,1\n")
    assert told(changes) == [("added", "a", ("id", "x"))]


def test_a_newer_key_that_does_not_tell_the_older_rows_apart() -> None:
    old = spec("id,x\na,1\na,2\n", ("id", "x"))
    with pytest.raises(KeyProblemError, match=r"r\.csv:3: the key id='a' .* on line 2"):
        of_r(old, "id,x\na,1\n")


# Sides


def test_a_change_set_says_what_was_compared() -> None:
    old = package({"r": "id\n"}, version="1.0.0", ours=frozen("2014", ["book"])).memory("2014")
    changes = diff(old, package({"r": "id\n"}).memory("here"))
    assert changes.old == Side("2014", "2014", "1.0.0", "observed", ("book",))
    assert changes.new == Side("here")
    written = json.loads(to_json(changes))
    assert (written["old"]["covers"], written["new"]["covers"]) == (["book"], None)


# Laws

CELLS = st.sampled_from(["", "1", "1.0", "01", "2", "-", "2024-03-07"])
TYPES = {"n": "number"}


@st.composite
def tables(draw: st.DrawFn, fields: tuple[str, ...] = ("n", "s"), keys: str = "abcd") -> Spec:
    """Draw a small table, its rows and columns in any order and its cells in any spelling."""
    numbers = st.sampled_from(["", "1", "1.0", "01", "2"])
    rows = draw(st.dictionaries(st.sampled_from(keys), st.tuples(numbers, CELLS), max_size=4))
    cells = [{"id": key, "n": n, "s": s, "t": s} for key, (n, s) in rows.items()]
    header = ("id", *fields)
    text = [header, *([row[name] for name in header] for row in draw(st.permutations(cells)))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return spec(end.join(",".join(line) for line in text) + end, types=TYPES)


@st.composite
def any_tables(draw: st.DrawFn) -> Spec:
    """Draw a small table whose columns vary."""
    fields = draw(st.lists(st.sampled_from(["n", "s", "t"]), unique=True, max_size=3))
    return draw(tables(tuple(fields)))


@given(tables(), tables(keys="12"))
def test_a_package_does_not_differ_from_itself(r: Spec, s: Spec) -> None:
    changes = compared({"r": r, "s": s}, {"r": r, "s": s})
    assert not changes
    assert (changes.rows, changes.reformatted, changes.schema, changes.form) == ((), (), (), ())


@given(tables(), tables())
def test_a_diff_inverted_is_the_diff_the_other_way_round(r: Spec, s: Spec) -> None:
    one, other = package({"r": r}).memory("one"), package({"r": s}).memory("other")
    assert ~diff(one, other) == diff(other, one)
    assert ~~diff(one, other) == diff(one, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"r": "id\na\n"}, {"s": "id\na\n"}),
        ({"r": "id,x\na,1\n"}, {"r": "id,y\na,2\n"}),
        ({"r": "id,x,y\na,1,2\n"}, {"r": "id,y,x\na,3,4\n"}),
        ({"r": "id\na\n", "s": "id\na\n"}, {"s": "id\nb\n", "r": "id\nb\n"}),
    ],
    ids=["other-resource", "other-field", "moved-fields", "moved-resources"],
)
def test_inversion_holds_across_schemas(
    old: Mapping[str, Spec | str], new: Mapping[str, Spec | str]
) -> None:
    one, other = package(old).memory("one"), package(new).memory("other")
    assert ~diff(one, other) == diff(other, one)


@given(st.dictionaries(st.sampled_from("rst"), any_tables(), min_size=1),
       st.dictionaries(st.sampled_from("rst"), any_tables(), min_size=1))  # fmt: skip
def test_inversion_holds_across_any_schemas(
    old: dict[str, Spec | str], new: dict[str, Spec | str]
) -> None:
    one, other = package(old).memory("old"), package(new).memory("new")
    assert ~diff(one, other) == diff(other, one)


@given(tables(keys="12"), st.sampled_from(["1", "01", "1.0"]))
def test_inversion_holds_for_respelled_keys_too(r: Spec, spelling: str) -> None:
    as_number = spec("id,n,s\n1,5,x\n", types={"id": "number", "n": "number"})
    other = spec(f"id,n,s\n{spelling},6,y\n", types={"id": "number", "n": "number"})
    one = package({"r": as_number, "s": r}).memory("one")
    two = package({"r": other, "s": r}).memory("two")
    assert ~diff(one, two) == diff(two, one)


@given(any_tables(), any_tables())
def test_a_diff_holds_everything_that_is_needed_to_make_the_newer_rows(r: Spec, s: Spec) -> None:
    old, new = package({"r": r}).memory("old"), package({"r": s}).memory("new")
    changes = diff(old, new)
    names = new.resource("r").header
    before = [changes.renames.of("r").row(row) for row in old.rows("r")]  # in the newer names
    rows = {row["id"]: {n: row.get(n, "") for n in names} for row in before}
    for change in (*changes.rows, *changes.reformatted):
        key = (change.before or change.key)["id"]
        assert change.before == next((x for x in before if x["id"] == key), None)
        if change.before is not None:
            del rows[key]
    for change in (*changes.rows, *changes.reformatted):
        if change.after is not None:
            rows[change.key["id"]] = dict(change.after)
    assert rows == {row["id"]: dict(row) for row in new.rows("r")}


@given(tables(), tables())
def test_fields_are_those_whose_values_differ(r: Spec, s: Spec) -> None:
    for change in of_r(r, s).rows:
        if change.before is None or change.after is None:
            assert set(change.fields) == set(change.row)
            continue
        before, after = change.before, change.after
        number = {"": None, "1": 1, "1.0": 1, "01": 1, "2": 2}
        expected = {"n"} if number[before["n"]] != number[after["n"]] else set()
        expected |= {"s"} if before["s"] != after["s"] else set()
        expected |= {"id"} if change.has_new_key else set()
        assert set(change.fields) == expected
