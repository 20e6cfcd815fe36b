"""Compare two descriptors: their schemas, all their properties, and their words.

All properties are kept so that either descriptor can be made from the other. Words are titles,
descriptions, licences and vocabulary, but not the properties of an edition (its version, its
date), which are not a change of the package.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Struct

from interopwatch.changeset.model import DescriptorChange, SchemaChange
from interopwatch.package.renames import Renames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changes import Changes
    from interopwatch.package.descriptor import Descriptor, Field, Resource
    from interopwatch.package.renames import Names

    _Steps = tuple[str | int, ...]

NONE: Final = Renames()


def compare_schemas(
    old: Descriptor, new: Descriptor, names: Iterable[str], renames: Renames = NONE
) -> tuple[SchemaChange, ...]:
    """Return the differences between the schemas of the named resources.

    Args:
        old: The older descriptor, in the names of the newer one.
        new: The newer descriptor.
        names: The resources to compare, by their new names.
        renames: The renames between them.
    """
    found: list[SchemaChange] = []
    back = ~renames.resources
    for name in names:
        if name in back.pairs and name in old.by_name and name in new.by_name:
            old_name = {"name": back.pairs[name]}
            found.append(SchemaChange(name, "", "renamed", old_name, {"name": name}))
        before, after = old.by_name.get(name), new.by_name.get(name)
        if before is None and after is not None:
            found.append(SchemaChange(name, "", "added", None, _resource(after)))
        elif after is None and before is not None:
            found.append(SchemaChange(name, "", "removed", _resource(before), None))
        elif before is not None and after is not None:
            found.extend(_fields(before, after, renames.of(name)))
    return tuple(found)


def _fields(before: Resource, after: Resource, renamed: Names) -> Iterator[SchemaChange]:
    # A key that the user named, or that was inferred, is not a change of the schema.
    before, after = before.as_declared, after.as_declared
    name, back = after.name, ~renamed
    if before.primary_key != after.primary_key:
        yield SchemaChange(
            name,
            "",
            "changed",
            {"primaryKey": list(before.primary_key)},
            {"primaryKey": list(after.primary_key)},
        )
    # Positions among the common fields, so that added and removed fields do not move others.
    kept_before = [f for f in before.header if f in after.by_name]
    kept_after = [f for f in after.header if f in before.by_name]
    # A renamed field sorts by the lesser of its two names, in either direction.
    for field in merged(before.header, after.header, lambda n: min(n, back.pairs.get(n, n))):
        if field in back.pairs and field in before.by_name and field in after.by_name:
            old_name = {"name": back.pairs[field]}
            yield SchemaChange(name, field, "renamed", old_name, {"name": field})
        if field not in after.by_name:
            yield SchemaChange(name, field, "removed", _field(before.by_name[field]), None)
        elif field not in before.by_name:
            yield SchemaChange(name, field, "added", None, _field(after.by_name[field]))
        else:
            old, new = _field(before.by_name[field]), _field(after.by_name[field])
            if old != new:
                yield SchemaChange(name, field, "changed", old, new)
            old_position, new_position = kept_before.index(field), kept_after.index(field)
            if old_position != new_position:
                yield SchemaChange(
                    name, field, "moved", {"position": old_position}, {"position": new_position}
                )


def merged(
    one: Sequence[str], other: Sequence[str], alias: Callable[[str], str] = str
) -> list[str]:
    """Merge two lists of names into one order that does not depend on which comes first.

    If two names have the same position, ``alias`` decides: a name that is the same in either
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
    resource = resource.as_declared
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


OF_THE_FILE: Final = ("hash", "bytes", "dialect", "encoding")
"""Properties of a resource that describe its file rather than its rows: form, not content."""

OF_THE_SOURCE: Final = ("path", "data", "compression", "format", "mediatype")
"""The further properties of this kind for a table that is not one plain file."""


def compare_descriptors(
    old: Descriptor, new: Descriptor, names: Iterable[str], *, whole: bool
) -> tuple[DescriptorChange, ...]:
    """Return the differences between two descriptors for the named resources.

    Args:
        old: The older descriptor.
        new: The newer descriptor.
        names: The resources to compare.
        whole: Whether to compare the properties of the package, too.
    """
    return tuple(_changes(old, new, names, whole=whole))


def package_properties(descriptor: Descriptor) -> dict[str, Any]:
    """Return the properties of a package; its resources only as a list of names."""
    return {**descriptor.raw, "resources": _names(descriptor)}


