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

from interopwatch.capture.account import Outcome
from interopwatch.capture.causes import FEW, in_lines
from interopwatch.capture.english.numbers import lower_bounds
from interopwatch.capture.english.text import fold
from interopwatch.findings import Finding
from interopwatch.package.labels import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.account import Accounted
    from interopwatch.capture.merge import Merged, Standing
    from interopwatch.capture.model import Extract, Vocabulary
    from interopwatch.package.package import Package

    Row = Mapping[str, str]

OPEN: Final = (Outcome.PARTLY, Outcome.REWORDED, Outcome.UNKNOWN)
"""What became of passages that were not wholly read."""
_PLACE: Final = frozenset({"source", "locator"})
_SHOWN: Final = 300  # letters of a passage in a finding
_WHOLE: Final = 2000  # letters of one that a person has to decide about
_LABEL: Final = 40  # letters of what may be a label before a colon
_MOST: Final = 6  # rows that a finding names


def check_silence(
    package: Package,
    extract: Extract,
    merged: Merged,
    entries: Sequence[Accounted],
    known: Vocabulary,
    where: str,
) -> tuple[list[Finding], set[int]]:
    """What stands although the edition does not state it, one finding for each cause.

    Returns:
        The findings, and the places of the passages that they quote.
    """
    found: list[Finding] = []
    for each in merged.kept:
        name = _named(package, each)
        message = f"{name}: the page has it as if there were none, and the tables say otherwise"
        hint = "What the tables have is kept. If it came back, enter a new row by hand."
        line = _line_of(package, each)
        file, field = package.resource(each.resource).path, each.fields[0]
        found.append(Finding(file, line, field, "listed-again", message, hint))
    for each in merged.emptied:
        message = f"{_named(package, each)}: the page says that there is none any more"
        file, field = package.resource(each.resource).path, each.fields[0]
        found.append(Finding(file, 0, field, "no-longer-stated", message, "", "warning"))
    for each in merged.outdated:
        message = (
            f"{_named(package, each)}: the page does not state {each.row['stated']} any more, and "
            "its list has another number; the count is taken out"
        )
        file = package.resource(each.resource).path
        column = "stated"
        found.append(Finding(file, 0, column, "no-longer-stated", message, "", "notice"))
    resting: dict[int, list[Standing]] = {}
    silent: dict[str, list[Standing]] = {}
    places = _Places(entries)
    for each in merged.unread:
        at = _passage(each, extract, places, known)
        if at is None:
            silent.setdefault(each.row.get("locator", ""), []).append(each)
        else:
            resting.setdefault(at, []).append(each)
    for numbers in _by_cause(resting, entries):
        rows = [row for at in numbers for row in resting[at]]
        passage = entries[numbers[0]].passage
        others = [entries[at].passage.line for at in numbers[1:]]
        message = f"“{shown(passage.text, _WHOLE)}” was not wholly read, "
        message += f"nor were {len(others)} more like it{in_lines(others)}, " if others else ""
        message += f"and this may rest on it: {_rows(package, rows)}{as_lower_bound(passage.text)}"
        hint = (
            "It stands as the tables have it. See whether the passage still says so: change the "
            "tables by hand if it does not, then use --force."
        )
        found.append(Finding(where, passage.line, "", "rests-on-unread", message, hint))
    under = {f"“{locator}”": rows for locator, rows in silent.items()}
    if len(silent) > FEW:
        everywhere = [row for rows in silent.values() for row in rows]
        under = {f"“{next(iter(silent))}” and {len(silent) - 1} other headings": everywhere}
    for heading, rows in under.items():
        message = f"the page no longer says so, under {heading}: {_rows(package, rows)}"
        hint = "It stands as the tables have it."
        found.append(Finding(where, 0, "", "no-longer-stated", message, hint, "notice"))
    return found, set(resting)


