"""The headline of a report: the few sentences that a busy person needs, most important first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import Sense
from interopwatch.package.labels import RowLabels, counted, joined
from interopwatch.package.template import fill, parse
from interopwatch.report.coverage import (
    ReportedChanges,
    coverage,
    tallied,
    work_of,
    works_not_covered,
)
from interopwatch.report.narrate import Narrator
from interopwatch.report.phrases import dated, listed_names, sentence
from interopwatch.report.schema_sentences import schema_headline, schema_sentences
from interopwatch.timeline.intervals import Holds, intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.meaning import Words
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.package.template import Reference

_FEW: Final = 2
"""The maximum number of rows without a headline that get a sentence each; more are counted."""
_SHORT: Final = 120
"""The maximum length of a sentence for a headline: about a line."""
UNCHANGED: Final = "unchanged"
"""The name of the headline for what did not change."""
# Certain before uncertain, and beginnings before ends.
_ORDER: Final = (
    Sense.BEGAN,
    Sense.ENDED,
    Sense.REACHED,
    Sense.UNDATED,
    Sense.RETRACTED,
    Sense.CORRECTED,
    Sense.BACKFILLED,
)
_UNCERTAIN: Final = {Sense.UNDATED, Sense.RETRACTED, Sense.CORRECTED}
"""With any of these senses, it cannot be said that nothing began or ended."""
_VERBS: Final = {
    "added": ("was added", "were added"),
    "removed": ("was removed", "were removed"),
    "changed": ("changed", "changed"),
}


def headline(reported: ReportedChanges) -> tuple[str, ...]:
    """Return the headline of a report: events by weight, then works that were read or not."""
    changes, old, new = reported.changes, reported.old, reported.new
    if not changes.rows and not changes.schema:
        return (_of_no_rows(reported),)
    first_read = works_not_covered(old, new)
    listed = [
        item
        for item in reported.listed
        if not (item.sense is Sense.BACKFILLED and work_of(new, item) in first_read)
    ]
    sentences: list[tuple[int, str]] = []
    rest: list[Classified] = []
    steady: list[str] = []
    for resource in new.descriptor.resources:
        for words in resource.meaning.every_words:
            matching = [
                item
                for item in listed
                if item.change.resource == resource.name
                and resource.meaning.words_for(item.change.row) == words
            ]
            summed, others = _summed_up(resource, words, matching, reported)
            sentences += ((-words.weight, text) for text in summed)
            rest += others
            if words.steady and not _touches(changes, resource, words):
                steady += _steady(words.steady, resource, words, new)
    rest += [i for i in listed if i.change.resource not in new.descriptor.by_name]
    sentences.sort(key=lambda pair: pair[0])
    if sentences:  # reference rows are not news beside these
        rest = [item for item in rest if not reported.resource(item).meaning.reference]
    few = _in_words(rest, reported) or _in_numbers(rest, reported)
    happened = [*(text for _, text in sentences), *few, *_schema(reported)]
    covered = tuple(coverage(reported, first_read))
    if not (happened or covered):
        happened = ["No news: only how the record is kept changed."]
    return (*happened, *steady, *covered)


def unchanged(changes: ChangeSet, new: Package) -> str:
    """Return what did not change, in the package's own words, or else in rows and tables."""
    texts: list[str] = []
    has_words = False
    for resource in _by_weight(new):
        for words in resource.meaning.every_words:
            has_words |= UNCHANGED in words.headlines
            if UNCHANGED not in words.headlines or _touches(changes, resource, words):
                continue
            texts += _steady(words.headlines[UNCHANGED], resource, words, new)
    if not has_words:
        return unchanged_rows(changes, new)
    return f"Unchanged: {', '.join(text.removesuffix('.') for text in texts)}." if texts else ""


class StandingCount(Struct, frozen=True):
    """A count of current rows of one kind, in the package's words.

    Attributes:
        text: The number with its noun.
        resource: The resource of the rows.
        rows: The rows.
    """

    text: str
    resource: Resource
    rows: Sequence[Row]


def standing(package: Package) -> Iterator[StandingCount]:
    """Yield the counts of current rows for which the package has words; by weight."""
    for resource in _by_weight(package):
        for words in resource.meaning.every_words:
            if UNCHANGED in words.headlines:
                forms = words.headlines[UNCHANGED]
                rows = _current_rows(resource, words, package)
                for text in _steady(forms, resource, words, package):
                    yield StandingCount(text.removesuffix("."), resource, rows)


