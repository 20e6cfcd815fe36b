"""Whether other systems can hold the files of a package under their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.file_names import alike, same_file, why_refused, within_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.findings import Finding
    from interopwatch.validation.readable import ReadablePackage

_HINT: Final = "Rename the file, and its path in the descriptor."


def check_file_names(package: ReadablePackage) -> Iterator[Finding]:
    """Every path that Windows refuses, that some systems take for another one, or in a file."""
    places = {path: i for i, path in _local_paths(package)}
    for path, i in places.items():
        if why := why_refused(path):
            where = ("resources", i, "path")
            yield package.in_descriptor(
                where, "path-unportable", f"{path!r}: {why}", _HINT, "warning"
            )
    for path, other in alike([package.file.name, *places]):
        message = f"{path!r} and {other!r} are one file where neither case nor normal form counts"
        where = ("resources", places[path], "path")
        yield package.in_descriptor(where, "path-collision", message, _HINT, "warning")
    for path, file in within_files([package.file.name, *places], same_file):
        message = f"{path!r} lies in {file!r}, which is a file"
        where = ("resources", places[path], "path")
        yield package.in_descriptor(where, "path-collision", message, _HINT, "warning")


def _local_paths(package: ReadablePackage) -> Iterator[tuple[int, str]]:
    descriptor = package.descriptor
    for resource in (*descriptor.resources, *descriptor.files):
        i = descriptor.position(resource.name)
        paths = resource.source.paths if resource.source is not None else (resource.path,)
        yield from ((i, path) for path in paths if path and "://" not in path)
