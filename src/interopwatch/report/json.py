"""Reports and change sets as indented JSON in UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.changeset.serialise import to_json
from interopwatch.text import as_json, texts_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.report.formats import Amounts
    from interopwatch.report.report import Report

_NO_ROWS: Final = '\n  "rows": [],\n  "respelled": []'
"""The place of the rows in an empty change set; nothing else in it is indented like this."""


def report(report: Report) -> str:
    """Return a report as one object, described by ``report.schema.json``."""
    return as_json(report.to_dict())


def rows(items: Sequence[Narrated], number: int, *, is_first: bool) -> bytes:
    """Return rows as elements of ``rows``."""
    del is_first
    elements = [_element(item.to_json_row(), at) for at, item in enumerate(items, number)]
    return "".join(elements).encode()


def reformatted(change: RowChange, number: int) -> str:
    """Return a reformatted row as an element of ``respelled``."""
    return _element(change, number)


def frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    """Return the object around the rows, described by ``changes.schema.json``."""
    head, _, tail = to_json(changes, ()).partition(_NO_ROWS)
    ends = ["\n  ]" if number else "]" for number in (amounts.rows, amounts.reformatted)]
    return f'{head}\n  "rows": [', f'{ends[0]},\n  "respelled": [', f"{ends[1]}{tail}"


def _element(value: object, number: int) -> str:
    text = texts_as_json(value, indent=2).removesuffix("\n").replace("\n", "\n    ")
    return f"{',' if number else ''}\n    {text}"
