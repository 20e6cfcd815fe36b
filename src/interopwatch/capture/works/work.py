"""What a work is: how its editions are recognised, what they feed, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from interopwatch.capture.model import Document, Extract, Vocabulary

    Where = Literal["title", "heading", "text", "label", "layout"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign that a page is an edition of a work.

    Attributes:
        where: ``title``: the title of the page, without the name of its site; ``heading``: a
            short block holds it; ``text``: it stands anywhere; ``label``: blocks begin with it;
            ``layout``: a block consists of it.
        any_of: What to look for, in any of these spellings: folded text, quotes and dashes
            plain.
        points: How much it counts.
        times: How often it has to be there.
    """

    where: Where
    any_of: tuple[str, ...]
    points: int = 1
    times: int = 1

    def __str__(self) -> str:
        often = f" at least {self.times} times" if self.times > 1 else ""
        return f"{self.where} “{self.any_of[0]}”{often}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work, declared once: everything that capture knows of it stands here or in `extract`.

    An edition may have lost, renamed or gained any single thing, and other pages name the same
    initiatives: so several pieces of evidence are asked for, and none alone is enough.

    Attributes:
        id: Its id.
        titles: Its titles, the latest first.
        publisher: Who publishes it, if that is known.
        kind: What kind of source it is, as in the table of sources.
        evidence: What speaks for it.
        enough: The points that an edition needs.
        last: What stands near the end of it, in any of these spellings: without any, the page
            is not whole.
        owns: By resource, the fields and values that tell the rows which this work feeds.
        extract: Reads an edition: the page, what the package knows, and the id of the edition.
    """

    id: str
    titles: tuple[str, ...]
    publisher: str
    kind: str
    evidence: tuple[Evidence, ...]
    enough: int
    last: tuple[str, ...]
    owns: Mapping[str, tuple[Mapping[str, str], ...]]
    extract: Callable[[Document, Vocabulary, str], Extract]

    @property
    def most(self) -> int:
        """The points there are."""
        return sum(each.points for each in self.evidence)
