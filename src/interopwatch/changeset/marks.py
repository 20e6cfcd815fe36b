"""Word-level differences between two cells, for formats that highlight them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from interopwatch.text import distinguished

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A number with digit separators, a word, white space, or any other single character.
_WORD: Final = re.compile(r"\d+(?:[.,:]\d+)*|\w+|\s+|.", re.DOTALL)
_MOST_PAIRS: Final = 60_000
"""Maximum product of the numbers of words before and after. So many took difflib 40 ms; its time is
proportional, and two cells of 5,000 words would take 4 s."""
_LEAST_SHARED: Final = 0.3
"""Below this share of common text, common words are coincidence and marks only distract: of 2,000
pairs of texts of the shipped tables, 19 in 20 share less than 0.2."""


class Piece(NamedTuple):
    """A part of a cell.

    Attributes:
        text: The text of the part.
        differs: Whether the other side has something else in its place.
    """

    text: str
    differs: bool = False


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Split a cell before and after into common and different pieces.

    If the two look alike, characters that differ are shown by their codes.

    >>> before, after = marked("79 firms in May", "83 firms in May")
    >>> [piece.text for piece in before], [piece.differs for piece in after]
    (['79', ' firms in May'], [True, False])
    """
    before, after = distinguished(before, after)
    if not before or not after:
        return _as_one_piece(before), _as_one_piece(after)
    one, other = _WORD.findall(before), _WORD.findall(after)
    if len(one) * len(other) > _MOST_PAIRS:
        return _ends(one, other)
    # Otherwise difflib would ignore words that make up over 1 % of 200 words or more, such as
    # commas.
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Common white space does not make two texts similar.
    blocks = [b for b in matcher.get_matching_blocks() if "".join(one[b.a : b.a + b.size]).strip()]
    shared = sum(len("".join(one[b.a : b.a + b.size])) for b in blocks)
    if 2 * shared < _LEAST_SHARED * (len(before) + len(after)):
        return _as_one_piece(before), _as_one_piece(after)
    return (
        _pieces(one, [(b.a, b.a + b.size) for b in blocks]),
        _pieces(other, [(b.b, b.b + b.size) for b in blocks]),
    )


def _as_one_piece(text: str) -> tuple[Piece, ...]:
    return (Piece(text, differs=True),) if text else ()


def _ends(one: Sequence[str], other: Sequence[str]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Split long texts into a common start and end, and a different middle."""
    shared = min(len(one), len(other))
    begin = next((at for at in range(shared) if one[at] != other[at]), shared)
    remaining = shared - begin
    end = next((at for at in range(remaining) if one[-1 - at] != other[-1 - at]), remaining)

    def sides(words: Sequence[str]) -> tuple[Piece, ...]:
        return _pieces(words, [(0, begin), (len(words) - end, len(words))])

    return sides(one), sides(other)


def _pieces(words: Sequence[str], same: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    found, at = [], 0
    for begin, end in (*same, (len(words), len(words))):
        if at < begin:
            found.append(Piece("".join(words[at:begin]), differs=True))
        if begin < end:
            found.append(Piece("".join(words[begin:end])))
        at = end
    return tuple(found)
