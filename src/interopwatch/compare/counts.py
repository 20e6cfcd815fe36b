"""Count the rows and cells of a table that differ, without holding them in memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.compare.rows import TableDiff


class Counts(Struct, frozen=True):
    """The numbers of rows and cells that differ.

    Attributes:
        added: Rows that only the new table has.
        removed: Rows that only the old table has.
        changed: Rows with the same key and different values.
        cells: For each field with a difference, the number of changed rows in which it differs.
        reformatted: Rows with the same key and the same values in different text.
    """

    added: int
    removed: int
    changed: int
    cells: Mapping[str, int]
    reformatted: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.reformatted)


def counts_of(found: Iterable[TableDiff]) -> Counts:
    """Count the differences in a stream of table diffs, which is consumed lazily."""
    kinds: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    reformatted = 0
    for some in found:
        reformatted += len(some.reformatted)
        for change in some.rows:
            kinds[change.kind] += 1
            if change.kind == "changed":
                fields.update(change.fields)
    return Counts(
        kinds["added"], kinds["removed"], kinds["changed"], dict(fields), reformatted=reformatted
    )
