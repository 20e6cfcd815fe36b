"""The history of one subject in sentences, in order of time."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING

from interopwatch.package.labels import RowLabels
from interopwatch.report.model import Entry
from interopwatch.report.narrate import Narrator
from interopwatch.timeline.as_of import horizons
from interopwatch.timeline.entity import Record, events, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from interopwatch.package.package import Package
    from interopwatch.timeline.entity import Event, Revision, Statement, Subject


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one subject.

    Attributes:
        subject: Its name.
        entries: Dated entries in order of time, then those without a date.
    """

    subject: str
    entries: tuple[Entry, ...]

    def frame(self) -> pd.DataFrame:
        """The entries as a pandas data frame of texts, a column for each attribute of theirs."""
        from interopwatch.package.pandas import text_frame

        names = [each.name for each in fields(Entry)]
        rows = [[getattr(entry, name) or None for name in names] for entry in self.entries]
        return text_frame(names, rows)

    def _repr_html_(self) -> str:
        """The history in a notebook."""
        from interopwatch.report.html import notebook_history

        return notebook_history(self.subject, self.entries)


def history(editions: Sequence[Package], subject: str) -> History:
    """Everything that any edition of a package says of one subject.

    Args:
        editions: The package as observed at one time after another, oldest first.
        subject: The key or any name of a row: of a country, a project, a format.

    Raises:
        SubjectError: Nothing, or more than one thing, is called that.
    """
    return Histories(editions).of(find(editions, subject))


class Histories:
    """The histories of subjects, one after another."""

    def __init__(self, editions: Sequence[Package]) -> None:
        """Begin with none; the editions are the package as observed, oldest first."""
        self._record = Record(editions)
        self._ends = horizons(editions)

    def of(self, subject: Subject) -> History:
        """Everything that any edition says of one subject."""
        dated: list[tuple[tuple[date, int], Entry]] = []
        standing: list[Entry] = []
        for statement in self._record.statements(subject):
            happened = tuple(events(statement))
            dated += ((_order(event), _event(statement, event)) for event in happened)
            if _is_standing(statement, happened):
                standing.append(self._standing(statement))
        # Of one day, what happened comes before what was recorded.
        revisions = self._record.revisions(subject)
        dated += (((each.day, 1), _revision(each)) for each in revisions)
        dated.sort(key=lambda pair: pair[0])
        name = _name(self._record.editions, subject)
        return History(name, (*(entry for _, entry in dated), *standing))

    def _standing(self, statement: Statement) -> Entry:
        words = statement.resource.meaning.words_for(statement.row)
        sentence = _sentence(statement, words.sentences.get("holds", ""))
        day = self._ends.get(statement.package.work_of(statement.resource, statement.row))
        entry = _entry(statement, "", sentence, "standing")
        return replace(entry, until=day.isoformat() if day else "")


def _name(editions: Sequence[Package], subject: Subject) -> str:
    """What the last edition that has the subject calls it."""
    for edition in reversed(editions):
        if subject.resource in edition.descriptor.by_name:
            own = edition.resource(subject.resource)
            for row in edition.rows(subject.resource):
                if row[own.primary_key[0]] == subject.key:
                    return RowLabels(edition).label(own, row)
    return subject.key


def _order(event: Event) -> tuple[date, int]:
    """Where an event stands in the order of time: by its last possible day."""
    return event.days.last or event.days.first or date.max, 0


def _is_standing(statement: Statement, happened: Sequence[Event]) -> bool:
    """Whether to list that a row holds, beside or instead of what happened by its dates."""
    resource = statement.resource
    if not statement.is_listed:
        return False  # that it is no longer listed is listed as a revision
    if statement.is_subject and "holds" in resource.meaning.words_for(statement.row).sentences:
        return True
    return not (happened or resource.meaning.reference)  # a reference row only names things


def _event(statement: Statement, event: Event) -> Entry:
    sentences = statement.resource.meaning.words_for(statement.row).sentences
    template = sentences.get(f"history.{event.name}", sentences.get(event.name, ""))
    kind = "expected" if event.is_planned else "event"
    return _entry(statement, event.date, _sentence(statement, template), kind)


def _sentence(statement: Statement, template: str) -> str:
    labels = RowLabels(statement.package)
    if template:
        return labels.say(template, statement.resource, statement.row)
    noun = statement.resource.meaning.words_for(statement.row).noun[0]
    label = labels.label(statement.resource, statement.row)
    return f"{noun[:1].upper()}{noun[1:]}: {label}"


def _entry(statement: Statement, when: str, sentence: str, kind: str) -> Entry:
    provenance = statement.package.descriptor.provenance
    return Entry(
        date=when,
        sentence=sentence,
        kind=kind,
        source=statement.row.get(provenance.field, "") if provenance else "",
        locator=statement.row.get(provenance.locator, "") if provenance else "",
        recorded=statement.recorded,
    )


def _revision(revision: Revision) -> Entry:
    item = Narrator(revision.old, revision.new).narrate(revision.change)
    return Entry(
        revision.day.isoformat(),
        item.sentence,
        "record",
        item.source,
        item.locator,
        revision.new.label,
    )
