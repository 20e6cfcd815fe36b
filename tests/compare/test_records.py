"""The records of a file as bytes are those that csv finds."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch.compare.fallback import Fallback, SplitRecord
from interopwatch.compare.records import MAX_RECORD, records, unmasked
from interopwatch.compare.sorted_keys import cells

Rows = list[list[str]]


def found(content: bytes, block: int = 100, *, is_cut: bool = False) -> list[bytes]:
    blocks = records(io.BytesIO(content).read, block, is_cut=is_cut)
    return [record for some in blocks for record in some]


def parsed(content: bytes) -> Rows:
    """Return what csv reads, without blank lines; each byte counts as one letter."""
    return [row for row in csv.reader(io.StringIO(content.decode("latin-1"), newline="")) if row]


def quoted(rows: Rows) -> bytes:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


anything = st.lists(
    st.sampled_from(
        [b"a", b"1", b",", b",", b"\n", b"\n", b'"', b'"', b'""', b"\r", b"\0", b"\xe9"]
    )
).map(b"".join)
odd = st.sampled_from(['"', '""', ",", "\n", "\n\n", "\r", "\r\n", "\0", "", "a", "é", 'a"b', " "])
almost_csv = st.lists(
    st.sampled_from([b'"a\nb"', b'"a""b"', b'""', b'"\n"', b"a", b"", b'"a\r\nb"', b"\xe9", b'a"b'])
    | odd.map(str.encode),
).flatmap(
    lambda parts: st.lists(
        st.sampled_from([b",", b",", b"\n", b"\n\n"]), min_size=len(parts), max_size=len(parts)
    ).map(lambda ends: b"".join(b for pair in zip(parts, ends, strict=True) for b in pair))
)


@settings(max_examples=examples(700))
@given(content=anything | almost_csv, block=st.integers(1, 30))
def test_records_are_those_that_csv_finds_whatever_the_block_size(
    content: bytes, block: int
) -> None:
    try:
        each = found(content, block)
    except Fallback:
        return
    assert [row for record in each for row in parsed(unmasked(record))] == parsed(content)
    assert len(each) == len(parsed(content))
    assert each == found(content, 1 << 17)
    assert not any(b"\n" in record for record in each)


@given(
    rows=st.lists(st.lists(st.text('a",\n;é'), min_size=2, max_size=2)), block=st.integers(1, 40)
)
def test_what_is_written_as_csv_is_read(rows: Rows, block: int) -> None:
    content = quoted(rows)
    each = found(content, block)
    assert b"".join(unmasked(record) + b"\n" for record in each) == content
    assert [cells(record) for record in each] == rows


@pytest.mark.parametrize(
    "content",
    [
        b"a\0,b\n",
        b"a,b\r\n",
        b"a\rb\n",
        b'"a",b\r\n',
        b'a,b"c\n',
        b'"a"b,c\n',
        b'""a,b\n',
        b'a"",b\n',
    ],
)
@pytest.mark.parametrize("block", [1, 3, 100])
def test_what_csv_readers_disagree_about_is_left_to_others(content: bytes, block: int) -> None:
    for whole in (content, b"x,y\n" + content, content + b"x,y\n"):
        with pytest.raises(Fallback):
            found(whole, block)


def test_an_open_quote_is_no_record() -> None:
    with pytest.raises(SplitRecord):
        found(b'a,b\nc,"d\ne,f\n')


@pytest.mark.parametrize("content", [b"a,b\nc", b'a,b\n"c\n', b'a,"b\n\n"\nc,"d\n,e\n'])
def test_a_stream_that_is_cut_ends_with_a_record(content: bytes) -> None:
    with pytest.raises(SplitRecord):
        found(content, is_cut=True)
    assert found(b"a,b\n\n", is_cut=True) == [b"a,b"]


def test_the_last_record_needs_no_line_end() -> None:
    assert found(b"a,b\nc,d") == [b"a,b", b"c,d"]
    assert found(b'a,b\nc,"d\n"') == [b"a,b", b'c,"d\0"']
    assert found(b"") == found(b"\n\n") == []


def test_a_record_has_an_end() -> None:
    sizes: list[int] = []

    def read(size: int) -> bytes:
        sizes.append(size)
        return b'a,"'.ljust(size, b"x") if len(sizes) == 1 else b"x" * size

    with pytest.raises(Fallback, match="no end"):
        list(records(read))
    assert sum(sizes) <= 2 * MAX_RECORD
    assert len(sizes) < 20  # it is not read again from its start each time
