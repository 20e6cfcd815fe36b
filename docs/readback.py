"""Read each export of the shipped package back with other tools, and compare every cell.

docs/exports.md shows the result; any cell that differs raises an error. For mlcroissant, only
records are counted: it reads CSV with pandas, which turns the text `2023` into `2023.0`.
"""

from __future__ import annotations

import asyncio
import csv
import json
import logging
import math
import shutil
import sqlite3
import tempfile
import warnings
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import frictionless
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import rdflib
from datasette.app import Datasette

import interopwatch as iw
from interopwatch.export.formats import export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from interopwatch import Package

    Row = Mapping[str, Any]
    Reader = Callable[[str], tuple[Iterable[Row], set[str]]]
    """Returns the rows of a table and the types of their values."""

_MOST_ROWS: Final = 10_000
"""The maximum number of rows that Datasette returns at once: more than any table has."""


def expected(package: Package) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the tables, read by the csv module with the descriptor's types."""
    found = {}
    for resource in package.descriptor.resources:
        kinds = {field.name: field.type for field in resource.fields}
        with (package.root / resource.path).open(encoding="utf-8", newline="") as file:
            found[resource.name] = [
                {name: _meant(cell, kinds[name]) for name, cell in row.items()}
                for row in csv.DictReader(file)
            ]
    return found


def _meant(cell: str, kind: str) -> Any:  # noqa: ANN401 - a cell
    if not cell:
        return None
    if kind == "boolean":
        return cell == "true"
    return {"integer": int, "number": Decimal}.get(kind, str)(cell)


def _plain(value: Any, meant: Any) -> Any:  # noqa: ANN401 - cells
    """Convert a tool's cell to the value that it represents."""
    if isinstance(value, bytes):
        value = value.decode()
    if (
        value is None
        or value is pd.NaT
        or (value == "" and meant is None)
        or (isinstance(value, float) and math.isnan(value))
    ):
        return None
    if hasattr(value, "item"):
        value = value.item()  # numpy's numbers and booleans
    if isinstance(meant, bool):
        return bool(value)
    if isinstance(value, float) and isinstance(meant, (int, Decimal)):
        return type(meant)(repr(value)) if isinstance(meant, Decimal) else int(value)
    return value


_GUESSES: Final = "mlcroissant"


def rows(place: Path) -> Iterator[tuple[str, str, int, int, int, str]]:
    """Yield for each format and tool: tables, rows and cells that were equal, and their types."""
    package = iw.open(Path(__file__).parent.parent).package
    meant = expected(package)
    for form, tool, read in _readers(package, place):
        cells, kinds = 0, set()
        for name, wanted in meant.items():
            found, types = read(name)
            listed = list(found)
            kinds |= types
            assert len(listed) == len(wanted), f"{form}, {tool}: {name}: {len(listed)} rows"
            if tool == _GUESSES:
                continue
            for one, other in zip(_ordered(listed, wanted), _ordered(wanted, wanted), strict=True):
                for field, value in other.items():
                    mine = _plain(one.get(field), value)
                    assert mine == value, f"{form}, {tool}: {name}.{field}: {mine!r} {value!r}"
                    cells += 1
        number = sum(map(len, meant.values()))
        yield form, tool, len(meant), number, cells, ", ".join(sorted(kinds - {""}))


def _ordered(listed: list[Any], wanted: list[Any]) -> list[Any]:
    """Return rows in a common order, since some tools have one of their own."""
    names = list(wanted[0]) if wanted else []
    return sorted(listed, key=lambda row: [str(_plain(row.get(n), wanted[0][n])) for n in names])


def _readers(package: Package, place: Path) -> Iterator[tuple[str, str, Reader]]:
    yield from _of_sqlite(package, place)
    yield from _of_parquet(package, place)
    yield from _of_xlsx(package, place)
    yield from _of_zip(package, place)
    yield from _of_metadata(package, place)


