"""Check that rows have the parts they must have, and are referred to where they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.findings import found
from interopwatch.package.words import belongs
from interopwatch.validation.descriptor import unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage


def check_usage(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every row that lacks a required part, or that no row refers to though one must.

    A reconstructed snapshot need not have the parts: the sources may not say which of them existed
    then.
    """
    for resource in package.readable.values():
        if package.is_observed:
            for name in resource.meaning.must_have:
                yield from _without(package, resource, name)
        if resource.meaning.must_be_used:
            yield from _unused(package, resource)


def _without(package: ReadablePackage, resource: Resource, name: str) -> Iterator[Finding]:
    part = package.readable.get(name)
    if part is None or not belongs(part, resource):
        return  # reported with the descriptor or for that table
    column = part.meaning.belongs_to
    target = part.references[column].reference[0]
    if target not in resource.by_name:
        return  # reported with the descriptor
    wholes = {row[column] for row in package.rows(name)}
    table = package.table(resource.name)
    for line, row in table.numbered_rows():
        if row[target] not in wholes:
            values = {"name": name, "whole": row[target], "file": part.path}
            yield found("part-missing", resource.path, line, target, **values)


def _unused(package: ReadablePackage, resource: Resource) -> Iterator[Finding]:
    for other in package.descriptor.resources:
        for key in other.foreign_keys:
            is_readable = other.name in package.readable and not unknown_fields(package, key)
            if key.resource == resource.name and not is_readable:
                return  # references to its rows are unknown; reported for that table
    uses = list(_uses(package, resource))
    table = package.table(resource.name)
    for line, row in table.numbered_rows():
        if not any(tuple(row[name] for name in columns) in values for columns, values in uses):
            column = resource.primary_key[0] if resource.primary_key else ""
            label = repr(row[column]) if column else "this one"
            yield found("row-unused", resource.path, line, column, what=label)


def _uses(
    package: ReadablePackage, resource: Resource
) -> Iterator[tuple[tuple[str, ...], set[tuple[str, ...]]]]:
    """Yield, for each foreign key to a resource, the fields referred to and the referring values.

    A row that only names another one does not use it, nor does a row use itself.
    """
    for other in package.readable.values():
        for key in other.foreign_keys:
            names_only = key.fields == (other.meaning.names_of,)
            if key.resource != resource.name or names_only:
                continue
            rows = package.rows(other.name)
            if other.name == resource.name:
                rows = tuple(
                    row
                    for row in rows
                    if any(row[a] != row[b] for a, b in zip(key.fields, key.reference, strict=True))
                )
            yield key.reference, {tuple(row[name] for name in key.fields) for row in rows}
