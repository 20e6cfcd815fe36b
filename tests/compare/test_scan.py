"""The scan of two streams of records, held against a plain dictionary."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interopwatch.compare import records as recording
from interopwatch.compare import scan as scanning
from interopwatch.compare.cells import Unreadable, cells, grid, grid_of
from interopwatch.compare.columnar import Columnar
from interopwatch.compare.keys import Keys
from interopwatch.compare.records import RecordTooLong, Torn, blocks, split
from interopwatch.compare.rising import NotRising, Rising
from interopwatch.compare.scan import OutOfOrder, scan
from interopwatch.compare.tally import Tallied, Tally
from interopwatch.package.table import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.compare.records import Pair

    Tables = dict[int, bytes]

KEYS = Keys(["k", "x"], ["k"], [False])


def stream(table: Tables, size: int) -> Iterator[bytes]:
    """A table's records in the order of their keys, as blocks of about so many bytes."""
    return blocks(io.BytesIO(b"".join(b"%04d,%s\n" % each for each in sorted(table.items()))), size)


def expected(old: Tables, new: Tables) -> set[Pair]:
    """What differs, by a dictionary."""

    def record(table: Tables, key: int) -> bytes | None:
        return b"%04d,%s" % (key, table[key]) if key in table else None

    pairs = {(record(old, key), record(new, key)) for key in old.keys() | new.keys()}
    return {(one, other) for one, other in pairs if one != other}


def editions(old: Tables, drop: set[int], add: Tables) -> Tables:
    return {key: value for key, value in {**old, **add}.items() if key not in drop}


tables = st.dictionaries(
    st.integers(0, 300), st.sampled_from([b"a", b"b", b'"c\nd"', b'"e"""']), max_size=200
)
looks = st.integers(0, 40)


