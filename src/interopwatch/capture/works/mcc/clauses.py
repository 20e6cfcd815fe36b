"""Parse sentences about a project: its milestones, and who takes part or leads, and since when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import unclear_dates
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.phrases import expression, phrase
from interopwatch.capture.english.sentences import Sentence, is_doubted, is_hearsay
from interopwatch.capture.english.text import clean, fold
from interopwatch.capture.works.mcc.names import PHRASES, is_self

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName

MOVES: Final = frozenset({"joined", "left", "observer", "lead"})
"""The clauses about who takes part or leads; all others are about the project."""
_LONGEST: Final = 2000  # characters of a sentence
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}([/.-])\d{1,2}\1\d\d\b")
"""A date, or part of one, in text that no rule read."""
_SINCE: Final = " SINCE"
"""The end of a phrase that requires a date."""
_WORDS: Final = {
    name: PHRASES.words(name) for name in ("lasting", "own", "parts", "self", "shared")
}


@dataclass(frozen=True, slots=True)
class Clause:
    """The content of a clause."""

    kind: str  # ``joined``, ``left``, ``observer``, ``lead``, or the code of a milestone
    date: str = ""  # when (EDTF); an open interval for "by" a date
    exact: bool = True  # whether the date expresses all that the clause says about time
    expected: bool = False  # whether it is still to come
    members: tuple[Member, ...] = ()  # the parties, if it is about parties
    slots: dict[str, str] = field(default_factory=dict)  # the other slots


@dataclass(frozen=True, slots=True)
class SentenceContent:
    """The content of a sentence."""

    clauses: tuple[Clause, ...] = ()
    left: str = ""  # the text that was not read
    note: str = ""  # why not, unless merely no rule reads it

    @property
    def exact(self) -> bool:
        """Whether the dates express all that the sentence says about time."""
        return all(each.exact for each in self.clauses)


@cache
def _patterns(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compile the phrases of a table: pairs of name and pattern, in the order to try them.

    Each ends with a date and its preposition, or before the end of a clause without a date; an
    addition to such a clause may follow. They are compiled at first use, as that takes longer
    than reading another work (50 ms).
    """
    each = expression("(?P<each>,? and [in|on] {date},? respectively)?")
    dated = rf",? (?:only )?(?P<when>{PHRASES.phrase('when').pattern}){each}(?=[ ,.;]|$)"
    bare, more = f"|{PHRASES.phrase('ends').pattern}", PHRASES.phrase(f"more_of_{table}").pattern
    return tuple(
        (
            name,
            re.compile(
                rf"(?:{expression(phrase.removesuffix(_SINCE))})"
                rf"(?:{dated}{'' if phrase.endswith(_SINCE) else bare}){more}",
                re.IGNORECASE,
            ),
        )
        for name, phrases in PHRASES.groups(table).items()
        for phrase in phrases
    )


