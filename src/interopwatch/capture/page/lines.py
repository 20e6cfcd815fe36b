"""White space, bullets and broken lines: what pages of text and of HTML have in common."""

from __future__ import annotations

import re
from typing import Final

UNSEEN: Final = dict.fromkeys(
    map(
        ord,
        "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
        "\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
)
"""Characters that no reader sees, which would make one name two: to be taken out."""
_CONTROLS: Final = {n: " " for n in (*range(0x20), *range(0x7F, 0xA0)) if not chr(n).isspace()}
_SEEN: Final = {**UNSEEN, **_CONTROLS}
BULLETS: Final = "•‣◦▪▫●○■□·⁃∙"
_BULLET: Final = re.compile(rf"[{BULLETS}]\s*(?=\S)")
LABEL: Final = re.compile(r"[A-Z][\w’'-]{1,30}(?: [\w’'-]{1,30}){0,3}:(?=\s|$)")
"""How a line begins that says what follows it: "Status:", "Next steps:"."""
ENDS: Final = (".", "!", "?", ":", ";", ".”", '."', ".)", "…")
"""What a line ends with when a sentence does."""
_RUNS_ON: Final = (",", "–", "—", "-", "(", "/", "&")
_SMALL: Final = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "including", "its", "of", "on", "or",
     "partner", "partners", "the", "their", "to", "with")
)  # fmt: skip


def clean(text: str) -> str:
    r"""A text on one line: white space is single spaces, what no reader sees is gone.

    >>> clean(" Bosnia\n and\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}Herze\N{SOFT HYPHEN}govina ")
    'Bosnia and Herzegovina'
    """
    return " ".join(text.translate(_SEEN).split())


def unbulleted(text: str) -> tuple[bool, str]:
    """Whether a text begins with a bullet, and the text without it.

    >>> unbulleted("• One"), unbulleted("- One"), unbulleted("•")
    ((True, 'One'), (False, '- One'), (False, '•'))
    """
    match = _BULLET.match(text)
    return (True, text[match.end() :]) if match else (False, text)


def runs_on(before: str, after: str) -> bool:
    """Whether a sentence runs on over a line break that a page has within a paragraph.

    A break divides unless the line before it ends in a comma, a dash or a word that nothing
    ends with ("and", "the"), or the line after it begins in lower case where no sentence ended.
    Before a label ("Status:") it always divides.

    >>> runs_on("Participants: Estonia, Latvia and", "Lithuania")
    True
    >>> runs_on("It is being built.", "Status: Established."), runs_on("Estonia", "Latvia")
    (False, False)
    """
    if not before or not after or LABEL.match(after):
        return False
    if before.endswith(_RUNS_ON):
        return True
    if before.endswith(ENDS):
        return False
    last = before.rsplit(maxsplit=1)[-1].lower()
    return last in _SMALL or after[0].islower() or after[0] in ",.;:)"
