"""Builds a report from a diff: what to say, in which order, and what to only count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import NEWS, Classified, Sense
from interopwatch.compare.key_reformatting import churn_of, is_churn
from interopwatch.compare.packages import diff
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, counted, joined
from interopwatch.package.renamed import renamed
from interopwatch.report.headline import headline, tallied
from interopwatch.report.model import Group, Line, Report, Section
from interopwatch.report.narrate import (
    Narrator,
    describe_ignored,
    describe_reformatted_keys,
    describe_schema_change,
)
from interopwatch.timeline.classify import classify, is_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from interopwatch.changeset.model import ChangeSet, Narrated, RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance

_BACKWARDS = "The newer of the two was given first; the report is in order of time all the same."
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
    old: Package, new: Package, leeways: Mapping[str, Tolerance] = MappingProxyType({})
) -> Report:
    """The report of what changed between two packages, always in order of time.

    Args:
        old: The package before.
        new: The package after.
        leeways: By resource, what is not to be minded; see :func:`interopwatch.diff`.

    Raises:
        InteropwatchError: The packages cannot be compared; see :func:`interopwatch.diff`.
    """
    backwards = is_before(new, old)
    if backwards:
        old, new = new, old
    changes = diff(old, new, leeways=leeways)
    old = renamed(old, changes.renames, new.descriptor)
    sorted_out = _sort_out(classify(changes, old, new), old, new)
    return Report(
        old=changes.old,
        new=changes.new,
        headline=headline(changes, sorted_out.listed, sorted_out.uncovered, old, new),
        sections=_sections(sorted_out.listed, old, new),
        remarks=(*((_BACKWARDS,) if backwards else ()), *_remarks(changes, sorted_out, old, new)),
        unchanged=_unchanged(changes, new),
    )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The changes that get a line each, and those that are only counted."""

    listed: tuple[Classified, ...]
    parts: tuple[Classified, ...]
    reference: tuple[Classified, ...]
    uncovered: tuple[Classified, ...]
    untellable: tuple[Classified, ...]
    clerical: tuple[Classified, ...]


def _sort_out(items: Sequence[Classified], old: Package, new: Package) -> _Sorted:
    whole: dict[tuple[str, str, tuple[str, ...]], Sense] = {
        (item.change.resource, item.change.kind, tuple(item.change.key.values())): item.sense
        for item in items
    }
    piles: dict[str, list[Classified]] = {name: [] for name in _Sorted.__slots__}
    reconstructed = not (old.is_observed and new.is_observed)
    for item in items:
        resource = _resource(item.change, old, new)
        if item.clerical:
            pile = "clerical"
        elif resource.meaning.reference and item.sense not in NEWS:
            pile = "reference"
        elif _is_part(item, resource, whole):
            pile = "parts"
        elif item.sense is Sense.UNCOVERED:
            pile = "uncovered"
        elif item.sense is Sense.UNDATED and reconstructed:
            pile = "untellable"
        else:
            pile = "listed"
        piles[pile].append(item)
    return _Sorted(**{name: tuple(items) for name, items in piles.items()})


def _is_part(
    item: Classified, resource: Resource, whole: Mapping[tuple[str, str, tuple[str, ...]], Sense]
) -> bool:
    """Whether a change is told with the row it belongs to, which came or went with it.

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
    rest = list(listed)
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
    return Line(item.sentence, title, item.locator, item.source)


def _remarks(changes: ChangeSet, piles: _Sorted, old: Package, new: Package) -> tuple[str, ...]:
    remarks = []
    if piles.parts:
        remarks.append(f"Counted with the rows they belong to: {tallied(piles.parts, old, new)}.")
    for kind, which in (("added", "older"), ("removed", "newer"), ("changed", "older")):
        mine = [item for item in piles.uncovered if item.change.kind == kind]
        if mine:
            side = "newer" if which == "older" else "older"
            remarks.append(
                f"Only the {side} snapshot covers their source, so nothing is said of when they "
                f"came or went: {tallied(mine, old, new)}."
            )
    if piles.untellable:
        remarks.append(
            "One of the two snapshots is reconstructed, and the sources cannot tell since when "
            f"these hold: {tallied(piles.untellable, old, new)}."
        )
    for kind, verb in (("added", "added"), ("removed", "removed"), ("changed", "changed")):
        mine = [item for item in piles.reference if item.change.kind == kind]
        if mine:
            remarks.append(f"Reference rows {verb}: {tallied(mine, old, new)}.")
    if piles.clerical:
        remarks.append(f"Clerical changes only: {tallied(piles.clerical, old, new)}.")
    remarks += _shape(changes)
    return tuple(remarks)


def _shape(changes: ChangeSet) -> Iterable[str]:
    """What changed in the form of the data rather than in what they say."""
    for change in changes.schema:
        yield f"Schema: {describe_schema_change(change)}."
    for word in words_of(changes):
        yield f"Described otherwise: {word.place}: {word.was} → {word.now}"
    for each in churn_of((*changes.rows, *changes.reformatted)):
        yield f"Keys spelled otherwise: {describe_reformatted_keys(each)}."
    apart = sum(map(is_churn, changes.reformatted))
    if len(changes.reformatted) > apart:
        rows = counted(len(changes.reformatted) - apart, ("row", "rows"))
        yield f"Spelled differently, same values: {rows}."
    for ignored in changes.ignored:
        yield f"Not minded: {describe_ignored(ignored)}."
    if changes.form:
        yield f"Form only (order, quoting, line ends): {joined(changes.form)}."


def _unchanged(changes: ChangeSet, new: Package) -> str:
    touched = Counter(c.resource for c in changes.rows if c.kind != "removed")
    left, tables = 0, 0
    for resource in new.descriptor.resources:
        same = len(new.rows(resource.name)) - touched[resource.name]
        left += same
        tables += resource.name not in {c.resource for c in changes.rows}
    total = len(new.descriptor.resources)
    return (
        f"Unchanged: {counted(left, ('row', 'rows'))}; "
        f"{tables} of {counted(total, ('table', 'tables'))} as a whole."
    )


def _resource(change: RowChange, old: Package, new: Package) -> Resource:
    return (old if change.after is None else new).resource(change.resource)
