"""Builds a report from a diff: what to say, in which order, and what to only count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, get_args

from msgspec.structs import replace

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import NEWS, Classified, Kind, Sense
from interopwatch.compare.key_spellings import has_reformatted_key, reformatted_keys
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.compare.plain_files import as_file, tables_as_compared
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, counted, joined
from interopwatch.report.headline import headline, tallied
from interopwatch.report.model import Comparison, Group, Line, Report, Section
from interopwatch.report.narrate import (
    Narrator,
    describe_file_change,
    describe_ignored,
    describe_keys,
    describe_reformatted_keys,
    describe_schema_change,
    in_keys_of,
)
from interopwatch.report.plain import build_plain, has_vocabulary
from interopwatch.timeline.classify import classify, is_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Narrated, RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance

_BACKWARDS = "The newer of the two was given first; the report is in order of time all the same."
_MOST_PLACES: Final = 6
"""So many places of the descriptors are named: they are bookkeeping, and few look there."""
_SECTIONS: tuple[tuple[str, Callable[[Classified], bool]], ...] = (
    ("News", lambda item: item.sense in NEWS),
    (
        "Newly listed, without a date",
        lambda item: item.sense is Sense.UNDATED and item.change.kind == "added",
    ),
    ("No longer listed", lambda item: item.sense is Sense.RETRACTED),
    ("Corrected", lambda item: item.sense is Sense.CORRECTED),
    ("Updated", lambda item: item.sense in (Sense.UPDATED, Sense.UNDATED)),
    ("Recorded for the first time, but older", lambda item: item.sense is Sense.BACKFILLED),
)


def build(
    old: Package,
    new: Package,
    tolerances: Mapping[str, Tolerance] = MappingProxyType({}),
    options: DiffOptions | None = None,
) -> Report:
    """The report of what changed between two packages, always in order of time.

    Args:
        old: The package before.
        new: The package after.
        tolerances: By resource, the fields to ignore, or to compare within a tolerance; see
            :func:`interopwatch.diff`.
        options: How to go about the comparison.

    Raises:
        InteropwatchError: The packages cannot be compared; see :func:`interopwatch.diff`.
    """
    backwards = is_before(new, old)
    if backwards:
        old, new = new, old  # people read forwards in time, whichever they named first
    options = options or DiffOptions()
    changes = diff(old, new, tolerances=tolerances, options=options)
    old, new = tables_as_compared(old, new, None, options)
    late = () if new.descriptor.has_meanings else changes.files
    for name in dict.fromkeys(change.resource for change in late):
        old, new = as_file(old, name), as_file(new, name)  # some show late that they are no tables
    old, new = in_keys_of(changes, old, new)
    compared = Comparison(changes, classify(changes, old, new), old, new)
    found = _partition(compared.items, old, new)
    if not (has_vocabulary(old) or has_vocabulary(new)):
        return _plain(compared, found, backwards=backwards)
    return Report(
        old=changes.old,
        new=changes.new,
        headline=headline(changes, found.listed, found.uncovered, old, new),
        sections=_sections(found.listed, old, new),
        remarks=(*((_BACKWARDS,) if backwards else ()), *_remarks(changes, found, old, new)),
        unchanged=_unchanged(changes, new),
        comparison=compared,
    )


def _plain(compared: Comparison, found: _Partition, *, backwards: bool) -> Report:
    """The report on packages that have no words of their own."""
    changes, old, new = compared.changes, compared.old, compared.new
    plain = build_plain(changes, found.listed, old, new)
    remarks = [_BACKWARDS] if backwards else []
    if plain.left_out:
        lines = counted(plain.left_out, ("line", "lines"))
        remarks.append(f"… and {lines} more; `interopwatch diff` lists all.")
    moved = list(dict.fromkeys(c.resource for c in changes.schema if c.kind == "moved"))
    if moved:
        remarks.append(f"Columns in another order: {joined(moved)}.")
    remarks += _remarks(replace(changes, schema=(), files=()), found, old, new)
    return Report(
        old=changes.old,
        new=changes.new,
        headline=plain.headline or headline(changes, (), (), old, new),
        sections=plain.sections,
        remarks=tuple(remarks),
        unchanged=_unchanged(changes, new),
        subject=new.descriptor.title,
        comparison=compared,
    )


@dataclass(frozen=True, slots=True)
class _Partition:
    """The changes that get a line each, and those that are only counted."""

    listed: tuple[Classified, ...]
    parts: tuple[Classified, ...]
    reference: tuple[Classified, ...]
    uncovered: tuple[Classified, ...]
    untellable: tuple[Classified, ...]
    clerical: tuple[Classified, ...]


def _partition(items: Sequence[Classified], old: Package, new: Package) -> _Partition:
    whole: dict[tuple[str, str, tuple[str, ...]], Sense] = {
        (item.change.resource, item.change.kind, tuple(item.change.key.values())): item.sense
        for item in items
    }
    parts: dict[str, list[Classified]] = {name: [] for name in _Partition.__slots__}
    reconstructed = not (old.is_observed and new.is_observed)
    for item in items:  # each goes to the first part that it fits
        resource = _resource(item.change, old, new)
        if item.clerical:
            part = "clerical"
        elif resource.meaning.reference and item.sense not in NEWS:
            part = "reference"
        elif _is_part(item, resource, whole):
            part = "parts"
        elif item.sense is Sense.UNCOVERED:
            part = "uncovered"
        elif item.sense is Sense.UNDATED and reconstructed:
            part = "untellable"
        else:
            part = "listed"
        parts[part].append(item)
    return _Partition(**{name: tuple(items) for name, items in parts.items()})


def _is_part(
    item: Classified, resource: Resource, whole: Mapping[tuple[str, str, tuple[str, ...]], Sense]
) -> bool:
    """Whether a row is only counted, with the row it belongs to, which came or went with it.

    News of an older row is news all the same.
    """
    change, field = item.change, resource.meaning.belongs_to
    reference = resource.references.get(field)
    if reference is None or change.kind == "changed":
        return False
    sense = whole.get((reference.resource, change.kind, (change.row[field],)))
    return sense is not None and (item.sense not in NEWS or sense in NEWS)


def _sections(listed: Sequence[Classified], old: Package, new: Package) -> tuple[Section, ...]:
    sections = []
    rest = list(listed)  # what an earlier section has, a later one leaves out
    for title, belongs in _SECTIONS:
        mine = [item for item in rest if belongs(item)]
        rest = [item for item in rest if not belongs(item)]
        if mine:
            sections.append(Section(title, _groups(mine, old, new)))
    return tuple(sections)


def _groups(items: Sequence[Classified], old: Package, new: Package) -> tuple[Group, ...]:
    """Lines by topic; topics in the order of the resources, lines by what they are about."""
    narrator = Narrator(old, new)
    grouped: dict[str, list[tuple[str, Line]]] = {}
    for item in items:
        package = old if item.change.after is None else new
        resource, row = package.resource(item.change.resource), item.change.row
        topic = resource.meaning.words_for(row).topic or resource.title or resource.name
        label = RowLabels(package).label(resource, row)
        grouped.setdefault(topic, []).append((label, _line(narrator.narrate(item), package)))
    return tuple(
        Group(topic, tuple(line for _, line in sorted(lines, key=lambda pair: pair[0])))
        for topic, lines in grouped.items()
    )


def _line(item: Narrated, package: Package) -> Line:
    provenance = package.descriptor.provenance
    edition = package.editions.get(item.source)
    title = item.source
    if provenance is not None and edition is not None:
        published = in_words(edition.get(provenance.published, ""))
        title = edition.get(provenance.title, "") or item.source
        title += f", {published}" if published else ""
    return Line(item.sentence, title, item.locator, item.source, (item.change,))


def _remarks(changes: ChangeSet, found: _Partition, old: Package, new: Package) -> tuple[str, ...]:
    remarks = []
    if found.parts:
        remarks.append(f"Counted with the rows they belong to: {tallied(found.parts, old, new)}.")
    for kind, side in (("added", "newer"), ("removed", "older"), ("changed", "newer")):
        mine = [item for item in found.uncovered if item.change.kind == kind]
        if mine:
            remarks.append(
                f"Only the {side} snapshot covers their source, so nothing is said of when they "
                f"came or went: {tallied(mine, old, new)}."
            )
    if found.untellable:
        remarks.append(
            "One of the two snapshots is reconstructed, and the sources cannot tell since when "
            f"these hold: {tallied(found.untellable, old, new)}."
        )
    for kind in get_args(Kind):
        mine = [item for item in found.reference if item.change.kind == kind]
        if mine:
            remarks.append(f"Reference rows {kind}: {tallied(mine, old, new)}.")
    if found.clerical:
        remarks.append(f"Clerical changes only: {tallied(found.clerical, old, new)}.")
    return (*remarks, *_form(changes))


def _form(changes: ChangeSet) -> Iterator[str]:
    """What changed in the schema, other files, the descriptors, or the form of the data."""
    for file in changes.files:
        yield f"{file.resource}: {describe_file_change(file)}."
    touched = {change.resource for change in (*changes.rows, *changes.reformatted)}
    keys = {name: key for name, key in changes.keys.items() if name in touched}
    if matched := list(describe_keys(replace(changes, keys=keys))):
        yield f"Matched without a declared key: {'; '.join(matched)}."
    for change in changes.schema:
        yield f"Schema: {describe_schema_change(change)}."
    words = words_of(changes)
    if words:
        places = list(dict.fromkeys(word.place for word in words))
        listed = joined(places, _MOST_PLACES)
        yield f"Described otherwise: {listed}; `interopwatch diff` shows how."
    for each in reformatted_keys((*changes.rows, *changes.reformatted)):
        yield f"Keys spelled otherwise: {describe_reformatted_keys(each)}."
    apart = sum(map(has_reformatted_key, changes.reformatted))
    if len(changes.reformatted) > apart:
        rows = counted(len(changes.reformatted) - apart, ("row", "rows"))
        yield f"Spelled differently, same values: {rows}."
    for ignored in changes.ignored:
        yield f"Ignored: {describe_ignored(ignored)}."
    if changes.form:
        yield f"Form only (order, quoting, line ends): {joined(changes.form)}."


def _unchanged(changes: ChangeSet, new: Package) -> str:
    """How many rows stayed as they were, and in how many of several tables all of them."""
    touched = Counter(c.resource for c in changes.rows if c.kind != "removed")
    # Of a package that says what its rows mean, a table that cannot be read is an error.
    count = (lambda name: len(new.rows(name))) if new.descriptor.has_meanings else new.count_rows
    numbers = {r.name: count(r.name) for r in new.descriptor.resources}
    rows = sum(number - touched[name] for name, number in numbers.items() if number is not None)
    if not rows:
        return ""
    # Of a column that came or went no row may differ, and the table is another all the same.
    differ = {c.resource for c in changes.rows} | {c.resource for c in changes.schema}
    differ |= {name for name, number in numbers.items() if number is None}
    tables = new.descriptor.by_name.keys() - differ
    total = len(new.descriptor.by_name)
    if len(tables) == total:
        return f"Unchanged: all {counted(rows, ('row', 'rows'))}."
    if not tables:
        return f"Unchanged: {counted(rows, ('row', 'rows'))}."
    return (
        f"Unchanged: {counted(rows, ('row', 'rows'))}; "
        f"nothing changed in {len(tables)} of {total} tables."
    )


def _resource(change: RowChange, old: Package, new: Package) -> Resource:
    return (old if change.after is None else new).resource(change.resource)
