"""The account of a page: the status of each of its passages.

A passage is a *fact* (every clause gave rows), *partly read* (some did), *known text* (its
fingerprint is in ``passages``), *known text in other words* (it replaces a known passage that is
gone), or *not understood*.

Of text that is not a fact, only a fingerprint is kept: the SHA-256 hash of the text with quotes,
dashes and white space normalised. A rewording shows without the words being stored.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates, day_order
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import hints, mentions
from interopwatch.capture.english.numbers import amounts, number
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fingerprint, fold
from interopwatch.capture.model import PASSAGES, Fact, Outcome
from interopwatch.capture.page.datelines import is_date_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.model import Extract, Passage, Row, Vocabulary

_CLOSE: Final = 0.25
"""The share of its words by which a passage may differ in length from the one that it replaces. Of
the 7,875 pairs of the 126 known passages, one in five is that close; but a passage is only compared
with the one in its own place."""
_WORDS: Final = 2
"""Words by which a passage may always differ, as a quarter of a short one is less than a word."""
_CELL: Final = 4  # the minimum characters of a cell to look for in a clause
_NUMBER: Final = re.compile(
    # "12.5 tonnes", "155mm", "the 5th", "thirty-one"; but not part of a name such as M3A or C-130.
    r"(?<![\w-])\d++(?:[.,]\d+)*+(?!-?[A-Z])|[A-Za-z]+(?:-[a-z]+)?"
)
_CLAUSE: Final = re.compile(
    r"(?<=;)\s+|,\s+(?=(?:and|which|with|while|but|where|who|(?:bring|tak|rais|reduc|leav)ing)\b)"
)


def account(extract: Extract, names: Vocabulary) -> Extract:
    """Return an extract with the outcome of every passage, and with the rows of ``passages``."""
    known = [row for row in names.rows.get(PASSAGES, ()) if row["work"] == extract.work]
    prints = [*_fingerprints(extract)]
    numbers = {(row["locator"], row["digest"]): int(row["position"]) for row in known}
    elsewhere = {row["digest"]: 0 for row in known}
    present = {own["digest"] for own in prints if own}
    gone = {_place(row): int(row["words"]) for row in known if row["digest"] not in present}
    order = day_order(each.text for each in extract.passages)
    rows = {
        Fact(resource, tuple(row[name] for name in names.keys[resource])): row
        for resource, stated in extract.rows.items()
        if resource != "sources"
        for row in stated
    }
    there: defaultdict[str, list[Row]] = defaultdict(list)  # by locator
    for row in rows.values():
        there[row.get("locator", "")].append(row)

    headed = " ".join(row.get("name", "") for row in rows.values())
    passages: list[Passage] = []
    for passage, own in zip(extract.passages, prints, strict=True):
        digest = own.get("digest", "")
        number = numbers.get((passage.locator, digest), elsewhere.get(digest))
        outcome, left = Outcome.FACT, ""
        if number is not None:
            outcome = Outcome.FACT if passage.facts else Outcome.KNOWN
        elif passage.facts:
            near = [rows.get(fact, {}) for fact in passage.facts]
            near += there[passage.locator] if passage.settled else ()
            left = "" if passage.heads else passage.left or unread(passage, near, names, order)
            outcome = Outcome.PARTLY if left else Outcome.FACT
        elif passage.heads and not is_date_line(passage.text):
            # An entry of a contents list may say when something was launched.
            said = [passage.text[each.start : each.end] for each in dates(passage.text, order)]
            left = "" if all(each in headed for each in said) else passage.text
            outcome = Outcome.PARTLY if left else Outcome.FACT
        elif own:
            # A known passage is stored as a fingerprint and a number of words. If it is gone, the
            # passage at its place (same heading, same position) replaces it if it has about the
            # same length.
            words = gone.get(_place(own), 0)
            close = words and abs(int(own["words"]) - words) <= max(_WORDS, words * _CLOSE)
            outcome = Outcome.REWORDED if close else Outcome.UNKNOWN
        passages.append(replace(passage, outcome=outcome, left=left, known=number))
    # A list is incomplete if a line of names beside it was not read: it may continue there.
    named = {
        each.locator for each in passages if each.is_open and parties_in(each.text, names).alone
    }
    # Nor does it remove a party in a sentence that leaves unclear who joined or left.
    moved = {
        (each.locator, mention.party.party)
        for each in passages if each.is_open and each.note
        for mention in mentions(each.text, names)
    }  # fmt: skip
    doubted = {
        resource: [
            *(row for row in stated if row.get("locator") in named),
            *(row for row in names.rows.get(resource, ())
              if (row.get("locator"), row.get("party")) in moved
              and Fact(resource, tuple(map(row.__getitem__, names.keys[resource]))) not in rows),
        ]
        for resource, stated in extract.rows.items()
    }  # fmt: skip

    def is_whole(resource: str, fields: Row) -> bool:
        return not any(fields.items() <= row.items() for row in doubted.get(resource, ()))

    lists = {n: [each for each in told if is_whole(n, each)] for n, told in extract.lists.items()}
    return replace(
        extract,
        rows={**extract.rows, PASSAGES: tuple(filter(None, prints))},
        passages=tuple(passages),
        owns={**extract.owns, PASSAGES: ({},)},
        lists={**lists, PASSAGES: ({},)},
    )


def unread(passage: Passage, rows: Iterable[Row], names: Vocabulary, order: DayOrder = "") -> str:
    """Return the clauses of a passage that some rows do not account for.

    These are the clauses with a country, a date or a number that the rows do not have; and, unless
    the reader settled the passage, those of which the rows contain nothing.
    """
    cells = {part for row in rows for cell in row.values() for part in (cell, *cell.split("/"))}
    cells = {cell.rstrip("~") for cell in cells} - {"", ".."}
    cells |= {cell for fact in passage.facts for cell in fact.key}
    parts = [c for each in sentences(passage.text) for c in _CLAUSE.split(each) if c.strip()]
    left = []
    for clause in parts:
        values = values_in(clause, names, order)
        given = any(value in cells for value in values) or any(
            len(cell) >= _CELL and fold(cell.replace("-", " ")) in fold(clause) for cell in cells
        )
        alone = passage.settled or len(parts) == 1
        if any(value not in cells for value in values) or not (given or alone):
            left.append(clause.strip())
    return extract_of(left, passage.text).strip(" ,;.")


def extract_of(parts: Sequence[str], text: str) -> str:
    """Quote parts of a text in their order, with an ellipsis where words are omitted.

    >>> extract_of(["A came", "who is new.", "D stayed."], "A came, who is new. C spoke. D stayed.")
    'A came, who is new. … D stayed.'
    """
    found, end = "", 0
    for part in parts:
        start = text.find(part, end)
        between = text[end:start] if start >= 0 else part
        found += ("" if not found else " … " if re.search(r"\w", between) else between) + part
        end = max(start, 0) + len(part)
    return found


def values_in(text: str, names: Vocabulary, order: DayOrder = "") -> list[str]:
    """Return the countries, dates and numbers in a text, as rows would have them.

    Words that only hint at one are included verbatim: no row can have them.
    """
    found = [m.party.party for m in mentions(text, names) if m.party.kind == "country"]
    found += hints(text, names)
    given, sums = dates(text, order), tuple(amounts(text))
    found += [*(each.edtf for each in given), *(each.value for each in sums)]
    bare = list(text)
    for start, end in (*((d.start, d.end) for d in given), *((a.start, a.end) for a in sums)):
        bare[start:end] = " " * (end - start)
    for word in _NUMBER.findall("".join(bare)):
        many = number(word.rstrip(",."))
        found += [word] if many is None and word[0].isdigit() else []
        found += [str(many)] if many is not None and many != 1 else []
    return found


def _fingerprints(extract: Extract) -> Iterator[Row]:
    """Yield the row of ``passages`` for every passage; an empty one for a settled passage."""
    counts: Counter[str] = Counter()
    for passage in extract.passages:
        counts[passage.locator] += not passage.settled
        row = {
            "work": extract.work,
            "locator": passage.locator,
            "position": str(counts[passage.locator]),
            "digest": fingerprint(passage.text),
            "words": str(len(passage.text.split())),
            "source": extract.source,
        }
        yield {} if passage.settled else row


def _place(row: Row) -> tuple[str, str]:
    return row["locator"], row["position"]
