"""What changed in a package without vocabulary: schema first, then rows, like changes as one.

Such a package says nothing of when its rows are true, and has no words for them. What is said
of it names tables, columns and rows as the package writes them, and lists no more than helps.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.compare.key_spellings import has_reformatted_key
from interopwatch.package.descriptor import Words
from interopwatch.package.labels import RowLabels, counted, joined
from interopwatch.package.types import gaps_of
from interopwatch.report.model import Group, Line, Section
from interopwatch.report.row_names import RowNames, shortened
from interopwatch.text import distinguished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified, RowChange, SchemaChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

_MOST_LINES: Final = 50
"""Lines of a terminal in all sections: with title, headline and remarks it makes about sixty."""
_WIDTH: Final = 90
_MOST_ROWS: Final = 5
"""So many added or removed rows get a line each; more are named side by side."""
_MOST_NAMES: Final = 12
_MOST_COUNTED: Final = 1000
"""Of so many rows it is seen whether any stand twice; of more, only the first are named."""
_MOST_EXAMPLES: Final = 5
_MOST_CHANGED: Final = 10
"""So many changed rows get a line each; of more, it is told what happened in each column."""
_ALIKE: Final = 3
"""The same change in so many rows is told as one."""
_IN_HEADLINE: Final = 4
"""So many changes of the schema, and so many tables, stand in a headline one by one."""
_LONG_CELL: Final = 80
_SHORT_CELL: Final = 40
_ROWS: Final = ("row", "rows")


def has_vocabulary(package: Package) -> bool:
    """Whether a package says when its rows are true, what states them, or how to tell them."""
    if package.descriptor.provenance is not None:
        return True
    meanings = [resource.meaning for resource in package.descriptor.resources]
    return any(m.lifecycle or m.cases or m.words != Words() for m in meanings)


class PlainReport(Struct, frozen=True):
    """The parts of a report that are told plainly.

    Attributes:
        headline: Schema first, then rows by table.
        sections: What was added, removed and changed.
        left_out: How many lines the sections leave out.
    """

    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    left_out: int


def tell_plainly(
    changes: ChangeSet, listed: Sequence[Classified], old: Package, new: Package
) -> PlainReport:
    """Say what changed between two packages without vocabulary.

    Args:
        changes: All that differs.
        listed: The row changes to tell of.
        old: The package before, in the names of the one after.
        new: The package after.
    """
    tables = _tables(changes, listed, old, new)
    schema = tuple(_schema(changes, old, new))
    headline = _schema_headline(schema, changes)
    headline += _files_headline(changes)
    headline += _rows_headline(tables, len(new.descriptor.resources))
    sections = []
    if len(schema) > _IN_HEADLINE:
        lines = tuple(map(Line, schema))
        sections.append(Section("Tables and columns", (Group("Schema", lines),)))
    for title, lines_of in (("Added", _added), ("Removed", _removed), ("Changed", _changed)):
        groups = [
            Group(table.title, lines)
            for table in tables
            if (lines := tuple(map(Line, lines_of(table))))
        ]
        if groups:
            sections.append(Section(title, tuple(groups)))
    shown, left_out = _cut(sections)
    return PlainReport(headline, shown, left_out)


class _Edit(Struct, frozen=True):
    """One cell of a row that changed."""

    field: str
    was: str
    now: str


class _Table(Struct, frozen=True):
    """The changes of one table."""

    name: str
    title: str
    names: Mapping[str, RowNames]
    added: tuple[RowChange, ...]
    removed: tuple[RowChange, ...]
    changed: tuple[tuple[RowChange, tuple[_Edit, ...]], ...]
    titles: Mapping[str, str]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many rows were added, removed and changed, as far as any were."""
        numbers = len(self.added), len(self.removed), len(self.changed)
        named = zip(("added", "removed", "changed"), numbers, strict=True)
        return tuple(pair for pair in named if pair[1])


