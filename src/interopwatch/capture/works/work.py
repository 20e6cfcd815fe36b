"""Declare works: how their editions are recognised, the rows that they feed, and how to read them.

A work is declared in one data file (TOML). Its rules consist of a phrase, in the notation of
:mod:`~interopwatch.capture.english.phrases`, and of the rows that a sentence with it states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from interopwatch.capture.page.outline import Layout  # noqa: TC001 - msgspec looks it up
from interopwatch.findings import Level  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from interopwatch.capture.english.phrases import Phrasebook

Where = Literal["title", "heading", "text", "label", "layout"]


class Evidence(msgspec.Struct, frozen=True):
    """One sign that a page is an edition of a work.

    ``where`` says what must match: the ``title`` of the page, without the name of its site; part of
    a ``heading``, which is a short block; part of the ``text``; the ``label`` at the beginning of
    a block; or an entire short block, as in the ``layout`` of the page.
    """

    where: Where
    any_of: tuple[str, ...]  # alternative spellings: folded text, with plain quotes and dashes
    points: int = 1  # its weight
    times: int = 1  # the minimum number of occurrences

    def __str__(self) -> str:
        often = f" at least {self.times} times" if self.times > 1 else ""
        return f"{self.where} “{self.any_of[0]}”{often}"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase, and the rows that a sentence with it states.

    In a field, ``{name}`` is replaced by the content of a slot of the phrase: a number in figures,
    a date in EDTF, anything else verbatim. A date also has ``{name_year}``, and an occasion
    ``{name_event}`` and ``{name_place}``.

    ``each`` says what gives one row: the ``phrase`` itself; an ``item`` of the list below the
    sentence; a ``party`` listed in the slot ``list``, or below the sentence if that is empty; a
    party of a ``block`` that is itself a list without introduction; an article to which the page is
    ``related``; an ``other`` thing of the same kind, named by the slot ``other``, or the last
    ``many`` above it; or the things ``beside`` it, which the reader of the work finds. All but the
    first have a ``{position}``; parties also ``{party}`` and ``{capacity}``, articles ``{source}``
    and the date on which they were ``{published}``, and other things ``{other}``.
    """

    phrase: str = ""  # empty if the rows are not stated by a sentence
    resource: str
    fields: dict[str, str]
    each: Literal["phrase", "item", "party", "block", "related", "other", "beside"] = "phrase"
    under: str = ""  # text that the path of headings must contain, folded; empty: any path
    top: bool | None = None  # True: only before all headings; False: only under one
    about: str = ""  # the kind of thing the sentence must be about, whose id is ``{KIND}``
    sure: bool = False  # whether an uncertain sentence states nothing
    whole: bool = False  # whether the rows express everything that the sentence says
    first: bool = False  # whether only the first sentence with the phrase states the rows
    aside: bool = False  # whether the locator of the rows is that of another rule's passage
    # For a list of parties:
    whose: str = ""  # their description in messages: "partners of the Club"
    kind: Literal["", "country", "organisation"] = ""  # the kind that they must be
    role: str = ""  # the role in the Alliance that the list gives them
    least: int = 0  # the minimum number of parties, with no other words; 0: any text with one
    drop: tuple[str, ...] = ()  # phrases to remove from the list first


class Move(msgspec.Struct, frozen=True):
    """A phrase with which sentences say that parties joined or left a format.

    It is a verb with its complements. An ordinal in the slots ``one`` and ``two`` counts the
    parties that ever joined; the slot ``who`` may be part of the phrase.
    """

    phrase: str
    format: str
    field: Literal["start", "end"]  # the field of a membership that it dates
    under: str = ""  # text that the path of headings must contain, folded; empty: any path
    names: bool = True  # whether it names the format, so that its parties surely were members
    joins: bool = False  # whether they joined the Alliance, which ends other memberships
    count: str = ""  # the id of the count of parties that the sentence may state


class Format(msgspec.Struct, frozen=True):
    """A format that the page is about."""

    format: str
    name: str = ""  # naming it gives it a row; empty if other rules state the row
    acronym: str = ""  # as a page that introduces it puts it in parentheses
    member: str = ""  # what messages call a member; empty if the page states no memberships
    term: str = ""  # its name in sentences, after ``terms`` are applied
    surer: Literal["list", "sentence"] = "sentence"  # which prevails if they contradict each other
    accession: str = ""  # the end reason in its rows of parties that joined the Alliance
    unread: str = ""  # the note on a sentence with one of its verbs that could not be read


class Occasions(msgspec.Struct, frozen=True):
    """How the page names occasions, such as summits, that it uses as dates."""

    phrase: str  # with a name slot for the place and a date slot for the date
    name: str  # the name of an occasion; ``{place}`` is replaced by its place


class Part(msgspec.Struct, frozen=True):
    """Content that every edition of a work has had: rows of a resource with these fields."""

    says: str  # its description in messages: "who the partners are"
    resource: str
    fields: dict[str, str] = {}
    level: Level = "error"  # the level of the finding if it is missing


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The declaration of a work: all that capture knows of it, except for the code of its reader.

    An edition may have dropped, renamed or added any single feature, and other pages name the same
    initiatives. Recognition therefore needs several pieces of evidence; none suffices alone.
    """

    id: str
    titles: tuple[str, ...]  # the latest first
    publisher: str  # empty if unknown
    kind: str  # the kind of source, as in the table of sources
    evidence: tuple[Evidence, ...]
    enough: int  # the points that an edition needs
    last: tuple[str, ...]  # texts near the end; a page without any of them is incomplete
    # By resource, the fields and values that identify the rows it feeds
    owns: dict[str, tuple[dict[str, str], ...]]
    rules: tuple[Rule, ...] = ()
    changes: tuple[Move, ...] = ()
    formats: tuple[Format, ...] = ()
    occasions: Occasions | None = None
    parts: tuple[Part, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()  # phrases for a term, and its spelling in rules
    layout: Layout = "line"  # how unmarked headings look
    whole_blocks: bool = False  # whether passages are blocks, whose sentences state no rows
    paragraphs: int = 0  # the minimum in an edition, of which some are under headings

    @classmethod
    def declared(cls, book: Phrasebook) -> Work:
        """Load a work from its data file, which may contain more data for its reader.

        Raises:
            msgspec.ValidationError: A property is missing or invalid.
        """
        return msgspec.convert(_expanded(book.data, book), cls)

    @property
    def most(self) -> int:
        """The maximum number of points."""
        return sum(each.points for each in self.evidence)


def _expanded(data: Any, book: Phrasebook, name: str = "") -> Any:  # noqa: ANN401 - any file's
    """Return the data with each phrase on one line and references to other phrases expanded."""
    if isinstance(data, dict):
        return {key: _expanded(each, book, key) for key, each in data.items()}
    if isinstance(data, list):
        return [_expanded(each, book, name) for each in data]
    return book.notation(data) if name in {"phrase", "drop"} and isinstance(data, str) else data
