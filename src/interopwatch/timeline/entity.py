"""The history of one subject: the rows about it, their dates, and later revisions of them.

:mod:`interopwatch.report.history` narrates it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from interopwatch.changeset.model import Sense
from interopwatch.compare.packages import diff
from interopwatch.errors import SubjectError
from interopwatch.package.labels import joined
from interopwatch.package.renamed import renamed
from interopwatch.package.words import worded
from interopwatch.timeline.as_of import dropped_by
from interopwatch.timeline.classify import Classifier
from interopwatch.timeline.intervals import intervals

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence
    from datetime import date

    from interopwatch.changeset.model import Classified
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.edtf import Span
    from interopwatch.package.package import Package

    Key = tuple[Hashable, ...]
    from interopwatch.package.table import Row

_SUGGESTIONS: Final = 5
"""Similar names listed in an error."""
_SIMILAR: Final = 0.6
"""The similarity from which a name is suggested: the default of :mod:`difflib`."""
_DATED: Final = (Sense.BEGAN, Sense.ENDED, Sense.REACHED, Sense.BACKFILLED)
"""Senses of changes that are already visible in the dates of the latest row."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that has a history."""

    resource: str
    key: str

    def __str__(self) -> str:
        """Format as ``RESOURCE/KEY``."""
        return f"{self.resource}/{self.key}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A row about a subject, in the last edition that states it.

    Attributes:
        package: That edition.
        resource: The resource of the row.
        row: The row as that edition states it.
        recorded: The label of the first edition that states it.
        is_listed: Whether no later edition that covers it drops it.
        is_subject: Whether it is the subject's own row.
    """

    package: Package
    resource: Resource
    row: Row
    recorded: str
    is_listed: bool
    is_subject: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or is planned, on a date in a row.

    Attributes:
        name: Its name in the vocabulary: a sense, ``added`` if it is planned, or the field.
        date: The date in the row (EDTF).
        days: The days within which it happened.
        is_planned: Whether it is only expected.
    """

    name: str
    date: str
    days: Span
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """A statement that a later edition changed or dropped.

    Attributes:
        old: The earlier edition, in the names of the later one.
        new: The later edition.
        change: The change, with its sense.
        day: The day of the later edition.
    """

    old: Package
    new: Package
    change: Classified
    day: date


def find(editions: Sequence[Package], name: str) -> Subject:
    """Return the subject that has a name in any edition, matched exactly, or else ignoring case.

    In a package that declares no names for its rows, their keys are their names. Ambiguous names
    are written as ``RESOURCE/KEY``.

    Raises:
        SubjectError: Nothing has this name, or several things have it.
    """
    names: dict[str, list[Subject]] = {}
    for text, subject in chain.from_iterable(map(_names, editions)):
        subjects = names.setdefault(text, [])
        if subject not in subjects:
            subjects.append(subject)
    matching = names.get(name, [])
    if not matching:
        folded = name.casefold()
        matching = [s for text, each in names.items() if text.casefold() == folded for s in each]
        matching += [s for each in names.values() for s in each if str(s) == name]
        matching = list(dict.fromkeys(matching))
    if len(matching) == 1:
        return matching[0]
    if matching:
        hint = f"Name one of them: {joined(list(map(str, matching)))}."
        raise SubjectError(f"{name!r} names more than one thing", hint=hint)
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=_SUGGESTIONS, cutoff=_SIMILAR)
    hint = "Give a key, an acronym or a name."
    if close:
        hint = f"Similar names: {joined(close)}."
    elif not names:
        hint = "No table has names (`names` in its descriptor) or a key of one field."
    raise SubjectError(f"nothing is called {name!r}", hint=hint)


def _names(package: Package) -> Iterator[tuple[str, Subject]]:
    resources = package.descriptor.resources
    has_names = any(resource.meaning.names for resource in resources)
    for resource in resources:
        meaning = resource.meaning
        # In a package that declares no names, keys are names.
        fields = meaning.names if has_names else resource.primary_key
        # A subject is identified by one cell, as in a reference to it.
        if len(resource.primary_key) == 1 and fields:
            for row in package.rows(resource.name):
                subject = Subject(resource.name, row[resource.primary_key[0]])
                yield from ((row[field], subject) for field in fields if row[field])
        if meaning.names_of in resource.references:
            reference = resource.references[meaning.names_of]
            for row in package.rows(resource.name):
                subject = Subject(reference.resource, row[meaning.names_of])
                # In a table of names, the name is the key.
                yield from ((row[field], subject) for field in resource.primary_key)


