"""Lines for the row changes of one table: like changes folded, the others row by row."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.compare.key_spellings import has_reformatted_key
from interopwatch.errors import TableError
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, column, counted, joined
from interopwatch.package.types import parse
from interopwatch.report.cells import (
    LONG_CELL,
    SHORT_CELL,
    change_of_cell,
    cut_to_difference,
    quoted,
    stated_cells,
)
from interopwatch.report.model import Line
from interopwatch.report.row_names import RowNames, how_often

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified, RowChange
    from interopwatch.package.descriptor import Field
    from interopwatch.package.package import Package

    _Edited = tuple[RowChange, tuple["Edit", ...]]

_MOST_ROWS: Final = 5
"""The maximum number of added or removed rows with a line each; more share lines."""
_MOST_NAMES: Final = 12
"""The maximum number of names that share a line: some three lines of a terminal."""
_MOST_COUNTED: Final = 1000
"""The maximum number of rows checked for duplicate names; of more, only the first are named. A name
takes 2 to 4 µs, so that a million would take seconds for a line that shows twelve."""
_MOST_EXAMPLES: Final = 5
"""The maximum number of example rows for a change that many share."""
_MOST_CHANGED: Final = 10
"""The maximum number of changed rows with a line each; more are summarised by column."""
_MOST_CELLS: Final = 8
"""The maximum number of cells listed for a row: some four lines of a terminal."""
_ALIKE: Final = 3
"""The minimum number of rows to fold the same change: two lines are as short for two rows."""
_SHARE: Final = 20
"""The same change gets a sentence if at least one in this many changes of a column is it: in
recomputed measures, a few rows are equal by chance and would hide what happened to the column."""
_MOST_ALIKE: Final = 4
"""The maximum number of shared changes of one column with a line each; if there are more, as when a
column of few values was recoded, one line counts them."""
_ROWS: Final = ("row", "rows")
_NO_TEXTS: Final = ("boolean", "date", "datetime", "duration", "time", "yearmonth")
_NUMBER: Final = (int, Decimal)


class Edit(Struct, frozen=True):
    """One changed cell, in words."""

    field: str
    before: str
    after: str


class TableChanges(Struct, frozen=True):
    """The row changes of one table."""

    name: str
    title: str
    names: Mapping[str, RowNames]
    added: tuple[RowChange, ...]
    removed: tuple[RowChange, ...]
    changed: tuple[tuple[RowChange, tuple[Edit, ...]], ...]
    fields: Mapping[str, Field]

    def heading(self, field: str) -> str:
        """Return the title of a column, or else its name as written."""
        declared = self.fields.get(field)
        return (declared.title if declared else "") or column(field)

    def is_text(self, field: str) -> bool:
        """Return whether a column's cells are quoted: texts, and values in a special format."""
        declared = self.fields.get(field)
        return declared is None or declared.type not in _NO_TEXTS or declared.format != "default"

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """The numbers of rows added, removed and changed, without zeros."""
        numbers = len(self.added), len(self.removed), len(self.changed)
        named = zip(("added", "removed", "changed"), numbers, strict=True)
        return tuple(pair for pair in named if pair[1])


def table_changes(
    changes: ChangeSet, listed: Sequence[Classified], old: Package, new: Package
) -> tuple[TableChanges, ...]:
    """Return the row changes of each table that exists on both sides."""
    came_or_went = {
        c.resource for c in changes.schema if not c.field and c.kind in ("added", "removed")
    }
    columns = {(c.resource, c.field) for c in changes.schema if c.kind in ("added", "removed")}
    grouped: dict[str, list[RowChange]] = {}
    for item in listed:
        if item.change.resource not in came_or_went:
            grouped.setdefault(item.change.resource, []).append(item.change)
    names = {"removed": RowNames(old), "added": RowNames(new), "changed": RowNames(new)}
    cells = RowLabels(old), RowLabels(new)
    found = []
    for name, group in grouped.items():
        resource = (new if name in new.descriptor.by_name else old).resource(name)
        fields = {field.name: field for field in resource.fields}
        edits = ((c, _edits(c, columns, cells, fields)) for c in group if c.kind == "changed")
        found.append(
            TableChanges(
                name,
                resource.title or name,
                names,
                tuple(c for c in group if c.kind == "added"),
                tuple(c for c in group if c.kind == "removed"),
                tuple((change, made) for change, made in edits if made),
                fields,
            )
        )
    return tuple(found)


def _edits(
    change: RowChange,
    columns: set[tuple[str, str]],
    labels: tuple[RowLabels, RowLabels],
    fields: Mapping[str, Field],
) -> tuple[Edit, ...]:
    """Return the changed cells of a row, except in added or removed columns."""
    key = set(change.key) if has_reformatted_key(change) else set()
    found = []
    for field in change.fields:
        if (change.resource, field) in columns or field in key:
            continue
        before, after = stated_cells(change, field, labels)
        if field in fields and fields[field].type == "boolean":
            before, after = _answers(before, after, fields[field])
        found.append(Edit(field, before, after))
    return tuple(found)


