"""The columns of a tabular diff: those that stayed, moved, came, went, were renamed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the patch.

    Attributes:
        name: What stands in the header row.
        seen: The newer table's name for it, by which its cells are found on either side.
        was: What the older table calls it; its name, if that has none.
        old: Its place in the older table; ``None`` if it is added.
        new: Its place in the newer table; ``None`` if it is removed.
        tag: What stands in the schema row.
    """

    name: str
    seen: str
    was: str
    old: int | None
    new: int | None
    tag: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether both tables have it, and the patch says so."""
        return self.old is not None and self.new is not None


def columns_of(own: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[Column]:
    """The columns of a patch, in the order in which they have to stand in it.

    Args:
        own: The header of the older table.
        old: The same in the names of the newer table.
        new: The header of the newer table.
    """
    places = {name: place for place, name in enumerate(old)}
    kept, staying = _kept(dict(zip(old, own, strict=True)), places, new)
    columns: list[Column] = []
    gone: dict[str, list[Column]] = {}
    last = ""
    for place, name in enumerate(old):
        if name in kept:
            last = name
        else:  # beside the column that it stood beside
            column = Column(own[place], name, own[place], place, None, "---")
            gone.setdefault(last, []).append(column)
    columns += gone.get("", ())
    for place, name in enumerate(new):
        if name in kept:
            was = own[places[name]]
            tag = ("" if name in staying else ":") + (f"({was})" if was != name else "")
            columns.append(Column(name, name, was, places[name], place, tag))
            columns += gone.get(name, ())
        else:
            columns.append(Column(name, name, name, None, place, "+++"))
    return columns


def _kept(
    own: Mapping[str, str], places: Mapping[str, int], new: Sequence[str]
) -> tuple[set[str], set[str]]:
    """The columns to tell as kept, and those among them that stay where they are.

    The others of both tables are told as one that went and one that came, because daff (1.4)

    * renames last of all and by the name alone, an added column of the old name too;
    * does not see that a column moved if all that moved were renamed too;
    * loses its way among columns that moved where others went and came.

    Args:
        own: What the older table calls its columns, by the newer names.
        places: Their places in it.
        new: The header of the newer table.
    """
    kept = [name for name in new if name in places]
    while True:
        added = {name for name in new if name not in kept}
        staying = _rising(kept, places)
        moved = [name for name in kept if name not in staying]
        lost = {name for name in kept if own[name] != name and own[name] in added}
        if all(own[name] != name for name in moved) or (added and len(kept) < len(places)):
            lost |= set(moved)
        if not lost:
            return set(kept), staying
        kept = [name for name in kept if name not in lost]


def _rising(names: Sequence[str], places: Mapping[str, int]) -> set[str]:
    """As many of some names as there are that stand in both orders alike."""
    chains: list[list[str]] = []  # of each length, the one that ends first
    for name in names:
        at = bisect_left(chains, places[name], key=lambda chain: places[chain[-1]])
        chains[at : at + 1] = [[*(chains[at - 1] if at else ()), name]]
    return set(chains[-1]) if chains else set()
