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
    """Something in a descriptor that cannot be used.

    Attributes:
        path: Where it is: the steps of its JSON Pointer (RFC 6901).
        what: What is wrong with it.
    """

    path: tuple[str | int, ...]
    what: str


def usable_root(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """A descriptor whose name, title and version are texts."""
    faults = []
    root = dict(raw)
    for name in ("name", "title", "version"):
        value = root.get(name, "")
        if not isinstance(value, str):
            faults.append(Fault((name,), "a text is expected"))
            # A version is often written as a number (1.0), whose text is beyond doubt.
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            root = {k: v for k, v in root.items() if k != name}
            root |= {name: str(value)} if is_number else {}
    return root, faults


def with_distinct_names(
    items: Sequence[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Resources under names of which none stands twice.

    One whose name stands already is called after its file, as far as that is no other's name,
    or else by its number.
    """
    faults = []
    taken = {item["name"] for item in items}
    seen: set[str] = set()
    found = []
    for i, item in enumerate(items):
        name = item["name"]
        if name in seen:
            stem = stem_of(item)
            # At most one name for each item is taken, so that one of these is free.
            number = next(n for n in range(2, len(items) + 2) if f"{name}-{n}" not in taken)
            other = stem if stem and stem not in taken else f"{name}-{number}"
            faults.append(
                Fault(("resources", i, "name"), f"{name!r} stands twice; this is called {other!r}")
            )
            name = other
        taken.add(name)
        seen.add(name)
        found.append({**item, "name": name})
    return found, faults


def stem_of(item: Mapping[str, Any]) -> str:
    """What the (first) file of a resource is called, without its ending."""
    first = next(iter(paths_of(item)), None)
    return re.split(r"[/\\]", str(first))[-1].partition(".")[0] if first else ""


def whole_of(steps: Sequence[str]) -> Sequence[str]:
    """The place of what has to be left out as a whole: half a key is another key."""
    for name, more in (("primaryKey", 0), ("foreignKeys", 1)):
        if list(steps[:2]) == ["schema", name]:
            return steps[: 2 + more]
    return steps


def without(item: Mapping[str, Any], steps: Sequence[str]) -> dict[str, Any] | None:
    """What is said of a resource without what stands at a place in it.

    What is missing cannot be left out: that is what it should be part of, instead.

    Args:
        item: What a descriptor says of a resource.
        steps: The steps that lead from there to the place.

    Returns:
        The rest; ``None`` if that is nothing.
    """
    if not steps:
        return None
    first, *rest = steps
    if first not in item:
        return None
    value = _without(item[first], rest)
    left = {k: v for k, v in item.items() if k != first}
    return left if value is None else {**left, first: value}


def _without(value: Any, steps: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return without(value, steps)
    if isinstance(value, list) and steps and steps[0].isdigit() and int(steps[0]) < len(value):
        i = int(steps[0])
        kept = _without(value[i], steps[1:])
        return [*value[:i], *([] if kept is None else [kept]), *value[i + 1 :]]
    return None
