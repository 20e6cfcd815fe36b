"""When parties were Enhanced Opportunities Partners, put together from what sentences state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import surely_after
from interopwatch.capture.works.pii.summits import agreeing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.works.pii.rules import Change
    from interopwatch.findings import Level

_JOINED: Final = "joined NATO"
_EOP: Final = "Enhanced Opportunities Partner"


@dataclass(slots=True)
class Spell:
    """A time for which a party was a partner.

    Attributes:
        party: The party.
        name: Its name, as the sentence has it that states the start.
        number: Counts the spells of the party, from 1.
        start: EDTF, or empty.
        locator: Where its start is stated.
        end: EDTF; empty while it lasts.
        reason: Why it ended, if that is stated.
        passages: The passages that tell of it.
        current: Whether the party is listed among the partners of today.
    """

    party: str
    name: str
    number: int
    start: str
    locator: str
    end: str = ""
    reason: str = ""
    passages: list[int] = field(default_factory=list)
    current: bool = False

    def row(self) -> dict[str, str]:
        """The spell as a row of ``memberships``; who is a partner now has no end."""
        told = {"start": self.start, "end": self.end, "end_reason": self.reason}
        told = {name: text for name, text in told.items() if text}
        told |= {"end": ""} if self.current and not self.end else {}
        return {"format": "eop", "party": self.party, "spell": str(self.number), **told}


@dataclass(frozen=True, slots=True)
class Accession:
    """A party joined NATO: the date (EDTF, or empty) and what states it."""

    name: str
    date: str
    locator: str
    passage: int


@dataclass(slots=True)
class Spells:
    """The spells so far, while the sentences are gone through in order.

    Attributes:
        published: The day of the edition: what it reports as past happened by then.
        ended: The parties whose spells have ended, as far as is known.
        found: The spells, by party.
        joined: The accessions to NATO, by party.
        doubts: What does not fit together: code, message, passage, level.
    """

    published: str
    ended: frozenset[str] = frozenset()
    found: dict[str, list[Spell]] = field(default_factory=dict)
    joined: dict[str, Accession] = field(default_factory=dict)
    doubts: list[tuple[str, str, int, Level]] = field(default_factory=list)

    def all(self) -> Iterator[Spell]:
        """All spells, by party."""
        for party in sorted(self.found):
            yield from self.found[party]

    def begin(self, begun: Change, locator: str, passage: int) -> None:
        """Enter that parties became partners."""
        for member, start in zip(begun.members, begun.dates, strict=True):
            spells = self.found.setdefault(member.party.party, [])
            last = spells[-1] if spells else None
            if last is None or (last.end and start and surely_after(start, last.end)):
                self._open(member, start, locator).passages.append(passage)
                continue
            last.passages.append(passage)
            agreed = agreeing(last.start, start)
            if start and not agreed:
                self._doubt(
                    "dates-disagree",
                    f"{member.name} became an {_EOP} in {last.start} and in {start}, says the page",
                    passage,
                )
            elif start and agreed != last.start:
                last.start, last.name, last.locator = agreed, member.name, locator

    def _open(self, member: Member, start: str, locator: str) -> Spell:
        spells = self.found.setdefault(member.party.party, [])
        spells.append(Spell(member.party.party, member.name, len(spells) + 1, start, locator))
        return spells[-1]

    def end(self, ended: Change, locator: str, passage: int) -> None:
        """Enter that parties are partners no longer, or joined NATO."""
        for member, given in zip(ended.members, ended.dates, strict=True):
            party = member.party.party
            if ended.joined:
                known = self.joined.get(party)
                agreed = agreeing(known.date, given) if known else given
                if known and given and not agreed:
                    self._disagree(member.name, known.date, given, passage)
                else:
                    first = known or Accession(member.name, given, locator, passage)
                    self.joined[party] = replace(first, date=agreed, passage=passage)
            if ended.named or party in self.found:
                self._end(member, given, locator, passage, joined=ended.joined)

    def _end(self, member: Member, given: str, locator: str, passage: int, *, joined: bool) -> None:
        spells = self.found.get(member.party.party)
        last = spells[-1] if spells else self._open(member, "", locator)
        last.passages.append(passage)
        if not last.end or last.end.startswith("../"):
            last.end = given or f"../{self.published}"
        elif given:
            agreed = agreeing(last.end, given)
            if not agreed:
                self._disagree(member.name, last.end, given, passage)
                return
            last.end = agreed
        last.reason = _JOINED if joined else last.reason
        if last.start and not last.end.startswith("../") and surely_after(last.start, last.end):
            self._disagree(member.name, last.start, last.end, passage)

    def check(self, current: Change, locator: str, passage: int) -> None:
        """Check the list of current partners against the spells."""
        for member in current.members:
            listed = f"{member.name} is listed as a current {_EOP}, and"
            spells = self.found.get(member.party.party)
            last = spells[-1] if spells else self._open(member, "", locator)
            if last.end:
                message = f"{listed} stopped being one in {last.end}, says the page"
                self._doubt("eop-list-disagrees", message, passage)
                continue
            last.passages.append(passage)
            last.current = True
            if not spells:
                message = f"{listed} no sentence that was understood says since when"
                self._doubt("eop-list-disagrees", message, passage, "warning")
        present = {member.party.party for member in current.members}
        for spell in self.all():
            if not spell.end and spell.party not in present | self.ended:
                self._doubt(
                    "eop-list-disagrees",
                    f"{spell.name} became an {_EOP} and is not listed as a current one, and no "
                    "sentence that was understood says that it ended",
                    passage,
                )

    def _disagree(self, name: str, first: str, second: str, passage: int) -> None:
        message = f"{name}: {first} and {second} contradict each other"
        self._doubt("dates-disagree", message, passage)

    def _doubt(self, code: str, message: str, passage: int, level: Level = "error") -> None:
        self.doubts.append((code, message, passage, level))