def _tables(
    changes: ChangeSet, listed: Sequence[Classified], old: Package, new: Package
) -> tuple[_Table, ...]:
    """What happened to the rows of each table that is there on both sides."""
    came_or_went = {c.resource for c in changes.schema if not c.field and _is_whole(c)}
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
            _Table(
                name,
                resource.title or name,
                names,
                tuple(c for c in mine if c.kind == "added"),
                tuple(c for c in mine if c.kind == "removed"),
                tuple((change, made) for change, made in edits if made),
                _titles(resource),
            )
        )
    return tuple(found)


def _titles(resource: Resource) -> dict[str, str]:
    return {field.name: field.title or field.name for field in resource.fields}


def _is_whole(change: SchemaChange) -> bool:
    return change.kind in ("added", "removed")


def _edits(
    change: RowChange, columns: set[tuple[str, str]], cells: tuple[RowLabels, RowLabels]
) -> tuple[_Edit, ...]:
    """The cells of a row that changed, but for columns that came or went as a whole."""
    before, after = change.before or {}, change.after or {}
    respelled = set(change.key) if has_reformatted_key(change) else set()
    found = []
    for field in change.fields:
        if (change.resource, field) in columns or field in respelled:
            continue
        was, now = (
            labels.stated(change.resource, row, field)
            for labels, row in zip(cells, (before, after), strict=True)
        )
        if was == now:  # two keys of one name, say: the labels do not show what changed
            was, now = before.get(field, ""), after.get(field, "")
        found.append(_Edit(field, was, now))
    return tuple(found)


# Headline


def _schema(changes: ChangeSet, old: Package, new: Package) -> Iterator[str]:
    """What tables, columns and types came or went, a sentence each; tables first."""
    by_weight = sorted(changes.schema, key=_weight)
    several = len(new.descriptor.resources) > 1
    for change in by_weight:
        yield from _schema_change(change, old, new, several=several)


def _weight(change: SchemaChange) -> int:
    """Tables come first, then columns that came or went, their types, and keys last."""
    if not change.field:
        return 3 if change.kind == "changed" else 0
    return 2 if change.kind == "changed" else 1


def _schema_change(
    change: SchemaChange, old: Package, new: Package, *, several: bool
) -> Iterator[str]:
    name, before, after = change.resource, change.before or {}, change.after or {}
    side = old if change.kind == "removed" else new
    if not change.field:
        if _is_whole(change):
            rows = counted(len(side.rows(name)), _ROWS)
            now = "is new, with" if change.kind == "added" else "is gone; it had"
            yield f"Table {name} {now} {rows}"
        elif change.kind == "renamed":
            yield f"Table {before.get('name')} is now called {name}"
        elif change.kind == "changed" and "primaryKey" in after:
            was, now = (joined(each.get("primaryKey", ())) for each in (before, after))
            if not now:
                yield f"Table {name} declares no key any more (it was {was})"
            else:
                before_that = f"it was {was}" if was else "it had none"
                yield f"The key of {name} is now {now} ({before_that})"
        return
    title = _titles(side.resource(name)).get(change.field, change.field)
    column = f"Column {title} of {name}" if several else f"Column {title}"
    if change.kind == "renamed":
        yield f"{column} is new in name: it was {before.get('name')}"
    elif change.kind == "added":
        yield f"{column} is new{_filled(side, name, change.field, ', ', ', and ')}"
    elif change.kind == "removed":
        yield f"{column} is gone{_filled(side, name, change.field, '; it was ', '; it was ')}"
    elif change.kind == "changed" and before.get("type") != after.get("type"):
        yield f"{column} is now of type {after.get('type')} (it was {before.get('type')})"


def _filled(package: Package, name: str, field: str, lead: str, lead_empty: str) -> str:
    """In how many rows a column says anything, and what, if it is always the same."""
    resource, rows = package.resource(name), package.rows(name)
    if not rows:
        return ""
    gaps = gaps_of(resource.by_name[field], resource.missing_values)
    filled = [row[field] for row in rows if row.get(field, "") not in gaps]
    if not filled:
        return f"{lead_empty}empty"
    always = f", always {_shown(filled[0], _SHORT_CELL)}" if len(set(filled)) == 1 else ""
    return f"{lead}filled in {len(filled):,} of {counted(len(rows), _ROWS)}{always}"


