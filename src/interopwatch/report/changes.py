"""A change set as text: every change, nothing summarised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.change_files import to_json, to_lines
from interopwatch.churn import churn, is_churn
from interopwatch.describing import words_of
from interopwatch.escaping import for_spreadsheet, in_line
from interopwatch.report.shapes import churned, left_aside, shape_of
from interopwatch.tables import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changes import ChangeSet, RowChange, Told

FORMATS: Final = ("terminal", "json", "jsonl", "csv")
COLUMNS: Final = (
    "resource", "key", "kind", "sense", "field", "before", "after", "source", "locator",
)  # fmt: skip
"""The columns of the CSV form: one row for each cell that differs."""


def render(changes: ChangeSet, told: Sequence[Told], form: str) -> str:
    """A change set as text. ``form`` is one of :data:`FORMATS`.

    The terminal form of a change set without any change is the empty text.
    """
    if form == "json":
        return to_json(changes, told)
    if form == "jsonl":
        return to_lines(changes, told)
    if form == "csv":
        return _csv(told)
    return "".join(f"{line}\n" for line in _lines(changes, told))


def _csv(told: Sequence[Told]) -> str:
    lines = [record(COLUMNS)]
    for item in told:
        change = item.change
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


def _lines(changes: ChangeSet, told: Sequence[Told]) -> Iterator[str]:
    from click import style

    for schema in changes.schema:
        yield in_line(f"schema {shape_of(schema)}")
    for word in words_of(changes):
        yield in_line(f"described otherwise: {word.place}: {word.was} → {word.now}")
    found = {each.resource: each for each in churn(changes)}
    for each in found.values():
        yield in_line(f"key spelled otherwise: {churned(each)}")
    resource = ""
    colours = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
    for item in told:
        change = item.change
        if change.resource != resource:
            resource = change.resource
            yield style(f"{in_line(resource)}", bold=True)
        mark, colour = colours[change.kind]
        key = _key(change)
        head = in_line(f"{mark} {key}")
        yield f"  {style(head, fg=colour)}  {style(item.sense.value, dim=True)}"
        yield from (f"      {in_line(line)}" for line in _cells(item))
    for respelled in changes.respelled:
        if respelled.resource in found and is_churn(respelled):
            continue  # told as one finding
        fields = ", ".join(respelled.fields)
        yield in_line(f"respelled: {respelled.resource} {_key(respelled)} ({fields})")
    for aside in changes.aside:
        yield in_line(f"not minded: {left_aside(aside)}")
    for name in changes.form:
        yield in_line(f"form only: {name}")


def _key(change: RowChange) -> str:
    """The key of a row; of one whose key changed, the old one too."""
    now = "/".join(change.key.values())
    if not change.has_new_key:
        return now
    before = change.before or {}
    return f"{'/'.join(before.get(name, '') for name in change.key)} → {now}"


def _cells(item: Told) -> Iterator[str]:
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
