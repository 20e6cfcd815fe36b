"""What only one of two packages covers: works read for the first time, or not read at all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.changeset.model import Sense
from interopwatch.package.labels import joined, tallies
from interopwatch.report.phrases import sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

_SEVERAL: Final = 2
"""Parts of a single row are details; parts of several rows are counted, to show their extent."""


class ReportedChanges(Struct, frozen=True):
    """The changes between two packages, divided as a report needs them.

    Attributes:
        changes: All that differs.
        listed: The changes that the report lists one by one.
        parts: The changes that are only counted with the rows to which they belong.
        uncovered: The changes that exist only because one package does not cover their work.
        old: The package before, with the vocabulary for reporting.
        new: The package after, likewise.
        unread: The resources for which neither package has a file, so that nothing is known.
    """

    changes: ChangeSet
    listed: Sequence[Classified]
    parts: Sequence[Classified]
    uncovered: Sequence[Classified]
    old: Package
    new: Package
    unread: Collection[str] = ()

    def side(self, item: Classified) -> Package:
        """Return the package that contains a row."""
        return self.old if item.change.after is None else self.new

    def resource(self, item: Classified) -> Resource:
        """Return the resource of a row."""
        return self.side(item).resource(item.change.resource)


def coverage(reported: ReportedChanges, first_read: Mapping[str, str]) -> Iterator[str]:
    """Yield sentences on works that only one of the two packages covers, and the rows concerned."""
    old, new = reported.old, reported.new
    for work, title in first_read.items():
        items = [
            i for i in reported.uncovered if i.change.kind == "added" and work_of(new, i) == work
        ]
        older = [
            i for i in reported.listed if i.sense is Sense.BACKFILLED and work_of(new, i) == work
        ]
        # A table with both is counted as one; a table with only older rows is counted as such.
        only_older = {i.change.resource for i in older} - {i.change.resource for i in items}
        about = _counts([i for i in older if i.change.resource in only_older], reported, "older ")
        about += _counts(
            [*items, *(i for i in older if i.change.resource not in only_older)], reported
        )
        text = f"{title} was read for the first time"
        yield sentence(f"{text}: {joined(about, len(about))}" if about else text)
    lost = works_not_covered(new, old)
    for work, title in lost.items():
        items = [
            i for i in reported.uncovered if i.change.kind == "removed" and work_of(old, i) == work
        ]
        about = _counts(items, reported, with_parts=False)
        text = f"The newer edition does not cover {title}"
        yield f"{text}: {joined(about, len(about))} cannot be compared." if about else f"{text}."


def _counts(
    items: Sequence[Classified],
    reported: ReportedChanges,
    which: str = "",
    *,
    with_parts: bool = True,
) -> list[str]:
    """Count rows by resource, the weightiest first; several rows are counted with their parts."""
    weights = {item.change.resource: reported.resource(item).meaning.words.weight for item in items}
    texts = []
    for name in sorted(weights, key=lambda each: -weights[each]):
        group = [item for item in items if item.change.resource == name]
        text = tallied(group, reported.old, reported.new, which)
        shows_parts = with_parts and not which and len(group) >= _SEVERAL
        parts = _parts_of(group, reported) if shows_parts else []
        texts.append(f"{joined(parts, len(parts))} in {text}" if parts else text)
    return texts


def unlisted_parts(reported: ReportedChanges) -> list[Classified]:
    """Return the parts that are only counted, except those that the headline counts."""
    several = Counter((i.change.resource, i.change.kind) for i in reported.uncovered)

    def is_listed(item: Classified) -> bool:
        part = reported.resource(item)
        reference = part.references.get(part.meaning.belongs_to)
        whole = reference.resource if reference else ""
        return item.change.kind == "added" and several[whole, "added"] >= _SEVERAL

    return [item for item in reported.parts if not is_listed(item)]


def _parts_of(items: Sequence[Classified], reported: ReportedChanges) -> list[str]:
    """Count the parts that were added or removed together with some rows."""
    found: dict[str, list[Classified]] = {}
    whole, kind = reported.resource(items[0]), items[0].change.kind
    for item in reported.parts:
        part = reported.resource(item)
        reference = part.references.get(part.meaning.belongs_to)
        if item.change.kind == kind and reference and reference.resource == whole.name:
            found.setdefault(part.name, []).append(item)
    return [tallied(group, reported.old, reported.new) for group in found.values()]


def tallied(items: Iterable[Classified], old: Package, new: Package, which: str = "") -> str:
    """Count the rows of some changes by noun; ``which`` is put before the noun."""
    texts = tallies((_noun(item, old, new) for item in items), which)
    return joined(texts, most=len(texts))


def _noun(item: Classified, old: Package, new: Package) -> tuple[str, str]:
    """Return the singular and plural noun for a row."""
    name, row = item.change.resource, item.change.row
    package = new if name in new.descriptor.by_name else old
    return package.resource(name).meaning.words_for(row).noun


def work_of(package: Package, item: Classified) -> str:
    """Return the work that states a row in a package; empty if the package does not say."""
    name = item.change.resource
    if name not in package.descriptor.by_name:
        return ""
    return package.work_of(package.resource(name), item.change.row)


def works_not_covered(package: Package, other: Package) -> dict[str, str]:
    """Return the works that one package covers and another does not, with their names."""
    if package.covers is None:
        return {}
    works = _works(other)
    return {work: title for work, title in works.items() if work not in package.covers}


def _works(package: Package) -> Mapping[str, str]:
    """Return the covered works, each with its name or the title of its latest edition."""
    provenance = package.descriptor.provenance
    if provenance is None:
        return {}
    titles: dict[str, str] = {}
    editions = sorted(package.editions.values(), key=lambda row: row[provenance.published])
    for row in editions:
        titles[row[provenance.work]] = f"“{row.get(provenance.title) or row[provenance.work]}”"
    covers = package.covers
    named = {**titles, **{w: t for w, t in package.descriptor.works.items() if w in titles}}
    return {w: t for w, t in sorted(named.items()) if covers is None or w in covers}
