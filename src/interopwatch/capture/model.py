"""The frozen values that capture passes from step to step.

A page is parsed into a *document* of blocks; the work of which it is an edition is recognised; an
*extract* holds the rows that the page states and accounts for every passage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.findings import Finding

    Row = Mapping[str, str]
    Key = tuple[str, ...]

PLACE: Final = frozenset({"source", "locator"})
"""Fields that say where a row is stated, as opposed to what it states."""
PASSAGES: Final = "passages"
"""The resource with the fingerprints of passages."""


class Kind(StrEnum):
    """The kind of a block on its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, item or caption of a page.

    Attributes:
        kind: Its kind, as far as the page says. A page without markup has no headings: the
            outline distinguishes them from paragraphs.
        text: Its text on one line: runs of white space, including no-break spaces, are one
            space; quotes and dashes are as on the page.
        level: 1 to 6 for a heading; the depth of nesting, from 1, for an item; otherwise 0.
        line: The line of the file on which it begins, from 1.
        numbered: Whether it is an item of a numbered list.
        number: The number typed before it; 0 if there is none.
    """

    kind: Kind
    text: str
    level: int = 0
    line: int = 0
    numbered: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A page as one stream of blocks, without boilerplate.

    Attributes:
        where: The name of the page in messages: its file or its address.
        blocks: Its blocks, in order.
        marked: Whether the page marks its headings (HTML); otherwise they are found by layout.
        language: The language it declares (BCP 47), if any.
        title: The title that the page declares for itself, if any.
        address: Its canonical address, if known.
        stamps: The dates of the page in its metadata, as names and values:
            ``article:modified_time`` and the like, ``time`` for a time in the text.
        boilerplate: The blocks considered boilerplate (navigation, cookies, accounts,
            newsletters, sharing, advertisements, hidden passages), in order, so that it can be
            checked that none of them was text.
        findings: Findings about the page itself: footnote marks removed from the blocks.
    """

    where: str
    blocks: tuple[Block, ...]
    marked: bool = False
    language: str = ""
    title: str = ""
    address: str = ""
    stamps: tuple[tuple[str, str], ...] = ()
    boilerplate: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A row that a passage states: its resource and its key."""

    resource: str
    key: tuple[str, ...]


class Outcome(StrEnum):
    """The outcome of a passage: every clause of it gave rows, or some did, or none."""

    FACT = "fact"
    PARTLY = "partly read"
    KNOWN = "known text"
    REWORDED = "known text in other words"
    UNKNOWN = "not understood"


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a page, or a sentence of one, with the rows that it states.

    Attributes:
        locator: The path of headings above it, joined by " > "; the title of the work alone
            before the first heading.
        text: Its text.
        line: The line of the file on which its block begins.
        facts: The rows that it states.
        settled: Whether its facts express everything it says, so that no fingerprint is needed:
            a heading, a list of countries, "Status: Established. X was launched in May 2019."
            A passage that is not settled is known by its fingerprint, or not understood.
        note: The reason why it could not be read, if there is a specific one.
        left: The text of it that was not read, as far as can be determined.
        heads: Whether it is the title, a heading, a caption or the line with the date.
        outcome: Its outcome, once it is accounted for.
        known: The position of known text under its heading; 0 if it was under another.
    """

    locator: str
    text: str
    line: int = 0
    facts: tuple[Fact, ...] = ()
    settled: bool = False
    note: str = ""
    left: str = ""
    heads: bool = False
    outcome: Outcome = Outcome.UNKNOWN
    known: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was neither read completely nor known in the same words."""
        return self.outcome not in {Outcome.FACT, Outcome.KNOWN}


@dataclass(frozen=True, slots=True)
class Extract:
    """The content of an edition of a work.

    Attributes:
        work: The work: ``pii``, ``mcc``, ``essay``.
        source: The id of the edition: the work and its date.
        rows: By resource, the rows that it states, each with the fields that the page states. A
            missing field was not read; an empty one was read as no longer having a value. Texts
            of ours (``summary``, ``text``, ``detail``, ``topic``) are never included.
        passages: Every passage of the document, in order.
        findings: Its findings. An error prevents writing.
        owns: By resource, filters (fields and values) for the rows that this work feeds, which
            distinguish a row that the page no longer states from one that it never stated:
            ``{"provisions": ({"kind": "benefit", "format": "eop"},)}``.
        lists: By resource, filters for the lists that were read completely: each names all rows
            with these fields, so that a row it does not name is gone.
        where: The name of the page in messages: its file or its address.
        left_out: The number of boilerplate blocks of the page.
    """

    work: str
    source: str
    rows: Mapping[str, tuple[Row, ...]]
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...] = ()
    owns: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    where: str = ""
    left_out: int = 0

    @property
    def published(self) -> str:
        """The date of the edition."""
        return self.source.removeprefix(f"{self.work}-")


@dataclass(frozen=True, slots=True)
class Party:
    """A country or an organisation.

    Attributes:
        party: Its id: ISO 3166-1 alpha-3 for a country, a slug for an organisation.
        kind: ``country`` or ``organisation``.
        name: Its name, without "the".
    """

    party: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names and rows of the package that help to read pages.

    Attributes:
        parties: Parties by every spelling of their names, folded by :func:`fold`.
        projects: The ids of projects by their names and acronyms, folded.
        areas: The ids of areas by their names, folded.
        locators: The locators of the work's rows, by which headings can be recognised.
        roles: By the id of a country, ``ally`` or ``partner``.
        rows: By resource with a locator, the rows of the package.
        keys: By resource, its primary key in the descriptor of the package.
    """

    parties: Mapping[str, Party]
    projects: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    locators: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