def _schema_headline(schema: Sequence[str], changes: ChangeSet) -> tuple[str, ...]:
    if len(schema) <= _IN_HEADLINE:
        return tuple(f"{sentence}." for sentence in schema)
    parts = []
    for noun, is_column in ((("table", "tables"), False), (("column", "columns"), True)):
        mine = [c for c in changes.schema if bool(c.field) is is_column]
        for kind, word in (("added", "new"), ("removed", "gone"), ("renamed", "renamed")):
            named = [c.field or c.resource for c in mine if c.kind == kind]
            if named:
                parts.append(f"{counted(len(named), noun)} {word} ({joined(named, 4)})")
    types = sum(sentence.count(" is now of type ") for sentence in schema)
    if types:
        parts.append(f"{counted(types, ('column', 'columns'))} of another type")
    return (f"{'; '.join(parts)}.",) if parts else ()


def _files_headline(changes: ChangeSet) -> tuple[str, ...]:
    """Files that are no tables, by what became of them."""
    grouped: dict[str, list[str]] = {}
    for change in changes.files:
        grouped.setdefault(change.kind, []).append(change.resource)
    verbs = {"added": ("is", "are", " new"), "removed": ("is", "are", " gone")}
    sentences = []
    for kind, names in grouped.items():
        one, several, rest = verbs.get(kind, ("changed", "changed", ""))
        named = list(dict.fromkeys(names))
        noun, verb = ("File", one) if len(named) == 1 else ("Files", several)
        sentences.append(f"{noun} {joined(named, 2 * _IN_HEADLINE)} {verb}{rest}.")
    return tuple(sentences)


def _rows_headline(tables: Sequence[_Table], number: int) -> tuple[str, ...]:
    parts = []
    touched = [table for table in tables if table.counts]
    for table in touched:
        (kind, first), *others = table.counts
        texts = [f"{counted(first, _ROWS)} {kind}", *(f"{n:,} {each}" for each, n in others)]
        parts.append(joined(texts) + (f" in {table.name}" if number > 1 else ""))
    shown = parts[: 2 * _IN_HEADLINE]
    if len(parts) > len(shown):
        shown.append(f"{len(parts) - len(shown)} more tables differ")
    return (f"{'; '.join(shown)}.",) if shown else ()


# Sections


def _added(table: _Table) -> Iterator[str]:
    yield from _listed(table.added, table.names["added"])


def _removed(table: _Table) -> Iterator[str]:
    yield from _listed(table.removed, table.names["removed"])


def _listed(changes: Sequence[RowChange], names: RowNames) -> Iterator[str]:
    some = changes if len(changes) <= _MOST_COUNTED else changes[:_MOST_NAMES]
    texts = [names.short(change) for change in some]
    if len(changes) <= _MOST_ROWS or len(set(texts)) < len(some):
        texts = [names.full(change) for change in some]
    times = Counter(texts)  # where no key tells rows apart, they may stand twice
    texts = [f"{name} ({n} times)" if n > 1 else name for name, n in times.items()]
    if len(changes) <= _MOST_ROWS:
        yield from texts
    else:
        yield _and_more(texts[:_MOST_NAMES], len(texts) + len(changes) - len(some))


def _and_more(texts: Sequence[str], number: int) -> str:
    """Some of so many things, side by side."""
    mark = "; " if any(", " in text for text in texts) else ", "
    if number <= len(texts):
        return mark.join(texts)
    return f"{mark.join(texts)} … and {number - len(texts):,} more"


