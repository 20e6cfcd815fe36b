"""Databases: every cell is there, typed; constraints hold; views add names and days."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

import exported
import interopwatch as iw
import small_packages
from examples import examples
from interopwatch.errors import FormatError, OutputError
from interopwatch.export.formats import export
from packages import EDTF, package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store
    from packages import Made


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def database(made: Made, folder: Path) -> tuple[Path, list[str]]:
    notes: list[str] = []
    file = folder / "made.db"
    export(made.write(folder / "package"), "sqlite", file, notes.append)
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    return file, notes


def stored(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def test_every_cell_of_the_shipped_tables_comes_back(shipped: Store, tmp_path: Path) -> None:
    file = tmp_path / "shipped.db"
    export(shipped.package, "sqlite", file)
    for name, header, records in exported.cells(shipped.package):
        fields = shipped.package.resource(name).by_name
        kinds = [fields[column].type for column in header]
        expected = [tuple(map(exported.meant, record, kinds)) for record in records]
        listed = ", ".join(f'"{column}"' for column in header)
        assert sorted(map(repr, rows(file, f'SELECT {listed} FROM "{name}"'))) == sorted(
            repr(tuple(int(v) if v in (True, False) else stored(v) for v in row))
            for row in expected
        )
    assert rows(file, "PRAGMA foreign_key_check") == []


def test_each_type_is_stored_as_what_it_means(tmp_path: Path) -> None:
    file, notes = database(exported.typed(), tmp_path)
    found = rows(file, 'SELECT * FROM "all" ORDER BY abs(id)')
    expected = [tuple(map(stored, row)) for row in exported.ROWS]
    assert found[1][5] == "2024-03-07T16:12:00+02:00"  # in the time zone of the cell
    found[1] = (*found[1][:5], stored(exported.ROWS[1][5]), *found[1][6:])
    assert (found, notes) == (expected, [])
    types = {name: kind for _, name, kind, *_ in rows(file, 'PRAGMA table_info("all")')}
    assert types == {
        "id": "INTEGER", "price": "REAL", "open": "BOOLEAN", "day": "DATE", "at": "DATETIME",
        "utc": "DATETIME", "year": "INTEGER", "since": "TEXT", "point": "TEXT", "code": "TEXT",
        "any": "TEXT",
    }  # fmt: skip
    days = rows(file, "SELECT since, since_earliest, since_latest FROM all_with_days")
    assert {text: tuple(map(stored, ends)) for text, ends in exported.DAYS.items()} == {
        text: (first, last) for text, first, last in days
    }


SHOPS = spec("id,name,kind\na,Alpha,b\nb,Beta,c\n", types={
    "name": {"constraints": {"required": True}},
    "kind": {"categories": [{"value": "b", "label": "big"}]},
}, ours={"label": "{name}[, {kind}]"})  # fmt: skip
STAFF = spec("id,shop,boss\n1,a,\n2,b,1\n", types={"id": "integer", "boss": "integer"},
             refs={"shop": "shops.id", "boss": "staff.id"})  # fmt: skip


def test_keys_and_constraints_are_declared(tmp_path: Path) -> None:
    file, notes = database(package({"staff": STAFF, "shops": SHOPS}), tmp_path)
    assert notes == []
    info = {row[1]: (row[3], row[5]) for row in rows(file, "PRAGMA table_info(shops)")}
    assert info == {"id": (1, 1), "name": (1, 0), "kind": (0, 0)}
    keys = {(row[2], row[3], row[4]) for row in rows(file, "PRAGMA foreign_key_list(staff)")}
    assert keys == {("shops", "shop", "id"), ("staff", "boss", "id")}
    indexed = {
        rows(file, f'PRAGMA index_info("{row[1]}")')[0][2]
        for row in rows(file, "PRAGMA index_list(staff)")
    }
    assert indexed == {"shop", "boss"}


def test_a_view_has_the_label_of_the_row_beside_the_key(tmp_path: Path) -> None:
    file, _ = database(package({"staff": STAFF, "shops": SHOPS}), tmp_path)
    assert rows(file, "SELECT shop, shop_label FROM staff_with_names ORDER BY id") == [
        ("a", "Alpha, big"),
        ("b", "Beta, c"),
    ]


def test_without_a_label_the_column_most_like_a_name_stands_beside_the_key(tmp_path: Path) -> None:
    shops = "id,code,name\n1,xx,Corner shop\n2,yy,Old mill\n3,zz,New inn\n"
    staff = spec("id,shop\na,3\nb,9\n", refs={"shop": "shops.id"})
    file, notes = database(package({"shops": shops, "staff": staff}), tmp_path)
    assert rows(file, "SELECT shop, shop_label FROM staff_with_names") == [
        ("3", "New inn"),
        ("9", None),
    ]
    assert notes == ["staff: 1 row refers to nothing in shops"]


def test_labels_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    table = spec("id,next\na,b\nb,a\n", refs={"next": "t.id"}, ours={"label": "{id}>{next}"})
    file, _ = database(package({"t": table}), tmp_path)
    assert rows(file, "SELECT next_label FROM t_with_names ORDER BY id")[0] == ("b>a>b>a",)


def test_a_label_that_would_be_endless_is_left_out(tmp_path: Path) -> None:
    many = "{next}" * 40
    table = spec("id,next\na,b\nb,a\n", refs={"next": "t.id"}, ours={"label": f"{{id}}{many}"})
    file, _ = database(package({"t": table}), tmp_path)
    assert rows(file, "SELECT name FROM sqlite_master WHERE type = 'view'") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,v\na,1\na,2\n", "t: without a primary key, as some rows share one"),
        ("id,v\na,1\n,2\n", "t: without a primary key, as some rows lack id"),
    ],
)
def test_a_key_that_does_not_hold_is_left_out_and_said(
    tmp_path: Path, text: str, said: str
) -> None:
    other = spec("id,t\nx,a\n", refs={"t": "t.id"})
    file, notes = database(package({"other": other, "t": text}), tmp_path)
    assert notes[0] == said
    assert rows(file, "SELECT count(*), count(DISTINCT v) FROM t") == [(2, 2)]
    assert [row[5] for row in rows(file, "PRAGMA table_info(t)")] == [0, 0]
    assert rows(file, "PRAGMA foreign_key_check") == []


def test_a_foreign_key_to_rows_that_are_not_told_apart_is_left_out_and_said(
    tmp_path: Path,
) -> None:
    made = package({
        "other": spec("id,t\nx,p\ny,q\n", refs={"t": "t.kind"}),
        "t": spec("id,kind\na,p\nb,p\n"),
    })  # fmt: skip
    file, notes = database(made, tmp_path)
    assert notes == ["other: without the foreign key t, as rows of t share their kind"]
    assert rows(file, "PRAGMA foreign_key_list(other)") == []
    assert rows(file, "SELECT * FROM other ORDER BY id") == [("x", "p"), ("y", "q")]
    assert [row[5] for row in rows(file, "PRAGMA table_info(other)")] == [1, 0]


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        ("integer", "large", "'large' is no integer"),
        ("integer", "9223372036854775808", "'9223372036854775808' cannot be represented exactly"),
        (
            "number",
            "0.12345678901234567890",
            "'0.12345678901234567890' cannot be represented exactly",
        ),
        ("number", "INF", "'INF' cannot be represented exactly"),
        ("datetime", "2024-01-01T00:00:00.1234567", "'2024-01-01T00:00:00.1234567' is no datetime"),
        ("date", "2024-02-30", "'2024-02-30' is no date"),
    ],
)
def test_a_column_that_cannot_be_typed_stays_as_it_is_written(
    tmp_path: Path, kind: str, cell: str, said: str
) -> None:
    first = {"date": "2024-01-01", "datetime": "2024-01-01T00:00:00"}.get(kind, "01")
    made = package({"t": spec(f"id,v\na,{first}\nb,{cell}\nc,\n", types={"v": kind})})
    file, notes = database(made, tmp_path)
    assert rows(file, "SELECT v FROM t ORDER BY id") == [(first,), (cell,), (None,)]
    where = tmp_path / "package" / "tables" / "t.csv"
    assert notes == [f"{where}:3:v: {said}; the column is written as text"]


def test_what_is_no_edtf_date_is_said_and_has_no_days(tmp_path: Path) -> None:
    made = package({"t": spec("id,v\na,soon\nb,2017\n", types={"v": EDTF})})
    file, notes = database(made, tmp_path)
    assert rows(file, "SELECT v, v_latest FROM t_with_days ORDER BY id") == [
        ("soon", None),
        ("2017", "2017-12-31"),
    ]
    assert "2:v: 'soon' is no EDTF date" in notes[0]


def test_names_that_sqlite_takes_for_one_or_for_its_own_are_told_apart(tmp_path: Path) -> None:
    made = package({
        "sqlite_x": spec('id,ID,"a ""b"""\n1,2,3\n'),
        "T": spec("id\n1\n"),
        "t": spec("id\n2\n"),
        "t_with_names": spec("id,t\n3,2\n", refs={"t": "t.id"}),
        "edtf_days": spec("id,d\n4,2017\n", types={"d": EDTF}),
    })  # fmt: skip
    file, _ = database(made, tmp_path)
    assert rows(file, 'SELECT id, id_2, "a ""b""" FROM table_sqlite_x') == [("1", "2", "3")]
    assert rows(file, "SELECT T.id, t_2.id FROM T, t_2") == [("1", "2")]
    assert rows(file, "SELECT d_earliest FROM edtf_days_with_days") == [("2017-01-01",)]


