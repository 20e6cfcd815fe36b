"""A change set as text: every change, nothing summarised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import reformatted_dict
from interopwatch.changeset.serialise import head_line, reformatted_line, to_json
from interopwatch.compare.key_reformatting import churn_of, is_churn
from interopwatch.package.table import record
from interopwatch.report.shapes import churned, left_aside, shape_of
from interopwatch.text import as_json, for_spreadsheet, in_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from interopwatch.changeset.model import ChangeSet, Narrated, RowChange
    from interopwatch.compare.key_reformatting import Churn

COLUMNS: Final = (
    "resource", "key", "kind", "sense", "field", "before", "after", "source", "locator",
)  # fmt: skip
"""The columns of the CSV form: one row for each cell that differs."""
_COLOURS: Final = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_NO_ROWS: Final = '\n  "rows": [],\n  "respelled": []'
"""Where the rows go in the JSON form; nothing else in it is indented like this."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many rows of either kind there are.

    Attributes:
        rows: Rows that were added, removed or changed.
        respelled: Rows whose text differs and whose values do not.
        churn: The keys that are spelled otherwise.
    """

    rows: int = 0
    respelled: int = 0
    churn: tuple[Churn, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """How to write a change set piece by piece.

    Attributes:
        row: A row, given how many stand before it, and whether it is the first of its resource.
        respelled: A respelled row, given how many stand before it.
        frame: What stands before the rows, between them and the respelled ones, and after
            those, given a change set without rows and how many there are.
    """

    row: Callable[[Narrated, int, bool], str]
    respelled: Callable[[RowChange, int], str]
    frame: Callable[[ChangeSet, Amounts], tuple[str, str, str]]


def render(changes: ChangeSet, told: Sequence[Narrated], form: str) -> str:
    """A change set as text. ``form`` is one of :data:`FORMATS`.

    The terminal form of a change set without any change is the empty text.
    """
    made = FORMS[form]
    churn = churn_of((*changes.rows, *changes.reformatted))
    amounts = Amounts(len(told), len(changes.reformatted), churn)
    head, between, tail = made.frame(replace(changes, rows=(), reformatted=()), amounts)
    resources = ["", *(item.change.resource for item in told)]
    rows = (
        made.row(item, number, before != item.change.resource)
        for number, (item, before) in enumerate(zip(told, resources, strict=False))
    )
    respelled = (made.respelled(each, number) for number, each in enumerate(changes.reformatted))
    return "".join((head, *rows, between, *respelled, tail))


def _json_row(value: object, number: int) -> str:
    text = as_json(value).removesuffix("\n").replace("\n", "\n    ")
    return f"{',' if number else ''}\n    {text}"


def _json_frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    head, _, tail = to_json(changes, ()).partition(_NO_ROWS)
    ends = ["\n  ]" if number else "]" for number in (amounts.rows, amounts.respelled)]
    return f'{head}\n  "rows": [', f'{ends[0]},\n  "respelled": [', f"{ends[1]}{tail}"


def _lines_frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    return head_line(changes, amounts.rows, amounts.respelled), "", ""


def _csv_row(item: Narrated) -> str:
    change, lines = item.change, []
    key = "/".join(change.key.values())
    for field in change.fields:
        before, after = _sides(change, field)
        if before != after:
            cells = (
                change.resource, key, change.kind, item.sense.value, field, before, after,
                item.source, item.locator,
            )  # fmt: skip
            lines.append(record([for_spreadsheet(cell) for cell in cells]))
    return "".join(lines)


def _terminal_row(item: Narrated, number: int, is_first: bool) -> str:  # noqa: FBT001 - see Form
    from click import style

    del number
    change = item.change
    mark, colour = _COLOURS[change.kind]
    head = in_line(f"{mark} {_key(change)}")
    lines = [f"{style(in_line(change.resource), bold=True)}\n"] if is_first else []
    lines.append(f"  {style(head, fg=colour)}  {style(item.sense.value, dim=True)}\n")
    lines += [f"      {in_line(line)}\n" for line in _cells(item)]
    return "".join(lines)


def _terminal_respelled(change: RowChange, number: int) -> str:
    del number
    if is_churn(change):
        return ""  # told with the others, as one finding
    told = f"{change.resource} {_key(change)} ({', '.join(change.fields)})"
    return in_line(f"respelled: {told}") + "\n"


def _terminal_frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    head = [f"schema {shape_of(each)}" for each in changes.schema]
    head += [f"described otherwise: {w.place}: {w.was} → {w.now}" for w in words_of(changes)]
    head += [f"key spelled otherwise: {churned(each)}" for each in amounts.churn]
    tail = [f"not minded: {left_aside(each)}" for each in changes.ignored]
    tail += [f"form only: {name}" for name in changes.form]
    made = ["".join(f"{in_line(line)}\n" for line in lines) for lines in (head, tail)]
    return made[0], "", made[1]


def _key(change: RowChange) -> str:
    """The key of a row; of one whose key changed, the old one too."""
    now = "/".join(change.key.values())
    if not change.has_new_key:
        return now
    before = change.before or {}
    return f"{'/'.join(before.get(name, '') for name in change.key)} → {now}"


def _cells(item: Narrated) -> Iterator[str]:
    change = item.change
    for field in change.fields:
        before, after = _sides(change, field)
        if change.kind == "changed":
            yield f"{field}: {_quoted(before)} → {_quoted(after)}"
        elif change.row.get(field):
            yield f"{field}: {_quoted(change.row[field])}"


def _sides(change: RowChange, field: str) -> tuple[str, str]:
    return (change.before or {}).get(field, ""), (change.after or {}).get(field, "")


def _quoted(cell: str) -> str:
    return f"“{cell}”" if cell else "(empty)"


FORMS: Final = {
    "terminal": Form(_terminal_row, _terminal_respelled, _terminal_frame),
    "json": Form(
        lambda item, number, _: _json_row(item.to_dict(), number),
        lambda change, number: _json_row(reformatted_dict(change), number),
        _json_frame,
    ),
    "jsonl": Form(
        lambda item, *_: as_json(item.to_dict(), indent=None),
        lambda change, _: reformatted_line(change),
        _lines_frame,
    ),
    "csv": Form(
        lambda item, *_: _csv_row(item),
        lambda *_: "",
        lambda *_: (record(COLUMNS), "", ""),
    ),
}
"""The forms by name."""
FORMATS: Final = tuple(FORMS)
