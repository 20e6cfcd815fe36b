"""What a work is: how its editions are recognised, what they feed, and how they are read.

A work is one file of data (TOML), which declares it. Its rules are phrases, in the notation of
:mod:`~interopwatch.capture.english.phrases`, and the rows that a sentence with them states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from interopwatch.findings import Level  # noqa: TC001 - msgspec looks it up

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


class Rule(msgspec.Struct, frozen=True):
    """A phrase, and the rows that a sentence with it states.

    Attributes:
        phrase: The phrase.
        resource: The resource of the rows.
        fields: Their fields. ``{name}`` in one stands for what a slot of the phrase holds: a
            number in figures, a date in EDTF, anything else as it is said.
        each: What a row is about: the phrase itself; an ``item`` of the list below the
            sentence; or a ``party`` that is listed in the slot ``list``, or below the sentence.
            Items and parties have a ``{position}``, parties ``{party}`` and ``{capacity}`` too.
        under: What a heading above has to hold, folded; empty for any place.
        whole: Whether the rows say all that the sentence says.
    """

    phrase: str
    resource: str
    fields: dict[str, str]
    each: Literal["phrase", "item", "party"] = "phrase"
    under: str = ""
    whole: bool = False


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
        parts: What an edition has to have.
        terms: Phrases for one thing, and the spelling that rules have for it.
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
    parts: tuple[Part, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()

    @classmethod
    def declared(cls, book: Phrasebook) -> Work:
        """The work that a file of data declares, which may hold more for its reader.

        Raises:
            msgspec.ValidationError: Something is missing from the declaration, or is none.
        """
        work = msgspec.convert(book.data, cls)
        rules = (
            msgspec.structs.replace(each, phrase=book.notation(each.phrase)) for each in work.rules
        )
        return msgspec.structs.replace(work, rules=tuple(rules))

    @property
    def most(self) -> int:
        """The points there are."""
        return sum(each.points for each in self.evidence)