def _by_cause(
    resting: Mapping[int, Sequence[Standing]], entries: Sequence[Accounted]
) -> Iterator[list[int]]:
    """The places of passages that were not wholly read, more than a few of one cause together.

    Those have one cause that begin with the same label, or on which rows of the same kind rest.
    """
    causes: dict[str, list[int]] = {}
    for at in sorted(resting):
        label, colon, _ = entries[at].passage.text.partition(":")
        labelled = bool(colon) and len(label) <= _LABEL
        kind = label if labelled else min(each.resource for each in resting[at])
        causes.setdefault(kind, []).append(at)
    groups = (
        each
        for places in causes.values()
        for each in ([places] if len(places) > FEW else [[at] for at in places])
    )
    yield from sorted(groups)


def as_lower_bound(text: str) -> str:
    """What to say of a text that gives a number as the least there are; else nothing.

    >>> as_lower_bound("It has more than 30 members.")
    ' (“more than 30” is a lower bound, and no number is recorded from it)'
    """
    found = joined([f"“{each.written}”" for each in lower_bounds(text)])
    are = "are lower bounds" if " and " in found else "is a lower bound"
    return f" ({found} {are}, and no number is recorded from it)" if found else ""


def shown(text: str, most: int = _SHOWN) -> str:
    """A passage as it stands on the page, cut if it is very long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _rows(package: Package, rows: Iterable[Standing]) -> str:
    names = [_named(package, each) for each in rows]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return "; ".join(names[:_MOST]) + more


def _named(package: Package, each: Standing) -> str:
    """A row by its resource and key, with the cells that it is about."""
    resource = package.resource(each.resource)
    cells = joined([f"{name} “{each.row[name]}”" for name in each.fields])
    return f"{each.resource} {'/'.join(resource.key_of(each.row))}{' ' if cells else ''}{cells}"


def _line_of(package: Package, each: Standing) -> int:
    """The line of a row in its table."""
    rows = list(package.rows(each.resource))
    return next((n for n, row in enumerate(rows, 2) if row == each.row), 0)


class _Places:
    """The passages of a page by where they stand, and those not wholly read by their words.

    A page may have as many passages as a table has rows: each is looked through once.
    """

    def __init__(self, entries: Sequence[Accounted]) -> None:
        self._folded = cache(fold)
        self._all: dict[str, None] = {}
        self._first: dict[str, int] = {}
        self._holding: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        seen: set[tuple[str, str]] = set()
        for number, entry in enumerate(entries):
            place, text = self._folded(entry.passage.locator), entry.passage.text
            self._all[place] = None
            if entry.outcome not in OPEN or (place, text) in seen:
                continue
            seen.add((place, text))  # of passages that are alike, the first is meant
            self._first.setdefault(place, number)
            for word in _tokens(text):
                self._holding[place, word].append(number)

    def here(self, each: Standing, extract: Extract) -> str:
        """The place of a row on the page, where its heading may have moved."""
        locator = self._folded(each.row.get("locator", ""))
        if locator in self._all:
            return locator
        for row in extract.rows.get("projects", ()):
            if row["project"] == each.row.get("project"):
                return self._folded(row.get("locator", ""))
        last = self._last(each.row.get("locator", ""))
        moved = [place for place in self._all if self._last(place) == last]
        return moved[0] if len(moved) == 1 else locator

    def _last(self, locator: str) -> str:
        return self._folded(locator.rpartition(" > ")[2])

    def closest(self, place: str, words: set[str]) -> int | None:
        """The passage there, not wholly read, that has most of some words; the first of several."""
        shared: Counter[int] = Counter()
        for word in words:
            shared.update(self._holding.get((place, word), ()))
        return min(shared, key=lambda n: (-shared[n], n), default=self._first.get(place))


def _passage(each: Standing, extract: Extract, places: _Places, known: Vocabulary) -> int | None:
    """The place of the passage that a row may rest on, among those not wholly read."""
    return places.closest(places.here(each, extract), _words(each, known))


def _words(each: Standing, known: Vocabulary) -> set[str]:
    """What a passage is likely to hold that states a row: names, years, words of its key."""
    cells = {n: c for n, c in each.row.items() if c and n not in _PLACE}
    found = {word for cell in cells.values() for word in _tokens(cell)}
    found |= {word for name in each.fields for word in _tokens(name)}
    for spelling, party in known.parties.items():
        if party.party in cells.values():
            found |= _tokens(spelling)
    return found


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]{3,}", fold(text)))
