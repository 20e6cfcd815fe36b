"""What a work is: how its editions are recognised, what they feed, and how they are read.

A work is one file of data (TOML), which declares it. Its rules are phrases, in the notation of
:mod:`~interopwatch.capture.english.phrases`, and the rows that a sentence with them states.
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


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase, and the rows that a sentence with it states.

    Attributes:
        phrase: The phrase; empty for what no sentence states.
        resource: The resource of the rows.
        fields: Their fields. ``{name}`` in one stands for what a slot of the phrase holds: a
            number in figures, a date in EDTF, anything else as it is said. Of a date there are
            ``{name_year}`` too, and ``{name_event}`` and ``{name_place}`` of an occasion.
        each: What a row is about: the phrase itself; an ``item`` of the list below the
            sentence; a ``party`` that is listed in the slot ``list``, or below the sentence if
            that is empty; a party of a ``block`` that is itself a list, which nothing introduces;
            an article that the page is ``related`` to; or an ``other`` thing of its kind, which
            the slot ``other`` names, or as many as ``many`` says above it; or those ``beside`` it,
            which the reader of the work finds. All but the first have a ``{position}``, parties
            ``{party}`` and ``{capacity}`` too, articles the ``{source}`` and the day when they
            were ``{published}``, and other things ``{other}``.
        under: What a heading above has to hold, folded; empty for any place.
        top: Whether the sentence has to stand under no heading, or under one.
        about: The kind of thing that the sentence has to be about, whose id is ``{KIND}`` in a
            field; empty for any sentence.
        sure: Whether a sentence that is unsure states nothing.
        whole: Whether the rows say all that the sentence says.
        first: Whether only the first sentence with the phrase states it.
        aside: Whether the rows stand elsewhere, where other rules state them.
        whose: Of what it is a list, as messages have it: "partners of the Club".
        kind: The kind that its parties have to be of: ``country`` or ``organisation``.
        role: The role in the Alliance that its parties have by standing in it.
        least: How many parties a list has, at least, of which every word is to be read for it to
            be one; 0 if what is read of it is enough.
        drop: Phrases that are no part of the list.
    """

    phrase: str = ""
    resource: str
    fields: dict[str, str]
    each: Literal["phrase", "item", "party", "block", "related", "other", "beside"] = "phrase"
    under: str = ""
    top: bool | None = None
    about: str = ""
    sure: bool = False
    whole: bool = False
    first: bool = False
    aside: bool = False
    whose: str = ""
    kind: Literal["", "country", "organisation"] = ""
    role: str = ""
    least: int = 0
    drop: tuple[str, ...] = ()


class Move(msgspec.Struct, frozen=True):
    """A phrase for what parties do when they come into a format, or go.

    Attributes:
        phrase: The verb, with what belongs to it; an ordinal in the slots ``one`` and ``two``
            counts the parties that ever came, and ``who`` may stand in it.
        format: The format.
        field: What it dates: the ``start`` of a membership, or its ``end``.
        under: What a heading above has to hold, folded; empty for any place.
        names: Whether the phrase names the format, so that its parties surely were in it.
        joins: Whether that is the Alliance, which ends other formats.
        count: The id of the number of parties that the sentence may state.
    """

    phrase: str
    format: str
    field: Literal["start", "end"]
    under: str = ""
    names: bool = True
    joins: bool = False
    count: str = ""


class Format(msgspec.Struct, frozen=True):
    """A format that the page is about.

    Attributes:
        format: Its id.
        name: Its name, by which the page may give it a row; empty if other rules do.
        acronym: Its acronym, which a page that introduces it has in parentheses.
        member: One that is in it, as messages have it: "a partner of the Club"; empty if nothing
            is told of who came and who went.
        term: What the sentences call it, after ``terms``.
        surer: What goes before if they contradict each other: ``list`` or ``sentence``.
        accession: Why whoever joins the Alliance is in it no longer, as its rows say.
        unread: What to say of a sentence with a verb of theirs that is not read.
    """

    format: str
    name: str = ""
    acronym: str = ""
    member: str = ""
    term: str = ""
    surer: Literal["list", "sentence"] = "sentence"
    accession: str = ""
    unread: str = ""


class Occasions(msgspec.Struct, frozen=True):
    """How the page calls occasions, such as summits, by which it dates what it tells.

    Attributes:
        phrase: An occasion, its place in a slot for a name, its date in one for a date.
        name: The name of one, in which ``{place}`` stands for its place.
    """

    phrase: str
    name: str


class Part(msgspec.Struct, frozen=True):
    """What every edition of a work so far had.

    Attributes:
        says: What the part says, as a message has it: "who the partners are".
        resource: The resource of its rows.
        fields: What some row of these has to have in its fields.
        level: How much is wrong where it is missing.
    """

    says: str
    resource: str
    fields: dict[str, str] = {}
    level: Level = "error"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A work, declared once: everything that capture knows of it stands here or in its reader.

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
        rules: How its sentences are read.
        changes: How it says that parties came into a format, or went.
        formats: The formats that it is about.
        occasions: How it calls occasions, if it dates anything by them.
        parts: What an edition has to have.
        terms: Phrases for one thing, and the spelling that rules have for it.
        layout: How headings look where nothing marks them.
        whole_blocks: Whether its passages are whole blocks, of which no sentence states a row.
        paragraphs: How many paragraphs an edition has at least, some of them under headings.
    """

    id: str
    titles: tuple[str, ...]
    publisher: str
    kind: str
    evidence: tuple[Evidence, ...]
    enough: int
    last: tuple[str, ...]
    owns: dict[str, tuple[dict[str, str], ...]]
    rules: tuple[Rule, ...] = ()
    changes: tuple[Move, ...] = ()
    formats: tuple[Format, ...] = ()
    occasions: Occasions | None = None
    parts: tuple[Part, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    layout: Layout = "line"
    whole_blocks: bool = False
    paragraphs: int = 0

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
