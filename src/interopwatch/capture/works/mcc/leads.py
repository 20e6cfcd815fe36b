"""Sentences about who leads a project, and since when.

Of the project itself only: in "supported by the X-led cluster" X leads the cluster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.doubt import is_doubted
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.phrases import Sentence, expression
from interopwatch.capture.works.mcc.figures import SAID
from interopwatch.capture.works.mcc.participation import is_self
from interopwatch.capture.works.mcc.status import date_of, when

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName

_LONGEST: Final = 1000  # letters of a sentence
_SINCE: Final = re.compile(r"^(?:since|as of|from|with effect from) ", re.IGNORECASE)
_LEADING: Final = re.compile(
    rf"(?P<when>(?:(?:since|as of) (?:the )?«\d+»)|{when()}),? "
    r"(?P<rest>(?:(?!«).)+?)(?P<stop>\.?)$",
    re.IGNORECASE,
)
_LED: Final = re.compile(
    r"(?P<who>[\w&/-]{1,40})(?:,? (?:which|that) (?:is|are)| (?:is|are)|,)? "
    r"(?:currently )?led by "
)
_NOUNS: Final = frozenset(
    {"project", "initiative", "effort", "programme", "command", "headquarters", "it"}
)


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads a project.

    Attributes:
        parties: The ids of those who do.
        since: Since when (EDTF), or empty.
        exact: Whether the date says all that the sentence says of time.
    """

    parties: tuple[str, ...]
    since: str = ""
    exact: bool = True


def lead_of(
    text: str, names: Collection[str], known: Vocabulary, order: DayOrder = ""
) -> Lead | None:
    """Who leads the project, if that is all that a sentence says.

    Args:
        text: The sentence, or the end of one behind "and".
        names: What the project is known by, folded.
        known: What the package knows.
        order: Which of day and month the page has first in figures.
    """
    said = text.strip().removeprefix("and ")
    sentence = Sentence.of(said, order=order)
    if len(sentence.text) > _LONGEST or is_doubted(said):
        return None
    whole = sentence.text
    leading = _LEADING.match(whole)
    if leading:
        whole = f"{leading['rest']} {leading['when'].lower()}{leading['stop']}"
    for pattern in _patterns():
        match = pattern.fullmatch(whole)
        if match is None:
            continue
        parts = match.groupdict()
        listed = parties_in(parts["who"].strip(" ,"), known)
        before = parts.get("before")
        others = parties_in(before.strip(" ,"), known) if before else None
        what = parts.get("what") or ""
        if not listed.understood or listed.rest or (what and not is_self(what, names)):
            continue
        if others is not None and not others.understood:
            continue
        since = _SINCE.sub("in ", parts["when"] or "")
        date, exact = date_of(sentence, since) if since else ("", True)
        if since and (not date or date.startswith("../")):
            continue
        return Lead(tuple(m.party.party for m in listed.members), date, exact)
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The clauses, each with its date if it has one, as whole sentences."""
    since = rf"(?:(?:since|as of|from|with effect from) (?:the )?«\d+»|{when()})"
    tail = rf"(?:,? (?P<when>{since}))?\.?"
    clauses = SAID.groups("leads")["lead"]
    return tuple(re.compile(expression(each) + tail, re.IGNORECASE) for each in clauses)


def led_by(text: str, name: ProjectName, known: Vocabulary) -> tuple[str, ...]:
    """Who leads the project, as a sentence says beside other things; nobody if it is not sure."""
    if is_doubted(text):
        return ()
    own = {w.strip("(),").lower() for w in name.heading.split()}
    for match in _LED.finditer(text):
        word = text[max(0, match.start() - 60) : match.start()].split()[-1:]
        other = any(w[0].isupper() and w.lower() not in own | {"the", "this"} for w in word)
        if other or match["who"].lower() not in _NOUNS | own:
            continue
        behind = text[match.end() : match.end() + 120]
        found = mentions(behind, known)
        if found and not behind[: found[0].start].removeprefix("the ").strip():
            several = len(found) > 1 and re.match(r"(?:,| and )", behind[found[0].end :])
            return tuple(m.party.party for m in (found if several else found[:1]))
    for led in re.finditer(r"-led (?P<who>[\w-]{1,40})", text):
        before = text[max(0, led.start() - 80) : led.start()]
        named = mentions(before, known)
        if led["who"].lower() in _NOUNS and named and named[-1].end == len(before):
            return (named[-1].party.party,)
    return ()
