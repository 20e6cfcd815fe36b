"""The works that capture can read, and what each is recognised by, as data.

An edition may have lost, renamed or gained any single thing, so several are asked for, and none
alone is enough: other pages name the same initiatives. What is looked for and how much of it
was found can be told to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Where = Literal["title", "heading", "text", "label", "layout"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a work.

    Attributes:
        where: ``title``: the title of the page, or of its site's name and it; ``heading``: a
            short block holds it; ``text``: it stands anywhere; ``label``: blocks begin with it;
            ``layout``: a block consists of it.
        any_of: What to look for, in any of these spellings: folded text, quotes and dashes
            plain.
        points: What it counts.
        times: How often it has to be there.
    """

    where: Where
    any_of: tuple[str, ...]
    points: int = 1
    times: int = 1

    def __str__(self) -> str:
        often = f" at least {self.times} times" if self.times > 1 else ""
        return f"{self.where} “{self.any_of[0]}”{often}"


@dataclass(frozen=True, slots=True)
class Work:
    """A work: what its editions have in common.

    Attributes:
        work: Its id.
        titles: Its titles, the latest first.
        publisher: Who publishes it, if that is known.
        kind: What sort of source it is, as in the table of sources.
        evidence: What speaks for it.
        enough: The points that an edition needs.
        last: What stands near the end of it, in any of these spellings: without any, the page
            is not whole.
    """

    work: str
    titles: tuple[str, ...]
    publisher: str
    kind: str
    evidence: tuple[Evidence, ...]
    enough: int
    last: tuple[str, ...]

    @property
    def most(self) -> int:
        """The points there are."""
        return sum(each.points for each in self.evidence)


PII: Final = Work(
    "pii",
    ("Partnership Interoperability Initiative",),
    "NATO",
    "official_page",
    (
        Evidence("title", ("partnership interoperability initiative",), 3),
        Evidence("heading", ("interoperability platform",)),
        Evidence("heading", ("enhanced opportunities",)),
        Evidence("text", ("partnership interoperability initiative",)),
        Evidence("text", ("enhanced opportunities partner", "enhanced opportunity partner")),
        Evidence("text", ("interoperability platform",), times=2),
        Evidence("text", ("in ip format", "in the ip format", "of the ip")),
        Evidence("text", ("wales summit", "summit in wales")),
        Evidence("text", ("part of the interoperability platform", "members of the ip")),
    ),
    enough=6,
    last=(
        "part of the interoperability platform", "part of the ip", "members of the ip",
        "in the interoperability platform", "members of the interoperability platform",
        "partners of the interoperability platform", "interoperability platform partners",
        "following partners", "following nations", "following countries",
        "interoperability platform members",
    ),
)  # fmt: skip
MCC: Final = Work(
    "mcc",
    ("Multinational capability cooperation",),
    "NATO",
    "official_page",
    (
        Evidence("title", ("multinational capability cooperation",), 3),
        Evidence("heading", ("high visibility projects", "multinational projects")),
        Evidence("heading", ("how does it work",)),
        Evidence("text", ("high visibility project",), times=2),
        Evidence("text", ("multinational capability", "multinational cooperation")),
        Evidence("label", ("participants", "participating", "nations"), times=3),
        Evidence("label", ("status",), times=3),
        Evidence("label", ("purpose", "aim"), times=3),
        Evidence("text", ("letter of intent", "letters of intent")),
        Evidence("text", ("memorandum of understanding", "memoranda of understanding")),
    ),
    enough=6,
    last=(
        "how does it work", "letter of intent", "letters of intent",
        "memorandum of understanding", "memoranda of understanding", "(loi)", "(mou)",
        "conference of national armaments directors",
    ),
)  # fmt: skip
_ESSAY: Final = (
    "Assessing the strategic significance of interoperability standards, joint training, and "
    "defense industrial cooperation frameworks"
)
ESSAY: Final = Work(
    "essay",
    (_ESSAY,),
    "",
    "commentary",
    (
        Evidence(
            "title",
            tuple(
                "assessing the strategic significance of interoperability standards, joint "
                f"training, and {spelling} industrial cooperation frameworks"
                for spelling in ("defense", "defence")
            ),
            4,
        ),
        Evidence("text", ("interoperability standards",), times=2),
        Evidence("text", ("joint training",), times=3),
        Evidence(
            "text", ("defense industrial cooperation", "defence industrial cooperation"), times=2
        ),
        Evidence("layout", ("related articles",)),
        Evidence("layout", ("advertisement",)),
    ),
    enough=6,
    last=("related articles", "at its core"),
)
WORKS: Final = {each.work: each for each in (PII, MCC, ESSAY)}
