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
"""How many similar names an error lists."""
_SIMILAR: Final = 0.6
"""The similarity from which a name is suggested: the default of :mod:`difflib`."""
_DATED: Final = (Sense.BEGAN, Sense.ENDED, Sense.REACHED, Sense.BACKFILLED)
"""Senses of changes that show in the dates of the latest row anyway."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that has a history."""

    resource: str
    key: str

    def __str__(self) -> str:
        """As ``RESOURCE/KEY``."""
        return f"{self.resource}/{self.key}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A row about a subject, in the last edition that states it.

    Attributes:
        package: That edition.
        resource: The resource of the row.
        row: The row as that edition states it.
        recorded: The label of the first edition that has it.
        is_listed: Whether no later edition that could have it lacks it.
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
    """Something that happened, or is planned, by a date in a row.

    Attributes:
        name: What the vocabulary calls it: a sense, ``added`` if it is planned, or the field.
        date: The date as the row gives it (EDTF).
        days: The days within which it happened.
        is_planned: Whether it is only expected.
    """

    name: str
    date: str
    days: Span
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """What a later edition says otherwise than an earlier one, or no longer says.

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
    """The row that any edition calls by a name: exactly, or else without regard to case.

    In a package that does not say how its rows are called, their keys are their names. What
    several rows are called is told apart as ``RESOURCE/KEY``.

    Raises:
        SubjectError: Nothing, or more than one thing, is called that.
    """
    names: dict[str, list[Subject]] = {}
    for text, subject in chain.from_iterable(map(_names, editions)):
        known = names.setdefault(text, [])
        if subject not in known:
            known.append(subject)
    matching = names.get(name, [])
    if not matching:
        wanted = name.casefold()
        matching = [s for text, each in names.items() if text.casefold() == wanted for s in each]
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
        hint = f"Close to it: {joined(close)}."
    elif not names:
        hint = "No table has names (`names` in its descriptor) or a key of one field."
    raise SubjectError(f"nothing is called {name!r}", hint=hint)


def _names(package: Package) -> Iterator[tuple[str, Subject]]:
    resources = package.descriptor.resources
    says_names = any(resource.meaning.names for resource in resources)
    for resource in resources:
        meaning = resource.meaning
        # A package that does not say how its rows are called calls them by their keys.
        fields = meaning.names if says_names else resource.primary_key
        # Elsewhere a subject is called by one cell, as in a reference to it.
        if len(resource.primary_key) == 1 and fields:
            for row in package.rows(resource.name):
                subject = Subject(resource.name, row[resource.primary_key[0]])
                yield from ((row[field], subject) for field in fields if row[field])
        if meaning.names_of in resource.references:
            reference = resource.references[meaning.names_of]
            for row in package.rows(resource.name):
                subject = Subject(reference.resource, row[meaning.names_of])
                # A table of names has the name as its key.
                yield from ((row[field], subject) for field in resource.primary_key)


class Record:
    """All that several editions of a package say, by the subjects that it is about.

    It is sorted once, so that the histories of many subjects cost little more than that of one.
    """

    def __init__(self, editions: Sequence[Package]) -> None:
        """Sort what some editions say; nothing is read before it is asked for.

        Args:
            editions: The package as observed at one time after another, oldest first.
        """
        self.editions = tuple(editions)

    def statements(self, subject: Subject) -> Iterator[Statement]:
        """The rows about a subject that any edition states, each as the last one states it."""
        for resource, key, first, last in self._rows.get(subject, ()):
            yield self._statement(resource, key, (first, last), subject)

    def dated_statements(self) -> Iterator[Statement]:
        """The rows with dates that any edition states, each as the last one states it.

        Other tables are not read: what is wrong with one keeps nothing from being told.
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
        # Its columns may be others than those of the last edition, and the words are the latest.
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
        """What later editions say otherwise of a subject than earlier ones, or no longer say.

        What shows in the dates of a row anyway is left out, and so are clerical changes.
        """
        return self._revisions.get(subject, ())

    @cached_property
    def _rows(self) -> Mapping[Subject, Sequence[tuple[Resource, Key, int, int]]]:
        """The rows about each subject: resource, key, the first edition that has it, the last."""
        found: dict[Subject, list[tuple[Resource, Key, int, int]]] = {}
        for resource in self.editions[-1].descriptor.resources:
            if resource.meaning.names_of:
                continue  # another name of the subject is no news of it
            for key, subjects in self._spans(resource).items():
                for subject, (first, last) in subjects.items():
                    found.setdefault(subject, []).append((resource, key, first, last))
        return found

    def _spans(self, resource: Resource) -> Mapping[Key, Mapping[Subject, tuple[int, int]]]:
        """For each row, which subjects it is about, from the first edition to the last.

        Without a key, no row can be followed from edition to edition.
        """
        found: dict[Key, dict[Subject, tuple[int, int]]] = {}
        for at, edition in enumerate(self.editions):
            known_there = edition.descriptor.by_name.get(resource.name)
            if known_there is not None and known_there.primary_key:
                for key, row in edition.table(resource.name).by_key.items():
                    known = found.setdefault(key, {})
                    for subject in _subjects(known_there, row):
                        known[subject] = (known.get(subject, (at, at))[0], at)
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
    """What happened by the dates of a row, in the order of its lifecycle."""
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
    """What a row is about: itself, and the rows that it refers to, each once."""
    found = [Subject(resource.name, row[name]) for name in resource.primary_key[:1]]
    found += [
        Subject(key.resource, row[field])
        for field, key in resource.references.items()
        if row.get(field)
    ]
    return iter(dict.fromkeys(found))


def _is_subject(resource: Resource, row: Row, subject: Subject) -> bool:
    return resource.name == subject.resource and row[resource.primary_key[0]] == subject.key
