"""Adapt the schemas of a package to the headers that its tables actually have.

A table without a schema gets its header's fields, as strings. Where a header and its schema
differ, the declared fields that are present keep their declaration, and the others are strings. A
delimiter that the dialect does not declare is inferred from the header.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from interopwatch.errors import InteropwatchError
from interopwatch.package.descriptor import DELIMITERS, Field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from interopwatch.package.descriptor import Descriptor, Dialect, Resource
    from interopwatch.package.package import Package

LOOKED_AT: Final = 20
"""Records checked to infer a delimiter: each must have as many cells as the header. A round number,
large enough that lines of text do not agree by chance."""


def adapted(package: Package, names: Collection[str] | None = None) -> Package:
    """Return a package whose schemas match the headers of its tables; only the headers are read.

    Each difference from the declared schema is added to the ``notes`` of its descriptor. Tables
    that are unreadable, or whose resource has an ``interopwatch`` property, are left unchanged.

    Args:
        package: The package.
        names: The tables to adapt; all of them if not given.
    """
    found: dict[str, tuple[Resource, Sequence[str]]] = {}
    for resource in package.descriptor.resources:
        if (names is not None and resource.name not in names) or not package.is_readable(
            resource.name
        ):
            continue
        header = _header(package, resource)
        separated = _separated(package, resource, header)
        if separated is not None:
            header = _header(package, separated)
            found[resource.name] = separated, (delimiter_note(separated),)
        if header is None:
            continue  # an error once the table is read
        other = _fitting(separated or resource, header, package.descriptor)
        if other is not None:
            fitting, note = other
            _, notes = found.get(resource.name, (fitting, ()))
            found[resource.name] = fitting, (*notes, *filter(None, [note]))
    if not found:
        return package
    descriptor = package.descriptor
    described = replace(
        descriptor,
        resources=tuple(found.get(r.name, (r, ()))[0] for r in descriptor.resources),
        notes=(
            *descriptor.notes,
            *((n, note) for n, (_, notes) in found.items() for note in notes),
        ),
    )
    return package.with_descriptor(declaring(described, found))


def declaring(descriptor: Descriptor, names: Collection[str] | None = None) -> Descriptor:
    """Return a descriptor whose JSON object declares the fields and keys that its resources have.

    Args:
        descriptor: The descriptor.
        names: The tables to redeclare; those with another schema than the declared one if not
            given.
    """
    # A package made in memory (from a data frame or a bare CSV file) has no JSON object.
    if "resources" not in descriptor.raw:
        return descriptor
    if names is None:
        names = {r.name for r in descriptor.resources if r.declared is not None}
    items = [
        _described(item, descriptor.by_name[item["name"]]) if item["name"] in names else item
        for item in descriptor.raw["resources"]
    ]
    resources = tuple(
        replace(r, declared=None) if r.name in names else r for r in descriptor.resources
    )
    return replace(descriptor, resources=resources, raw={**descriptor.raw, "resources": items})


def delimiter_note(resource: Resource) -> str:
    """Return the note on a table whose delimiter was inferred, not declared."""
    dialect = json.dumps({"delimiter": _dialect(resource).delimiter})
    return f'its dialect does not declare the delimiter: "dialect": {dialect}'


def _header(package: Package, resource: Resource) -> tuple[str, ...] | None:
    """Return the header of a table under its description; ``None`` if it cannot be read."""
    try:
        return _redescribed(package, resource).header(resource.name)
    except InteropwatchError:
        return None


def _separated(
    package: Package, resource: Resource, header: Sequence[str] | None
) -> Resource | None:
    """Return a table with the delimiter inferred from its header; ``None`` if it needs no other.

    Another delimiter is chosen if it splits a header of one cell into several, one of which is a
    declared field. Without a schema, the first records must have as many cells instead.
    """
    if not _may_be_separated(package, resource, header):
        return None
    found = []
    for delimiter in DELIMITERS:
        other = _with_delimiter(resource, delimiter)
        names = _header(package, other) or ()
        is_known = not other.by_name.keys().isdisjoint(names) or not other.fields
        if len(names) > 1 and is_known and (other.fields or _are_alike(package, other)):
            found.append((len(names), other))
    return max(found, key=lambda each: each[0], default=(0, None))[1]


def _may_be_separated(package: Package, resource: Resource, header: Sequence[str] | None) -> bool:
    """Return whether a table may have another delimiter than it is read with."""
    source = resource.source
    if source is not None and not source.paths:  # inline data
        return False
    if header is None:
        # A file on disk yields a header under any delimiter; other sources read all records.
        if source is None:
            return False
    elif len(header) != 1 or header[0] in resource.by_name or set(DELIMITERS).isdisjoint(*header):
        return False
    item = package.descriptor.item(resource.name)
    return "delimiter" not in item.get("dialect", {}) and "interopwatch" not in item


def _are_alike(package: Package, resource: Resource) -> bool:
    """Return whether the first records of a table have as many cells as its header."""
    try:
        for _ in islice(_redescribed(package, resource).each_row(resource.name), LOOKED_AT):
            pass
    except InteropwatchError:
        return False
    return True


def _dialect(resource: Resource) -> Dialect:
    return resource.dialect if resource.source is None else resource.source.dialect


def _with_delimiter(resource: Resource, delimiter: str) -> Resource:
    dialect = replace(_dialect(resource), delimiter=delimiter)
    if resource.source is None:
        return replace(resource, dialect=dialect)
    return replace(resource, source=replace(resource.source, dialect=dialect))


def _redescribed(package: Package, resource: Resource) -> Package:
    """Return a package in which one table has another description."""
    described = package.descriptor
    if described.by_name.get(resource.name) is resource:
        return package
    resources = tuple(resource if r.name == resource.name else r for r in described.resources)
    return package.with_descriptor(replace(described, resources=resources))


def _fitting(
    resource: Resource, header: Sequence[str], descriptor: Descriptor
) -> tuple[Resource, str] | None:
    """Return a resource with its header's fields, and a note; ``None`` if it matches already."""
    # Duplicate names, or no names at all, are an error once the table is read.
    if len(set(header)) < len(header) or not header or set(header) == set(resource.header):
        return None
    if not resource.fields:
        return replace(resource, fields=tuple(Field(name) for name in header)), ""
    declared = dict(resource.by_name)
    # `caseSensitiveHeader: false` (Table Dialect 2.0): the header's spelling, the declared type.
    if resource.ignores_case:
        folded = {name.casefold(): field for name, field in declared.items()}
        declared |= {n: folded[n.casefold()] for n in header if n.casefold() in folded}
    # An `interopwatch` property relies on the field names. And if no name matches, this is probably
    # the wrong file, which adapting would hide.
    is_extended = "interopwatch" in descriptor.item(resource.name)
    if is_extended or not any(name in declared for name in header):
        return None
    fields = tuple(
        replace(declared[name], name=name) if name in declared else Field(name) for name in header
    )
    present = set(header)
    # A part of the key would make different rows equal.
    key = resource.primary_key if present.issuperset(resource.primary_key) else ()
    keys = tuple(k for k in resource.foreign_keys if present.issuperset(k.fields))
    adapted = replace(resource, fields=fields, primary_key=key, foreign_keys=keys)
    missing = [n for n in resource.header if n not in present]
    return adapted, _difference(resource, missing, [n for n in header if n not in declared])


