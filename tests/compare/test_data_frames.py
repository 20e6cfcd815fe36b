"""Two pandas data frames compare like two tables, by type and by key."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import interopwatch as iw
from interopwatch.errors import KeyProblemError, TableError
from packages import package, spec

if TYPE_CHECKING:
    from interopwatch import ChangeSet

OLD = pd.DataFrame({"id": [1, 2, 3], "city": ["Bern", "Oslo", "Rome"], "people": [1.5, 7.0, None]})


def found(changes: ChangeSet) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(row.kind, ",".join(row.key.values()), tuple(row.fields)) for row in changes.rows]


def test_rows_are_matched_by_the_key() -> None:
    new = pd.DataFrame({"id": [3, 2, 4], "city": ["Roma", "Oslo", "Riga"], "people": [2.8, 7, 0.6]})
    changes = iw.diff(OLD, new, key="id")
    assert found(changes) == [
        ("removed", "1", ("id", "city", "people")),
        ("changed", "3", ("city", "people")),
        ("added", "4", ("id", "city", "people")),
    ]
    assert changes.rows[1].before == {"id": "3", "city": "Rome", "people": ""}
    assert changes.rows[1].after == {"id": "3", "city": "Roma", "people": "2.8"}


def test_the_named_index_is_the_key() -> None:
    new = OLD.assign(city=["Bern", "Oslo", "Roma"])
    expected = [("changed", "3", ("city",))]
    assert found(iw.diff(OLD.set_index("id"), new.set_index("id"))) == expected
    pair = iw.diff(OLD.set_index(["id", "city"]), new.set_index(["id", "city"]))
    assert [(row.kind, *row.key.values()) for row in pair.rows] == [
        ("added", "3", "Roma"),
        ("removed", "3", "Rome"),
    ]


def test_without_key_or_named_index_the_key_is_found() -> None:
    changes = iw.diff(OLD, OLD.iloc[::-1])
    assert not changes
    assert changes.keys == {"table": ("id",)}


def test_an_equal_frame_differs_in_nothing_in_any_order_of_rows() -> None:
    assert not iw.diff(OLD, OLD.sample(frac=1, random_state=3), key="id")


def test_a_column_that_came_and_one_of_another_type_are_changes_of_the_schema() -> None:
    new = OLD.assign(people=["a", "b", "c"], capital=[True, True, True])
    fields = [(c.field, c.kind) for c in iw.diff(OLD, new, key="id").schema]
    assert fields == [("people", "changed"), ("capital", "added")]


@pytest.mark.parametrize(
    ("cells", "kind", "texts"),
    [
        ([1, 2], "integer", ["1", "2"]),
        (pd.array([2**60 + 1, None], dtype="Int64"), "integer", [str(2**60 + 1), ""]),
        ([0.1, float("inf")], "number", ["0.1", "INF"]),
        ([Decimal("1.10"), Decimal(2)], "number", ["1.10", "2"]),
        ([True, False], "boolean", ["true", "false"]),
        (pd.array([True, None], dtype="boolean"), "boolean", ["true", ""]),
        (["é,\n", None], "string", ["é,\n", ""]),
        (pd.Categorical(["a", "b"]), "string", ["a", "b"]),
        ([dt.date(2024, 3, 7), None], "date", ["2024-03-07", ""]),
        (
            pd.to_datetime(["2024-03-07T16:12:00.000000001", "NaT"]),
            "datetime",
            ["2024-03-07T16:12:00.000000001", ""],
        ),
        (pd.to_datetime(["2024-03-07T16:12Z", "NaT"]), "datetime", ["2024-03-07T16:12:00Z", ""]),
        ([1, "one"], "string", ["1", "one"]),
    ],
)
def test_each_kind_of_column_has_its_type(cells: object, kind: str, texts: list[str]) -> None:
    new = pd.DataFrame({"id": ["a", "b"], "cell": cells})
    changes = iw.diff(new[["id"]], new, key="id")
    (added,) = changes.schema
    assert added.after is not None
    assert added.after["type"] == kind
    shown = {row.key["id"]: (row.after or {})["cell"] for row in changes.rows}
    assert shown == {i: t for i, t in zip(["a", "b"], texts, strict=True) if t}


def test_an_empty_text_and_a_missing_value_differ_in_form() -> None:
    old = pd.DataFrame({"id": [1, 2], "note": ["", "x"]})
    changes = iw.diff(old, old.assign(note=pd.array([None, "x"], dtype="string")), key="id")
    assert not changes.rows
    assert [row.key for row in changes.reformatted] == [{"id": "1"}]


def test_what_cannot_be_compared_is_refused() -> None:
    listed = pd.DataFrame({"id": [1], "tags": [["a"]]})
    with pytest.raises(TableError, match="old:tags: a cell is of type list"):
        iw.diff(listed, listed, key="id")
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(TableError, match="old: two columns are called 'a'"):
        iw.diff(twice, twice)
    with pytest.raises(KeyProblemError, match="old: there is no column 'nr'"):
        iw.diff(OLD, OLD, key="nr")
    with pytest.raises(KeyProblemError):
        iw.diff(pd.concat([OLD, OLD.assign(city="x")]), OLD, key="id")
    one = package({"t": spec("id\n1\n", "id")}).memory()
    with pytest.raises(TypeError, match="a package and a data frame"):
        iw.diff(one, OLD)
    with pytest.raises(TypeError, match="key is for data frames"):
        iw.diff(one, one, key="id")
    with pytest.raises(TypeError, match="a list is neither"):
        iw.diff([], [])  # type: ignore[call-overload,arg-type,unused-ignore]


def test_the_cells_that_differ_come_as_a_frame() -> None:
    new = OLD.assign(city=["Bern", "Oslo", "Roma"]).iloc[1:]
    frame = iw.diff(OLD, new, key="id").frame()
    assert list(frame.columns) == ["resource", "key", "kind", "field", "before", "after"]
    assert frame.fillna("-").to_numpy().tolist() == [
        ["table", "1", "removed", "id", "1", "-"],
        ["table", "1", "removed", "city", "Bern", "-"],
        ["table", "1", "removed", "people", "1.5", "-"],
        ["table", "3", "changed", "city", "Rome", "Roma"],
    ]
    assert set(map(str, frame.dtypes)) == {"string"}
    assert iw.diff(OLD, OLD, key="id").frame().empty
