"""Everything known of one subject, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from interopwatch.changeset.model import Sense
from interopwatch.compare.packages import diff
from interopwatch.errors import SubjectError
from interopwatch.package.labels import RowLabels, joined
from interopwatch.package.renamed import renamed
from interopwatch.report.narrate import Teller
from interopwatch.timeline.as_of import dropped_by
from interopwatch.timeline.classify import judge
from interopwatch.timeline.intervals import clock

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.edtf import Span
    from interopwatch.package.package import Package

    Row = Mapping[str, str]

_CLOSE = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing known of a subject.

    Attributes:
        date: When it happened, as the source gives it (EDTF); empty if not stated. Of a
            change in the record, the day of the edition that first shows it.
        sentence: What happened, or what holds.
        kind: ``event`` (it happened), ``expected`` (it is planned), ``record`` (a later
            edition says otherwise than an earlier one) or ``standing`` (it holds, and
            the sources do not say since when).
        source: The id of the source that states it.
        locator: The place in that source.
        recorded: The first snapshot that holds it.
    """

    date: str
    sentence: str
    kind: str
    source: str
    locator: str
    recorded: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one subject.

    Attributes:
        subject: Its name.
        entries: Dated entries in order of time, then those without a date.
    """

    subject: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that a history can be told of."""

    resource: str
    key: str


def history(editions: Sequence[Package], subject: str) -> History:
    """Everything that any edition of a package says of one subject.

    Args:
        editions: The package as observed at one time after another, oldest first.
        subject: The key or any name of a row: of a country, a project, a format.

    Raises:
        SubjectError: Nothing, or more than one thing, is called that.
    """
    found = find(editions, subject)
    dated: list[tuple[tuple[date, int], Entry]] = []
    standing: list[Entry] = []
    for item in _rows(editions, found):
        for days, entry in _told(item):
            if days is None:
                standing.append(entry)
            else:
                dated.append((_place(days), entry))
    dated += _records(editions, found)
    dated.sort(key=lambda pair: pair[0])
    return History(_label(editions, found), (*(entry for _, entry in dated), *standing))


def _label(editions: Sequence[Package], subject: Subject) -> str:
    """What the last edition that has the subject calls it."""
    for edition in reversed(editions):
        if subject.resource in edition.descriptor.by_name:
            own = edition.resource(subject.resource)
            for row in edition.rows(subject.resource):
                if row[own.primary_key[0]] == subject.key:
                    return RowLabels(edition).label(own, row)
    return subject.key


def find(editions: Sequence[Package], name: str) -> Subject:
    """The row that any edition calls by a name: exactly, or else without regard to case.

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
        matching = list(dict.fromkeys(matching))
    if len(matching) == 1:
        return matching[0]
    if matching:
        told = joined([f"{s.resource} {s.key}" for s in matching])
        raise SubjectError(f"{name!r} names more than one thing", hint=f"Give the key: {told}.")
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=_CLOSE, cutoff=0.6)
    hint = f"Close to it: {joined(close)}." if close else "Give a key, an acronym or a name."
    raise SubjectError(f"nothing is called {name!r}", hint=hint)


def _names(package: Package) -> Iterator[tuple[str, Subject]]:
    for resource in package.descriptor.resources:
        meaning = resource.meaning
        if len(resource.primary_key) == 1 and meaning.names:
            for row in package.rows(resource.name):
                subject = Subject(resource.name, row[resource.primary_key[0]])
                yield from ((row[field], subject) for field in meaning.names if row[field])
        if meaning.names_of in resource.references:
            reference = resource.references[meaning.names_of]
            for row in package.rows(resource.name):
                subject = Subject(reference.resource, row[meaning.names_of])
                yield from ((row[field], subject) for field in resource.primary_key)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A row about the subject, in the last edition that states it."""

    package: Package
    resource: Resource
    row: Row
    recorded: str
    is_listed: bool
    is_subject: bool


