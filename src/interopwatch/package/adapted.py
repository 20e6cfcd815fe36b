"""A package whose schemas are those of the tables as they are: what people publish often differs.

A table without a schema gets the fields of its header, as text. Where a header and its schema
differ, the declared fields that are there keep their declaration, and the others are text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from interopwatch.errors import InteropwatchError
from interopwatch.package.descriptor import Field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.package import Package


def adapted(package: Package, names: Collection[str] | None = None) -> Package:
    """A package under schemas that its headers agree with; nothing is read but the headers.

    What differs from what is declared is added to the ``notes`` of its descriptor. Tables that
    cannot be read, and those that say what their fields mean (``interopwatch``), stay as they
    are.

    Args:
        package: The package.
        names: The tables to look at; all of them if not given.
    """
    found: dict[str, tuple[Resource, str]] = {}
    for resource in package.descriptor.resources:
        if (names is not None and resource.name not in names) or not package.is_readable(
            resource.name
        ):
            continue
        try:
            header = package.header(resource.name)
        except InteropwatchError:
            continue  # an error where the table is asked for
        if (other := _fitting(resource, header, package.descriptor)) is not None:
            found[resource.name] = other
    if not found:
        return package
    descriptor = package.descriptor
    described = replace(
        descriptor,
        resources=tuple(found.get(r.name, (r, ""))[0] for r in descriptor.resources),
        notes=(*descriptor.notes, *((n, note) for n, (_, note) in found.items() if note)),
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


def _fitting(
    resource: Resource, header: Sequence[str], descriptor: Descriptor
) -> tuple[Resource, str] | None:
    """A resource under the fields of its header, and what to say of it; ``None`` if it fits."""
    # Names that stand twice, or none at all, are an error where the table is read.
    if len(set(header)) < len(header) or not header or set(header) == set(resource.header):
        return None
    if not resource.fields:
        return replace(resource, fields=tuple(Field(name) for name in header)), ""
    said = next(i for i in descriptor.raw["resources"] if i["name"] == resource.name)
    declared = dict(resource.by_name)
    # `caseSensitiveHeader: false` (Table Dialect 2.0): the header's spelling under the declared
    # type.
    if resource.ignores_case:
        folded = {name.casefold(): field for name, field in declared.items()}
        declared |= {n: folded[n.casefold()] for n in header if n.casefold() in folded}
    # Who says what fields mean relies on their names. And where no name agrees, the file is another
    # one, or its delimiter is: to adapt would hide that.
    if "interopwatch" in said or not any(name in declared for name in header):
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
