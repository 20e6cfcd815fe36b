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
from interopwatch.capture.english.text import clean, fold

if TYPE_CHECKING:
    from interopwatch.capture.model import Party, Vocabulary

_JOINING: Final[tuple[tuple[str, ...], ...]] = (
    ("as", "well", "as"), ("together", "with"), ("along", "with"), ("and",), ("&",), ("plus",),
)  # fmt: skip
_SUPPORT: Final[tuple[tuple[str, ...], ...]] = (
    ("supported", "by"), ("with", "the", "support", "of"), ("with", "support", "from"),
    ("with", "support", "by"), ("with", "the", "support", "from"),
)  # fmt: skip
_PARTNER: Final = frozenset({"partner", "partner country", "partner nation"})
_PARTNERS: Final = frozenset({"partners", "partner countries", "partner nations"})
_ALLIES: Final = frozenset({"ally", "allies"})
_LEAD: Final = frozenset({"lead", "lead nation", "lead country", "lead ally"})
_OBSERVER: Final = frozenset({"observer", "as an observer", "as observer", "observer status"})
_SINCE: Final = re.compile(r"(?:joined|since|as of|from)(?: in| on| since)? ", re.IGNORECASE)
_VAGUE: Final = frozenset(
    {"other", "others", "several", "more", "many", "some", "additional", "various", "further"}
)
_QUALIFYING: Final = frozenset(
    {"as", "but", "except", "excluding", "without", "who", "which", "since", "until", "from"}
)
_STATED: Final = re.compile(
    r"\s*(?P<number>[\w-]{1,20}) (?:participating |member )?"
    r"(?:countries|nations|allies|partners|participants)\s*(?::|[–—-]\s)\s*",
    re.IGNORECASE,
)


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
    stated = _STATED.match(said)
    count = number(stated["number"]) if stated else None
    if stated and count is not None:
        said = said[stated.end() :]
    return _Parser(re.sub(r"([,;])(?=[^\s\d])", r"\1 ", said), known, ordinary).parse(count)


