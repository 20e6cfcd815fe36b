"""Write a change set as text while it is being found, without holding it in memory.

The text is kept in a temporary file until the comparison is complete, since the header says how
much follows, and nothing is written at all if an error occurs on the way.
"""

from __future__ import annotations

import io
from collections import Counter
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

from msgspec import Struct, field, msgpack, structs

from interopwatch.changeset.metadata import has_changes
from interopwatch.compare import processes
from interopwatch.compare.key_spellings import Tally
from interopwatch.compare.rows import RowPairs, TableDiff
from interopwatch.report.formats import Amounts, change_set_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated
    from interopwatch.compare.packages import DiffStream
    from interopwatch.compare.rows import Part
    from interopwatch.report.formats import ChangeSetFormat

_IN_MEMORY: Final = 4 << 20
"""Bytes of text kept in memory before a file is created: some 10,000 rows."""
_BLOCK: Final = 1 << 20
"""Bytes written at a time, so that the file is never held in memory as a whole."""
_BATCH: Final = 512
"""Rows narrated and written at a time: enough to make the cost of each batch negligible, and few
enough for their text to stay in the processor's cache. With 4,096, writing took a third longer."""
_SHARE: Final = 4
"""Parts of some 512 rows that a process renders at a time. With 2 or 8, a million rows took as
long; the text of 4 is a megabyte, for which either process may have to wait."""
_OF_ROWS: Final = 16
"""The same for parts that are already compared, which take ten times as long to pass as pairs do:
most of the held rows are in the first share, which need not be passed."""
_LEAST: Final = 2
"""The minimum number of parts that are worth another process."""
_Place = tuple[bool, bool, bool]
"""Whether rows were rendered before, whether these are the first of their resource, and whether
reformatted rows were: all that the text depends on besides the rows."""
_Question = tuple[list[Any], _Place]
"""Rows, or pairs of rows to compare, and what was rendered before them."""


class Rendered(Struct, frozen=True):
    """A change set as text.

    Attributes:
        has_changes: Whether there are differences beyond form.
        blocks: The text in UTF-8, in blocks of complete lines; can be iterated once.
        not_searched: The resources in which too many rows differ to search for changed keys.
    """

    has_changes: bool
    blocks: Iterator[bytes]
    not_searched: tuple[str, ...] = ()


@contextmanager
def render_stream(
    flow: DiffStream, narrate_rows: Callable[[ChangeSet], Sequence[Narrated]], name: str
) -> Iterator[Rendered]:
    """Write the changes to a temporary file, then put a header before them.

    Args:
        flow: The changes.
        narrate_rows: Gives the rows of a change set their senses and sentences.
        name: The format, one of :data:`interopwatch.report.formats.CHANGE_SETS`.

    Raises:
        InteropwatchError: Raised by the comparison.
    """
    with ExitStack() as stack:
        rows, reformatted = (_Spool(stack.enter_context(_file(flow))) for _ in range(2))
        renderer = _Renderer(flow, narrate_rows, change_set_format(name), rows, reformatted)
        every: dict[str, _RenderedRows] = {}
        for resource, rendered in flow.told(renderer.each):
            if rendered is None:
                # The table turned out not to be comparable: drop its rows so far.
                rows.back_to_mark()
                reformatted.back_to_mark()
                every.pop(resource, None)
                continue
            rows.add(rendered.rows, rendered.number)
            reformatted.add(rendered.reformatted, rendered.kinds["reformatted"])
            every.setdefault(resource, _RenderedRows()).add(rendered)
        keys = Tally()
        for rendered in every.values():
            keys.merge(rendered.keys)
        amounts = Amounts(rows.number, reformatted.number, keys.found())
        whole = structs.replace(
            flow.head,
            form=tuple(name for name, rendered in every.items() if rendered.form_only),
            ignored=flow.pair.ignored_rows({n: rendered.ignored for n, rendered in every.items()}),
            files=(*flow.head.files, *flow.late),
        )
        head, between, tail = renderer.form.frame(whole, amounts)
        most = flow.pair.options.held
        yield Rendered(
            bool(amounts.rows or amounts.reformatted or has_changes(whole)),
            _blocks(head, rows.file, between, reformatted.file, tail),
            tuple(
                name for name, rendered in every.items() if _is_not_searched(rendered.kinds, most)
            ),
        )


