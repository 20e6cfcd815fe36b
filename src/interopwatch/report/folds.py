"""Lines for the rows of one topic, with similar changes folded into one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.changeset.model import NEWS
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, counted
from interopwatch.package.template import fill, parse
from interopwatch.report.model import Line
from interopwatch.report.narrate import Narrator
from interopwatch.report.phrases import listed_names
from interopwatch.text import alphabetical

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from interopwatch.changeset.model import Classified, RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.meaning import Fold
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.package.template import Reference

ALIKE: Final = 3
"""The minimum number of similar rows to fold: two lines are as short for two rows."""
MOST_NAMES: Final = 40
"""The maximum number of names in a folded line: all countries of an alliance, in four lines."""


def fold_key(labels: RowLabels, resource: Resource, row: Row, fold: Fold, name: str) -> object:
    """Return what rows must have in common to share one sentence."""
    template = fold.sentences[name]
    return (
        resource.name, name, fold.by,
        tuple(row.get(field, "") for field in fold.by),
        _filled(labels, resource, [row], fold, template, blank=True),
    )  # fmt: skip


def say_folded(
    labels: RowLabels, resource: Resource, rows: Sequence[Row], fold: Fold, name: str
) -> str:
    """Return one sentence for similar rows."""
    return _filled(labels, resource, rows, fold, fold.sentences[name])


def _filled(
    labels: RowLabels,
    resource: Resource,
    rows: Sequence[Row],
    fold: Fold,
    template: str,
    *,
    blank: bool = False,
) -> str:
    def value(reference: Reference) -> str:
        path = reference.paths[0]
        if path in (("names",), ("count",)):
            if blank:
                return ""
            if path == ("count",):
                return counted(len(rows), fold.noun)
            return listed_names([labels.say(fold.name, resource, row) for row in rows], MOST_NAMES)
        cells = (labels.cell(resource, rows[0], each) for each in reference.paths)
        return next(filter(None, cells), "")

    return fill(parse(template), value)


class LineMaker:
    """Makes the lines of a report on rows whose package has a vocabulary.

    ``columns`` are the added and removed columns, which the schema reports.
    """

    def __init__(
        self, old: Package, new: Package, columns: Collection[tuple[str, str]] = ()
    ) -> None:
        self._old, self._new, self._columns = old, new, columns
        self._narrator = Narrator(old, new)

    def of(self, items: Sequence[Classified]) -> tuple[Line, ...]:
        """Return lines for the rows of one topic: by source, then alphabetically by name."""
        remaining = [item for each in items if (item := self._without_columns(each)) is not None]
        found: list[tuple[str, Line]] = []
        # The package's own folds first; each of the others takes what is left.
        for fold in (self._declared, self._same_change, self._unworded):
            folded, remaining = fold(remaining)
            found += [("", line) for line in folded]
        for item in remaining:
            labels, resource = self._place(item)
            narrated = self._narrator.narrate(item)
            line = self._line(item, narrated.sentence, narrated.locator, (item.change,))
            found.append((labels.label(resource, item.change.row), line))
        found.sort(key=lambda pair: (pair[1].source, alphabetical(pair[0])))
        return without_doubles(line for _, line in found)

    def _without_columns(self, item: Classified) -> Classified | None:
        change = item.change
        if change.kind != "changed" or not self._columns:
            return item
        fields = tuple(f for f in change.fields if (change.resource, f) not in self._columns)
        return replace(item, change=replace(change, fields=fields)) if fields else None

    def _side(self, item: Classified) -> Package:
        return self._old if item.change.after is None else self._new

    def _place(self, item: Classified) -> tuple[RowLabels, Resource]:
        package = self._side(item)
        return RowLabels(package), package.resource(item.change.resource)

    def _line(
        self, item: Classified, text: str, locator: str, changes: tuple[RowChange, ...]
    ) -> Line:
        package = self._side(item)
        source, _ = package.stated_by(item.change.row)
        return Line(text, source_title(package, source), locator, source, changes)

    def _declared(self, items: Sequence[Classified]) -> tuple[list[Line], list[Classified]]:
        """Fold rows as the package declares."""

        def key(item: Classified) -> object:
            labels, resource = self._place(item)
            for fold in resource.meaning.words_for(item.change.row).folds:
                name = self._name(item, fold)
                if name:
                    return fold_key(labels, resource, item.change.row, fold, name)
            return None

        def text(group: Sequence[Classified]) -> str:
            labels, resource = self._place(group[0])
            folds = resource.meaning.words_for(group[0].change.row).folds
            fold = next(each for each in folds if self._name(group[0], each))
            rows = [item.change.row for item in group]
            return say_folded(labels, resource, rows, fold, self._name(group[0], fold))

        return self._folded(items, key, text)

    def _name(self, item: Classified, fold: Fold) -> str:
        """Return the name of the sentence in a fold for a change; empty if there is none."""
        names = [item.sense.value, item.change.kind]
        if item.change.kind == "changed":
            # For a change that is not news, the sentence would report what has long been so.
            names = [item.sense.value] if item.sense in NEWS else []
        return next((name for name in names if name in fold.sentences), "")

    def _same_change(self, items: Sequence[Classified]) -> tuple[list[Line], list[Classified]]:
        """Fold the same change in many rows, for which the package has no words."""

        def key(item: Classified) -> object:
            if item.change.kind != "changed":
                return None
            differences = self._narrator.differences(item)
            return (item.change.resource, differences) if differences else None

        def text(group: Sequence[Classified]) -> str:
            return self._counted(group, f" {'; '.join(self._narrator.differences(group[0]))}:")

        return self._folded(items, key, text)

    def _unworded(self, items: Sequence[Classified]) -> tuple[list[Line], list[Classified]]:
        """Fold added or removed rows for which the package has a noun but no sentence."""

        def key(item: Classified) -> object:
            _, resource = self._place(item)
            words = resource.meaning.words_for(item.change.row)
            kind = item.change.kind
            if kind == "changed" or {item.sense.value, kind} & words.sentences.keys():
                return None
            return item.change.resource, kind, words.noun

        return self._folded(items, key, self._counted)

    def _counted(self, group: Sequence[Classified], difference: str = "") -> str:
        """Return the number of rows, what happened to them, and their names."""
        labels, resource = self._place(group[0])
        noun = resource.meaning.words_for(group[0].change.row).noun
        names = listed_names([labels.short(resource, item.change.row) for item in group])
        return f"{counted(len(group), noun)}:{difference} {names}"

    def _folded(
        self,
        items: Sequence[Classified],
        key: Callable[[Classified], object],
        text: Callable[[Sequence[Classified]], str],
    ) -> tuple[list[Line], list[Classified]]:
        """Return lines for keys and sources shared by many rows, and the remaining rows."""
        grouped: dict[object, list[Classified]] = {}
        for item in items:
            shared = key(item)
            if shared is not None:
                source = self._line(item, "", "", ()).source_id
                grouped.setdefault((shared, source), []).append(item)
        lines, folded = [], set()
        for group in grouped.values():
            if len(group) < ALIKE:
                continue
            places = {self._side(each).stated_by(each.change.row)[1] for each in group}
            locator = places.pop() if len(places) == 1 else ""
            changes = tuple(item.change for item in group)
            lines.append(self._line(group[0], text(group), locator, changes))
            # By identity, since a change holds mappings, which are not hashable.
            folded |= set(map(id, group))
        return lines, [item for item in items if id(item) not in folded]


def source_title(package: Package, source: str) -> str:
    """Return the title and date of a source edition; its id if it is not listed."""
    provenance = package.descriptor.provenance
    edition = package.editions.get(source)
    if provenance is None or edition is None:
        return source
    published = in_words(edition.get(provenance.published, ""))
    title = edition.get(provenance.title, "") or source
    return f"{title}, {published}" if published else title


def without_doubles(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Merge lines with the same sentence and source."""
    found: dict[tuple[str, str], Line] = {}
    for line in lines:
        first = found.get((line.sentence, line.source_id))
        if first is None:
            found[line.sentence, line.source_id] = line
        else:
            found[line.sentence, line.source_id] = Line(
                first.sentence,
                first.source,
                first.locator if first.locator == line.locator else "",
                first.source_id,
                (*first.changes, *line.changes),
            )
    return tuple(found.values())
