"""Parse sentences about members who joined or left: "A and B joined the club in 2031 and 2032".

The caller gives the verb. The text around it must match one of a few shapes in which every word
is accounted for: a list of parties, dates, a number. Otherwise nothing is parsed.
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

_PHRASES: Final = Phrasebook.of("english/changes.toml")
_SHAPES: Final = {
    verb: [*map(_PHRASES.notation, each)] for verb, each in _PHRASES.data["shapes"].items()
}
_FORMER: Final = re.compile(r"\b(?:formerly|previously)\b", re.IGNORECASE)
"""Words that elsewhere make a sentence doubtful, but here describe former roles of parties."""
_DATED: Final = re.compile(r" (?:\((?:in |on )?|in |on )«\d+»\)?")
"""A date after a name: "A (2031) and B (2032)", "A in 2031 and B in 2032"."""


@dataclass(frozen=True, slots=True)
class Change:
    """Parties that joined or left."""

    members: tuple[Member, ...]
    dates: tuple[str, ...]  # one per member: EDTF, or empty
    ordinals: tuple[int, ...]  # one per member, or none
    stated: int | None  # the number of parties that the sentence states, if any
    subject: str  # the subject, if it precedes the verb
    joining: bool  # whether an adjunct attributes it to accession to the Alliance
    vague: bool  # whether the sentence has a vague date ("early 2031"), of which the year is kept


def change_in(sentence: Sentence, verb: str, known: Vocabulary, items: str = "") -> Change | None:
    """Return the parties and dates that a sentence states for a verb; None unless certain.

    Args:
        sentence: The sentence.
        verb: The phrase of the verb. It may have slots for the parties, ``who``; their number,
            ``many``; and their ordinals, ``one`` and ``two``.
        known: The vocabulary of the package.
        items: The list that follows a sentence ending in a colon, as one text.
    """
    match = phrase(verb).search(sentence.text)
    if match is None:
        return None
    around = f"{sentence.text[: match.start()].strip()}‡{sentence.text[match.end() :]}"
    if is_doubted(_FORMER.sub("", around)):
        return None
    own = {"who", "many"} & match.groupdict().keys()
    shapes = (phrase(each).fullmatch(around) for each in _SHAPES["own" if own else "bare"])
    said = ({**_said(match), **_said(shape)} for shape in shapes if shape)
    read = (_read(sentence, each, known, items) for each in said)
    return next((found for found in read if found), None)


def _said(match: re.Match[str]) -> dict[str, str]:
    return {name: text for name, text in match.groupdict().items() if text}


def _read(sentence: Sentence, said: dict[str, str], known: Vocabulary, items: str) -> Change | None:
    lead, who = said.get("lead", ""), said.get("who", items)
    lists = [_DATED.sub("", who), *([said["second"]] if "second" in said else [])]
    found = [parties_in(each.strip(" ,;:.–—-"), known, "partner") for each in lists]
    members = tuple(member for each in found for member in each.members)
    one_each = len(found) == 1 or {len(each.members) for each in found} == {1}
    ordinals = tuple(ordinal(said[n]) for n in ("one", "two", "next") if said.get(n))
    if (
        not (one_each and all(each.alone for each in found))
        or _limits(said.get("more", ""), known)
        or (len(members) > 1 and _PHRASES.any(lead, "gradually"))
        or len(ordinals) not in {0, len(members)}
    ):
        return None
    each_dated = "later" in said or lists[0] != who
    adjuncts = ("" if each_dated else lead, who, said.get("when", ""), said.get("later", ""))
    dates = _dates(
        sentence, len(members), " ".join(adjuncts),
        each=each_dated or bool(said.get("spread")) or "respectively" in lead,
    )  # fmt: skip
    return None if dates is None else Change(
        members, dates, ordinals, number(said.get("many", "")), said.get("subject", ""),
        joining=_PHRASES.any(lead, "accession"), vague=_PHRASES.any(sentence.text, "vague"),
    )  # fmt: skip


def _dates(sentence: Sentence, count: int, text: str, *, each: bool) -> tuple[str, ...] | None:
    """Return the dates that adjuncts give to `count` parties; None if the mapping is uncertain.

    "Shortly after" a date becomes its approximate year; "after the accession in" it, the date.
    """
    given = sentence.dates_in(text)
    if given and _PHRASES.any(text, "shortly"):
        given = [f"{day[:4]}~" for day in given]
    elif given and _PHRASES.any(text, "other_time") and not _PHRASES.any(text, "accession"):
        return None
    if len(given) <= 1 and (count == 1 or not each or not given):
        return tuple(given or [""]) * count
    return tuple(given) if len(given) == count and each else None


def _limits(text: str, known: Vocabulary) -> bool:
    """Return whether a further clause has a date, names a country or restricts the statement."""
    countries = (each for each in mentions(text, known) if each.party.kind == "country")
    return _PHRASES.any(text, "limiting") or any(countries)