def _rows(editions: Sequence[Package], subject: Subject) -> Iterator[_Stated]:
    for resource in editions[-1].descriptor.resources:
        if resource.meaning.names_of:
            continue
        first: dict[tuple[Hashable, ...], str] = {}
        last: dict[tuple[Hashable, ...], int] = {}
        for i, edition in enumerate(editions):
            if resource.name not in edition.descriptor.by_name:
                continue
            for key, row in edition.table(resource.name).by_key.items():
                if _concerns(resource, row, subject):
                    first.setdefault(key, edition.label)
                    last[key] = i
        for key, i in last.items():
            row = editions[i].table(resource.name).by_key[key]
            listed = dropped_by(editions, i, resource, row) is None
            yield _Stated(
                editions[i], resource, row, first[key], listed, _is(resource, row, subject)
            )


def _concerns(resource: Resource, row: Row, subject: Subject) -> bool:
    return _is(resource, row, subject) or any(
        key.resource == subject.resource and row.get(field) == subject.key
        for field, key in resource.references.items()
    )


def _is(resource: Resource, row: Row, subject: Subject) -> bool:
    return resource.name == subject.resource and row[resource.primary_key[0]] == subject.key


def _told(item: _Stated) -> Iterator[tuple[Span | None, Entry]]:
    """The entries that one row makes: what happened by its dates, or that it holds."""
    resource, row, times = item.resource, item.row, clock(item.package)
    lifecycle = resource.meaning.lifecycle
    words = resource.meaning.words_for(row)
    happened = False
    if lifecycle is not None:
        planned = lifecycle.is_planned(row)
        named: list[tuple[str, str]] = [
            (lifecycle.begin, Sense.BEGAN.value),
            (lifecycle.event, "added" if planned else Sense.REACHED.value),
            (lifecycle.end, Sense.ENDED.value),
            *((field, field) for field in lifecycle.moments),
        ]
        for field, name in named:
            days = times.dated(resource, row, field) if field else None
            if days is not None:
                happened = True
                plain = words.sentences.get(name, "")
                sentence = _say(item, words.sentences.get(f"history.{name}", plain))
                yield days, _entry(item, row[field], sentence, "expected" if planned else "event")
    # A reference row only names things; and what is no longer listed is told as a record. Of
    # the subject itself, what it is now is told beside what happened to it.
    now = item.is_subject and "holds" in words.sentences
    if item.is_listed and (now or not (happened or resource.meaning.reference)):
        yield None, _entry(item, "", _say(item, words.sentences.get("holds", "")), "standing")


def _say(item: _Stated, template: str) -> str:
    speaker = RowLabels(item.package)
    if template:
        return speaker.say(template, item.resource, item.row)
    noun = item.resource.meaning.words_for(item.row).noun[0]
    return f"{noun[:1].upper()}{noun[1:]}: {speaker.label(item.resource, item.row)}"


def _entry(item: _Stated, when: str, sentence: str, kind: str) -> Entry:
    provenance = item.package.descriptor.provenance
    return Entry(
        date=when,
        sentence=sentence,
        kind=kind,
        source=item.row.get(provenance.field, "") if provenance else "",
        locator=item.row.get(provenance.locator, "") if provenance else "",
        recorded=item.recorded,
    )


def _records(
    editions: Sequence[Package], subject: Subject
) -> Iterator[tuple[tuple[date, int], Entry]]:
    """What later editions say otherwise than earlier ones, or no longer say."""
    for old, new in pairwise(editions):
        changes = diff(old, new)
        was = renamed(old, changes.renames, new.descriptor)
        sense, teller = judge(was, new), Teller(was, new)
        for change in changes.rows:
            resource = (was if change.after is None else new).resource(change.resource)
            if change.kind == "added" or not _concerns(resource, change.row, subject):
                continue
            classified = teller.classified(change, sense(change))
            if classified.clerical or classified.sense in (Sense.UNCOVERED, *_DATED):
                continue
            told = teller.tell(classified)
            day = new.edition_day(new.work_of(resource, change.row)) or new.as_of
            if day is not None:
                entry = Entry(
                    day.isoformat(), told.sentence, "record", told.source, told.locator, new.label
                )
                yield (day, 1), entry


_DATED = (Sense.BEGAN, Sense.ENDED, Sense.REACHED, Sense.BACKFILLED)
"""Senses that the latest row tells by its own dates."""


def _place(days: Span) -> tuple[date, int]:
    """Where something stands in the order of time: by its last possible day."""
    if days.last is not None:
        return days.last, 0
    return days.first or date.max, 0
