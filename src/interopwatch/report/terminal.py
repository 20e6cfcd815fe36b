"""Reports and change sets for a terminal, in colours that are taken out where none are wanted."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from click import style

from interopwatch.changeset.metadata import words_of
from interopwatch.compare.key_spellings import has_reformatted_key
from interopwatch.report.narrate import (
    describe_file_change,
    describe_ignored,
    describe_keys,
    describe_reformatted_keys,
    describe_schema_change,
)
from interopwatch.text import distinguished, for_terminal, in_line, key_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.report.formats import Amounts
    from interopwatch.report.report import Report

_WIDTH: Final = 100
"""Columns of running text, whatever the terminal's width, so that reports are the same bytes."""
_COLOURS: Final = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def report(report: Report) -> str:
    """A report as text, wrapped."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield style(in_line(report.title), bold=True)
    yield ""
    for sentence in report.headline:
        yield from _wrapped(sentence, "  ", bold=True)
    if report.unchanged:
        yield from _wrapped(report.unchanged, "  ")
    for section in report.sections:
        yield ""
        yield style(section.title.upper(), fg="cyan", bold=True)
        for group in section.groups:
            yield ""
            yield f"  {style(in_line(group.topic), underline=True)}"
            for place, lines in group.by_source():
                for line in lines:
                    yield from _wrapped(line.sentence, "  • ")
                if place:
                    yield from _wrapped(place, "    ", dim=True)
    if report.remarks:
        yield ""
        yield style("ALSO RECORDED", fg="cyan", bold=True)
        for remark in report.remarks:
            yield from _wrapped(remark, "  • ")


def _wrapped(text: str, indent: str, *, bold: bool = False, dim: bool = False) -> Iterator[str]:
    lines = textwrap.wrap(
        for_terminal(text),
        width=_WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        yield style(line, bold=bold, dim=dim) if bold or dim else line


def row(item: Narrated, number: int, *, is_first: bool) -> str:
    """A row of a change set, with a line for each cell that differs."""
    del number
    change = item.change
    mark, colour = _COLOURS[change.kind]
    head = style(in_line(f"{mark} {_key(change)}"), fg=colour)
    lines = [style(in_line(change.resource), bold=True)] if is_first else []
    lines.append(f"  {head}  {style(item.sense.value, dim=True)}")
    lines += (f"      {in_line(cell)}" for cell in _cells(change))
    return "".join(f"{line}\n" for line in lines)


def reformatted(change: RowChange, number: int) -> str:
    """A row of which the text alone differs."""
    del number
    if has_reformatted_key(change):
        return ""  # counted with the others, in one line of the frame
    named = f"{change.resource} {_key(change)} ({', '.join(change.fields)})"
    return in_line(f"respelled: {named}") + "\n"


def frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    """What differs but in rows: before these what the descriptors say, after them the form."""
    head = [f"matched {each}" for each in describe_keys(changes)] if _any(amounts) else []
    head += [f"schema {describe_schema_change(each)}" for each in changes.schema]
    head += [f"described otherwise: {w.place}: {w.was} → {w.now}" for w in words_of(changes)]
    head += [f"key spelled otherwise: {describe_reformatted_keys(each)}" for each in amounts.keys]
    head += [f"{each.resource}: {describe_file_change(each)}" for each in changes.files]
    tail = [f"ignored: {describe_ignored(each)}" for each in changes.ignored]
    tail += [f"form only: {name}" for name in changes.form]
    before, after = ("".join(f"{in_line(line)}\n" for line in lines) for lines in (head, tail))
    return before, "", after


def _any(amounts: Amounts) -> bool:
    return bool(amounts.rows or amounts.reformatted)


def _key(change: RowChange) -> str:
    """The key of a row; of one whose key changed, the old one too."""
    now = key_label(change.key.values())
    if not change.has_new_key:
        return now
    before = change.before or {}
    was = key_label(before.get(name, "") for name in change.key)
    return " → ".join(distinguished(was, now))


def _cells(change: RowChange) -> Iterator[str]:
    for field in change.fields:
        if change.kind == "changed":
            before, after = ((side or {}).get(field) for side in (change.before, change.after))
            was, now = distinguished(before or "", after or "")
            yield f"{field}: {_quoted(was)} → {_quoted(now)}"
        elif change.row.get(field):
            yield f"{field}: {_quoted(change.row[field])}"


def _quoted(cell: str) -> str:
    return f"“{cell}”" if cell else "(empty)"
