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
"""Fields that say where a row is stated, and nothing of what it states."""
PASSAGES: Final = "passages"
"""The resource that holds the fingerprints of what editions say."""


class Kind(StrEnum):
    """What a block is on its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page that stands by itself.

    Attributes:
        kind: What it is, as far as the page says. A page without markup has no headings:
            the outline tells them from paragraphs.
        text: Its text on one line: runs of white space, no-break spaces among it, are one
            space; quotes and dashes are as the page has them.
        level: Of a heading, 1 to 6; of an item, how deep it is nested, from 1; otherwise 0.
        line: The line of the file on which it begins, from 1.
        numbered: Of an item, whether its list is numbered.
        number: The number typed in front of it, if there is one; otherwise 0.
    """

    kind: Kind
    text: str
    level: int = 0
    line: int = 0
    numbered: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A page as one stream of blocks, free of what surrounds the text.

    Attributes:
        where: What to call the page in messages: its file or its address.
        blocks: Its blocks, in order.
        marked: Whether the page marks its headings (HTML); otherwise layout has to tell.
        language: The language it declares (BCP 47), if any.
        title: The title that the page declares for itself, if any.
        address: Its canonical address, if it is known.
        stamps: What the page says of its own dates where no reader sees it, as names and
            values: ``article:modified_time`` and its like, ``time`` for a time in the text.
        boilerplate: What was taken for the surroundings of the text (navigation, cookies,
            accounts, newsletters, sharing, advertisement, hidden passages), in order, so that
            it can be checked that none of it was text.
        findings: What looks wrong with it: footnote marks, which were taken off the blocks.
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
    """A row that a passage gave: the resource, and the key of the row in it."""

    resource: str
    key: tuple[str, ...]


class Outcome(StrEnum):
    """What became of a passage: every clause of it gave rows, or some, or none."""

    FACT = "fact"
    PARTLY = "partly read"
    KNOWN = "known text"
    REWORDED = "known text in other words"
    UNKNOWN = "not understood"


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a page, or a sentence of it, and what it gave.

    Attributes:
        locator: The path of headings above it, with " > " between them; the title of the work
            alone for what stands before the first heading.
        text: Its text.
        line: The line of the file on which its block begins.
        facts: The rows that it gave.
        settled: Whether its facts say all that it says, so that its wording need not be known:
            a heading, a list of countries, "Status: Established. X was launched in May 2019."
            A passage that is not settled is known by its fingerprint, or not understood.
        note: Why nothing could be made of it, if there is more to say than that.
        left: What of it was not read, as far as can be told.
        heads: Whether it is the title, a heading, a caption or the line with the date.
        outcome: What became of it, once it is accounted for.
        known: Of a text that is known, its number among those of its place; 0 if it was elsewhere.
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
        """Whether it was not wholly read, nor known."""
        return self.outcome not in {Outcome.FACT, Outcome.KNOWN}


@dataclass(frozen=True, slots=True)
class Extract:
    """What an edition of a work says.

    Attributes:
        work: The work: ``pii``, ``mcc``, ``essay``.
        source: The id of the edition: the work and its date.
        rows: By resource, the rows it states: in each, the fields that the page states. A field
            that is not there was not read, and an empty one was read as having no value any
            more. What is our own wording (``summary``, ``text``, ``detail``, ``topic``) is never
            there.
        passages: Every passage of the document, in order.
        findings: What looks wrong with it. An error is a reason not to write.
        owns: By resource, the fields and values that tell the rows which this work feeds, so
            that a row of these which the page no longer states can be told from a row that it
            never stated: ``{"provisions": {"kind": "benefit", "format": "eop"}}`` several.
        lists: The lists of which every word was read, likewise: of the rows with these fields each
            names all there are, so that only what it does not name any more is gone.
        where: What to call the page in messages: its file or its address.
        left_out: How many blocks of the page were taken for what surrounds the text.
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
        """The day of the edition."""
        return self.source.removeprefix(f"{self.work}-")


@dataclass(frozen=True, slots=True)
class Party:
    """A country or an organisation that a page names.

    Attributes:
        party: Its id: ISO 3166-1 alpha-3 for a country, a slug for an organisation.
        kind: ``country`` or ``organisation``.
        name: The name it was found by, as the page has it, without "the".
    """

    party: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the package knows already, which pages are read by.

    Attributes:
        parties: Parties by every spelling of their names, folded by :func:`fold`.
        projects: The ids of projects, by their names and acronyms, folded.
        areas: The ids of areas by their names, folded.
        locators: The places of the work's latest edition, in which headings can be recognised.
        roles: By the id of a country, whether the package has it as ``ally`` or ``partner``.
        rows: By resource, the rows that the package has.
        keys: By resource, the primary key that the descriptor of the package gives it.
    """

    parties: Mapping[str, Party]
    projects: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    locators: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
