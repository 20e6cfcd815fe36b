"""How many rows there are of which sort, in the nouns of their package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package.labels import joined, tallies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from interopwatch.changeset.model import Classified
    from interopwatch.package.package import Package


def tallied(items: Iterable[Classified], old: Package, new: Package, which: str = "") -> str:
    """How many rows of which sort some changes are about; ``which`` says what rows they are."""
    grouped: dict[str, list[Classified]] = {}
    for item in items:
        grouped.setdefault(item.change.resource, []).append(item)
    texts: list[str] = []
    for name, mine in grouped.items():
        package = new if name in new.descriptor.by_name else old
        texts += tallies(package.resource(name), (item.change.row for item in mine), which)
    return joined(texts, most=len(texts))
