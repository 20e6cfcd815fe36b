"""Sentences about the status of a project: which milestones they report, and when.

A sentence is read clause by clause from its beginning; each clause has a date of its own. What no
template reads is left over, with the reason if it holds a date: nothing is taken from the
middle of a sentence that is not understood up to there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates, unclear_dates
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.phrases import expression
from interopwatch.capture.english.sentences import Sentence, is_hearsay
from interopwatch.capture.english.text import clean, fold
from interopwatch.capture.works.mcc.figures import SAID
from interopwatch.capture.works.mcc.names import is_self

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.works.mcc.names import ProjectName

STATUSES: Final = ("being-established", "established-and-delivering", "established", "completed")
_STATUS: Final = re.compile(
    rf"(?P<status>{'|'.join(s.replace('-', ' ') for s in STATUSES)}) ?(?:[.;:]|[–—-] |$)",
    re.IGNORECASE,
)

_LONGEST: Final = 2000  # letters of a sentence
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}([/.-])\d{1,2}\1\d\d\b")
"""What is a date, or a part of one, in what no rule read."""
_PARTS: Final = frozenset(
    {"fleet", "headquarters", "command", "unit", "capability", "centre", "center", "system"}
)
_GENERIC: Final = frozenset(
    {
        "project", "initiative", "effort", "programme", "program", "it", "framework", "capability",
        "projects", "headquarters", "command",
    }
)  # fmt: skip


@cache
def when() -> str:
    """The regular expression of a date with what leads to it; it has no groups of its own."""
    return re.sub(r"[?]P<[a-z_]+>", "?:", SAID.phrase("when").pattern)


@cache
def templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The phrases by the codes of their milestones, in the order in which they are tried.

    They are compiled at first use: that takes longer than to read another work (50 ms).
    """
    behind = rf" (?:only )?(?P<when>{when()})(?=[ ,.;]|$)"
    return tuple(
        (code, re.compile(rf"(?:{expression(clause)}){behind}", re.IGNORECASE))
        for code, clauses in SAID.groups("milestones").items()
        for clause in clauses
    )


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone that a sentence reports or expects.

    Attributes:
        milestone: Its code.
        date: When (EDTF).
        expected: Whether it is yet to come.
    """

    milestone: str
    date: str
    expected: bool


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What a sentence in the status of a project states.

    Attributes:
        milestones: The milestones, in its order.
        left: What follows the clauses that were read.
        by_whom: Of a launch, by whom it was.
        committed: How many participants committed themselves, and the list of them.
        exact: Whether the dates say all that the sentence says of time.
        note: Why not all of it was read, if it holds a date.
    """

    milestones: tuple[Milestone, ...] = ()
    left: str = ""
    by_whom: str = ""
    committed: tuple[int, str] | None = None
    exact: bool = True
    note: str = ""


def status_of(text: str) -> tuple[str, str, str]:
    """The status that a text begins with, as the page writes it, and the sentences behind it.

    >>> status_of("Established and delivering. X was launched in May 2031.")
    ('established-and-delivering', 'Established and delivering.', 'X was launched in May 2031.')
    >>> status_of("Frozen. X was launched in May 2031.")
    ('', 'Frozen.', 'X was launched in May 2031.')
    """
    match = _STATUS.match(text)
    if match:
        code = "-".join(match["status"].lower().split())
        return code, match[0].strip(), text[match.end() :].strip()
    said, stop, rest = text.partition(".")
    if dates(said):
        return "", "", text
    return "", said + stop, rest.strip()


def read_sentence(
    sentence: str, name: ProjectName, others: Collection[str] = (), order: DayOrder = ""
) -> StatusFacts:
    """Read a sentence in the status of a project.

    Args:
        sentence: The sentence.
        name: The name of the project, which may be the subject of its clauses.
        others: What else the package knows the project by, folded.
        order: Which of day and month the page has first in figures.
    """
    ready = Sentence.of(sentence, intervals=True, order=order)
    if len(ready.text) > _LONGEST:
        return StatusFacts(left=ready.text, note="it is too long for a sentence")
    if is_hearsay(sentence):
        return StatusFacts(left=sentence, note="it only reports what somebody says")
    ready = replace(ready, text=_plainer(ready.text))
    found = _Clauses(ready, name, frozenset(others) | name.spellings).read()
    left, note = ready.as_written(found.left), ""
    left = left if left in clean(sentence) else sentence  # as it stands on the page
    unclear = unclear_dates(left, order)
    if unclear:
        note = f"it is not clear which figure is the day, and which the month, of {unclear[0]}"
    elif ready.dates_in(found.left) or _DATED.search(left):
        note = f"no rule reads the date in: {left}"
    elif SAID.phrase("doubt").search(ready.text) and ready.dated and not found.milestones:
        note = f"no rule tells whether this happened: {left}"
    return replace(found, left=left, note=note)


def _plainer(text: str) -> str:
    """A sentence with the clauses that templates read, where it has others that say the same."""
    text = SAID.phrase("since").sub(lambda match: f"became {match['how']} operational in ", text)
    for name in ("launched_leads", "launched_inside"):
        match = SAID.phrase(name).match(text)
        if match:
            rest = text[match.start("rest") :]
            return f"{match['who']} was launched {match['when']} and {rest}"
    return text