class _RenderedRows(Struct):
    """Some rows of a resource as text, and their numbers.

    Attributes:
        rows: The rows that were added, removed or changed.
        reformatted: Rows whose text differs although their values do not.
        kinds: The number of rows of each kind.
        ignored: The number of ignored rows.
        form_only: Whether nothing but the form of the file differs.
        keys: The reformatted keys among them.
        place: What was rendered before, as far as the text depends on it.
    """

    rows: bytes = b""
    reformatted: bytes = b""
    kinds: dict[str, int] = {}
    ignored: int = 0
    form_only: bool = False
    keys: Tally = field(default_factory=Tally)
    place: _Place = (False, True, False)

    @property
    def number(self) -> int:
        """How many rows were added, removed or changed."""
        return sum(self.kinds.values()) - self.kinds["reformatted"]

    def add(self, other: _RenderedRows) -> None:
        """Add the numbers of the rows that follow, but not their text."""
        self.kinds = dict(Counter(self.kinds) + Counter(other.kinds))
        self.ignored += other.ignored
        self.form_only |= other.form_only
        self.keys.merge(other.keys)


class _Renderer:
    """Renders changes as text, with several processes if there are many."""

    def __init__(
        self,
        flow: DiffStream,
        narrate_rows: Callable[[ChangeSet], Sequence[Narrated]],
        form: ChangeSetFormat,
        rows: _Spool,
        reformatted: _Spool,
    ) -> None:
        self.form = form
        self._flow, self._narrate = flow, narrate_rows
        self._rows, self._reformatted = rows, reformatted
        # Compares the rows of the current resource, unless they are compared already.
        self._compare: Any = None

    def each(self, parts: Iterator[Part]) -> Iterator[_RenderedRows]:
        """Yield the changes of one resource as text, in order."""
        self._rows.mark()
        self._reformatted.mark()
        sliced, number = _sliced(parts), self._processes()
        # The first part of its resource is rendered alone: the others then know that they are not.
        for part in sliced if number == 1 else islice(sliced, 1):
            self._compare = part.compare if isinstance(part, RowPairs) else None
            yield self._rendered([part], self._place)
        with ExitStack() as stack:
            made = [processes.worker(self._answer) for _ in range(number - 1)]
            workers = list(map(stack.enter_context, made))
            pending: list[tuple[Sequence[Part], processes.Worker]] = []
            size = _SHARE if self._compare else _OF_ROWS
            for first, *others in _shares(sliced, number, size):
                # Workers get their next questions before their answers are used, so that none is
                # idle.
                questions = list(map(self._question, others))
                answers = [(share, worker.answer()) for share, worker in pending]
                pending = list(zip(others, workers, strict=False))
                for question, (_, worker) in zip(questions, pending, strict=True):
                    worker.ask(question)
                yield from self._answered(answers)
                yield self._rendered(first, self._place)
            yield from self._answered([(share, worker.answer()) for share, worker in pending])

    def _answered(self, answers: Iterable[tuple[Sequence[Part], bytes]]) -> Iterator[_RenderedRows]:
        """Yield the shares that workers rendered."""
        for share, answer in answers:
            rendered = msgpack.decode(answer, type=_RenderedRows)
            # The assumed state of the output is nearly always the actual one; otherwise render
            # again.
            place = self._place
            yield rendered if rendered.place == place else self._rendered(share, place)

    def _processes(self) -> int:
        pair = self._flow.pair
        if pair.options.workers is not None:
            return pair.options.workers
        return processes.most() if pair.is_large else 1

    @property
    def _place(self) -> _Place:
        return bool(self._rows.number), self._rows.is_at_mark, bool(self._reformatted.number)

    def _question(self, parts: Sequence[Part]) -> _Question:
        """Return the request that lets a copy of this process render some parts."""
        passed = [
            part.pairs
            if isinstance(part, RowPairs) and part.compare is self._compare
            else part.diff
            for part in parts
        ]
        return passed, self._place

    def _answer(self, question: _Question) -> bytes:
        """Render some parts, in a copy of this process."""
        passed, place = question
        parts = [
            each if isinstance(each, TableDiff) else RowPairs(each, self._compare)
            for each in passed
        ]
        return msgpack.encode(self._rendered(parts, place))

    def _rendered(self, parts: Sequence[Part], place: _Place) -> _RenderedRows:
        rendered = _RenderedRows(place=place)
        number, is_first, number_reformatted = int(place[0]), place[1], int(place[2])
        rows: list[bytes] = []
        reformatted: list[str] = []
        kinds: Counter[str] = Counter()
        for found in _sliced(part.diff for part in parts):
            rendered.keys.add((*found.rows, *found.reformatted))
            kinds.update(change.kind for change in found.rows)
            rendered.ignored += found.ignored
            rendered.form_only |= found.form_only
            if found.rows:
                some = self._narrate(structs.replace(self._flow.head, rows=found.rows))
                rows.append(self.form.rows(some, number, is_first=is_first))
                number, is_first = number + len(some), False
            for change in found.reformatted:
                before = number_reformatted + len(reformatted)
                reformatted.append(self.form.reformatted(change, before))
        rendered.kinds = {**kinds, "reformatted": len(reformatted)}
        rendered.rows, rendered.reformatted = b"".join(rows), "".join(reformatted).encode()
        return rendered


