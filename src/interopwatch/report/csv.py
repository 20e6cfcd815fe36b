"""Row changes as CSV, safe for spreadsheets: one line for each cell that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.package.table import for_spreadsheets, record
from interopwatch.text import key_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.report.formats import Amounts

COLUMNS: Final = (
    "resource", "key", "kind", "sense", "field", "before", "after", "source", "locator",
)  # fmt: skip


def rows(items: Sequence[Narrated], number: int, *, is_first: bool) -> bytes:
    """Return a line for each cell of a row that differs."""
    del number, is_first
    return for_spreadsheets(line for item in items for line in _lines(item)).encode()


def _lines(item: Narrated) -> Iterator[tuple[str, ...]]:
    change, key = item.change, key_label(item.change.key.values())
    for field in change.fields:
        before, after = change.cells(field)
        if before != after:
            yield (
                change.resource, key, change.kind, item.sense.value, field, before, after,
                item.source, item.locator,
            )  # fmt: skip


def reformatted(change: RowChange, number: int) -> str:
    """Return nothing: no value differs."""
    del change, number
    return ""


def frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    """Return the header row."""
    del changes, amounts
    return record(COLUMNS), "", ""
