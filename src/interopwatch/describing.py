"""What two descriptors say differently in words: titles, descriptions, licences, vocabulary.

Schema changes and row changes are told elsewhere, and what a package says about its own
edition (its version, its date) is no change of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from interopwatch.changes import ChangeSet

_OF_THE_EDITION: Final = ("resources", "version", "created", "id", "contributors")
_OF_THE_SNAPSHOT: Final = ("date", "basis", "covers", "why", "from", "editions")
_OF_THE_FIELD: Final = ("type", "format", "constraints")
_OF_THE_TABLE: Final = ("name", "path", "bytes", "hash")
_MOST: Final = 60
"""A text of more characters than this is shown shortened."""
_LARGE: Final = 1 << 20
"""What a descriptor says of one resource in more characters than this is told as a whole."""
_STEP: Final = r"\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]|\[(\d+)\]"


@dataclass(frozen=True, slots=True)
class WordChange:
    """One place of the descriptors where they say something else.

    Attributes:
        place: The resource, the field, and the property in which they differ.
        was: What the older says there, quoted; “nothing” if it says nothing.
        now: What the newer says there.
    """

    place: str
    was: str
    now: str


def words_of(changes: ChangeSet) -> tuple[WordChange, ...]:
    """What the descriptors say in other words, place by place."""
    renamed = changes.renames
    said = {change.resource: change for change in changes.descriptor}
    found: list[WordChange] = []
    for name, change in said.items():
        newer = said.get(renamed.resources.seen(name)) if name in renamed.resources.pairs else None
        after = change.after if newer is None else newer.after
        if change.before is None or after is None:
            continue
        resource = renamed.resources.seen(name) if name else ""
        names = renamed.of(resource)
        one, other = _without_schema_changes(
            _words(change.before, resource, names.seen), _words(after, resource, str)
        )
        texts = [json.dumps(side, sort_keys=True) for side in (one, other)]
        if texts[0] == texts[1]:
            continue
        if max(map(len, texts)) > _LARGE:
            found.append(WordChange(f"{resource or 'package'}: all", *map(_shown, texts)))
        else:
            found += _differences(one, other, resource)
    return tuple(found)


def has_changes(changes: ChangeSet) -> bool:
    """Whether anything differs but in form: rows, schemas, or what the descriptors say."""
    return bool(changes) or bool(words_of(changes))


def _words(said: Mapping[str, Any], resource: str, name: Callable[[str], str]) -> dict[str, Any]:
    """What a descriptor says in words; fields by name, so that their order does not matter."""
    apart = _OF_THE_TABLE if resource else _OF_THE_EDITION
    words = {key: value for key, value in said.items() if key not in apart}
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
    """The same without fields that came or went: those are told of the schema."""
    if "fields" not in one or "fields" not in other:
        return one, other
    both = one["fields"].keys() & other["fields"].keys()
    mine, yours = (
        {**side, "fields": {n: f for n, f in side["fields"].items() if n in both}}
        for side in (one, other)
    )
    return mine, yours


def _differences(one: object, other: object, resource: str) -> Iterator[WordChange]:
    from deepdiff import DeepDiff

    found = DeepDiff(one, other, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    told = [
        WordChange(_place(resource, each.path()), _shown(each.t1), _shown(each.t2))
        for kind in found
        for each in found[kind]
    ]
    yield from sorted(told, key=lambda each: (each.place, each.was, each.now))


def _place(resource: str, path: str) -> str:
    """Where two descriptors differ, as one would say it: ``people.name: title``."""
    steps = [next(filter(None, step)) for step in re.findall(_STEP, path)]
    if resource and steps[:1] == ["fields"] and len(steps) > 1:
        return f"{resource}.{steps[1]}: {' '.join(steps[2:]) or 'all'}"
    return f"{resource or 'package'}: {' '.join(steps)}"


def _shown(value: object) -> str:
    if type(value).__name__ == "NotPresent":
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text}”" if len(text) <= _MOST else f"“{text[: _MOST - 1]}…”"