def _sliced(parts: Iterable[Any]) -> Iterator[Any]:
    """Split parts that are already compared into batches."""
    for part in parts:
        if not isinstance(part, TableDiff) or len(part.rows) <= _BATCH:
            yield part
            continue
        for start in range(0, len(part.rows), _BATCH):
            yield TableDiff(part.rows[start : start + _BATCH])
        yield structs.replace(part, rows=())


def _shares(parts: Iterator[Part], number: int, size: int) -> Iterator[list[list[Part]]]:
    """Split parts into lists for a number of processes, repeatedly."""
    while some := list(islice(parts, number * size)):
        each = max(_LEAST, -(-len(some) // number))
        yield [some[start : start + each] for start in range(0, len(some), each)]


def _is_not_searched(kinds: Mapping[str, int], most: int) -> bool:
    """Return whether too many rows differ to search for rows whose key changed."""
    return sum(kinds.values()) > most and {"added", "removed"} <= kinds.keys()


class _Spool:
    """A file of texts that can be rolled back to a mark.

    Attributes:
        file: The texts.
        number: The number of rows in them.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.number = file, 0
        self._mark = (0, 0)

    def add(self, text: bytes, number: int) -> None:
        """Add a text of ``number`` rows."""
        self.file.write(text)
        self.number += number

    def mark(self) -> None:
        """Remember the current end."""
        self._mark = self.file.tell(), self.number

    @property
    def is_at_mark(self) -> bool:
        """Whether no rows were added since the mark."""
        return self.number == self._mark[1]

    def back_to_mark(self) -> None:
        """Drop everything added since the mark."""
        place, self.number = self._mark
        self.file.seek(place)
        self.file.truncate()


def _file(flow: DiffStream) -> IO[bytes]:
    """Return a file for text: on disk, if the tables are large enough for it to be large."""
    if not flow.pair.is_large:
        return io.BytesIO()
    import tempfile

    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="interopwatch-")


def _blocks(*parts: str | IO[bytes]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, str):
            yield part.encode()
        else:
            part.seek(0)
            while block := part.read(_BLOCK) + part.readline():
                yield block
