"""The labels inside a project's section: "Purpose:", "Participants:", "Status:"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from interopwatch.capture.model import Block


class Label(StrEnum):
    """What a labelled passage is about."""

    PURPOSE = "purpose"
    PARTICIPANTS = "participants"
    STATUS = "status"
    LEAD = "lead"


_WORDS: Final = {
    Label.PURPOSE: r"(?:Purpose|Aims?|Objectives?|Description)",
    Label.PARTICIPANTS: (
        r"(?:(?:Current )?(?:Participants|Participating (?:countries|nations|Allies|states|members)"
        r"(?: and (?:NATO )?partners?)?|Participation"
        r"|(?:Participant|Member) (?:countries|nations)|Nations|Members))"
        r"(?: ?\((?P<count>\d{1,3})\))?"
    ),
    Label.STATUS: r"(?:(?:Current |Project )?Status(?: of the (?:project|initiative))?)",
    Label.LEAD: r"(?:Lead(?:ing)? (?:nation|country|Ally))",
}
_START: Final = {
    label: re.compile(rf"{words} ?(?::? ?\|(?= |$)|:|[–—](?= |$)|-(?= ))", re.IGNORECASE)
    for label, words in _WORDS.items()
}
_ALONE: Final = {
    label: re.compile(rf"{words} ?[:–—]?", re.IGNORECASE) for label, words in _WORDS.items()
}
_INSIDE: Final = re.compile(
    r"(?<=[^\s]) (?=(?:Participants|Participating (?:countries|nations|Allies)|Status) ?:)"
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with its label.

    Attributes:
        label: What it is about.
        said: The label as the page has it.
        text: What stands behind the label.
        count: The number in the label, if there is one.
    """

    label: Label
    said: str
    text: str
    count: int | None = None

    def whole(self, text: str) -> str:
        """A text with the label in front of it, however the page sets the two apart."""
        return f"{self.said.rstrip(' :|–—-')}: {text}"


def labelled(block: Block) -> Labelled | None:
    """A block with a label, taken apart; a label alone in its block has an empty text."""
    text = block.text
    for label, pattern in _START.items():
        match = pattern.match(text) or _ALONE[label].fullmatch(text)
        if match:
            count = match.groupdict().get("count")
            rest = text[match.end() :].strip()
            return Labelled(label, match[0], rest, int(count) if count else None)
    return None


def parted(text: str) -> list[str]:
    """A text, cut before the labels inside it: a page may run its passages together."""
    return _INSIDE.split(text) if ":" in text else [text]