def test_a_table_that_is_too_wide_is_an_error_that_names_it(tmp_path: Path) -> None:
    names = ",".join(f"f{number}" for number in range(2001))
    made = package({"t": spec(f"{names}\n", "f0")}).write(tmp_path / "package")
    with pytest.raises(FormatError, match=r"t\.csv:1: it has 2,001 fields"):
        export(made, "sqlite", tmp_path / "made.db")
    assert not (tmp_path / "made.db").exists()


def test_a_table_that_cannot_be_read_is_said_and_the_others_are_there(tmp_path: Path) -> None:
    made = package({"t": "id,v\na,1\n", "u": "id,v\na,1\n"})
    folder = made.write(tmp_path / "package").root
    (folder / "tables" / "u.csv").unlink()
    notes: list[str] = []
    export(iw.open_package(folder), "sqlite", tmp_path / "made.db", notes.append)
    assert rows(tmp_path / "made.db", "SELECT name FROM sqlite_master WHERE type = 'table'") == [
        ("t",)
    ]
    assert notes == [
        f"not exported: u: {folder / 'tables' / 'u.csv'}: the file of resource 'u' is missing"
    ]


@settings(max_examples=examples(25))
@given(small_packages.packages())
def test_any_package_gives_the_same_bytes_twice(
    tmp_path_factory: pytest.TempPathFactory, made: Made
) -> None:
    folder = tmp_path_factory.mktemp("any")
    one, _ = database(made, folder / "one")
    other, _ = database(made, folder / "other")
    assert one.read_bytes() == other.read_bytes()


