"""Sentences about who joined a project, left it, observes it, or leads it, and since when.

A sentence is read clause by clause from its beginning, each with parties of its own. It states
something only if every word of it is read: that is what tells "Italy joined in May 2031" from
"Italy joined NATO", "Italy may join" and "Italy joined after Spain had left".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.phrases import expression
from interopwatch.capture.english.sentences import Sentence, is_doubted
from interopwatch.capture.works.mcc.figures import SAID
from interopwatch.capture.works.mcc.names import is_self
from interopwatch.capture.works.mcc.status import date_of, when

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName

_LONGEST: Final = 1000  # letters of a sentence
_GLUE: Final = re.compile(
    expression(r"[,|;] (and|while|with|then|followed by) |(,|;) "), re.IGNORECASE
)
_LEADING: Final = re.compile(
    rf"(?P<when>(?:(?:since|as of) (?:the )?«\d+»)|{when()}),? "
    r"(?P<rest>(?:(?!«).)+?)(?P<stop>\.?)$",
    re.IGNORECASE,
)
_FOLLOWED: Final = re.compile(
    rf"(?P<who>[^:;«»]{{1,4000}}?)(?: followed| did so| joined)? (?P<when>{when()})(?=[ ,.;]|$)",
    re.IGNORECASE,
)
"""A clause that goes on from one before it: "and Spain in May 2032"."""
_EACH: Final = r"(?P<each>,? and (?:in )?«\d+»,? respectively)?"
_FROM: Final = re.compile(r"^(?:since|as of|from|with effect from) ", re.IGNORECASE)
_LED: Final = re.compile(
    r"(?P<who>[\w&/-]{1,40})(?:,? (?:which|that) (?:is|are)| (?:is|are)|,)? "
    r"(?:currently )?led by "
)
_NOUNS: Final = frozenset(
    {"project", "initiative", "effort", "programme", "command", "headquarters", "it"}
)
_SELF: Final = frozenset(
    ("project", "initiative", "effort", "programme", "program", "framework", "group", "it", "them",
     "participants", "participation", "cooperation", "they", "countries", "nations", "allies",
     "participating", "original", "initial", "founding", "first", "these", "this", "its", "current")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Participation:
    """That parties joined, left, observe or lead.

    Attributes:
        kind: ``joined``, ``left``, ``observer`` or ``lead``.
        members: Who.
        date: When (EDTF), or empty.
        exact: Whether the date says all that the clause says of time.
    """

    kind: str
    members: tuple[Member, ...]
    date: str
    exact: bool


def participation(
    text: str, names: Collection[str], known: Vocabulary, order: DayOrder = ""
) -> tuple[Participation, ...]:
    """What a sentence says of who takes part or leads; nothing unless all of it is read.

    Args:
        text: The sentence, or the end of one behind "and".
        names: What the project is known by, folded.
        known: What the package knows.
        order: Which of day and month the page has first in figures.
    """
    sentence = Sentence.of(text.strip().removeprefix("and "), order=order)
    if len(sentence.text) > _LONGEST:
        return ()
    found = tuple(_clauses(sentence, names, known))
    return () if None in found else tuple(each for each in found if each is not None)


def _clauses(
    sentence: Sentence, names: Collection[str], known: Vocabulary
) -> Iterator[Participation | None]:
    """The clauses in order; None at the end of what can be read, if that is not all."""
    text, at, kind = sentence.text, 0, ""
    doubted = is_doubted(sentence.as_written(text))
    leading = _LEADING.match(text)
    if leading:
        text = f"{leading['rest']} {leading['when']}{leading['stop']}"
    while text[at:].strip(" ."):
        glue = _GLUE.match(text, at) if at else None
        start = glue.end() if glue else at
        for said, pattern in _patterns():
            match = pattern.match(text, start)
            sure = match and not (said == "lead" and doubted)
            read = _read(said, match, sentence, names, known) if match and sure else ()
            if match and read:
                break
        else:
            match = _FOLLOWED.match(text, start) if kind in {"joined", "left"} else None
            read = _read(kind, match, sentence, names, known) if match else ()
        if not match or not read:
            yield None
            return
        yield from read
        kind, at = read[0].kind, match.end()


def _read(
    kind: str,
    match: re.Match[str],
    sentence: Sentence,
    names: Collection[str],
    known: Vocabulary,
) -> tuple[Participation, ...]:
    parts = match.groupdict()
    listed = parties_in(parts["who"].strip(" ,"), known)
    what, before = parts.get("what") or "", parts.get("before") or ""
    if before and not parties_in(before.strip(" ,"), known).understood:
        return ()
    if not listed.understood or listed.rest or (what and not is_self(what, names, _SELF)):
        return ()
    said = _FROM.sub("in ", parts["when"] or "")
    date, exact = date_of(sentence, said) if said else ("", True)
    if said and (not date or date.startswith("../")):
        return ()
    if parts.get("each"):
        dated = [date, *sentence.dates_in(parts["each"])]
        if len(listed.members) != len(dated) or not exact:
            return ()
        return tuple(
            Participation(kind, (member,), day, exact=True)
            for member, day in zip(listed.members, dated, strict=True)
        )
    return (Participation(kind, listed.members, date, exact),)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The clauses, each with its date if it has one, up to where the clause ends."""
    since = rf"(?:(?:since|as of|from|with effect from) (?:the )?«\d+»|{when()})"
    found = []
    clauses = ((kind, each) for kind, said in SAID.groups("moves").items() for each in said)
    for kind, clause in clauses:
        before, dated, _ = clause.partition(" SINCE")
        # Without a date, it ends with the sentence: "by A, B and C in 2031" is one clause.
        undated = "" if dated else r"|(?=[;.]|$)"
        tail = rf"(?:,? (?P<when>{since}){_EACH}(?=[,;.]| and |$){undated})"
        whole = rf"{expression(before)}{tail}"
        found.append((kind, re.compile(whole, re.IGNORECASE)))
    return tuple(found)


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