@dataclass(slots=True)
class _Clauses:
    sentence: Sentence
    name: ProjectName
    spellings: frozenset[str]

    def read(self) -> StatusFacts:
        text = self.sentence.text
        if not self.sentence.dated or SAID.phrase("doubt").search(text):
            return StatusFacts(left=text)
        for each in ("held_since", "held_annually"):
            match = SAID.phrase(each).match(text)
            if match:
                held = Milestone("annual-exercise", self._date(match["when"]), expected=False)
                return StatusFacts((held,), self._rest(text[match.end() :]))
        found: list[Milestone] = []
        by_whom, at, exact, committed = "", 0, True, None
        pledge = SAID.phrase("committed").match(text)
        when = (pledge["when"] or pledge["later"]) if pledge else None
        if pledge and when:
            found.append(Milestone("commitment", self._date(when), expected=False))
            many = number(pledge["many"])
            committed = (many, pledge["list"] or "") if many is not None else None
            at = pledge.end()
        else:
            text = self._leading()
        expected: bool | None = True if pledge else None
        while at < len(text):
            clause = self._clause(text, at, first=at == 0, expected=expected)
            if clause is None:
                break
            reached, at, whom, sure = clause
            found.append(reached)
            expected = reached.expected
            by_whom, exact = by_whom or whom, exact and sure
        if not found:
            return StatusFacts(left=self.sentence.text)
        return StatusFacts(tuple(found), self._rest(text[at:]), by_whom, committed, exact)

    def _rest(self, text: str) -> str:
        return text.strip().lstrip(".;,").strip()

    def _leading(self) -> str:
        """The sentence, with a date that stands before its only clause moved behind that."""
        match = SAID.phrase("leading_date").match(self.sentence.text)
        if match is None:
            return self.sentence.text
        return f"{match['rest']} in {match['day']}{match['stop']}"

    def _clause(
        self, text: str, at: int, *, first: bool, expected: bool | None
    ) -> tuple[Milestone, int, str, bool] | None:
        if not first:
            glue = SAID.phrase("glue").match(text, at)
            at = glue.end() if glue else at
        for code, pattern in templates():
            match = pattern.match(text, at)
            if match is None or not self._ours(code, match, first=first):
                continue
            said = match[0][: match.start("when") - match.start()]
            edtf, sure = date_of(self.sentence, match["when"])
            ahead = self._expected(code, said, before=expected)
            if ahead is None or not edtf:
                continue
            if not ahead and edtf.startswith("../") and not SAID.phrase("happened").search(said):
                continue  # "reached IOC in 2031, and FOC by 2036": not said to have happened
            whom = (match.groupdict().get("by_whom") or "").strip()
            return Milestone(code, edtf, ahead), match.end(), whom, sure
        return None

    def _expected(self, code: str, said: str, *, before: bool | None) -> bool | None:
        """Whether a clause is about something to come; nothing if it does not say."""
        verb = re.sub(r"^(?:it |they )", "", said.strip(), flags=re.IGNORECASE)
        if SAID.phrase("expected").search(said) or "aims" in said:
            return True
        if code == "solution-developed" or re.match(r"(?i)identifying|selecting|choosing", verb):
            return before
        if SAID.phrase("bare").match(verb):
            return before
        if SAID.phrase("happened").search(said):
            return False
        return before

    def _ours(self, code: str, match: re.Match[str], *, first: bool) -> bool:
        """Whether the clause is about the project and not about something else."""
        groups = match.groupdict()
        who = (groups.get("self") or "").strip()
        thing = (groups.get("thing") or "").strip()
        if code == "opened" and groups.get("opens") and not who:
            return True
        if thing:
            # "The fleet reached …": a part of the project speaks for it, another project does not.
            return is_self(thing, self.spellings, _GENERIC) or self._is_part(thing)
        if who:
            return is_self(who, self.spellings, _GENERIC)
        # Without a subject it goes on from the clause before.
        return not first or code in {
            "first-delivery", "last-delivery", "first-graduation", "in-service",
            "initial-operational-capability", "full-operational-capability", "solution-selected",
        }  # fmt: skip

    def _is_part(self, thing: str) -> bool:
        *words, last = re.sub(r"(?i)^(?:the|its) ", "", thing).split()
        starts = {key.split("-")[0] for key in self.spellings} | self.spellings
        return last.lower() in _PARTS and all(w.islower() or fold(w) in starts for w in words)

    def _date(self, token: str) -> str:
        return self.sentence.dates_in(token)[0]


def date_of(sentence: Sentence, text: str) -> tuple[str, bool]:
    """The date that a part of a sentence gives, and whether it says all that is said of time.

    >>> date_of(Sentence("in early «0»", ("2031",)), "in early «0»")
    ('2031', False)
    """
    match = SAID.phrase("when").fullmatch(text)
    if match is None:
        return "", False
    if match["between"]:
        first, last = sentence.dates_in(match["between"] + match["until"])
        return (f"{first}/{last}", True) if "/" not in first + last else ("", False)
    if match["by"]:
        (date,) = sentence.dates_in(match["by"])
        exact = not match["vague_by"] and (match["end"] or "the end of ") != "late "
        return (f"../{date}", exact) if "/" not in date else ("", False)
    slots = ("summit", "summit_in", "meeting", "meeting_before", "day")
    (day,) = sentence.dates_in(next(match[slot] for slot in slots if match[slot]))
    return day, not match["vague"]
