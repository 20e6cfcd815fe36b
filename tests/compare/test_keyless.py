"""Tables without a primary key, and rows that share one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch import apply, diff
from interopwatch.changeset.serialise import read, to_json, to_lines
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import ChangeSetError
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from interopwatch import ChangeSet
    from interopwatch.package.package import Package

    Kind = str | dict[str, str]


def pair(
    old: str, new: str, key: str | tuple[str, ...] = "", types: dict[str, str] | None = None
) -> tuple[Package, Package]:
    """Return two editions of one table, r."""
    one, other = (package({"r": spec(text, key, types or {})}).memory() for text in (old, new))
    return one, other


def of(old: str, new: str, key: str = "", types: dict[str, str] | None = None) -> ChangeSet:
    """Return the diff of two editions, after checking its JSON forms and its application."""
    before, after = pair(old, new, key, types)
    notes: list[str] = []
    changes = diff(before, after, options=DiffOptions(note=notes.append))
    assert read(to_json(changes), "c") == read(to_lines(changes), "c") == changes
    lines = apply(before, changes)["tables/r.csv"].decode().splitlines()
    assert sorted(lines[1:]) == sorted(new.splitlines()[1:])
    back = diff(after, before, options=DiffOptions(note=notes.append))
    assert set(map(repr, back.rows)) == {repr(~change) for change in changes.rows}
    assert back.keys == changes.keys
    return changes


def told(changes: ChangeSet) -> list[tuple[str, ...]]:
    """Return the kind and key of each row."""
    return [(c.kind, *c.key.values()) for c in changes.rows]


@pytest.mark.parametrize(
    ("header", "rows", "key"),
    [
        ("name,n", ["a,1", "b,2"], ["name"]),
        ("n,name", ["1,a", "2,b"], ["n"]),
        ("name,code", ["a,x", "b,y"], ["code"]),
        ("price,name", ["1.5,x", "2.5,y"], ["name"]),
        ("about,name", [f"{'word ' * 40}1,x", f"{'word ' * 40}2,y"], ["name"]),
        ("year,country,n", ["1,a,5", "1,b,5", "2,a,5", "2,b,6"], ["year", "country"]),
        ("a,b,c,x", ["1,1,1,p", "1,1,2,p", "1,2,1,p", "2,1,1,p", "2,2,2,q"], ["a", "b", "c"]),
        ("name,n", ["a,1", ",2"], ["n"]),
        ("name,n", ["a,1", "a,1"], []),
        ("a,b", ["1.5,1", "1.5,1", "2.5,2"], []),
    ],
)
def test_the_fewest_fields_that_tell_rows_apart(
    header: str, rows: Sequence[str], key: Sequence[str]
) -> None:
    text = "\n".join([header, *rows, ""])
    changes = of(text, "\n".join([header, *rows[1:], ""]))
    assert list(changes.keys["r"]) == key


def test_values_that_are_unique_by_chance_are_no_key() -> None:
    changes = of("n,kind\n10,a\n20,b\n30,c\n", "n,kind\n11,a\n20,b\n33,c\n40,d\n")
    assert changes.keys["r"] == ("kind",)
    assert told(changes) == [("changed", "a"), ("changed", "c"), ("added", "d")]


def test_a_field_of_one_edition_only_is_no_key() -> None:
    changes = of("id,x\na,1\nb,2\n", "x,y\n1,p\n2,q\n")
    assert changes.keys["r"] == ("x",)


def test_rows_without_a_key_count_as_often_as_they_stand() -> None:
    changes = of("a,b\nx,1\nx,1\ny,2\n", "a,b\nx,1\nx,1\nx,1\nz,3\nz,3\n")
    assert changes.keys == {"r": ()}
    assert told(changes) == [
        ("added", "x", "1"), ("removed", "y", "2"), ("added", "z", "3"), ("added", "z", "3"),
    ]  # fmt: skip


def test_rows_without_a_key_are_named_whole_however_many_differ() -> None:
    old, new = pair("a,b\n1,x\n1,x\n2,y\n", "a,b\n3,x\n3,x\n2,y\n2,y\n")
    held = diff(old, new)
    assert told(held)[0] == ("removed", "1", "x")
    assert diff(old, new, options=DiffOptions(held=1, sorted_in_memory=2)) == held


def test_rows_without_a_key_compare_by_type() -> None:
    changes = of("n\n1\n1\n2\n", "n\n1\n1.0\n2\n", types={"n": "number"})
    assert not changes.rows
    assert [(c.before, c.after) for c in changes.reformatted] == [({"n": "1"}, {"n": "1.0"})]


def test_rows_without_a_key_and_a_new_column() -> None:
    changes = of("a\nx\nx\n", "a,b\nx,\nx,1\n")
    assert [(c.kind, dict(c.key)) for c in changes.rows] == [("changed", {"a": "x"})]


def test_rows_that_share_a_key_are_compared_as_a_group() -> None:
    old = "id,x\na,1\na,2\nb,1\nc,1\n"
    new = "id,x\na,1\na,3\nb,2\nd,1\nd,2\n"
    changes = of(old, new, "id")
    assert told(changes) == [
        ("changed", "a"), ("changed", "b"), ("removed", "c"), ("added", "d", "1"),
        ("added", "d", "2"),
    ]  # fmt: skip


def test_rows_that_share_a_key_are_named() -> None:
    notes: list[str] = []
    old, new = pair("id,x\na,1\na,2\n", "id,x\n,3\na,1\n", "id")
    diff(old, new, options=DiffOptions(note=notes.append))
    assert "tables/r.csv:3: the key id='a' is already used on line 2" in notes[0]
    assert "tables/r.csv:2: the row has no key" in notes[1]


ROWS = st.lists(st.sampled_from(["a,1", "a,2", "b,1", "b,"]), max_size=6)


@given(ROWS, ROWS, st.sampled_from(["", "k"]))
def test_what_differs_leads_from_one_edition_to_the_other(
    old: list[str], new: list[str], key: str
) -> None:
    of("\n".join(["k,x", *old, ""]), "\n".join(["k,x", *new, ""]), key)


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_large_tables_that_share_keys_are_compared_too(tmp_path: Path, engine: str) -> None:
    rows = [f"{i},{i % 7}" for i in range(2000)]
    old = "\n".join(["id,x", *rows, ""])
    new = "\n".join(["id,x", *rows[:1500], "1400,9", *rows[1500:], ""])
    before, after = (
        package({"r": spec(text, "id", {"id": "integer"})}).write(tmp_path / name)
        for name, text in (("old", old), ("new", new))
    )
    notes: list[str] = []
    options = DiffOptions(in_memory=100, note=notes.append)
    changes = diff(before, after, engine=engine, options=options)
    assert told(changes) == [("added", "1400", "9")]
    assert any("id='1400'" in note for note in notes)


@given(ROWS, ROWS, ROWS)
def test_change_sets_of_rows_without_a_key_compose_however_often_these_stand(
    one: list[str], two: list[str], three: list[str]
) -> None:
    assert composed_rows(one, two, three, "") == sorted(three)


@given(ROWS, ROWS, ROWS)
def test_change_sets_of_rows_that_share_a_key_compose_rightly_or_not_at_all(
    one: list[str], two: list[str], three: list[str]
) -> None:
    try:
        found = composed_rows(one, two, three, "k")
    except ChangeSetError as error:
        assert "FIRST THIRD" in error.hint or "made from" in error.hint  # noqa: PT017
    else:
        assert found == sorted(three)


@pytest.mark.parametrize(
    ("one", "two", "three"),
    [
        (["a,1", "a,1"], [], ["a,1"]),
        (["a,1", "a,1"], ["a,1"], ["a,2", "b,1", "b,1"]),
        (["a,1"], ["a,1", "a,2"], ["a,2", "a,2"]),
        ([], ["a,1"], ["a,1", "a,1"]),
    ],
)
@pytest.mark.parametrize("key", ["", "k"])
def test_change_sets_of_groups_compose(
    one: list[str], two: list[str], three: list[str], key: str
) -> None:
    assert composed_rows(one, two, three, key) == three


def composed_rows(one: list[str], two: list[str], three: list[str], key: str) -> list[str]:
    """Apply the composition of two change sets to the first of three editions; return the rows."""
    a, b, c = ("\n".join(["k,x", *rows, ""]) for rows in (one, two, three))
    first, second = of(a, b, key), of(b, c, key)
    before, _ = pair(a, "k,x\n", key)
    return sorted(apply(before, first + second)["tables/r.csv"].decode().splitlines()[1:])


@pytest.mark.parametrize(
    ("old", "new"),
    [("", "a,1\na,1\n"), ("a,1\na,1\n", "a,1\na,1\na,1\n"), ("a,1\na,1\n", "a,1\n")],
)
def test_rows_that_are_all_key_may_come_twice(old: str, new: str) -> None:
    before, after = pair(f"k,x\n{old}", f"k,x\n{new}", ("k", "x"))
    notes: list[str] = []
    changes = diff(before, after, options=DiffOptions(note=notes.append))
    assert apply(before, changes)["tables/r.csv"].decode() == f"k,x\n{new}"


def test_a_row_that_is_all_key_and_stands_once_is_not_added_again() -> None:
    before, after = pair("k,x\na,1\n", "k,x\na,1\na,1\n", ("k", "x"))
    notes: list[str] = []
    changes = diff(before, after, options=DiffOptions(note=notes.append))
    with pytest.raises(
        ChangeSetError, match="k='a', x='1': it is to be added, but already"
    ) as caught:
        apply(before, changes)
    assert "declare fewer fields as its key, or none" in caught.value.hint


TABLE = st.lists(st.sampled_from([f"{a},{b}" for a in "pqr" for b in "123"]), unique=True)


@given(TABLE, TABLE, TABLE)
def test_changes_of_rows_that_were_told_apart_by_other_fields_compose(
    one: list[str], two: list[str], three: list[str]
) -> None:
    every = [package({"r": spec("\n".join(["k,x", *t, ""]), "")}) for t in (one, two, three)]
    a, b, c = (each.memory(name) for each, name in zip(every, "abc", strict=True))
    both = diff(a, b) + diff(b, c)
    assert read(to_json(both), "x") == both
    for old, changes, new in ((a, both, three), (c, ~both, one)):
        lines = apply(old, changes)["tables/r.csv"].decode().splitlines()
        assert sorted(lines[1:]) == sorted(new)


def test_a_key_that_was_found_twice_is_that_of_the_composition() -> None:
    first = of("k,x\na,1\nb,1\n", "k,x\na,2\nb,1\n")
    second = of("k,x\na,2\nb,1\n", "k,x\na,2\nb,3\n")
    assert first.keys == second.keys == (first + second).keys == {"r": ("k",)}
    assert told(first + second) == [("changed", "a"), ("changed", "b")]


def test_rows_without_a_key_stay_what_they_are_under_another_type() -> None:
    text = "x,y\n1,1\n1,1\n2,5\n"
    (old, _), (_, new) = pair(text, text, types={"x": "date"}), pair(text, "x,y\n1,1\n1,1\n2,6\n")
    assert told(diff(old, new)) == [("removed", "2", "5"), ("added", "2", "6")]
    assert told(diff(new, old)) == [("added", "2", "5"), ("removed", "2", "6")]


@pytest.mark.parametrize(
    ("was", "now", "cells"),
    [
        ("integer", "string", "1234"),
        ("string", "integer", "1234"),
        ("any", "integer", "1234"),
        ("date", "year", ["2001", "2002", "2003", "2004"]),
        ("year", "string", ["2001", "2002", "2003", "2004"]),
        (
            {"type": "date", "format": "any"},
            "date",
            ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"],
        ),
        ("integer", "number", "1234"),
    ],
)
@pytest.mark.parametrize("key", ["k", ""])
@pytest.mark.parametrize("in_memory", [0, 1 << 20])
def test_a_key_of_another_type_is_the_same_key(
    tmp_path: Path, was: Kind, now: Kind, cells: Sequence[str], key: str, in_memory: int
) -> None:
    texts = [
        "".join(["k,v\n", *(f"{cell},{v if cell == cells[1] else 'same'}\n" for cell in cells)])
        for v in "xy"
    ]
    old, new = (
        package({"r": spec(text, key, {"k": kind})}).write(tmp_path / side)
        for text, kind, side in zip(texts, (was, now), ("old", "new"), strict=True)
    )
    options = DiffOptions(note=lambda _: None, in_memory=in_memory)
    (change,) = diff(old, new, options=options).rows
    assert (change.kind, dict(change.key), change.fields) == ("changed", {"k": cells[1]}, ("v",))
    (change,) = diff(new, old, options=options).rows
    assert change.kind == "changed"