def _answers(before: str, after: str, field: Field) -> tuple[str, str]:
    """Return two booleans as yes or no; as written if they have the same meaning."""
    words: dict[Hashable, str] = {True: "yes", False: "no"}
    try:
        one, other = (words.get(parse(cell, field), "") for cell in (before, after))
    except TableError:
        return before, after
    return (one, other) if one != other else (before, after)


def added_lines(table: TableChanges) -> Iterator[Line]:
    """Yield lines for added rows."""
    yield from _listed(table.added, table.names["added"])


def removed_lines(table: TableChanges) -> Iterator[Line]:
    """Yield lines for removed rows."""
    yield from _listed(table.removed, table.names["removed"])


def _listed(changes: Sequence[RowChange], names: RowNames) -> Iterator[Line]:
    some = changes if len(changes) <= _MOST_COUNTED else changes[:_MOST_NAMES]
    texts = [names.short(change) for change in some]
    if len(changes) <= _MOST_ROWS or len(set(texts)) < len(some):
        texts = [names.full(change) for change in some]
    by_name: dict[str, list[RowChange]] = {}  # several rows may have the same name
    named = zip(texts, some, strict=True)
    for text, change in sorted(named, key=lambda pair: names.order(pair[1], pair[0])):
        by_name.setdefault(text, []).append(change)
    by_text = {
        f"{name}{how_often([change.row for change in group])}": group
        for name, group in by_name.items()
    }
    if len(changes) <= _MOST_ROWS:
        for text, group in by_text.items():
            yield Line(text, changes=tuple(group))
    elif days := sorted(filter(None, map(names.day, changes))):
        first, last = in_words(days[0]), in_words(days[-1])
        yield Line(f"{counted(len(changes), _ROWS)} from {first} to {last}", changes=tuple(changes))
    else:
        shown = list(by_text)[:_MOST_NAMES]
        # The rest is counted in rows, as in the headline.
        remaining = len(changes) - sum(len(by_text[text]) for text in shown)
        yield Line(_and_more(shown, len(shown) + remaining), changes=tuple(changes))


def _and_more(texts: Sequence[str], number: int) -> str:
    """Join texts; ``number`` is how many there are in all, the rest being counted."""
    mark = "; " if any(", " in text for text in texts) else ", "
    if number <= len(texts):
        return mark.join(texts)
    return f"{mark.join(texts)} … and {number - len(texts):,} more"


