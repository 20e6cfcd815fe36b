"""The package as one archive: its descriptor and all files that it names, byte for byte.

The tool reads it back (:mod:`interopwatch.loaders.zip`), as do frictionless and others. Nothing in
it depends on when or where it was made.
"""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from typing import TYPE_CHECKING, Final

from interopwatch.errors import DescriptorError, UnreadableError
from interopwatch.file_names import why_refused
from interopwatch.files import made_whole, open_regular, unreadable
from interopwatch.package.limits import MAX_RATIO, SMALL
from interopwatch.package.parse import is_remote
from interopwatch.timeline.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from interopwatch.export.tables import Note
    from interopwatch.package.package import Package

_BLOCK: Final = 1 << 20
"""Bytes copied at a time, since a table need not fit in memory."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can record (PKWARE APPNOTE 6.3, 4.4.6)."""
_MODE: Final = 0o100644 << 16
"""A regular file that everybody may read (Unix mode)."""
_UNIX: Final = 3
"""The operating system recorded in an archive, wherever it is made (4.4.2.2)."""


def write(package: Package, place: Path, note: Note, ready: Callable[[], None]) -> None:
    """Write a package as a zip archive; see :class:`interopwatch.export.formats.Writer`."""
    files = list(_files(package, note))
    size = sum(file.stat().st_size for _, file in files)
    with made_whole(place) as incoming:
        _pack(files, incoming, zipfile.ZIP_DEFLATED)
        if size > max(SMALL, MAX_RATIO * incoming.stat().st_size):
            # Repetitive rows compress so much that readers would take the archive for a zip bomb.
            incoming.unlink()
            _pack(files, incoming, zipfile.ZIP_STORED)
        ready()


def _pack(files: Iterable[tuple[str, Path]], place: Path, method: int) -> None:
    with place.open("xb") as out, zipfile.ZipFile(out, "w") as archive:
        for path, file in files:
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.compress_type, entry.external_attr = method, _MODE
            entry.create_system = _UNIX
            with open_regular(file) as source:
                entry.file_size = file.stat().st_size  # large files need other headers
                with archive.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, _BLOCK)


def _files(package: Package, note: Note) -> Iterator[tuple[str, Path]]:
    """Yield the files of a package by path, the descriptor first, each once."""
    yield package.file.name, package.file
    seen = {package.file.name}
    for name, path in _named(package):
        entry = path if is_remote(path) else posixpath.normpath(path)
        if is_remote(path) or entry in seen:
            continue
        seen.add(entry)
        try:
            file = package.file_in(path)
            open_regular(file).close()
        except OSError as error:
            problem = unreadable(error, path)
            if isinstance(problem, UnreadableError):
                raise problem from None
            note(f"not exported: {name}: {problem.message}")
        except DescriptorError as error:
            note(f"not exported: {name}: {error.message}")
        else:
            yield entry, file
    for path in _beside(package):
        entry = posixpath.normpath(path)
        if entry not in seen and not why_refused(entry) and package.has_regular_file(path):
            seen.add(entry)
            yield entry, package.file_in(path)


def _named(package: Package) -> Iterator[tuple[str, str]]:
    """Yield each path that a package names, with the name of what refers to it."""
    descriptor = package.descriptor
    for resource in descriptor.resources:
        if package.has_regular_files(resource.name):
            package.vouches_for(resource.name)
        yield from ((resource.name, path) for path in package.paths_of(resource.name))
    for resource in descriptor.files:
        yield from ((resource.name, path) for path in package.paths_of(resource.name))
    items = descriptor.as_read.get("resources")
    for item in items if isinstance(items, list) else ():
        for part in ("schema", "dialect"):
            if isinstance(item, dict) and isinstance(path := item.get(part), str):
                yield part, path
    if descriptor.frozen is not None:
        yield "snapshot", SUMS


def _beside(package: Package) -> Iterator[str]:
    """Yield each path of a licence, a contributor or a source; the file may be missing."""
    for part in ("licenses", "contributors", "sources"):
        items = package.descriptor.as_read.get(part)
        for each in items if isinstance(items, list) else ():
            path = each.get("path") if isinstance(each, dict) else None
            if isinstance(path, str) and path and not is_remote(path):
                yield path
