"""Summits that the page names, and the dates that they and other adjuncts give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.package.edtf import span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.capture.english.sentences import Sentence

SAID: Final = Phrasebook.of("works/pii.toml")
"""The phrases of the page."""


@dataclass(frozen=True, slots=True)
class Summit:
    """A summit that a sentence names: its name, its place, and its date if that is stated."""

    name: str
    place: str
    date: str


def events_in(sentence: Sentence, text: str) -> list[Summit]:
    """The summits in a part of a sentence."""
    found = []
    for match in SAID.phrase("event").finditer(text):
        place = match["name"] or match["place"]
        first, _, second = place.partition(" ")
        if first.lower() in {"nato", "the", "this", "last", "at", "since"}:
            place = second
        names = ("before", "after", "before_it", "after_it")
        tokens = [match[name] for name in names if match[name]]
        if place and len(tokens) <= 1:
            dated = sentence.dates_in("".join(tokens))
            found.append(Summit(f"{place} Summit", place, "".join(dated)))
    return found


def event_dates(sentences: Iterable[Sentence]) -> dict[str, str]:
    """When summits were, by their names, where the sentences agree about it."""
    found: dict[str, str] = {}
    unclear = set()
    for sentence in sentences:
        for event in events_in(sentence, sentence.text):
            if event.date:
                agreed = agreeing(found.setdefault(event.name, event.date), event.date)
                if agreed:
                    found[event.name] = agreed
                else:
                    unclear.add(event.name)
    return {name: date for name, date in found.items() if name not in unclear}


def agreeing(first: str, second: str) -> str:
    """The more precise of two dates, the first of equals; empty if they contradict each other."""
    if not first or not second:
        return first or second
    one, two = span(first), span(second)
    if None in (one.first, one.last, two.first, two.last):
        return first if first == second else ""
    apart = one.last < two.first or two.last < one.first  # type: ignore[operator]  # just seen
    if apart:
        return ""
    narrower = (two.last - two.first) < (one.last - one.first)  # type: ignore[operator]
    return second if narrower else first


def when(sentence: Sentence, text: str, events: Mapping[str, str]) -> str | None:
    """The date that adjuncts such as "Shortly after the 2014 Wales Summit" give.

    Args:
        sentence: The sentence.
        text: The adjuncts in it.
        events: The dates of summits, as other sentences of the page have them.

    Returns:
        EDTF, with ``~`` and to the year where the text says "shortly after"; empty if no
        date is given; None if what is given is not the date itself ("by", "before").
    """
    given = sentence.dates_in(text) or [
        date for each in events_in(sentence, text) if (date := events.get(each.name, ""))
    ]
    if not given:
        return ""
    if len(given) > 1:
        return None
    if SAID.phrase("shortly").search(text):
        return f"{given[0][:4]}~"
    return None if SAID.phrase("other_time").search(text) else given[0]


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
