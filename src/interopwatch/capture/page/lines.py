"""Handle white space, bullets and line breaks, which pages in text and in HTML have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.capture.english.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINES: Final = Phrasebook.of("page/lines.toml")
"""Patterns and words that classify the lines of a page."""
LABEL: Final = LINES.pattern("label")
ENDS: Final = LINES.sequence("ends")
"""Endings of a line that ends a sentence."""
BREAK: Final = "\x1e"
"""The mark of a line break within the text of a block, until that is divided."""
_OPEN: Final = LINES.sequence("open")
_SMALL: Final = LINES.words("small")


def unbulleted(text: str) -> tuple[bool, str]:
    """Return whether a text begins with a bullet, and the text without it.

    >>> unbulleted("• One"), unbulleted("- One"), unbulleted("•")
    ((True, 'One'), (False, '- One'), (False, '•'))
    """
    match = LINES.pattern("bullet").match(text)
    return (True, text[match.end() :]) if match else (False, text)


def runs_on(before: str, after: str) -> bool:
    """Return whether a sentence continues across a line break within a paragraph.

    A break divides unless the line before it ends in a comma, a dash or a word that no sentence
    ends with ("and", "the"), or the line after it begins in lower case where no sentence ended.
    Before a label ("Status:") it always divides.

    >>> runs_on("Participants: Estonia, Latvia and", "Lithuania")
    True
    >>> runs_on("It is being built.", "Status: Established."), runs_on("Estonia", "the Netherlands")
    (False, False)
    """
    if not before or not after or LABEL.match(after):
        return False
    if before.endswith(_OPEN):
        return True
    # In a column of names, one may have an article.
    names = map(LINES.pattern("name").fullmatch, (before, after.removeprefix("the ")))
    if before.endswith(ENDS) or all(names):
        return False
    last = before.rsplit(maxsplit=1)[-1].lower()
    return last in _SMALL or after[0].islower() or after[0] in ",.;:)"


def row_of(cells: Iterable[Sequence[str]], *, columns: bool) -> str:
    """Return a row of a table as the text of one paragraph, given the texts in each cell.

    With columns, empty cells are kept, and several texts in one cell are joined by commas.

    >>> row_of([["Norway", "Spain"], [], ["2031"]], columns=True)
    'Norway, Spain | | 2031'
    >>> row_of([["Norway", "Spain"], [], ["2031"]], columns=False)
    'Norway Spain | 2031'
    """
    texts = map(_enumerated, cells) if columns else filter(None, map(" ".join, cells))
    return clean(" | ".join(texts))


def _enumerated(texts: Sequence[str]) -> str:
    """Join texts by commas: "Estonia, Latvia"."""
    before = [text if text.endswith((*ENDS, ",")) else f"{text}," for text in texts[:-1]]
    return " ".join((*before, *texts[-1:]))


def divided(text: str) -> list[str]:
    """Split the text of a block at its line breaks, except where a sentence continues.

    >>> divided(f"One,{BREAK}two{BREAK}Three{BREAK}{BREAK}four"), divided(" ")
    (['One, two', 'Three', 'four'], [])
    """
    texts: list[list[str]] = []
    last = ""
    for piece in text.split(BREAK):
        line = clean(piece)
        if runs_on(last, line) and not unbulleted(line)[0]:
            texts[-1].append(line)
        elif line:
            texts.append([line])
        last = line
    return [" ".join(lines) for lines in texts]
