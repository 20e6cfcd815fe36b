"""Compares one chunk of two files, in this process or as a program that another one starts.

As a program it reads from stdin what to do, and writes to stdout what it finds. It loads the few
modules that it needs by their paths: the package would load ten times as many, and the start
would take as long as what a worker is there to help with.
"""

from __future__ import annotations

import marshal
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO, BinaryIO

    from interopwatch.compare.chunks import Chunk, Span
    from interopwatch.compare.records import Pair

    Progress = Callable[[int], None]

FALLBACK: Final = 3
"""The exit status where the chunk cannot be scanned."""
SPLIT_RECORD: Final = 4
"""The exit status where the chunk ends within a record."""


class Work(NamedTuple):
    """What to do with a chunk.

    Attributes:
        chunk: The chunk.
        trust_keys: Whether to look at the keys of those records only that came or went.
        only_keys: Whether to see only that the keys of the older records ascend.
    """

    chunk: Chunk
    trust_keys: bool
    only_keys: bool = False


def compare(work: Work, out: IO[bytes], progress: Progress) -> None:
    """Compare a chunk; :func:`pairs_in` and :func:`edges_in` read what is written.

    Args:
        work: What to do.
        out: Where to write what is found.
        progress: Called with how many more bytes of the older file have been read.

    Raises:
        Fallback: The chunk cannot be scanned.
        SplitRecord: It ends within a record.
    """
    from interopwatch.compare.batches import LENGTH, write_batch, write_end
    from interopwatch.compare.records import records
    from interopwatch.compare.scan import Cursor, scan

    chunk = work.chunk
    keys = chunk.keys
    # open() and not pathlib: see above.
    with open(chunk.old.path, "rb", 0) as one, open(chunk.new.path, "rb", 0) as other:  # noqa: PTH123 - see above
        old = Cursor(
            records(_reader(one, chunk.old, progress), is_cut=chunk.old.is_cut),
            keys,
            check=not work.trust_keys,
        )
        new = Cursor(
            records(_reader(other, chunk.new, lambda _: None), is_cut=chunk.new.is_cut),
            keys,
            check=False,
        )
        if work.only_keys:
            old.skip_all()
        else:
            for pairs in scan(old, new, keys):
                write_batch(pairs, out)
    write_end(out)
    end = marshal.dumps([cursor.edges for cursor in (old, new) if cursor.edges is not None])
    out.write(end + len(end).to_bytes(LENGTH))


def pairs_in(file: IO[bytes]) -> Iterator[list[Pair]]:
    """The pairs that were written into a file, some at a time; masked."""
    from interopwatch.compare.batches import read_batch

    file.seek(0)
    while pairs := read_batch(file):
        yield pairs


def edges_in(file: IO[bytes]) -> list[tuple[Any, Any]]:
    """The first and the last key of each stream of the chunk that is not empty."""
    from interopwatch.compare.batches import LENGTH

    file.seek(-LENGTH, 2)
    length = int.from_bytes(file.read(LENGTH))
    file.seek(-LENGTH - length, 2)
    found: list[tuple[Any, Any]] = marshal.loads(file.read(length))  # noqa: S302 - see above
    return found


def _reader(file: BinaryIO, span: Span, progress: Progress) -> Callable[[int], bytes]:
    """What reads a span of a file."""
    file.seek(span.begin)
    left = span.end - span.begin

    def read(size: int) -> bytes:
        nonlocal left
        block = file.read(min(size, left))
        left -= len(block)
        progress(len(block))
        return block

    return read


def packed(work: Work) -> bytes:
    """Work as bytes, for a worker that this process starts."""
    return marshal.dumps(tuple(map(_plain, work)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - what work consists of
    """Tuples without names, which is all that marshal takes."""
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _unpacked(work: bytes) -> Work:
    from interopwatch.compare.chunks import Chunk, Span

    (old, new, *keys), *rest = marshal.loads(work)  # noqa: S302 - from the process that started this
    return Work(Chunk(Span(*old), Span(*new), *keys), *rest)


def _main() -> int:
    import _thread

    here = __file__.rpartition("worker.py")[0].rstrip("/\\")
    for name, folder in (("interopwatch", f"{here}/.."), ("interopwatch.compare", here)):
        # Modules are then found in the folder without running the __init__ that is in it.
        module = ModuleType(name)
        module.__path__ = [folder]
        sys.modules[name] = module
    from interopwatch.compare.batches import LENGTH
    from interopwatch.compare.fallback import Fallback, SplitRecord

    work = _unpacked(_read(int.from_bytes(_read(LENGTH))))
    _thread.start_new_thread(_end_with_parent, ())
    try:
        compare(work, sys.stdout.buffer, lambda _: None)
    except SplitRecord:
        return SPLIT_RECORD
    except Fallback:
        return FALLBACK
    sys.stdout.buffer.flush()
    return 0


def _read(number: int) -> bytes:
    """So many bytes of stdin, of which none more must be taken."""
    found = b""
    while len(found) < number and (more := os.read(0, number - len(found))):
        found += more
    return found


def _end_with_parent() -> None:
    """Wait for the end of stdin, which comes when the parent ends, however it does."""
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    os._exit(_main())  # the thread that waits for the parent need not end