def unchanged_rows(changes: ChangeSet, new: Package) -> str:
    """Return the number of unchanged rows, and of unchanged tables if there are several."""
    touched = Counter(c.resource for c in changes.rows if c.kind != "removed")
    # If a package declares what its rows mean, an unreadable table is an error.
    count = (lambda name: len(new.rows(name))) if new.descriptor.has_meanings else new.count_rows
    numbers = {r.name: count(r.name) for r in new.descriptor.resources}
    rows = sum(number - touched[name] for name, number in numbers.items() if number is not None)
    if not rows:
        return ""
    # If a column was added or removed, the table differs even if no row does.
    differ = {c.resource for c in changes.rows} | {c.resource for c in changes.schema}
    differ |= {name for name, number in numbers.items() if number is None}
    tables = new.descriptor.by_name.keys() - differ
    total = len(new.descriptor.by_name)
    if len(tables) == total:
        which = "all " if rows > 1 else ""
        return f"Unchanged: {which}{counted(rows, ('row', 'rows'))}."
    if not tables:
        return f"Unchanged: {counted(rows, ('row', 'rows'))}."
    return (
        f"Unchanged: {counted(rows, ('row', 'rows'))}; "
        f"nothing changed in {len(tables)} of {total} tables."
    )


def _by_weight(package: Package) -> list[Resource]:
    """Return the resources, the weightiest first."""

    def weight(resource: Resource) -> int:
        return -max(words.weight for words in resource.meaning.every_words)

    return sorted(package.descriptor.resources, key=weight)


def _of_no_rows(reported: ReportedChanges) -> str:
    changes = reported.changes
    if is_nothing_read(reported):
        return "Nothing could be compared."
    if words_of(changes):
        where = " that could be compared" if reported.unread else ""
        return f"No row{where} changed, only the descriptor."
    if changes.files:
        files = joined(list(dict.fromkeys(change.resource for change in changes.files)))
        if any(change.resource in reported.unread for change in changes.files):
            return f"No row that could be compared changed; files did: {files}."
        return f"No table changed; other files did: {files}."
    where = " in what could be compared" if reported.unread else ""
    exception = " but the form" if changes.reformatted or changes.form else ""
    return f"Nothing changed{where}{exception}."


def is_nothing_read(reported: ReportedChanges) -> bool:
    """Return whether no resource could be compared, neither as a table nor by its bytes."""
    if not reported.unread or reported.changes.files:
        return False
    every = (reported.old.descriptor, reported.new.descriptor)
    return all(
        resource.name in reported.unread for d in every for resource in (*d.resources, *d.files)
    )


def _summed_up(
    resource: Resource, words: Words, items: Sequence[Classified], reported: ReportedChanges
) -> tuple[list[str], list[Classified]]:
    """Return sentences for the rows that some words apply to, and the rows that have none."""
    texts: list[str] = []
    others = list(items)
    for name, pair in words.headlines.items():
        field, _, kind = name.rpartition(".")
        if kind != "changed" or not field:
            continue
        matching = [i for i in others if i.change.kind == "changed" and _has_new(i, field)]
        others = [item for item in others if item not in matching]
        grouped: dict[str, list[Classified]] = {}
        for item in matching:  # equal values in several rows share one sentence
            blank = _filled(pair[0], resource, [item], reported, without="names")
            grouped.setdefault(blank, []).append(item)
        texts += [_one_or_more(pair, resource, each, reported) for each in grouped.values()]
    clauses = []
    reconstructed = not (reported.old.is_observed and reported.new.is_observed)
    senses = {item.sense for item in others if item.sense.value in words.headlines}
    for sense in _ORDER:
        if sense not in senses or (sense is Sense.UNDATED and reconstructed):
            continue  # a reconstruction only lacks what the sources cannot tell: not news
        matching = [item for item in others if item.sense is sense]
        pair = words.headlines[sense.value]
        by = words.dated_by if words.dated_by == _date_of(resource, sense) else ""
        clauses.append(_one_or_more(pair, resource, matching, reported, by))
    if clauses and not senses & _UNCERTAIN:
        clauses += [text for sense, text in words.none.items() if sense not in senses]
    if clauses:
        texts.append("; ".join(clauses))
    return [sentence(text) for text in texts], [i for i in others if i.sense not in senses]


def _has_new(item: Classified, field: str) -> bool:
    return field in item.change.fields and bool(item.change.row.get(field))


def _date_of(resource: Resource, sense: Sense) -> str:
    """Return the field with the date of a sense; other dates do not matter then."""
    lifecycle = resource.meaning.lifecycle
    if lifecycle is None:
        return ""
    dates = {
        Sense.BEGAN: lifecycle.begin,
        Sense.REACHED: lifecycle.event,
        Sense.ENDED: lifecycle.end,
    }
    return dates.get(sense, "")


def _one_or_more(
    pair: tuple[str, str],
    resource: Resource,
    items: Sequence[Classified],
    reported: ReportedChanges,
    dated_by: str = "",
) -> str:
    return _filled(pair[len(items) != 1], resource, items, reported, dated_by)


