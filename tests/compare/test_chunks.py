"""The chunks of two files contain the same as the complete files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch.compare.chunks import ByteRange, Chunk, compare, cut, pairs_in
from interopwatch.compare.fallback import Fallback, SplitRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from interopwatch.compare.chunks import Edges
    from interopwatch.compare.records import Pair


def whole(folder: Path, old: bytes, new: bytes) -> Chunk:
    """Return two files without headers as one chunk."""

    def span(name: str, content: bytes) -> ByteRange:
        path = folder / name
        path.write_bytes(content)
        return ByteRange(path, 0, len(content))

    return Chunk(span("old", old), span("new", new), ("k", "x"), ("k",), (True,))


def lines(keys: Iterable[int], cell: str = "a") -> bytes:
    return "".join(f"{key},{cell}\n" for key in keys).encode()


def compared(chunk: Chunk, *, only_keys: bool = False) -> tuple[list[Pair], Edges]:
    out = io.BytesIO()
    edges = compare(chunk._replace(only_keys=only_keys), out, lambda _: None)
    return [pair for pairs in pairs_in(out) for pair in pairs], edges


def found(chunk: Chunk) -> list[Pair]:
    return compared(chunk)[0]


CELLS = {
    "short": "a",
    "long": "long " * 200,
    "of two lines": '"b\nc"',
    "with what looks like a record": '"d\n5,e\n"',
    "of more lines than are looked at": '"' + "f\n" * 90 + '"',
    "longer than what is looked at": "g" * 70_000,
}


@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    old=st.sets(st.integers(-5, 2000), max_size=300),
    new=st.sets(st.integers(-5, 2000), max_size=300),
    number=st.integers(1, 6),
    cell=st.sampled_from(list(CELLS)),
    end=st.sampled_from([b"\n", b""]),
)
def test_chunks_hold_what_the_whole_holds(
    tmp_path: Path, old: set[int], new: set[int], number: int, cell: str, end: bytes
) -> None:
    most = 20 if cell.startswith("longer") else 300
    sides = (
        lines(sorted(keys)[:most], text)
        for keys, text in ((old, CELLS[cell]), (new, CELLS[cell].swapcase()))
    )
    one = whole(tmp_path, *(content.removesuffix(b"\n") + end for content in sides))
    made = cut(one, number)
    assert len(made) <= number
    for whole_span, spans in (
        (one.old, [each.old for each in made]),
        (one.new, [each.new for each in made]),
    ):
        assert [span.begin for span in spans[1:]] == [span.end for span in spans[:-1]]
        assert (spans[0].begin, spans[-1].end) == (whole_span.begin, whole_span.end)
        assert [span.is_cut for span in spans] == [span.end < whole_span.end for span in spans]
    try:
        each = [pair for chunk in made for pair in found(chunk)]
    except SplitRecord:
        assert "\n" in CELLS[cell]  # what looked like a record was not one
        return
    assert each == found(one)


def test_a_file_is_cut_in_halves_of_about_one_size(tmp_path: Path) -> None:
    first, second = cut(whole(tmp_path, lines(range(100_000)), lines(range(0, 100_000, 2))), 2)
    assert abs((first.old.end - first.old.begin) - (second.old.end - second.old.begin)) < 100
    assert first.old.end == second.old.begin
    assert first.new.end < first.old.end  # half as many rows, up to the same key


@pytest.mark.parametrize("step", [1, 2, 3, 7])
@pytest.mark.parametrize("shift", [-20_000, 0, 1, 20_000])
def test_both_files_are_cut_at_one_key(tmp_path: Path, step: int, shift: int) -> None:
    new = lines(range(shift, shift + 100_000, step))
    made = cut(whole(tmp_path, lines(range(100_000)), new), 3)
    assert len(made) == 3
    for chunk in made[1:]:
        (key, *_), (after, *_) = (
            (tmp_path / side).read_bytes()[span.begin : span.begin + 100].splitlines()
            for side, span in (("old", chunk.old), ("new", chunk.new))
        )
        before = new[: chunk.new.begin].splitlines()[-1]
        least, place, most = (int(line.partition(b",")[0]) for line in (before, key, after))
        assert least < place <= most


@pytest.mark.parametrize("content", [b"", b"1,a\n", b"x,a\n" * 9, b"no comma\n" * 9])
def test_what_cannot_be_cut_is_one_chunk(tmp_path: Path, content: bytes) -> None:
    chunk = whole(tmp_path, content, content)
    assert cut(chunk, 3) == [chunk]


def test_a_cut_is_before_a_record_and_not_before_a_line_of_one(tmp_path: Path) -> None:
    content = b'1,"' + b"a\n" * 30 + b'"\n2,d\n'
    (_, second) = cut(whole(tmp_path, content, content), 2)
    assert content[second.old.begin :] == content[second.new.begin :] == b"2,d\n"


def test_only_keys_can_be_looked_at(tmp_path: Path) -> None:
    chunk = whole(tmp_path, lines(range(9)), b"")
    assert compared(chunk, only_keys=True) == ([], [(0, 8)])
    for keys in ([1, 1], [2, 1]):
        with pytest.raises(Fallback):
            compared(whole(tmp_path, lines(keys), b""), only_keys=True)


def test_the_first_and_last_keys_of_a_chunk_are_told(tmp_path: Path) -> None:
    _, edges = compared(whole(tmp_path, lines(range(3, 9_000)), lines([5, 70_000])))
    assert edges == [(3, 8_999), (5, 70_000)]
    assert compared(whole(tmp_path, b"", b"")) == ([], [])
