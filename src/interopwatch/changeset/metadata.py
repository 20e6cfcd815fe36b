"""Compare two descriptors: their schemas, all their properties, and their words.

All properties are kept so that either descriptor can be made from the other. Words are titles,
descriptions, licences and vocabulary, but not the properties of an edition (its version, its
date), which always differ.
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
    # A key that the user named, or that was found in the rows, is no change of the schema.
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
    # Places among the fields that both have, so that what comes or goes moves no other.
    kept_before = [f for f in before.header if f in after.by_name]
    kept_after = [f for f in after.header if f in before.by_name]
    # By the lesser of its two names, a renamed field has one place in either direction.
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
"""What a descriptor says of a resource's file rather than of its rows: form, not content."""

OF_THE_SOURCE: Final = ("path", "data", "compression", "format", "mediatype")
"""What it says, beside these, of a table that is not in one plain file."""


def compare_descriptors(
    old: Descriptor, new: Descriptor, names: Iterable[str], *, whole: bool
) -> tuple[DescriptorChange, ...]:
    """What two descriptors say differently of the named resources.

    Args:
        old: The descriptor before.
        new: The descriptor after.
        names: The resources to look at.
        whole: Whether to compare the properties of the package, too.
    """
    return tuple(_changes(old, new, names, whole=whole))


def package_properties(descriptor: Descriptor) -> dict[str, Any]:
    """What a descriptor says of the package; of its resources, only their names in order."""
    return {**descriptor.raw, "resources": _names(descriptor)}


def _names(descriptor: Descriptor) -> list[str]:
    if "resources" not in descriptor.raw:
        return [r.name for r in descriptor.resources]
    return [item["name"] for item in descriptor.raw["resources"]]


def resource_properties(descriptor: Descriptor) -> dict[str, dict[str, Any]]:
    """The properties of each resource, but for the form of its file."""
    if "resources" not in descriptor.raw:  # it was not read, but made: for a bare CSV file
        return {r.name: _declared_properties(r.as_declared) for r in descriptor.resources}
    return {
        item["name"]: _canonical_properties(item, descriptor)
        for item in descriptor.raw["resources"]
    }


def _canonical_properties(item: Mapping[str, Any], descriptor: Descriptor) -> dict[str, Any]:
    """The properties of a resource as it is written in canonical form."""
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
    mine, yours = resource_properties(old), resource_properties(new)
    for name in names:
        if _text(mine.get(name)) != _text(yours.get(name)):
            yield DescriptorChange(name, mine.get(name), yours.get(name))


def _text(properties: Mapping[str, Any] | None) -> str:
    """As JSON text, where `1`, `1.0` and `true` differ, and so does the order of members."""
    return json.dumps(properties)


# What is told elsewhere: of the edition, by the sides of a change set; of the snapshot, by its
# history; of the field, by schema changes; of the table, by rows and form.
_OF_THE_EDITION: Final = ("resources", "version", "created", "id", "contributors")
_OF_THE_SNAPSHOT: Final = (
    "date", "basis", "covers", "why", "from", "editions", "lacks", "forced", "unresolved",
    "previous",
)  # fmt: skip
_OF_THE_FIELD: Final = ("type", "format", "constraints")
_OF_THE_TABLE: Final = ("name", "path", "bytes", "hash")
_MOST: Final = 60
"""A text of more characters than this is shown shortened: two of them, with their place, are two
lines of a terminal."""
_LARGE: Final = 1 << 20
"""What a descriptor says of one resource in more characters than this is shown as a whole: to find
what moved in a list of 40,000 texts, almost as long, took 1.3 s."""


class WordChange(Struct, frozen=True):
    """One place of the descriptors where they say something else.

    Attributes:
        place: The resource, the field, and the property in which they differ.
        was: What the older says there, quoted; “nothing” if it says nothing.
        now: What the newer says there.
    """

    place: str
    was: str
    now: str


def words_of(changes: Changes) -> tuple[WordChange, ...]:
    """What the descriptors say in other words, place by place."""
    renamed = changes.renames
    by_resource = {change.resource: change for change in changes.descriptor}
    # Of a table that came or went the schema tells, of another file its bytes, if it is there.
    told = {c.resource for c in changes.schema} | {c.resource for c in changes.files}
    found: list[WordChange] = []
    for name, change in by_resource.items():
        resource = renamed.resources.renamed(name) if name else ""
        after = by_resource.get(resource, change).after
        if change.before is None or after is None:
            if name not in told:
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
    """What one of the descriptors says in other words; all at once if that is much."""
    one, other = _without_schema_changes(before, after)
    texts = [json.dumps(side, sort_keys=True) for side in (one, other)]
    if texts[0] == texts[1]:
        return ()
    if max(map(len, texts)) > _LARGE:
        return (WordChange(f"{resource or 'package'}: all", *map(_shown, texts)),)
    words = [
        WordChange(_place(resource, steps), _shown(was), _shown(now))
        for steps, was, now in _differences(one, other)
    ]
    return sorted(words, key=lambda each: (each.place, each.was, each.now))


def has_changes(changes: Changes) -> bool:
    """Whether anything differs but in form: rows, schemas, or what the descriptors say."""
    return bool(changes) or bool(words_of(changes))


def _words(
    properties: Mapping[str, Any], resource: str, name: Callable[[str], str]
) -> dict[str, Any]:
    """What a descriptor says in words; fields by name, so that their order does not matter."""
    apart = _OF_THE_TABLE if resource else _OF_THE_EDITION
    words = {key: value for key, value in properties.items() if key not in apart}
    ours = words.get("interopwatch")
    if not resource and isinstance(ours, dict):
        words["interopwatch"] = {k: v for k, v in ours.items() if k not in _OF_THE_SNAPSHOT}
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
    """The same without fields that came or went: those are changes of the schema."""
    if "fields" not in one or "fields" not in other:
        return one, other
    both = one["fields"].keys() & other["fields"].keys()
    mine, yours = (
        {**side, "fields": {n: f for n, f in side["fields"].items() if n in both}}
        for side in (one, other)
    )
    return mine, yours


def _differences(one: Any, other: Any, steps: _Steps = ()) -> Iterator[tuple[_Steps, Any, Any]]:  # noqa: ANN401 - JSON
    """Where two JSON values differ, and what each holds there; ``UNSET`` if it has no such place.

    Objects in an array are told by their places. Only where texts in it moved, a library is needed
    to tell which; it takes half a second to load.
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
    """Whether there is no object and no array among some JSON values."""
    return not any(isinstance(item, (dict, list)) for item in items)


def _keep_places(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether two lists are equal, or of one length and no item is in both at two places."""
    if one == other:
        return True
    places = [(text, place) for side in (one, other) for place, text in enumerate(map(str, side))]
    return len(one) == len(other) and len(dict(places)) == len(set(places))


def _present(value: object) -> object:
    return UNSET if type(value).__name__ == "NotPresent" else value


def _place(resource: str, path: _Steps) -> str:
    """Where two descriptors differ, as one would say it: ``people.name: title``."""
    steps = list(map(str, path))
    if resource and steps[:1] == ["fields"] and len(steps) > 1:
        return f"{resource}.{steps[1]}: {' '.join(steps[2:]) or 'all'}"
    return f"{resource or 'package'}: {' '.join(steps)}"


def _shown(value: object) -> str:
    if value is UNSET:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text}”" if len(text) <= _MOST else f"“{text[: _MOST - 1]}…”"