@dataclass(frozen=True, slots=True)
class ClauseParser:
    """Parser of sentences about one project, clause by clause.

    A sentence is parsed from its beginning. At the first clause that cannot be read, parsing ends:
    nothing is read from the middle of a sentence that was not understood up to there.
    """

    names: Collection[str]  # of the project, folded
    known: Vocabulary
    order: DayOrder = ""  # whether the day or the month is first in the page's numeric dates

    def parse(self, text: str, *, moves: bool = False) -> SentenceContent:
        """Parse a sentence; with ``moves``, only the clauses about who takes part or leads."""
        ready = Sentence.of(text, intervals=True, order=self.order)
        if len(ready.text) > _LONGEST:
            return SentenceContent(left=ready.text, note="it is too long for a sentence")
        if is_hearsay(text):
            return SentenceContent(left=text, note="it only reports what somebody says")
        restated = _restated(ready.text)
        found, end = self._read(ready, restated, ("moves",) if moves else ("moves", "milestones"))
        # A relative clause was read.
        apart = restated != ready.text and restated[end:].startswith(";")
        if restated[end:].strip(" .,;") and not apart:
            # It is not certain who joined if the rest of the clause was not read.
            end, found = next(
                ((at, found[:n]) for n, (at, each) in enumerate(found) if each.kind in MOVES),
                (end, found),
            )
        clauses = tuple(each for _, each in found)
        rest = restated[end:].strip().lstrip(" .,;")
        left = ready.as_written(rest)
        left = left if left in clean(text) else text  # as on the page
        # The reason for finding no moves is not used, and takes as long to find as the moves.
        note = "" if moves and not clauses else self._note(ready, rest, left, clauses)
        return SentenceContent(clauses, left, note)

    def _read(
        self, sentence: Sentence, text: str, tables: Sequence[str]
    ) -> tuple[list[tuple[int, Clause]], int]:
        """Return the clauses of a sentence, with the offset of each, and the end of the last."""
        found: list[tuple[int, Clause]] = []
        at = 0
        while text[at:].strip(" .,;"):
            glue = PHRASES.phrase("glue").match(text, at) if at else None
            start = glue.end() if glue else at
            last = found[-1][1] if found else None
            read = (
                (match, self._take(sentence, table, name, match, last))
                for table in tables
                for name, pattern in _patterns(table)
                if (match := pattern.match(text, start))
            )
            match, clauses = next((each for each in read if each[1]), (None, ()))
            if match is None:
                break
            found += [(at, clause) for clause in clauses]
            at = match.end()
        return found, at

    def _note(self, ready: Sentence, rest: str, left: str, clauses: Sequence[Clause]) -> str:
        unclear = unclear_dates(left, self.order)
        if unclear:
            return f"it is not clear which figure is the day, and which the month, of {unclear[0]}"
        if ready.dates_in(rest) or _DATED.search(ready.as_written(rest)):
            return f"no rule reads the date in: {left}"
        if PHRASES.phrase("doubt").search(ready.text) and ready.times and not clauses:
            return f"no rule tells whether this happened: {left}"
        unknown = "" if clauses else self._unknown(ready.text)
        return f"no party is known by the name “{unknown}”" if unknown else ""

    def _unknown(self, text: str) -> str:
        """Return the first unknown name in a clause about who takes part or leads; else ""."""
        for _, pattern in _patterns("moves"):
            slots = match.groupdict("") if (match := pattern.match(text)) else {}
            what = slots.get("what", "")
            if not what or is_self(what, self.names, _WORDS["shared"]):
                names = parties_in(slots.get("who", "").strip(" ,"), self.known).unknown
                if names and names[0][0].isupper():
                    return names[0]
        return ""

    def _take(
        self, sentence: Sentence, table: str, kind: str, match: re.Match[str], last: Clause | None
    ) -> list[Clause]:
        """Return the clauses of a match; none if it has another subject or is uncertain."""
        slots = match.groupdict("")
        when, given = slots["when"], sentence.dates_in(slots["when"])
        # With several dates, or "by", it is uncertain which part of an interval counts.
        unsure = (len(given) > 1 or slots["by"]) and any("/" in date for date in given)
        if when and (not given or unsure):
            return []
        vague = slots["vague"] or slots["vague_by"] or slots["end"] == "late "
        date = "/".join([*[".."] * bool(slots["by"]), *given])
        clause = Clause(kind, date, exact=not vague, slots=slots)
        if table == "moves":
            return [] if slots["by"] else self._move(sentence, clause, last)
        if not when or PHRASES.phrase("doubt").search(sentence.text):
            return []
        words = match[0][: match.start("when") - match.start()]
        ahead = self._expected(kind, words, last)
        if (
            ahead is None
            or not self._ours(kind, slots, first=last is None)
            # "Norway left in 2031 and became …": that is about Norway
            or (last and last.kind in MOVES - {"lead"} and PHRASES.phrase("goes_on").match(words))
            or (slots["since"] and (ahead or kind not in _WORDS["lasting"]))
            # "reached IOC in 2031, and FOC by 2036": not said to have happened
            or (slots["by"] and not ahead and not PHRASES.phrase("happened").search(words))
        ):
            return []
        return [replace(clause, expected=ahead)]

    def _move(self, sentence: Sentence, clause: Clause, last: Clause | None) -> list[Clause]:
        """Return clauses about who takes part or leads, if all that is said of them is read.

        A clause without a subject continues the one before, which must be about the project.
        """
        slots, known = clause.slots, self.known
        kind = last.kind if clause.kind == "again" and last else clause.kind
        listed = parties_in(slots["who"].strip(" ,"), known)
        before, what = slots.get("before", "").strip(" ,"), slots.get("what", "")
        others = {*MOVES - {"lead"}, "commitment"}
        goes_on = last is not None and not last.expected and last.kind not in others
        if (
            kind not in MOVES
            or (kind == "lead" and is_doubted(sentence.as_written(sentence.text)))
            or (before and not parties_in(before, known).understood)
            or (slots.get("on") and not goes_on)
            or not listed.alone
            or (what and not is_self(what, self.names, _WORDS["shared"]))
        ):
            return []
        moved = replace(clause, kind=kind, members=listed.members)
        if not slots["each"]:
            return [moved]
        given = [clause.date, *sentence.dates_in(slots["each"])]
        if len(given) != len(listed.members) or not clause.exact:
            return []
        pairs = zip(listed.members, given, strict=True)
        return [replace(moved, date=date, members=(member,)) for member, date in pairs]

    def _expected(self, kind: str, words: str, last: Clause | None) -> bool | None:
        """Whether a clause is about the future; None if it does not say."""
        before = None if last is None else last.expected or last.kind == "commitment"
        verb = re.sub(r"^(?:it |they )", "", words.strip(), flags=re.IGNORECASE)
        if PHRASES.phrase("expected").search(words):
            return True
        if kind == "solution-developed" or PHRASES.phrase("bare").match(verb):
            return before
        return False if PHRASES.phrase("happened").search(words) else before

    def _ours(self, kind: str, slots: dict[str, str], *, first: bool) -> bool:
        """Whether the clause is about the project and not about something else."""
        thing = slots.get("thing", "").strip()
        who = thing or slots.get("self", "").strip()
        if who:
            # "The fleet reached …": a part of the project represents it, another project does not.
            named = is_self(who, self.names, _WORDS["self"])
            return named or bool(thing and self._is_part(thing))
        # Without a subject it continues the clause before, or is about what any project has.
        return not first or bool(slots.get("opens")) or kind in _WORDS["own"]

    def _is_part(self, thing: str) -> bool:
        *words, last = re.sub(r"(?i)^(?:the|its) ", "", thing).split()
        starts = {key.split("-")[0] for key in self.names} | {*self.names}
        return last.lower() in _WORDS["parts"] and all(
            word.islower() or fold(word) in starts for word in words
        )


