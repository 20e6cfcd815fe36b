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
"""Bytes to read at a time to find a record: enough for any but the longest."""
_TRIES: Final = 64
"""The maximum number of lines to try in search of a record."""
_BATCH: Final = 512
"""Pairs to pass on at a time: with the twenty or so of one window of the scan, the overhead of each
batch took a fifth of the time spent on pairs."""


class ByteRange(NamedTuple):
    """A range of a file that begins with a record.

    Attributes:
        path: The file.
        begin: The offset of its first byte.
        end: The offset after its last byte.
        is_cut: Whether more records follow in the file.
    """

    path: Path
    begin: int
    end: int
    is_cut: bool = False


class Chunk(NamedTuple):
    """Ranges of two files that are to be compared with each other.

    Attributes:
        old: The range of the older file.
        new: The range of the newer file.
        header: The fields of a record.
        key: The fields of the primary key.
        numeric: For each field of the key, whether it sorts as an integer.
        trust_keys: Whether to check only the keys of records that differ.
        only_keys: Whether to check only that the keys of the older records ascend.
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
        """The reader of the keys of its records."""
        return KeyReader(self.header, self.key, self.numeric)


def cut(chunk: Chunk, number: int) -> list[Chunk]:
    """Cut a chunk into ``number`` consecutive ones, or fewer where no cut is found."""
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
                continue  # a line that looked like a record has no key
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
    """Compare a chunk and write the pairs found, for :func:`pairs_in` to read.

    Args:
        chunk: The chunk.
        out: The file to write to.
        progress: Called with the number of bytes of each further block read of the older file.

    Returns:
        The first and the last key of each side of the chunk that is not empty.

    Raises:
        Fallback: The chunk cannot be scanned.
        SplitRecord: It ends inside a record.
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
    """Yield the pairs written to a file, in batches; masked."""
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
    """Return a function that reads the bytes of a range of a file."""
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
    """Whether a line has as many cells as a record; it may still be inside a quoted cell."""
    try:
        return len(cells(line)) == width
    except Fallback:
        return False


def _span(whole: ByteRange, begin: int, end: int) -> ByteRange:
    return ByteRange(whole.path, begin, end, is_cut=end < whole.end)


def _lowest(
    file: BinaryIO, span: ByteRange, key: Value, value: Callable[[bytes], Value], width: int
) -> int | None:
    """Find the offset of the first record not less than a key, by binary search, or ``None``."""
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
    """Return the offset and the bytes of the first line in a range that may be a record.

    Args:
        file: The file.
        begin: The start of the range; the line that contains it is skipped.
        end: The end of the range, before which the line must begin.
        width: The number of cells in a record.
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
