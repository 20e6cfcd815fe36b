"""The keys of records, and the check that they are sorted."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch.compare.fallback import Fallback
from interopwatch.compare.sorted_keys import KeyReader
from interopwatch.package.table import record

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        (["a"], b"1,2,3", b"1"),
        (["a"], b'"1,x",2,3', b"1,x"),
        (["a"], b'"1\0x",2,3', b"1\nx"),
        (["b"], b"1,2,3", b"2"),
        (["c", "a"], b'1,2,"3\0z"', (b"3\nz", b"1")),
    ],
)
def test_the_key_of_a_record(key: list[str], record: bytes, expected: object) -> None:
    keys = KeyReader(["a", "b", "c"], key, [False] * len(key))
    assert keys.value(record) == expected
    assert keys.is_same(record, record)
    assert not keys.is_same(record, b'0,"0","2"')


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (b"1,a", b"1,b", True),
        (b"1,a", b'"1",b', True),
        (b'"1",a', b'"1",b', True),
        (b"1,a", b"01,a", False),
        (b"1,a", b"+1,a", False),
        (b"1,a", b"11,a", False),
    ],
)
def test_one_key_is_written_in_one_way(one: bytes, other: bytes, *, is_same: bool) -> None:
    for numeric in (False, True):
        keys = KeyReader(["k", "x"], ["k"], [numeric])
        assert keys.is_same(one, other) is keys.is_same(other, one) is is_same


@pytest.mark.parametrize("text", ["", "x", "1_0", " 1", "1 ", "1.0", "--1", "+", "9" * 5000, "²"])
def test_what_is_no_integer_is_left_to_others(text: str) -> None:
    for header in (["k", "x"], ["x", "k"]):
        cells = [text if name == "k" else "y" for name in header]
        with pytest.raises(Fallback):
            KeyReader(header, ["k"], [True]).value(",".join(cells).encode())


TEXTS = [
    "1",
    "2",
    "10",
    "11",
    "09",
    "ab",
    "b",
    "a,",
    "-1",
    "-2",
    "+3",
    "",
    "é",
    "0010",
    '"',
    "x\ny",
]
KINDS: list[tuple[list[str], list[bool]]] = [
    (["id"], [False]),
    (["id"], [True]),
    (["x", "id"], [False, True]),
    (["x"], [False]),
]


@settings(max_examples=examples(600))
@given(
    texts=st.lists(st.sampled_from(TEXTS))
    | st.lists(st.integers(0, 99).map("{:02}".format))
    | st.lists(st.integers(-5, 120).map(str), unique=True).map(lambda k: sorted(k, key=int))
    | st.sets(st.sampled_from(TEXTS)).map(sorted),
    kinds=st.sampled_from(KINDS),
)
def test_keys_ascend_or_do_not(texts: list[str], kinds: tuple[list[str], list[bool]]) -> None:
    rows = [{"id": text, "x": f"{text}1,"} for text in texts] or [{"id": "1", "x": "1"}]
    lines = [record(list(row.values())).rstrip("\n") for row in rows]
    masked = [line.replace("\n", "\0").encode() for line in lines]
    keys = KeyReader(["id", "x"], *kinds)
    try:
        expected = [_value(row, *kinds) for row in rows]
    except ValueError:  # a key that should be an integer is not
        with pytest.raises(Fallback):
            keys.ascending(masked)
        return
    if all(one < other for one, other in pairwise(expected)):
        first, last = keys.ascending(masked)
        assert (first, last) == (keys.value(masked[0]), keys.value(masked[-1]))
    else:
        with pytest.raises(Fallback):
            keys.ascending(masked)


def _value(row: dict[str, str], names: Sequence[str], numeric: Sequence[bool]) -> list[Any]:
    return [
        int(row[name]) if number else row[name].encode()
        for name, number in zip(names, numeric, strict=True)
    ]


@pytest.mark.parametrize("line", [b"1", b"1,2,3", b'1,"2"3', b"\xff,2"])
def test_a_record_with_other_cells_has_no_key(line: bytes) -> None:
    with pytest.raises(Fallback):
        KeyReader(["x", "k"], ["k"], [False]).value(line)
