"""The history of one subject in sentences, in chronological order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from interopwatch.package.edtf import in_words, is_plain
from interopwatch.package.labels import RowLabels
from interopwatch.package.meaning import Words
from interopwatch.report.folds import ALIKE, fold_key, say_folded, source_title
from interopwatch.report.model import Chapter, Entry, HistoryItem, Line
from interopwatch.report.narrate import Narrator
from interopwatch.report.row_names import RowNames
from interopwatch.report.story import story
from interopwatch.text import alphabetical
from interopwatch.timeline.as_of import horizons
from interopwatch.timeline.entity import Record, events, find
from interopwatch.timeline.snapshots import WORKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.meaning import Fold
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.timeline.entity import Event, Revision, Statement, Subject

_LEADS: Final = {"expected": "expected: ", "record": "on record: "}
"""What stands before what did not simply happen."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one subject, or how a whole package went.

    Attributes:
        subject: Its name.
        entries: Dated entries in order of time, then those without a date.
        chapters: The same for a reader: what is alike in many rows is told once.
    """

    subject: str
    entries: tuple[Entry, ...]
    chapters: tuple[Chapter, ...] = field(default=(), repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"subject": self.subject, "entries": [asdict(entry) for entry in self.entries]}

    def frame(self) -> pd.DataFrame:
        """The entries as a pandas data frame of texts, a column for each attribute of theirs."""
        from interopwatch.package.pandas import text_frame

        names = [each.name for each in fields(Entry)]
        rows = [[getattr(entry, name) or None for name in names] for entry in self.entries]
        return text_frame(names, rows)

    def _repr_html_(self) -> str:
        """The history in a notebook."""
        from interopwatch.report.html import notebook_history

        return notebook_history(self.subject, self.chapters)


class _SourcedEntry(NamedTuple):
    """An entry with the row that states it, and which of its sentences tells it."""

    entry: Entry
    statement: Statement | None = None
    told_by: str = ""


def history(editions: Sequence[Package], subject: str = "") -> History:
    """Everything that any edition of a package says of one subject.

    Args:
        editions: The package as observed at one time after another, oldest first.
        subject: The key or any name of a row, such as a country or a project. If not given, how
            the whole package went, in some ten lines: year by year if its rows say when
            they were true, and else edition by edition.

    Raises:
        SubjectError: Nothing, or more than one thing, is called that; or there is nothing to
            tell of the whole.
    """
    if not subject:
        return History(*story(editions))
    return Histories(editions).of(find(editions, subject))


class Histories:
    """The histories of subjects, one after another."""

    def __init__(self, editions: Sequence[Package]) -> None:
        """Begin with none; the editions are the package as observed, oldest first."""
        self._record = Record(editions)
        self._ends = horizons(editions)
        self._names: dict[str, RowNames] = {}

    def of(self, subject: Subject) -> History:
        """Everything that any edition says of one subject."""
        dated: list[tuple[tuple[date, int], _SourcedEntry]] = []
        standing: list[_SourcedEntry] = []
        for statement in self._record.statements(subject):
            happened = tuple(events(statement))
            dated += ((_order(event), self._event(statement, event)) for event in happened)
            if _is_standing(statement, happened):
                standing.append(self._standing(statement))
        # Of one day, what happened comes before what was recorded.
        revisions = self._record.revisions(subject)
        dated += (((each.day, 1), _revision(each)) for each in revisions)
        dated.sort(key=lambda pair: pair[0])
        in_time = [fact for _, fact in dated]
        editions = self._record.editions
        return History(
            _name(editions, subject),
            tuple(fact.entry for fact in (*in_time, *standing)),
            tuple(_chapters(editions, subject, in_time, standing)),
        )

    def _standing(self, statement: Statement) -> _SourcedEntry:
        words = statement.resource.meaning.words_for(statement.row)
        sentence = self._sentence(statement, words.sentences.get("holds", ""))
        day = self._ends.get(statement.package.work_of(statement.resource, statement.row))
        until = day.isoformat() if day else ""
        return _SourcedEntry(
            _entry(statement, "", sentence, "standing", until=until), statement, "holds"
        )

    def _event(self, statement: Statement, event: Event) -> _SourcedEntry:
        sentences = statement.resource.meaning.words_for(statement.row).sentences
        own = f"history.{event.name}"
        template = sentences.get(own, sentences.get(event.name, ""))
        kind = "expected" if event.is_planned else "event"
        sentence = self._sentence(statement, template)
        return _SourcedEntry(_entry(statement, event.date, sentence, kind), statement, own)

    def _sentence(self, statement: Statement, template: str) -> str:
        """What a row says: by the package's words, or else what it is and what it is called."""
        package, resource, row = statement.package, statement.resource, statement.row
        if template:
            return RowLabels(package).say(template, resource, row)
        noun = resource.meaning.words_for(row).noun
        if noun != Words().noun:
            label = RowLabels(package).label(resource, row)
            return f"{noun[0][:1].upper()}{noun[0][1:]}: {label}"
        if package.label not in self._names:
            self._names[package.label] = RowNames(package)
        told = self._names[package.label].told(resource, row)
        return f"{resource.title or resource.name}: {told}"


