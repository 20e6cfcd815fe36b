"""The pictures of two editions of a package: those it declares, and two that any package has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from interopwatch.errors import DescriptorError
from interopwatch.package.edtf import in_words, is_plain, span
from interopwatch.package.labels import counted
from interopwatch.report.pictures import Sketch, draw, installed
from interopwatch.report.series import in_years, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.package.package import Package
    from interopwatch.package.picture import DeclaredPicture
    from interopwatch.report.model import Comparison, Picture
    from interopwatch.report.series import Record

_KINDS: Final = ("added", "removed", "changed")


def _raise(error: DescriptorError) -> None:
    raise error


def drawn(
    compared: Comparison,
    snapshots: Sequence[Package],
    pictures: Sequence[DeclaredPicture],
    unfit: Callable[[DescriptorError], None],
) -> tuple[Picture, ...]:
    """Draw the pictures of two editions as SVG for a page, without those that cannot be drawn.

    Args:
        compared: The two editions and the changes between them.
        snapshots: See :func:`sketches`.
        pictures: See :func:`sketches`.
        unfit: Called with the error for each picture that cannot be drawn.

    Raises:
        MissingExtraError: vl-convert is not installed; the hint names the extra.
    """
    found = []
    for sketch in sketches(compared, snapshots, pictures, unfit):
        try:
            found.append(draw(sketch))
        except DescriptorError as error:
            unfit(error)
    return tuple(found)


def sketches(
    compared: Comparison,
    snapshots: Sequence[Package] = (),
    pictures: Sequence[DeclaredPicture] = (),
    unfit: Callable[[DescriptorError], None] = _raise,
) -> Iterator[Sketch]:
    """Yield the pictures of two editions, without those that would be empty.

    Args:
        compared: The two editions and the changes between them.
        snapshots: All snapshots of the package, in chronological order.
        pictures: The pictures to draw if the newer edition declares none, since a snapshot may be
            older than its package's pictures.
        unfit: Called with the error for each picture that does not fit the newer edition; raises it
            by default.

    Raises:
        DescriptorError: A picture refers to what the newer edition does not have (by default).
    """
    for picture in compared.new.descriptor.pictures or pictures:
        if picture.series.resource not in compared.new.descriptor.by_name:
            continue
        try:
            sketch = declared(picture, compared)
        except DescriptorError as error:
            unfit(error)
            continue
        if sketch.records:
            yield sketch
    for sketch in (changes_by_table(compared), strip_of(snapshots, compared)):
        if sketch.records:
            yield sketch


def declared(picture: DeclaredPicture, compared: Comparison) -> Sketch:
    """Return a picture that a package declares, as of the newer edition.

    Raises:
        DescriptorError: It refers to what the package does not have.
    """
    try:
        found = records(picture.series, compared.new, compared.old, compared.items)
    except (KeyError, ValueError) as error:
        raise DescriptorError(f"the picture {picture.name!r} cannot be drawn: {error}") from None
    labels = _labels(compared)
    changed = sum(1 for each in found if each["change"])
    since = f"{_since(changed)} {labels['old_label']}."
    return Sketch(
        picture.name, picture.title, f"{picture.description} {since}", picture.spec, found, labels
    )


def _since(changed: int) -> str:
    return (
        f"In colour: {counted(changed, ('change', 'changes'))} since"
        if changed
        else ("Nothing in it changed since")
    )


def _labels(compared: Comparison) -> Mapping[str, str]:
    sides = {"old_label": compared.changes.old, "new_label": compared.changes.new}
    return {
        name: in_words(side.label) if is_plain(side.label) else side.label
        for name, side in sides.items()
    }


def changes_by_table(compared: Comparison) -> Sketch:
    """Return a picture of how many rows and cells changed in each table."""
    rows: Counter[tuple[str, str]] = Counter()
    # The schema tells of columns that were added or removed, as the sentences have it, too.
    schema = compared.changes.schema
    columns = {(c.resource, c.field) for c in schema if c.kind in ("added", "removed")}
    for item in compared.items:
        change = item.change
        cells = sum((change.resource, field) not in columns for field in change.fields)
        if cells or change.kind != "changed":
            rows[change.resource, change.kind] += 1
        if change.kind == "changed":
            rows[change.resource, "cells"] += cells
    by_name = {**compared.old.descriptor.by_name, **compared.new.descriptor.by_name}
    names = [name for name in by_name if any(rows[name, kind] for kind in _KINDS)]
    found = tuple(
        {
            "table": by_name[name].title or name,
            "place": place,
            "kind": kind,
            "number": rows[name, kind],
            "text": f"{rows[name, kind]:,}",
        }
        for place, name in enumerate(names)
        for kind in (*_KINDS, "cells")
        # A kind that occurs in no table has no column.
        if any(rows[each, kind] for each in names)
    )
    labels = _labels(compared)
    description = (
        f"Rows added, removed and changed, and cells that changed in them, from "
        f"{labels['old_label']} to {labels['new_label']}."
    )
    return Sketch("changes", "Changes by table", description, installed("changes"), found, labels)


def strip_of(snapshots: Sequence[Package], compared: Comparison) -> Sketch:
    """Return a picture of a package's snapshots on a time line, with the two compared."""
    sides = {compared.old.label, compared.new.label}
    found: list[Record] = []
    for package in snapshots:
        frozen = package.descriptor.frozen
        last = span(package.label).last if is_plain(package.label) else None
        if frozen is not None and last is not None:
            found.append(
                {
                    "label": _end_of(package.label),
                    "day": in_years(last, end=True),
                    "basis": frozen.basis,
                    "compared": package.label in sides,
                    "place": len(found),
                }
            )
    labels = _labels(compared)
    description = "Filled: what sources said by then. Hollow: computed from later sources."
    if any(each["compared"] for each in found):
        description += " In colour: the editions compared here."
    return Sketch(
        "snapshots",
        "Snapshots through time",
        description,
        installed("snapshots"),
        tuple(found),
        labels,
    )


def _end_of(label: str) -> str:
    """Return the day for which a snapshot stands: its own, or the end of its month or year."""
    is_day = label.count("-") == 2  # noqa: PLR2004 - year-month-day
    return in_words(label) if is_day else f"end of {in_words(label)}"
