"""Summarise how a package changed since its first record, in about ten lines.

If rows say when they were true, the summary lists the most important events of each year; for any
other package, it lists what each edition changed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from interopwatch.changeset.model import Sense
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import SubjectError
from interopwatch.package.adapted import adapted
from interopwatch.package.edtf import in_words, is_plain
from interopwatch.package.labels import RowLabels, joined, tally
from interopwatch.package.words import worded
from interopwatch.report.build import build
from interopwatch.report.headline import of_several, standing
from interopwatch.report.model import Chapter, Entry, HistoryItem, Line
from interopwatch.report.phrases import sentence
from interopwatch.timeline.as_of import horizons
from interopwatch.timeline.entity import Record, events

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.meaning import Words
    from interopwatch.package.package import Package
    from interopwatch.timeline.entity import Event, Statement

_MOST_YEARS: Final = 12
"""The maximum number of years or editions with a line each; older ones share the first line."""
_MOST_SENTENCES: Final = 3
"""The maximum number of sentences for a year: with more, ten years cannot be read at a glance."""
_QUIET: Final = DiffOptions(
    note=lambda _text: None, unread=lambda _name, _why: None, may_read_nothing=True
)
"""Problems of an edition were reported when it was frozen, and do not matter here."""
_VERBS: Final = {
    Sense.BEGAN.value: "began",
    Sense.ENDED.value: "ended",
    Sense.REACHED.value: "took place",
}
"""Verbs for rows without a headline in the package's words."""


class Story(NamedTuple):
    """A title, an entry for each year or edition, and chapters with these and what holds now."""

    title: str
    entries: tuple[Entry, ...]
    chapters: tuple[Chapter, ...]


class _Happening(Struct, frozen=True):
    """An event in some period."""

    period: str
    last: date
    event: Event
    statement: Statement


def story(editions: Sequence[Package]) -> Story:
    """Summarise how a package changed, by year or by edition.

    Args:
        editions: The observed editions of the package, oldest first.

    Raises:
        SubjectError: It has neither dates nor a second edition.
    """
    latest = worded(editions[-1])
    subject = latest.descriptor.subject or latest.descriptor.title
    # By the last day that its date allows, since it may not have happened before.
    happened = sorted(_happenings(editions), key=lambda each: (each.last, each.period))
    entries = tuple(_years(happened) if happened else _editions(editions))
    if not entries:
        reason = "there is one edition" if len(editions) == 1 else "no edition changed any row"
        raise SubjectError(
            f"there is no history to show: no row is dated, and {reason}",
            hint="Freeze editions with `interopwatch freeze`, or name a SUBJECT.",
        )
    first = entries[0].date if happened else editions[0].label
    title = f"the story since {in_words(first)}" if is_plain(first) else "the story so far"
    chapters = [Chapter("Year by year" if happened else "Edition by edition", _items(entries))]
    if happened and (current := _current(editions, latest)):
        chapters.append(Chapter("True at last report", current))
    name = f"{subject}: {title}" if subject else f"{title[:1].upper()}{title[1:]}"
    return Story(name, entries, tuple(chapters))


def _current(editions: Sequence[Package], latest: Package) -> tuple[HistoryItem, ...]:
    """Return what holds now, by the day for which its sources last vouched for it."""
    ends = horizons(editions)
    by_day: dict[date | None, list[str]] = {}
    for each in standing(latest):
        days = [ends.get(latest.work_of(each.resource, row)) for row in each.rows]
        known = [day for day in days if day is not None]
        by_day.setdefault(max(known, default=None), []).append(each.text)
    return tuple(
        HistoryItem(in_words(day.isoformat()) if day else "", Line(f"{joined(texts)}."))
        for day, texts in by_day.items()
    )


def _items(entries: Sequence[Entry]) -> tuple[HistoryItem, ...]:
    return tuple(
        HistoryItem(
            in_words(each.date) if is_plain(each.date) else each.date,
            Line(each.sentence),
            (each,),
        )
        for each in entries
    )


def _happenings(editions: Sequence[Package]) -> Iterator[_Happening]:
    """Yield all past events by the dates of rows, except those that another row already tells."""
    latest = worded(editions[-1])
    for statement in Record((*editions[:-1], latest)).dated_statements():
        if not statement.is_listed or statement.resource.meaning.bookkeeping:
            continue
        for event in events(statement):
            last = event.days.last
            if event.is_planned or last is None or _began_with(statement, event):
                continue
            first = event.days.first
            # A date that spans several years (`2017/2019`) gets a line of its own, under that date.
            is_of_a_year = first is not None and first.year == last.year
            period = str(last.year) if is_of_a_year else in_words(event.date)
            yield _Happening(period, last, event, statement)


