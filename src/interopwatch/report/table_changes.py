"""What changed in the rows of one table, in lines: like changes as one, the others row by row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.compare.key_spellings import has_reformatted_key
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, column, counted
from interopwatch.report.cells import LONG_CELL, SHORT_CELL, change_of_cell, quoted, stated_cells
from interopwatch.report.model import Line
from interopwatch.report.row_names import RowNames, how_often
from interopwatch.text import distinguished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified, RowChange
    from interopwatch.package.package import Package

    _Edited = tuple[RowChange, tuple["Edit", ...]]

_MOST_ROWS: Final = 5
"""So many added or removed rows get a line each; more are named side by side."""
_MOST_NAMES: Final = 12
"""So many names stand side by side: some three lines of a terminal."""
_MOST_COUNTED: Final = 1000
"""Of so many rows it is seen whether any stand twice; of more, only the first are named. A name
takes 2 to 4 µs, so that a million of them would be seconds for a line that shows twelve."""
_MOST_EXAMPLES: Final = 5
"""So many rows show what a change that many share was made to."""
_MOST_CHANGED: Final = 10
"""So many changed rows get a line each; of more, a line says what happened in each column."""
_MOST_CELLS: Final = 8
"""So many cells of a row are told one by one: some four lines of a terminal."""
_ALIKE: Final = 3
"""The same change in so many rows is one line: of two, two lines are as short."""
_SHARE: Final = 20
"""One change in so many of a column is worth a sentence: in measures that were all computed anew,
a few rows are alike by chance, and told first they hid what happened to the column."""
_ROWS: Final = ("row", "rows")


class Edit(Struct, frozen=True):
    """One cell of a row that changed."""

    field: str
    was: str
    now: str


class TableChanges(Struct, frozen=True):
    """The changes of one table."""

    name: str
    title: str
    names: Mapping[str, RowNames]
    added: tuple[RowChange, ...]
    removed: tuple[RowChange, ...]
    changed: tuple[tuple[RowChange, tuple[Edit, ...]], ...]
    titles: Mapping[str, str]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many rows were added, removed and changed, as far as any were."""
        numbers = len(self.added), len(self.removed), len(self.changed)
        named = zip(("added", "removed", "changed"), numbers, strict=True)
        return tuple(pair for pair in named if pair[1])


def table_changes(
    changes: ChangeSet, listed: Sequence[Classified], old: Package, new: Package
) -> tuple[TableChanges, ...]:
    """What happened to the rows of each table that is there on both sides."""
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
    for name, mine in grouped.items():
        resource = (new if name in new.descriptor.by_name else old).resource(name)
        edits = ((c, _edits(c, columns, cells)) for c in mine if c.kind == "changed")
        found.append(
            TableChanges(
                name,
                resource.title or name,
                names,
                tuple(c for c in mine if c.kind == "added"),
                tuple(c for c in mine if c.kind == "removed"),
                tuple((change, made) for change, made in edits if made),
                {field.name: field.title or column(field.name) for field in resource.fields},
            )
        )
    return tuple(found)


def _edits(
    change: RowChange, columns: set[tuple[str, str]], labels: tuple[RowLabels, RowLabels]
) -> tuple[Edit, ...]:
    """The cells of a row that changed, but for columns that came or went as a whole."""
    key = set(change.key) if has_reformatted_key(change) else set()
    found = []
    for field in change.fields:
        if (change.resource, field) in columns or field in key:
            continue
        found.append(Edit(field, *stated_cells(change, field, labels)))
    return tuple(found)


def added_lines(table: TableChanges) -> Iterator[Line]:
    """The rows that were added."""
    yield from _listed(table.added, table.names["added"])


def removed_lines(table: TableChanges) -> Iterator[Line]:
    """The rows that were removed."""
    yield from _listed(table.removed, table.names["removed"])


def _listed(changes: Sequence[RowChange], names: RowNames) -> Iterator[Line]:
    some = changes if len(changes) <= _MOST_COUNTED else changes[:_MOST_NAMES]
    texts = [names.short(change) for change in some]
    if len(changes) <= _MOST_ROWS or len(set(texts)) < len(some):
        texts = [names.full(change) for change in some]
    alike: dict[str, list[RowChange]] = {}  # several rows may be called the same
    named = zip(texts, some, strict=True)
    for text, change in sorted(named, key=lambda pair: names.order(pair[1], pair[0])):
        alike.setdefault(text, []).append(change)
    told = {
        f"{name}{how_often([change.row for change in mine])}": mine for name, mine in alike.items()
    }
    if len(changes) <= _MOST_ROWS:
        for text, mine in told.items():
            yield Line(text, changes=tuple(mine))
    elif days := sorted(filter(None, map(names.day, changes))):
        first, last = in_words(days[0]), in_words(days[-1])
        yield Line(f"{counted(len(changes), _ROWS)} from {first} to {last}", changes=tuple(changes))
    else:
        shown = list(told)[:_MOST_NAMES]
        # What is left out is counted in rows, as the headline counts.
        left = len(changes) - sum(len(told[text]) for text in shown)
        yield Line(_and_more(shown, len(shown) + left), changes=tuple(changes))


