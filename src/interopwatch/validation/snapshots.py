"""Check that snapshots are unchanged since they were frozen, and are valid.

A snapshot is *unchanged* if its ``SHA256SUMS`` is, byte for byte, that of its first commit, no
commit has changed the snapshot since, and every file in it matches the sums. For such a snapshot
only this is checked, and that its folder is named by its date: the rest was checked when it was
frozen and when it was committed (``interopwatch validate --thorough``).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.compare.options import unwatched
from interopwatch.errors import DescriptorError, InteropwatchError
from interopwatch.files import read_regular
from interopwatch.findings import Finding, found
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.package.edtf import is_plain, last_day
from interopwatch.package.package import open_package
from interopwatch.timeline.snapshots import FOLDER, Store
from interopwatch.timeline.sums import SUMS, verify
from interopwatch.validation.descriptor import has_provenance
from interopwatch.validation.form import first_different_line
from interopwatch.validation.readable import ReadablePackage, placed, relative
from interopwatch.validation.snapshot_chain import check_chain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from interopwatch.compare.options import Watch
    from interopwatch.package.package import Package

_IN_JSON: Final = re.compile(r"(/[^\s:]*): (.*)", re.DOTALL)
_SAME_FILE: Final = ("hash-wrong", "bytes-wrong", "snapshot-irreproducible")
"""Findings that follow from an edited file."""


def check_snapshots(
    store: Store,
    check_package: Callable[[ReadablePackage], Iterable[Finding]],
    committed: Collection[str] = (),
    watch: Watch = unwatched,
    *,
    new: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield every problem of a package's snapshots.

    Args:
        store: The package with its snapshots.
        check_package: The checks of any package, for snapshots that are not unchanged.
        committed: The snapshots whose sums are those of their first commit.
        watch: Called with the snapshot that is being checked.
        new: The snapshots that are not committed to git, if others are.
    """
    names = store.names()
    opened = {name: _opened(store.folder / name) for name in names}
    findings = {name: list(_check_sums(store.folder / name)) for name in names}
    unchanged = {name for name in names if name in committed and not findings[name]}
    for i, (name, package) in enumerate(opened.items()):
        watch(f"checking snapshot {name}", i / len(names))
        if isinstance(package, Finding):
            findings[name].append(package)
            continue
        findings[name] += _check_name(package, name)
        if name not in unchanged:
            findings[name] += [*check_package(package), *_check_sources(package)]
    packages = {n: p for n, p in opened.items() if isinstance(p, ReadablePackage)}
    broken = [n for n in names if n not in packages or _is_broken(packages[n], findings[n])]
    observed = {n for n, package in packages.items() if package.is_observed}
    for name, package in packages.items():
        # A reconstruction is reproducible if it and the snapshots it is made from are unchanged.
        if not package.is_observed and (broken or not unchanged >= {name, *observed}):
            watch(f"reconstructing snapshot {name}", None)
            findings[name] += _check_reconstruction(
                _OpenStore(store.package, packages), package, broken
            )
    yield from check_chain(packages, new)
    for name in names:
        edited = {f.file for f in findings[name] if f.code == "snapshot-edited"}
        for finding in findings[name]:
            if not (finding.code in _SAME_FILE and finding.file in edited):
                yield _in_folder(f"{FOLDER}/{name}", finding)


class _OpenStore(Store, frozen=True):
    """A store whose snapshots are already open, so that no file is read twice.

    Attributes:
        packages: Its snapshots by date.
    """

    packages: Mapping[str, Package] = {}

    def snapshot(self, name: str) -> Package:
        return self.packages[name] if name in self.packages else super().snapshot(name)


def check_folders(store: Store) -> Iterator[Finding]:
    """Yield the entries beside the snapshots that are not snapshots."""
    if not store.folder.is_dir():
        if os.path.lexists(store.folder):
            yield found("snapshot-ignored.all", FOLDER)
        return
    for each in sorted(p for p in store.folder.iterdir() if not p.is_dir() and is_plain(p.name)):
        yield found("snapshot-ignored.file", f"{FOLDER}/{each.name}")
    for folder in sorted(p for p in store.folder.iterdir() if p.is_dir()):
        if not is_plain(folder.name) and not folder.name.startswith("."):
            yield found("snapshot-ignored", f"{FOLDER}/{folder.name}")