def _difference(resource: Resource, missing: Sequence[str], surplus: Sequence[str]) -> str:
    """Describe how a header differs from its schema; empty if the schema allows it."""
    # A difference that `fieldsMatch` allows (Table Schema 2.0) needs no note.
    allowed = {"subset": ("surplus",), "superset": ("missing",), "partial": ("surplus", "missing")}
    differences = [
        f"{verb} {_listed(some)}"
        for kind, verb, some in (("missing", "lacks", missing), ("surplus", "also has", surplus))
        if some and kind not in allowed.get(resource.matching, ())
    ]
    return f"its header {' and '.join(differences)}" if differences else ""


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(map(repr, names[:most])) + (" …" if len(names) > most else "")


def _described(item: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """Return a resource's JSON object with the fields and keys that the resource has."""
    schema = dict(item.get("schema") or {})
    declared = {f["name"]: f for f in schema.get("fields", ())}
    schema["fields"] = [
        declared.get(field.name)
        # The header may have the name in another case, see `_fitting`.
        or {
            **next((f for n, f in declared.items() if n.casefold() == field.name.casefold()), {}),
            "name": field.name,
            "type": field.type,
        }
        for field in resource.fields
    ]
    declared_key = schema.get("primaryKey", [])
    key = [declared_key] if isinstance(declared_key, str) else declared_key
    if key != list(resource.primary_key):
        schema["primaryKey"] = list(resource.primary_key)
    if "primaryKey" in schema and not resource.primary_key:
        del schema["primaryKey"]
    if "foreignKeys" in schema:
        key_fields = {key.fields for key in resource.foreign_keys}
        schema["foreignKeys"] = [
            key
            for key in schema["foreignKeys"]
            if tuple([key["fields"]] if isinstance(key["fields"], str) else key["fields"])
            in key_fields
        ]
    return {**item, "schema": schema}
