"""What an edition is silent about: facts that stand, and the passages they may rest on.

A known row that no rule read again stands. If a passage at its place was not wholly read, the row
may rest on that one, and a person has to decide; if every passage there was read, the page does
not say it any more.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from interopwatch.capture.catalogue import found, grouped, in_lines
from interopwatch.capture.english.numbers import lower_bounds
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import PLACE
from interopwatch.package.labels import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.capture.merge import Standing
    from interopwatch.capture.model import Extract, Vocabulary
    from interopwatch.findings import Finding

_SHOWN: Final = 300  # letters of a passage in a finding
_WHOLE: Final = 2000  # letters of one that a person has to decide about
_LABEL: Final = 40  # letters of what may be a label before a colon
_MOST: Final = 6  # rows that a finding names


def check_silence(
    page: Extract, unread: Sequence[Standing], known: Vocabulary
) -> tuple[list[Finding], set[int]]:
    """What stands although the edition does not state it, one finding for each cause.

    Returns:
        The findings, and the places of the passages that they quote.
    """
    resting: dict[int, list[Standing]] = {}
    silent: dict[str, list[Standing]] = {}
    places = _OpenPassages(page)
    for each in unread:
        at = places.closest(each, known)
        if at is None:
            silent.setdefault(each.row.get("locator", ""), []).append(each)
        else:
            resting.setdefault(at, []).append(each)

    def cause(at: int) -> str:
        """The label that a passage begins with; else the kind of the rows that rest on it."""
        label, colon, _ = page.passages[at].text.partition(":")
        labelled = colon and len(label) <= _LABEL
        return label if labelled else min(each.resource.name for each in resting[at])

    told = []
    for numbers in sorted(grouped(sorted(resting), cause)):
        passage, *others = (page.passages[at] for at in numbers)
        lines = in_lines(each.line for each in others)
        more = f"nor were {len(others)} more like it{lines}, " if others else ""
        rows = _listed([row for at in numbers for row in resting[at]])
        bound, text = as_lower_bound(passage.text), shown(passage.text, _WHOLE)
        said = {"text": text, "more": more, "rows": rows, "bound": bound}
        told.append(found("rests-on-unread", page.where, passage.line, **said))
    for locators in grouped(silent, lambda _: "all"):
        headings = f"“{locators[0]}”"
        headings += f" and {len(locators) - 1} other headings" if len(locators) > 1 else ""
        rows = _listed([row for locator in locators for row in silent[locator]])
        told.append(found("no-longer-stated", page.where, headings=headings, rows=rows))
    return told, set(resting)


def as_lower_bound(text: str) -> str:
    """What to say of a text that gives a number as the least there are; else nothing.

    >>> as_lower_bound("It has more than 30 members.")
    ' (“more than 30” is a lower bound, and no number is recorded from it)'
    """
    said = joined([f"“{each}”" for each in lower_bounds(text)])
    are = "are lower bounds" if " and " in said else "is a lower bound"
    return f" ({said} {are}, and no number is recorded from it)" if said else ""


def shown(text: str, most: int = _SHOWN) -> str:
    """A passage as it stands on the page, cut if it is very long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _listed(rows: Sequence[Standing]) -> str:
    more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
    return "; ".join(map(str, rows[:_MOST])) + more


class _OpenPassages:
    """The passages of a page that were not wholly read, by where they stand and by their words.

    A page may have as many passages as a table has rows: each is looked through once.
    """

    def __init__(self, page: Extract) -> None:
        self._page, self._folded = page, cache(fold)
        self._places = dict.fromkeys(self._folded(each.locator) for each in page.passages)
        self._ends: defaultdict[str, list[str]] = defaultdict(list)
        for place in self._places:
            self._ends[_last(place)].append(place)
        self._first: dict[str, int] = {}
        self._holding: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        seen: set[tuple[str, str]] = set()
        for number, each in enumerate(page.passages):
            place = self._folded(each.locator)
            if each.is_open and (place, each.text) not in seen:
                seen.add((place, each.text))  # of passages that are alike, the first is meant
                self._first.setdefault(place, number)
                for word in _tokens(each.text):
                    self._holding[place, word].append(number)

    def closest(self, each: Standing, known: Vocabulary) -> int | None:
        """The one a row may rest on: of those at its place, that with most of its words."""
        place = self._place(each)
        shared: Counter[int] = Counter()
        for word in _words(each, known):
            shared.update(self._holding.get((place, word), ()))
        return min(shared, key=lambda n: (-shared[n], n), default=self._first.get(place))

    def _place(self, each: Standing) -> str:
        """The place of a row on the page, where its heading may have moved."""
        locator = self._folded(each.row.get("locator", ""))
        if locator in self._places:
            return locator
        for row in self._page.rows.get("projects", ()):
            if row["project"] == each.row.get("project"):
                return self._folded(row.get("locator", ""))
        moved = self._ends.get(_last(locator), ())
        return moved[0] if len(moved) == 1 else locator


def _last(place: str) -> str:
    return fold(place.rpartition(" > ")[2])


def _words(each: Standing, known: Vocabulary) -> set[str]:
    """What a passage is likely to hold that states a row: names, years, words of its key."""
    cells = {n: c for n, c in each.row.items() if c and n not in PLACE}
    texts = [*cells.values(), *each.fields]
    texts += [said for said, party in known.parties.items() if party.party in cells.values()]
    return {word for text in texts for word in _tokens(text)}


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]{3,}", fold(text)))