def _names(descriptor: Descriptor) -> list[str]:
    if "resources" not in descriptor.raw:
        return [r.name for r in descriptor.resources]
    return [item["name"] for item in descriptor.raw["resources"]]


def resource_properties(descriptor: Descriptor) -> dict[str, dict[str, Any]]:
    """Return the properties of each resource, without those of its file."""
    if "resources" not in descriptor.raw:  # made in memory, for a bare CSV file
        return {r.name: _declared_properties(r.as_declared) for r in descriptor.resources}
    return {
        item["name"]: _canonical_properties(item, descriptor)
        for item in descriptor.raw["resources"]
    }


def _canonical_properties(item: Mapping[str, Any], descriptor: Descriptor) -> dict[str, Any]:
    """Return the properties of a resource as written in canonical form."""
    resource = descriptor.by_name.get(item["name"])
    if resource is None:
        return {key: value for key, value in item.items() if key not in ("hash", "bytes")}
    properties = {key: value for key, value in item.items() if key not in OF_THE_FILE}
    if resource.source is None:
        return properties
    rest = {key: value for key, value in properties.items() if key not in ("name", *OF_THE_SOURCE)}
    return {"name": resource.name, "path": resource.path, **rest}


def _declared_properties(resource: Resource) -> dict[str, Any]:
    fields = [{"name": field.name, "type": field.type} for field in resource.fields]
    schema = {"fields": fields, "primaryKey": list(resource.primary_key)}
    return {"name": resource.name, "path": resource.path, "schema": schema}


def _changes(
    old: Descriptor, new: Descriptor, names: Iterable[str], *, whole: bool
) -> Iterator[DescriptorChange]:
    if whole:
        before, after = package_properties(old), package_properties(new)
        if _text(before) != _text(after):
            yield DescriptorChange("", before, after)
    old_properties, new_properties = resource_properties(old), resource_properties(new)
    for name in names:
        if _text(old_properties.get(name)) != _text(new_properties.get(name)):
            yield DescriptorChange(name, old_properties.get(name), new_properties.get(name))


def _text(properties: Mapping[str, Any] | None) -> str:
    """Encode as JSON, where `1`, `1.0` and `true` differ, and so does the order of members."""
    return json.dumps(properties)


# Reported elsewhere: editions by the sides of a change set, snapshots by their history, fields by
# schema changes, tables by rows and form.
_OF_THE_EDITION: Final = ("resources", "version", "created", "id", "contributors")
_OF_THE_SNAPSHOT: Final = (
    "date", "basis", "covers", "why", "from", "editions", "lacks", "forced", "unresolved",
    "previous",
)  # fmt: skip
_OF_THE_FIELD: Final = ("type", "format", "constraints")
_OF_THE_TABLE: Final = ("name", "path", "bytes", "hash")
_MOST: Final = 60
"""A longer text (in characters) is shortened: two of them, with their location, are two lines of a
terminal."""
_LARGE: Final = 1 << 20
"""Larger properties of a resource (in characters of JSON) are shown as one difference: finding the
items that moved in a list of 40,000 texts, almost as large, took 1.3 s."""


class WordChange(Struct, frozen=True):
    """One difference in the words of two descriptors.

    Attributes:
        place: The resource, the field, and the property that differs.
        before: The older value, quoted; “nothing” if there is none.
        after: The newer value.
    """

    place: str
    before: str
    after: str


def words_of(changes: Changes) -> tuple[WordChange, ...]:
    """Return the differences in the words of the descriptors."""
    renamed = changes.renames
    by_resource = {change.resource: change for change in changes.descriptor}
    # Added and removed tables are schema changes, and other files file changes if they exist.
    reported = {c.resource for c in changes.schema} | {c.resource for c in changes.files}
    found: list[WordChange] = []
    for name, change in by_resource.items():
        resource = renamed.resources.renamed(name) if name else ""
        after = by_resource.get(resource, change).after
        if change.before is None or after is None:
            if name not in reported:
                sides = change.before, change.after
                shown = [_shown(UNSET if side is None else side) for side in sides]
                found.append(WordChange(f"{name}: all", *shown))
            continue
        before = _words(change.before, resource, renamed.of(resource).renamed)
        found += _changed_words(resource, before, _words(after, resource, str))
    return tuple(found)