def _and_more(texts: Sequence[str], number: int) -> str:
    """Some of so many things, side by side."""
    mark = "; " if any(", " in text for text in texts) else ", "
    if number <= len(texts):
        return mark.join(texts)
    return f"{mark.join(texts)} … and {number - len(texts):,} more"


def changed_lines(table: TableChanges) -> Iterator[Line]:
    """What changed: the same in many rows, then in one column of many rows, then row by row."""
    alike: dict[Edit, list[RowChange]] = {}
    for change, edits in table.changed:
        for edit in edits:
            alike.setdefault(edit, []).append(change)
    # What many rows share comes first: it says most, and leaves few rows to go through.
    total = Counter(edit.field for _, edits in table.changed for edit in edits)
    folded = {
        edit
        for edit, changes in alike.items()
        if len(changes) >= max(_ALIKE, total[edit.field] // _SHARE)
    }
    for edit in sorted(folded, key=lambda each: -len(alike[each])):
        told = _one_change(table, edit, alike[edit])
        yield Line(told, changes=tuple(alike[edit]), fields=(edit.field,))
    left = [(c, tuple(e for e in edits if e not in folded)) for c, edits in table.changed]
    columns, rows = _parted([(change, edits) for change, edits in left if edits])
    for field, mine in sorted(columns.items(), key=lambda pair: -len(pair[1])):
        rows_of = tuple(change for change, _ in mine)
        yield Line(_one_column(table, field, mine), changes=rows_of, fields=(field,))
    lines = []
    for change, edits in rows:
        texts = [
            f"{table.titles.get(e.field, e.field)} {change_of_cell(e.was, e.now, LONG_CELL)}"
            for e in edits[:_MOST_CELLS]
        ]
        if more := len(edits) - len(texts):
            texts.append(f"and {more:,} more {'column' if more == 1 else 'columns'}")
        name = table.names["changed"].short(change, [edit.field for edit in edits])
        order = table.names["changed"].order(change, name)
        lines.append((order, Line(f"{name}: {'; '.join(texts)}", changes=(change,))))
    yield from (line for _, line in sorted(lines, key=lambda pair: pair[0]))


def _parted(
    changed: Sequence[_Edited],
) -> tuple[dict[str, list[tuple[RowChange, Edit]]], list[_Edited]]:
    """What is told column by column, and what row by row.

    In a column of which few rows changed, the rows say more than the column does.
    """
    single = Counter(edits[0].field for _, edits in changed if len(edits) == 1)
    total = Counter(edit.field for _, edits in changed for edit in edits)
    is_long = len(changed) > _MOST_CHANGED
    columns: dict[str, list[tuple[RowChange, Edit]]] = {}
    rows = []
    for change, edits in changed:
        by_column = is_long or (len(edits) == 1 and single[edits[0].field] >= _ALIKE)
        mine = [edit for edit in edits if by_column and total[edit.field] >= _ALIKE]
        for edit in mine:
            columns.setdefault(edit.field, []).append((change, edit))
        if rest := tuple(edit for edit in edits if edit not in mine):
            rows.append((change, rest))
    return columns, rows


def _one_change(table: TableChanges, edit: Edit, changes: Sequence[RowChange]) -> str:
    """The same change in many rows."""
    title, rows = table.titles.get(edit.field, edit.field), counted(len(changes), _ROWS)
    was, now = (quoted(cell, LONG_CELL) for cell in distinguished(edit.was, edit.now))
    naming = table.names["changed"].short
    some = changes if len(changes) <= _MOST_COUNTED else changes[:_MOST_EXAMPLES]
    named = [(change, naming(change, (edit.field,))) for change in some]
    names = [name for _, name in sorted(named, key=lambda p: table.names["changed"].order(*p))]
    if not edit.was:
        what = f"{title} was filled with {now} in {rows}"
    elif not edit.now:
        what = f"{title} was emptied in {rows} (it was {was})"
    else:
        what = f"{title} changed from {was} to {now} in {rows}"
    return f"{what}: {_and_more(names[:_MOST_EXAMPLES], len(changes))}"


def _one_column(table: TableChanges, field: str, mine: Sequence[tuple[RowChange, Edit]]) -> str:
    """Different changes of one column in many rows."""
    short = table.names["changed"].short
    texts = [
        f"{short(change, (field,))} {change_of_cell(edit.was, edit.now, SHORT_CELL)}"
        for change, edit in mine[:_MOST_EXAMPLES]
    ]
    title = table.titles.get(field, field)
    return f"{title} changed in {counted(len(mine), _ROWS)}: {_and_more(texts, len(mine))}"
