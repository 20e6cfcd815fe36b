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
"""Prefixes for entries that are not past events."""


@dataclass(frozen=True, slots=True)
class History:
    """The history of one subject, or of a complete package.

    Attributes:
        subject: Its name.
        entries: Dated entries in chronological order, then those without a date.
        chapters: The same for readers: similar entries are folded into one line.
    """

    subject: str
    entries: tuple[Entry, ...]
    chapters: tuple[Chapter, ...] = field(default=(), repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"subject": self.subject, "entries": [asdict(entry) for entry in self.entries]}

    def frame(self) -> pd.DataFrame:
        """Return the entries as a pandas data frame of texts, with a column for each attribute."""
        from interopwatch.package.pandas import text_frame

        names = [each.name for each in fields(Entry)]
        rows = [[getattr(entry, name) or None for name in names] for entry in self.entries]
        return text_frame(names, rows)

    def _repr_html_(self) -> str:
        """Return the history as HTML for a notebook."""
        from interopwatch.report.html import notebook_history

        return notebook_history(self.subject, self.chapters)


class _SourcedEntry(NamedTuple):
    """An entry with the row that states it, and the name of the sentence that describes it."""

    entry: Entry
    statement: Statement | None = None
    template: str = ""


def history(editions: Sequence[Package], subject: str = "") -> History:
    """Return everything that any edition of a package says of one subject.

    Args:
        editions: The observed editions of the package, oldest first.
        subject: The key or any name of a row, such as a country or a project. If empty, the history
            of the complete package in about ten lines: by year if its rows say when they were true,
            otherwise by edition.

    Raises:
        SubjectError: The name matches nothing, or more than one row; or there is nothing to report
            of the package.
    """
    if not subject:
        return History(*story(editions))
    return Histories(editions).of(find(editions, subject))


class Histories:
    """The histories of any number of subjects."""

    def __init__(self, editions: Sequence[Package]) -> None:
        """Prepare for the observed editions of a package, oldest first."""
        self._record = Record(editions)
        self._ends = horizons(editions)
        self._names: dict[str, RowNames] = {}

    def of(self, subject: Subject) -> History:
        """Return everything that any edition says of one subject."""
        dated: list[tuple[tuple[date, int], _SourcedEntry]] = []
        standing: list[_SourcedEntry] = []
        for statement in self._record.statements(subject):
            happened = tuple(events(statement))
            dated += ((_order(event), self._event(statement, event)) for event in happened)
            if _is_standing(statement, happened):
                standing.append(self._standing(statement))
        # On the same day, what happened comes before what was recorded.
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
        name = f"history.{event.name}"
        template = sentences.get(name, sentences.get(event.name, ""))
        kind = "expected" if event.is_planned else "event"
        sentence = self._sentence(statement, template)
        return _SourcedEntry(_entry(statement, event.date, sentence, kind), statement, name)

    def _sentence(self, statement: Statement, template: str) -> str:
        """Describe a row: in the package's words, or else by its noun and label."""
        package, resource, row = statement.package, statement.resource, statement.row
        if template:
            return RowLabels(package).say(template, resource, row)
        noun = resource.meaning.words_for(row).noun
        if noun != Words().noun:
            label = RowLabels(package).label(resource, row)
            return f"{noun[0][:1].upper()}{noun[0][1:]}: {label}"
        if package.label not in self._names:
            self._names[package.label] = RowNames(package)
        name = self._names[package.label].of_row(resource, row)
        return f"{resource.title or resource.name}: {name}"


def _chapters(
    editions: Sequence[Package],
    subject: Subject,
    dated: list[_SourcedEntry],
    standing: list[_SourcedEntry],
) -> Iterator[Chapter]:
    if dated:
        yield Chapter("In order of time", _items(editions, subject, dated))
    for day in sorted({fact.entry.until for fact in standing}, reverse=True):
        facts = [fact for fact in standing if fact.entry.until == day]
        title = f"True at last report ({in_words(day)})" if day else "Without a date of its own"
        yield Chapter(title, _items(editions, subject, facts))


def _items(
    editions: Sequence[Package], subject: Subject, facts: Sequence[_SourcedEntry]
) -> tuple[HistoryItem, ...]:
    """Fold equal and similar entries, each in the place of the first of them."""
    grouped: dict[object, list[_SourcedEntry]] = {}
    fullest = _fullest(facts)
    for fact in facts:
        likeness = _likeness(subject, fact)
        if (content := _content(fact)) in fullest:
            likeness = (*content[:2], fullest[content])
        grouped.setdefault(likeness, []).append(fact)
    ordered: list[tuple[tuple[int, tuple[str, str]], HistoryItem]] = []
    for group in grouped.values():
        fold = _fold(subject, group[0])
        if fold is not None and len(group) >= ALIKE:
            ordered.append(((1, ("", "")), _item(editions, group, _folded(group, fold))))
            continue
        same: dict[str, list[_SourcedEntry]] = {}
        for fact in group:
            same.setdefault(fullest.get(_content(fact), fact.entry.sentence), []).append(fact)
        for sentence, some in same.items():
            is_own = any(fact.statement and fact.statement.is_subject for fact in some)
            # Entries without a date are in alphabetical order, after those of the subject itself.
            order = (0, ("", "")) if is_own else (2, alphabetical(sentence))
            ordered.append((order, _item(editions, some, sentence)))
    if facts and not facts[0].entry.date:
        ordered.sort(key=lambda pair: pair[0])
    return tuple(item for _, item in ordered)


