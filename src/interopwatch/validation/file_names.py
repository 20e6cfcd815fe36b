"""Check that the file names of a package are valid on other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.file_names import colliding, same_file, why_refused, within_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.findings import Finding
    from interopwatch.validation.readable import ReadablePackage


def check_file_names(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every path that is not portable, collides with another, or lies below a file."""
    places = {path: i for i, path in _local_paths(package)}
    for path, i in places.items():
        if reason := why_refused(path):
            where = ("resources", i, "path")
            yield package.in_descriptor(where, "path-unportable", path=path, why=reason)
    for path, other in colliding([package.file.name, *places]):
        where = ("resources", places[path], "path")
        yield package.in_descriptor(where, "path-collision", path=path, other=other)
    for path, file in within_files([package.file.name, *places], same_file):
        where = ("resources", places[path], "path")
        yield package.in_descriptor(where, "path-collision.below", path=path, other=file)


def _local_paths(package: ReadablePackage) -> Iterator[tuple[int, str]]:
    descriptor = package.descriptor
    for resource in (*descriptor.resources, *descriptor.files):
        i = descriptor.position(resource.name)
        paths = resource.source.paths if resource.source is not None else (resource.path,)
        yield from ((i, path) for path in paths if path and "://" not in path)
