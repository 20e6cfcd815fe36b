"""Scans two large files for the records that differ, with as many processes as pay."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, pairwise
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from interopwatch.compare import worker
from interopwatch.compare.batches import LENGTH
from interopwatch.compare.chunks import Chunk, Span, cut, may_be_record
from interopwatch.compare.external_sort import in_order
from interopwatch.compare.fallback import Fallback, SplitRecord
from interopwatch.compare.worker import Work, compare, edges_in, pairs_in
from interopwatch.files import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from interopwatch.compare.csvfile import CsvFile
    from interopwatch.compare.options import DiffOptions
    from interopwatch.compare.records import Pair

_MOST: Final = 3
"""Processes to scan with. Each holds some 10 MiB, and memory is promised to stay flat."""
_EACH: Final = 16 << 20
"""Bytes of both files that are worth a process of their own: it starts in 20 ms, in which one
that runs already scans about as many."""
_IN_MEMORY: Final = 8 << 20
"""Bytes of what this process finds that wait in memory before a file is made: some 40,000 pairs."""


@contextmanager
def scanned(old: CsvFile, new: CsvFile, options: DiffOptions) -> Iterator[Iterator[list[Pair]]]:
    """The records that differ, in the order of their keys, some at a time; masked.

    Both files have been read to their ends when this begins.

    Raises:
        Fallback: Keys do not ascend in both files, or a record is not what its schema says.
    """
    chunk = _whole(old, new)
    own = chunk._replace(numeric=_numeric(new))
    with ExitStack() as stack:
        found = _found(Work(chunk, options.trust_keys), options, stack)
        pairs: Iterator[list[Pair]] = chain.from_iterable(map(pairs_in, found))
        if own != chunk:  # texts that stand in the order of their numbers
            value = own.keys.value
            keyed = ([(value(p[0] or p[1] or b""), *p) for p in some] for some in pairs)
            by_key = in_order(keyed, itemgetter(0), options.sorted_in_memory)
            pairs = (list(map(itemgetter(1, 2), some)) for some in stack.enter_context(by_key))
        yield pairs


def have_ascending_keys(file: CsvFile, options: DiffOptions) -> bool:
    """Whether keys ascend strictly from record to record, which implies that each is unique."""
    if not (file.is_plain and file.is_as_said and file.has_plain_keys):
        return False
    try:
        with ExitStack() as stack:
            work = Work(_whole(file, file), trust_keys=False, only_keys=True)
            _found(work, options, stack)
    except Fallback:
        return False
    return True


def _whole(old: CsvFile, new: CsvFile) -> Chunk:
    """Two files as one chunk, with the order in which their first and last records are.

    Raises:
        Fallback: These are in no order.
    """
    chunk = Chunk(
        Span(str(old.path), old.body, old.size),
        Span(str(new.path), new.body, new.size),
        new.header,
        new.resource.primary_key,
        _numeric(new),
    )
    some = [_some_records(file) for file in (old, new)]
    # Texts that are numbers often stand in the order of these: 9 comes before 10.
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


def _found(work: Work, options: DiffOptions, stack: ExitStack) -> Sequence[IO[bytes]]:
    """What was found in the chunks of two files, one after another.

    Raises:
        Fallback: See :func:`scanned`.
    """
    size = sum(span.end - span.begin for span in (work.chunk.old, work.chunk.new))
    number = workers(size) if options.workers is None else options.workers
    try:
        try:
            return _in_chunks(work, number, options, stack)
        except SplitRecord:  # a line that looked like a record stands within a cell
            return _in_chunks(work, 1, options, stack)
    except OSError as error:
        raise unreadable(error) from None


def workers(size: int) -> int:
    """How many processes to scan so many bytes with, this one included."""
    can_start = bool(sys.executable) and not getattr(sys, "frozen", False)
    if not (can_start and Path(worker.__file__).is_file()):
        return 1
    return max(1, min(_MOST, processors(), size // _EACH))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_chunks(
    work: Work, number: int, options: DiffOptions, stack: ExitStack
) -> Sequence[IO[bytes]]:
    first, *others = cut(work.chunk, number) if number > 1 else [work.chunk]
    with ExitStack() as here:
        started = [here.enter_context(_Worker(work._replace(chunk=each))) for each in others]
        own: IO[bytes] = here.enter_context(
            tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="interopwatch-")
        )
        compare(work._replace(chunk=first), own, _Progress(first.old, options))
        found = [own]
        for each in started:
            each.wait()
            found.append(each.found)
        _check_order(found)
        stack.push(here.pop_all())  # what was found lasts as long as whoever asked needs it
    return found


def _check_order(found: Sequence[IO[bytes]]) -> None:
    """Check that the keys of each chunk come after those of the chunk before.

    Raises:
        Fallback: They do not.
    """
    edges = [each for each in map(edges_in, found) if each]
    for before, after in pairwise(edges):
        if not max(last for _, last in before) < min(first for first, _ in after):
            raise Fallback("keys do not ascend")


class _Progress:
    """Tells whoever watches how much of a span has been read."""

    def __init__(self, span: Span, options: DiffOptions) -> None:
        self._size, self._watch = max(1, span.end - span.begin), options.watch
        self._read = 0

    def __call__(self, more: int) -> None:
        self._read += more
        self._watch("reading side by side", self._read / self._size)


class _Worker:
    """A process that compares a chunk.

    Attributes:
        found: What it wrote, once it was waited for.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.found: IO[bytes] = tempfile.TemporaryFile(prefix="interopwatch-")  # noqa: SIM115 - closed on exit
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # What goes wrong in it goes wrong here again, where a traceback is seen.
        with suppress(OSError):
            self._process = subprocess.Popen(  # noqa: S603 - this very Python, and a module of ours
                (sys.executable, "-I", "-S", worker.__file__),
                stdin=subprocess.PIPE,
                stdout=self.found,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt is for this process to handle
            )
            assert self._process.stdin is not None, "it was asked for"
            work = worker.packed(self._work)
            # It stays open: when this process ends, however it does, the other one sees that.
            self._process.stdin.write(len(work).to_bytes(LENGTH) + work)
            self._process.stdin.flush()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdin is not None, "it was asked for"
            with suppress(OSError):
                self._process.stdin.close()
        self.found.close()

    def wait(self) -> None:
        """Wait until it has written all that it found; if it failed, do its work.

        Raises:
            Fallback: The chunk cannot be scanned.
            SplitRecord: It ends within a record.
        """
        status = 1 if self._process is None else self._process.wait()
        if status == worker.SPLIT_RECORD:
            raise SplitRecord
        if status == worker.FALLBACK:
            raise Fallback("a worker fell back")
        if status:
            self.found.seek(0)
            self.found.truncate()
            compare(self._work, self.found, lambda _: None)
