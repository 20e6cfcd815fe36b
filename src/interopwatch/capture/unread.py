"""Find what no rule read in an edition: passages that may say more, and rows it does not state.

A known row that no rule read again is kept. If a passage at its place was not read completely,
the row may depend on that passage, and a person has to decide; if every passage there was read,
the page no longer states the row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.capture.account import extract_of, values_in
from interopwatch.capture.catalogue import found, grouped, in_lines
from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import lower_bounds
from interopwatch.capture.english.phrases import ENGLISH
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import PASSAGES, PLACE
from interopwatch.package.labels import joined
from interopwatch.report.cells import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

    from interopwatch.capture.merge import Standing
    from interopwatch.capture.model import Block, Document, Extract, Row, Vocabulary
    from interopwatch.findings import Finding

_SHOWN: Final = 300  # characters of a passage in a finding
_WHOLE: Final = 2000  # characters of a passage about which a person has to decide
_LABEL: Final = 40  # characters of a label before a colon, at most
_MOST: Final = 6  # rows that a finding names
_NAME: Final = 3  # characters; a shorter name of a project may be an ordinary word
_LIST: Final = 4
"""The number of parties from which a block looks like a list of them."""
_ENDS: Final = " ,;."
_BLOCK: Final = 120  # characters of a block in a finding


def check_unread(page: Extract, rows: Sequence[Standing], known: Vocabulary) -> Iterator[Finding]:
    """Report rows that are kept although the edition does not state them, and unread passages."""
    resting: defaultdict[int, list[Standing]] = defaultdict(list)
    silent: defaultdict[str, list[Standing]] = defaultdict(list)
    closest = _closest(page, known)
    for each in rows:
        at = closest(each)
        if at is None:
            silent[each.row.get("locator", "")].append(each)
        else:
            resting[at].append(each)

    def label(at: int) -> str:
        """Return the label of a passage; without one, a resource of the rows that depend on it."""
        text, colon, _ = page.passages[at].text.partition(":")
        kinds = (each.resource.name for each in resting[at])
        return text if colon and len(text) <= _LABEL else min(kinds)

    for numbers in sorted(grouped(sorted(resting), label)):
        passage, *like = (page.passages[at] for at in numbers)
        lines = in_lines(each.line for each in like)
        more = f"nor were {len(like)} more like it{lines}, " if like else ""
        listed = _listed([row for at in numbers for row in resting[at]])
        bound, text = _as_lower_bound(passage.text), shortened(passage.text, _WHOLE)
        said = {"text": text, "more": more, "rows": listed, "bound": bound}
        yield found("rests-on-unread", page.where, passage.line, **said)
    for places in grouped(silent, lambda _: "all"):
        headings = f"“{places[0]}”"
        headings += f" and {len(places) - 1} other headings" if len(places) > 1 else ""
        listed = _listed([row for place in places for row in silent[place]])
        yield found("no-longer-stated", page.where, headings=headings, rows=listed)

    def cause(told: tuple[Finding, str]) -> Hashable:
        """Return the cause: the passage's note of why it was not read, or else the finding."""
        finding, note = told
        return (finding.code, finding.level, note) if note else finding

    told = []
    for (first, _), *others in grouped(_passages(page, known, resting), cause):
        lines = in_lines(each.line for each, _ in others)
        same = f"; the same holds of {len(others)} more{lines}" if others else ""
        told.append(replace(first, message=first.message + same))
    is_first = all(row["work"] != page.work for row in known.rows.get(PASSAGES, ()))
    if is_first and len(told) > 1:  # no passage is known yet: report all as one
        lines = in_lines(each.line for each in told)
        told = [found("not-understood.all", page.where, many=len(told), lines=lines)]
    yield from told


def check_left_out(document: Document, known: Vocabulary) -> Iterator[Finding]:
    """Report boilerplate that looks like a list of countries, or like a name from one."""
    alone: dict[int, str] = {}
    kept = {block.text for block in document.blocks}  # a page may repeat its text, once hidden
    left_out = (each for each in document.boilerplate if each.text not in kept)

    def country(block: Block) -> bool:
        named = mentions(block.text, known)
        whole = bool(named) and named[0].end - named[0].start == len(block.text)
        return whole and named[0].party.kind == "country"

    for is_country, run in groupby(left_out, country):
        blocks = [*run]
        for each in blocks if is_country else ():
            alone.setdefault(each.line, each.text)
        for group in [blocks] if is_country else ([each] for each in blocks):
            text = ", ".join(each.text for each in group)
            many = len({mention.party.party for mention in mentions(text, known)})
            if many >= _LIST:
                said = {"many": many, "text": shortened(text, _BLOCK)}
                yield found("left-out", document.where, group[0].line, **said)
    for block in document.blocks:
        # A hidden name, or one that is a button, in the middle of a list.
        if block.line in alone and len(mentions(block.text, known)) > 1:
            yield found("left-out.name", document.where, block.line, name=alone.pop(block.line))