def _changed_words(
    resource: str, before: dict[str, Any], after: dict[str, Any]
) -> Sequence[WordChange]:
    """Return the differences in words of one resource; as a single one if it is large."""
    one, other = _without_schema_changes(before, after)
    texts = [json.dumps(side, sort_keys=True) for side in (one, other)]
    if texts[0] == texts[1]:
        return ()
    if max(map(len, texts)) > _LARGE:
        return (WordChange(f"{resource or 'package'}: all", *map(_shown, texts)),)
    words = [
        WordChange(_place(resource, steps), _shown(old_value), _shown(new_value))
        for steps, old_value, new_value in _differences(one, other)
    ]
    return sorted(words, key=lambda each: (each.place, each.before, each.after))


def has_changes(changes: Changes) -> bool:
    """Return whether anything differs apart from form: rows, schemas, or words of descriptors."""
    return bool(changes) or bool(words_of(changes))


def _words(
    properties: Mapping[str, Any], resource: str, name: Callable[[str], str]
) -> dict[str, Any]:
    """Return the words among properties; fields by name, so that their order is irrelevant."""
    apart = _OF_THE_TABLE if resource else _OF_THE_EDITION
    words = {key: value for key, value in properties.items() if key not in apart}
    extension = words.get("interopwatch")
    if not resource and isinstance(extension, dict):
        words["interopwatch"] = {k: v for k, v in extension.items() if k not in _OF_THE_SNAPSHOT}
        if not words["interopwatch"]:
            del words["interopwatch"]
    schema = words.get("schema")
    if resource and isinstance(schema, dict):
        words["schema"] = {
            key: value for key, value in schema.items() if key not in ("fields", "primaryKey")
        }
        words["fields"] = {
            name(str(field.get("name"))): {
                k: v for k, v in field.items() if k not in ("name", *_OF_THE_FIELD)
            }
            for field in schema.get("fields", [])
            if isinstance(field, dict)
        }
    return words


def _without_schema_changes(
    one: dict[str, Any], other: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides without added and removed fields, which are schema changes."""
    if "fields" not in one or "fields" not in other:
        return one, other
    both = one["fields"].keys() & other["fields"].keys()
    old, new = (
        {**side, "fields": {n: f for n, f in side["fields"].items() if n in both}}
        for side in (one, other)
    )
    return old, new


def _differences(one: Any, other: Any, steps: _Steps = ()) -> Iterator[tuple[_Steps, Any, Any]]:  # noqa: ANN401 - JSON
    """Yield where two JSON values differ, and both parts there; ``UNSET`` for a missing one.

    Objects in an array are matched by index. Only if texts in it moved, a library determines which;
    it takes half a second to load.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            sides = one.get(name, UNSET), other.get(name, UNSET)
            yield from _differences(*sides, (*steps, name))
    elif not (isinstance(one, list) and isinstance(other, list)):
        if type(one) is not type(other) or one != other:
            yield steps, one, other
    elif not (_are_plain(one) and _are_plain(other)) or _keep_places(one, other):
        for place, sides in enumerate(zip_longest(one, other, fillvalue=UNSET)):
            yield from _differences(*sides, (*steps, place))
    else:
        from deepdiff import DeepDiff

        found = DeepDiff(one, other, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
        for kind in found:
            for each in found[kind]:
                sides = (_present(each.t1), _present(each.t2))
                yield (*steps, *each.path(output_format="list")), *sides


def _are_plain(items: Iterable[object]) -> bool:
    """Return whether no JSON value among these is an object or an array."""
    return not any(isinstance(item, (dict, list)) for item in items)


def _keep_places(one: Sequence[object], other: Sequence[object]) -> bool:
    """Return whether two lists are equal, or of one length with no item at different indexes."""
    if one == other:
        return True
    places = [(text, place) for side in (one, other) for place, text in enumerate(map(str, side))]
    return len(one) == len(other) and len(dict(places)) == len(set(places))


def _present(value: object) -> object:
    return UNSET if type(value).__name__ == "NotPresent" else value


def _place(resource: str, path: _Steps) -> str:
    """Format the location of a difference for readers: ``people.name: title``."""
    steps = list(map(str, path))
    if resource and steps[:1] == ["fields"] and len(steps) > 1:
        return f"{resource}.{steps[1]}: {' '.join(steps[2:]) or 'all'}"
    return f"{resource or 'package'}: {' '.join(steps)}"


def _shown(value: object) -> str:
    if value is UNSET:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text}”" if len(text) <= _MOST else f"“{text[: _MOST - 1]}…”"
