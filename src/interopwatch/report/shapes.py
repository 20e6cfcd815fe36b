"""What changed in the shape of the data rather than in what they say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interopwatch.package.labels import counted, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.changeset.model import IgnoredRows, SchemaChange
    from interopwatch.compare.key_reformatting import Churn


def shape_of(change: SchemaChange) -> str:
    """A schema change in words.

    >>> from interopwatch.changeset.model import SchemaChange
    >>> shape_of(SchemaChange("people", "name", "renamed", {"name": "label"}, {"name": "name"}))
    'field people.name renamed (it was label)'
    """
    thing = f"field {change.resource}.{change.field}" if change.field else change.resource
    if not change.field:
        thing = f"resource {thing}"
    before, after = change.before or {}, change.after or {}
    if change.kind == "renamed":
        return f"{thing} renamed (it was {before.get('name', '')})"
    if change.kind != "changed":
        return f"{thing} {change.kind}"
    told = [
        f"{name} from {_said(before.get(name))} to {_said(after.get(name))}"
        for name in dict.fromkeys((*_flat(before), *_flat(after)))
        if before.get(name) != after.get(name)
    ]
    return f"{thing} changed: {joined(told)}"


def churned(found: Churn) -> str:
    """Keys that are spelled otherwise, in words."""
    examples = "; ".join(f"“{was}” is now “{now}”" for was, now in found.examples)
    rows = counted(found.rows, ("row", "rows"))
    fields = joined(found.fields)
    return f"{found.resource}.{fields} of {rows}, by {joined(found.spellings)}: {examples}"


def left_aside(aside: IgnoredRows) -> str:
    """Rows that differ only in what was not to be minded, in words."""
    told = [f"{name} (ignored)" for name in aside.ignored]
    told += [f"{name} (within {each})" for name, each in aside.tolerances.items()]
    verb = "differs" if aside.rows == 1 else "differ"
    rows = counted(aside.rows, ("row", "rows"))
    return f"{rows} of {aside.resource} {verb} in nothing but {joined(told)}"


def _flat(said: Mapping[str, Any]) -> list[str]:
    return [name for name in said if name != "name"]


def _said(value: object) -> str:
    if isinstance(value, dict):
        return joined([f"{name} {each}" for name, each in value.items()]) or "nothing"
    if isinstance(value, list):
        return joined([str(each) for each in value]) or "nothing"
    return str(value)