def _filled(
    template: str,
    resource: Resource,
    items: Sequence[Classified],
    reported: ReportedChanges,
    dated_by: str = "",
    *,
    without: str = "",
) -> str:
    rows = [
        (RowLabels(package), package.resource(resource.name), item.change.row)
        for item in items
        for package in (reported.side(item),)
    ]
    return of_several(template, rows, dated_by, without)


def of_several(
    template: str,
    rows: Sequence[tuple[RowLabels, Resource, Row]],
    dated_by: str = "",
    without: str = "",
) -> str:
    """Fill a headline's template from several rows.

    Args:
        template: The template.
        rows: The rows, each with its resource, and the labels of its package.
        dated_by: The field by which ``{names}`` are grouped; empty for no grouping.
        without: A reference to leave empty.
    """

    def value(reference: Reference) -> str:
        path = reference.paths[0]
        if path == (without,):
            return ""
        if path == ("count",):
            return f"{len(rows):,}"
        if path == ("names",):
            texts = [labels.short(resource, row) for labels, resource, row in rows]
            if dated_by:
                dates = [row.get(dated_by, "") for _, _, row in rows]
                return dated(list(zip(dates, texts, strict=True)))
            return listed_names(texts)
        # A cell is worth mentioning for several rows only if they share it.
        cells = {_first(labels, resource, row, reference) for labels, resource, row in rows}
        return cells.pop() if len(cells) == 1 else ""

    return fill(parse(template), value)


def _first(labels: RowLabels, resource: Resource, row: Row, reference: Reference) -> str:
    return next(filter(None, (labels.cell(resource, row, p) for p in reference.paths)), "")


def _touches(changes: ChangeSet, resource: Resource, words: Words) -> bool:
    """Return whether any row that these words apply to differs."""
    return any(
        change.resource == resource.name and resource.meaning.words_for(change.row) == words
        for change in changes.rows
    )


def _steady(
    forms: str | tuple[str, str], resource: Resource, words: Words, new: Package
) -> Iterator[str]:
    """Yield the sentence for current, unchanged rows, if there are any."""
    rows = _current_rows(resource, words, new)
    if rows:
        text = forms if isinstance(forms, str) else forms[len(rows) != 1]
        count = f"{len(rows):,}"
        yield fill(parse(text), lambda r: count if r.paths == (("count",),) else "") + "."


def _current_rows(resource: Resource, words: Words, package: Package) -> list[Row]:
    day = package.as_of
    return [
        row
        for row in package.rows(resource.name)
        if resource.meaning.words_for(row) == words
        and (day is None or intervals(package).holds(resource, row, day) is Holds.YES)
    ]


def _in_words(rest: Sequence[Classified], reported: ReportedChanges) -> tuple[str, ...]:
    """Return a sentence for each row without a headline, if few and in the package's words."""
    if not rest or len(rest) > _FEW:
        return ()
    narrator = Narrator(reported.old, reported.new)
    texts = []
    for item in rest:
        sentences = reported.resource(item).meaning.words_for(item.change.row).sentences
        is_changed = item.change.kind == "changed"
        is_worded = not is_changed and {item.sense.value, item.change.kind} & sentences.keys()
        if not (is_worded or (is_changed and not narrator.differences(item))):
            return ()
        texts.append(narrator.narrate(item).sentence)
    return tuple(map(sentence, texts)) if max(map(len, texts)) <= _SHORT else ()


def _in_numbers(rest: Sequence[Classified], reported: ReportedChanges) -> Iterator[str]:
    """Yield a sentence that counts the rows without a headline."""
    clauses = []
    older = [item for item in rest if item.sense is Sense.BACKFILLED]
    for kind, verbs in _VERBS.items():
        matching = [i for i in rest if i.change.kind == kind and i.sense is not Sense.BACKFILLED]
        if matching:
            clauses.append(
                f"{tallied(matching, reported.old, reported.new)} {verbs[len(matching) != 1]}"
            )
    if older:
        verb = "is" if len(older) == 1 else "are"
        rows = tallied(older, reported.old, reported.new, "older ")
        clauses.append(f"{rows} {verb} recorded now")
    if clauses:
        yield sentence("; ".join(clauses))


def _schema(reported: ReportedChanges) -> tuple[str, ...]:
    """Return sentences for added and removed tables and columns, except in bookkeeping."""
    schema = tuple(c for c in reported.changes.schema if not is_bookkeeping(c.resource, reported))
    changes = replace(reported.changes, schema=schema)
    texts = tuple(schema_sentences(changes, reported.old, reported.new))
    return schema_headline(texts, changes)


def is_bookkeeping(name: str, reported: ReportedChanges) -> bool:
    """Return whether a table is bookkeeping or reference data."""
    old, new = (each.descriptor.by_name for each in (reported.old, reported.new))
    resource = new.get(name) or old.get(name)
    return resource is not None and (resource.meaning.bookkeeping or resource.meaning.reference)