def _restated(text: str) -> str:
    """Return a sentence with its clauses in the usual order, if it has a known other order."""
    for each in PHRASES.data["restated"]:
        match = phrase(PHRASES.notation(each["phrase"])).fullmatch(text)
        if match:
            text = each["as"].format_map(match.groupdict(""))
    return text


# Who leads

_LED_BY: Final = PHRASES.pattern("led_by")
_LED: Final = PHRASES.pattern("led")
_NEAR: Final = 120  # characters before and after a name


def led_by(text: str, name: ProjectName, known: Vocabulary) -> tuple[str, ...]:
    """Return the leads of the project that a sentence mentions in passing; empty if uncertain."""
    if is_doubted(text):
        return ()
    own = {w.strip("(),").lower() for w in name.heading.split()}
    text = text.replace("-led ", " -led ")
    named = mentions(text, known)
    for at, each in enumerate(named):
        by = _LED_BY.search(text, max(0, each.start - _NEAR), each.start)
        led, nouns = by or _LED.match(text, each.end), PHRASES.words("led") | (own if by else set())
        word = (by and by["word"]) or "the"
        another = word[0].isupper() and word.lower() not in own | {"the", "this"}
        if led and led["who"].lower() in nouns and not another:
            several = re.match(r",| and ", text[each.end :])
            near = (m for m in named[at:] if m.start < each.start + _NEAR)
            return tuple(m.party.party for m in (near if several else [each]))
    return ()
