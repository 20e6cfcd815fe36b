"""Parquet: every cell is there, typed, with every reader."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pytest

import exported
from interopwatch.errors import OutputError
from interopwatch.export.formats import export
from packages import EDTF, package, spec

pq = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra `parquet`")

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store
    from packages import Made


def folder(made: Made, place: Path) -> tuple[Path, list[str]]:
    notes: list[str] = []
    export(made.write(place / "package"), "parquet", place / "made", notes.append)
    return place / "made", notes


def read(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows


def test_every_cell_of_the_shipped_tables_comes_back(shipped: Store, tmp_path: Path) -> None:
    place = tmp_path / "shipped"
    export(shipped.package, "parquet", place)
    for name, header, records in exported.cells(shipped.package):
        fields = shipped.package.resource(name).by_name
        expected = [
            {c: exported.meant(cell, fields[c].type) for c, cell in zip(header, r, strict=True)}
            for r in records
        ]
        found = read(place / f"{name}.parquet")
        assert [{column: row[column] for column in header} for row in found] == expected
        listed = ", ".join(f'"{column}"' for column in header)
        query = f"SELECT {listed} FROM '{place / name}.parquet'"
        rows = duckdb.connect().execute(query).fetchall()
        assert rows == [tuple(row.values()) for row in expected]


def test_each_type_is_stored_as_what_it_means(tmp_path: Path) -> None:
    place, notes = folder(exported.typed(), tmp_path)
    found = read(place / "all.parquet")
    names = list(exported.TYPES)
    assert [tuple(row[name] for name in names) for row in found] == exported.ROWS
    assert notes == []
    schema = {field.name: str(field.type) for field in pq.read_schema(place / "all.parquet")}
    assert schema == {
        "id": "int64", "price": "decimal128(7, 3)", "open": "bool", "day": "date32[day]",
        "at": "timestamp[us]", "utc": "timestamp[us, tz=UTC]", "year": "int64", "since": "string",
        "since_earliest": "date32[day]", "since_latest": "date32[day]", "point": "string",
        "code": "string", "any": "string",
    }  # fmt: skip
    for row in found:
        assert (row["since_earliest"], row["since_latest"]) == exported.DAYS[row["since"]]


def test_pandas_reads_the_same(tmp_path: Path) -> None:
    place, _ = folder(exported.typed(), tmp_path)
    frame = pd.read_parquet(place / "all.parquet")
    assert frame["code"].tolist()[:2] == ["007", "2014"]
    assert frame["id"].tolist() == [1, 2, -3]
    assert frame["since_latest"].tolist()[2] == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("kind", "cells", "expected", "type_"),
    [
        ("integer", ["1", "9223372036854775808"], [1, 2**63], "decimal128(19, 0)"),
        ("integer", ["1", f"1{'0' * 40}"], [1, 10**40], "decimal256(41, 0)"),
        ("number", ["1E+3", "0.12345678901234567890"],
         [Decimal(1000), Decimal("0.1234567890123456789")], "decimal128(23, 19)"),
        ("number", ["1.5", "INF"], [1.5, float("inf")], "double"),
        ("number", ["1E+300", "0.5"], [1e300, 0.5], "double"),
    ],
)  # fmt: skip
def test_numbers_get_the_type_that_holds_all_of_them(
    tmp_path: Path, kind: str, cells: list[str], expected: list[Any], type_: str
) -> None:
    made = package({"t": spec(f"id,v\na,{cells[0]}\nb,{cells[1]}\n", types={"v": kind})})
    place, notes = folder(made, tmp_path)
    assert ([row["v"] for row in read(place / "t.parquet")], notes) == (expected, [])
    assert str(pq.read_schema(place / "t.parquet").field("v").type) == type_


@pytest.mark.parametrize(
    ("kind", "cells", "said"),
    [
        ("number", ["1E+60", "0.12345678901234567890"], "no Parquet type holds all of these"),
        ("integer", ["1", "9" * 5000], "cannot be represented exactly"),
        ("boolean", ["true", "perhaps"], "'perhaps' is no boolean"),
        (
            "datetime",
            ["2024-01-01T00:00:00", "2024-01-01T00:00:00Z"],
            "some times have a time zone, others",
        ),
    ],
)
def test_a_column_that_no_type_holds_is_text_as_written(
    tmp_path: Path, kind: str, cells: list[str], said: str
) -> None:
    made = package({"t": spec(f"id,v\na,{cells[0]}\nb,{cells[1]}\n", types={"v": kind})})
    place, notes = folder(made, tmp_path)
    assert [row["v"] for row in read(place / "t.parquet")] == cells
    assert len(notes) == 1
    assert said in notes[0]


def test_what_the_descriptor_says_is_in_the_metadata(tmp_path: Path) -> None:
    made = package({
        "t": spec("id,v\na,\n", types={
            "id": {"title": "Id", "constraints": {"required": True}},
            "v": {"description": "Any", "constraints": {"required": True}},
        }, title="The T"),
    })  # fmt: skip
    place, _ = folder(made, tmp_path)
    schema = pq.read_schema(place / "t.parquet")
    assert schema.metadata == {b"title": b"The T"}
    assert schema.field("id").metadata[b"title"] == b"Id"
    assert [schema.field(name).nullable for name in ("id", "v")] == [False, True]


def test_names_of_files_and_columns_stay_apart(tmp_path: Path) -> None:
    made = package({"A": "id\n1\n", "a": "id\n2\n"})
    extra = spec("id,d,d_latest,D\n1,2017,x,y\n", types={"d": EDTF})
    made = package({"A": "id\n1\n", "a": "id\n2\n", "con": extra})
    place, _ = folder(made, tmp_path)
    assert sorted(file.name for file in place.iterdir()) == [
        "A.parquet", "a_2.parquet", "table-con.parquet",
    ]  # fmt: skip
    assert read(place / "table-con.parquet") == [
        {
            "id": "1", "d": "2017", "d_earliest": date(2017, 1, 1),
            "d_latest_2": date(2017, 12, 31), "d_latest": "x", "D": "y",
        }
    ]  # fmt: skip


def test_an_existing_folder_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        folder(exported.typed(), tmp_path)
    assert [file.name for file in (tmp_path / "made").iterdir()] == ["mine.txt"]


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    one, _ = folder(exported.typed(), tmp_path / "one")
    other, _ = folder(exported.typed(), tmp_path / "other")
    assert (one / "all.parquet").read_bytes() == (other / "all.parquet").read_bytes()


def test_a_table_of_several_groups_of_rows_is_whole(tmp_path: Path) -> None:
    rows = "".join(f"{number},{number % 7}\n" for number in range(60_000))
    made = package({"t": spec("id,v\n", types={"id": "integer", "v": "integer"})})
    made = type(made)({**made.files, "tables/t.csv": f"id,v\n{rows}".encode()})
    place, _ = folder(made, tmp_path)
    table = pq.read_table(place / "t.parquet")
    assert pq.ParquetFile(place / "t.parquet").num_row_groups > 1
    assert table.column("id").to_pylist() == list(range(60_000))
    assert table.column("v").to_pylist() == [number % 7 for number in range(60_000)]