def _opened(folder: Path) -> ReadablePackage | Finding:
    """Open the snapshot in a folder, or return the reason why that fails."""
    file = folder / FILE_NAME
    if not file.is_file():
        return found("descriptor-missing", FILE_NAME)
    try:
        package = open_package(folder, folder.name, lenient=False)  # written by this tool
    except DescriptorError as error:
        message = relative(error.message, folder)
        finding = placed(found("descriptor-unreadable.snapshot", FILE_NAME, what=message))
        place = _IN_JSON.fullmatch(finding.message)
        return finding if place is None else replace(finding, field=place[1], message=place[2])
    if package.descriptor.frozen is None:
        return found("snapshot-undeclared", FILE_NAME, 0, "/interopwatch")
    return ReadablePackage(package)


def _check_sums(root: Path) -> Iterator[Finding]:
    """Yield every file of a snapshot that was edited since it was frozen."""
    try:
        for finding in list(verify(root)):
            file = relative(finding.file, root)
            yield Finding(file, finding.line, "", finding.code, finding.message, finding.hint)
    except OSError as error:
        file = relative(str(error.filename), root)
        yield found("snapshot-edited", file, why=error.strerror or error)


def _check_name(package: ReadablePackage, name: str) -> Iterator[Finding]:
    """Yield a finding if the folder of a snapshot is not named by its date."""
    frozen = package.descriptor.frozen
    if frozen is not None and frozen.date != name:
        path = ("interopwatch", "date")
        yield package.in_descriptor(path, "snapshot-date", date=frozen.date, name=name)


def _check_sources(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every source of an observed snapshot that was published after its date."""
    frozen, provenance = package.descriptor.frozen, package.descriptor.provenance
    if frozen is None or provenance is None or not package.is_observed:
        return
    if not has_provenance(package) or provenance.resource not in package.readable:
        return  # reported with the descriptor or for that table
    if not is_plain(frozen.date):
        return  # reported with the descriptor
    table = package.table(provenance.resource)
    for line, row in table.numbered_rows():
        key = table.resource.key_of(row)[0]
        published = package.published({provenance.field: key})
        if published is not None and published > last_day(frozen.date):
            place = (table.resource.path, line, provenance.published)
            values = {"source": key, "published": published, "date": frozen.date}
            yield found("snapshot-later-source", *place, **values)


def _is_broken(package: ReadablePackage, found: Iterable[Finding]) -> bool:
    """Return whether an observed snapshot is unfit to reconstruct from."""
    return package.is_observed and any(finding.level == "error" for finding in found)


def _check_reconstruction(
    store: Store, package: ReadablePackage, broken: Sequence[str]
) -> Iterator[Finding]:
    """Yield every file of a reconstructed snapshot that a new reconstruction changes."""
    # Imported here, since it imports all of `compare`.
    from interopwatch.timeline.freeze import SnapshotRequest, contents

    frozen = package.descriptor.frozen
    assert frozen is not None, "a snapshot says so"
    if broken:
        path = ("interopwatch", "basis")
        yield package.in_descriptor(path, "snapshot-unchecked", broken=", ".join(broken))
        return
    try:
        files = contents(
            store, SnapshotRequest(frozen.date, frozen.why, frozen.basis, frozen.origin)
        )
    except InteropwatchError as error:
        values = {"why": relative(error.message, store.package.root), "do": error.hint}
        code = "snapshot-irreproducible.refused"
        yield found(code, FILE_NAME, 0, "/interopwatch/from", **values)
        return
    differences = list(_differences(package.root, files))
    # The sums derive from the other files: they are reported only if nothing else differs.
    yield from [finding for finding in differences if finding.file != SUMS] or differences


def _differences(root: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    for name, expected in sorted(files.items()):
        try:
            content = read_regular(root / name)
        except OSError:
            yield found("snapshot-irreproducible.missing", name)
            continue
        if content != expected:
            line, actual, intended = first_different_line(content, expected)
            yield found("snapshot-irreproducible", name, line, actual=actual, expected=intended)


def _in_folder(folder: str, finding: Finding) -> Finding:
    """Return a finding with its file below a folder."""
    return replace(finding, file=f"{folder}/{finding.file}")
