"""Parse lists of countries and organisations in English text by their known spellings.

The longest known spelling wins, so that an "and" within a name does not split it. A word of a
list that is neither part of a name nor a connective is reported, never interpreted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.phrases import ENGLISH
from interopwatch.capture.english.sentences import Sentence
from interopwatch.capture.english.text import clean, fold, with_tokens

if TYPE_CHECKING:
    from interopwatch.capture.model import Party, Vocabulary

_VAGUE: Final = ENGLISH.words("vague")
_QUALIFYING: Final = ENGLISH.words("qualifying")
_INSIDE: Final = ENGLISH.words("inside")
_GROUPS: Final = ENGLISH.data["words"]["groups"]
_SENTENCE: Final = re.compile(r"(?<!\bNo)\. ")  # the end of a sentence
_LONGEST: Final = 10  # words of a name; the longest known name has 8
_NEAR: Final = 0.8
"""The least similarity of two spellings of one name. 530 names with one letter added, removed or
replaced all reach it; none of 20 headings of web pages reaches 0.61."""


@dataclass(frozen=True, slots=True)
class Member:
    """A party of a list.

    Its capacity is ``organisation`` for an organisation, ``partner`` if the list calls it one, and
    otherwise the list's ordinary capacity. Its role is ``supporter`` after "supported by",
    ``observer`` if a note in parentheses says so, and otherwise ``participant``.
    """

    party: Party
    name: str  # as written in the list, without "the"
    capacity: str
    role: str = "participant"
    joined: str = ""  # the date (EDTF) of a note such as "(since May 2031)"


@dataclass(frozen=True, slots=True)
class PartyList:
    """A parsed list of parties."""

    members: tuple[Member, ...]  # without repetitions
    unknown: tuple[str, ...] = ()  # text not accounted for, with the name it belongs to
    repeated: tuple[Party, ...] = ()  # listed more than once
    leads: tuple[tuple[Party, str], ...] = ()  # marked as leading; since when (EDTF), or empty
    stated: int | None = None  # the number of members that the list states, if any
    rest: str = ""  # the text after the sentence of the list
    headed: bool = False  # whether it begins with a region of the world or another heading of names

    @property
    def empty(self) -> bool:
        """Whether it consists of a heading of names only."""
        return self.headed and not (self.members or self.unknown or self.rest)

    @property
    def understood(self) -> bool:
        """Whether every word of the list itself is accounted for."""
        return bool(self.members) and not (self.unknown or self.repeated)

    @property
    def alone(self) -> bool:
        """Whether the text consists of the list only, and every word is accounted for."""
        return self.understood and not self.rest


def parties_in(text: str, known: Vocabulary, ordinary: str = "ally") -> PartyList:
    """Parse a list such as "A, B, the C and NATO partner D. With 4 countries, …".

    Args:
        text: The list, without its label.
        known: The vocabulary of the package.
        ordinary: The capacity of a country for which the list states none.
    """
    said = re.sub(r"([,;])(?=[^\s\d])", r"\1 ", re.sub("[⟦⟧⟪⟫]", "", clean(text)))
    said = ENGLISH.pattern("enclosed").sub(r"\g<counted>: \g<list>", said)
    said = ENGLISH.pattern("group").sub(_named_together, said)
    stated = ENGLISH.pattern("stated").match(said)
    count = number(stated["number"] or "") if stated else None
    if stated and (count is not None or not stated["number"]):
        said = said[stated.end() :]
    return _Reader(known, ordinary).read(said, count)


@dataclass(slots=True)
class _Reader:
    """The parser of one list, in which names are tokens ``⟦0⟧`` and notes tokens ``⟪0⟫``."""

    known: Vocabulary
    ordinary: str
    role: str = "participant"
    partner: str = ""  # "partner" if the next name is one, "partners" if all that follow are
    clause: int = 0  # the number of members before the last semicolon
    comma: bool = False  # whether the current part follows a comma
    parties: list[Party] = field(default_factory=list)  # by token number, as names and notes
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    repeated: list[Party] = field(default_factory=list)
    leads: list[tuple[Party, str]] = field(default_factory=list)

    def read(self, said: str, stated: int | None) -> PartyList:
        head, *rest = _SENTENCE.split(self._with_tokens(said), maxsplit=1)
        headed = ENGLISH.pattern("beside").match(head) is not None
        head = ENGLISH.pattern("beside").sub("", head)
        head, at = head.removesuffix("."), 0
        for divider in ENGLISH.pattern("divider").finditer(head):
            part = head[at : divider.start()].strip()
            other = ":" in part.partition(" ")[0]
            if other and not ENGLISH.pattern("introduction").match(part):
                # "observers: Norway and Poland": another list begins here.
                self.unknown.append(self._written(head[at:]).strip(" .,;:"))
                break
            if ENGLISH.pattern("excepted").search(part):
                self._unknown(head[at:])
                break
            if part:
                self._take(part)
            at = divider.end()
            self.comma = bool(part) and divider[0].strip() in {",", ";", "|"}
            if ";" in divider[0]:
                self.clause = len(self.members)
            if divider["support"]:
                self.role, self.partner = "supporter", ""
        return PartyList(
            tuple(self.members), tuple(self.unknown), tuple(self.repeated), tuple(self.leads),
            stated, self._written("".join(rest)).strip(), headed,
        )  # fmt: skip

    def _with_tokens(self, said: str) -> str:
        spans = []
        for each in mentions(said, self.known):
            # "NATO partner" is an introduction, not NATO.
            if ENGLISH.pattern("introduction").match(said, each.start):
                continue
            dot = "." in each.name and said.startswith(".", each.end)  # "the U.S. and Norway"
            ends = re.match(r"\. ?(?:[A-Z]|$)", said[each.end : each.end + 3])
            spans.append((each.start, each.end + (dot and not ends)))
            self.parties.append(each.party)
            self.names.append(f"{each.name}." if dot else each.name)
        said = with_tokens(said, spans, "⟦⟧")
        return re.sub(r"\(([^()]*)\)", self._note, said)

    def _note(self, note: re.Match[str]) -> str:
        self.notes.append(self._written(note[1]))
        return f"⟪{len(self.notes) - 1}⟫"

    def _written(self, text: str) -> str:
        """Return a text as written in the list, without tokens."""
        text = re.sub(r"⟪(\d+)⟫", lambda note: f"({self.notes[int(note[1])]})", text)
        return re.sub(r"⟦(\d+)⟧", lambda name: self.names[int(name[1])], text)

    def _take(self, part: str) -> None:
        """Add the part between two dividers."""
        introduced = ENGLISH.pattern("introduction").match(part)
        if introduced:
            kind = introduced.lastgroup or ""
            self.partner = kind if kind.startswith("partner") else ""
            part, self.comma = part[introduced.end() :].strip(), False
        named = ENGLISH.pattern("named").fullmatch(part)
        if named is None:
            self._unknown(part)
        else:
            note = self.notes[int(named["note"])] if named["note"] else ""
            self._add(int(named["name"]), note, self._written(part))
        self.partner = "" if self.partner == "partner" else self.partner

    def _add(self, token: int, note: str, written: str) -> None:
        party, name = self.parties[token], self.names[token]
        meant = ENGLISH.pattern("note_of_name").match(note)
        said, more = (meant.lastgroup, note[meant.end() :].lstrip(" ,")) if meant else ("", note)
        same = self.known.parties.get(fold(note)) if note else None
        since = _joined(more)
        other = (same and same.party == party.party) or (
            party.kind == "organisation" and _initials(note, name)
        )
        if more and not (since or other):
            self.unknown.append(written)
            return
        if said == "leads":
            self.leads.append((party, since))
            since = ""
        capacity = "partner" if self.partner or said == "partner" else self.ordinary
        if party.kind == "organisation":
            capacity = "organisation"
        if any(each.party.party == party.party for each in self.members):
            self.repeated.append(party)
            return
        role = "observer" if said == "observes" else self.role
        self.members.append(Member(party, name, capacity, role, since))

    def _unknown(self, part: str) -> None:
        """Record a part that is not a name as unknown."""
        first = part.partition(" ")[0]
        named = first.lower() == "the" or (first not in _QUALIFYING and "⟦" in part)
        qualifies = part[0].islower() and first not in _VAGUE and not named
        said = self._written(part)
        if self.clause and re.match(r"⟦\d+⟧ [a-z]", part):
            # "…; A and B are observers"
            del self.members[self.clause :]
        if self.comma and qualifies and number(first) is None and self.members:
            # "Austria, as an observer": that it participates is not certain.
            said = f"{self.members.pop().name}, {said}"
        self.unknown.append(said.rstrip(".,;: "))


def goes_on(text: str, known: Vocabulary) -> Literal["surely", "maybe", ""]:
    """Return whether the text below a list continues it: consists of names, known or not.

    Unknown names are a "maybe" if none resembles a known one, no word of a list precedes them and
    no sentence follows: the boilerplate of a page can look the same.
    """
    listed = parties_in(text, known)
    head, _, rest = clean(text).partition(". ")
    parts = [each.split() for each in re.split(r"\s*[,;|]\s*", head.rstrip(".,;")) if each]
    if listed.understood:
        return "surely"
    if not all(map(_is_name_like, parts)):
        return ""
    near = any(get_close_matches(fold(n), known.parties, 1, _NEAR) for n in listed.unknown)
    joined = bool(ENGLISH.pattern("within").match(head))
    return "surely" if rest or near or joined or listed.members else "maybe"


def _is_name_like(words: list[str]) -> bool:
    """Return whether words are capitalised, except those that occur within names."""
    large = [word for word in words if word.lstrip("(“\"'‘")[:1].isupper()]
    small = {word for word in words if word[0].isalpha()} - {*large}
    return bool(large) and len(words) <= _LONGEST and small <= _INSIDE


def _named_together(group: re.Match[str]) -> str:
    """Return the countries of a group as named in the list, or otherwise the known ones."""
    return group["names"] or str(_GROUPS[group.lastgroup or ""])


def _joined(note: str) -> str:
    """Return the date (EDTF) of a note such as "since May 2031"; empty for any other note."""
    ready = Sentence.of(note)
    since = ENGLISH.phrase("since").fullmatch(ready.text)
    return ready.dates_in(since["when"])[0] if since else ""


def _initials(note: str, name: str) -> bool:
    """Return whether a note consists of initials of the name, in order."""
    if not note.isupper() or not note.isalpha():
        return False
    initials = iter(word[0].upper() for word in name.split())
    return all(letter in initials for letter in note)