def _content(fact: _SourcedEntry) -> tuple[str, str, str]:
    return fact.entry.kind, fact.entry.date, fact.entry.sentence


def _fullest(facts: Sequence[_SourcedEntry]) -> dict[tuple[str, str, str], str]:
    """Map sentences to the longest sentence of the same day that begins with them.

    A project's row says that it was launched; its milestone says the same, and by whom.
    """
    found: dict[tuple[str, str, str], str] = {}
    of_day: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        kind, date, sentence = _content(fact)
        if date:
            of_day.setdefault((kind, date), []).append(sentence)
    for (kind, date), sentences in of_day.items():
        for one in set(sentences):
            # These separators begin an addition; after a space the sentence might mean something
            # else.
            longer = [s for s in sentences if s.startswith((f"{one}: ", f"{one} (", f"{one}; "))]
            if longer:
                found[kind, date, one] = max(longer, key=len)
                found.update({(kind, date, each): max(longer, key=len) for each in longer})
    return found


def _likeness(subject: Subject, fact: _SourcedEntry) -> object:
    """Return what entries must have in common to share one sentence."""
    entry, fold = fact.entry, _fold(subject, fact)
    if fold is None or fact.statement is None:
        return entry.kind, entry.date, entry.sentence
    labels, resource = RowLabels(fact.statement.package), fact.statement.resource
    about = fold_key(labels, resource, fact.statement.row, fold, fact.template)
    return entry.kind, entry.date, entry.source, about


def _fold(subject: Subject, fact: _SourcedEntry) -> Fold | None:
    """Return the package's fold for rows that share the subject; ``None`` if it has none."""
    if fact.statement is None:
        return None
    resource, row = fact.statement.resource, fact.statement.row
    for fold in resource.meaning.words_for(row).folds:
        about = (resource.references.get(field) for field in fold.by if row[field] == subject.key)
        if fact.template in fold.sentences and any(
            key is not None and key.resource == subject.resource for key in about
        ):
            return fold
    return None


def _folded(facts: Sequence[_SourcedEntry], fold: Fold) -> str:
    first = facts[0].statement
    assert first is not None, "only rows are folded"
    rows = [fact.statement.row for fact in facts if fact.statement is not None]
    return say_folded(RowLabels(first.package), first.resource, rows, fold, facts[0].template)


def _item(
    editions: Sequence[Package], facts: Sequence[_SourcedEntry], sentence: str
) -> HistoryItem:
    """Return one line for entries that share a source and a kind."""
    entry = facts[0].entry
    places = {fact.entry.locator for fact in facts}
    locator = places.pop() if len(places) == 1 else ""
    source = _vouched(editions, [fact.entry for fact in facts])
    line = Line(f"{_LEADS.get(entry.kind, '')}{sentence}", source, locator, entry.source)
    return HistoryItem(in_words(entry.date), line, tuple(fact.entry for fact in facts))


def _vouched(editions: Sequence[Package], entries: Sequence[Entry]) -> str:
    """Return the source of some entries, and when they were first recorded if on another day."""
    source, recorded = entries[0].source, {entry.recorded for entry in entries}
    # The latest edition that lists the source, whose title may have been corrected since.
    edition = next((e for e in reversed(editions) if source in e.editions), editions[-1])
    title = source_title(edition, source) if source else ""
    provenance, row = edition.descriptor.provenance, edition.editions.get(source)
    published = row[provenance.published] if provenance and row else ""
    since = recorded.pop() if len(recorded) == 1 else ""
    if since in ("", published) or entries[0].kind == "record":
        return title
    when = f"recorded since {in_words(since) if is_plain(since) else since}"
    if since == WORKING:
        when = "not yet frozen"
    return f"{title} ({when})" if title else when


def _name(editions: Sequence[Package], subject: Subject) -> str:
    """Return the subject's name in the last edition that has it."""
    for edition in reversed(editions):
        if subject.resource in edition.descriptor.by_name:
            resource = edition.resource(subject.resource)
            for row in edition.rows(subject.resource):
                if row[resource.primary_key[0]] == subject.key:
                    return _called(edition, resource, row)
    return subject.key


def _called(edition: Package, resource: Resource, row: Row) -> str:
    if resource.meaning.label:
        return RowLabels(edition).label(resource, row)
    return RowNames(edition).called(resource, row)


def _order(event: Event) -> tuple[date, int]:
    """Return the chronological sort key of an event: its last possible day."""
    return event.days.last or event.days.first or date.max, 0


def _is_standing(statement: Statement, happened: Sequence[Event]) -> bool:
    """Return whether to list that a row holds, beside or instead of its dated events."""
    resource = statement.resource
    if not statement.is_listed:
        return False  # its removal is listed as a revision
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
