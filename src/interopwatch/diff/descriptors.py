"""What two descriptors say differently: whole, so that either can be made from the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from interopwatch.changes import DescriptorChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.descriptor import Descriptor, Resource

OF_THE_FILE: Final = ("hash", "bytes", "dialect", "encoding")
"""What a descriptor says of a resource's file rather than of its rows: form, not content."""


def compare_descriptors(
    old: Descriptor, new: Descriptor, names: Iterable[str], *, whole: bool
) -> tuple[DescriptorChange, ...]:
    """What two descriptors say differently of the named resources.

    Args:
        old: The descriptor before.
        new: The descriptor after.
        names: The resources to look at.
        whole: Whether to look at what is said of the package as a whole, too.
    """
    return tuple(_changes(old, new, names, whole=whole))


def said_of_package(descriptor: Descriptor) -> dict[str, Any]:
    """What a descriptor says of the package; of its resources, only their names in order."""
    return {**descriptor.raw, "resources": [r.name for r in descriptor.resources]}


def said_of_resources(descriptor: Descriptor) -> dict[str, dict[str, Any]]:
    """What a descriptor says of each resource, but for the form of its file."""
    if "resources" not in descriptor.raw:  # it was not read, but made: for a bare CSV file
        return {resource.name: _said(resource) for resource in descriptor.resources}
    return {
        item["name"]: {key: value for key, value in item.items() if key not in OF_THE_FILE}
        for item in descriptor.raw["resources"]
    }


def _said(resource: Resource) -> dict[str, Any]:
    fields = [{"name": field.name, "type": field.type} for field in resource.fields]
    schema = {"fields": fields, "primaryKey": list(resource.primary_key)}
    return {"name": resource.name, "path": resource.path, "schema": schema}


def _changes(
    old: Descriptor, new: Descriptor, names: Iterable[str], *, whole: bool
) -> Iterator[DescriptorChange]:
    if whole:
        before, after = said_of_package(old), said_of_package(new)
        if _text(before) != _text(after):
            yield DescriptorChange("", before, after)
    mine, yours = said_of_resources(old), said_of_resources(new)
    for name in names:
        if _text(mine.get(name)) != _text(yours.get(name)):
            yield DescriptorChange(name, mine.get(name), yours.get(name))


def _text(said: Mapping[str, Any] | None) -> str:
    """As JSON text, where `1`, `1.0` and `true` differ, and so does the order of members."""
    return json.dumps(said)
