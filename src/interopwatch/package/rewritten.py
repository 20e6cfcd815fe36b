"""A package with other rows, in memory, and the files on disk that would differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package import parse
from interopwatch.package.descriptor import dump
from interopwatch.package.package import Package
from interopwatch.package.table import canonical
from interopwatch.package.tidy import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def with_rows(package: Package, rows: Mapping[str, Iterable[Mapping[str, str]]]) -> Package:
    """A package with other rows in some of its resources, in memory."""
    contents = {
        each.path: canonical(each, rows[each.name])
        if each.name in rows
        else package.content(each.name)
        for each in package.descriptor.resources
    }
    raw = described(package.descriptor.raw, contents)
    descriptor = parse.parse(dump(raw), str(package.file))
    made = Package(package.root, descriptor, package.label, contents)
    made.file = package.file
    return made


def changed_resources(old: Package, new: Package) -> list[str]:
    """The resources whose rows differ."""
    names = [resource.name for resource in new.descriptor.resources]
    return [name for name in names if list(old.rows(name)) != list(new.rows(name))]


def changed_files(old: Package, new: Package) -> dict[Path, bytes]:
    """The files that differ, tables before the descriptor that describes them."""
    files = {old.path(name): new.content(name) for name in changed_resources(old, new)}
    if files or old.descriptor.unresolved != new.descriptor.unresolved:
        files[old.file] = dump(new.descriptor.raw).encode()
    return files
