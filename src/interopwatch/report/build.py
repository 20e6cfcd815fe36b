"""Build a report from a comparison: choose what to say, in which order, and what only to count."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.changeset.model import NEWS, Classified, Sense
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.compare.plain_files import as_file, tables_as_compared, without_files
from interopwatch.package.labels import counted, joined
from interopwatch.package.words import worded
from interopwatch.report.coverage import ReportedChanges
from interopwatch.report.folds import LineMaker
from interopwatch.report.headline import headline, unchanged, unchanged_rows
from interopwatch.report.model import Comparison, Group, Section
from interopwatch.report.narrate import in_keys_of
from interopwatch.report.partition import Partition, partition
from interopwatch.report.plain import build_plain, has_vocabulary, moved_tables, plain_headline
from interopwatch.report.remarks import form_remarks, remarks, unread_remarks
from interopwatch.report.report import Report
from interopwatch.timeline.classify import classify, is_before

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance

_BACKWARDS = "The newer edition was given first; the report goes from the older to the newer one."
_SECTIONS: tuple[tuple[str, str, Callable[[Classified], bool]], ...] = (
    ("News", "News", lambda item: item.sense in NEWS),
    (
        "Newly listed",
        "Added",
        lambda item: item.sense is Sense.UNDATED and item.change.kind == "added",
    ),
    ("No longer listed", "Removed", lambda item: item.sense is Sense.RETRACTED),
    ("Corrected", "Corrected", lambda item: item.sense is Sense.CORRECTED),
    ("Updated", "Changed", lambda item: item.sense in (Sense.UPDATED, Sense.UNDATED)),
    (
        "Already true before, recorded now",
        "Added",
        lambda item: item.sense is Sense.BACKFILLED,
    ),
)
"""The title of each section, its title if no resource has dates, and which changes belong there."""


def build(
    old: Package,
    new: Package,
    tolerances: Mapping[str, Tolerance] = MappingProxyType({}),
    options: DiffOptions | None = None,
) -> Report:
    """Build the report of what changed between two packages, always in chronological order.

    Args:
        old: The package before.
        new: The package after.
        tolerances: By resource, the fields to ignore, or to compare within a tolerance; see
            :func:`interopwatch.diff`.
        options: How to compare.

    Raises:
        InteropwatchError: The packages cannot be compared; see :func:`interopwatch.diff`.
    """
    backwards = is_before(new, old)
    if backwards:
        old, new = new, old  # reports run forwards in time, whichever package came first
    options, unread = _collecting_unread(options or DiffOptions())
    changes = diff(old, new, tolerances=tolerances, options=options)
    compared = _compared(changes, old, new, options)
    found = partition(compared.items, compared.old, compared.new)
    reported = replace(_reported(compared, found), unread=without_files(old, new, unread))
    if _is_plain(compared):
        return _plain(compared, found, reported, backwards=backwards)
    return Report(
        old=changes.old,
        new=changes.new,
        headline=headline(reported),
        sections=_sections(found.listed, reported),
        remarks=(
            *((_BACKWARDS,) if backwards else ()),
            *remarks(found, reported),
            *unread_remarks(reported),
            *form_remarks(changes),
        ),
        unchanged=unchanged(changes, reported.new),
        subject=reported.new.descriptor.subject or reported.new.descriptor.title,
        comparison=compared,
    )


def _collecting_unread(options: DiffOptions) -> tuple[DiffOptions, Collection[str]]:
    """Return options that also collect the tables that could not be read, and that collection."""
    found: dict[str, None] = {}
    inform = options.unread
    if inform is None:
        return options, found

    def unread(name: str, reason: str) -> None:
        found[name] = None
        inform(name, reason)

    return replace(options, unread=unread), found


def summary(
    changes: ChangeSet, old: Package, new: Package, options: DiffOptions | None = None
) -> tuple[str, ...]:
    """Return only the headline of a change set, for lists of many; empty if nothing differs.

    Args:
        changes: What differs.
        old: The package before.
        new: The package after.
        options: How they were compared.
    """
    if not changes:
        return ()
    if is_before(new, old):
        old, new, changes = new, old, ~changes
    compared = _compared(changes, old, new, options or DiffOptions())
    found = partition(compared.items, compared.old, compared.new)
    reported = _reported(compared, found)
    if _is_plain(compared):
        # If no row is worth mentioning, what the schema, other files or the form say.
        return (
            plain_headline(changes, found.listed, reported.old, reported.new)
            or _reworded(found, new)
            or headline(replace(reported, listed=()))
        )
    return headline(reported)


def _compared(changes: ChangeSet, old: Package, new: Package, options: DiffOptions) -> Comparison:
    """Return a report's data: classified rows, and the packages in the newest vocabulary."""
    old, new = tables_as_compared(old, new, None, options)
    # Some resources turn out late not to be tables. A resource that only one side declares as a
    # file may be a table on the other, whose rows are compared.
    files = {*old.descriptor.files_by_name, *new.descriptor.files_by_name}
    late = () if new.descriptor.has_meanings else changes.files
    for name in dict.fromkeys(change.resource for change in late if change.resource not in files):
        old, new = as_file(old, name), as_file(new, name)
    old, new = in_keys_of(changes, old, new)
    items = classify(changes, old, new)
    return Comparison(changes, items, worded(old), worded(new))


