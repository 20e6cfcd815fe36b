"""Whether snapshots are what they were when they were frozen, and rightly so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.errors import DescriptorError, InteropwatchError
from interopwatch.files import INCOMING
from interopwatch.findings import Finding
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.package.edtf import is_plain, last_day
from interopwatch.package.package import open_package
from interopwatch.timeline import freeze as freezing
from interopwatch.timeline import snapshots
from interopwatch.validation.form import first_difference
from interopwatch.validation.lenient import Lenient, placed, relative
from interopwatch.validation.meanings import has_provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store

_RESTORE: Final = "Snapshots are never edited: restore it from version control."
_PLACE = re.compile(r"(/[^\s:]*): (.*)", re.DOTALL)


def opened(folder: Path) -> Package | Finding:
    """The snapshot in a folder, or why there is none."""
    file = folder / FILE_NAME
    if not file.is_file():
        return Finding(FILE_NAME, 0, "", "descriptor-missing", "there is none", _RESTORE)
    try:
        package = open_package(folder, folder.name)
    except DescriptorError as error:
        message = relative(error.message, folder)
        found = placed(Finding(FILE_NAME, 0, "", "descriptor-unreadable", message, _RESTORE))
        place = _PLACE.fullmatch(found.message)
        if place is None:
            return found
        return Finding(FILE_NAME, found.line, place[1], found.code, place[2], _RESTORE)
    if package.descriptor.frozen is None:
        message = "does not say what it is a snapshot of"
        return Finding(FILE_NAME, 0, "/interopwatch", "snapshot-undeclared", message, _RESTORE)
    return package


def check_sums(root: Path) -> Iterator[Finding]:
    """Every file of a snapshot that is not what it was when frozen."""
    try:
        for finding in list(snapshots.verify(root)):
            file = relative(finding.file, root)
            yield Finding(file, 0, "", finding.code, finding.message, finding.hint)
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        yield Finding(relative(str(error.filename), root), 0, "", "snapshot-edited", message)


def check_frozen(package: Lenient, name: str) -> Iterator[Finding]:
    """Whether a snapshot's date is its name, and its sources are no later than that.

    Args:
        package: The snapshot.
        name: The name of its folder.
    """
    frozen = package.descriptor.frozen
    if frozen is None:
        return
    if frozen.date != name:
        message = f"the date is {frozen.date!r}, and the folder is called {name!r}"
        yield package.described(("interopwatch", "date"), "snapshot-date", message, _RESTORE)
    provenance = package.descriptor.provenance
    if provenance is None or not has_provenance(package) or not package.is_observed:
        return
    if not is_plain(frozen.date) or provenance.resource not in package.readable:
        return  # told with the descriptor or for that table
    table = package.table(provenance.resource)
    for row, line in zip(table.rows, table.lines, strict=True):
        key = table.resource.key_of(row)[0]
        published = package.published({provenance.field: key})
        if published is not None and published > last_day(frozen.date):
            yield Finding(
                table.resource.path,
                line,
                provenance.published,
                "snapshot-later-source",
                f"{key!r} was published on {published}, after {frozen.date}",
                "An observed snapshot holds only what was published by its date.",
            )


def check_reconstruction(store: Store, package: Package) -> Iterator[Finding]:
    """Every file of a reconstructed snapshot that a fresh reconstruction makes otherwise."""
    frozen = package.descriptor.frozen
    if frozen is None or frozen.basis != "reconstructed":
        return
    code = "snapshot-irreproducible"
    try:
        files = freezing.contents(store, frozen.date, frozen.why, frozen.basis, frozen.origin)
    except InteropwatchError as error:
        message = f"cannot be reconstructed: {relative(error.message, store.package.root)}"
        yield Finding(FILE_NAME, 0, "/interopwatch/from", code, message, error.hint)
        return
    found = list(_differences(package.root, files))
    # The sums follow from the other files: they are told only if nothing else differs.
    others = [finding for finding in found if finding.file != snapshots.SUMS]
    yield from others or found


def _differences(root: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    code, hint = "snapshot-irreproducible", _RESTORE
    for name, wanted in sorted(files.items()):
        try:
            content = (root / name).read_bytes()
        except OSError:
            yield Finding(name, 0, "", code, "a reconstruction has it, and it is missing", hint)
            continue
        if content != wanted:
            line, is_so, should_be = first_difference(content, wanted)
            message = f"here stands {is_so}, and a fresh reconstruction has {should_be}"
            yield Finding(name, line, "", code, message, hint)


def check_folders(store: Store) -> Iterator[Finding]:
    """What lies beside the snapshots and is none."""
    if not store.folder.is_dir():
        return
    for folder in sorted(p for p in store.folder.iterdir() if p.is_dir()):
        file = f"{snapshots.FOLDER}/{folder.name}"
        if folder.name.startswith(INCOMING):
            message = "is left over from a freeze that was stopped"
            hint = "The next freeze removes it, unless one is going on now."
            yield Finding(file, 0, "", "snapshot-leftover", message, hint, "notice")
        elif not is_plain(folder.name) and not folder.name.startswith("."):
            message = "is no snapshot: the name is no day, month or year"
            yield Finding(file, 0, "", "snapshot-ignored", message, "Move it away.", "warning")
