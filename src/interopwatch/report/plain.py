"""Reports on packages without vocabulary: schema first, then rows, with like changes folded.

Such a package does not say when its rows are true and has no words for them. Its tables, columns
and rows are named as the package writes them, and lists are no longer than is useful.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.package.labels import counted, joined
from interopwatch.package.meaning import Words
from interopwatch.report.cells import called
from interopwatch.report.model import Group, Line, Section
from interopwatch.report.schema_sentences import (
    MOST_SENTENCES,
    files_headline,
    schema_headline,
    schema_sentences,
)
from interopwatch.report.table_changes import (
    TableChanges,
    added_lines,
    changed_lines,
    removed_lines,
    table_changes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified
    from interopwatch.package.package import Package

_MOST_LINES: Final = 50
"""The maximum number of terminal lines of all sections: about sixty with title, headline and
remarks."""
_WIDTH: Final = 90
"""Characters of a sentence per line: a terminal's hundred less the indents."""
_HEADING: Final = 2
"""Lines that a heading takes, with the blank line before it."""
_MOST_TABLES: Final = 8
"""The maximum number of tables named in a headline: two lines of a terminal."""
_MOST_OTHERS: Final = 12
"""The maximum number of tables named without lines of their own: three lines of a terminal."""
_OTHERS: Final = ("One more table", "Other tables")
_ROWS: Final = ("row", "rows")
_LINES: Final = (("Added", added_lines), ("Removed", removed_lines), ("Changed", changed_lines))


def has_vocabulary(package: Package) -> bool:
    """Return whether a package says when its rows are true, what states them, or their names."""
    if package.descriptor.provenance is not None:
        return True
    meanings = [resource.meaning for resource in package.descriptor.resources]
    return any(m.lifecycle or m.cases or m.words != Words() for m in meanings)


class PlainReport(Struct, frozen=True):
    """The parts of a report that differ from one with vocabulary.

    Attributes:
        headline: Schema first, then rows by table.
        sections: What was added, removed and changed.
        left_out: The number of lines that the sections leave out.
    """

    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    left_out: int


def build_plain(
    changes: ChangeSet, listed: Sequence[Classified], old: Package, new: Package
) -> PlainReport:
    """Build the parts of a report on two packages without vocabulary.

    Args:
        changes: All that differs.
        listed: The row changes to narrate.
        old: The package before, in the names of the one after.
        new: The package after.
    """
    tables = table_changes(changes, listed, old, new)
    schema = tuple(schema_sentences(changes, old, new))
    headline = _headline(changes, schema, tables, new)
    sections = []
    if len(schema) > MOST_SENTENCES:
        lines = tuple(map(Line, schema))
        sections.append(Section("Tables and columns", (Group("Schema", lines),)))
    for title, lines_of in _LINES:
        groups = [
            Group(table.title, lines) for table in tables if (lines := tuple(lines_of(table)))
        ]
        if groups:
            sections.append(Section(title, tuple(groups)))
    shown, left_out = _cut(sections)
    return PlainReport(headline, shown, left_out)


def plain_headline(
    changes: ChangeSet, listed: Sequence[Classified], old: Package, new: Package
) -> tuple[str, ...]:
    """Return only the headline of :func:`build_plain`, which takes the same arguments."""
    schema = tuple(schema_sentences(changes, old, new))
    return _headline(changes, schema, table_changes(changes, listed, old, new), new)


def _headline(
    changes: ChangeSet, schema: Sequence[str], tables: Sequence[TableChanges], new: Package
) -> tuple[str, ...]:
    """Report schema, files, then rows by table; moved columns only if nothing else changed."""
    sentences = (
        *schema_headline(schema, changes),
        *files_headline(changes),
        *_rows_headline(tables, new),
    )
    moved = moved_tables(changes)
    if moved and not sentences and len(moved) == len({c.resource for c in changes.schema}):
        where = f" of {joined([called(new, name) for name in moved])}"
        several = len(new.descriptor.resources) > 1
        return (f"Only the order of columns{where if several else ''} changed.",)
    return sentences


