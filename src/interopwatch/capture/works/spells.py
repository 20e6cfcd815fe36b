"""Collect memberships, the times in which parties were in a format, from sentences and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.changes import change_in
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

    Listed = Mapping[str, tuple[Member, list[int]]]  # by party; with the passages that name it

_HALVES: Final = re.compile(r"(?:,|;) (?:while|whereas|and) |; ")
"""Separators of two sentences written as one; each half must be readable by itself."""


@dataclass(slots=True)
class Spell:
    """A time during which a party was in the format; dates are EDTF, or empty."""

    member: Member  # from the sentence that states the start
    start: str
    stated: int  # the passage that states the start
    end: str = ""
    reason: str = ""  # why it ended, if stated
    passages: list[int] = field(default_factory=list)  # all that mention it
    current: bool = False  # whether the party is in a list of current members


class Spells:
    """The spells of a format, collected while a page is read in order."""

    def __init__(self, declared: Format, ledger: Ledger, known: Vocabulary) -> None:
        self.format, self._ledger, self._roles = declared, ledger, known.roles
        held = [r for r in known.rows.get("memberships", ()) if r["format"] == declared.format]
        self._ended = {r["party"] for r in held} - {r["party"] for r in held if not r["end"]}
        self._begun = {r["party"] for r in held if r["start"] and not r["end"]}
        self._held = [(r["party"], r["start"]) for r in held]
        self._found: dict[str, list[Spell]] = {}
        self._lists: list[tuple[int, Listed]] = []
        self._ordinals: list[tuple[int, int, str]] = []  # with their passages and dates

    @property
    def is_listed(self) -> bool:
        """Whether the page lists the current members."""
        return bool(self._lists)

    def lasts(self, party: str) -> bool:
        """Whether a party is listed as a current member."""
        return any(spell.current and not spell.end for spell in self._found.get(party, ()))

    def begin(self, begun: Change, counted: str, passage: int) -> None:
        """Record that parties joined the format; ``counted`` is the id of their stated count."""
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
        """Record that parties left the format, if their membership is stated or ``sure``.

        ``joined`` says whether they left because they joined the Alliance.
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
        """Record a list of current members, with the passages that name each."""
        self._lists.append((passage, members))

    def close(self) -> None:
        """Check the spells against the lists, and state them as rows with their parties."""
        by_list, lists = self.format.surer == "list", self._lists
        if by_list and lists:  # a party in any of them counts as listed
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
        """Check a listed member against its spells, and add what the list states."""
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
        """State a spell as a row, and its party; a listed member's end is cleared."""
        stated = {"start": spell.start, "end": spell.end, "end_reason": spell.reason}
        row = {name: text for name, text in stated.items() if text}
        row |= {"end": ""} if spell.current and not spell.end else {}
        row |= {"format": self.format.format, "party": party, "spell": str(number)}
        self._ledger.state(spell.stated, "memberships", row, also=spell.passages)
        # A former partner may be an Ally by now: the known role takes precedence.
        role = "" if self._roles.get(party) == "ally" else "partner"
        self._ledger.state_party(spell.stated, spell.member.party, spell.member.name, role)

    def _count(self, passage: int, name: str, more: str, stated: int) -> None:
        counted = {"resource": "memberships", "filter": f"format={self.format.format}{more}"}
        row = {"count": name, **counted, "stated": str(stated)}
        self._ledger.state(passage, "stated_counts", row)

    def _count_ever(self) -> None:
        """State the highest ordinal as a count of the parties up to its date, not of later ones."""
        ever, passage, date = max(self._ordinals)
        starts = [spell.start for spells in self._found.values() for spell in spells]
        starts += [start for party, start in self._held if party not in self._found]
        later = [each for each in starts if not each or surely_after(each, date)]
        less = len(starts) > ever == len(starts) - len(later)
        more = "".join(f"&start!={each}" for each in sorted(set(later))) if less and date else ""
        self._count(passage, f"{self.format.format}-ever", more, ever)

    def _disagree(self, name: str, first: str, second: str, passage: int) -> None:
        self._ledger.doubt("dates-disagree", passage, what=name, first=first, second=second)

    def _differ(self, how: str, passage: int, member: Member, **details: str) -> None:
        code = "party-disagrees" if self.format.surer == "list" else "eop-list-disagrees"
        details |= {"name": member.name, "member": self.format.member}
        self._ledger.doubt(f"{code}.{how}", passage, **details)


class Memberships:
    """The memberships of a page, collected while it is read in order."""

    def __init__(self, work: Work, ledger: Ledger, known: Vocabulary) -> None:
        self._ledger, self._known = ledger, known
        formats = (each for each in work.formats if each.member)
        self._spells = {each.format: Spells(each, ledger, known) for each in formats}
        self._joined: dict[str, tuple[int, str]] = {}  # parties that joined the Alliance

    def of(self, rule: Rule) -> Spells | None:
        """Return the spells of the format whose members a rule lists; None for other rules."""
        listed = rule.fields.get("format", "") if rule.resource == "memberships" else ""
        return self._spells.get(listed)

    def tell(self, number: int, sentence: Sentence, moves: Sequence[Move], items: str) -> None:
        """Record the parties that joined or left a format by a sentence, or each half of it.

        The first of the moves that can be read counts; ``items`` is the list below the sentence.
        """
        halves = [replace(sentence, text=each) for each in _HALVES.split(sentence.text)]
        for parts in ([sentence], halves):
            read = (self._change(part, moves, items) for part in parts)
            found = [each for each in read if each]
            if len(found) == len(parts):
                for move, change in found:
                    self._enter(number, move, change)
                if any(change.vague for _, change in found):
                    written = self._ledger.passages[number].text
                    self._ledger.doubt("date-coarse", number, sentence=written)
                return
        met = next((move for move in moves if phrase(move.phrase).search(sentence.text)), None)
        if met:
            self._ledger.note(number, self._spells[met.format].format.unread)

    def _change(
        self, part: Sentence, moves: Sequence[Move], items: str
    ) -> tuple[Move, Change] | None:
        """Return the first move that can be read in a part of a sentence, and its change."""
        found = ((move, change_in(part, move.phrase, self._known, items)) for move in moves)
        return next(((move, change) for move, change in found if change), None)

    def _enter(self, number: int, move: Move, change: Change) -> None:
        spells = self._spells[move.format]
        if move.field == "start":
            spells.begin(change, move.count, number)
            return
        joined = move.joins or change.joining
        sure = move.names or spells.format.term in change.subject
        spells.end(change, number, joined=joined, sure=sure)
        for member, date in zip(change.members, change.dates, strict=True) if joined else ():
            more = {"joined_alliance": date} if date else {}
            self._ledger.state_party(number, member.party, member.name, "ally", **more)
            self._joined[member.party.party] = (number, member.name)

    def close(self) -> None:
        """State the spells as rows once all sentences and lists are read, and report conflicts."""
        for spells in self._spells.values():
            spells.close()
            for party, (number, name) in self._joined.items():
                if spells.lasts(party):
                    self._ledger.doubt("party-disagrees", number, name=name)
