"""Two files cut into pieces, each of which can be compared by itself, by another processor.

A cut is a record of the older file, and the first of the newer one that does not sort before
it. Where keys rise in both, no record has its counterpart in another piece. That they do, and
that each cut is where a record begins, shows while the pieces are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from interopwatch.compare.cells import Unreadable, cells
from interopwatch.compare.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

_LOOK: Final = 1 << 16
"""How many bytes to read at a time to find a record."""
_TRIES: Final = 64
"""How many lines to look at for one that may be a record."""


class Part(NamedTuple):
    """A part of a file.

    Attributes:
        path: The file.
        begin: Where its first record begins, in bytes.
        end: Where its last one ends.
        is_cut: Whether more records follow.
    """

    path: str
    begin: int
    end: int
    is_cut: bool = False


class Piece(NamedTuple):
    """Parts of two files, to be compared with each other.

    Attributes:
        old: The older records.
        new: The newer ones.
        header: The fields of a record.
        key: Those of the key.
        numeric: For each field of the key, whether it is an integer.
    """

    old: Part
    new: Part
    header: tuple[str, ...]
    key: tuple[str, ...]
    numeric: tuple[bool, ...]

    @property
    def keys(self) -> Keys:
        """How to get at the keys of its records."""
        return Keys(self.header, self.key, self.numeric)


def cut(piece: Piece, number: int) -> list[Piece]:
    """A piece as so many that follow on each other; fewer, if it cannot be cut so often."""
    old, new = piece.old, piece.new
    place = piece.keys.place
    marks = [(old.begin, new.begin)]
    with open(old.path, "rb", 0) as one, open(new.path, "rb", 0) as other:  # noqa: PTH123 - this is loaded where little else is
        for each in range(1, number):
            target = old.begin + (old.end - old.begin) * each // number
            found = _record(one, target, old.end, len(piece.header))
            if found is None:
                continue
            here, record = found
            try:
                there = _lowest(other, new, place(record), place, len(piece.header))
            except Unreadable:
                continue  # this is no key
            if there is not None and here > marks[-1][0] and there > marks[-1][1]:
                marks.append((here, there))
    marks.append((old.end, new.end))
    return [
        piece._replace(
            old=_part(old, marks[at][0], marks[at + 1][0]),
            new=_part(new, marks[at][1], marks[at + 1][1]),
        )
        for at in range(len(marks) - 1)
    ]


def _part(whole: Part, begin: int, end: int) -> Part:
    return Part(whole.path, begin, end, is_cut=end < whole.end)


def _lowest(
    file: BinaryIO,
    part: Part,
    place: Any,  # noqa: ANN401 - whatever sorts
    place_of: Callable[[bytes], Any],
    width: int,
) -> int | None:
    """Where the first record begins that does not sort before a place, if keys rise.

    ``None`` if it is not found.
    """
    low, high = part.begin, part.end
    while high - low > _LOOK:
        middle = (low + high) // 2
        found = _record(file, middle, high, width)
        if found is None or not place_of(found[1]) < place:
            high = middle
        else:
            low = found[0]
    file.seek(low)
    for line in file.read(3 * _LOOK).split(b"\n")[:-1]:
        if may_be_record(line, width) and not place_of(line) < place:
            return low
        low += len(line) + 1
    return part.end if low == part.end else None


def _record(file: BinaryIO, begin: int, end: int, width: int) -> tuple[int, bytes] | None:
    """The first line after a place that may be a record, and where it begins.

    Args:
        file: The file.
        begin: The place, within a line that is not looked at.
        end: Where it must begin at the latest.
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


def may_be_record(line: bytes, width: int) -> bool:
    """Whether a line has as many cells as a record; it may stand within one all the same."""
    try:
        return len(cells(line)) == width
    except Unreadable:
        return False
