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
"""Of one row, its parts are details; of several, how many parts they have says how much it is."""


class ReportedChanges(Struct, frozen=True):
    """The changes between two packages, parted as a report needs them.

    Attributes:
        changes: All that differs.
        listed: The changes that the report lists one by one.
        parts: Those that are only counted with the rows they belong to.
        uncovered: Those that are there only because one package does not cover their work.
        old: The package before, in the words to tell of it.
        new: The package after, likewise.
        unread: The resources of which neither package has a file, so that nothing is known.
    """

    changes: ChangeSet
    listed: Sequence[Classified]
    parts: Sequence[Classified]
    uncovered: Sequence[Classified]
    old: Package
    new: Package
    unread: Collection[str] = ()

    def side(self, item: Classified) -> Package:
        """The package in which a row stands."""
        return self.old if item.change.after is None else self.new

    def resource(self, item: Classified) -> Resource:
        """The resource of a row."""
        return self.side(item).resource(item.change.resource)


def coverage(reported: ReportedChanges, first_read: Mapping[str, str]) -> Iterator[str]:
    """Works that only one of the two packages can speak about, and what that concerns."""
    old, new = reported.old, reported.new
    for work, title in first_read.items():
        items = [
            i for i in reported.uncovered if i.change.kind == "added" and work_of(new, i) == work
        ]
        older = [
            i for i in reported.listed if i.sense is Sense.BACKFILLED and work_of(new, i) == work
        ]
        # Where a table has both, they are counted together, and else the older ones as such.
        apart = {i.change.resource for i in older} - {i.change.resource for i in items}
        about = _counts([i for i in older if i.change.resource in apart], reported, "older ")
        about += _counts([*items, *(i for i in older if i.change.resource not in apart)], reported)
        text = f"{title} was read for the first time"
        yield sentence(f"{text}: {joined(about, len(about))}" if about else text)
    lost = works_apart(new, old)
    for work, title in lost.items():
        items = [
            i for i in reported.uncovered if i.change.kind == "removed" and work_of(old, i) == work
        ]
        about = _counts(items, reported, with_parts=False)
        text = f"The newer edition does not cover {title}"
        yield f"{text}, so it says nothing of {joined(about, len(about))}." if about else f"{text}."


def _counts(
    items: Sequence[Classified],
    reported: ReportedChanges,
    which: str = "",
    *,
    with_parts: bool = True,
) -> list[str]:
    """How many rows of which sort, the heaviest first, with their parts if they are several."""
    weights = {item.change.resource: reported.resource(item).meaning.words.weight for item in items}
    texts = []
    for name in sorted(weights, key=lambda each: -weights[each]):
        mine = [item for item in items if item.change.resource == name]
        text = tallied(mine, reported.old, reported.new, which)
        is_told = with_parts and not which and len(mine) >= _SEVERAL
        parts = _parts_of(mine, reported) if is_told else []
        texts.append(f"{joined(parts, len(parts))} in {text}" if parts else text)
    return texts


def parts_not_told(reported: ReportedChanges) -> list[Classified]:
    """The parts that are only counted, but for those of which the headline says how many."""
    several = Counter((i.change.resource, i.change.kind) for i in reported.uncovered)

    def is_told(item: Classified) -> bool:
        part = reported.resource(item)
        reference = part.references.get(part.meaning.belongs_to)
        whole = reference.resource if reference else ""
        return item.change.kind == "added" and several[whole, "added"] >= _SEVERAL

    return [item for item in reported.parts if not is_told(item)]


def _parts_of(items: Sequence[Classified], reported: ReportedChanges) -> list[str]:
    """How many parts some rows have that came or went with them."""
    found: dict[str, list[Classified]] = {}
    whole, kind = reported.resource(items[0]), items[0].change.kind
    for item in reported.parts:
        part = reported.resource(item)
        reference = part.references.get(part.meaning.belongs_to)
        if item.change.kind == kind and reference and reference.resource == whole.name:
            found.setdefault(part.name, []).append(item)
    return [tallied(mine, reported.old, reported.new) for mine in found.values()]


def tallied(items: Iterable[Classified], old: Package, new: Package, which: str = "") -> str:
    """How many rows of which sort some changes are about; ``which`` says what rows they are."""
    texts = tallies((_noun(item, old, new) for item in items), which)
    return joined(texts, most=len(texts))


def _noun(item: Classified, old: Package, new: Package) -> tuple[str, str]:
    """What one row of a sort is called, and several."""
    name, row = item.change.resource, item.change.row
    package = new if name in new.descriptor.by_name else old
    return package.resource(name).meaning.words_for(row).noun


def work_of(package: Package, item: Classified) -> str:
    """The work that states a row in a package; empty if the package does not say."""
    name = item.change.resource
    if name not in package.descriptor.by_name:
        return ""
    return package.work_of(package.resource(name), item.change.row)


def works_apart(silent: Package, speaking: Package) -> dict[str, str]:
    """The works that one package covers and another does not, with what to call them."""
    if silent.covers is None:
        return {}
    works = _works(speaking)
    return {work: title for work, title in works.items() if work not in silent.covers}


def _works(package: Package) -> Mapping[str, str]:
    """The works a package covers, each with its name, or with the title of its latest edition."""
    provenance = package.descriptor.provenance
    if provenance is None:
        return {}
    titles: dict[str, str] = {}
    editions = sorted(package.editions.values(), key=lambda row: row[provenance.published])
    for row in editions:
        titles[row[provenance.work]] = f"“{row.get(provenance.title) or row[provenance.work]}”"
    covers = package.covers
    known = {**titles, **{w: t for w, t in package.descriptor.works.items() if w in titles}}
    return {w: t for w, t in sorted(known.items()) if covers is None or w in covers}
