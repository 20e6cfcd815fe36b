"""How many rows there are of which sort, in the nouns of their package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package.labels import counted, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from interopwatch.changeset.model import Classified
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Row = Mapping[str, str]


def tallied(items: Iterable[Classified], old: Package, new: Package, which: str = "") -> str:
    """How many rows of which sort some changes are about; ``which`` says what rows they are."""
    grouped: dict[str, list[Classified]] = {}
    for item in items:
        grouped.setdefault(item.change.resource, []).append(item)
    texts: list[str] = []
    for name, mine in grouped.items():
        package = new if name in new.descriptor.by_name else old
        texts += tally_of(package.resource(name), [item.change.row for item in mine], which)
    return joined(texts, most=len(texts))


def tally_of(resource: Resource, rows: Sequence[Row], which: str = "") -> list[str]:
    """How many rows there are of each noun that a resource has for them."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        noun = resource.meaning.words_for(row).noun
        counts[noun] = counts.get(noun, 0) + 1
    return [counted(n, (f"{which}{one}", f"{which}{many}")) for (one, many), n in counts.items()]