def _reported(compared: Comparison, found: Partition) -> ReportedChanges:
    changes, old, new = compared.changes, compared.old, compared.new
    return ReportedChanges(changes, found.listed, found.parts, found.uncovered, old, new)


def _is_plain(compared: Comparison) -> bool:
    return not (has_vocabulary(compared.old) or has_vocabulary(compared.new))


def _plain(
    compared: Comparison, found: Partition, reported: ReportedChanges, *, backwards: bool
) -> Report:
    """Return the report on packages without vocabulary."""
    changes, old, new = compared.changes, compared.old, compared.new
    plain = build_plain(changes, found.listed, old, new)
    sentences = [_BACKWARDS] if backwards else []
    if plain.left_out:
        lines = counted(plain.left_out, ("line is", "lines are"))
        sentences.append(f"{lines} left out above; `interopwatch diff` lists all.")
    moved = moved_tables(changes)
    if moved and (changes.rows or changes.files or any(c.kind != "moved" for c in changes.schema)):
        sentences.append(f"Columns in another order: {joined(moved)}.")
    reworded = () if plain.headline else _reworded(found, new)
    sentences += remarks(dataclasses.replace(found, clerical=()) if reworded else found, reported)
    sentences += unread_remarks(reported)
    sentences += form_remarks(changes, with_files=False)  # plain files are in the headline already
    return Report(
        old=changes.old,
        new=changes.new,
        headline=plain.headline or reworded or headline(replace(reported, listed=())),
        sections=plain.sections,
        remarks=tuple(sentences),
        unchanged=unchanged_rows(changes, new),
        subject=new.descriptor.subject or new.descriptor.title,
        comparison=compared,
    )


def _reworded(found: Partition, new: Package) -> tuple[str, ...]:
    """Return the headline if the only differences in texts are clerical."""
    number = len(found.clerical)
    if not number or any(new.clerical_fields(r) for r in new.descriptor.resources):
        return ()
    rows = counted(number, ("row differs", "rows differ"))
    return (f"No change of substance: {rows} only in white space or punctuation.",)


def _sections(listed: Sequence[Classified], reported: ReportedChanges) -> tuple[Section, ...]:
    # Added and removed columns are reported by the schema, not again in each row.
    columns = {(c.resource, c.field) for c in reported.changes.schema if c.kind != "changed"}
    lines = LineMaker(reported.old, reported.new, columns)
    resources = reported.new.descriptor.resources
    is_dated = any(resource.meaning.lifecycle for resource in resources)
    sections = []
    rest = list(listed)  # a change is listed in the first section that it belongs to
    for title, undated, belongs in _SECTIONS:
        matching = [item for item in rest if belongs(item)]
        rest = [item for item in rest if not belongs(item)]
        groups = _groups(matching, lines, reported)
        if groups:
            sections.append(Section(title if is_dated else undated, groups))
    return tuple(sections)


def _groups(
    items: Sequence[Classified], lines: LineMaker, reported: ReportedChanges
) -> tuple[Group, ...]:
    """Return lines by topic; topics by weight, then in the order of the resources."""
    grouped: dict[str, list[Classified]] = {}
    weights: dict[str, int] = {}
    for item in items:
        resource = reported.resource(item)
        words = resource.meaning.words_for(item.change.row)
        topic = words.topic or resource.title or resource.name
        grouped.setdefault(topic, []).append(item)
        weights[topic] = max(words.weight, weights.get(topic, words.weight))
    topics = sorted(grouped, key=lambda topic: -weights[topic])
    made = ((topic, lines.of(grouped[topic])) for topic in topics)
    return tuple(Group(topic, listed) for topic, listed in made if listed)
