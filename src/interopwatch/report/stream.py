"""A change set as text while it is being found, without holding it.

What is written is byte for byte what :func:`interopwatch.report.formats.render_changes` makes of
the whole change set. It waits in a temporary file until all is found: what comes first says how
much follows, and nothing is written at all if an error comes to light on the way.
"""

from __future__ import annotations

import io
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Final

from msgspec import Struct, structs

from interopwatch.changeset.metadata import has_changes
from interopwatch.compare.key_spellings import Tally
from interopwatch.report.formats import Amounts, change_set_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated
    from interopwatch.compare.packages import DiffStream

_IN_MEMORY: Final = 4 << 20
"""Bytes of text that wait in memory before a file is made: some 10,000 rows."""
_BLOCK: Final = 1 << 20
"""Bytes that are written at a time, so that what waits on disk is never held as a whole."""
_BATCH: Final = 512
"""So many rows are narrated and written at a time: enough that what is done once a batch costs
nothing, and few enough for their text to stay in the processor's cache. With 4,096, to write them
took a third longer."""


class Rendered(Struct, frozen=True):
    """A change set as text.

    Attributes:
        has_changes: Whether anything differs but in form.
        blocks: The text in UTF-8, in blocks of whole lines, to be gone through once.
        unsought: The resources of which too many rows differ for any to be taken for a row
            whose key changed.
    """

    has_changes: bool
    blocks: Iterator[bytes]
    unsought: tuple[str, ...] = ()


@contextmanager
def render_stream(
    flow: DiffStream, narrate_rows: Callable[[ChangeSet], Sequence[Narrated]], name: str
) -> Iterator[Rendered]:
    """Write what differs to a temporary file, and then put a head before it.

    Args:
        flow: What differs.
        narrate_rows: Gives the rows of a change set their senses and sentences.
        name: The form, one of :data:`interopwatch.report.formats.CHANGE_SETS`.

    Raises:
        InteropwatchError: What finding it raises.
    """
    form = change_set_format(name)
    forms: list[str] = []
    with ExitStack() as stack:
        rows, reformatted = (_Spool(stack.enter_context(_file(flow))) for _ in range(2))
        ignored_rows: dict[str, int] = {}
        totals: dict[str, Counter[str]] = {}
        keys = Tally()
        resource = ""
        for here, found in flow.found:
            if here != resource:
                resource = here
                # What is added from here on may be taken back, if this way to compare does not lead
                # to the end.
                rows.mark()
                reformatted.mark()
            if found.withdrawn:
                rows.back_to_mark()
                reformatted.back_to_mark()
                keys.drop(here)
                ignored_rows.pop(here, None)
                totals.pop(here, None)
                continue
            if found.form_only:
                forms.append(here)
            ignored_rows[here] = ignored_rows.get(here, 0) + found.ignored
            keys.add((*found.rows, *found.reformatted))
            total = totals.setdefault(here, Counter())
            total.update(change.kind for change in found.rows)
            total["reformatted"] += len(found.reformatted)
            for start in range(0, len(found.rows), _BATCH):
                some = structs.replace(flow.head, rows=found.rows[start : start + _BATCH])
                told = narrate_rows(some)
                rows.add(form.rows(told, rows.number, is_first=rows.is_at_mark), len(told))
            for change in found.reformatted:
                reformatted.add(form.reformatted(change, reformatted.number).encode(), 1)
        amounts = Amounts(rows.number, reformatted.number, keys.found())
        whole = structs.replace(
            flow.head,
            form=tuple(forms),
            ignored=flow.pair.ignored_rows(ignored_rows),
            files=(*flow.head.files, *flow.late),
        )
        head, between, tail = form.frame(whole, amounts)
        yield Rendered(
            bool(amounts.rows or amounts.reformatted or has_changes(whole)),
            _blocks(head, rows.file, between, reformatted.file, tail),
            tuple(
                name
                for name, total in totals.items()
                if _is_unsought(total, flow.pair.options.held)
            ),
        )


def _is_unsought(total: Counter[str], held: int) -> bool:
    """Whether too many rows differ for any to be taken for a row whose key changed."""
    return total.total() > held and bool(total["added"] and total["removed"])


class _Spool:
    """Where texts wait, one after the other, and from where the last of them can be taken back.

    Attributes:
        file: The texts.
        number: How many there are.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.number = file, 0
        self._mark = (0, 0)

    def add(self, text: bytes, number: int) -> None:
        """Add a text of so many things."""
        self.file.write(text)
        self.number += number

    def mark(self) -> None:
        """Remember what is there."""
        self._mark = self.file.tell(), self.number

    @property
    def is_at_mark(self) -> bool:
        return self.number == self._mark[1]

    def back_to_mark(self) -> None:
        """Forget what came since the mark."""
        place, self.number = self._mark
        self.file.seek(place)
        self.file.truncate()


def _file(flow: DiffStream) -> IO[bytes]:
    """Where text waits: on disk, if tables are large enough for there to be much of it."""
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
