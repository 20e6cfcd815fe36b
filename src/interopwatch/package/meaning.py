"""The meaning that a package declares for its rows (``interopwatch``), as frozen values.

``interopwatch.schema.json`` publishes the shape; :mod:`interopwatch.package.vocabulary` reads it.
"""

# Annotations are not put off here: JSON is read by them, and msgspec would have to evaluate each.
from collections.abc import Mapping

from msgspec import Struct

from interopwatch.package.policy import Policy


class Lifecycle(Struct, frozen=True):
    """Which fields of a row say when it was true.

    Attributes:
        begin: The date from which the row holds.
        end: The date from which it no longer does.
        reason: Why it ended, in words.
        event: The date on which it happened, for rows that are events.
        planned: Field values that mark a row as expected, not yet done.
        moments: Dates of things that happened to the row, without which it still holds.
        momentary: Fields that speak of the day of their source only, such as a status.
        attests: The reference to a row that must have existed by this row's date.
    """

    begin: str = ""
    end: str = ""
    reason: str = ""
    event: str = ""
    planned: Mapping[str, str] = {}
    moments: tuple[str, ...] = ()
    momentary: tuple[str, ...] = ()
    attests: str = ""

    @property
    def date_fields(self) -> tuple[str, ...]:
        """The fields that hold dates of what the row states."""
        return tuple(f for f in (self.begin, self.end, self.event, *self.moments) if f)

    def is_planned(self, row: Mapping[str, str]) -> bool:
        """Whether a row states something expected rather than done."""
        return bool(self.planned) and all(row.get(f) == v for f, v in self.planned.items())


class Fold(Struct, frozen=True):
    """What to say at once of rows that are alike.

    Attributes:
        name: A template that names one of them where many stand side by side.
        by: The fields whose values the rows share.
        noun: One of them and several, in words.
        sentences: Templates as in :class:`Words`; ``{names}`` lists the rows, and ``{count}``
            counts them with the noun.
    """

    name: str
    by: tuple[str, ...] = ()
    noun: tuple[str, str] = ("row", "rows")
    sentences: Mapping[str, str] = {}


class Words(Struct, frozen=True):
    """The vocabulary of a resource: templates, as :mod:`interopwatch.package.template` reads them.

    Attributes:
        topic: The heading under which its changes stand.
        noun: One row and several rows, in words.
        sentences: Templates by sense; failing that, by kind (``added``, ``removed``);
            ``FIELD.changed`` for a field that changed to a value, ``FIELD.cleared`` for one
            that has none any more, both with ``{was}`` for the older one; ``history.SENSE``
            and ``history.FIELD`` for what stands beside its date; ``holds`` for what has none.
        headlines: For each sense, the templates for one row and for several; ``unchanged`` for
            what did not change, as a noun phrase.
        weight: How much it matters in a headline: what weighs more stands first.
        dated_by: The field by which a headline groups names: so many in October 2024.
        folds: What to say at once of rows that are alike.
        none: For each sense, what to say in a headline when nothing has that sense.
        steady: What to say in a headline when nothing changed.
    """

    topic: str = ""
    noun: tuple[str, str] = ("row", "rows")
    sentences: Mapping[str, str] = {}
    headlines: Mapping[str, tuple[str, str]] = {}
    none: Mapping[str, str] = {}
    steady: str = ""
    weight: int = 0
    dated_by: str = ""
    folds: tuple[Fold, ...] = ()


class Case(Struct, frozen=True):
    """Words that hold for the rows with certain values."""

    when: Mapping[str, str]
    words: Words

    def applies(self, row: Mapping[str, str]) -> bool:
        """Whether a row has the values this case speaks of."""
        return all(row.get(name) == value for name, value in self.when.items())


class RowRule(Struct, frozen=True):
    """What must hold of the rows with certain values.

    Attributes:
        says: The rule in words, for messages.
        when: The values that a row must have for the rule to apply, by field, or by field and
            field of the row that it refers to (``party.kind``); ``*`` is any text but none.
        then: The values that it must have then, likewise.
    """

    says: str
    when: Mapping[str, str] = {}
    then: Mapping[str, str] = {}


class Meaning(Struct, frozen=True):
    """What the ``interopwatch`` property says about a resource.

    Attributes:
        lifecycle: When its rows are true; ``None`` if nothing says so.
        belongs_to: The field that refers to the row of which this one is a part.
        reference: Whether its rows only name things: never news of their own.
        bookkeeping: Whether its rows say how the record is kept, and not what it is about.
        label: A template that names a row.
        short: A template that names a row where many stand side by side.
        names: Fields by any of which a row may be called.
        names_of: The field that refers to the row that this one gives a name to.
        clerical: Fields that may change without being news.
        ignored: Fields that are not compared at all.
        tolerances: For fields of numbers, how far two values may be apart and still count as
            one: a number, or a share of the larger in per cent.
        must_have: Resources that must hold at least one row for each row of this one.
        must_be_used: Whether each row must be referred to by some row.
        rules: What must hold of rows with certain values.
        policy: Which changes are not allowed, where that is other than for the package.
        words: What to say of any row.
        cases: What to say of particular rows instead.
    """

    lifecycle: Lifecycle | None = None
    belongs_to: str = ""
    reference: bool = False
    bookkeeping: bool = False
    label: str = ""
    short: str = ""
    names: tuple[str, ...] = ()
    names_of: str = ""
    clerical: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    tolerances: Mapping[str, str] = {}
    must_have: tuple[str, ...] = ()
    must_be_used: bool = False
    rules: tuple[RowRule, ...] = ()
    policy: Policy = {}
    words: Words = Words()
    cases: tuple[Case, ...] = ()

    @property
    def every_words(self) -> tuple[Words, ...]:
        """The vocabularies of particular rows, and that of all others last."""
        return (*(case.words for case in self.cases), self.words)

    def words_for(self, row: Mapping[str, str]) -> Words:
        """The vocabulary for one row: its case's, or the resource's."""
        for case in self.cases:
            if case.applies(row):
                return case.words
        return self.words
