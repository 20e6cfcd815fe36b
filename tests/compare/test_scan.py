"""The scan of two sorted streams of records, compared with a plain dictionary."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch.compare.fallback import Fallback
from interopwatch.compare.records import records, unmasked
from interopwatch.compare.scan import Cursor, scan
from interopwatch.compare.sorted_keys import KeyReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from interopwatch.compare.records import Pair

    Table = Mapping[int, bytes]
    Rows = list[tuple[int, bytes]]
    Keys = tuple[KeyReader, Callable[[int], bytes]]

TEXTS: Keys = (KeyReader(["k", "x"], ["k"], [False]), b"%04d".__mod__)
"""How keys are read and written: as texts of one length, as integers, after another field."""
INTEGERS: Keys = (KeyReader(["k", "x"], ["k"], [True]), b"%d".__mod__)
QUOTED: Keys = (KeyReader(["k", "x"], ["k"], [False]), b'"%04d\n"'.__mod__)
ANY_KEYS = st.sampled_from([TEXTS, INTEGERS, QUOTED])
CELLS = st.sampled_from([b"a", b"b", b'"c\nd"', b'"e"""', b'""', b""])
ROWS = st.dictionaries(st.integers(0, 300), CELLS, max_size=80)


def record(key: int, cell: bytes, keys: Keys) -> bytes:
    return keys[1](key) + b"," + cell


def cursor(rows: Rows, keys: Keys, block: int, *, check: bool) -> Cursor:
    content = b"".join(record(*row, keys) + b"\n" for row in rows)
    return Cursor(records(io.BytesIO(content).read, block), keys[0], check=check)


def scanned(
    old: Rows, new: Rows, keys: Keys, sizes: tuple[int, int], *, trust_keys: bool
) -> list[Pair]:
    """Return what a scan finds."""
    left = cursor(old, keys, sizes[0], check=not trust_keys)
    right = cursor(new, keys, sizes[1], check=False)
    found = [pair for some in scan(left, right, keys[0]) for pair in some]
    for side, rows in ((left, old), (right, new)):
        values = [keys[0].value(record(*row, keys).replace(b"\n", b"\0")) for row in rows]
        assert side.edges == ((values[0], values[-1]) if rows else None)
    return [
        (None if was is None else unmasked(was), None if now is None else unmasked(now))
        for was, now in found
    ]


def expected(old: Table, new: Table, keys: Keys) -> list[Pair]:
    """Return what a dictionary finds, in the order of the keys."""
    found: list[Pair] = []
    for key in sorted(old.keys() | new.keys()):
        was, now = (record(key, t[key], keys) if key in t else None for t in (old, new))
        found += [(was, now)] if was != now else []
    return found


@settings(max_examples=examples(500))
@given(
    old=ROWS,
    drop=st.sets(st.integers(0, 300)),
    put=st.dictionaries(st.integers(0, 400), CELLS, max_size=20),
    other=st.none() | ROWS,
    keys=ANY_KEYS,
    sizes=st.tuples(st.integers(1, 300), st.integers(1, 900)),
    trust_keys=st.booleans(),
)
def test_a_scan_finds_what_a_dictionary_finds(
    old: dict[int, bytes],
    drop: set[int],
    put: dict[int, bytes],
    other: dict[int, bytes] | None,
    keys: Keys,
    sizes: tuple[int, int],
    *,
    trust_keys: bool,
) -> None:
    edited = {key: cell for key, cell in {**old, **put}.items() if key not in drop}
    new = edited if other is None else other
    for one, two in ((old, new), (new, old)):
        found = scanned(
            sorted(one.items()), sorted(two.items()), keys, sizes, trust_keys=trust_keys
        )
        assert found == expected(one, two, keys)


def ascend(rows: Rows) -> bool:
    return all(one < other for (one, _), (other, _) in pairwise(rows))


few = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([b"a", b"b"])), max_size=9)


@settings(max_examples=examples(500))
@given(
    old=few,
    new=few,
    is_edition=st.booleans(),
    keys=ANY_KEYS,
    sizes=st.tuples(st.integers(1, 60), st.integers(1, 60)),
)
def test_keys_that_do_not_ascend_are_never_mistaken(
    old: Rows, new: Rows, sizes: tuple[int, int], keys: Keys, *, is_edition: bool
) -> None:
    assume(not (ascend(old) and ascend(new)))
    with pytest.raises(Fallback):
        scanned(old, old + new if is_edition else new, keys, sizes, trust_keys=False)


@settings(max_examples=examples(500))
@given(
    old=st.lists(st.integers(0, 9), unique=True),
    new=st.lists(st.integers(0, 9), unique=True),
    changed=st.sets(st.integers(0, 9)),
    sizes=st.tuples(st.integers(1, 60), st.integers(1, 60)),
)
def test_without_an_order_trusted_keys_are_never_mistaken(
    old: list[int], new: list[int], changed: set[int], sizes: tuple[int, int]
) -> None:
    one = [(key, b"a") for key in old]
    two = [(key, b"b" if key in changed else b"a") for key in new]
    try:
        found = scanned(one, two, TEXTS, sizes, trust_keys=True)
    except Fallback:
        return
    assert found == expected(dict(one), dict(two), TEXTS)


def test_two_spellings_of_one_integer_are_left_to_others() -> None:
    keys, _ = INTEGERS
    for other in (b"01,a\n", b"+1,a\n"):
        left = Cursor(records(io.BytesIO(b"1,a\n").read), keys, check=True)
        right = Cursor(records(io.BytesIO(other).read), keys, check=False)
        with pytest.raises(Fallback):
            list(scan(left, right, keys))
