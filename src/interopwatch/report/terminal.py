"""Reports and change sets for a terminal; colours are stripped where none are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from click import style

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import Sense
from interopwatch.compare.key_spellings import has_reformatted_key
from interopwatch.package.labels import column
from interopwatch.report.line_breaks import WIDTH, wrapped
from interopwatch.report.narrate import (
    describe_file_change,
    describe_ignored,
    describe_keys,
    describe_reformatted_keys,
    describe_schema_change,
)
from interopwatch.text import distinguished, in_line, key_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.report.formats import Amounts
    from interopwatch.report.history import History
    from interopwatch.report.report import Report

_COLOURS: Final = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def report(report: Report, width: int = WIDTH) -> str:
    """Return a report as text, wrapped to a width in columns."""
    return "\n".join(_lines(report, width)) + "\n"


def _lines(report: Report, width: int) -> Iterator[str]:
    yield from wrapped(report.title, width, "", "  ", bold=True)
    yield ""
    for sentence in report.headline:
        yield from wrapped(sentence, width, "  ", bold=True)
    if report.unchanged:
        yield from wrapped(report.unchanged, width, "  ")
    for section in report.sections:
        yield ""
        yield heading(section.title)
        for group in section.groups:
            yield ""
            yield from topic(group.topic, width)
            for place, lines in group.by_source():
                for line in lines:
                    yield from wrapped(line.sentence, width, "  • ")
                if place:
                    yield from wrapped(place, width, "    ", dim=True)
    if report.remarks:
        yield ""
        yield heading("Also recorded")
        for remark in report.remarks:
            yield from wrapped(remark, width, "  • ")


def history(found: History, width: int = WIDTH) -> str:
    """Return the history of a subject as text, wrapped to a width in columns."""
    return "\n".join(_of_history(found, width)) + "\n"


def _of_history(found: History, width: int) -> Iterator[str]:
    yield from wrapped(found.subject, width, "", "  ", bold=True)
    for chapter in found.chapters:
        yield ""
        yield heading(chapter.title)
        # Years are aligned, and sentences have a column of their own, if there is room.
        dates = max((len(item.when) for item in chapter.items), default=0)
        room = dates if dates and dates < width // 4 else 0
        indent = " " * (4 + room)
        for source, items in chapter.by_source():
            for item in items:
                date = in_line(item.when).rjust(room)
                lead = f"  {date}  " if dates else "  "
                lines = list(wrapped(item.line.sentence, width, lead, indent))
                # Coloured after wrapping, since the codes for colours would count as columns.
                if dates and lines:
                    lines[0] = f"  {style(date, fg='yellow')}{lines[0][2 + len(date) :]}"
                yield from lines
            if source:
                yield from wrapped(source, width, indent, dim=True)


def heading(title: str) -> str:
    """Return the title of a section; parts in brackets, such as a date, keep their case."""
    name, bracket, rest = title.partition(" (")
    return style(in_line(f"{name.upper()}{bracket}{rest}"), fg="cyan", bold=True)


def topic(title: str, width: int) -> Iterator[str]:
    """Yield the title of a group within a section."""
    for line in wrapped(title, width):
        yield f"  {style(line, underline=True)}"


def rows(items: Sequence[Narrated], number: int, *, is_first: bool) -> bytes:
    """Return rows of one resource, each with a line for each cell that differs."""
    del number
    lines = [style(in_line(items[0].change.resource), bold=True)] if is_first else []
    for item in items:
        change = item.change
        mark, colour = _COLOURS[change.kind]
        head = style(in_line(f"{mark} {_key(change)}"), fg=colour)
        lines.append(f"  {head}  {style(_sense_or_kind(item), dim=True)}")
        lines += (f"      {in_line(cell)}" for cell in _cells(change))
    return "".join(f"{line}\n" for line in lines).encode()


def _sense_or_kind(item: Narrated) -> str:
    """Return the sense of a row change, or its kind if the sense says no more."""
    is_vague = item.sense in (Sense.RETRACTED, Sense.UNDATED)
    return item.change.kind if is_vague and not item.source else item.sense.value


def reformatted(change: RowChange, number: int) -> str:
    """Return a line for a reformatted row."""
    del number
    if has_reformatted_key(change):
        return ""  # counted in one line of the frame
    named = f"{change.resource} {_key(change)} ({', '.join(change.fields)})"
    return in_line(f"respelled: {named}") + "\n"


def frame(changes: ChangeSet, amounts: Amounts) -> tuple[str, str, str]:
    """Return other differences than rows: of descriptors before the rows, of form after them."""
    keys = describe_keys(changes, most=len(changes.keys)) if _any(amounts) else ()
    head = [f"matched {each}" for each in keys]
    head += [f"schema {describe_schema_change(each)}" for each in changes.schema]
    head += [f"descriptor: {w.place}: {w.before} → {w.after}" for w in words_of(changes)]
    head += [f"key reformatted: {describe_reformatted_keys(each)}" for each in amounts.keys]
    head += [f"{each.resource}: {describe_file_change(each)}" for each in changes.files]
    tail = [f"ignored: {describe_ignored(each)}" for each in changes.ignored]
    tail += [f"form only: {name}" for name in changes.form]
    before, after = ("".join(f"{in_line(line)}\n" for line in lines) for lines in (head, tail))
    return before, "", after


def _any(amounts: Amounts) -> bool:
    return bool(amounts.rows or amounts.reformatted)


def _key(change: RowChange) -> str:
    """Return the key of a row, with the old one if it changed."""
    new_key = key_label(change.key.values())
    if not change.has_new_key:
        return new_key
    before = change.before or {}
    old_key = key_label(before.get(name, "") for name in change.key)
    return " → ".join(distinguished(old_key, new_key))


def _cells(change: RowChange) -> Iterator[str]:
    for field in change.fields:
        if change.kind == "changed":
            before, after = distinguished(*change.cells(field))
            yield f"{column(field)}: {_quoted(before)} → {_quoted(after)}"
        elif change.row.get(field):
            yield f"{column(field)}: {_quoted(change.row[field])}"


def _quoted(cell: str) -> str:
    return f"“{cell}”" if cell else "(empty)"
