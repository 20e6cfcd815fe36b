"""A table as a data frame has the types of its schema, and marks missing values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from interopwatch.errors import TableError
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch import Store


def framed(
    text: str, types: Mapping[str, str | Mapping[str, Any]] | None = None, **schema: object
) -> pd.DataFrame:
    """Return the data frame of a table from inline CSV."""
    described = spec(text, "", types)
    described.described["schema"].update(schema)
    return package({"table": described}).memory().frame("table")


def kinds(table: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in table.dtypes.items()}


def test_each_type_has_its_column() -> None:
    table = framed(
        """
        whole,part,sure,day,moment,name
        1,1.5,true,2024-03-07,2024-03-07T16:12:00,a
        -2,2,false,0001-01-01,9999-12-31T23:59:59,b
        """,
        {"whole": "integer", "part": "number", "sure": "boolean", "day": "date",
         "moment": "datetime"},
    )  # fmt: skip
    assert kinds(table) == {
        "whole": "Int64",
        "part": "Float64",
        "sure": "boolean",
        "day": "datetime64[s]",
        "moment": "datetime64[us]",
        "name": "string",
    }
    assert list(table["whole"]) == [1, -2]
    assert list(table["part"]) == [1.5, 2.0]
    assert list(table["sure"]) == [True, False]
    assert table["day"][0] == pd.Timestamp(2024, 3, 7)
    assert table["day"][1].year == 1
    assert table["moment"][0] == pd.Timestamp(2024, 3, 7, 16, 12)
    assert table["moment"][1].year == 9999
    assert list(table.index) == [0, 1]


def test_what_is_missing_is_missing_in_every_type() -> None:
    table = framed(
        """
        whole,part,sure,day,moment,name,year
        1,1,true,2024-03-07,2024-03-07T16:12:00,a,2014
        ,,,,,,
        -,-,-,-,-,-,-
        """,
        {"whole": "integer", "part": "number", "sure": "boolean", "day": "date",
         "moment": "datetime", "year": "year"},
        missingValues=["", "-"],
    )  # fmt: skip
    assert table.notna().all(axis=1).tolist() == [True, False, False]
    assert table.isna().all(axis=1).tolist() == [False, True, True]
    assert table["name"][1] is pd.NA
    assert table["whole"][1] is pd.NA
    assert table["day"][1] is pd.NaT
    assert kinds(table)["whole"] == "Int64"


def test_only_what_the_schema_calls_missing_is_missing() -> None:
    table = framed("name,n\nNA,1\nnull,2\nnan,3\n,4\n", {"n": "integer"}, missingValues=["null"])
    assert table["name"].isna().tolist() == [False, True, False, False]
    assert list(table["name"][[0, 2, 3]]) == ["NA", "nan", ""]


def test_bare_years_stay_texts_whether_edtf_or_year() -> None:
    table = framed(
        "begun,year,n\n2014,2014,2014\n2014~,1999,1\n",
        {"begun": "edtf", "year": "year", "n": "integer"},
    )
    assert kinds(table) == {"begun": "string", "year": "string", "n": "Int64"}
    assert list(table["begun"]) == ["2014", "2014~"]
    assert list(table["year"]) == ["2014", "1999"]
    assert table["n"][0] == 2014


def test_texts_are_never_taken_for_numbers() -> None:
    table = framed("code,flag\n007,true\n1e5,0\n")
    assert kinds(table) == {"code": "string", "flag": "string"}
    assert list(table["code"]) == ["007", "1e5"]


def test_booleans_are_read_as_their_field_says() -> None:
    table = framed(
        "sure\nja\nnein\n",
        {"sure": {"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}},
    )
    assert list(table["sure"]) == [True, False]


def test_numbers_are_read_as_their_field_says() -> None:
    table = framed(
        'n,i\n"1.234,5",1 000\n',
        {
            "n": {"type": "number", "decimalChar": ",", "groupChar": "."},
            "i": {"type": "integer", "groupChar": " "},
        },
    )
    assert table["n"][0] == 1234.5
    assert table["i"][0] == 1000


def test_a_whole_number_keeps_all_its_digits() -> None:
    table = framed(f"n\n{2**63 - 1}\n\n-{2**63}\n", {"n": "integer"})
    assert [int(n) for n in table["n"]] == [2**63 - 1, -(2**63)]
    with pytest.raises(TableError, match=r"table.csv:2:n: .* too large for 64 bits"):
        framed(f"n\n{2**63}\n", {"n": "integer"})
    with pytest.raises(TableError, match=r"table.csv:2:n: .* too large for 64 bits"):
        framed(f"n\n{'9' * 5000}\n", {"n": "integer"})


def test_infinity_is_a_number_and_nan_a_missing_one() -> None:
    table = framed("n\nINF\n-INF\nNaN\n", {"n": "number"})
    assert kinds(table) == {"n": "Float64"}
    assert list(table["n"][:2]) == [float("inf"), float("-inf")]
    assert table["n"].isna().tolist() == [False, False, True]


def test_moments_with_a_zone_are_in_utc() -> None:
    table = framed('at\n2024-03-07T16:12:00Z\n2024-03-07T18:12:00+02:00\n""\n', {"at": "datetime"})
    assert kinds(table) == {"at": "datetime64[us, UTC]"}
    assert table["at"][0] == table["at"][1] == pd.Timestamp(2024, 3, 7, 16, 12, tz="UTC")
    assert table["at"][2] is pd.NaT


def test_dates_of_another_format_are_dates_and_of_any_format_texts() -> None:
    table = framed(
        "a,b\n07.03.2024,March 2024\n",
        {"a": {"type": "date", "format": "%d.%m.%Y"}, "b": {"type": "date", "format": "any"}},
    )
    assert kinds(table) == {"a": "datetime64[s]", "b": "string"}
    assert table["a"][0] == pd.Timestamp(2024, 3, 7)


def test_columns_have_the_order_of_the_schema_and_an_empty_table_its_types() -> None:
    made = package({"table": spec("b,a\n", "", {"a": "integer"})})
    moved = type(made)({**made.files, "tables/table.csv": b"a,b\n"})
    table = moved.memory().frame("table")
    assert kinds(table) == {"b": "string", "a": "Int64"}
    assert list(table.columns) == ["b", "a"]
    assert len(table) == 0


@pytest.mark.parametrize(
    ("kind", "cell"), [("integer", "1.5"), ("number", "x"), ("boolean", "2"), ("date", "2014")]
)
def test_a_cell_of_another_type_is_an_error_with_its_place(kind: str, cell: str) -> None:
    with pytest.raises(TableError, match=rf"tables.table\.csv:3:n: .*{cell}.* is no {kind}"):
        framed(f'n\n""\n{cell}\n', {"n": kind})


def test_a_table_without_a_schema_is_all_texts() -> None:
    raw = package({"table": "id,n\na,1\n"})
    described = raw.descriptor
    del described["resources"][0]["schema"]
    bare = type(raw)({**raw.files, "datapackage.json": json.dumps(described).encode()})
    table = bare.memory().frame("table")
    assert kinds(table) == {"id": "string", "n": "string"}
    assert list(table.iloc[0]) == ["a", "1"]


def test_every_shipped_table_is_a_frame_with_all_its_rows(shipped: Store) -> None:
    for each in (shipped.package, *shipped.snapshots()):
        for resource in each.descriptor.resources:
            table = each.frame(resource.name)
            assert len(table) == len(each.rows(resource.name))
            assert tuple(table.columns) == resource.header
            dated = [f.name for f in resource.fields if "rdfType" in f.options]
            assert all(str(table[name].dtype) == "string" for name in dated)
