"""Cut two files into chunks that can be compared independently, in other processes.

A cut is a record of the older file, and the first of the newer one that does not sort before it.
If keys ascend in both files, no record has its counterpart in another chunk. Whether they do, and
whether every cut is at the beginning of a record, is checked when the chunks are compared.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from interopwatch.compare.batches import read_batch, write_batch
from interopwatch.compare.fallback import Fallback
from interopwatch.compare.records import records
from interopwatch.compare.scan import Cursor, scan
from interopwatch.compare.sorted_keys import KeyReader, cells
from interopwatch.files import open_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from interopwatch.compare.records import Pair
    from interopwatch.compare.sorted_keys import Value

    Edges = list[tuple[Any, Any]]
    Progress = Callable[[int], None]

_LOOK: Final = 1 << 16
"""How many bytes to read at a time to find a record: enough for any but the longest."""
_TRIES: Final = 64
"""How many lines to look at for one that may be a record."""
_BATCH: Final = 512
"""So many pairs are handed over at a time: with the twenty or so that one look at both
files finds, what is done once a time took a fifth of all that is done with them."""


class ByteRange(NamedTuple):
    """A part of a file that begins with a record.

    Attributes:
        path: The file.
        begin: Where it begins, in bytes.
        end: Where it ends.
        is_cut: Whether more records follow.
    """

    path: Path
    begin: int
    end: int
    is_cut: bool = False


class Chunk(NamedTuple):
    """Records of two files, to be compared with each other.

    Attributes:
        old: The older records.
        new: The newer ones.
        header: The fields of a record.
        key: Those of the primary key.
        numeric: For each field of the key, whether it sorts as an integer.
        trust_keys: Whether to look at the keys of those records only that came or went.
        only_keys: Whether to see only that the keys of the older records ascend.
    """

    old: ByteRange
    new: ByteRange
    header: tuple[str, ...]
    key: tuple[str, ...]
    numeric: tuple[bool, ...]
    trust_keys: bool = False
    only_keys: bool = False

    @property
    def keys(self) -> KeyReader:
        """How to read the keys of its records."""
        return KeyReader(self.header, self.key, self.numeric)


def cut(chunk: Chunk, number: int) -> list[Chunk]:
    """A chunk as so many that follow on each other; fewer, if it cannot be cut so often."""
    old, new = chunk.old, chunk.new
    value, width = chunk.keys.value, len(chunk.header)
    marks = [(old.begin, new.begin)]
    with open_blocks(old.path) as one, open_blocks(new.path) as other:
        for each in range(1, number):
            target = old.begin + (old.end - old.begin) * each // number
            found = _record(one, target, old.end, width)
            if found is None:
                continue
            here, record = found
            try:
                there = _lowest(other, new, value(record), value, width)
            except Fallback:
                continue  # what looked like a record has no key
            if there is not None and here > marks[-1][0] and there > marks[-1][1]:
                marks.append((here, there))
    marks.append((old.end, new.end))
    return [
        chunk._replace(
            old=_span(old, marks[at][0], marks[at + 1][0]),
            new=_span(new, marks[at][1], marks[at + 1][1]),
        )
        for at in range(len(marks) - 1)
    ]


def compare(chunk: Chunk, out: IO[bytes], progress: Progress) -> Edges:
    """Compare a chunk; :func:`pairs_in` reads what is written.

    Args:
        chunk: The chunk.
        out: Where to write what is found.
        progress: Called with how many more bytes of the older file have been read.

    Returns:
        The first and the last key of each stream of the chunk that is not empty.

    Raises:
        Fallback: The chunk cannot be scanned.
        SplitRecord: It ends within a record.
    """
    keys = chunk.keys
    with open_blocks(chunk.old.path) as one, open_blocks(chunk.new.path) as other:
        blocks = records(_reader(one, chunk.old, progress), is_cut=chunk.old.is_cut)
        old = Cursor(blocks, keys, check=not chunk.trust_keys)
        blocks = records(_reader(other, chunk.new, lambda _: None), is_cut=chunk.new.is_cut)
        new = Cursor(blocks, keys, check=False)
        if chunk.only_keys:
            old.skip_all()
        else:
            _write(scan(old, new, keys), out)
    return [cursor.edges for cursor in (old, new) if cursor.edges is not None]


def pairs_in(file: IO[bytes]) -> Iterator[list[Pair]]:
    """The pairs that were written into a file, some at a time; masked."""
    file.seek(0)
    while pairs := read_batch(file):
        yield pairs


def _write(found: Iterator[list[Pair]], out: IO[bytes]) -> None:
    held: list[Pair] = []
    for pairs in found:
        held += pairs
        while len(held) >= _BATCH:
            write_batch(held[:_BATCH], out)
            del held[:_BATCH]
    if held:
        write_batch(held, out)


def _reader(file: BinaryIO, span: ByteRange, progress: Progress) -> Callable[[int], bytes]:
    """What reads a part of a file."""
    file.seek(span.begin)
    left = span.end - span.begin

    def read(size: int) -> bytes:
        nonlocal left
        block = file.read(min(size, left))
        left -= len(block)
        progress(len(block))
        return block

    return read


def may_be_record(line: bytes, width: int) -> bool:
    """Whether a line has as many cells as a record; it may stand within one all the same."""
    try:
        return len(cells(line)) == width
    except Fallback:
        return False


def _span(whole: ByteRange, begin: int, end: int) -> ByteRange:
    return ByteRange(whole.path, begin, end, is_cut=end < whole.end)


def _lowest(
    file: BinaryIO, span: ByteRange, key: Value, value: Callable[[bytes], Value], width: int
) -> int | None:
    """Where the first record begins that does not sort before a key, if keys ascend."""
    low, high = span.begin, span.end
    while high - low > _LOOK:
        middle = (low + high) // 2
        found = _record(file, middle, high, width)
        if found is None or not value(found[1]) < key:
            high = middle
        else:
            low = found[0]
    file.seek(low)
    for line in file.read(3 * _LOOK).split(b"\n")[:-1]:
        if may_be_record(line, width) and not value(line) < key:
            return low
        low += len(line) + 1
    return span.end if low == span.end else None


def _record(file: BinaryIO, begin: int, end: int, width: int) -> tuple[int, bytes] | None:
    """The first line after a place that may be a record, and where it begins.

    Args:
        file: The file.
        begin: The place, within a line that is not looked at.
        end: Where the line must begin at the latest.
        width: How many cells a record has.
    """
    file.seek(begin)
    first, *lines = file.read(_LOOK).split(b"\n")
    here = begin + len(first) + 1
    for line in lines[: min(_TRIES, len(lines) - 1)]:
        if here >= end:
            return None
        if may_be_record(line, width):
            return here, line
        here += len(line) + 1
    return None
