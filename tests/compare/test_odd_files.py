"""Oddities of a large file are compared or refused as in a small one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from interopwatch import diff, open_package
from interopwatch.compare.counts import Counts
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.errors import InteropwatchError, KeyProblemError, TableError
from interopwatch.loaders.csv import open_csv
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import ChangeSet, Package

    Sides = tuple[Package, Package]

LARGE: Final = DiffOptions(in_memory=-1)
TRUSTED: Final = DiffOptions(in_memory=-1, trust_keys=True)
SMALL: Final = DiffOptions(in_memory=1 << 40)
FIRST: Final = "".join(f"{n:07},{'x' * 400}\n" for n in range(300))
"""More than is sampled to detect how a file is written."""


def bare(folder: Path, old: str | bytes, new: str | bytes, *, first: str = FIRST) -> Sides:
    found = []
    for name, text in (("old.csv", old), ("new.csv", new)):
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(f"id,v\n{first}".encode() + content)
        found.append(open_csv(folder / name, ("id",), label=name))
    return found[0], found[1]


def typed(folder: Path, old: str, new: str) -> Sides:
    one, other = (
        package({"r": spec(text, types={"id": "integer"})}).store(folder / name).package
        for name, text in (("old", old), ("new", new))
    )
    return one, other


def both(sides: Sides, options: DiffOptions) -> tuple[ChangeSet, Counts]:
    (counts,) = count(*sides, options=options).values()
    return diff(*sides, options=options), counts


@pytest.mark.parametrize("options", [LARGE, TRUSTED])
@pytest.mark.parametrize(
    ("old", "new", "added", "changed"),
    [
        ('1000000,12"\n1000001,14"\n', '1000000,12"\n1000001,15"\n', 0, 1),
        ("", '1000000,12"\n1000001,14"\n', 2, 0),
        ("1000000,a\r1000001,b\n", "1000000,a\r1000001,c\n", 0, 1),
        ('1000000,"a\r\nb"\n', '1000000,"a\r\nc"\n', 0, 1),
        ("1000000,a\r\n1000001,b\r\n", "1000000,a\r\n1000001,c\r\n", 0, 1),
        (f'1000000,"{"a" * 140_000}"\n', f'1000000,"{"a" * 140_000}b"\n', 0, 1),
    ],
)
def test_quotes_and_line_ends_in_odd_places(
    tmp_path: Path, old: str, new: str, added: int, changed: int, options: DiffOptions
) -> None:
    sides = bare(tmp_path, old, new)
    found, counts = both(sides, options)
    assert (found.count("added"), found.count("changed")) == (added, changed)
    assert (counts.added, counts.changed) == (added, changed)
    assert diff(*bare(tmp_path, old, new), options=SMALL) == found


def test_an_odd_quote_hides_no_key_that_stands_twice(tmp_path: Path) -> None:
    text = '1000000,5"\n1000000,6"\n'
    sides = bare(tmp_path, f"0999999,a\n{text}", f"0999999,b\n{text}")
    with pytest.raises(KeyProblemError, match="id='1000000' is already used"):
        diff(*sides, options=LARGE)
    with pytest.raises(KeyProblemError, match="id='1000000' is already used"):
        count(*sides, options=LARGE)


@pytest.mark.parametrize("line", ['1000000,5"\n', "1000000,é\n", "1000000,a\n"])
@pytest.mark.parametrize("options", [LARGE, SMALL])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_key_that_stands_twice_is_found_in_equal_files(
    tmp_path: Path, line: str, options: DiffOptions, encoding: str
) -> None:
    sides = []
    for name in ("old", "new"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "r.csv").write_bytes(f"id,v\n{FIRST}{line}{line}".encode(encoding))
        fields = [{"name": field, "type": "string"} for field in ("id", "v")]
        resource = {"name": "r", "path": "r.csv", "encoding": encoding}
        resource["schema"] = {"fields": fields, "primaryKey": "id"}  # type: ignore[assignment]
        text = json.dumps({"name": "p", "resources": [resource]})
        (folder / "datapackage.json").write_text(text)
        sides.append(open_package(folder, name))
    with pytest.raises(KeyProblemError, match="id='1000000' is already used"):
        diff(sides[0], sides[1], options=options)
    assert not diff(sides[0], sides[1], trust_keys=True, options=options)


def test_an_unknown_encoding_is_told(tmp_path: Path) -> None:
    for name, cell in (("old", "a"), ("new", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "r.csv").write_text(f"id,v\n1,{cell}\n")
        fields = [{"name": field, "type": "string"} for field in ("id", "v")]
        schema = {"fields": fields, "primaryKey": "id"}
        resource = {"name": "r", "path": "r.csv", "encoding": "utf-9", "schema": schema}
        text = json.dumps({"name": "p", "resources": [resource]})
        (tmp_path / name / "datapackage.json").write_text(text)
    with pytest.raises(TableError, match="unknown encoding 'utf-9'"):
        diff(open_package(tmp_path / "old"), open_package(tmp_path / "new"), options=LARGE)


def test_a_file_name_is_no_pattern(tmp_path: Path) -> None:
    found = []
    for name, text in (("r1.csv", "id,v\n2,a\n1,a\n"), ("r[1].csv", "id,v\n2,b\n1,a\n")):
        (tmp_path / name).write_text(text)
        found.append(open_csv(tmp_path / name, ("id",)))
    assert diff(found[0], found[1], options=LARGE).count("changed") == 1
    assert not diff(found[1], found[1], options=LARGE)


@pytest.mark.parametrize("old", ["01", "+1", " 1"])
@pytest.mark.parametrize("new", ["a", "c"])
def test_integer_keys_are_counted_by_their_values(tmp_path: Path, old: str, new: str) -> None:
    sides = typed(tmp_path, f"id,v\n{old},a\n2,b\n", f"id,v\n1,{new}\n2,b\n")
    found, counts = both(sides, LARGE)
    changed = int(new == "c")
    assert (found.count("added"), found.count("removed"), found.count("changed")) == (0, 0, changed)
    cells = {"v": 1} if changed else {}
    assert counts == Counts(0, 0, changed, cells, reformatted=1 - changed)


def test_texts_that_are_one_number_are_two_keys(tmp_path: Path) -> None:
    lines = [f"{n},a\n" for n in range(2, 3000)]
    old, new = "".join(["01,a\n", *lines]), "".join(["1,a\n", *lines]).replace(",a", ",b")
    sides = bare(tmp_path, old, new, first="")
    assert count(*sides, options=LARGE)["table"] == Counts(1, 1, 2998, {"v": 2998})


def test_parts_of_a_key_stay_apart(tmp_path: Path) -> None:
    one, other = (
        package({"r": spec(text, key=("k", "id"))}).store(tmp_path / name).package
        for name, text in (("a", "k,id,v\nx\0,y,1\n"), ("b", "k,id,v\nx,\0y,2\n"))
    )
    assert count(one, other, options=LARGE)["r"] == Counts(1, 1, 0, {})


BAD: Final = {
    b"1000000,a,b,c\n": "4 cells, but the header has 2",
    b"1000000\n": "1 cell, but the header has 2",
    b"1000001,\xff\n": "byte 0xff",
    b'1000001,"b"c\n': "not CSV",
    b",a\n": "the row has no key",
}


@pytest.mark.parametrize("options", [LARGE, TRUSTED])
@pytest.mark.parametrize("line", BAD)
@pytest.mark.parametrize("is_sorted", [True, False])
def test_a_bad_row_is_refused_wherever_only_one_table_has_it(
    tmp_path: Path, line: bytes, options: DiffOptions, *, is_sorted: bool
) -> None:
    first = FIRST if is_sorted else "".join(reversed(FIRST.splitlines(keepends=True)))
    for old, new in ((b"", line), (line, b"")):
        sides = bare(tmp_path, old, new, first=first)
        with pytest.raises(TableError, match=BAD[line]):
            count(*sides, options=options)
        with pytest.raises(TableError, match=BAD[line]):
            diff(*sides, options=options)


def test_a_bad_row_among_many_that_differ_is_refused(tmp_path: Path) -> None:
    for line, message in BAD.items():
        old, new = ("".join(f"{n:07},{cell}\n" for n in range(3000)) for cell in "ab")
        sides = bare(tmp_path, old, new.encode() + line, first="")
        with pytest.raises(TableError, match=message):
            count(*sides, options=LARGE)


def test_an_integer_has_no_underscores(tmp_path: Path) -> None:
    sides = typed(tmp_path, "id,v\n1,a\n", "id,v\n1,a\n1_0,b\n")
    for compare in (diff, count):
        with pytest.raises(InteropwatchError, match="'1_0' is no integer"):
            compare(*sides, options=LARGE)


@pytest.mark.parametrize("header", ['id,"v\nw""', 'id,"v'])
def test_a_header_with_an_open_quote_is_refused(tmp_path: Path, header: str) -> None:
    for name, cell in (("a", "b"), ("b", "c")):
        (tmp_path / f"{name}.csv").write_text(f"{header}\n1,a\n2,{cell}\n")
    for name in "ab":
        with pytest.raises(TableError, match="there is no header that can be read"):
            open_csv(tmp_path / f"{name}.csv", ("id",))


@pytest.mark.parametrize("options", [LARGE, TRUSTED, SMALL])
@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize(
    ("cell", "shown"),
    [("abc", "'abc'"), ("9" * 5000 + "x", f"'{'9' * 40}…' (5,001 characters)")],
    ids=["short", "long"],
)
def test_a_cell_of_another_type_is_named_with_its_place(
    tmp_path: Path, side: str, cell: str, shown: str, options: DiffOptions
) -> None:
    texts = {"old": "id,v\n1,1\n2,2\n", "new": "id,v\n1,1\n2,3\n"}
    texts[side] = f"id,v\n1,1\n2,{cell}\n"
    one, other = (
        package({"r": spec(text, types={"v": "integer"})}).write(tmp_path / name, name)
        for name, text in texts.items()
    )
    for compare in (diff, count):
        with pytest.raises(TableError) as caught:
            compare(one, other, options=options)
        assert caught.value.message.endswith(f"{side}/tables/r.csv:3:v: {shown} is no integer")


def test_a_cell_of_another_type_is_named_where_rows_have_no_key(tmp_path: Path) -> None:
    texts = {"old": "v,w\n1,a\n1,a\nabc,b\n", "new": "v,w\n1,a\n1,a\n2,b\n"}
    one, other = (
        package({"r": spec(text, key="", types={"v": "integer"})}).write(tmp_path / name, name)
        for name, text in texts.items()
    )
    for sides in ((one, other), (other, one)):
        with pytest.raises(TableError, match=r"old/tables/r\.csv:4:v: 'abc' is no integer"):
            diff(*sides, options=SMALL)
