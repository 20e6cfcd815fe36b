"""Builds a report from a diff: what to say, in which order, and what to only count."""

from __future__ import annotations

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
from interopwatch.package.labels import counted, joined
from interopwatch.package.wording import worded
from interopwatch.report.folds import Lines
from interopwatch.report.headline import (
    Heard,
    headline,
    parts_not_told,
    tallied,
    unchanged,
    unchanged_rows,
)
from interopwatch.report.model import Comparison, Group, Section
from interopwatch.report.narrate import (
    Narrator,
    describe_file_change,
    describe_ignored,
    describe_keys,
    describe_reformatted_keys,
    in_keys_of,
)
from interopwatch.report.plain import build_plain, has_vocabulary
from interopwatch.report.report import Report
from interopwatch.timeline.classify import classify, is_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance

_BACKWARDS = "The newer of the two was given first; the report is in order of time all the same."
_MOST_TOLD: Final = 3
"""So many changes of bookkeeping have a line each; more are counted."""
_MOST_PLACES: Final = 6
"""So many places of the descriptors are named: they are bookkeeping, and few look there."""
_BOOKKEEPING: Final = ("example", "homepage", "image", "keywords", "pattern", "sources")
"""Properties of packages and fields by which others find and check a package."""
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
"""The title of each section, the one where no row has a date, and what belongs there."""


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
    items = classify(changes, old, new)
    old, new = worded(old), worded(new)
    compared = Comparison(changes, items, old, new)
    found = _partition(items, old, new)
    heard = Heard(changes, found.listed, found.parts, found.uncovered, old, new)
    if not (has_vocabulary(old) or has_vocabulary(new)):
        return _plain(compared, found, heard, backwards=backwards)
    return Report(
        old=changes.old,
        new=changes.new,
        headline=headline(heard),
        sections=_sections(found.listed, heard),
        remarks=(*((_BACKWARDS,) if backwards else ()), *_remarks(found, heard), *_form(changes)),
        unchanged=unchanged(changes, heard.new),
        subject=heard.new.descriptor.subject or heard.new.descriptor.title,
        comparison=compared,
    )


def _plain(compared: Comparison, found: _Partition, heard: Heard, *, backwards: bool) -> Report:
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
    remarks += _remarks(found, heard)
    remarks += _form(replace(changes, schema=(), files=()))
    return Report(
        old=changes.old,
        new=changes.new,
        headline=plain.headline or headline(replace(heard, listed=())),
        sections=plain.sections,
        remarks=tuple(remarks),
        unchanged=unchanged_rows(changes, new),
        subject=new.descriptor.subject or new.descriptor.title,
        comparison=compared,
    )


@dataclass(frozen=True, slots=True)
class _Partition:
    """The changes that get a line each, and those that are only counted."""

    listed: tuple[Classified, ...]
    bookkeeping: tuple[Classified, ...]
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
        if resource.meaning.bookkeeping:
            part = "bookkeeping"
        elif item.clerical:
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


def _sections(listed: Sequence[Classified], heard: Heard) -> tuple[Section, ...]:
    columns = {(c.resource, c.field) for c in heard.changes.schema if c.kind != "changed"}
    lines = Lines(heard.old, heard.new, columns)
    resources = heard.new.descriptor.resources
    is_dated = any(resource.meaning.lifecycle for resource in resources)
    sections = []
    rest = list(listed)  # what an earlier section has, a later one leaves out
    for title, undated, belongs in _SECTIONS:
        mine = [item for item in rest if belongs(item)]
        rest = [item for item in rest if not belongs(item)]
        groups = _groups(mine, lines, heard)
        if groups:
            sections.append(Section(title if is_dated else undated, groups))
    return tuple(sections)


def _groups(items: Sequence[Classified], lines: Lines, heard: Heard) -> tuple[Group, ...]:
    """Lines by topic; topics by weight, and then in the order of the resources."""
    grouped: dict[str, list[Classified]] = {}
    weights: dict[str, int] = {}
    for item in items:
        resource = heard.resource(item)
        words = resource.meaning.words_for(item.change.row)
        topic = words.topic or resource.title or resource.name
        grouped.setdefault(topic, []).append(item)
        weights[topic] = max(words.weight, weights.get(topic, words.weight))
    topics = sorted(grouped, key=lambda topic: -weights[topic])
    made = ((topic, lines.of(grouped[topic])) for topic in topics)
    return tuple(Group(topic, mine) for topic, mine in made if mine)


def _remarks(found: _Partition, heard: Heard) -> Iterator[str]:
    old, new = heard.old, heard.new
    sentences = _bookkeeping(found.bookkeeping, heard)
    yield from dict.fromkeys(sentences.values())
    told = [item for item in found.uncovered if item.change.kind == "changed"]
    if told:
        yield (
            "Only one of the two editions covers their source, so nothing is said of when they "
            f"changed: {tallied(told, old, new)}."
        )
    if parts := parts_not_told(heard):
        yield f"Not listed one by one: {tallied(parts, old, new)}."
    if found.untellable:
        yield (
            "One of the two editions is reconstructed, and the sources cannot tell since when "
            f"these hold: {tallied(found.untellable, old, new)}."
        )
    if found.clerical:
        yield f"Reworded without a change of substance: {tallied(found.clerical, old, new)}."
    for kind in get_args(Kind):
        mine = [
            item
            for item in (*found.reference, *found.bookkeeping)
            if item.change.kind == kind and id(item.change) not in sentences
        ]
        if mine:
            verb = "" if kind == "changed" else "was " if len(mine) == 1 else "were "
            yield f"{tallied(mine, old, new)} {verb}{kind}."


def _bookkeeping(items: Sequence[Classified], heard: Heard) -> dict[int, str]:
    """What the words say of bookkeeping that changed, by the change, if that is little."""
    narrator = Narrator(heard.old, heard.new)
    sentences = {
        id(item.change): f"{narrator.narrate(item).sentence}."
        for item in items
        if item.change.kind == "changed" and not narrator.differences(item)
    }
    return sentences if len(set(sentences.values())) <= _MOST_TOLD else {}


def _form(changes: ChangeSet) -> Iterator[str]:
    """What changed in the schema, other files, the descriptors, or the form of the data."""
    for file in changes.files:
        yield f"{file.resource}: {describe_file_change(file)}."
    touched = {change.resource for change in (*changes.rows, *changes.reformatted)}
    keys = {name: key for name, key in changes.keys.items() if name in touched}
    if matched := list(describe_keys(replace(changes, keys=keys))):
        yield f"Matched without a declared key: {'; '.join(matched)}."
    places = [word.place for word in words_of(changes) if not _is_bookkeeping(word.place)]
    if places:
        listed = joined(list(dict.fromkeys(places)), _MOST_PLACES)
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


def _is_bookkeeping(place: str) -> bool:
    """Whether what stands in a place of a descriptor is not what a reader of the data reads.

    What a package says to this tool, where it comes from and lives, and what its cells look like:
    who changed it knows, and `diff` shows it.
    """
    step, _, _ = place.partition(": ")[2].partition(" ")
    return "interopwatch" in place or step in _BOOKKEEPING


def _resource(change: RowChange, old: Package, new: Package) -> Resource:
    return (old if change.after is None else new).resource(change.resource)
