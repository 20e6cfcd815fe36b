"""A package whose rows are told apart by another key than its descriptor declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.errors import DescriptorError
from interopwatch.package.package import Package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.package.descriptor import Resource


def with_key(package: Package, key: Sequence[str]) -> Package:
    """A package under a key that the user names.

    Args:
        package: The package.
        key: Fields. One that is written ``resource.field`` belongs to the key of that
            resource; the others, to those of all resources that declare no key and have
            them all.

    Raises:
        DescriptorError: A field is in no resource that it could be for.
    """
    resources = package.descriptor.resources
    own: dict[str, list[str]] = {}
    common = []
    for name in key:
        place = _place(package, name)
        if place is None:
            common.append(name)
        else:
            own.setdefault(place.name, []).append(name.removeprefix(f"{place.name}."))
    keyless = [r for r in resources if not r.primary_key and r.name not in own]
    fitting = {r.name for r in keyless if common and all(name in r.by_name for name in common)}
    if common and not fitting:
        raise _useless(package, common, keyless)

    def keyed(resource: Resource) -> Resource:
        names = own.get(resource.name) or (common if resource.name in fitting else None)
        return replace(resource, primary_key=tuple(names)) if names else resource

    descriptor = replace(package.descriptor, resources=tuple(map(keyed, resources)))
    found = Package(package.root, descriptor, package.label, package.files, package.places)
    found.file = package.file
    return found


def with_keys(old: Package, new: Package, key: Sequence[str]) -> tuple[Package, Package]:
    """Two packages under a key that the user names; see :func:`with_key`.

    A package all resources of which declare their key needs none, if the other does.

    Raises:
        DescriptorError: A field is in no resource that it could be for.
    """
    sides = []
    useless = []
    for package in (old, new):
        try:
            sides.append(with_key(package, key))
        except DescriptorError as error:
            if not all(r.primary_key for r in package.descriptor.resources):
                raise
            useless.append(error)
            sides.append(with_key(package, [n for n in key if _place(package, n) is not None]))
    if len(useless) > 1:
        raise useless[0]
    return sides[0], sides[1]


def _place(package: Package, name: str) -> Resource | None:
    """The resource for which a field of a key is named, if it is for one."""
    for resource in package.descriptor.resources:
        plain = name.removeprefix(f"{resource.name}.")
        if plain != name and plain in resource.by_name:
            return resource
    return None


def _useless(package: Package, key: Sequence[str], keyless: Sequence[Resource]) -> DescriptorError:
    named = ", ".join(key)
    if not keyless:
        return DescriptorError(
            f"--key {named}: every resource of {package.label} declares its primary key",
            hint="Write --key RESOURCE.FIELD to use another one.",
        )
    there = "; ".join(f"{r.name}: {', '.join(r.header)}" for r in keyless)
    return DescriptorError(
        f"--key {named}: no resource of {package.label} without a primary key has these fields",
        hint=f"Their fields are: {there}.",
    )
