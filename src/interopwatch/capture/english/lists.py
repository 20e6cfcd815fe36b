"""Lists of countries and organisations in English text, read by the spellings that are known.

The longest known spelling wins, so that an "and" inside a name divides nothing. A word of a
list that is surely neither a name nor what joins names is reported, and never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.names import MARKS, TAIL, lengths, longest, mentions
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.phrases import ENGLISH
from interopwatch.capture.english.text import clean, fold

if TYPE_CHECKING:
    from interopwatch.capture.model import Party, Vocabulary

_VAGUE: Final = ENGLISH.words("vague")
_QUALIFYING: Final = ENGLISH.words("qualifying")
_DIVIDING: Final = frozenset(("joining", "support"))
"""The kinds of words that stand between two names of a list."""


@dataclass(frozen=True, slots=True)
class Member:
    """A party of a list.

    Attributes:
        party: The party, as the package knows it.
        name: Its name as the list has it, without "the".
        capacity: ``organisation``; ``partner``, if the list calls it a partner; otherwise what
            the list is a list of.
        role: ``participant``; ``supporter`` if it stands behind "supported by"; ``observer`` if a
            note in parentheses says so.
        joined: Since when (EDTF), if a note in parentheses says so: "(since May 2031)".
    """

    party: Party
    name: str
    capacity: str
    role: str = "participant"
    joined: str = ""


@dataclass(frozen=True, slots=True)
class PartyList:
    """A list of parties, and what is left of it.

    Attributes:
        members: The parties, each once, in order.
        unknown: What no known spelling accounts for, with the name that it belongs to.
        repeated: The parties that are listed more than once.
        leads: The parties that the list marks as leading.
        noted: The names that carry a footnote mark.
        stated: How many the list says that it has, if it does.
        rest: What follows the sentence of the list.
    """

    members: tuple[Member, ...]
    unknown: tuple[str, ...] = ()
    repeated: tuple[Party, ...] = ()
    leads: tuple[Party, ...] = ()
    noted: tuple[str, ...] = ()
    stated: int | None = None
    rest: str = ""

    @property
    def understood(self) -> bool:
        """Whether every word of the list itself is accounted for."""
        return bool(self.members) and not (self.unknown or self.repeated or self.noted)


def parties_in(text: str, known: Vocabulary, ordinary: str = "ally") -> PartyList:
    """The parties of a list such as "A, B, the C and NATO partner D. With 4 countries, …".

    Args:
        text: The list, without its label.
        known: What the package knows.
        ordinary: The capacity of a country of which the list says nothing else.
    """
    said = clean(text)
    stated = ENGLISH.pattern("stated").match(said)
    count = number(stated["number"]) if stated else None
    if stated and count is not None:
        said = said[stated.end() :]
    said = re.sub(r"([,;])(?=[^\s\d])", r"\1 ", said)
    words = list(ENGLISH.pattern("list_words").finditer(said))
    kinds = [word.lastgroup or "" for word in words]
    return _Parser([word[0] for word in words], kinds, known, ordinary).parse(count)


@dataclass(slots=True)
class _Parser:
    """The state of reading one list, word by word; what joins or introduces names is one word."""

    words: list[str]
    kinds: list[str]
    known: Vocabulary
    ordinary: str
    at: int = 0
    role: str = "participant"
    partner: str = ""  # "partner" if the next name is one, "partners" if all that follow are
    comma: bool = False  # whether a comma stands before the word at hand
    members: list[Member] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    repeated: list[Party] = field(default_factory=list)
    leads: list[Party] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def parse(self, stated: int | None) -> PartyList:
        spellings = lengths(tuple(self.known.parties))
        ended = False
        while self.at < len(self.words) and not ended:
            kind = self.kinds[self.at]
            if kind != "word":
                self._pass(kind)
                continue
            hit = longest(self.words[self.at : self.at + 16], spellings, self.known.parties)
            ended = self._name(*hit) if hit and self._clean(hit[1]) else self._unknown(self.at)
        return PartyList(
            tuple(self.members), tuple(self.unknown), tuple(self.repeated), tuple(self.leads),
            tuple(self.noted), stated, " ".join(self.words[self.at :]),
        )  # fmt: skip

    def _pass(self, kind: str) -> None:
        """Step over what joins or introduces names."""
        if kind != "joining":
            self.partner = kind if kind.startswith("partner") else ""
        if kind == "support":
            self.role = "supporter"
        self.at, self.comma = self.at + 1, False

    def _clean(self, size: int) -> bool:
        """Whether the words of a name carry nothing in front or behind that a list has not."""
        first, last = self.words[self.at], self.words[self.at + size - 1]
        return first[0] not in "(“\"'‘" and not re.search(r"['’]s?[.,;:]*$", last)

    def _divides(self) -> bool:
        """Whether what stands here divides names."""
        return self.at < len(self.words) and self.kinds[self.at] in _DIVIDING

    def _name(self, party: Party, size: int) -> bool:
        """Take a name; say whether the list ends with it."""
        start = self.at
        self.at += size
        last = self.words[self.at - 1]
        name = re.sub(r"(?i)^the ", "", " ".join(self.words[start : self.at]).rstrip(TAIL))
        if "." in name and last.endswith("."):
            name += "."
        tail, note = last[len(last.rstrip(TAIL)) :], ""
        more = self.at < len(self.words)
        if more and not set(tail) & set(".,;") and self.words[self.at].startswith("("):
            note, after = self._parenthesis()
            tail += after
        if self.at < len(self.words) and not (set(tail) & set(".,;") or self._divides()):
            return self._unknown(start)  # the words behind belong to the name
        self._add(party, name, note, start)
        if set(tail) & set(MARKS):
            self.noted.append(name)
        self.comma = "," in tail or ";" in tail
        self.partner = "" if self.partner == "partner" else self.partner
        return self._ended(tail, abbreviated=name.endswith("."))

    def _ended(self, tail: str, *, abbreviated: bool) -> bool:
        if "." not in tail or "," in tail:
            return False
        upcoming = self.words[self.at][0] if self.at < len(self.words) else ""
        return not abbreviated or not upcoming or upcoming.isupper()

    def _parenthesis(self) -> tuple[str, str]:
        start = self.at
        while self.at < len(self.words):
            self.at += 1
            if ")" in self.words[self.at - 1]:
                break
        inside, closed, after = " ".join(self.words[start : self.at]).rpartition(")")
        return (inside[1:], after) if closed else (after[1:], "")

    def _add(self, party: Party, name: str, note: str, start: int) -> None:
        said = {
            kind
            for kind in ("is_partner", "leads", "observes")
            if note and ENGLISH.pattern(kind).fullmatch(note)
        }
        same = self.known.parties.get(fold(note)) if note else None
        joined = _joined(note) if ")" in self.words[self.at - 1] else ""
        other = (same and same.party == party.party) or (
            party.kind == "organisation" and _initials(note, name)
        )
        if note and not (said or joined or other):
            self.unknown.append(" ".join(self.words[start : self.at]).rstrip(TAIL))
            return
        if "leads" in said:
            self.leads.append(party)
        capacity = "partner" if self.partner or "is_partner" in said else self.ordinary
        if party.kind == "organisation":
            capacity = "organisation"
        if any(each.party.party == party.party for each in self.members):
            self.repeated.append(party)
            return
        role = "observer" if "observes" in said else self.role
        self.members.append(Member(party, name, capacity, role, joined))

    def _unknown(self, start: int) -> bool:
        """Report the words from a place on; say whether the list ends with them."""
        self.at = max(self.at, start + 1)
        while self.at < len(self.words) and self.words[self.at - 1][-1] not in ",;.":
            if self._divides():
                break
            self.at += 1
        said = " ".join(self.words[start : self.at])
        opening = said.split(maxsplit=1)[0]
        first = opening.rstrip(TAIL)
        named = first == "the" or (first not in _QUALIFYING and bool(mentions(said, self.known)))
        qualifies = said[0].islower() and first not in _VAGUE and not named
        if ":" in opening:
            # "observers: Norway and Poland": it is another list that begins here.
            while self.at < len(self.words) and self.words[self.at - 1][-1] != ".":
                self.at += 1
            said = " ".join(self.words[start : self.at])
        elif self.comma and qualifies and number(first) is None and self.members:
            # "Austria, as an observer": it is not surely a participant.
            said = f"{self.members.pop().name}, {said}"
        self.unknown.append(said.rstrip(".,;: "))
        self.comma = said[-1] in ",;"
        self.partner = "" if self.partner == "partner" else self.partner
        return said[-1] == "."


def _joined(note: str) -> str:
    """The date (EDTF) of a note such as "since May 2031"; empty if it says anything else."""
    since = ENGLISH.pattern("since").match(note)
    found = dates(note) if since else ()
    whole = since and len(found) == 1 and (found[0].start, found[0].end) == (since.end(), len(note))
    return found[0].edtf if whole and "/" not in found[0].edtf else ""


def _initials(note: str, name: str) -> bool:
    """Whether a note in parentheses is made of first letters of the name, in order."""
    if not note.isupper() or not note.isalpha():
        return False
    initials = iter(word[0].upper() for word in name.split())
    return all(letter in initials for letter in note)
