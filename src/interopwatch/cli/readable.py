"""Editions without their unreadable tables, for the commands that look back on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.compare.plain_files import as_file
from interopwatch.errors import FetchError, OriginError, TableError

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.cli.output import Notes
    from interopwatch.package.package import Package


def readable(package: Package, unread: Notes, names: Collection[str] | None = None) -> Package:
    """Return a package without its unreadable tables; a package with a vocabulary is unchanged.

    Users cannot repair a table in a snapshot.

    Args:
        package: The package.
        unread: Called with each table that is left out, and why.
        names: The tables that are needed; all if not given.
    """
    if package.descriptor.has_meanings:
        return package
    for resource in package.descriptor.resources:
        if names is not None and resource.name not in names:
            continue
        try:
            table = package.table(resource.name)
            _ = table.by_key if resource.primary_key else table
        except (TableError, OriginError, FetchError) as error:
            unread(resource.name, error.message)
            package = as_file(package, resource.name)
    return package
