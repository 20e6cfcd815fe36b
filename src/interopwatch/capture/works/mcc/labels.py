"""The labels inside a project's section: "Purpose:", "Participants:", "Status:"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.phrases import expression
from interopwatch.capture.model import Kind
from interopwatch.capture.works.mcc.clauses import SAID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.capture.model import Block


_LABELS: Final = {
    label: re.compile(
        rf"(?:{expression(SAID.notation(each))}) ?(?:$|:? ?\|(?= |$)|:|[–—](?= |$)|-(?= ))",
        re.IGNORECASE,
    )
    for label, each in SAID.data["labels"].items()
}
"""By what a passage is about, its label and what sets that apart from a text, if one follows."""
_CELLS: Final = re.compile(r"\s*\|\s*")
_FEW: Final = 2  # columns with labels; one alone would be a sentence with a stroke in it
_LOWEST: Final = 6
_INSIDE: Final = SAID.phrase("inside")
STATUSES: Final = tuple(SAID.data["statuses"])
_STATUS: Final = re.compile(
    rf"(?P<status>{'|'.join(s.replace('-', ' ') for s in STATUSES)}) ?(?:[.;:]|[–—-] |$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with its label.

    Attributes:
        label: What it is about: ``purpose``, ``participants``, ``status`` or ``lead``.
        said: The label as the page has it.
        text: What stands behind the label.
        count: The number in the label, if there is one.
    """

    label: str
    said: str
    text: str
    count: int | None = None

    @property
    def prefix(self) -> str:
        """The label as it stands in front of a text, however the page sets the two apart."""
        return f"{self.said.rstrip(' :|–—-')}: "


def labelled(block: Block) -> Labelled | None:
    """A block with a label, taken apart; a label alone in its block has an empty text."""
    text = block.text
    for label, pattern in _LABELS.items():
        match = pattern.match(text)
        if match:
            count = match.groupdict().get("count")
            rest = text[match.end() :].strip()
            return Labelled(label, match[0], rest, int(count) if count else None)
    return None


def heads_columns(block: Block) -> bool:
    """Whether a block is the row of headings above a table of projects."""
    cells = _CELLS.split(block.text)
    labels = sum(map(_is_label, cells))
    return block.kind is Kind.PARAGRAPH and len(cells) > _FEW and labels >= _FEW


def _is_label(text: str) -> bool:
    return any(each.fullmatch(text) for each in _LABELS.values())


def sections_of_rows(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, in which the rows of a table of projects are sections like any others.

    A table is told by a row of headings of which two are labels. What stands in the columns before
    these heads a section; what stands in the others is a passage with a label. A row that lacks
    its first cells shares those of the row above.
    """
    columns: list[str] = []
    level = heads = 1
    for block in blocks:
        cells = _CELLS.split(block.text)
        if block.kind is Kind.HEADING:
            level = block.level
        if heads_columns(block):
            columns, labels = cells, [_is_label(cell) for cell in cells]
            heads = labels.index(True)
            yield block
        elif columns and 0 <= len(columns) - len(cells) < max(heads, 1):
            shared = len(columns) - len(cells)
            for n, said in enumerate(cells, shared):
                if n >= heads:
                    yield replace(block, text=f"{columns[n].rstrip(': ')}: {said}")
                elif said:
                    deep = min(level + n + 1, _LOWEST)
                    yield replace(block, kind=Kind.HEADING, text=said, level=deep)
        else:
            columns = []
            yield block


def parted(text: str) -> list[str]:
    """A text, cut before the labels inside it: a page may run its passages together."""
    return _INSIDE.split(text) if ":" in text else [text]


def status_of(text: str) -> tuple[str, str, str]:
    """The status that a text begins with, as the page writes it, and the sentences behind it.

    >>> status_of("Established and delivering. X was launched in May 2031.")
    ('established-and-delivering', 'Established and delivering.', 'X was launched in May 2031.')
    >>> status_of("Frozen. X was launched in May 2031.")
    ('', 'Frozen.', 'X was launched in May 2031.')
    """
    match = _STATUS.match(text)
    if match:
        code = "-".join(match["status"].lower().split())
        return code, match[0].strip(), text[match.end() :].strip()
    said, stop, rest = text.partition(".")
    if dates(said):
        return "", "", text
    return "", said + stop, rest.strip()