def _changed(table: _Table) -> Iterator[str]:
    """What changed: the same in many rows, then in one column of many rows, then row by row."""
    alike: dict[_Edit, list[RowChange]] = {}
    for change, edits in table.changed:
        for edit in edits:
            alike.setdefault(edit, []).append(change)
    folded = {edit for edit, changes in alike.items() if len(changes) >= _ALIKE}
    for edit in sorted(folded, key=lambda each: -len(alike[each])):
        yield _one_change(table, edit, alike[edit])
    left = [(c, tuple(e for e in edits if e not in folded)) for c, edits in table.changed]
    left = [(change, edits) for change, edits in left if edits]
    single = Counter(edits[0].field for _, edits in left if len(edits) == 1)
    is_long = len(left) > _MOST_CHANGED
    columns: dict[str, list[tuple[RowChange, _Edit]]] = {}
    rows = []
    for change, edits in left:
        if is_long or (len(edits) == 1 and single[edits[0].field] >= _ALIKE):
            for edit in edits:
                columns.setdefault(edit.field, []).append((change, edit))
        else:
            rows.append((change, edits))
    for field, mine in sorted(columns.items(), key=lambda pair: -len(pair[1])):
        yield _one_column(table, field, mine)
    for change, edits in rows:
        texts = [f"{table.titles.get(e.field, e.field)} {_arrow(e, _LONG_CELL)}" for e in edits]
        name = table.names["changed"].short(change, [edit.field for edit in edits])
        yield f"{name}: {'; '.join(texts)}"


def _one_change(table: _Table, edit: _Edit, changes: Sequence[RowChange]) -> str:
    """The same change in many rows."""
    title, rows = table.titles.get(edit.field, edit.field), counted(len(changes), _ROWS)
    was, now = (_shown(cell, _LONG_CELL) for cell in distinguished(edit.was, edit.now))
    naming = table.names["changed"].short
    names = [naming(change, (edit.field,)) for change in changes[:_MOST_EXAMPLES]]
    if not edit.was:
        what = f"{title} was filled with {now} in {rows}"
    elif not edit.now:
        what = f"{title} was emptied in {rows} (it was {was})"
    else:
        what = f"{title} changed from {was} to {now} in {rows}"
    return f"{what}: {_and_more(names, len(changes))}"


def _one_column(table: _Table, field: str, mine: Sequence[tuple[RowChange, _Edit]]) -> str:
    """Different changes of one column in many rows."""
    texts = [
        f"{table.names['changed'].short(change, (field,))} {_arrow(edit, _SHORT_CELL)}"
        for change, edit in mine[:_MOST_EXAMPLES]
    ]
    title = table.titles.get(field, field)
    return f"{title} changed in {counted(len(mine), _ROWS)}: {_and_more(texts, len(mine))}"


def _arrow(edit: _Edit, longest: int) -> str:
    was, now = distinguished(edit.was, edit.now)
    return f"{_shown(was, longest)} → {_shown(now, longest)}"


def _shown(cell: str, longest: int) -> str:
    """A cell; numbers stand as they are, and texts between quotes."""
    if not cell:
        return "(empty)"
    is_number = cell.replace(".", "", 1).lstrip("+-").isdigit()
    return cell if is_number else f"“{shortened(cell, longest)}”"


def _cut(sections: Sequence[Section]) -> tuple[tuple[Section, ...], int]:
    """As much of the sections as is good to read, and how many lines are left out.

    Each section gets its share, so that many additions do not hide what changed.
    """
    total = sum(_height(line) for s in sections for g in s.groups for line in g.lines)
    total += sum(2 * len(section.groups) + 2 for section in sections)
    if total <= _MOST_LINES:
        return tuple(sections), 0
    shown, left_out, room = [], 0, _MOST_LINES
    for number, section in enumerate(sections):
        budget = room // (len(sections) - number)
        room -= 2
        budget -= 2
        groups: list[Group] = []
        for group in section.groups:
            lines: list[Line] = []
            for line in group.lines:
                cost = _height(line) + (0 if lines else 2)
                if budget < cost and (groups or lines):
                    left_out += 1
                    continue
                budget -= cost
                room -= cost
                lines.append(line)
            if lines:
                groups.append(Group(group.topic, tuple(lines)))
        shown.append(Section(section.title, tuple(groups)))
    return tuple(shown), left_out


def _height(line: Line) -> int:
    return 1 + len(line.sentence) // _WIDTH