@dataclass(slots=True)
class _Parser:
    """The state of reading one list, word by word."""

    text: str
    known: Vocabulary
    ordinary: str
    words: list[str] = field(default_factory=list)
    at: int = 0
    role: str = "participant"
    partner: str = ""  # "", "one" (the next name) or "all" (all that follow)
    comma: bool = False  # whether a comma stands before the word at hand
    members: list[Member] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    repeated: list[Party] = field(default_factory=list)
    leads: list[Party] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def parse(self, stated: int | None) -> PartyList:
        self.words = self.text.split()
        spellings = lengths(tuple(self.known.parties))
        ended = False
        while self.at < len(self.words) and not ended:
            if self._skipped():
                continue
            # "NATO partner" is an introduction, not NATO: that was looked for first.
            hit = longest(self.words[self.at : self.at + 16], spellings, self.known.parties)
            ended = self._name(*hit) if hit and self._clean(hit[1]) else self._other()
        return PartyList(
            tuple(self.members), tuple(self.unknown), tuple(self.repeated), tuple(self.leads),
            tuple(self.noted), stated, " ".join(self.words[self.at :]),
        )  # fmt: skip

    def _clean(self, size: int) -> bool:
        """Whether the words of a name carry nothing in front or behind that a list has not."""
        first, last = self.words[self.at], self.words[self.at + size - 1]
        return first[0] not in "(“\"'‘" and not re.search(r"['’]s?[.,;:]*$", last)

    def _next(self, size: int, start: int = 0) -> tuple[str, ...]:
        at = self.at + start
        return tuple(word.lower() for word in self.words[at : at + size])

    def _skipped(self) -> bool:
        """Step over what joins or introduces names, if it stands here."""
        for phrase in _SUPPORT:
            if self._next(len(phrase)) == phrase:
                self.role, self.partner, self.comma = "supporter", "", False
                self.at += len(phrase)
                return True
        for phrase in _JOINING:
            if self._next(len(phrase)) == phrase:
                self.at, self.comma = self.at + len(phrase), False
                return True
        return self._introduced()

    def _introduced(self) -> bool:
        """Step over "NATO partner", "partner countries", "Allies" and the like."""
        start = 0
        while self._next(1, start) and self._next(1, start)[0] in ("the", "nato"):
            start += 1
        for size in (2, 1):
            phrase = " ".join(self._next(size, start)).rstrip(":")
            if self.at + start + size >= len(self.words):
                continue
            if phrase in _PARTNER | _PARTNERS:
                self.partner = "all" if phrase in _PARTNERS else "one"
            elif phrase in _ALLIES:
                self.partner = ""
            else:
                continue
            self.at, self.comma = self.at + start + size, False
            return True
        return False

    def _name(self, party: Party, size: int) -> bool:
        """Take a name; say whether the list ends with it."""
        start = self.at
        self.at += size
        last = self.words[self.at - 1]
        name = re.sub(r"(?i)^the ", "", " ".join(self.words[start : self.at]).rstrip(TAIL))
        if "." in name and last.endswith("."):
            name += "."
        tail = last[len(last.rstrip(TAIL)) :]
        note = ""
        if not set(tail) & set(".,;") and self._next(1) and self._next(1)[0].startswith("("):
            note, after = self._parenthesis()
            tail += after
        if self._goes_on(tail):
            return self._unknown(start)
        self._add(party, name, note, start)
        if set(tail) & set(MARKS):
            self.noted.append(name)
        self.comma = "," in tail or ";" in tail
        self.partner = "" if self.partner == "one" else self.partner
        return self._ended(tail, abbreviated=name.endswith("."))

    def _ended(self, tail: str, *, abbreviated: bool) -> bool:
        if "." not in tail or "," in tail:
            return False
        upcoming = self.words[self.at][0] if self.at < len(self.words) else ""
        return not abbreviated or not upcoming or upcoming.isupper()

    def _goes_on(self, tail: str) -> bool:
        """Whether words follow that belong to the name, so that it is not just that name."""
        if set(tail) & set(".,;") or self.at >= len(self.words):
            return False
        return all(self._next(len(p)) != p for p in (*_JOINING, *_SUPPORT))

    def _parenthesis(self) -> tuple[str, str]:
        start = self.at
        while self.at < len(self.words):
            self.at += 1
            if ")" in self.words[self.at - 1]:
                break
        inside, closed, after = " ".join(self.words[start : self.at]).rpartition(")")
        return (inside[1:], after) if closed else (after[1:], "")

    def _add(self, party: Party, name: str, note: str, start: int) -> None:
        said = note.lower().removeprefix("nato ")
        same = self.known.parties.get(fold(note)) if note else None
        partner = bool(self.partner) or said in _PARTNER
        joined = _joined(note) if ")" in self.words[self.at - 1] else ""
        if note and not (
            said in _PARTNER | _LEAD | _OBSERVER or joined or (same and same.party == party.party)
            or (party.kind == "organisation" and _initials(note, name))
        ):  # fmt: skip
            self.unknown.append(" ".join(self.words[start : self.at]).rstrip(TAIL))
            return
        if said in _LEAD:
            self.leads.append(party)
        capacity = "partner" if partner else self.ordinary
        if party.kind == "organisation":
            capacity = "organisation"
        if any(each.party.party == party.party for each in self.members):
            self.repeated.append(party)
            return
        role = "observer" if said in _OBSERVER else self.role
        self.members.append(Member(party, name, capacity, role, joined))

    def _other(self) -> bool:
        """Take what is no name up to where the next one may begin."""
        start = self.at
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if word[-1] in ",;." or self._next(1) in (("and",), ("&",)):
                break
        return self._unknown(start)

    def _unknown(self, start: int) -> bool:
        """Report the words from a place on; say whether the list ends with them."""
        while self.at < len(self.words) and self.words[self.at - 1][-1] not in ",;.":
            if any(self._next(len(p)) == p for p in (*_JOINING, *_SUPPORT)):
                break
            self.at += 1
        said = " ".join(self.words[start : self.at])
        first = said.split(maxsplit=1)[0].rstrip(TAIL)
        named = first == "the" or (first not in _QUALIFYING and bool(mentions(said, self.known)))
        qualifies = said[0].islower() and first not in _VAGUE and not named
        qualifies = qualifies and number(first) is None
        if ":" in said.split(maxsplit=1)[0]:
            # "observers: Norway and Poland": it is another list that begins here.
            while self.at < len(self.words) and self.words[self.at - 1][-1] != ".":
                self.at += 1
            said = " ".join(self.words[start : self.at])
        elif self.comma and qualifies and self.members:
            # "Austria, as an observer": it is not surely a participant.
            said = f"{self.members.pop().name}, {said}"
        self.unknown.append(said.rstrip(".,;: "))
        self.comma = said[-1] in ",;"
        self.partner = "" if self.partner == "one" else self.partner
        return said[-1] == "."


def _joined(note: str) -> str:
    """The date (EDTF) of a note such as "since May 2031"; empty if it says anything else."""
    since = _SINCE.match(note)
    found = dates(note) if since else ()
    whole = since and len(found) == 1 and (found[0].start, found[0].end) == (since.end(), len(note))
    return found[0].edtf if whole and "/" not in found[0].edtf else ""


def _initials(note: str, name: str) -> bool:
    """Whether a note in parentheses is made of first letters of the name, in order."""
    if not note.isupper() or not note.isalpha():
        return False
    initials = iter(word[0].upper() for word in name.split())
    return all(letter in initials for letter in note)
