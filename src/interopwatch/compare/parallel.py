"""Scan two large files for records that differ, with several processes where that pays."""

from __future__ import annotations

import marshal
import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import chain, pairwise
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any, Final

from interopwatch.compare import processes
from interopwatch.compare.chunks import (
    ByteRange,
    Chunk,
    compare,
    cut,
    may_be_record,
    pairs_in,
)
from interopwatch.compare.external_sort import in_order
from interopwatch.compare.fallback import Fallback, SplitRecord
from interopwatch.files import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.compare.chunks import Edges
    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions
    from interopwatch.compare.records import Pair

_EACH: Final = 4 << 20
"""Bytes of both files that are worth another process: it takes 3 to 10 ms to start, in which one
that is running scans one or two million."""
_IN_MEMORY: Final = 8 << 20
"""Bytes of pairs that this process holds before it spools them to disk: some 40,000 pairs."""


@contextmanager
def scanned(old: CsvFile, new: CsvFile, options: DiffOptions) -> Iterator[Iterator[list[Pair]]]:
    """Provide the records that differ in batches, in the order of their keys; masked.

    Both files have been read completely when the context is entered.

    Raises:
        Fallback: Keys do not ascend in both files, or a record does not match the header.
    """
    chunk = _whole(old, new)._replace(trust_keys=options.trust_keys)
    own = chunk._replace(numeric=_numeric(new))
    with ExitStack() as stack:
        found = _found(chunk, options, stack)
        pairs: Iterator[list[Pair]] = chain.from_iterable(map(pairs_in, found))
        if own != chunk:  # text keys that the files sort as numbers
            value = own.keys.value
            keyed = ([(value(p[0] or p[1] or b""), *p) for p in some] for some in pairs)
            by_key = in_order(keyed, itemgetter(0), options.sorted_in_memory)
            pairs = (list(map(itemgetter(1, 2), some)) for some in stack.enter_context(by_key))
        yield pairs


def have_ascending_keys(file: CsvFile, options: DiffOptions) -> bool:
    """Whether the keys of a file ascend strictly, which implies that they are unique."""
    if not (file.is_plain and file.is_as_said and file.has_plain_keys):
        return False
    try:
        with ExitStack() as stack:
            _found(_whole(file, file)._replace(only_keys=True), options, stack)
    except Fallback:
        return False
    return True


def _whole(old: CsvFile, new: CsvFile) -> Chunk:
    """Return two files as one chunk, sorted as their first and last records are.

    Raises:
        Fallback: These do not ascend.
    """
    chunk = Chunk(
        ByteRange(old.path, old.body, old.size),
        ByteRange(new.path, new.body, new.size),
        new.header,
        new.resource.primary_key,
        _numeric(new),
    )
    some = [_some_records(file) for file in (old, new)]
    # Numbers in text fields are often sorted by value: 9 comes before 10.
    counted = chunk._replace(numeric=(True,) * len(chunk.key))
    for way in (chunk, counted):
        with suppress(Fallback):
            for records in filter(None, some):
                way.keys.ascending(records)
            return way
    raise Fallback("keys do not ascend")


def _some_records(file: CsvFile) -> Sequence[bytes]:
    first, last = file.first_records, file.last_record
    return [*first, last] if last and may_be_record(last, len(file.header)) else first


def _numeric(file: CsvFile) -> tuple[bool, ...]:
    resource = file.resource
    return tuple(resource.by_name[name].type == "integer" for name in resource.primary_key)


def _found(chunk: Chunk, options: DiffOptions, stack: ExitStack) -> Sequence[IO[bytes]]:
    """Compare two files in chunks, and return the files with the pairs found, in order.

    Raises:
        Fallback: See :func:`scanned`.
    """
    size = sum(span.end - span.begin for span in (chunk.old, chunk.new))
    number = processes.number(size, _EACH) if options.workers is None else options.workers
    try:
        try:
            return _in_chunks(chunk, number, options, stack)
        except SplitRecord:  # a cut was at a line inside a quoted cell
            return _in_chunks(chunk, 1, options, stack)
    except OSError as error:
        raise unreadable(error) from None


def _in_chunks(
    whole: Chunk, number: int, options: DiffOptions, stack: ExitStack
) -> Sequence[IO[bytes]]:
    first, *others = cut(whole, number) if number > 1 else [whole]
    with ExitStack() as kept, ExitStack() as running:
        own: IO[bytes] = kept.enter_context(
            tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="interopwatch-")
        )
        found, waiting = [own], []
        for each in others:
            file = kept.enter_context(tempfile.TemporaryFile(prefix="interopwatch-"))
            job = partial(_elsewhere, each, file, os.getpid())
            waiting.append(running.enter_context(processes.worker(job)))
            waiting[-1].ask()
            found.append(file)
        edges = [compare(first, own, _Progress(first.old, options))]
        for worker in waiting:
            why, its_edges = marshal.loads(worker.answer())  # noqa: S302 - from a copy of this process
            if why is not None:
                raise (SplitRecord if why == SplitRecord.__name__ else Fallback)("in a chunk")
            edges.append(its_edges)
        _check_order(edges)
        stack.push(kept.pop_all())  # the pairs are needed until the caller's stack is closed
    return found


def _elsewhere(chunk: Chunk, file: IO[bytes], parent: int, _: None) -> bytes:
    """Compare a chunk in another process, and return the name of an exception or the edges."""
    file.seek(0)
    file.truncate()
    found: tuple[str | None, Any]
    try:
        found = None, compare(chunk, file, lambda _: processes.end_with(parent))
    except Fallback as error:
        found = type(error).__name__, None
    file.flush()
    return marshal.dumps(found)


def _check_order(chunks: Sequence[Edges]) -> None:
    """Check that the keys of each chunk are greater than those of the chunk before.

    Raises:
        Fallback: They do not.
    """
    for before, after in pairwise(filter(None, chunks)):
        if not max(last for _, last in before) < min(first for first, _ in after):
            raise Fallback("keys do not ascend")


class _Progress:
    """Reports to ``options.watch`` how much of a range of a file has been read."""

    def __init__(self, span: ByteRange, options: DiffOptions) -> None:
        self._size, self._watch = max(1, span.end - span.begin), options.watch
        self._read = 0

    def __call__(self, more: int) -> None:
        self._read += more
        self._watch("reading in parallel", self._read / self._size)