def _chapters(
    editions: Sequence[Package],
    subject: Subject,
    dated: list[_SourcedEntry],
    standing: list[_SourcedEntry],
) -> Iterator[Chapter]:
    if dated:
        yield Chapter("In order of time", _told(editions, subject, dated))
    for day in sorted({fact.entry.until for fact in standing}, reverse=True):
        mine = [fact for fact in standing if fact.entry.until == day]
        title = f"True at last report ({in_words(day)})" if day else "Without a date of its own"
        yield Chapter(title, _told(editions, subject, mine))


def _told(
    editions: Sequence[Package], subject: Subject, facts: Sequence[_SourcedEntry]
) -> tuple[HistoryItem, ...]:
    """Each thing once, and what is alike in many rows at once, where the first of them stands."""
    alike: dict[object, list[_SourcedEntry]] = {}
    fullest = _fullest(facts)
    for fact in facts:
        likeness = _likeness(subject, fact)
        if (said := _said(fact)) in fullest:
            likeness = (*said[:2], fullest[said])
        alike.setdefault(likeness, []).append(fact)
    told: list[tuple[tuple[int, tuple[str, str]], HistoryItem]] = []
    for mine in alike.values():
        fold = _fold(subject, mine[0])
        if fold is not None and len(mine) >= ALIKE:
            told.append(((1, ("", "")), _item(editions, mine, _folded(mine, fold))))
            continue
        same: dict[str, list[_SourcedEntry]] = {}
        for fact in mine:
            same.setdefault(fullest.get(_said(fact), fact.entry.sentence), []).append(fact)
        for sentence, some in same.items():
            is_own = any(fact.statement and fact.statement.is_subject for fact in some)
            # What has no date stands by name, after what holds of the subject itself.
            order = (0, ("", "")) if is_own else (2, alphabetical(sentence))
            told.append((order, _item(editions, some, sentence)))
    if facts and not facts[0].entry.date:
        told.sort(key=lambda pair: pair[0])
    return tuple(item for _, item in told)


def _said(fact: _SourcedEntry) -> tuple[str, str, str]:
    return fact.entry.kind, fact.entry.date, fact.entry.sentence


def _fullest(facts: Sequence[_SourcedEntry]) -> dict[tuple[str, str, str], str]:
    """Sentences that say the beginning of another of the same day, each with the longest such.

    A project was launched, says its row; its milestone says the same, and by whom.
    """
    found: dict[tuple[str, str, str], str] = {}
    of_day: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        kind, date, sentence = _said(fact)
        if date:
            of_day.setdefault((kind, date), []).append(sentence)
    for (kind, date), sentences in of_day.items():
        for one in set(sentences):
            # What follows one of these adds to the sentence; after a space it might go on
            # otherwise.
            longer = [s for s in sentences if s.startswith((f"{one}: ", f"{one} (", f"{one}; "))]
            if longer:
                found[kind, date, one] = max(longer, key=len)
                found.update({(kind, date, each): max(longer, key=len) for each in longer})
    return found