def _passages(
    page: Extract, known: Vocabulary, quoted: Collection[int]
) -> Iterator[tuple[Finding, str]]:
    """Yield a finding, and the passage's note, for every passage with unread text of interest.

    That is text with a country, date, number or project. Passages that are ``quoted`` by other
    findings already are omitted.
    """
    spaced = cache(lambda text: " ".join(re.findall(r"\w+", fold(text))))
    projects = [spaced(name) for name in known.projects if len(name) >= _NAME]
    for n, passage in enumerate(page.passages):
        if not passage.is_open or n in quoted:
            continue
        here, unread = spaced(passage.locator), passage.left or passage.text
        named = [
            each
            for each in sentences(unread)
            if values_in(each, known)
            or any(f" {name} " in f" {spaced(each)} " and name not in here for name in projects)
            or ENGLISH.pattern("fate").search(each)
            or any(m.party.party not in ENGLISH.words("everywhere") for m in mentions(each, known))
        ]
        if not (named or passage.left or passage.note):
            continue
        unsaid = extract_of(named, unread) or unread
        whole = unsaid.strip(_ENDS) == passage.text.strip(_ENDS)
        form = ".some" if whole and passage.left else "" if whole else ".part"
        bound = _as_lower_bound(unsaid)
        more = (f" ({passage.note})" if passage.note else "") + bound
        text = passage.text if whole else shortened(passage.text, _SHOWN)
        said = {"text": text, "unsaid": unsaid, "more": more}
        told = found(f"not-understood{form}", page.where, passage.line, **said)
        code = "date-not-understood" if dates(unsaid) else told.code
        level = "warning" if named or passage.note else "notice"
        code = "lower-bound" if bound else code
        yield replace(told, code=code, level=level), passage.note


def _closest(page: Extract, known: Vocabulary) -> Callable[[Standing], int | None]:
    """Return a function that finds the incompletely read passage on which a row may depend.

    That is the passage at the row's locator with most of its words; of several, the first.
    """
    folded = cache(fold)
    ends: defaultdict[str, set[str]] = defaultdict(set)  # locators by their last heading
    open_at: defaultdict[str, list[tuple[int, set[str]]]] = defaultdict(list)
    for n, passage in enumerate(page.passages):
        place = folded(passage.locator)
        ends[place.rpartition(" > ")[2]].add(place)
        if passage.is_open:
            open_at[place].append((n, _words(passage.text)))
    projects = {
        row["project"]: folded(row.get("locator", "")) for row in page.rows.get("projects", ())
    }

    def place_of(row: Row) -> str:
        """Return the folded locator of a row on the page, where its heading may have moved."""
        locator = folded(row.get("locator", ""))
        alike = ends[locator.rpartition(" > ")[2]]
        if locator in alike:
            return locator
        return projects.get(row.get("project", ""), min(alike) if len(alike) == 1 else locator)

    def closest(each: Standing) -> int | None:
        cells = {c for n, c in each.row.items() if c and n not in PLACE}
        names = {said for said, party in known.parties.items() if party.party in cells}
        words = {word for text in (*cells, *each.fields, *names) for word in _words(text)}
        near = open_at.get(place_of(each.row), ())
        return max(near, key=lambda passage: len(words & passage[1]), default=(None,))[0]

    return closest


def _words(text: str) -> set[str]:
    """Return the words to compare passages and rows by: at least three characters, folded."""
    return set(re.findall(r"[^\W_]{3,}", fold(text)))


def _listed(rows: Sequence[Standing]) -> str:
    more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
    return "; ".join(map(str, rows[:_MOST])) + more


def _as_lower_bound(text: str) -> str:
    """Return a remark on the lower bounds in a text ("at least 20"); empty if it has none."""
    said = joined([f"“{each}”" for each in lower_bounds(text)])
    are = "are lower bounds" if " and " in said else "is a lower bound"
    return f" ({said} {are}, and no number is recorded from it)" if said else ""