def _began_with(statement: Statement, event: Event) -> bool:
    """Return whether a row began with the row to which it belongs, which covers both."""
    resource, row = statement.resource, statement.row
    field = resource.meaning.belongs_to
    whole = statement.package.referred(resource, field, row.get(field, "")) if field else None
    if whole is None or event.name == Sense.ENDED.value:
        return False
    lifecycle = statement.package.resource(resource.references[field].resource).meaning.lifecycle
    begin = lifecycle.begin if lifecycle else ""
    return bool(begin) and whole.get(begin) == event.date


def _years(happened: Sequence[_Happening]) -> Iterator[Entry]:
    """Yield an entry for each year with events worth a headline."""
    grouped: dict[str, list[_Happening]] = {}
    for each in happened:
        grouped.setdefault(each.period, []).append(each)
    sentences = {period: texts for period, group in grouped.items() if (texts := _sentences(group))}
    periods = list(sentences)
    older = periods[: max(0, len(periods) - _MOST_YEARS + 1)] if len(periods) > _MOST_YEARS else []
    if older:
        group = [each for period in older for each in grouped[period]]
        yield _entry(f"{older[0]} to {older[-1]}", _sentences(group))
    for period in periods[len(older) :]:
        yield _entry(period, sentences[period])


def _entry(period: str, sentences: Sequence[str]) -> Entry:
    return Entry(period, " ".join(sentences[:_MOST_SENTENCES]), "event", "", "", "")


def _sentences(happenings: Sequence[_Happening]) -> list[str]:
    """Return a sentence for each kind of event; the weightiest first."""
    grouped: dict[tuple[str, str], list[_Happening]] = {}
    words_of: dict[tuple[str, str], tuple[Resource, Words]] = {}
    reasons = set(_given_as_reason(happenings))
    for each in happenings:
        resource, row = each.statement.resource, each.statement.row
        if (resource.name, tuple(row[name] for name in resource.primary_key)) in reasons:
            continue
        words = resource.meaning.words_for(row)
        # By index, since two cases may have equal words.
        at = next((i for i, case in enumerate(resource.meaning.cases) if case.words is words), -1)
        sort = f"{resource.name}/{at}", each.event.name
        grouped.setdefault(sort, []).append(each)
        words_of[sort] = resource, words
    texts = [
        (-words_of[sort][1].weight, text)
        for sort, group in grouped.items()
        if (text := _sentence(*words_of[sort], sort[1], group))
    ]
    return [sentence(text) for _, text in sorted(texts, key=lambda pair: pair[0])]


def _given_as_reason(happenings: Iterable[_Happening]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the keys of reference rows to which a row that ended with a reason refers."""
    for each in happenings:
        resource, row = each.statement.resource, each.statement.row
        lifecycle = resource.meaning.lifecycle
        if lifecycle and each.event.name == Sense.ENDED.value and row.get(lifecycle.reason):
            for field, key in resource.references.items():
                if each.statement.package.resource(key.resource).meaning.reference:
                    yield key.resource, (row[field],)


def _sentence(resource: Resource, words: Words, name: str, happenings: Sequence[_Happening]) -> str:
    """Return a sentence on rows with the same event; empty if it is not worth a headline."""
    rows = [
        (RowLabels(e.statement.package), e.statement.resource, e.statement.row) for e in happenings
    ]
    if name in words.headlines:
        return of_several(words.headlines[name][len(rows) != 1], rows)
    template = words.sentences.get(f"history.{name}", "")
    if name not in _VERBS:  # other events need words of the package
        lines = dict.fromkeys(labels.say(template, each, row) for labels, each, row in rows)
        return "; ".join(lines) if template else ""
    if any(each.headlines for each in resource.meaning.every_words):
        return ""  # the package says what is worth a headline
    return f"{tally(resource, (row for _, _, row in rows))} {_VERBS[name]}"


def _editions(editions: Sequence[Package]) -> Iterator[Entry]:
    """Yield an entry for each edition after the first, with its changes."""
    pairs = list(pairwise(editions))
    for before, after in pairs[-_MOST_YEARS:]:
        report = build(adapted(before), adapted(after), options=_QUIET)
        changes = report.comparison.changes if report.comparison else None
        if changes is None or changes:
            date = after.label
            text = " ".join(report.headline[:_MOST_SENTENCES])
            yield Entry(date, text, "record", "", "", after.label)
