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

    It is looked for in the ``title`` of the page, without the name of its site; in a short block,
    the ``heading``; anywhere in the ``text``; at the beginning of blocks, as a ``label``; or as a
    block that consists of it, the ``layout``.
    """

    where: Where
    any_of: tuple[str, ...]  # spellings of it: folded text, quotes and dashes plain
    points: int = 1  # how much it counts
    times: int = 1  # how often it has to be there

    def __str__(self) -> str:
        often = f" at least {self.times} times" if self.times > 1 else ""
        return f"{self.where} “{self.any_of[0]}”{often}"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase, and the rows that a sentence with it states.

    In a field ``{name}`` stands for what a slot of the phrase holds: a number in figures, a date in
    EDTF, anything else as it is said. Of a date there are ``{name_year}`` too, and ``{name_event}``
    and ``{name_place}`` of an occasion.

    A row is about the phrase itself; an ``item`` of the list below the sentence; a ``party`` that
    is listed in the slot ``list``, or below the sentence if that is empty; a party of a ``block``
    that is itself a list, which nothing introduces; an article that the page is ``related`` to; or
    an ``other`` thing of its kind, which the slot ``other`` names, or as many as ``many`` says
    above it; or those ``beside`` it, which the reader of the work finds. All but the first have a
    ``{position}``, parties ``{party}`` and ``{capacity}`` too, articles the ``{source}`` and the
    day when they were ``{published}``, and other things ``{other}``.
    """

    phrase: str = ""  # empty for what no sentence states
    resource: str
    fields: dict[str, str]
    each: Literal["phrase", "item", "party", "block", "related", "other", "beside"] = "phrase"
    under: str = ""  # what a heading above has to hold, folded; empty for any place
    top: bool | None = None  # whether the sentence has to stand under no heading, or under one
    about: str = ""  # the kind of what the sentence has to be about, its id ``{KIND}`` in a field
    sure: bool = False  # whether a sentence that is unsure states nothing
    whole: bool = False  # whether the rows say all that the sentence says
    first: bool = False  # whether only the first sentence with the phrase states it
    aside: bool = False  # whether the rows stand elsewhere, where other rules state them
    # Of a list of parties:
    whose: str = ""  # as messages have it: "partners of the Club"
    kind: Literal["", "country", "organisation"] = ""  # that they have to be of
    role: str = ""  # in the Alliance, that they have by standing in it
    least: int = 0  # so many of them, and no other word, make a list; 0: what is read of it does
    drop: tuple[str, ...] = ()  # phrases that are no part of it


class Move(msgspec.Struct, frozen=True):
    """A phrase for what parties do when they come into a format, or go.

    It is a verb, with what belongs to it; an ordinal in the slots ``one`` and ``two`` counts the
    parties that ever came, and ``who`` may stand in it.
    """

    phrase: str
    format: str
    field: Literal["start", "end"]  # of a membership, that it dates
    under: str = ""  # what a heading above has to hold, folded; empty for any place
    names: bool = True  # whether it names the format, so that its parties surely were in it
    joins: bool = False  # whether that is the Alliance, which ends other formats
    count: str = ""  # the id of the number of parties that the sentence may state


class Format(msgspec.Struct, frozen=True):
    """A format that the page is about."""

    format: str
    name: str = ""  # by which the page may give it a row; empty if other rules do
    acronym: str = ""  # which a page that introduces it has in parentheses
    member: str = ""  # as messages have it; empty if nothing is told of who came and who went
    term: str = ""  # what the sentences call it, after ``terms``
    surer: Literal["list", "sentence"] = "sentence"  # goes before if they contradict each other
    accession: str = ""  # why whoever joins the Alliance is in it no longer, as its rows say
    unread: str = ""  # what to say of a sentence with a verb of theirs that is not read


class Occasions(msgspec.Struct, frozen=True):
    """How the page calls occasions, such as summits, by which it dates what it tells."""

    phrase: str  # the place of one in a slot for a name, its date in one for a date
    name: str  # of one, in which ``{place}`` stands for its place


class Part(msgspec.Struct, frozen=True):
    """What every edition of a work so far had: rows of a resource, some with these fields."""

    says: str  # what the part says, as a message has it: "who the partners are"
    resource: str
    fields: dict[str, str] = {}
    level: Level = "error"  # how much is wrong where it is missing


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A work, declared once: everything that capture knows of it stands here or in its reader.

    An edition may have lost, renamed or gained any single thing, and other pages name the same
    initiatives: so several pieces of evidence are asked for, and none alone is enough.
    """

    id: str
    titles: tuple[str, ...]  # the latest first
    publisher: str  # empty if it is not known
    kind: str  # what kind of source it is, as in the table of sources
    evidence: tuple[Evidence, ...]
    enough: int  # the points that an edition needs
    last: tuple[str, ...]  # what stands near the end: without any of it, a page is not whole
    # By resource, the fields and values that tell the rows which it feeds
    owns: dict[str, tuple[dict[str, str], ...]]
    rules: tuple[Rule, ...] = ()
    changes: tuple[Move, ...] = ()
    formats: tuple[Format, ...] = ()
    occasions: Occasions | None = None
    parts: tuple[Part, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()  # phrases for one thing, and the spelling of rules
    layout: Layout = "line"  # how headings look where nothing marks them
    whole_blocks: bool = False  # whether its passages are blocks, of which no sentence states a row
    paragraphs: int = 0  # how many an edition has at least, some of them under headings

    @classmethod
    def declared(cls, book: Phrasebook) -> Work:
        """The work that a file of data declares, which may hold more for its reader.

        Raises:
            msgspec.ValidationError: Something is missing from the declaration, or is none.
        """
        return msgspec.convert(_expanded(book.data, book), cls)

    @property
    def most(self) -> int:
        """The points there are."""
        return sum(each.points for each in self.evidence)


def _expanded(data: Any, book: Phrasebook, name: str = "") -> Any:  # noqa: ANN401 - any file's
    """The data of a file, each phrase of it on one line and without names of others."""
    if isinstance(data, dict):
        return {key: _expanded(each, book, key) for key, each in data.items()}
    if isinstance(data, list):
        return [_expanded(each, book, name) for each in data]
    return book.notation(data) if name in {"phrase", "drop"} and isinstance(data, str) else data
