"""Remarks: changes that are counted, not listed (bookkeeping, coverage, descriptors, form)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from msgspec.structs import replace

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import Kind
from interopwatch.compare.key_spellings import has_reformatted_key, reformatted_keys
from interopwatch.package.labels import counted, joined
from interopwatch.report.coverage import tallied, unlisted_parts
from interopwatch.report.narrate import (
    Narrator,
    describe_file_change,
    describe_ignored,
    describe_keys,
    describe_reformatted_keys,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified, SchemaChange
    from interopwatch.report.coverage import ReportedChanges
    from interopwatch.report.partition import Partition

_MOST_SENTENCES: Final = 3
"""The maximum number of bookkeeping changes with a line each; more are counted."""
_MOST_PLACES: Final = 6
"""The maximum number of changed package properties to name; few readers need them."""
_BOOKKEEPING: Final = ("example", "homepage", "image", "keywords", "pattern", "sources")
"""Properties of packages and fields for finding and checking a package."""
_MOST_TABLES: Final = 3
"""The maximum number of tables or columns named in a remark that they share; more are counted."""


def remarks(found: Partition, reported: ReportedChanges) -> Iterator[str]:
    """Yield remarks on the rows that are only counted."""
    old, new = reported.old, reported.new
    sentences = _bookkeeping(found.bookkeeping, reported)
    # Sentences that name no row are the same for many rows, and are given once.
    yield from dict.fromkeys(sentences.values())
    changed = [item for item in found.uncovered if item.change.kind == "changed"]
    if changed:
        yield (
            "Only one of the two editions covers their source, so it is unknown when they "
            f"changed: {tallied(changed, old, new)}."
        )
    if parts := unlisted_parts(reported):
        yield f"Not listed one by one: {tallied(parts, old, new)}."
    if found.undatable:
        both = not (old.is_observed or new.is_observed)
        which = "Both editions are" if both else "One of the two editions is"
        yield (
            f"{which} reconstructed, and the sources do not say since when these are true: "
            f"{tallied(found.undatable, old, new)}."
        )
    if found.clerical:
        yield f"Reworded without a change of substance: {tallied(found.clerical, old, new)}."
    counts = []
    for kind in get_args(Kind):
        matching = [
            item
            for item in (*found.reference, *found.bookkeeping)
            if item.change.kind == kind and id(item.change) not in sentences
        ]
        if matching:
            verb = "" if kind == "changed" else "was " if len(matching) == 1 else "were "
            counts.append(f"{tallied(matching, old, new)} {verb}{kind}")
    if counts:
        yield f"{'; '.join(counts)}."


def unread_remarks(reported: ReportedChanges) -> Iterator[str]:
    """Yield a remark on resources that were not compared, except those with file changes."""
    files = {change.resource for change in reported.changes.files}
    names = [name for name in reported.unread if name not in files]
    if names:
        pronoun = "it" if len(names) == 1 else "they"
        yield f"Not compared, as {pronoun} could not be read: {joined(names, _MOST_PLACES)}."


def _bookkeeping(items: Sequence[Classified], reported: ReportedChanges) -> dict[int, str]:
    """Describe bookkeeping changes in the package's words, by change; empty if too many."""
    narrator = Narrator(reported.old, reported.new)
    sentences = {
        id(item.change): f"{narrator.narrate(item).sentence}."
        for item in items
        if item.change.kind == "changed" and not narrator.differences(item)
    }
    return sentences if len(set(sentences.values())) <= _MOST_SENTENCES else {}


def form_remarks(changes: ChangeSet, *, with_files: bool = True) -> Iterator[str]:
    """Yield remarks on other files, the descriptors, and the form of the data."""
    for file in changes.files if with_files else ():
        yield f"{file.resource}: {describe_file_change(file)}."
    touched = {change.resource for change in (*changes.rows, *changes.reformatted)}
    keys = {name: key for name, key in changes.keys.items() if name in touched}
    if matched := list(describe_keys(replace(changes, keys=keys), _MOST_TABLES)):
        yield f"Matched without a declared key: {'; '.join(matched)}."
    places = [word.place for word in words_of(changes) if not _is_bookkeeping(word.place)]
    bound = [change for change in changes.schema if _has_other_bounds(change)]
    places += [f"{change.resource}.{change.field}: constraints" for change in bound]
    if places:
        names = {c.resource for c in changes.descriptor} | {c.resource for c in bound}
        where = _described(places, names)
        yield f"Changed in the descriptor: {where}; `interopwatch diff` shows how."
    for each in reformatted_keys((*changes.rows, *changes.reformatted)):
        yield f"Keys reformatted: {describe_reformatted_keys(each)}."
    keys_only = sum(map(has_reformatted_key, changes.reformatted))
    if len(changes.reformatted) > keys_only:
        rows = counted(len(changes.reformatted) - keys_only, ("row", "rows"))
        yield f"Spelled differently, same values: {rows}."
    for ignored in changes.ignored:
        yield f"Ignored: {describe_ignored(ignored)}."
    if changes.form:
        yield f"Form only (order, quoting, line ends): {joined(changes.form)}."


def _has_other_bounds(change: SchemaChange) -> bool:
    """Return whether the format or constraints of an existing column changed."""
    if change.kind != "changed" or not change.field:
        return False
    return _bounds(change.before or {}) != _bounds(change.after or {})


def _bounds(field: Mapping[str, Any]) -> tuple[object, Mapping[str, Any]]:
    """Return the format and constraints of a column, without bookkeeping."""
    constraints = field.get("constraints") or {}
    bounds = {name: each for name, each in constraints.items() if name not in _BOOKKEEPING}
    return field.get("format"), bounds


def _is_bookkeeping(place: str) -> bool:
    """Return whether a place in a descriptor is of no interest to readers of the data.

    Settings of this tool, where a package comes from and is published, what its cells look like:
    whoever changed these knows, and `diff` shows them.
    """
    # A place has the form `TABLE.COLUMN: PROPERTY STEP…` (`sites.x: constraints pattern`).
    step, _, _ = place.partition(": ")[2].partition(" ")
    return "interopwatch" in place or step in _BOOKKEEPING


def _described(places: Sequence[str], names: Collection[str]) -> str:
    """Return which properties of the package, tables and columns have changed metadata.

    >>> places = ["package: licenses 0 id", "package: title", "sites: title", "sites.x: title"]
    >>> _described(places, {"sites"})
    'the package (licenses and title), table sites and column x of sites'
    """
    properties: dict[str, None] = {}
    tables: dict[str, None] = {}
    columns: dict[str, None] = {}
    for place in places:
        where, _, name = place.partition(": ")
        # Both table and column names may contain dots.
        table = max((n for n in names if f"{where}.".startswith(f"{n}.")), key=len, default=where)
        column = where[len(table) + 1 :]
        if where == "package":
            properties[name.partition(" ")[0]] = None
        elif column:
            columns[f"{column} of {table}"] = None
        else:
            tables[where] = None
    texts = []
    if properties:
        texts.append(f"the package ({joined(list(properties), _MOST_PLACES)})")
    for noun, found in ((("table", "tables"), tables), (("column", "columns"), columns)):
        if len(found) > _MOST_TABLES:
            texts.append(counted(len(found), noun))
        elif found:
            texts.append(f"{noun[len(found) > 1]} {joined(list(found))}")
    return joined(texts)
