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
from interopwatch.package.descriptor import Field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from interopwatch.package.descriptor import Descriptor, Dialect, Resource
    from interopwatch.package.package import Package

DELIMITERS: Final = ",;\t|"
"""What may stand between cells; of those that fit equally well, the first is taken."""
LOOKED_AT: Final = 20
"""Records that tell by what their cells are separated: all have as many cells as the header. A
round number, which only has to be so large that records of text do not agree by chance."""


def adapted(package: Package, names: Collection[str] | None = None) -> Package:
    """A package under schemas that its headers agree with; nothing is read but the headers.

    What differs from what is declared is added to the ``notes`` of its descriptor. Tables that
    cannot be read, and those that say what their fields mean (``interopwatch``), stay as they
    are.

    Args:
        package: The package.
        names: The tables to look at; all of them if not given.
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
            continue  # an error where the table is asked for
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
    """A descriptor whose JSON object declares the fields and keys that its tables have.

    Args:
        descriptor: The descriptor.
        names: The tables to declare anew; those of which more is known than is declared if not
            given.
    """
    # A package made in memory (of a data frame, of a bare CSV file) has no JSON to say it in.
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
    """What to say of a table whose delimiter was found, and is not declared."""
    said = json.dumps({"delimiter": _dialect(resource).delimiter})
    return f'its dialect does not say what stands between its cells: "dialect": {said}'


def _header(package: Package, resource: Resource) -> tuple[str, ...] | None:
    """The header of a table as it is described; ``None`` if it cannot be read."""
    try:
        return _under(package, resource).header(resource.name)
    except InteropwatchError:
        return None


def _separated(
    package: Package, resource: Resource, header: Sequence[str] | None
) -> Resource | None:
    """A table with the delimiter that its header shows; ``None`` if it needs no other.

    A header of one cell is that of several fields if another delimiter makes it hold declared
    ones. Without a schema, the first records have to have as many cells.
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
    """Whether a table may have another delimiter than it is read with."""
    source = resource.source
    if source is not None and not source.paths:  # it is kept in the descriptor
        return False
    if header is None:
        # Of a file on disk, the header can be read under any delimiter; all records of others are.
        if source is None:
            return False
    elif len(header) != 1 or header[0] in resource.by_name or set(DELIMITERS).isdisjoint(*header):
        return False
    said = package.descriptor.item(resource.name)
    return "delimiter" not in said.get("dialect", {}) and "interopwatch" not in said


def _are_alike(package: Package, resource: Resource) -> bool:
    """Whether the first records of a table have as many cells as its header."""
    try:
        for _ in islice(_under(package, resource).each_row(resource.name), LOOKED_AT):
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


def _under(package: Package, resource: Resource) -> Package:
    """A package in which one table is described otherwise."""
    described = package.descriptor
    if described.by_name.get(resource.name) is resource:
        return package
    resources = tuple(resource if r.name == resource.name else r for r in described.resources)
    return package.with_descriptor(replace(described, resources=resources))


def _fitting(
    resource: Resource, header: Sequence[str], descriptor: Descriptor
) -> tuple[Resource, str] | None:
    """A resource under the fields of its header, and what to say of it; ``None`` if it fits."""
    # Names that stand twice, or none at all, are an error where the table is read.
    if len(set(header)) < len(header) or not header or set(header) == set(resource.header):
        return None
    if not resource.fields:
        return replace(resource, fields=tuple(Field(name) for name in header)), ""
    declared = dict(resource.by_name)
    # `caseSensitiveHeader: false` (Table Dialect 2.0): the header's spelling under the declared
    # type.
    if resource.ignores_case:
        folded = {name.casefold(): field for name, field in declared.items()}
        declared |= {n: folded[n.casefold()] for n in header if n.casefold() in folded}
    # Who says what fields mean relies on their names. And where no name agrees, the file is another
    # one: to adapt would hide that.
    is_ours = "interopwatch" in descriptor.item(resource.name)
    if is_ours or not any(name in declared for name in header):
        return None
    fields = tuple(
        replace(declared[name], name=name) if name in declared else Field(name) for name in header
    )
    there = set(header)
    # Part of a key would hold rows for one that are not.
    key = resource.primary_key if there.issuperset(resource.primary_key) else ()
    keys = tuple(k for k in resource.foreign_keys if there.issuperset(k.fields))
    adapted = replace(resource, fields=fields, primary_key=key, foreign_keys=keys)
    lacking = [n for n in resource.header if n not in there]
    return adapted, _difference(resource, lacking, [n for n in header if n not in declared])


def _difference(resource: Resource, lacking: Sequence[str], surplus: Sequence[str]) -> str:
    """In what a header differs, in words; empty if it may."""
    # What `fieldsMatch` allows (Table Schema 2.0) is no difference worth a note.
    allowed = {"subset": ("surplus",), "superset": ("lacking",), "partial": ("surplus", "lacking")}
    differences = [
        f"{verb} {_listed(some)}"
        for what, verb, some in (("lacking", "lacks", lacking), ("surplus", "also has", surplus))
        if some and what not in allowed.get(resource.matching, ())
    ]
    return f"its header {' and '.join(differences)}" if differences else ""


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(map(repr, names[:most])) + (" …" if len(names) > most else "")


def _described(item: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """What the descriptor says of a resource, under the fields that it has."""
    schema = dict(item.get("schema") or {})
    said = {f["name"]: f for f in schema.get("fields", ())}
    schema["fields"] = [
        said.get(field.name)
        # The header may have the name in other letter case, see `_fitting`.
        or {
            **next((f for n, f in said.items() if n.casefold() == field.name.casefold()), {}),
            "name": field.name,
            "type": field.type,
        }
        for field in resource.fields
    ]
    said_key = schema.get("primaryKey", [])
    key = [said_key] if isinstance(said_key, str) else said_key
    if key != list(resource.primary_key):
        schema["primaryKey"] = list(resource.primary_key)
    if "primaryKey" in schema and not resource.primary_key:
        del schema["primaryKey"]
    if "foreignKeys" in schema:
        kept = {key.fields for key in resource.foreign_keys}
        schema["foreignKeys"] = [
            key
            for key in schema["foreignKeys"]
            if tuple([key["fields"]] if isinstance(key["fields"], str) else key["fields"]) in kept
        ]
    return {**item, "schema": schema}
