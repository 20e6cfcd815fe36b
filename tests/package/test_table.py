"""CSV bytes and rows: the canonical form, and the place of every error."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.errors import KeyProblemError, TableError
from interopwatch.package.descriptor import Dialect, Field, Resource
from interopwatch.package.table import BOM, canonical, read, rows_in_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


def resource(
    *names: str,
    key: Sequence[str] = ("id",),
    types: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - any attribute of a resource
) -> Resource:
    fields = tuple(Field(name, (types or {}).get(name, "string")) for name in names)
    return Resource("r", "r.csv", fields, tuple(key), **more)


TWO = resource("id", "x")


def cells(text: str, of: Resource = TWO) -> list[tuple[str, ...]]:
    table = read(text.encode(of.dialect.encoding), of, "r.csv")
    return [tuple(row[name] for name in of.header) for row in table.rows]


# Reading


def test_rows_are_read_in_the_order_of_the_file() -> None:
    assert cells("id,x\nb,1\na,2\n") == [("b", "1"), ("a", "2")]


def test_the_last_line_needs_no_end() -> None:
    assert cells("id,x\na,1") == [("a", "1")]


def test_a_header_alone_is_an_empty_table() -> None:
    assert cells("id,x\n") == []


def test_columns_may_stand_in_any_order() -> None:
    assert cells("x,id\n1,a\n") == [("a", "1")]


def test_a_byte_order_mark_and_windows_line_ends_are_form() -> None:
    assert read(BOM + b"id,x\r\na,1\r\nb,2\r\n", TWO, "r.csv").rows == (
        {"id": "a", "x": "1"},
        {"id": "b", "x": "2"},
    )


def test_blank_lines_are_no_rows_and_do_not_shift_line_numbers() -> None:
    table = read(b"id,x\n\na,1\n\n\nb,2\n\n", TWO, "r.csv")
    assert table.lines == (3, 6)
    assert [row["id"] for row in table.rows] == ["a", "b"]


def test_a_quoted_cell_may_hold_line_ends_quotes_and_commas() -> None:
    text = 'id,x\na,"one\ntwo\r\nthree"\nb,"say ""no"", please"\nc,3\n'
    assert cells(text) == [("a", "one\ntwo\r\nthree"), ("b", 'say "no", please'), ("c", "3")]
    assert read(text.encode(), TWO, "r.csv").lines == (2, 5, 6)


def test_a_large_cell_is_read() -> None:
    outline = "9" * 200_000  # a coastline in GeoJSON is larger than this
    assert cells(f"id,x\na,{outline}\n") == [("a", outline)]


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (Dialect(delimiter=";"), "id;x\na;1,5\n"),
        (Dialect(delimiter="\t"), "id\tx\na\t1,5\n"),
        (Dialect(quote="'"), "id,x\na,'1,5'\n"),
        (Dialect(double_quote=False, escape="\\"), 'id,x\na,"1,5"\n'),
        (Dialect(skip_initial_space=True), 'id, x\na, "1,5"\n'),
        (Dialect(encoding="utf-16"), 'id,x\na,"1,5"\n'),
        (Dialect(encoding="latin-1"), 'id,x\na,"1,5"\n'),
    ],
)
def test_a_table_is_read_in_the_dialect_it_declares(dialect: Dialect, text: str) -> None:
    assert cells(text, resource("id", "x", dialect=dialect)) == [("a", "1,5")]


def test_an_escaped_quote() -> None:
    of = resource("id", "x", dialect=Dialect(double_quote=False, escape="\\"))
    assert cells('id,x\na,"say \\"no\\""\n', of) == [("a", 'say "no"')]


def test_other_encodings_are_decoded() -> None:
    of = resource("id", "x", dialect=Dialect(encoding="latin-1"))
    assert read(b"id,x\nT\xfcrkiye,1\n", of, "r.csv").rows[0]["id"] == "Türkiye"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "no-such"])
@pytest.mark.parametrize("mark", [b"", BOM])
@pytest.mark.parametrize("lines", [b"a,1\nb,2\n", b"a,1\nb,\xc3\xa9\n", b"a,1\nb,\xff\n", b"a\n"])
def test_a_file_is_streamed_as_it_is_read_whole(
    tmp_path: Path, encoding: str, mark: bytes, lines: bytes
) -> None:
    of, path = resource("id", "x", dialect=Dialect(encoding=encoding)), tmp_path / "r.csv"
    content = mark + b"id,x\n" + lines
    path.write_bytes(content)

    def outcome(rows: Callable[[], object]) -> object:
        try:
            return rows()
        except TableError as error:
            return error.message, error.hint

    whole = outcome(lambda: list(read(content, of, "r.csv").numbered_rows()))
    assert outcome(lambda: list(rows_in_file(path, of, "r.csv"))) == whole


# Errors


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "r.csv:1: the header row is missing"),
        (b"\nid,x\n", "r.csv:1: the header row is missing"),
        (b"id,x,id\na,1,b\n", "r.csv:1: the field 'id' stands twice in the header"),
        (b"id\na\n", "r.csv:1: the header lacks 'x'"),
        (b"id,x,y\na,1,2\n", "r.csv:1: the header also has 'y'"),
        (b"id,z\na,1\n", "r.csv:1: the header lacks 'x' and also has 'z'"),
        (b"id,X\na,1\n", "r.csv:1: the header lacks 'x' and also has 'X'"),
        (b"id,x\na,1\nb\n", "r.csv:3: 1 cell, but the header has 2"),
        (b"id,x\na,1\n\nb,1,2\n", "r.csv:4: 3 cells, but the header has 2"),
        (b'id,x\na,"1\n2"\nb,1,2\n', "r.csv:4: 3 cells, but the header has 2"),
        (b'id,x\na,"open\nb,2\n', "r.csv:3: not CSV: unexpected end of data"),
        (b'id,x\na,"b"c\n', "r.csv:2: not CSV: ',' expected after '\"'"),
        (b"id,x\na,1\nT\xfcrkiye,2\n", "r.csv:3: byte 0xfc at offset 10 is not utf-8"),
        (b"\xff\xfei\x00d\x00", "r.csv:1: byte 0xff at offset 0 is not utf-8"),
    ],
)
def test_what_is_wrong_with_a_file(content: bytes, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read(content, TWO, "r.csv")
    assert caught.value.message == message


def test_a_bad_byte_is_found_behind_a_byte_order_mark() -> None:
    with pytest.raises(TableError, match=r"r\.csv:3: byte 0xfc ") as caught:
        read(BOM + b"id,x\na,1\n\xfc,2\n", TWO, "r.csv")
    assert "is not utf-8" in caught.value.message
    with pytest.raises(TableError, match=r"r\.csv:2: byte 0xfc "):
        read(BOM + b"id,x\n\xfc\n\n\n,2\n", TWO, "r.csv")


def test_a_long_list_of_missing_fields_is_cut() -> None:
    of = resource("id", *(f"f{i}" for i in range(9)))
    with pytest.raises(TableError) as caught:
        read(b"id\n", of, "r.csv")
    assert caught.value.message.endswith("lacks 'f0', 'f1', 'f2', 'f3', 'f4' …")
    assert "f8" in caught.value.hint


def test_errors_say_what_to_do() -> None:
    with pytest.raises(TableError) as caught:
        read(b"id,x\na,1,2\n", TWO, "r.csv")
    assert "Quote cells that hold the delimiter" in caught.value.hint
    with pytest.raises(TableError) as caught:
        read(b"id,x\n\xfc,1\n", TWO, "r.csv")
    assert "Save the file as UTF-8" in caught.value.hint


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13"])
def test_an_encoding_that_is_none(encoding: str) -> None:
    with pytest.raises(TableError, match=f"unknown encoding '{encoding}'"):
        read(b"id,x\n", resource("id", "x", dialect=Dialect(encoding=encoding)), "r.csv")


# Keys


def test_a_duplicate_key_names_both_lines() -> None:
    table = read(b'id,x\nb,1\na,"1\n2"\nb,3\n', TWO, "r.csv")
    with pytest.raises(KeyProblemError) as caught:
        _ = table.by_key
    assert caught.value.message == "r.csv:5: the key id='b' is already used on line 2"


def test_keys_are_the_same_if_their_values_are() -> None:
    of = resource("id", "x", types={"id": "integer"})
    table = read(b"id,x\n1,a\n01,b\n", of, "r.csv")
    with pytest.raises(KeyProblemError, match=r"r.csv:3: the key id='01' .* on line 2"):
        _ = table.by_key
    assert len(read(b"id,x\n1,a\n01,b\n", TWO, "r.csv").by_key) == 2


def test_a_composite_key() -> None:
    of = resource("id", "x", "y", key=("x", "id"))
    table = read(b"id,x,y\na,1,p\na,2,q\nb,1,r\n", of, "r.csv")
    assert set(table.by_key) == {("1", "a"), ("2", "a"), ("1", "b")}
    assert table.by_key["2", "a"]["y"] == "q"
    assert table.line_of(table.rows[2]) == 4


def test_no_primary_key_is_an_error_only_when_rows_must_be_told_apart() -> None:
    table = read(b"id,x\na,1\na,1\n", resource("id", "x", key=()), "r.csv")
    assert len(table.rows) == 2
    with pytest.raises(KeyProblemError, match=r"r.csv: resource 'r' declares no primary key"):
        _ = table.by_key


def test_a_key_of_the_wrong_type_names_line_and_field() -> None:
    of = resource("id", "x", key=("id", "x"), types={"x": "integer"})
    table = read(b"id,x\na,1\nb,two\n", of, "r.csv")
    with pytest.raises(TableError) as caught:
        _ = table.by_key
    assert caught.value.message == "r.csv:3:x: 'two' is no integer"


# Canonical form


def row(**texts: str) -> dict[str, str]:
    return texts


def test_canonical_form_of_a_table() -> None:
    rows = [row(x="plain", id="b"), row(x='a "b", c', id="a"), row(x="two\nlines", id="Z")]
    assert canonical(TWO, rows) == b'id,x\nZ,"two\nlines"\na,"a ""b"", c"\nb,plain\n'


def test_texts_sort_by_code_point_whatever_the_locale() -> None:
    rows = [row(id=name, x="") for name in ("ç", "b", "Z", "a", "10", "9", "é")]
    assert canonical(TWO, rows).decode().split()[1:] == [
        "10,", "9,", "Z,", "a,", "b,", "ç,", "é,",
    ]  # fmt: skip


def test_numbers_sort_as_numbers_and_missing_values_first() -> None:
    of = resource("id", "x", key=("x", "id"), types={"x": "number"})
    rows = [row(id="a", x=x) for x in ("10", "9", "-1", "1e1000", "", "9.5", "-10")]
    order = [line.split(",")[1] for line in canonical(of, rows).decode().splitlines()[1:]]
    assert order == ["", "-10", "-1", "9", "9.5", "10", "1e1000"]


def test_infinite_numbers_have_a_place_in_the_order_too() -> None:
    of = resource("id", "x", types={"id": "number"})
    rows = [row(id=number, x="") for number in ("1", "INF", "-INF", "NaN", "-5")]
    assert canonical(of, rows) == canonical(of, rows[::-1])


def test_rows_without_a_primary_key_keep_their_order() -> None:
    rows = [row(id="b", x="1"), row(id="a", x="2")]
    assert canonical(resource("id", "x", key=()), rows) == b"id,x\nb,1\na,2\n"


def test_a_lone_empty_cell_is_not_a_blank_line() -> None:
    of = resource("id")
    content = canonical(of, [row(id=""), row(id="a")])
    assert [r["id"] for r in read(content, of, "r.csv").rows] == ["", "a"]


def test_a_carriage_return_in_a_cell_is_quoted() -> None:
    content = canonical(TWO, [row(id="a", x="one\rtwo")])
    assert content == b'id,x\na,"one\rtwo"\n'


def test_what_cannot_be_sorted_is_a_table_error() -> None:
    of = resource("id", "x", types={"id": "integer"})
    with pytest.raises(TableError, match="'one' is not of type integer"):
        canonical(of, [row(id="one", x="")])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
AWKWARD = st.text(st.sampled_from(list("a,;\"' \t\n\r\\=\x00\x1b\u2028é")), max_size=6)


@given(st.dictionaries(TEXTS | AWKWARD, TEXTS | AWKWARD, max_size=6), st.randoms())
def test_canonical_rows_are_read_back_as_they_were(
    pairs: dict[str, str],
    random: Any,  # noqa: ANN401 - Hypothesis' generator
) -> None:
    rows = [row(id=name, x=cell) for name, cell in pairs.items()]
    content = canonical(TWO, rows)
    found = list(read(content, TWO, "r.csv").rows)
    assert sorted(found, key=lambda r: r["id"]) == sorted(rows, key=lambda r: r["id"])
    random.shuffle(rows)
    assert canonical(TWO, rows) == content
    assert canonical(TWO, found) == content


@given(st.lists(st.tuples(st.integers(), TEXTS), unique_by=lambda pair: pair[0], max_size=6))
def test_the_form_of_a_file_does_not_matter(pairs: list[tuple[int, str]]) -> None:
    of = resource("id", "x", types={"id": "integer"}, dialect=Dialect(delimiter=";"))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([("x", "id"), *((text, str(number)) for number, text in reversed(pairs))])
    there = read(BOM + out.getvalue().encode(), of, "r.csv")
    expected = [row(id=str(number), x=text) for number, text in sorted(pairs)]
    assert canonical(of, there.rows) == canonical(of, expected)
    numbers = [int(line["id"]) for line in read(canonical(of, expected), TWO, "r.csv").rows]
    assert numbers == sorted(numbers)