def _likeness(subject: Subject, fact: _SourcedEntry) -> object:
    """What one sentence can tell of has this in common."""
    entry, fold = fact.entry, _fold(subject, fact)
    if fold is None or fact.statement is None:
        return entry.kind, entry.date, entry.sentence
    labels, resource = RowLabels(fact.statement.package), fact.statement.resource
    about = fold_key(labels, resource, fact.statement.row, fold, fact.told_by)
    return entry.kind, entry.date, entry.source, about


def _fold(subject: Subject, fact: _SourcedEntry) -> Fold | None:
    """How the package tells at once of rows that share the subject."""
    if fact.statement is None:
        return None
    resource, row = fact.statement.resource, fact.statement.row
    for fold in resource.meaning.words_for(row).folds:
        about = (resource.references.get(field) for field in fold.by if row[field] == subject.key)
        if fact.told_by in fold.sentences and any(
            key is not None and key.resource == subject.resource for key in about
        ):
            return fold
    return None


def _folded(facts: Sequence[_SourcedEntry], fold: Fold) -> str:
    first = facts[0].statement
    assert first is not None, "only rows are folded"
    rows = [fact.statement.row for fact in facts if fact.statement is not None]
    return say_folded(RowLabels(first.package), first.resource, rows, fold, facts[0].told_by)


def _item(
    editions: Sequence[Package], facts: Sequence[_SourcedEntry], sentence: str
) -> HistoryItem:
    """A sentence that tells some entries, which have a source and a kind in common."""
    entry = facts[0].entry
    places = {fact.entry.locator for fact in facts}
    locator = places.pop() if len(places) == 1 else ""
    source = _vouched(editions, [fact.entry for fact in facts])
    line = Line(f"{_LEADS.get(entry.kind, '')}{sentence}", source, locator, entry.source)
    return HistoryItem(in_words(entry.date), line, tuple(fact.entry for fact in facts))


def _vouched(editions: Sequence[Package], entries: Sequence[Entry]) -> str:
    """The source of some entries, and since when they are on record if that is another day."""
    source, recorded = entries[0].source, {entry.recorded for entry in entries}
    # The latest that lists the source, whose title may have been mended since.
    speaking = next((e for e in reversed(editions) if source in e.editions), editions[-1])
    title = source_title(speaking, source) if source else ""
    provenance, row = speaking.descriptor.provenance, speaking.editions.get(source)
    published = row[provenance.published] if provenance and row else ""
    since = recorded.pop() if len(recorded) == 1 else ""
    if since in ("", published) or entries[0].kind == "record":
        return title
    when = f"recorded since {in_words(since) if is_plain(since) else since}"
    if since == WORKING:
        when = "not yet frozen"
    return f"{title} ({when})" if title else when


def _name(editions: Sequence[Package], subject: Subject) -> str:
    """What the last edition that has the subject calls it."""
    for edition in reversed(editions):
        if subject.resource in edition.descriptor.by_name:
            own = edition.resource(subject.resource)
            for row in edition.rows(subject.resource):
                if row[own.primary_key[0]] == subject.key:
                    return _called(edition, own, row)
    return subject.key


def _called(edition: Package, resource: Resource, row: Row) -> str:
    if resource.meaning.label:
        return RowLabels(edition).label(resource, row)
    return RowNames(edition).called(resource, row)


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


def _entry(statement: Statement, when: str, sentence: str, kind: str, *, until: str = "") -> Entry:
    source, locator = statement.package.stated_by(statement.row)
    return Entry(
        date=when,
        sentence=sentence,
        kind=kind,
        source=source,
        locator=locator,
        recorded=statement.recorded,
        until=until,
    )


def _revision(revision: Revision) -> _SourcedEntry:
    item = Narrator(revision.old, revision.new).narrate(revision.change)
    entry = Entry(
        revision.day.isoformat(),
        item.sentence,
        "record",
        item.source,
        item.locator,
        revision.new.label,
    )
    return _SourcedEntry(entry)