def moved_tables(changes: ChangeSet) -> list[str]:
    """Return the tables in which columns changed their order."""
    return list(dict.fromkeys(c.resource for c in changes.schema if c.kind == "moved"))


def _rows_headline(tables: Sequence[TableChanges], new: Package) -> tuple[str, ...]:
    """Count added, removed and changed rows by table, or in total if there are many tables."""
    touched = [table for table in tables if table.counts]
    if len(touched) > _MOST_TABLES:
        total: Counter[str] = Counter()
        for table in touched:
            total.update(dict(table.counts))
        rows = [(kind, total[kind]) for kind in ("added", "removed", "changed") if total[kind]]
        return (f"{_counts(rows)} in {len(touched):,} tables.",)
    several = len(new.descriptor.resources) > 1
    touched.sort(key=lambda table: not (table.added or table.removed))  # added and removed first
    parts = [
        _counts(table.counts) + (f" in {called(new, table.name)}" if several else "")
        for table in touched
    ]
    return (f"{'; '.join(parts)}.",) if parts else ()


def _counts(counts: Sequence[tuple[str, int]]) -> str:
    """Return how many rows were added, removed and changed.

    >>> _counts([("added", 1000), ("changed", 2)])
    '1,000 rows added and 2 changed'
    """
    (kind, first), *others = counts
    return joined([f"{counted(first, _ROWS)} {kind}", *(f"{n:,} {each}" for each, n in others)])


def _cut(sections: Sequence[Section]) -> tuple[tuple[Section, ...], int]:
    """Return sections cut to a readable length, and the number of lines left out.

    Each section gets a share, so that many additions do not hide changes.
    """
    total = sum(_height(line) for s in sections for g in s.groups for line in g.lines)
    total += sum(_HEADING * (len(section.groups) + 1) for section in sections)
    if total <= _MOST_LINES:
        return tuple(sections), 0
    shown, left_out, room = [], 0, _MOST_LINES
    for number, section in enumerate(sections):
        # What a section does not use is shared among those after it.
        budget = room // (len(sections) - number) - _HEADING
        groups, omitted = _within(budget, section.groups)
        shown.append(Section(section.title, groups))
        left_out += omitted
        room -= _HEADING + sum(_HEADING + sum(map(_height, group.lines)) for group in groups)
    return tuple(shown), left_out


def _within(budget: int, groups: Sequence[Group]) -> tuple[tuple[Group, ...], int]:
    """Return as many lines as there is room for, and the number of lines left out.

    Tables take turns, so that one does not hide the others; tables without lines are named.
    """
    fitting: dict[int, list[Line]] = {}
    turns = sorted(
        (turn, at) for at, group in enumerate(groups) for turn in range(len(group.lines))
    )
    for turn, at in turns:
        line = groups[at].lines[turn]
        cost = _height(line) + (0 if at in fitting else _HEADING)
        # The first line of a section is always shown, however long.
        if not fitting or cost <= budget:
            fitting.setdefault(at, []).append(line)
            budget -= cost
    shown = [_shortened(groups[at], tuple(fitting[at])) for at in sorted(fitting)]
    others = [group for at, group in enumerate(groups) if at not in fitting]
    if others:
        named = joined([f"{group.topic} ({_rows_of(group)})" for group in others], _MOST_OTHERS)
        shown.append(Group(_OTHERS[len(others) > 1], (Line(named),)))
    return tuple(shown), len(turns) - sum(map(len, fitting.values()))


def _shortened(group: Group, lines: tuple[Line, ...]) -> Group:
    """Return some lines of a table, and a line with the number of others."""
    more = len(group.lines) - len(lines)
    return Group(group.topic, (*lines, Line(f"… and {more:,} more")) if more else lines)


def _rows_of(group: Group) -> str:
    """Return the number of rows in the lines of a table; several lines may be about one row."""
    return counted(len({id(change) for line in group.lines for change in line.changes}), _ROWS)


def _height(line: Line) -> int:
    return 1 + len(line.sentence) // _WIDTH
