"""The number of rows and cells that differ, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changeset.metadata import words_of
from interopwatch.package.labels import counted
from interopwatch.report.narrate import describe_file_change
from interopwatch.text import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.compare.counts import Counts


def render(head: ChangeSet, counts: Mapping[str, Counts]) -> str:
    """Return the number of differences by resource, as text; empty if nothing differs.

    Args:
        head: The changes in the descriptors.
        counts: The numbers of differing rows, by resource.
    """
    lines = []
    if head.schema:
        lines.append(counted(len(head.schema), ("schema change", "schema changes")))
    if words := len(words_of(head)):
        lines.append(f"descriptor: {counted(words, ('change', 'changes'))}")
    lines += [f"{in_line(c.resource)}: {in_line(describe_file_change(c))}" for c in head.files]
    lines += [line for name, each in counts.items() for line in _lines(name, each)]
    return "".join(f"{line}\n" for line in lines)


def _lines(name: str, counts: Counts) -> Iterator[str]:
    kinds = (
        ("added", counts.added),
        ("removed", counts.removed),
        ("changed", counts.changed),
        ("respelled", counts.reformatted),
    )
    texts = [f"{number:,} {kind}" for kind, number in kinds if number]
    if texts:
        yield f"{in_line(name)}: {', '.join(texts)}"
        width = max(map(len, counts.cells), default=0)
        for field, number in counts.cells.items():
            yield f"  {in_line(field):{width}}  {counted(number, ('cell', 'cells'))}"