class Record:
    """All statements of several editions of a package, indexed by subject.

    The index is built once, so the histories of many subjects cost little more than that of one.
    """

    def __init__(self, editions: Sequence[Package]) -> None:
        """Index editions; nothing is read until it is needed.

        Args:
            editions: The observed editions of the package, oldest first.
        """
        self.editions = tuple(editions)

    def statements(self, subject: Subject) -> Iterator[Statement]:
        """Yield the rows about a subject from any edition, each as its last edition states it."""
        for resource, key, first, last in self._rows.get(subject, ()):
            yield self._statement(resource, key, (first, last), subject)

    def dated_statements(self) -> Iterator[Statement]:
        """Yield the rows with dates from any edition, each as its last edition states it.

        Other tables are not read, so errors in them do no harm.
        """
        for resource in self.editions[-1].descriptor.resources:
            if resource.meaning.lifecycle is None:
                continue
            for key, subjects in self._spans(resource).items():
                spans = subjects.values()
                if spans:
                    span = min(first for first, _ in spans), max(last for _, last in spans)
                    yield self._statement(resource, key, span)

    def _statement(
        self, resource: Resource, key: Key, span: tuple[int, int], subject: Subject | None = None
    ) -> Statement:
        first, last = span
        edition = self.editions[last]
        # Its own fields, which may differ from the last edition's, with the latest vocabulary.
        resource = worded(edition).resource(resource.name)
        row = edition.table(resource.name).by_key[key]
        return Statement(
            edition,
            resource,
            row,
            recorded=self.editions[first].label,
            is_listed=dropped_by(self.editions, last, resource, row) is None,
            is_subject=subject is not None and _is_subject(resource, row, subject),
        )

    def revisions(self, subject: Subject) -> Sequence[Revision]:
        """Return what later editions changed or dropped about a subject.

        Clerical changes, and changes visible in the dates of a row, are left out.
        """
        return self._revisions.get(subject, ())

    @cached_property
    def _rows(self) -> Mapping[Subject, Sequence[tuple[Resource, Key, int, int]]]:
        """The rows about each subject: resource, key, first and last edition that state it."""
        found: dict[Subject, list[tuple[Resource, Key, int, int]]] = {}
        for resource in self.editions[-1].descriptor.resources:
            if resource.meaning.names_of:
                continue  # another name of the subject is not news about it
            for key, subjects in self._spans(resource).items():
                for subject, (first, last) in subjects.items():
                    found.setdefault(subject, []).append((resource, key, first, last))
        return found

    def _spans(self, resource: Resource) -> Mapping[Key, Mapping[Subject, tuple[int, int]]]:
        """Return, for each row, its subjects with the first and last edition of each.

        Without a key, rows cannot be matched between editions.
        """
        found: dict[Key, dict[Subject, tuple[int, int]]] = {}
        for at, edition in enumerate(self.editions):
            declared = edition.descriptor.by_name.get(resource.name)
            if declared is not None and declared.primary_key:
                for key, row in edition.table(resource.name).by_key.items():
                    spans = found.setdefault(key, {})
                    for subject in _subjects(declared, row):
                        spans[subject] = (spans.get(subject, (at, at))[0], at)
        return found

    @cached_property
    def _revisions(self) -> Mapping[Subject, Sequence[Revision]]:
        found: dict[Subject, list[Revision]] = {}
        for before, new in pairwise(self.editions):
            changes = diff(before, new)
            old = renamed(before, changes.renames, new.descriptor)
            classifier = Classifier(old, new)
            for change in changes.rows:
                if change.kind == "added":
                    continue
                item = classifier.classify(change)
                if item.clerical or item.sense in (Sense.UNCOVERED, *_DATED):
                    continue
                resource = (old if change.after is None else new).resource(change.resource)
                day = new.edition_day(new.work_of(resource, change.row)) or new.as_of
                if day is not None:
                    for subject in _subjects(resource, change.row):
                        found.setdefault(subject, []).append(Revision(old, new, item, day))
        return found


def events(statement: Statement) -> Iterator[Event]:
    """Yield the events dated by a row, in the order of its lifecycle."""
    resource, row = statement.resource, statement.row
    lifecycle, times = resource.meaning.lifecycle, intervals(statement.package)
    if lifecycle is None:
        return
    planned = lifecycle.is_planned(row)
    named = (
        (lifecycle.begin, Sense.BEGAN.value),
        (lifecycle.event, "added" if planned else Sense.REACHED.value),
        (lifecycle.end, Sense.ENDED.value),
        *((field, field) for field in lifecycle.moments),
    )
    for field, name in named:
        days = times.dated(resource, row, field) if field else None
        if days is not None:
            yield Event(name, row[field], days, planned)


def _subjects(resource: Resource, row: Row) -> Iterator[Subject]:
    """Yield the subjects of a row: itself, and the rows that it refers to, without duplicates."""
    found = [Subject(resource.name, row[name]) for name in resource.primary_key[:1]]
    found += [
        Subject(key.resource, row[field])
        for field, key in resource.references.items()
        if row.get(field)
    ]
    return iter(dict.fromkeys(found))


def _is_subject(resource: Resource, row: Row, subject: Subject) -> bool:
    return resource.name == subject.resource and row[resource.primary_key[0]] == subject.key