def _of_sqlite(package: Package, place: Path) -> Iterator[tuple[str, str, Reader]]:
    file = place / "nato.db"
    export(package, "sqlite", file)
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row

    def plain(name: str) -> tuple[Iterable[Row], set[str]]:
        types = {row["type"] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')], types

    yield "sqlite", "sqlite3", plain

    def frame(name: str) -> tuple[Iterable[Row], set[str]]:
        return _frame(pd.read_sql(f'SELECT * FROM "{name}"', connection))

    yield "sqlite", "pandas", frame
    said = json.loads((place / "metadata.json").read_text("utf-8"))
    server = Datasette([str(file)], metadata=said, settings={"max_returned_rows": _MOST_ROWS})

    def page(name: str) -> tuple[Iterable[Row], set[str]]:
        address = f"/nato/{name}.json?_shape=array&_size=max"
        answer = asyncio.run(server.client.get(address)).json()
        return answer, {type(value).__name__ for row in answer for value in row.values()} - {
            "NoneType"
        }

    yield "sqlite", "Datasette", page


def _of_parquet(package: Package, place: Path) -> Iterator[tuple[str, str, Reader]]:
    folder = place / "parquet"
    export(package, "parquet", folder)

    def arrow(name: str) -> tuple[Iterable[Row], set[str]]:
        table = pq.read_table(folder / f"{name}.parquet")
        return table.to_pylist(), {str(field.type) for field in table.schema}

    yield "parquet", "pyarrow", arrow

    def duck(name: str) -> tuple[Iterable[Row], set[str]]:
        found = duckdb.connect().execute(f"SELECT * FROM '{folder / name}.parquet'")
        names = [each[0] for each in found.description]
        types = {str(each[1]) for each in found.description}
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()], types

    yield "parquet", "DuckDB", duck
    yield "parquet", "pandas", lambda name: _frame(pd.read_parquet(folder / f"{name}.parquet"))


def _of_xlsx(package: Package, place: Path) -> Iterator[tuple[str, str, Reader]]:
    file = place / "nato.xlsx"
    export(package, "xlsx", file)
    book = openpyxl.load_workbook(file)

    def sheet(name: str) -> tuple[Iterable[Row], set[str]]:
        head, *rest = book[name].iter_rows(values_only=True)
        types = {type(cell).__name__ for row in rest for cell in row if cell is not None}
        return [dict(zip(head, row, strict=True)) for row in rest], types

    yield "xlsx", "openpyxl", sheet
    frames = pd.read_excel(file, sheet_name=None, dtype=object, keep_default_na=False)
    yield "xlsx", "pandas", lambda name: _frame(frames[name])


def _of_zip(package: Package, place: Path) -> Iterator[tuple[str, str, Reader]]:
    file = place / "nato.zip"
    export(package, "zip", file)
    with iw.opened_package(str(file)) as found:
        assert not iw.diff(package, found)
        tables = {r.name: found.table(r.name) for r in found.descriptor.resources}

    def ours(name: str) -> tuple[Iterable[Row], set[str]]:
        kinds = {field.name: field.type for field in tables[name].resource.fields}
        rows = [{n: _meant(c, kinds[n]) for n, c in row.items()} for row in tables[name].rows]
        return rows, set(kinds.values())

    yield "zip", "interopwatch", ours
    other: Any = frictionless.Package(str(file))

    def judge(name: str) -> tuple[Iterable[Row], set[str]]:
        resource = other.get_table_resource(name)
        return [dict(row) for row in resource.read_rows()], {f.type for f in resource.schema.fields}

    yield "zip", "frictionless", judge


def _of_metadata(package: Package, place: Path) -> Iterator[tuple[str, str, Reader]]:
    folder = place / "metadata"
    export(package, "metadata", folder)
    shutil.copytree(package.root / "tables", folder / "tables")  # where the metadata says they are
    logging.disable(logging.CRITICAL)
    import mlcroissant

    found = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))

    def records(name: str) -> tuple[Iterable[Row], set[str]]:
        fields = next(r for r in found.metadata.record_sets if r.name == name).fields
        types = {str(each.data_types[0]).rpartition("/")[2] for each in fields}
        start = len(name) + 1
        rows = [{key[start:]: value for key, value in r.items()} for r in found.records(name)]
        return rows, types

    yield "metadata", "mlcroissant", records
    graph = rdflib.Graph().parse(folder / "dcat.ttl")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(list(graph.objects(None, dcat.distribution))) == len(package.descriptor.resources)


def _frame(frame: pd.DataFrame) -> tuple[Iterable[Row], set[str]]:
    return frame.to_dict("records"), {str(kind) for kind in frame.dtypes}


def as_markdown() -> str:
    """Return the result as a table."""
    lines = [
        "| format | read by | tables | rows | cells, all equal | types |",
        "|---|---|--:|--:|--:|---|",
    ]
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lines += [
            f"| `{form}` | {tool} | {tables} | {number:,} | {cells or '—':{',' if cells else ''}} "
            f"| {kinds} |"
            for form, tool, tables, number, cells, kinds in rows(Path(place))
        ]
    return "\n".join(lines) + "\n"
