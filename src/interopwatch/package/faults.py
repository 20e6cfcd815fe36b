"""Faults in a descriptor, and the descriptor without them.

Many published descriptors violate the standard in one place and are valid otherwise. The invalid
part is dropped and reported, so that the rest can still be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from interopwatch.package.formats import paths_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Fault(NamedTuple):
    """An unusable part of a descriptor.

    Attributes:
        path: Its location: the steps of its JSON Pointer (RFC 6901).
        problem: What is wrong with it.
    """

    path: tuple[str | int, ...]
    problem: str


def usable_root(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return a descriptor whose name, title and version are texts, and the faults."""
    faults = []
    root = dict(raw)
    for name in ("name", "title", "version"):
        value = root.get(name, "")
        if not isinstance(value, str):
            faults.append(Fault((name,), "a string is expected"))
            # A version is often written as a number (1.0), whose text is unambiguous.
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            root = {k: v for k, v in root.items() if k != name}
            root |= {name: str(value)} if is_number else {}
    return root, faults


def with_distinct_names(
    items: Sequence[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Return resources with unique names, and the faults.

    A resource with a duplicate name is renamed after its file, unless that name is taken as well,
    or else gets a number.
    """
    faults = []
    used = {item["name"] for item in items}
    seen: set[str] = set()
    found = []
    for i, item in enumerate(items):
        name = item["name"]
        if name in seen:
            stem = stem_of(item)
            # There are at most as many names as items, so one of these is free.
            number = next(n for n in range(2, len(items) + 2) if f"{name}-{n}" not in used)
            other = stem if stem and stem not in used else f"{name}-{number}"
            faults.append(
                Fault(
                    ("resources", i, "name"),
                    f"duplicate name {name!r}; this one is renamed {other!r}",
                )
            )
            name = other
        used.add(name)
        seen.add(name)
        found.append({**item, "name": name})
    return found, faults


def stem_of(item: Mapping[str, Any]) -> str:
    """Return the name of the (first) file of a resource, without its extension."""
    first = next(iter(paths_of(item)), None)
    return re.split(r"[/\\]", str(first))[-1].partition(".")[0] if first else ""


def droppable_part(steps: Sequence[str]) -> Sequence[str]:
    """Return the path of the smallest part that can be dropped: half a key is another key."""
    for name, more in (("primaryKey", 0), ("foreignKeys", 1)):
        if list(steps[:2]) == ["schema", name]:
            return steps[: 2 + more]
    return steps


def without(item: Mapping[str, Any], steps: Sequence[str]) -> dict[str, Any] | None:
    """Return a resource's JSON object without the part at a path.

    If that part does not exist, the part that should contain it is dropped instead.

    Args:
        item: The JSON object of a resource.
        steps: The steps from there to the part.

    Returns:
        The rest; ``None`` if nothing is left.
    """
    if not steps:
        return None
    first, *rest = steps
    if first not in item:
        return None
    value = _without(item[first], rest)
    others = {k: v for k, v in item.items() if k != first}
    return others if value is None else {**others, first: value}


def _without(value: Any, steps: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return without(value, steps)
    if isinstance(value, list) and steps and steps[0].isdigit() and int(steps[0]) < len(value):
        i = int(steps[0])
        part = _without(value[i], steps[1:])
        return [*value[:i], *([] if part is None else [part]), *value[i + 1 :]]
    return None
