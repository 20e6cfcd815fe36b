"""Who came into the formats of a page and who went, as its sentences and lists tell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.changes import change
from interopwatch.capture.english.phrases import phrase
from interopwatch.capture.works.spells import Spells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.capture.english.changes import Change
    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.work import Move, Rule, Work

_HALVES: Final = re.compile(r"(?:,|;) (?:while|whereas|and) |; ")
"""What stands between two sentences that are written as one; each has to be read by itself."""


class Memberships:
    """The memberships of a page, while it is gone through in order."""

    def __init__(self, work: Work, ledger: Ledger, known: Vocabulary) -> None:
        self._ledger, self._known = ledger, known
        formats = (each for each in work.formats if each.member)
        self._spells = {each.format: Spells(each, ledger, known) for each in formats}
        self._joined: dict[str, tuple[int, str]] = {}  # who joined NATO, by party

    def of(self, rule: Rule) -> Spells | None:
        """The spells of those whom a rule lists, if it does."""
        listed = rule.fields.get("format", "") if rule.resource == "memberships" else ""
        return self._spells.get(listed)

    def tell(self, number: int, sentence: Sentence, moves: Sequence[Move], items: str) -> None:
        """Enter who came into a format, or went, as a sentence or each of its halves tells.

        Args:
            number: Its passage.
            sentence: The sentence.
            moves: The phrases for what they do; the first that is read counts.
            items: What is listed below the sentence.
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
