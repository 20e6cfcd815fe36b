"""Change sets as JSON Lines (jsonlines.org): a header, then one line for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changeset.serialise import head_line, reformatted_line
from interopwatch.text import texts_as_json_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.report.formats import Amounts


def rows(items: Sequence[Narrated], number: int, *, is_first: bool) -> bytes:
    """Return each row as one object."""
    del number, is_first
    return texts_as_json_lines([item.to_json_row() for item in items])


def reformatted(change: RowChange, number: int) -> str:
    """Return a reformatted row as one object."""
    del number
    return reformatted_line(change)


def frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    """Return the header line, which describes the other lines and counts them."""
    return head_line(changes, amounts.rows, amounts.reformatted), "", ""
