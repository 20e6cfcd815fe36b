"""The meaning that a package declares for its rows (``interopwatch``), as frozen values.

``interopwatch.schema.json`` publishes the shape; :mod:`interopwatch.package.vocabulary` reads it.
"""

# Annotations are not deferred here: msgspec decodes JSON by them, and would have to evaluate each.
from collections.abc import Mapping

from msgspec import Struct

from interopwatch.package.policy import Policy


class Lifecycle(Struct, frozen=True):
    """The fields of a row that determine when it was true.

    Attributes:
        begin: The date from which the row holds.
        end: The date from which it no longer holds.
        reason: Why it ended, as text.
        event: The date on which it happened, for rows that are events.
        planned: Field values that mark a row as expected, not yet done.
        moments: Dates of events in the life of the row; it holds without them, too.
        momentary: Fields valid only on the day of their source, such as a status.
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
        """The date fields of the row's own statement."""
        return tuple(f for f in (self.begin, self.end, self.event, *self.moments) if f)

    def is_planned(self, row: Mapping[str, str]) -> bool:
        """Return whether a row states something expected rather than done."""
        return bool(self.planned) and all(row.get(f) == v for f, v in self.planned.items())


class Fold(Struct, frozen=True):
    """How to report similar rows in one sentence.

    Attributes:
        name: A template that names one of them in an enumeration.
        by: The fields whose values the rows share.
        noun: Singular and plural.
        sentences: Templates as in :class:`Words`; ``{names}`` lists the rows, and ``{count}``
            counts them with the noun.
    """

    name: str
    by: tuple[str, ...] = ()
    noun: tuple[str, str] = ("row", "rows")
    sentences: Mapping[str, str] = {}


class Words(Struct, frozen=True):
    """The vocabulary of a resource: templates of :mod:`interopwatch.package.template`.

    Attributes:
        topic: The heading of its changes.
        noun: The singular and plural noun for its rows.
        sentences: Templates by sense, or else by kind (``added``, ``removed``);
            ``FIELD.changed`` for a field that changed to a value, ``FIELD.cleared`` for one
            that became empty, both with ``{was}`` for the older value; ``history.SENSE``
            and ``history.FIELD`` for dated entries of a history; ``holds`` for undated ones.
        headlines: For each sense, the templates for one row and for several; ``unchanged`` for
            what did not change, as a noun phrase.
        weight: Its weight in a headline: heavier ones come first.
        dated_by: The field by which a headline groups names: some of them in October 2024.
        folds: How to report similar rows in one sentence.
        none: For each sense, the headline if no row has that sense.
        steady: The headline if nothing changed.
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
    """The vocabulary for rows with certain values."""

    when: Mapping[str, str]
    words: Words

    def applies(self, row: Mapping[str, str]) -> bool:
        """Return whether a row has the values of this case."""
        return all(row.get(name) == value for name, value in self.when.items())


class RowRule(Struct, frozen=True):
    """A rule for rows with certain values.

    Attributes:
        says: The rule in words, for messages.
        when: The values that a row must have for the rule to apply, by field, or by field and
            field of the row it refers to (``party.kind``); ``*`` is any non-empty text.
        then: The values that it must have then, likewise.
    """

    says: str
    when: Mapping[str, str] = {}
    then: Mapping[str, str] = {}


class Meaning(Struct, frozen=True):
    """The ``interopwatch`` property of a resource.

    Attributes:
        lifecycle: When its rows are true; ``None`` if not declared.
        belongs_to: The field that refers to the row that this one is part of.
        reference: Whether its rows only name things and are never news themselves.
        bookkeeping: Whether its rows are about the record itself, not about its subject.
        label: A template that names a row.
        short: A template that names a row in an enumeration.
        names: Fields whose cells are names of a row.
        names_of: The field that refers to the row that this one names.
        clerical: Fields that may change without being news.
        ignored: Fields that are not compared.
        tolerances: For numeric fields, the largest difference at which two values are still
            equal: a number, or a percentage of the larger value.
        must_have: Resources that must have at least one row for each row of this one.
        must_be_used: Whether each row must be referred to by some row.
        rules: Rules for rows with certain values.
        policy: The changes that are not allowed, where this differs from the package's policy.
        words: The vocabulary for all rows.
        cases: The vocabulary for particular rows instead.
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
        """The vocabularies of all cases, and the general one last."""
        return (*(case.words for case in self.cases), self.words)

    def words_for(self, row: Mapping[str, str]) -> Words:
        """Return the vocabulary for one row: its case's, or the resource's."""
        for case in self.cases:
            if case.applies(row):
                return case.words
        return self.words
