"""The scan of two streams of records, held against a plain dictionary."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interopwatch.descriptor import Field, Resource
from interopwatch.diff.keys import NotRising, cells, key_reader, placer, rising
from interopwatch.diff.records import records
from interopwatch.diff.scan import OutOfOrder, scan
from interopwatch.tables import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tables = dict[int, bytes]


def first(record: bytes) -> bytes:
    return record.partition(b",")[0]


def lists(table: Tables, size: int) -> Iterator[list[bytes]]:
    """A table's records in the order of their keys, so many at a time."""
    every = [b"%04d,%s" % (key, value) for key, value in sorted(table.items())]
    for begin in range(0, len(every), size):
        yield every[begin : begin + size]


def expected(old: Tables, new: Tables) -> set[tuple[bytes | None, bytes | None]]:
    """What differs, by a dictionary."""

    def record(table: Tables, key: int) -> bytes | None:
        return b"%04d,%s" % (key, table[key]) if key in table else None

    keys = old.keys() | new.keys()
    pairs = {(record(old, key), record(new, key)) for key in keys}
    return {(one, other) for one, other in pairs if one != other}


tables = st.dictionaries(st.integers(0, 300), st.sampled_from([b"a", b"b", b"c"]), max_size=200)


@settings(max_examples=2000)
@given(old=tables, new=tables, size=st.integers(1, 90))
def test_a_scan_finds_what_a_dictionary_finds(old: Tables, new: Tables, size: int) -> None:
    found = list(scan(lists(old, size), lists(new, max(1, size // 2)), first))
    assert set(found) == expected(old, new)
    assert len(found) == len(expected(old, new))


@settings(max_examples=500)
@given(old=tables, drop=st.sets(st.integers(0, 300)), add=tables, size=st.integers(1, 300))
def test_a_scan_of_editions_finds_what_a_dictionary_finds(
    old: Tables, drop: set[int], add: Tables, size: int
) -> None:
    new = {key: value for key, value in {**old, **add}.items() if key not in drop}
    assert set(scan(lists(old, size), lists(new, size), first)) == expected(old, new)


@settings(max_examples=300)
@given(
    rows=st.lists(st.integers(0, 60), unique=True, min_size=1),
    other=st.lists(st.integers(0, 60), unique=True, min_size=1),
    look_ahead=st.integers(0, 40),
)
def test_a_scan_without_order_loses_nothing(
    rows: list[int], other: list[int], look_ahead: int
) -> None:
    one, two = ([b"%d,x" % key for key in keys] for keys in (rows, other))
    before: list[bytes] = []
    after: list[bytes] = []
    try:
        for was, now in scan(iter([one]), iter([two]), first, look_ahead):
            before += [was] if was is not None else []
            after += [now] if now is not None else []
    except OutOfOrder:
        return
    # Whatever is in only one of the two is found; what is in both is found on both sides
    # or on neither.
    assert set(before) - set(after) == set(one) - set(two)
    assert set(after) - set(before) == set(two) - set(one)


def test_streams_in_another_order_are_given_up() -> None:
    one = [b"%05d,x" % key for key in range(5000)]
    two = [b"%05d,x" % key for key in range(5000, 10000)] + one
    with pytest.raises(OutOfOrder):
        list(scan(iter([one]), iter([two]), first, look_ahead=1000))


cell = st.text(st.sampled_from('a",\n;é'), max_size=6)


def written(rows: list[list[str]]) -> bytes:
    quoted = [[f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row] for row in rows]
    return "".join(",".join(row) + "\n" for row in quoted).encode()


@settings(max_examples=500)
@given(rows=st.lists(st.lists(cell, min_size=2, max_size=2)), size=st.integers(1, 40))
def test_records_end_where_they_end_whatever_the_blocks(rows: list[list[str]], size: int) -> None:
    content = written(rows)
    found = [r for some in records(io.BytesIO(content), size) for r in some]
    assert b"".join(record + b"\n" for record in found) == content
    assert [[c.decode() for c in cells(record)] for record in found] == rows


def test_the_last_record_needs_no_line_end() -> None:
    assert list(records(io.BytesIO(b"a,b\nc,d"))) == [[b"a,b"], [b"c,d"]]
    assert list(records(io.BytesIO(b""))) == []


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        (["a"], b"1,2,3", b"1"),
        (["a"], b'"1,x",2,3', b"1,x"),
        (["b"], b"1,2,3", b"2"),
        (["c", "a"], b'1,2,"3\nz"', b"3\nz\x001"),
    ],
)
def test_the_key_of_a_record(key: list[str], record: bytes, expected: bytes) -> None:
    read: Callable[[bytes], bytes] = key_reader(["a", "b", "c"], key)
    assert read(record) == expected


@settings(max_examples=500)
@given(
    keys=st.lists(st.sampled_from(["1", "2", "10", "11", "09", "ab", "b", "a,", "-1", "-2", ""])),
    size=st.integers(1, 4),
    kind=st.sampled_from(["string", "integer"]),
)
def test_keys_rise_or_do_not(keys: list[str], size: int, kind: str) -> None:
    resource = Resource("r", "r.csv", (Field("id", kind), Field("x")), ("id",))
    records = [record([key, "1,"]).rstrip("\n").encode() for key in keys]
    key_of = key_reader(["id", "x"], ["id"])
    blocks = [records[begin : begin + size] for begin in range(0, len(records), size)]
    try:
        places: list[Any] = [int(key) if kind == "integer" else key for key in keys]
        rise = all(one < other for one, other in pairwise(places))
        found = list(rising(iter(blocks), key_of, placer(key_of, resource)))
    except NotRising:
        assert not rise
    except ValueError:
        assert kind == "integer"
    else:
        assert rise
        assert found == blocks
