"""Collect memberships, the times in which parties were in a format, from sentences and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.changes import change
from interopwatch.capture.english.dates import agreeing, surely_after
from interopwatch.capture.english.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.capture.english.changes import Change
    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.work import Format, Move, Rule, Work

    Listed = Mapping[str, tuple[Member, list[int]]]  # by party, with the passages that name it

_HALVES: Final = re.compile(r"(?:,|;) (?:while|whereas|and) |; ")
"""What stands between two sentences that are written as one; each has to be read by itself."""


@dataclass(slots=True)
class Spell:
    """A time for which a party was in the format; dates are EDTF, or empty."""

    member: Member  # as the sentence has it that states the start
    start: str
    stated: int  # the passage that states the start
    end: str = ""
    reason: str = ""  # why it ended, if that is stated
    passages: list[int] = field(default_factory=list)  # all that tell of it
    current: bool = False  # whether the party is listed among those who are in the format now


class Spells:
    """The spells of a format, while a page is gone through in order."""

    def __init__(self, declared: Format, ledger: Ledger, known: Vocabulary) -> None:
        self.format, self._ledger, self._roles = declared, ledger, known.roles
        held = [r for r in known.rows.get("memberships", ()) if r["format"] == declared.format]
        self._ended = {r["party"] for r in held} - {r["party"] for r in held if not r["end"]}
        self._begun = {r["party"] for r in held if r["start"] and not r["end"]}
        self._found: dict[str, list[Spell]] = {}
        self._lists: list[tuple[int, Listed]] = []
        self._ordinals: list[tuple[int, int, str]] = []  # with their passages and dates

    @property
    def is_listed(self) -> bool:
        """Whether the page lists who is in the format."""
        return bool(self._lists)

    def lasts(self, party: str) -> bool:
        """Whether a party is listed as being in the format now."""
        return any(spell.current and not spell.end for spell in self._found.get(party, ()))

    def begin(self, begun: Change, counted: str, passage: int) -> None:
        """Enter that parties came into the format; ``counted`` is the id of their number."""
        for member, start in zip(begun.members, begun.dates, strict=True):
            spells = self._found.get(member.party.party)
            last = spells[-1] if spells else None
            if last is None or (last.end and start and surely_after(start, last.end)):
                self._open(member, start, passage).passages.append(passage)
                continue
            last.passages.append(passage)
            agreed = agreeing(last.start, start)
            if start and not agreed:
                self._disagree(member.name, last.start, start, passage)
            elif start and agreed != last.start:
                last.start, last.member, last.stated = agreed, member, passage
        self._ordinals += [(n, passage, begun.dates[-1]) for n in begun.ordinals]
        if counted and begun.stated is not None:
            self._count(passage, counted, f"&start={begun.dates[0]}", begun.stated)

    def end(self, ended: Change, passage: int, *, joined: bool, sure: bool) -> None:
        """Enter that parties went from the format, if they were in it.

        It may be ``sure`` that they were, and that they went as they ``joined`` the Alliance.
        """
        for member, given in zip(ended.members, ended.dates, strict=True):
            spells = self._found.get(member.party.party)
            if not spells and not sure:
                continue
            last = spells[-1] if spells else self._open(member, "", passage)
            last.passages.append(passage)
            if not last.end or last.end.startswith("../"):
                last.end = given or f"../{self._ledger.published}"
            elif given:
                agreed = agreeing(last.end, given)
                if not agreed:
                    self._disagree(member.name, last.end, given, passage)
                    continue
                last.end = agreed
            last.reason = (self.format.accession if joined else "") or last.reason
            if last.start and not last.end.startswith("../") and surely_after(last.start, last.end):
                self._disagree(member.name, last.start, last.end, passage)

    def listed(self, members: Listed, passage: int) -> None:
        """Enter a list of those who are in the format now, with the passages that name each."""
        self._lists.append((passage, members))

    def close(self) -> None:
        """Check the spells against the lists, and enter them as rows with their parties."""
        by_list, lists = self.format.surer == "list", self._lists
        if by_list and lists:  # what stands in any of them is listed
            lists = [(lists[0][0], {p: m for _, each in lists[::-1] for p, m in each.items()})]
        for passage, members in lists:
            for party, (member, passages) in members.items():
                self._check(party, member, passages)
            lasting = {party for party, spells in self._found.items() if not spells[-1].end}
            for party in sorted(lasting - {*members} - self._ended):
                self._differ("unlisted", passage, self._found[party][-1].member)
                if by_list:
                    del self._found[party]
        if self._found and not lists and not by_list:
            self._ledger.found("list-missing.current", member=self.format.member)
        if self._ordinals:
            self._count_ever()
        for party, spells in sorted(self._found.items()):
            for number, spell in enumerate(spells, 1):
                self._enter(party, number, spell)

    def _check(self, party: str, member: Member, passages: list[int]) -> None:
        """Check one that is listed against its spells."""
        spells, by_list = self._found.get(party), self.format.surer == "list"
        last = spells[-1] if spells else self._open(member, member.joined, passages[0])
        if last.end:
            self._differ("ended", passages[0], member, end=last.end)
            if not by_list:
                return
        last.passages += passages
        last.current = True
        agreed = agreeing(last.start, member.joined)
        if member.joined and not agreed:
            self._disagree(member.name, last.start, member.joined, passages[0])
        last.start = agreed or last.start
        if by_list:
            last.end = last.reason = ""
            last.member, last.stated = member, passages[0]
        elif not (last.start or spells or party in self._begun):
            self._differ("since", passages[0], member)

    def _open(self, member: Member, start: str, passage: int) -> Spell:
        spell = Spell(member, start, passage)
        self._found.setdefault(member.party.party, []).append(spell)
        return spell

    def _enter(self, party: str, number: int, spell: Spell) -> None:
        """Enter a spell as a row, and the party; who is in the format now has no end."""
        told = {"start": spell.start, "end": spell.end, "end_reason": spell.reason}
        row = {name: text for name, text in told.items() if text}
        row |= {"end": ""} if spell.current and not spell.end else {}
        row |= {"format": self.format.format, "party": party, "spell": str(number)}
        self._ledger.state(spell.stated, "memberships", row, also=spell.passages)
        # Who was a partner once may be an Ally by now: what is known goes before.
        role = "" if self._roles.get(party) == "ally" else "partner"
        self._ledger.state_party(spell.stated, spell.member.party, spell.member.name, role)

    def _count(self, passage: int, name: str, more: str, stated: int) -> None:
        counted = {"resource": "memberships", "filter": f"format={self.format.format}{more}"}
        row = {"count": name, **counted, "stated": str(stated)}
        self._ledger.state(passage, "stated_counts", row)

    def _count_ever(self) -> None:
        """Count up to the one that the highest ordinal is said of: it is no total for ever."""
        ever, passage, date = max(self._ordinals)
        starts = [spell.start for spells in self._found.values() for spell in spells]
        later = [each for each in starts if not each or surely_after(each, date)]
        less = len(starts) > ever == len(starts) - len(later)
        more = "".join(f"&start!={each}" for each in sorted(set(later))) if less and date else ""
        self._count(passage, f"{self.format.format}-ever", more, ever)

    def _disagree(self, name: str, first: str, second: str, passage: int) -> None:
        self._ledger.doubt("dates-disagree", passage, what=name, first=first, second=second)

    def _differ(self, how: str, passage: int, member: Member, **said: str) -> None:
        code = "party-disagrees" if self.format.surer == "list" else "eop-list-disagrees"
        said |= {"name": member.name, "member": self.format.member}
        self._ledger.doubt(f"{code}.{how}", passage, **said)


class Memberships:
    """The memberships of a page, while it is gone through in order."""

    def __init__(self, work: Work, ledger: Ledger, known: Vocabulary) -> None:
        self._ledger, self._known = ledger, known
        formats = (each for each in work.formats if each.member)
        self._spells = {each.format: Spells(each, ledger, known) for each in formats}
        self._joined: dict[str, tuple[int, str]] = {}  # who joined the Alliance

    def of(self, rule: Rule) -> Spells | None:
        """The spells of those whom a rule lists, if it does."""
        listed = rule.fields.get("format", "") if rule.resource == "memberships" else ""
        return self._spells.get(listed)

    def tell(self, number: int, sentence: Sentence, moves: Sequence[Move], items: str) -> None:
        """Enter who came into a format, or went, as a sentence or each of its halves tells.

        Of the moves the first that is read counts; the items are listed below the sentence.
        """
        halves = [replace(sentence, text=each) for each in _HALVES.split(sentence.text)]
        for parts in ([sentence], halves):
            read = (self._change(part, moves, items) for part in parts)
            found = [each for each in read if each]
            if len(found) == len(parts):
                for move, told in found:
                    self._enter(number, move, told)
                if any(told.vague for _, told in found):
                    said = self._ledger.passages[number].text
                    self._ledger.doubt("date-coarse", number, sentence=said)
                return
        met = next((move for move in moves if phrase(move.phrase).search(sentence.text)), None)
        if met:
            self._ledger.note(number, self._spells[met.format].format.unread)

    def _change(
        self, part: Sentence, moves: Sequence[Move], items: str
    ) -> tuple[Move, Change] | None:
        """The first of some changes that is read in a part of a sentence."""
        found = ((move, change(part, move.phrase, self._known, items)) for move in moves)
        return next(((move, told) for move, told in found if told), None)

    def _enter(self, number: int, move: Move, told: Change) -> None:
        spells = self._spells[move.format]
        if move.field == "start":
            spells.begin(told, move.count, number)
            return
        joined = move.joins or told.joining
        sure = move.names or spells.format.term in told.subject
        spells.end(told, number, joined=joined, sure=sure)
        for member, date in zip(told.members, told.dates, strict=True) if joined else ():
            more = {"joined_alliance": date} if date else {}
            self._ledger.state_party(number, member.party, member.name, "ally", **more)
            self._joined[member.party.party] = (number, member.name)

    def close(self) -> None:
        """Enter what the sentences and lists add up to, once all are read."""
        for spells in self._spells.values():
            spells.close()
            for party, (number, name) in self._joined.items():
                if spells.lasts(party):
                    self._ledger.doubt("party-disagrees", number, name=name)