def changed_lines(table: TableChanges) -> Iterator[Line]:
    """Yield the same change in many rows, then one column in many rows, then single rows."""
    by_edit: dict[Edit, list[RowChange]] = {}
    for change, edits in table.changed:
        for edit in edits:
            by_edit.setdefault(edit, []).append(change)
    # Changes shared by many rows come first: they say most, and leave few rows.
    total = Counter(edit.field for _, edits in table.changed for edit in edits)
    shared = {
        edit: changes
        for edit, changes in sorted(by_edit.items(), key=lambda pair: -len(pair[1]))
        if len(changes) >= max(_ALIKE, total[edit.field] // _SHARE)
    }
    kinds = Counter(edit.field for edit in shared)
    recoded = [field for field, number in kinds.items() if number > _MOST_ALIKE]
    for field in recoded:
        yield _recoded(table, field, by_edit)
    for edit, changes in shared.items():
        if edit.field not in recoded:
            text = _one_change(table, edit, changes)
            yield Line(text, changes=tuple(changes), fields=(edit.field,))
    rest = [
        (change, tuple(e for e in edits if e not in shared and e.field not in recoded))
        for change, edits in table.changed
    ]
    columns, rows = _parted([(change, edits) for change, edits in rest if edits])
    for field, edited in sorted(columns.items(), key=lambda pair: -len(pair[1])):
        rows_of = tuple(change for change, _ in edited)
        yield Line(_one_column(table, field, edited), changes=rows_of, fields=(field,))
    yield from _row_by_row(table, rows)


def _row_by_row(table: TableChanges, rows: Sequence[_Edited]) -> Iterator[Line]:
    """Yield rows with their changes, ordered by name."""
    names = table.names["changed"]
    lines = []
    for change, edits in rows:
        texts = [
            f"{table.heading(e.field)} {_of_cell(table, e, LONG_CELL)}" for e in edits[:_MOST_CELLS]
        ]
        if more := len(edits) - len(texts):
            texts.append(f"and {more:,} more {'column' if more == 1 else 'columns'}")
        name = names.short(change, [edit.field for edit in edits])
        lines.append(
            (names.order(change, name), Line(f"{name}: {'; '.join(texts)}", changes=(change,)))
        )
    yield from (line for _, line in sorted(lines, key=lambda pair: pair[0]))


def _of_cell(table: TableChanges, edit: Edit, longest: int) -> str:
    return change_of_cell(edit.before, edit.after, longest, is_text=table.is_text(edit.field))


def _parted(
    changed: Sequence[_Edited],
) -> tuple[dict[str, list[tuple[RowChange, Edit]]], list[_Edited]]:
    """Divide changes into those to report by column and those to report by row.

    If few rows changed in a column, the rows say more than the column does.
    """
    single = Counter(edits[0].field for _, edits in changed if len(edits) == 1)
    total = Counter(edit.field for _, edits in changed for edit in edits)
    is_long = len(changed) > _MOST_CHANGED
    columns: dict[str, list[tuple[RowChange, Edit]]] = {}
    rows = []
    for change, edits in changed:
        by_column = is_long or (len(edits) == 1 and single[edits[0].field] >= _ALIKE)
        by_field = [edit for edit in edits if by_column and total[edit.field] >= _ALIKE]
        for edit in by_field:
            columns.setdefault(edit.field, []).append((change, edit))
        if rest := tuple(edit for edit in edits if edit not in by_field):
            rows.append((change, rest))
    return columns, rows


def _recoded(table: TableChanges, field: str, by_edit: Mapping[Edit, Sequence[RowChange]]) -> Line:
    """Summarise a recoded column of few values: how often each value changed to which."""
    recodings = [(edit, changes) for edit, changes in by_edit.items() if edit.field == field]
    recodings.sort(key=lambda pair: -len(pair[1]))
    texts = [
        f"{_of_cell(table, edit, LONG_CELL)} in {len(changes):,}"
        for edit, changes in recodings[:_MOST_EXAMPLES]
    ]
    rows = tuple(change for _, changes in recodings for change in changes)
    if len(recodings) > len(texts):
        texts.append(counted(len(recodings) - len(texts), ("other change", "other changes")))
    text = f"{table.heading(field)} changed in {counted(len(rows), _ROWS)}: {joined(texts)}"
    return Line(text, changes=rows, fields=(field,))


def _one_change(table: TableChanges, edit: Edit, changes: Sequence[RowChange]) -> str:
    """Describe the same change in many rows."""
    title, rows = table.heading(edit.field), counted(len(changes), _ROWS)
    is_text = table.is_text(edit.field)
    cells = cut_to_difference(edit.before, edit.after, LONG_CELL)
    before, after = (quoted(cell, LONG_CELL, is_text=is_text) for cell in cells)
    naming = table.names["changed"].short
    some = changes if len(changes) <= _MOST_COUNTED else changes[:_MOST_EXAMPLES]
    named = [(change, naming(change, (edit.field,))) for change in some]
    names = [name for _, name in sorted(named, key=lambda p: table.names["changed"].order(*p))]
    if not edit.before:
        text = f"{title} was filled with {after} in {rows}"
    elif not edit.after:
        text = f"{title} was emptied in {rows} (it was {before})"
    else:
        text = f"{title} changed from {before} to {after} in {rows}"
    return f"{text}: {_and_more(names[:_MOST_EXAMPLES], len(changes))}"


def _one_column(table: TableChanges, field: str, edited: Sequence[tuple[RowChange, Edit]]) -> str:
    """Describe different changes of one column in many rows."""
    texts = []
    for change, edit in edited[:_MOST_EXAMPLES]:
        name = table.names["changed"].short(change, (field,))
        # Two numbers next to each other read as one.
        mark = ":" if name[-1:].isdigit() else ""
        texts.append(f"{name}{mark} {_of_cell(table, edit, SHORT_CELL)}")
    directions = _directions(table.fields.get(field), edited) if len(edited) > len(texts) else ""
    rows = counted(len(edited), _ROWS)
    return f"{table.heading(field)} changed in {rows}{directions}: {_and_more(texts, len(edited))}"


def _directions(field: Field | None, edited: Sequence[tuple[RowChange, Edit]]) -> str:
    """Return in how many rows a number rose or fell, which a few examples cannot show."""
    if field is None or not field.is_amount:
        return ""
    try:
        cells = [
            (parse(e.before, field), parse(e.after, field))
            for _, e in edited
            if e.before and e.after
        ]
    except TableError:
        return ""
    # NaN is parsed as text, which neither rises nor falls.
    numbers = [(w, n) for w, n in cells if isinstance(w, _NUMBER) and isinstance(n, _NUMBER)]
    higher, lower = sum(n > w for w, n in numbers), sum(n < w for w, n in numbers)
    directions = [
        f"{word} in {'all' if number == len(edited) else f'{number:,}'}"
        for word, number in (("higher", higher), ("lower", lower))
        if number
    ]
    return f" ({', '.join(directions)})" if directions else ""
