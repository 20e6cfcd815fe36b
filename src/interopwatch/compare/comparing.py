"""Compares one piece of two files, and writes what it finds into a file of its own.

The same is done in this process and, for other pieces at the same time, in helpers.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from interopwatch.compare.cells import Unreadable
from interopwatch.compare.columnar import Columnar
from interopwatch.compare.pieces import Part, Piece
from interopwatch.compare.records import NotPlain, RecordTooLong, blocks, split
from interopwatch.compare.rising import NotRising, Rising
from interopwatch.compare.scan import OutOfOrder, scan
from interopwatch.compare.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO, BinaryIO

    from interopwatch.compare.records import Pair

    Told = Callable[[int], None]

PAIRS, COUNTS, KEYS = "pairs", "counts", "keys"
"""What to find: the records that differ, how many they are, or only whether keys rise."""
NOT_TO_SCAN: Final = (NotPlain, NotRising, OutOfOrder, RecordTooLong, Unreadable)
"""Why a scan of two files is given up, and another way taken."""
_BATCH: Final = 256
_LENGTH: Final = 8


class Work(NamedTuple):
    """What to do with a piece.

    Attributes:
        piece: The piece.
        find: One of :data:`PAIRS`, :data:`COUNTS` and :data:`KEYS`.
        trust_keys: Whether to look at the keys of those records only that differ.
        resources: What the descriptors say about the two tables, pickled, if the texts of
            some field are not its values.
    """

    piece: Piece
    find: str
    trust_keys: bool
    resources: bytes = b""

    def packed(self) -> bytes:
        """For another process."""
        return marshal.dumps((tuple(map(_plain, self.piece)), *self[1:]))

    @classmethod
    def unpacked(cls, packed: bytes) -> Work:
        """From another process, which must be the one that started this."""
        (old, new, *keys), *rest = marshal.loads(packed)  # noqa: S302 - from the own parent
        return cls(Piece(Part(*old), Part(*new), *keys), *rest)


class Outcome(NamedTuple):
    """What came of a piece, beside pairs.

    Attributes:
        edges: The lowest and the highest of what the records that were looked at sort by.
        counts: The members of :class:`interopwatch.compare.tally.Tallied`, if it was counted.
    """

    edges: tuple[Any, Any] | None
    counts: tuple[int, int, int, tuple[int, ...]] | None


def compare(work: Work, out: IO[bytes], told: Told) -> None:
    """Compare a piece.

    Args:
        work: What to do.
        out: Where to write what is found; :func:`pairs_in` and :func:`outcome_in` read it.
        told: Called with how many more bytes of the older file have been read.

    Raises:
        NotPlain: The bytes may mean more than one thing.
        NotRising: Keys do not rise from record to record.
        OutOfOrder: They do not, so much so that records cannot be paired.
        RecordTooLong: A record has no end.
        Torn: The piece ends within a record.
        Unreadable: A record that differs is not what its schema says.
    """
    piece = work.piece
    keys = piece.keys
    order = Rising(keys)
    tally = Tally(_readers(work), keys.at) if work.find == COUNTS else None
    sink = _Sink(out, tally, order if work.trust_keys else None)
    with open(piece.old.path, "rb", 0) as one, open(piece.new.path, "rb", 0) as other:  # noqa: PTH123 - see pieces
        left = _blocks(one, piece.old, told)
        if work.find == KEYS:
            for block in left:
                order.paired(split(block))
        else:
            right = _blocks(other, piece.new, lambda _: None)
            watched = None if work.trust_keys else order
            dense = None
            if tally is not None and tally.are_texts:
                dense = Columnar(keys, order, tally, sink.flush)
            for pairs in scan(left, right, keys, watched, dense):
                sink.add(pairs)
    sink.flush()
    marshal.dump(None, out)
    end = marshal.dumps((order.edges, None if tally is None else tuple(tally.found())))
    out.write(end + len(end).to_bytes(_LENGTH))


class _Sink:
    """Where pairs go, many at a time: into a tally if there is one, and else into a file."""

    def __init__(self, out: IO[bytes], tally: Tally | None, order: Rising | None) -> None:
        self._out, self._tally, self._order = out, tally, order
        self._pairs: list[Pair] = []

    def add(self, pairs: list[Pair]) -> None:
        """Take some more."""
        self._pairs += pairs
        if len(self._pairs) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """See to all that was taken."""
        if not self._pairs:
            return
        if self._order is not None:
            self._order.found(self._pairs)
        if self._tally is not None:
            self._tally.add(self._pairs)
        else:
            marshal.dump(self._pairs, self._out)
        self._pairs = []


def pairs_in(file: IO[bytes]) -> Iterator[list[Pair]]:
    """The pairs that were written into a file, some at a time."""
    file.seek(0)
    # What is loaded was dumped above, into a file that nobody else can open.
    while (pairs := marshal.load(file)) is not None:  # noqa: S302
        yield pairs


def outcome_in(file: IO[bytes]) -> Outcome:
    """What else was written into a file."""
    file.seek(-_LENGTH, 2)
    length = int.from_bytes(file.read(_LENGTH))
    file.seek(-_LENGTH - length, 2)
    return Outcome(*marshal.loads(file.read(length)))  # noqa: S302 - likewise


class _Reach:
    """A part of a file as a stream that tells how much of it is read."""

    def __init__(self, file: BinaryIO, part: Part, told: Told) -> None:
        file.seek(part.begin)
        self._file, self._left, self._told = file, part.end - part.begin, told

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        self._told(len(block))
        return block


def _blocks(file: BinaryIO, part: Part, told: Told) -> Iterator[bytes]:
    return blocks(_Reach(file, part, told), is_cut=part.is_cut)


def _readers(work: Work) -> list[Any]:
    header = work.piece.header
    if not work.resources:
        return [None] * len(header)
    import pickle

    from interopwatch.compare.rows import readers_of

    readers = readers_of(*pickle.loads(work.resources))  # noqa: S301 - from the own parent
    return [readers[name] for name in header]


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a piece consists of
    return tuple(value) if isinstance(value, tuple) else value