@pytest.fixture(params=["as it is", "small"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan with its own sizes, and with so small ones that every border is crossed."""
    if request.param == "small":
        for name in ("_ENOUGH", "_FEW", "_RARE", "_MUCH"):
            monkeypatch.setattr(scanning, name, 3)
        monkeypatch.setattr(scanning, "_TASTE", 20)


@pytest.mark.usefixtures("sizes")
def test_a_scan_finds_what_a_dictionary_finds() -> None:
    @settings(max_examples=1500, deadline=None)
    @given(old=tables, new=tables, size=st.integers(1, 900), look_ahead=looks)
    def check(old: Tables, new: Tables, size: int, look_ahead: int) -> None:
        order = Rising(KEYS)
        sides = stream(old, size), stream(new, max(1, size // 2))
        found = [p for some in scan(*sides, KEYS, order, look_ahead=look_ahead) for p in some]
        assert set(found) == expected(old, new)
        assert len(found) == len(expected(old, new))
        places = [KEYS.place(was or now or b"") for was, now in found]
        assert places == sorted(places)
        every = sorted(old.keys() | new.keys())
        edges = (b"%04d" % every[0], b"%04d" % every[-1]) if every else None
        assert order.edges == edges

    check()


@pytest.mark.usefixtures("sizes")
def test_a_scan_of_editions_finds_what_a_dictionary_finds() -> None:
    @settings(max_examples=500, deadline=None)
    @given(
        old=tables,
        drop=st.sets(st.integers(0, 300)),
        add=st.dictionaries(st.integers(0, 400), st.just(b"x"), max_size=20),
        size=st.integers(1, 3000),
        trust_keys=st.booleans(),
    )
    def check(old: Tables, drop: set[int], add: Tables, size: int, *, trust_keys: bool) -> None:
        new = editions(old, drop, add)
        order = None if trust_keys else Rising(KEYS)
        found = [p for s in scan(stream(old, size), stream(new, size), KEYS, order) for p in s]
        assert set(found) == expected(old, new)

    check()


@pytest.mark.usefixtures("sizes")
def test_columns_count_what_a_dictionary_counts() -> None:
    plain = st.dictionaries(st.integers(0, 99), st.sampled_from([b"a,1", b"b,1", b"b,2"]))

    @settings(max_examples=1500, deadline=None)
    @given(
        old=plain | tables,
        new=plain,
        size=st.integers(1, 900),
        numeric=st.booleans(),
        is_dense=st.booleans(),
    )
    def check(old: Tables, new: Tables, size: int, *, numeric: bool, is_dense: bool) -> None:
        keys = Keys(["k", "x", "y"], ["k"], [numeric])
        tally, order = Tally([None] * 3, [0]), Rising(keys)
        columnar = Columnar(keys, order, tally, lambda: None) if is_dense else None
        try:
            for pairs in scan(stream(old, size), stream(new, size), keys, order, columnar):
                tally.add(pairs)
        except Unreadable:
            assert any(value.count(b",") != 1 for value in old.values())
            return
        differing = expected(old, new)
        changed = [(x.split(b","), y.split(b",")) for x, y in differing if x and y]
        assert tally.found() == Tallied(
            sum(was is None for was, _ in differing),
            sum(now is None for _, now in differing),
            len(changed),
            tuple(sum(x[at] != y[at] for x, y in changed) for at in range(3)),
        )

    check()


def test_blocks_of_which_most_records_differ_are_dealt_with_as_a_whole() -> None:
    old: Tables = dict.fromkeys(range(5000), b"a")
    new: Tables = {key: b"b" for key in range(5000) if key % 50}
    tally, order = Tally([None] * 2, [0]), Rising(KEYS)
    seen = 0

    class Counting(Columnar):
        def __call__(self, old: bytes, new: bytes) -> tuple[int, int]:
            nonlocal seen
            done = super().__call__(old, new)
            seen += done[0]
            return done

    columnar = Counting(KEYS, order, tally, lambda: None)
    for pairs in scan(stream(old, 9000), stream(new, 9000), KEYS, order, columnar):
        tally.add(pairs)
    assert tally.found() == Tallied(0, 100, 4900, (0, 4900))
    assert seen > 5000 * len("0000,a\n") / 2


@pytest.mark.parametrize(
    "block", [b'1,a\n2,"b"', b"1,a\n2,b,c", b"1,a\n2\n3,b,c", b"1,a\n\n2,b", b"1,a\r\n2,b\r"]
)
def test_what_is_not_simple_is_no_grid(block: bytes) -> None:
    assert grid_of(block, 2) is None


@settings(max_examples=300)
@given(rows=st.lists(st.lists(st.text('a",\né', max_size=4), min_size=2, max_size=2), min_size=1))
def test_a_grid_has_the_cells_of_its_records(rows: list[list[str]]) -> None:
    records = [record(row).removesuffix("\n").encode() for row in rows]
    found = grid(records, 2)
    for at in range(2):
        assert [cell.decode() for cell in found.column(at)] == [row[at] for row in rows]
    with pytest.raises(Unreadable):
        grid([*records, b"1,2,3"], 2)


@settings(max_examples=300)
@given(
    rows=st.lists(st.integers(0, 60), unique=True, min_size=1),
    other=st.lists(st.integers(0, 60), unique=True, min_size=1),
    look_ahead=looks,
)
def test_a_scan_without_order_loses_nothing(
    rows: list[int], other: list[int], look_ahead: int
) -> None:
    one, two = ([b"%d,x" % key for key in keys] for keys in (rows, other))
    before: list[bytes] = []
    after: list[bytes] = []
    left, right = (iter([b"\n".join(records)]) for records in (one, two))
    try:
        for some in scan(left, right, KEYS, look_ahead=look_ahead):
            for was, now in some:
                before += [was] if was is not None else []
                after += [now] if now is not None else []
    except OutOfOrder:
        return
    # Whatever is in only one of the two is found; what is in both is found on both sides
    # or on neither.
    assert set(before) - set(after) == set(one) - set(two)
    assert set(after) - set(before) == set(two) - set(one)


def test_what_is_found_in_streams_in_another_order_does_not_rise() -> None:
    one = [b"%05d,x" % key for key in range(20_000)]
    two = one[10_000:] + one[:10_000]
    found = [p for s in scan(iter([b"\n".join(one)]), iter([b"\n".join(two)]), KEYS) for p in s]
    with pytest.raises(NotRising):
        Rising(KEYS).found(found)


def test_many_records_that_came_at_once_are_no_other_order() -> None:
    old: Tables = dict.fromkeys(range(0, 9000, 9), b"a")
    new: Tables = {key: b"a" for key in range(9000) if not 4000 < key < 4010}
    found = [p for s in scan(stream(old, 500), stream(new, 500), KEYS, look_ahead=4) for p in s]
    assert found == sorted(expected(old, new), key=lambda pair: pair[0] or pair[1] or b"")


def test_an_open_quote_is_no_record() -> None:
    with pytest.raises(Torn):
        list(blocks(io.BytesIO(b'a,b\nc,"d\ne,f\n')))
    with pytest.raises(Torn):
        list(blocks(io.BytesIO(b"a,b\nc"), is_cut=True))


def test_a_record_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_RECORD", 100)
    with pytest.raises(RecordTooLong):
        list(blocks(io.BytesIO(b'a,"' + b"\n" * 200), 10))


cell = st.text(st.sampled_from('a",\n;é'), max_size=6)


def written(rows: list[list[str]]) -> bytes:
    quoted = [[f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row] for row in rows]
    return "".join(",".join(row) + "\n" for row in quoted).encode()


@settings(max_examples=500)
@given(rows=st.lists(st.lists(cell, min_size=2, max_size=2)), size=st.integers(1, 40))
def test_records_end_where_they_end_whatever_the_blocks(rows: list[list[str]], size: int) -> None:
    content = written(rows)
    found = [r for block in blocks(io.BytesIO(content), size) for r in split(block)]
    assert b"".join(record + b"\n" for record in found) == content
    assert [[c.decode() for c in cells(record)] for record in found] == rows


def test_the_last_record_needs_no_line_end() -> None:
    assert list(blocks(io.BytesIO(b"a,b\nc,d"))) == [b"a,b", b"c,d"]
    assert list(blocks(io.BytesIO(b""))) == []


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        (["a"], b"1,2,3", b"1"),
        (["a"], b'"1,x",2,3', b"1,x"),
        (["b"], b"1,2,3", (b"2",)),
        (["c", "a"], b'1,2,"3\nz"', (b"3\nz", b"1")),
    ],
)
def test_the_key_of_a_record(key: list[str], record: bytes, expected: object) -> None:
    keys = Keys(["a", "b", "c"], key, [False] * len(key))
    assert keys.of(record) == expected
    assert keys.same(record, record)
    assert not keys.same(record, b'0,"0","2"')


@settings(max_examples=800)
@given(
    keys=st.lists(
        st.tuples(st.sampled_from(["1", "2", "10", "11", "09", "ab", "b", "a,", "-1", "-2", ""])),
    ),
    size=st.integers(1, 4),
    kinds=st.sampled_from(
        [(["id"], [False]), (["id"], [True]), (["x", "id"], [False, True]), (["x"], [False])]
    ),
)
def test_keys_rise_or_do_not(
    keys: list[tuple[str]], size: int, kinds: tuple[list[str], list[bool]]
) -> None:
    names, numeric = kinds
    rows = [{"id": key, "x": f"{key}1,"} for (key,) in keys]
    records = [record(list(row.values())).rstrip("\n").encode() for row in rows]
    order = Rising(Keys(["id", "x"], *kinds))
    places: list[Any] = []
    try:
        places = [
            [int(row[n]) if number else row[n] for n, number in zip(names, numeric, strict=True)]
            for row in rows
        ]
    except ValueError:  # not each key that should be is a number
        with pytest.raises((NotRising, Unreadable)):
            order.paired(records)
        return
    try:
        for begin in range(0, len(records), size):
            order.paired(records[begin : begin + size])
    except NotRising:
        assert not all(one < other for one, other in pairwise(places))
    else:
        assert all(one < other for one, other in pairwise(places))
