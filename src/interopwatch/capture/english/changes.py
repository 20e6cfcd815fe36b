"""Sentences about who came or went, and when: "A and B joined the club in 2031 and 2032".

The verb is given. What stands around it has to have one of a few shapes, of which every word is
read: a list of parties, dates, a number. Otherwise nothing is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import number, ordinal
from interopwatch.capture.english.phrases import Phrasebook, phrase
from interopwatch.capture.english.sentences import is_doubted

if TYPE_CHECKING:
    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.model import Vocabulary

_SAID: Final = Phrasebook.of("english/changes.toml")
_SHAPES: Final = tuple(map(_SAID.notation, _SAID.data["shapes"]))
_FORMER: Final = re.compile(r"\b(?:formerly|previously)\b", re.IGNORECASE)
"""Words that elsewhere make a sentence doubtful, and here tell what parties were."""
_DATED: Final = re.compile(r" \(«\d+»\)")
"""A date behind a name: "A (2031) and B (2032)"."""


@dataclass(frozen=True, slots=True)
class Change:
    """Parties came, or went.

    Attributes:
        members: Who.
        dates: When, for each: EDTF, or empty.
        ordinals: The ordinal number of each, if the sentence has one.
        stated: How many the sentence says there were, if it does.
        subject: What stands before the verb.
        joining: Whether it happened by joining the Alliance, as an adjunct says.
    """

    members: tuple[Member, ...]
    dates: tuple[str, ...]
    ordinals: tuple[int, ...] = ()
    stated: int | None = None
    subject: str = ""
    joining: bool = False


def change(sentence: Sentence, verb: str, known: Vocabulary, items: str = "") -> Change | None:
    """Who a sentence says did what a verb says, and when; nothing if it is not sure.

    Args:
        sentence: The sentence.
        verb: The phrase of the verb. It may hold the parties, in the slot ``who``; the number of
            them, as ``many``; and their ordinals, as ``one`` and ``two``.
        known: What the package knows.
        items: What follows a sentence that ends in a colon, as one list.
    """
    match = phrase(verb).search(sentence.text)
    if match is None:
        return None
    lead, subject = led(sentence.text[: match.start()])
    if subject and {"who", "many"} & match.groupdict().keys():
        return None  # the verb has a subject of its own
    rest = f"{subject}‡{sentence.text[match.end() :]}"
    if is_doubted(_FORMER.sub("", f"{lead}, {rest}")):
        return None
    for shape in _SHAPES:
        around = phrase(shape).fullmatch(rest)
        if around is not None:
            said = {**match.groupdict(default=""), **around.groupdict(default="")}
            found = _read(sentence, said, lead, known, items)
            if found is not None:
                return found
    return None


def _read(
    sentence: Sentence, said: dict[str, str], lead: str, known: Vocabulary, items: str
) -> Change | None:
    who, when, later = said.get("who") or items, said.get("when", ""), said.get("later", "")
    names = (_DATED.sub("", who), *([said["second"]] if "second" in said else []))
    lists = [listed(each, known) for each in names]
    members = tuple(member for each in lists for member in each)
    ordinals = tuple(ordinal(said[n]) for n in ("one", "two", "next") if said.get(n))
    one_each = len(lists) == 1 or {len(each) for each in lists} == {1}
    if not (members and one_each) or limits(said.get("more", ""), known):
        return None
    each_dated = bool(later) or names[0] != who
    dates = _dates(
        sentence, len(members), f"{'' if each_dated else lead} {who} {when} {later}",
        respectively=each_dated or bool(said.get("spread")) or "respectively" in lead,
    )  # fmt: skip
    if dates is None or len(ordinals) not in {0, len(members)}:
        return None
    return Change(
        members, tuple(dates), ordinals, number(said.get("many", "")), said.get("subject", ""),
        joining=_SAID.any(lead, "accession"),
    )  # fmt: skip


def _dates(sentence: Sentence, count: int, text: str, *, respectively: bool) -> list[str] | None:
    """The dates that adjuncts give to so many parties; None if those are no dates of theirs.

    "Shortly after" a date is about its year; after an accession is when the accession was.
    """
    given = sentence.dates_in(text)
    if given and _SAID.any(text, "shortly"):
        given = [f"{day[:4]}~" for day in given]
    elif given and _SAID.any(text, "other_time") and not _SAID.any(text, "accession"):
        return None
    return spread(count, given, respectively=respectively) if given else [""] * count


def spread(count: int, given: list[str], *, respectively: bool) -> list[str] | None:
    """Give dates to so many parties; None where the text does not say which is whose.

    >>> spread(2, ["2023", "2024"], respectively=True), spread(2, ["2024"], respectively=False)
    (['2023', '2024'], ['2024', '2024'])
    >>> spread(2, ["2023", "2024"], respectively=False), spread(2, ["2023"], respectively=True)
    (None, None)
    """
    if len(given) == 1 and (count == 1 or not respectively):
        return given * count
    return given if len(given) == count and respectively else None


def led(text: str) -> tuple[str, str]:
    """A clause as what leads it ("In June 2020,") and the rest.

    >>> led("In «0», Japan, Malta"), led("Japan and Malta")
    (('In «0»', 'Japan, Malta'), ('', 'Japan and Malta'))
    """
    lead, rest = [], text.strip()
    while _SAID.phrase("leading").match(rest) and "," in rest:
        first, _, rest = rest.partition(",")
        lead.append(first)
        rest = rest.strip()
    return ", ".join(lead), rest


def listed(text: str, known: Vocabulary) -> tuple[Member, ...]:
    """The parties of a text that is nothing but a list of parties; none if it is anything else."""
    found = parties_in(text.strip(" ,;:.–—-"), known, "partner")
    return found.members if found.understood and not found.rest.strip() else ()


def limits(text: str, known: Vocabulary) -> bool:
    """Whether a further clause has a date, names a country, or limits what was said."""
    countries = (each for each in mentions(text, known) if each.party.kind == "country")
    return _SAID.any(text, "limiting") or any(countries)


def is_vague(sentence: Sentence) -> bool:
    """Whether a sentence has a vague time, of which the year is kept: "early 2031"."""
    return _SAID.any(sentence.text, "vague")
