"""Projects under new names, told by what stays the same: participants, area and launch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.works.mcc.names import project_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.register import Register

    Row = Mapping[str, str]

_SURE: Final = 1.0
"""The share of participants that two projects have to have in common to be surely the same, if
area and launch agree too. Of the 406 pairs of projects of March 2025, none reaches it; the nearest
have 15 of 16 in common."""
_LIKELY: Final = 0.6
"""The share from which on a person is asked, if area or launch agree: 5 of those pairs reach it."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A project of the page that seems to be a known one under another name.

    Attributes:
        project: Its id, made of its new name.
        before: The id of the known project.
        sure: Whether nothing else can be meant.
    """

    project: str
    before: str
    sure: bool


def gone(book: Register, known: Vocabulary) -> tuple[str, ...]:
    """The known projects that a page does not name."""
    return tuple(p for p in dict.fromkeys(known.projects.values()) if p not in book.projects)


def renames(book: Register, ledger: Ledger, known: Vocabulary) -> tuple[Rename, ...]:
    """Which new projects of a page may be known ones that it does not name any more."""
    names = {
        project: {"project": project, "name": name} for name, project in known.projects.items()
    }
    held = {**names, **{row["project"]: row for row in known.rows.get("projects", ())}}
    table, takes = ledger.table("projects"), ledger.table("participations").values()
    now = {each: _Traits.of(table[(each,)], takes) for each in book.projects if each not in held}
    parts = known.rows.get("participations", ())
    before = {each: _Traits.of(held[each], parts) for each in gone(book, known)}
    alike = {
        (project, other): how
        for project, new in now.items()
        for other, old in before.items()
        if (how := new.like(old))
    }
    return tuple(
        Rename(project, other, sure=how == "sure" and _only(alike, project, other))
        for (project, other), how in sorted(alike.items())
    )


def _only(alike: Mapping[tuple[str, str], str], project: str, other: str) -> bool:
    """Whether two projects are like each other and like no third."""
    return sum(project == one or other == two for one, two in alike) == 1


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a project keeps when it gets another name."""

    words: frozenset[str]
    area: str
    launched: str
    parties: frozenset[str]

    @classmethod
    def of(cls, row: Row, participations: Iterable[Row]) -> _Traits:
        parties = (r["party"] for r in participations if r["project"] == row["project"])
        words = fold(project_name(row["name"]).name).split()
        return cls(
            frozenset(words), row.get("area", ""), row.get("launched", ""), frozenset(parties)
        )

    def like(self, other: _Traits) -> str:
        """Whether two projects are surely or maybe one; empty if they are not alike."""
        both = self.parties | other.parties
        share = len(self.parties & other.parties) / len(both) if both else 0.0
        where, when = self.area == other.area, self.launched == other.launched
        if share >= _SURE and where and (when or not (self.launched and other.launched)):
            return "sure"
        same = where or (when and bool(self.launched))
        shorter = min(self.words, other.words, key=len)
        # One word that two names share, such as "missiles", is no sign.
        named = len(shorter) > 1 and shorter <= self.words | other.words
        named = named and (self.words <= other.words or other.words <= self.words)
        return "maybe" if named or (share >= _LIKELY and same) else ""
