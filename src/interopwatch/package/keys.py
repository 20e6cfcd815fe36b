"""Packages under a primary key other than the declared one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from interopwatch.errors import DescriptorError, InteropwatchError
from interopwatch.package.descriptor import Field
from interopwatch.package.types import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.renames import Renames

    Key = tuple[str, ...]


def with_keys(old: Package, new: Package, key: Sequence[str]) -> tuple[Package, Package]:
    """Return two packages under a primary key named by the user.

    Args:
        old: The older package.
        new: The newer package.
        key: Fields. ``resource.field`` belongs to the key of that resource, even if it declares
            another; a plain field, to those of all resources that declare no key in one of
            the packages and have all plain fields. ``old=new`` is a renamed field.

    Raises:
        DescriptorError: A field is in no resource that it could belong to.
    """
    if not key:
        return old, new
    # The fields of a table without a schema are known only once its header has been read.
    old, new = (_with_fields(package) for package in (old, new))
    by_resource: dict[str, list[_KeyPart]] = {}
    common: list[_KeyPart] = []
    for text in key:
        name, part = _part(old, new, text)
        if name:
            by_resource.setdefault(name, []).append(part)
        else:
            common.append(part)
    fitting = _fitting(old, new, common, by_resource) if common else frozenset()
    keys = {**dict.fromkeys(fitting, common), **by_resource}

    def keyed_side(package: Package, side: int) -> Package:
        def keyed(resource: Resource) -> Resource:
            named = tuple(part[side] for part in keys.get(resource.name, ()))
            return keyed_resource(resource, named) if named else resource

        return _changed(package, keyed)

    return keyed_side(old, 0), keyed_side(new, 1)


def keyed(package: Package, key: Sequence[str]) -> Package:
    """Return a package under a primary key named by the user.

    Args:
        package: The package.
        key: Fields, as for :func:`with_keys`, but none renamed.

    Raises:
        DescriptorError: A field is in no resource that it could belong to, or is renamed.
    """
    found, other = with_keys(package, package, key)
    # With the same package on both sides, `old=new` would give them different keys.
    if found.descriptor.resources != other.descriptor.resources:
        raise DescriptorError(
            f"--key {', '.join(key)}: OLD=NEW needs two editions, and there is only one here",
            hint="Write --key FIELD, or --key RESOURCE.FIELD.",
        )
    return found


def common_keys(old: Package, new: Package) -> tuple[Package, Package]:
    """Give each of two packages the primary keys that only the other one declares.

    A resource that lacks fields of the key does not get it.
    """
    return _with_key_of(old, new), _with_key_of(new, old, is_newer=True)


def comparable_keys(old: Package, new: Package) -> tuple[Package, Package]:
    """Read key fields as strings if their declared types are not comparable.

    A table whose key was a string and is now an integer or a date has the same rows.

    Args:
        old: The older package, in the names of the newer one.
        new: The newer package.
    """
    return _of_texts(old, new), _of_texts(new, old)


def _of_texts(package: Package, other: Package) -> Package:
    others = other.descriptor.by_name

    def read_as_text(resource: Resource) -> Resource:
        if resource.name not in others:
            return resource
        other_fields = others[resource.name].by_name
        retyped = {
            name
            for name in resource.primary_key
            if name in other_fields
            and kind_of(resource.by_name[name]) != kind_of(other_fields[name])
        }
        if not retyped:
            return resource
        fields = tuple(_text(f) if f.name in retyped else f for f in resource.fields)
        return replace(resource, fields=fields, declared=resource.as_declared)

    return _changed(package, read_as_text)


def _text(field: Field) -> Field:
    gaps = {name: each for name, each in field.options.items() if name == "missingValues"}
    return replace(field, type="string", format="default", options=gaps)


def without_lost_keys(old: Package, new: Package, renames: Renames) -> tuple[Package, Package]:
    """Drop the primary keys whose fields only one of two packages has, so that others are inferred.

    Args:
        old: The older package.
        new: The newer package.
        renames: The renames between them.
    """
    lost = {
        resource.name
        for resource in new.descriptor.resources
        if (before := old.descriptor.by_name.get(resource.name)) is not None
        and not set(resource.primary_key)
        <= set(map(renames.of(resource.name).renamed, before.header))
    }
    return (
        _changed(old, lambda r: keyed_resource(r, ()) if r.name in lost else r),
        _changed(new, lambda r: keyed_resource(r, ()) if r.name in lost else r),
    )


def matched_by(package: Package, keys: Mapping[str, Key]) -> Package:
    """Return a package under primary keys that were inferred for resources that declare none.

    Args:
        package: The package.
        keys: The fields by resource; empty for one whose rows are compared as wholes.
    """
    found = {
        resource.name: key
        for resource in package.descriptor.resources
        if not resource.primary_key and (key := keys.get(resource.name))
    }
    if not found:
        return package
    package = _with_fields(package, found)
    return _changed(
        package,
        lambda r: keyed_resource(r, found[r.name]) if r.name in found else r,
    )


def keyed_resource(resource: Resource, key: Key) -> Resource:
    """Return a resource under another primary key."""
    if resource.primary_key == key:
        return resource
    return replace(resource, primary_key=key, declared=resource.as_declared)


def fields_of(package: Package, resource: Resource) -> tuple[Field, ...]:
    """Return the fields of a resource: those of its header, as strings, if it has no schema."""
    if resource.fields:
        return resource.fields
    try:
        row = next(iter(package.each_row(resource.name)), None)
        names = package.table(resource.name).resource.header if row is None else tuple(row)
    except InteropwatchError:  # reported when its rows are read
        return ()
    return tuple(map(Field, names))


class _KeyPart(NamedTuple):
    """A field of a key, under its name in either package."""

    old: str
    new: str


def _part(old: Package, new: Package, text: str) -> tuple[str, _KeyPart]:
    """Return the resource that a key field of the user belongs to, empty for all, and the field."""
    resources = [*new.descriptor.resources, *old.descriptor.resources]
    every = {field for resource in resources for field in resource.header}
    for resource in resources:
        plain = text.removeprefix(f"{resource.name}.")
        if plain != text and (part := _named(old, new, plain, resource.name)):
            return resource.name, part
    old_name, equals, new_name = text.partition("=")
    # A field name may itself contain an equals sign: then the text is that field.
    is_pair = equals and text not in every
    return "", _KeyPart(old_name, new_name) if is_pair else _KeyPart(text, text)


def _named(old: Package, new: Package, plain: str, name: str) -> _KeyPart | None:
    """Parse a field of one resource; ``None`` if it has no such field."""
    headers = [
        package.descriptor.by_name[name].header if name in package.descriptor.by_name else ()
        for package in (old, new)
    ]
    if any(plain in header for header in headers):
        return _KeyPart(plain, plain)
    old_name, equals, new_name = plain.partition("=")
    new_name = new_name.removeprefix(f"{name}.")
    is_pair = equals and old_name in headers[0] and new_name in headers[1]
    return _KeyPart(old_name, new_name) if is_pair else None


def _fitting(
    old: Package, new: Package, common: Sequence[_KeyPart], keyed: Collection[str]
) -> frozenset[str]:
    """Return the resources without a key that have some fields, wherever they occur.

    Raises:
        DescriptorError: There is none.
    """
    sides = ((old, 0), (new, 1))
    places: dict[str, list[tuple[Resource, int]]] = {}
    for package, side in sides:
        for resource in package.descriptor.resources:
            if resource.name not in keyed:
                places.setdefault(resource.name, []).append((resource, side))
    keyless = {n: p for n, p in places.items() if not all(r.primary_key for r, _ in p)}
    found = frozenset(
        name
        for name, occurrences in keyless.items()
        if all(part[side] in resource.by_name for resource, side in occurrences for part in common)
    )
    if found:
        return found
    for part in common:
        _refuse_unknown(places, part)
    text = ", ".join(p.old if p.old == p.new else f"{p.old}={p.new}" for p in common)
    if not keyless:
        raise DescriptorError(
            f"--key {text}: every resource of {old.label} declares its primary key",
            hint="Write --key RESOURCE.FIELD to use another one.",
        )
    side = next(s for occurrences in keyless.values() for r, s in occurrences if not r.primary_key)
    unkeyed = (old, new)[side]
    shown = "; ".join(f"{n}: {', '.join(p[0][0].header)}" for n, p in keyless.items())
    raise DescriptorError(
        f"--key {text}: no resource of {unkeyed.label} without a primary key has these fields",
        hint=f"Their fields are: {shown}.",
    )


def _refuse_unknown(places: Mapping[str, list[tuple[Resource, int]]], part: _KeyPart) -> None:
    """Reject ``resource.field`` if the resource has no such field.

    Raises:
        DescriptorError: The resource has no such field.
    """
    for name, occurrences in places.items():
        for resource, side in occurrences:
            field = part[side].removeprefix(f"{name}.")
            if field not in (part[side], *resource.by_name):
                raise DescriptorError(
                    f"--key {part[side]}: {name!r} has no field {field!r}",
                    hint=f"Its fields are: {', '.join(resource.header)}.",
                )


def _with_fields(package: Package, names: Collection[str] | None = None) -> Package:
    """Return a package in which resources without a schema have the fields of their header."""

    def described(resource: Resource) -> Resource:
        if resource.fields or not (names is None or resource.name in names):
            return resource
        fields = fields_of(package, resource)
        if not fields:
            return resource
        return replace(resource, fields=fields, declared=resource.as_declared)

    return _changed(package, described)


def _with_key_of(package: Package, other: Package, *, is_newer: bool = False) -> Package:
    others = other.descriptor.by_name

    def keyed(resource: Resource) -> Resource:
        key = others[resource.name].primary_key if resource.name in others else ()
        if resource.primary_key == key or not key:
            return resource
        # Rows are matched by the newer key, unless the older table cannot have it.
        has_key = set(resource.primary_key) <= others[resource.name].by_name.keys()
        if resource.primary_key and (has_key or not is_newer):
            return resource
        fits = all(name in resource.by_name for name in key)
        return keyed_resource(resource, key) if fits else resource

    return _changed(package, keyed)


def _changed(package: Package, change: Callable[[Resource], Resource]) -> Package:
    """Return the package with changed resource descriptions."""
    resources = tuple(map(change, package.descriptor.resources))
    if all(
        one is other for one, other in zip(resources, package.descriptor.resources, strict=True)
    ):
        return package
    # Reuse an equal view with the tables it has read: rows are narrated in batches.
    views = package.memo.setdefault("views", {})
    view = tuple(
        (r.name, r.primary_key, tuple((f.name, f.type) for f in r.fields)) for r in resources
    )
    if view in views:
        cached: Package = views[view]
        return cached
    found = package.with_descriptor(replace(package.descriptor, resources=resources))
    views[view] = found
    return found
