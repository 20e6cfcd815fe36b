"""Sentences about a project: what it reached, who takes part in it or leads it, and since when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.clauses import Clauses, When
from interopwatch.capture.english.dates import unclear_dates
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.sentences import Sentence, is_doubted, is_hearsay
from interopwatch.capture.english.text import clean, fold
from interopwatch.capture.works.mcc.figures import SAID
from interopwatch.capture.works.mcc.names import is_self

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.model import Vocabulary

MOVES: Final = frozenset({"joined", "left", "observer", "lead"})
"""The clauses about who takes part or leads; all others are about the project."""
_LONGEST: Final = 2000  # letters of a sentence
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}([/.-])\d{1,2}\1\d\d\b")
"""What is a date, or a part of one, in what no rule read."""
_WORDS: Final = {name: SAID.words(name) for name in ("lasting", "own", "parts", "self", "shared")}
_ANY: Final = Clauses(SAID, "moves", "milestones", "besides")
_MOVES: Final = Clauses(SAID, "moves", "besides")


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause states.

    Attributes:
        kind: ``joined``, ``left``, ``observer``, ``lead``, or the code of a milestone; or what
            else stands beside these: ``total``, ``launching-allies``.
        when: When; empty if it does not say.
        expected: Whether it is yet to come.
        members: Who, if it is about parties.
        said: What else it says, by name.
    """

    kind: str
    when: When = field(default_factory=When)
    expected: bool = False
    members: tuple[Member, ...] = ()
    said: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence states.

    Attributes:
        clauses: Its clauses.
        left: What of it was not read.
        note: Why, if it is more than that no rule reads it.
    """

    clauses: tuple[Clause, ...] = ()
    left: str = ""
    note: str = ""

    @property
    def exact(self) -> bool:
        """Whether the dates say all that it says of time."""
        return all(each.when.exact for each in self.clauses)


@dataclass(frozen=True, slots=True)
class Teller:
    """Reads sentences about one project.

    Attributes:
        names: What the project is known by, folded.
        known: What the package knows.
        order: Which of day and month the page has first in figures.
    """

    names: Collection[str]
    known: Vocabulary
    order: DayOrder = ""

    def tell(self, text: str, *, moves: bool = False) -> Told:
        """What a sentence states.

        Args:
            text: The sentence.
            moves: Whether only who takes part or leads is of interest.
        """
        book = _MOVES if moves else _ANY
        ready = Sentence.of(text, intervals=True, order=self.order)
        if len(ready.text) > _LONGEST:
            return Told(left=ready.text, note="it is too long for a sentence")
        if is_hearsay(text):
            return Told(left=text, note="it only reports what somebody says")
        said = book.restated(ready.text)
        found, end = book.read(said, partial(self._take, ready, book))
        apart = said != ready.text and said[end:].startswith(";")  # a relative clause was read
        if said[end:].strip(" .,;") and not apart:
            # Who joined is not sure where it is not read how the clause goes on.
            end, found = next(
                ((at, found[:n]) for n, (at, each) in enumerate(found) if each.kind in MOVES),
                (end, found),
            )
        clauses = tuple(each for _, each in found)
        rest = said[end:].strip(" .,;") and said[end:].strip().lstrip(".;, ")
        left = ready.as_written(rest)
        left = left if left in clean(text) else text  # as it stands on the page
        return Told(clauses, left, self._note(ready, rest, left, clauses))

    def _note(self, ready: Sentence, rest: str, left: str, clauses: Sequence[Clause]) -> str:
        unclear = unclear_dates(left, self.order)
        if unclear:
            return f"it is not clear which figure is the day, and which the month, of {unclear[0]}"
        if ready.dates_in(rest) or _DATED.search(left):
            return f"no rule reads the date in: {left}"
        if SAID.phrase("doubt").search(ready.text) and ready.dated and not clauses:
            return f"no rule tells whether this happened: {left}"
        return ""

    def _take(
        self,
        sentence: Sentence,
        book: Clauses,
        kind: str,
        match: re.Match[str],
        last: Clause | None,
    ) -> tuple[Clause, ...]:
        """What a clause states; nothing if it is about something else, or not sure."""
        said = match.groupdict("")
        when = book.when(sentence, said["when"]) if said["when"] else When()
        if said["when"] and not when.date:
            return ()
        if kind in SAID.data["besides"]:
            fits = last and (last.kind in MOVES) is (kind == "total") and not said["when"]
            return (Clause(kind, said=said),) if fits and number(said["many"]) else ()
        if kind in SAID.data["moves"]:
            kind = last.kind if kind == "again" and last else kind
            return () if when.by else tuple(self._move(sentence, kind, said, when))
        return self._milestone(sentence, kind, match, when, last)

    def _move(
        self, sentence: Sentence, kind: str, said: dict[str, str], when: When
    ) -> list[Clause]:
        known = self.known
        listed = parties_in(said["who"].strip(" ,"), known)
        before, what = said.get("before", "").strip(" ,"), said.get("what", "")
        if (
            kind not in MOVES
            or (kind == "lead" and is_doubted(sentence.as_written(sentence.text)))
            or (before and not parties_in(before, known).understood)
            or not listed.understood
            or listed.rest
            or (what and not is_self(what, self.names, _WORDS["shared"]))
        ):
            return []
        if not said["each"]:
            return [Clause(kind, when, members=listed.members)]
        given = [when.date, *sentence.dates_in(said["each"])]
        if len(given) != len(listed.members) or not when.exact:
            return []
        pairs = zip(listed.members, given, strict=True)
        return [Clause(kind, When(date), members=(member,)) for member, date in pairs]

    def _milestone(
        self, sentence: Sentence, kind: str, match: re.Match[str], when: When, last: Clause | None
    ) -> tuple[Clause, ...]:
        said = match.groupdict("")
        words = match[0][: match.start("when") - match.start()] if when.date else ""
        ahead = self._expected(kind, words, last)
        if (
            not words
            or ahead is None
            or SAID.phrase("doubt").search(sentence.text)
            or not self._ours(kind, said, first=last is None)
            # "Norway left in 2031 and became …": that is about Norway
            or (last and last.kind in MOVES - {"lead"} and SAID.phrase("goes_on").match(words))
            or (when.since and (ahead or kind not in _WORDS["lasting"]))
            # "reached IOC in 2031, and FOC by 2036": not said to have happened
            or (when.by and not ahead and not SAID.phrase("happened").search(words))
        ):
            return ()
        return (Clause(kind, when, ahead, said=said),)

    def _expected(self, kind: str, words: str, last: Clause | None) -> bool | None:
        """Whether a clause is about something to come; nothing if it does not say."""
        before = None if last is None else last.expected or last.kind == "commitment"
        verb = re.sub(r"^(?:it |they )", "", words.strip(), flags=re.IGNORECASE)
        if SAID.phrase("expected").search(words):
            return True
        if kind == "solution-developed" or SAID.phrase("bare").match(verb):
            return before
        return False if SAID.phrase("happened").search(words) else before

    def _ours(self, kind: str, said: dict[str, str], *, first: bool) -> bool:
        """Whether the clause is about the project and not about something else."""
        who, thing = said.get("self", "").strip(), said.get("thing", "").strip()
        names = self.names
        if thing:
            # "The fleet reached …": a part of the project speaks for it, another project does not.
            return is_self(thing, names, _WORDS["self"]) or self._is_part(thing)
        if who:
            return is_self(who, names, _WORDS["self"])
        # Without a subject it goes on from the clause before, or is about what is the project's.
        return not first or bool(said.get("opens")) or kind in _WORDS["own"]

    def _is_part(self, thing: str) -> bool:
        *words, last = re.sub(r"(?i)^(?:the|its) ", "", thing).split()
        names = self.names
        starts = {key.split("-")[0] for key in names} | {*names}
        return last.lower() in _WORDS["parts"] and all(
            word.islower() or fold(word) in starts for word in words
        )
