"""Sentences for tables, columns, types and other files that were added, removed or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.errors import FetchError, TableError
from interopwatch.package.labels import counted, joined
from interopwatch.package.types import missing_values_of
from interopwatch.report.cells import SHORT_CELL, called, quoted
from interopwatch.report.narrate import is_table
from interopwatch.text import distinguished

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import SchemaChange
    from interopwatch.package.package import Package

MOST_SENTENCES: Final = 4
"""The maximum number of schema changes with a sentence each in a headline, which is read at a
glance; more are counted there and get a section."""
_MOST_FILES: Final = 8
"""The maximum number of file names in a headline: they share a line, so twice as many fit."""
_ROWS: Final = ("row", "rows")


def schema_sentences(changes: ChangeSet, old: Package, new: Package) -> Iterator[str]:
    """Yield a sentence for each added, removed or changed table and column; tables first."""
    several = len(new.descriptor.resources) > 1
    for change in sorted(changes.schema, key=_weight):
        side = old if change.kind == "removed" else new
        if change.field:
            titled = not _share_title(change.resource, change.field, old, new)
            yield from _about_column(change, side, several=several, titled=titled)
        else:
            yield from _about_table(change, side)


def _share_title(name: str, field: str, old: Package, new: Package) -> bool:
    """Return whether another column, in either edition, has the title of this one."""
    fields = [
        each
        for side in (old, new)
        if name in side.descriptor.by_name or name in side.descriptor.files_by_name
        for each in side.resource(name).fields
    ]
    titles = {each.title for each in fields if each.name == field}
    return any(each.name != field and (each.title or each.name) in titles for each in fields)


def _weight(change: SchemaChange) -> int:
    """Sort tables first, then added and removed columns, then types, and keys last."""
    if not change.field:
        return 3 if change.kind == "changed" else 0
    return 2 if change.kind == "changed" else 1


def _about_table(change: SchemaChange, side: Package) -> Iterator[str]:
    name, before, after = change.resource, change.before or {}, change.after or {}
    table = called(side, name)
    if change.kind in ("added", "removed"):
        number = side.count_rows(name)
        is_new = change.kind == "added"
        if number is None:
            yield f"Table {table} is {'new' if is_new else 'gone'}; its rows could not be read"
        else:
            lead = "is new, with" if is_new else "is gone; it had"
            yield f"Table {table} {lead} {counted(number, _ROWS)}"
    elif change.kind == "renamed":
        yield f"Table {before.get('name')} was renamed {name}"
    elif change.kind == "changed" and "primaryKey" in after:
        old_key, new_key = (joined(each.get("primaryKey", ())) for each in (before, after))
        if new_key:
            former = f"it was {old_key}" if old_key else "it had none"
            yield f"The key of {table} is now {new_key} ({former})"
        else:
            yield f"Table {table} declares no key any more (it was {old_key})"


def _about_column(
    change: SchemaChange, side: Package, *, several: bool, titled: bool
) -> Iterator[str]:
    """Describe a change of a column, by its title or name; with its table if there are several."""
    name, before, after = change.resource, change.before or {}, change.after or {}
    if change.kind == "renamed":
        # By name, since the title may not have changed.
        place = f" in {called(side, name)}" if several else ""
        old_name, new_name = distinguished(str(before.get("name")), change.field)
        yield f"Column {old_name} was renamed {new_name}{place}"
        return
    field = side.resource(name).by_name.get(change.field)
    title = (field.title if field and titled else "") or change.field
    if title != title.strip():  # make white space visible if it may be the only difference
        title = f"“{title}”"
    column = f"Column {title} of {called(side, name)}" if several else f"Column {title}"
    if change.kind == "added":
        yield f"{column} is new{_filled(side, name, change.field, ', ', ', and ')}"
    elif change.kind == "removed":
        yield f"{column} is gone{_filled(side, name, change.field, '; it was ', '; it was ')}"
    elif _has_new_type(change):
        yield f"{column} is now of type {after.get('type')} (it was {before.get('type')})"


def _has_new_type(change: SchemaChange) -> bool:
    before, after = change.before or {}, change.after or {}
    is_column = bool(change.field) and change.kind == "changed"
    return is_column and before.get("type") != after.get("type")


def _filled(package: Package, name: str, field: str, lead: str, lead_empty: str) -> str:
    """Return in how many rows a column has values, and the value if it is always the same."""
    resource = package.resource(name)
    gaps = missing_values_of(resource.by_name[field], resource.missing_values)
    rows = filled = 0
    first: str | None = None
    is_same = True
    try:
        for row in package.each_row(name):
            rows += 1
            cell = row.get(field, "")
            if cell not in gaps:
                filled += 1
                first = cell if first is None else first
                is_same &= cell == first
    except (TableError, FetchError):
        return ""  # reported where the table is compared
    if not rows:
        return ""
    if first is None:
        return f"{lead_empty}empty"
    always = f", always {quoted(first, SHORT_CELL)}" if is_same else ""
    return f"{lead}filled in {filled:,} of {counted(rows, _ROWS)}{always}"


def schema_headline(schema: Sequence[str], changes: ChangeSet) -> tuple[str, ...]:
    """Return the sentences if they are few; otherwise the number of tables and columns."""
    if len(schema) <= MOST_SENTENCES:
        return tuple(f"{sentence}." for sentence in schema)
    parts = []
    for noun, is_column in ((("table", "tables"), False), (("column", "columns"), True)):
        matching = [c for c in changes.schema if bool(c.field) is is_column]
        for kind, word in (("added", "new"), ("removed", "gone"), ("renamed", "renamed")):
            named = [c.field or c.resource for c in matching if c.kind == kind]
            if named:
                parts.append(
                    f"{counted(len(named), noun)} {word} ({joined(named, MOST_SENTENCES)})"
                )
    types = sum(map(_has_new_type, changes.schema))
    if types:
        parts.append(f"{counted(types, ('column', 'columns'))} of another type")
    return (f"{'; '.join(parts)}.",) if parts else ()


def files_headline(changes: ChangeSet) -> tuple[str, ...]:
    """Return sentences on files that were compared by their bytes, unreadable tables last."""
    grouped: dict[tuple[bool, str], list[str]] = {}
    reported = {(c.resource, c.kind) for c in changes.schema if not c.field}
    for change in changes.files:
        if (change.resource, change.kind) not in reported:  # reported as an added or removed table
            grouped.setdefault((is_table(change), change.kind), []).append(change.resource)
    sentences = []
    for (is_broken, kind), each in sorted(grouped.items()):
        names = list(dict.fromkeys(each))
        one = len(names) == 1
        verb = "is" if one else "are"
        fate = {"added": f"{verb} new", "removed": f"{verb} gone"}.get(kind, "changed")
        if is_broken:
            subject = (
                f"Table {names[0]} was" if one else f"Tables {joined(names, _MOST_FILES)} were"
            )
            pronoun, possessive = ("it", "its file") if one else ("they", "their files")
            sentences.append(
                f"{subject} not compared, as {pronoun} could not be read; {possessive} {fate}."
            )
        else:
            sentences.append(f"{'File' if one else 'Files'} {joined(names, _MOST_FILES)} {fate}.")
    return tuple(sentences)
