"""When parties were Enhanced Opportunities Partners, put together from what sentences state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interopwatch.capture.works.pii.sentences import agreeing
from interopwatch.package.edtf import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.works.pii.statements import Begun, Current, Ended

JOINED = "joined NATO"


@dataclass(slots=True)
class Spell:
    """A time for which a party was a partner.

    Attributes:
        party: The party.
        name: Its name, as the sentence has it that states the start.
        number: Counts the spells of the party, from 1.
        start: EDTF, or empty.
        end: EDTF; empty while it lasts.
        reason: Why it ended, if that is stated.
        locator: Where its start is stated.
        said: The places of the sentences that tell of it.
    """

    party: str
    name: str
    number: int
    start: str
    locator: str
    end: str = ""
    reason: str = ""
    said: list[int] = field(default_factory=list)

    def row(self, source: str) -> dict[str, str]:
        """The spell as a row of memberships."""
        return {
            "format": "eop",
            "party": self.party,
            "spell": str(self.number),
            "start": self.start,
            "end": self.end,
            "end_reason": self.reason,
            "source": source,
            "locator": self.locator,
        }


@dataclass(frozen=True, slots=True)
class Trouble:
    """Statements of a page that do not fit together."""

    code: str
    message: str
    said: int
    error: bool = True


@dataclass(slots=True)
class Spells:
    """The spells so far, while the sentences are gone through in order.

    Attributes:
        published: The day of the edition: what it reports as past happened by then.
    """

    published: str
    found: dict[str, list[Spell]] = field(default_factory=dict)
    joined: dict[str, tuple[str, str, str, int]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def all(self) -> Iterator[Spell]:
        """All spells, by party."""
        for party in sorted(self.found):
            yield from self.found[party]

    def begin(self, begun: Begun, locator: str, said: int) -> None:
        """Take in that parties became partners."""
        for member, start in zip(begun.members, begun.starts, strict=True):
            self._begin(member, start, locator, said)

    def _begin(self, member: Member, start: str, locator: str, said: int) -> None:
        party = member.party.party
        spells = self.found.setdefault(party, [])
        last = spells[-1] if spells else None
        if last is None or (last.end and start and _after(start, last.end)):
            spells.append(Spell(party, member.name, len(spells) + 1, start, locator, said=[said]))
            return
        last.said.append(said)
        agreed = agreeing(last.start, start)
        if start and not agreed:
            self._trouble(
                "dates-disagree",
                f"{member.name} became an Enhanced Opportunities Partner in {last.start} and "
                f"in {start}, says the page",
                said,
            )
        elif start and agreed != last.start:
            last.start, last.name, last.locator = agreed, member.name, locator

    def end(self, ended: Ended, locator: str, said: int) -> None:
        """Take in that parties are partners no longer, or joined NATO."""
        for member, given in zip(ended.members, ended.ends, strict=True):
            party = member.party.party
            if ended.joined:
                known = self.joined.get(party)
                agreed = agreeing(known[1], given) if known else given
                if known and given and not agreed:
                    self._disagree(member.name, known[1], given, said)
                else:
                    name, place = (known[0], known[2]) if known else (member.name, locator)
                    self.joined[party] = (name, agreed, place, said)
            if ended.named or party in self.found:
                self._end(member, given, locator, said, joined=ended.joined)

    def _end(self, member: Member, given: str, locator: str, said: int, *, joined: bool) -> None:
        party = member.party.party
        spells = self.found.setdefault(party, [])
        if not spells:
            spells.append(Spell(party, member.name, 1, "", locator))
        last = spells[-1]
        last.said.append(said)
        end = given or f"../{self.published}"
        if not last.end or last.end.startswith("../"):
            last.end = end
        elif given:
            agreed = agreeing(last.end, given)
            if not agreed:
                self._disagree(member.name, last.end, given, said)
                return
            last.end = agreed
        last.reason = JOINED if joined else last.reason
        if last.start and not last.end.startswith("../") and _after(last.start, last.end):
            self._disagree(member.name, last.start, last.end, said)

    def check(self, current: Current, locator: str, said: int) -> None:
        """Hold the list of current partners against the spells."""
        listed = {member.party.party for member in current.members}
        for member in current.members:
            spells = self.found.setdefault(member.party.party, [])
            if not spells:
                party = member.party.party
                spells.append(Spell(party, member.name, 1, "", locator, said=[said]))
                self._trouble(
                    "eop-list-disagrees",
                    f"{member.name} is listed as a current Enhanced Opportunities Partner, and "
                    "no sentence that was understood says since when",
                    said,
                    error=False,
                )
            elif spells[-1].end:
                self._trouble(
                    "eop-list-disagrees",
                    f"{member.name} is listed as a current Enhanced Opportunities Partner, and "
                    f"stopped being one in {spells[-1].end}, says the page",
                    said,
                )
            else:
                spells[-1].said.append(said)
        for spell in self.all():
            if not spell.end and spell.party not in listed:
                self._trouble(
                    "eop-list-disagrees",
                    f"{spell.name} became an Enhanced Opportunities Partner and is not listed "
                    "as a current one, and no sentence that was understood says that it ended",
                    said,
                )

    def _disagree(self, name: str, first: str, second: str, said: int) -> None:
        self._trouble("dates-disagree", f"{name}: {first} and {second} contradict each other", said)

    def _trouble(self, code: str, message: str, said: int, *, error: bool = True) -> None:
        self.troubles.append(Trouble(code, message, said, error))


def _after(start: str, end: str) -> bool:
    """Whether a date is surely after another."""
    first, last = span(start).first, span(end).last
    return first is not None and last is not None and first > last
