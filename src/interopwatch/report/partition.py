"""Separate the changes that a report lists from those that it only counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.changeset.model import NEWS, Classified, Sense

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.changeset.model import RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package


@dataclass(frozen=True, slots=True)
class Partition:
    """The row changes that get a line each, and those that are only counted, by reason."""

    listed: tuple[Classified, ...]
    bookkeeping: tuple[Classified, ...]
    parts: tuple[Classified, ...]
    reference: tuple[Classified, ...]
    uncovered: tuple[Classified, ...]
    undatable: tuple[Classified, ...]
    clerical: tuple[Classified, ...]


def partition(items: Sequence[Classified], old: Package, new: Package) -> Partition:
    """Assign each row change to the first part that it fits."""
    whole: dict[tuple[str, str, tuple[str, ...]], Sense] = {
        (item.change.resource, item.change.kind, tuple(item.change.key.values())): item.sense
        for item in items
    }
    # One list for each field, under its name, for the call below.
    parts: dict[str, list[Classified]] = {name: [] for name in Partition.__slots__}
    reconstructed = not (old.is_observed and new.is_observed)
    for item in items:
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
            part = "undatable"
        else:
            part = "listed"
        parts[part].append(item)
    return Partition(**{name: tuple(items) for name, items in parts.items()})


def _is_part(
    item: Classified, resource: Resource, whole: Mapping[tuple[str, str, tuple[str, ...]], Sense]
) -> bool:
    """Return whether a row is only counted, with the added or removed row to which it belongs.

    News about an older row is news all the same.
    """
    change, field = item.change, resource.meaning.belongs_to
    reference = resource.references.get(field)
    if reference is None or change.kind == "changed":
        return False
    sense = whole.get((reference.resource, change.kind, (change.row[field],)))
    return sense is not None and (item.sense not in NEWS or sense in NEWS)


def _resource(change: RowChange, old: Package, new: Package) -> Resource:
    return (old if change.after is None else new).resource(change.resource)
