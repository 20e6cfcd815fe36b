"""Workbooks: every cell is there, texts as texts, and nothing that Excel would run or refuse."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.escape import unescape

import exported
from interopwatch.errors import FormatError
from interopwatch.export.formats import export
from interopwatch.export.xlsx import sheet_names
from packages import EDTF, package, spec

pytest.importorskip("xlsxwriter", reason="workbooks need the extra `xlsx`")

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store
    from packages import Made


def workbook(made: Made, place: Path) -> tuple[Any, list[str]]:
    notes: list[str] = []
    file = place / "made.xlsx"
    export(made.write(place / "package"), "xlsx", file, notes.append)
    return openpyxl.load_workbook(file), notes


def rows(sheet: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - openpyxl says nothing of its types
    """Return the cells of a sheet, with the format's escapes for characters decoded.

    (ECMA-376, part 1, 22.4.2.4; openpyxl leaves them as they are.)
    """
    return [
        tuple(unescape(cell) if isinstance(cell, str) else cell for cell in row)
        for row in sheet.iter_rows(values_only=True)
    ]


def shown(value: Any) -> Any:  # noqa: ANN401 - a cell as openpyxl has it
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, datetime):
        return value.date() if not (value.hour or value.minute) else value
    return value


def test_every_cell_of_the_shipped_tables_comes_back(shipped: Store, tmp_path: Path) -> None:
    file = tmp_path / "shipped.xlsx"
    export(shipped.package, "xlsx", file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Dictionary", *shipped.package.descriptor.by_name]
    for name, header, records in exported.cells(shipped.package):
        fields = shipped.package.resource(name).by_name
        head, *found = rows(book[name])
        at = [head.index(column) for column in header]
        kinds = [fields[column].type for column in header]
        assert [tuple(row[i] for i in at) for row in found] == [
            tuple(map(exported.meant, record, kinds)) for record in records
        ]


def test_each_type_is_stored_as_what_it_means(tmp_path: Path) -> None:
    book, notes = workbook(exported.typed(), tmp_path)
    head, *found = rows(book["all"])
    assert head == (
        "id", "price", "open", "day", "at", "utc", "year", "since", "since_earliest",
        "since_latest", "point", "code", "any",
    )  # fmt: skip
    table = [dict(zip(head, map(shown, row), strict=True)) for row in found]
    expected = [dict(zip(exported.TYPES, row, strict=True)) for row in exported.ROWS]
    said = {"at": ["2024-03-07T16:12:00", "2024-03-07T16:12:00.5", None],
            "utc": ["2024-03-07T16:12:00Z", "2024-03-07T16:12:00+02:00", None]}  # fmt: skip
    for number, (row, meant) in enumerate(zip(table, expected, strict=True)):
        ends = (row.pop("since_earliest"), row.pop("since_latest"))
        assert ends == exported.DAYS[row["since"]]
        assert row == {**meant, **{name: cells[number] for name, cells in said.items()}}
    assert [note.partition(": ")[2] for note in notes] == [
        "'2024-03-07T16:12:00.5' cannot be represented exactly; the column is written as text",
        "'2024-03-07T16:12:00Z' cannot be represented exactly; the column is written as text",
    ]


def test_texts_that_excel_would_change_or_run_survive(tmp_path: Path) -> None:
    texts = [
        "2014", "007", "1E5", "=1+1", "@SUM(A1)", "-2+3", "+1", "1/2", "TRUE", "Türkiye", "日本",
        " a ", "two\nlines", "https://example.org", "mailto:a@example.org", "<b>&amp;</b>",
        "_x0041_", "<r><t>a</t></r>", "<r></is></c>&</r>", "#REF!", "\U0001f600",
    ]  # fmt: skip
    cells = "".join(f'{number},"{text}"\n' for number, text in enumerate(texts))
    book, _ = workbook(package({"t": spec(f"id,v\n{cells}")}), tmp_path)
    sheet = book["t"]
    assert [row[1] for row in rows(sheet)[1:]] == texts
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} == {"s"}
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    frame = pd.read_excel(tmp_path / "made.xlsx", "t", dtype=str, keep_default_na=False)
    assert list(map(unescape, frame["v"])) == texts


def test_characters_that_xml_cannot_hold_leave_a_file_that_opens(tmp_path: Path) -> None:
    made = package({"t": spec("id,v\n1,a\x01b\n2,c\ufffed\x7f\n")})
    book, _ = workbook(made, tmp_path)
    assert [row[1] for row in rows(book["t"])[1:]] == ["a\x01b", "c\ufffed\x7f"]
    odd = package(
        {"t": spec("id,v\x02\n1,a\n", title="\x01")}, title="\x01<&\uffff", description="\x08"
    )
    odd = odd.edited(lambda d: d["resources"][0].update(name="s\x03\uffff"))
    book, _ = workbook(odd, tmp_path / "odd")
    assert book.sheetnames == ["Dictionary", "s__"]
    assert book.properties.title == "\ufffd<&\ufffd"
    assert rows(book["s__"])[0] == ("id", "v\x02")


def test_the_header_is_frozen_and_has_a_filter(tmp_path: Path) -> None:
    book, _ = workbook(exported.typed(), tmp_path)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref is not None
    assert book["all"].auto_filter.ref == "A1:M4"


def test_the_dictionary_says_what_each_column_holds(tmp_path: Path) -> None:
    made = package({
        "shops": "id\nx\n",
        "t": spec("id,shop,size\n1,x,2\n", refs={"shop": "shops.id"}, types={
            "size": {"type": "integer", "title": "Size", "description": "In metres.",
                     "constraints": {"required": True, "minimum": 1}},
        }),
    })  # fmt: skip
    book, _ = workbook(made, tmp_path)
    head, *found = rows(book["Dictionary"])
    assert head[:6] == ("sheet", "field", "title", "type", "rules", "description")
    assert [row[:6] for row in found] == [
        ("shops", "id", None, "string", "key", None),
        ("t", "id", None, "string", "key", None),
        ("t", "shop", None, "string", "refers to shops.id", None),
        ("t", "size", "Size", "integer", "required; at least 1", "In metres."),
    ]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("integer", "1234567890123456"),
        ("number", "0.12345678901234567890"),
        ("number", "1E+308"),
        ("date", "1900-02-28"),
    ],
)
def test_what_excel_would_round_or_shift_stays_text(tmp_path: Path, kind: str, cell: str) -> None:
    made = package({"t": spec(f"id,v\na,{cell}\n", types={"v": kind})})
    book, notes = workbook(made, tmp_path)
    assert rows(book["t"])[1] == ("a", cell)
    assert "cannot be represented exactly; the column is written as text" in notes[0]


@pytest.mark.parametrize(
    "cell", ["123456789012345", "-0.000123456789012345", "139281476834.20572", "1E+200", "1e-7"]
)
def test_all_digits_of_numbers_come_back(tmp_path: Path, cell: str) -> None:
    made = package({"t": spec(f"id,v\na,{cell}\n", types={"v": "number"})})
    book, notes = workbook(made, tmp_path)
    assert notes == []
    assert Decimal(repr(rows(book["t"])[1][1])) == Decimal(cell)


def test_days_before_excel_counts_are_told_as_text(tmp_path: Path) -> None:
    made = package({"t": spec("id,v\na,1850\nb,1950\n", types={"v": EDTF})})
    book, _ = workbook(made, tmp_path)
    assert rows(book["t"])[1][2:] == ("1850-01-01", "1850-12-31")
    assert tuple(map(shown, rows(book["t"])[2][2:])) == (date(1950, 1, 1), date(1950, 12, 31))


def test_a_cell_that_is_too_long_is_cut_and_said(tmp_path: Path) -> None:
    long, wide = "x" * 32_768, "\U0001f600" * 16_384
    made = package({"t": spec(f"id,v\na,{long}\nb,{wide}\nc,{long[1:]}\n")})
    book, notes = workbook(made, tmp_path)
    first, second, third = (row[1] for row in rows(book["t"])[1:])
    assert len(first) == 32_767
    assert first.endswith("… [cut]")
    assert len(second.encode("utf-16-le")) // 2 <= 32_767
    assert second.endswith("\U0001f600… [cut]")
    assert third == long[1:]
    assert notes == [
        "t: 2 cells are cut to the 32,767 characters that Excel holds, the first in row 2"
    ]


def test_a_table_that_no_sheet_holds_is_an_error_that_names_it(tmp_path: Path) -> None:
    names = ",".join(f"f{number}" for number in range(16_385))
    wide = package({"t": spec(f"{names}\n", "f0")}).write(tmp_path / "wide")
    with pytest.raises(FormatError, match=r"t\.csv: it makes 16,385 columns"):
        export(wide, "xlsx", tmp_path / "wide.xlsx")
    made = package({"t": spec("id\n")})
    made = type(made)({**made.files, "tables/t.csv": b"id\n" + b"1\n" * 1_048_576})
    with pytest.raises(FormatError, match=r"t\.csv: it makes 1,048,577 rows"):
        export(made.write(tmp_path / "long"), "xlsx", tmp_path / "long.xlsx")
    assert not list(tmp_path.glob("*.xlsx"))


def test_sheets_are_called_as_excel_allows() -> None:
    names = ["x" * 40, "X" * 40, "a[b]:*?/\\c", "'quoted'", "history", "", "\U0001f600" * 31]
    found = sheet_names(names)
    assert len({name.lower() for name in found}) == len(names)
    assert all(0 < len(name.encode("utf-16-le")) <= 62 for name in found)
    assert found[2:4] == ["a_b______c", "quoted"]
    assert "history" not in found


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    workbook(exported.typed(), tmp_path / "one")
    workbook(exported.typed(), tmp_path / "other")
    one, other = (tmp_path / name / "made.xlsx" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
