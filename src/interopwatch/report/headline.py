"""The headline: the few sentences that a busy person needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import Sense
from interopwatch.package.labels import RowLabels, counted, joined, tally
from interopwatch.package.template import fill, parse
from interopwatch.timeline.intervals import Holds, intervals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import Classified
    from interopwatch.package.descriptor import Resource, Words
    from interopwatch.package.package import Package
    from interopwatch.package.template import Reference

    Row = Mapping[str, str]

_ORDER = (
    Sense.BEGAN,
    Sense.ENDED,
    Sense.REACHED,
    Sense.UNDATED,
    Sense.RETRACTED,
    Sense.CORRECTED,
    Sense.BACKFILLED,
)


def headline(
    changes: ChangeSet,
    listed: Sequence[Classified],
    uncovered: Sequence[Classified],
    old: Package,
    new: Package,
) -> tuple[str, ...]:
    """The sentences that sum up a diff, in the order of the resources.

    What happened comes before what did not, and coverage last.

    Args:
        changes: All that differs.
        listed: The changes that the report lists one by one.
        uncovered: Those that are there only because one package does not cover their work.
        old: The package before.
        new: The package after.
    """
    if not changes.rows and not changes.schema:
        if words_of(changes):
            sides = f"{changes.old.label} and {changes.new.label}"
            return (f"No row changed between {sides}; what the descriptor says did.",)
        if changes.files:
            files = joined([change.resource for change in changes.files])
            return (f"No table changed; other files did: {files}.",)
        same = (
            "Nothing changed" if not (changes.reformatted or changes.form) else "Form only changed"
        )
        return (f"{same} between {changes.old.label} and {changes.new.label}.",)
    happened: list[str] = []
    steady: list[str] = []
    for resource in new.descriptor.resources:
        for words in _vocabularies(resource):
            mine = [
                item
                for item in listed
                if item.change.resource == resource.name
                and resource.meaning.words_for(item.change.row) == words
            ]
            happened += _summed_up(resource, words, mine, old, new)
            if not _touches(changes, resource, words):
                steady += _steady(resource, words, new)
    if not happened:  # a package without words of its own is summed up in numbers
        happened.append(_in_numbers(changes))
    return (*happened, *steady, *_coverage(uncovered, old, new))


def _vocabularies(resource: Resource) -> tuple[Words, ...]:
    return (*(case.words for case in resource.meaning.cases), resource.meaning.words)


def _summed_up(
    resource: Resource, words: Words, items: Sequence[Classified], old: Package, new: Package
) -> Iterator[str]:
    clauses = []
    senses = {item.sense for item in items if item.sense.value in words.headlines}
    reconstructed = not (old.is_observed and new.is_observed)
    for sense in _ORDER:
        if sense not in senses or (sense is Sense.UNDATED and reconstructed):
            continue  # a reconstruction lacks what the sources cannot tell: no news
        mine = [item for item in items if item.sense is sense]
        one, several = words.headlines[sense.value]
        clauses.append(_filled(one if len(mine) == 1 else several, resource, mine, old, new))
    if clauses:
        clauses += [text for sense, text in words.none.items() if sense not in senses]
        text = "; ".join(clauses)
        yield f"{text[0].upper()}{text[1:]}."


def _filled(
    template: str, resource: Resource, items: Sequence[Classified], old: Package, new: Package
) -> str:
    def value(reference: Reference) -> str:
        path = reference.paths[0]
        if path == ("count",):
            return f"{len(items):,}"
        texts = []
        for item in items:
            package = old if item.change.after is None else new
            own, row = package.resource(resource.name), item.change.row
            labels = RowLabels(package)
            names = path == ("names",)
            texts.append(labels.short(own, row) if names else _first(labels, own, row, reference))
        if path == ("names",):
            return joined(sorted(texts))
        # A cell is worth saying of several rows at once only if they share it.
        return texts[0] if len(set(texts)) == 1 else ""

    return fill(parse(template), value)


def _first(labels: RowLabels, resource: Resource, row: Row, reference: Reference) -> str:
    return next(filter(None, (labels.cell(resource, row, p) for p in reference.paths)), "")


def _touches(changes: ChangeSet, resource: Resource, words: Words) -> bool:
    """Whether any row that these words are for differs at all."""
    return any(
        change.resource == resource.name and resource.meaning.words_for(change.row) == words
        for change in changes.rows
    )


def _steady(resource: Resource, words: Words, new: Package) -> Iterator[str]:
    """What to say of rows that did not change, if the package has words for it."""
    if not words.steady:
        return
    day = new.as_of
    rows = [
        row
        for row in new.rows(resource.name)
        if resource.meaning.words_for(row) == words
        and (day is None or intervals(new).holds(resource, row, day) is Holds.YES)
    ]
    if rows:
        count = f"{len(rows):,}"
        yield fill(parse(words.steady), lambda r: count if r.paths == (("count",),) else "") + "."


def _in_numbers(changes: ChangeSet) -> str:
    parts = [
        f"{counted(changes.count(kind), ('row', 'rows'))} {kind}"
        for kind in ("added", "removed", "changed")
        if changes.count(kind)
    ]
    tables = len({change.resource for change in changes.rows})
    if not parts:
        number = counted(len(changes.schema), ("schema change", "schema changes"))
        return f"No row changed; {number}."
    return f"{joined(parts)}, in {counted(tables, ('table', 'tables'))}."


def _coverage(uncovered: Sequence[Classified], old: Package, new: Package) -> Iterator[str]:
    """Works that only one of the two packages can speak about, and what that concerns."""
    sides = ((old, new, "older", "added"), (new, old, "newer", "removed"))
    for silent, speaking, which, kind in sides:
        if silent.covers is None:
            continue
        works = _works(speaking)
        lost = [title for work, title in works.items() if work not in silent.covers]
        if lost:
            mine = [item for item in uncovered if item.change.kind == kind]
            about = f", so it says nothing of {tallied(mine, old, new)}" if mine else ""
            yield f"The {which} snapshot does not cover {joined(lost)}{about}."


def tallied(items: Iterable[Classified], old: Package, new: Package) -> str:
    """How many rows of which sort some changes are about."""
    grouped: dict[str, list[Classified]] = {}
    for item in items:
        grouped.setdefault(item.change.resource, []).append(item)
    texts = []
    for name, mine in grouped.items():
        package = new if name in new.descriptor.by_name else old
        texts.append(tally(package.resource(name), [item.change.row for item in mine]))
    return joined(texts, most=len(texts))


def _works(package: Package) -> Mapping[str, str]:
    """The works a package covers, each with the title of its latest edition."""
    provenance = package.descriptor.provenance
    if provenance is None:
        return {}
    titles: dict[str, str] = {}
    editions = sorted(package.editions.values(), key=lambda row: row[provenance.published])
    for row in editions:
        titles[row[provenance.work]] = f"“{row.get(provenance.title) or row[provenance.work]}”"
    covers = package.covers
    return {w: t for w, t in sorted(titles.items()) if covers is None or w in covers}
