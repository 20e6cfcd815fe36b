"""How two descriptors' schemas differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from interopwatch.changes import SchemaChange
from interopwatch.renaming import Renames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.descriptor import Descriptor, Field, Resource
    from interopwatch.renaming import Names

NONE: Final = Renames()


def compare_schemas(
    old: Descriptor, new: Descriptor, names: Iterable[str], renames: Renames = NONE
) -> tuple[SchemaChange, ...]:
    """The differences between the schemas of the named resources.

    Args:
        old: The descriptor before, in the names of the newer one.
        new: The descriptor after.
        names: The resources to look at, by their new names.
        renames: What was renamed.
    """
    found: list[SchemaChange] = []
    back = ~renames.resources
    for name in names:
        if name in back.pairs and name in old.by_name and name in new.by_name:
            was = {"name": back.pairs[name]}
            found.append(SchemaChange(name, "", "renamed", was, {"name": name}))
        before, after = old.by_name.get(name), new.by_name.get(name)
        if before is None and after is not None:
            found.append(SchemaChange(name, "", "added", None, _resource(after)))
        elif after is None and before is not None:
            found.append(SchemaChange(name, "", "removed", _resource(before), None))
        elif before is not None and after is not None:
            found.extend(_fields(before, after, renames.of(name)))
    return tuple(found)


def _fields(before: Resource, after: Resource, renamed: Names) -> Iterator[SchemaChange]:
    name, back = after.name, ~renamed
    if before.primary_key != after.primary_key:
        yield SchemaChange(
            name,
            "",
            "changed",
            {"primaryKey": list(before.primary_key)},
            {"primaryKey": list(after.primary_key)},
        )
    kept_before = [f for f in before.header if f in after.by_name]
    kept_after = [f for f in after.header if f in before.by_name]
    for field in merged(before.header, after.header, lambda n: min(n, back.pairs.get(n, n))):
        if field in back.pairs and field in before.by_name and field in after.by_name:
            was = {"name": back.pairs[field]}
            yield SchemaChange(name, field, "renamed", was, {"name": field})
        if field not in after.by_name:
            yield SchemaChange(name, field, "removed", _field(before.by_name[field]), None)
        elif field not in before.by_name:
            yield SchemaChange(name, field, "added", None, _field(after.by_name[field]))
        else:
            old, new = _field(before.by_name[field]), _field(after.by_name[field])
            if old != new:
                yield SchemaChange(name, field, "changed", old, new)
            there, here = kept_before.index(field), kept_after.index(field)
            if there != here:
                yield SchemaChange(name, field, "moved", {"position": there}, {"position": here})


def merged(
    one: Sequence[str], other: Sequence[str], alias: Callable[[str], str] = str
) -> list[str]:
    """The names of two lists in one order, whichever of them comes first.

    Where two names share a place, ``alias`` decides: a name that means the same in either
    direction.

    >>> merged(["a", "b", "d"], ["a", "c", "d"]) == merged(["a", "c", "d"], ["a", "b", "d"])
    True
    """
    places: dict[str, int] = {}
    for names in (one, other):
        for place, name in enumerate(names):
            places[name] = min(place, places.get(name, place))
    return sorted(places, key=lambda name: (places[name], alias(name)))


def _resource(resource: Resource) -> Mapping[str, Any]:
    return {
        "fields": [_field(field) for field in resource.fields],
        "primaryKey": list(resource.primary_key),
    }


def _field(field: Field) -> Mapping[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "format": field.format,
        "constraints": dict(field.constraints),
    }
