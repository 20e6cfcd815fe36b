"""Mappings from the resource and field names of an older package to those of a newer one.

A change set uses the newer package's names for rows, so a field that was only renamed changes no
row. The older name appears in the schema change only.

An older name that the newer package has reused for something else (``b`` was removed, and ``a``
is now called ``b``) is distinguished by a prime: the removed field is ``b′``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRIME: Final = "′"


class Names(Struct, frozen=True):
    """A mapping from old names to new ones: a bijection.

    Attributes:
        pairs: Each old name that changed, with the new one.
    """

    pairs: Mapping[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __invert__(self) -> Names:
        return Names({new: old for old, new in self.pairs.items()})

    def renamed(self, old: str) -> str:
        """Return the newer package's name for an older name."""
        if old in self.pairs:
            return self.pairs[old]
        return f"{old}{_PRIME}" if old in self.pairs.values() else old

    def inverse(self, name: str) -> str:
        """Return the older package's name for a name that :meth:`renamed` returned."""
        back = ~self
        if name in back.pairs:
            return back.pairs[name]
        plain = name.removesuffix(_PRIME)
        if plain != name and plain in back.pairs:
            return plain
        return back.renamed(name)

    def then(self, later: Names) -> Names:
        """Compose with the renames of a later step, which starts from the new names."""
        old_names = dict.fromkeys((*self.pairs, *map(self.inverse, later.pairs)))
        return Names({old: later.renamed(self.renamed(old)) for old in old_names})

    def row(self, cells: Mapping[str, str]) -> Mapping[str, str]:
        """Return a row of the older package in the names of the newer one."""
        return {self.renamed(name): cell for name, cell in cells.items()} if self.pairs else cells


class Renames(Struct, frozen=True):
    """The renames between two packages.

    Attributes:
        resources: The resources.
        fields: The fields of each resource, by its new name.
    """

    resources: Names = Names()
    fields: Mapping[str, Names] = {}

    def __bool__(self) -> bool:
        return bool(self.resources) or any(self.fields.values())

    def __invert__(self) -> Renames:
        back = ~self.resources
        inverse = {self.resources.inverse(name): ~names for name, names in self.fields.items()}
        return Renames(back, inverse)

    def then(self, later: Renames) -> Renames:
        """Compose with the renames of a later step, which starts from the new names."""
        names = dict.fromkeys((*map(later.resources.renamed, self.fields), *later.fields))
        first = {later.resources.renamed(name): each for name, each in self.fields.items()}
        fields = {name: first.get(name, Names()).then(later.of(name)) for name in names}
        return Renames(self.resources.then(later.resources), fields)

    def of(self, resource: str) -> Names:
        """Return the renamed fields of a resource, by its new name."""
        return self.fields.get(resource, Names())
