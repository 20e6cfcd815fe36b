"""Map the numbers that rows have on their page to the numbers that they have in the tables.

Spells and occurrences are numbered from the first that a page mentions. A page that omits the
first would give its number to the second, and so overwrite one fact with another.

Items of a list are numbered, so that an inserted item moves all those below it. The texts that we
wrote for an item have to move with it; otherwise they would describe another item. An item is
recognised by the fingerprint of its text, its old number by the sentence above the list.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import surely_after
from interopwatch.package.meaning import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.capture.model import Extract, Key, Passage, Row
    from interopwatch.package.descriptor import Resource

_NUMBER: Final = "position"
_COUNTERS: Final = {"memberships": ("spell", "start"), "milestones": ("occurrence", "date")}
"""By resource, the counter in the key, and the date that identifies a row."""


def aligned(resource: Resource, stated: Iterable[Row], held: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of an edition with the numbers of the same rows in the tables.

    A row is matched with the known row of the same date; failing that, with one of those left
    that had not ended before its date: the last if more are left than rows to match, else the
    first. Without a match it is new and gets the next number.
    """
    if resource.name not in _COUNTERS:
        yield from stated
        return
    counter, date = _COUNTERS[resource.name]
    end = (resource.meaning.lifecycle or Lifecycle()).end
    groups: defaultdict[Key, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for at, rows in enumerate((stated, sorted(held, key=lambda row: int(row[counter])))):
        for row in rows:
            groups[tuple(row[n] for n in resource.primary_key if n != counter)][at].append(row)
    for said, known in groups.values():
        last = int(known[-1][counter]) if known else 0
        dated = {row[date]: row for row in reversed(known) if row[date]}
        same = [dated.pop(row.get(date, ""), None) for row in said]
        free = [row for row in known if row not in same]
        left = same.count(None)
        for row, before in zip(said, same, strict=True):
            found = before
            if found is None:
                given = row.get(date, "")
                fit = [r for r in free if not (end and r[end] and surely_after(given, r[end]))]
                found = fit[0 if left >= len(fit) else -1] if fit else None
                free = [each for each in free if each is not found]
                left -= 1
            last += found is None
            yield {**row, counter: str(last) if found is None else found[counter]}


def former_keys(resource: Resource, extract: Extract) -> Iterator[tuple[Key, Key]]:
    """Yield the recognised items of an accounted extract: the key by position, and the old one.

    A list below an unknown sentence is assumed unchanged; a list with no sentence above it is
    numbered from the heading. A known passage that is no longer an item has an empty new key.
    """
    if _NUMBER not in resource.primary_key:
        return
    at = resource.primary_key.index(_NUMBER)

    def item(passage: Passage | None) -> Key:
        """Return the key of the only row of a passage; empty if it is not an item."""
        facts = () if passage is None else passage.facts
        return facts[0].key if [fact.resource for fact in facts] == [resource.name] else ()

    def numbered(key: Key, number: int = 0) -> Key:
        return (*key[:at], str(number), *key[at + 1 :]) if key else ()

    first: Key = ()
    before: Passage | None = None
    above, place = -1, ""
    for passage in extract.passages:
        if passage.settled:
            continue
        key, known = item(passage), passage.known or 0
        if key and numbered(key) != numbered(item(before)):  # a list begins
            within = before if before and before.locator == passage.locator else None
            above = (within.known or -1) if within else 0
            first, place = key, passage.locator
        if known > above >= 0 and (key or passage.locator == place):
            yield key, numbered(first, known - above)
        before = passage