def test_metadata_for_datasette_says_what_the_descriptor_says(tmp_path: Path) -> None:
    raw = exported.typed().edited(
        lambda d: d["resources"][0].update(title="All", description="One of each.")
    )
    database(raw, tmp_path)
    said = json.loads((tmp_path / "metadata.json").read_text("utf-8"))["databases"]["made"]
    assert said["title"] == "All types"
    assert said["license_url"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert said["tables"]["all"] == {"title": "All", "description": "One of each."}


def test_metadata_name_the_column_by_which_rows_are_told(tmp_path: Path) -> None:
    database(package({"staff": STAFF, "shops": SHOPS}), tmp_path)
    said = json.loads((tmp_path / "metadata.json").read_text("utf-8"))["databases"]["made"]
    assert said["tables"] == {"staff": {}, "shops": {"label_column": "name"}}


def test_metadata_of_other_databases_stays(tmp_path: Path) -> None:
    file = tmp_path / "metadata.json"
    file.write_text('{"title": "Mine", "databases": {"z": {"title": "Z"}}}')
    database(exported.typed(), tmp_path)
    said = json.loads(file.read_text("utf-8"))
    assert (said["title"], said["databases"]["z"]) == ("Mine", {"title": "Z"})
    assert list(said["databases"]) == ["made", "z"]


@pytest.mark.parametrize("text", ["mine", "[]", '{"name": "mine"}'])
def test_what_is_no_metadata_is_not_overwritten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "metadata.json"
    file.write_text(text)
    with pytest.raises(OutputError, match="not Datasette metadata"):
        database(exported.typed(), tmp_path)
    assert file.read_text() == text
    assert not (tmp_path / "made.db").exists()


def test_an_address_that_a_browser_would_run_is_left_out(tmp_path: Path) -> None:
    made = exported.typed().edited(
        lambda d: d.update(sources=[{"title": "<b>me</b>", "path": "javascript:alert(1)"}])
    )
    database(made, tmp_path)
    said = json.loads((tmp_path / "metadata.json").read_text("utf-8"))["databases"]["made"]
    assert "source_url" not in said
